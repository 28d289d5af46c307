"""Where a test's own database lies: in memory, where there is room for it."""

import shutil
from pathlib import Path

MEMORY, ENOUGH = Path("/dev/shm"), 1 << 30


def memory() -> Path | None:
    """The folder for databases that no disk need keep; None for the usual one: a container may have
    64 MiB there."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH else None
