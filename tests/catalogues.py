"""The compiled English catalogue, made where it is missing or stale: git keeps the source only."""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_stale(folder: Path) -> list[Path]:
    """Compile every ``.po`` below ``folder`` whose ``.mo`` is missing or older; returns what was written.

    Whole or not at all: several test processes may do it at once.
    """
    written = []
    for source in folder.rglob("*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".messages.")
        with source.open("rb") as text, os.fdopen(handle, "wb") as file:
            write_mo(file, read_po(text))
        os.chmod(draft, 0o644)
        os.replace(draft, target)
        written.append(target)
    return written
