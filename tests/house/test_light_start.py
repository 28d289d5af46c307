"""A start is quick: what is heavy is loaded by the act that needs it."""

import os
import subprocess
import sys
from pathlib import Path

import config

# Libraries of a tenth of a second and more (or of many megabytes), and ours that only a command needs.
HEAVY = """sklearn scipy pandas numba pyarrow dask openpyxl python_calamine olefile pypdfium2 av PIL alembic
zxcvbn pypinyin rapidfuzz xlsxwriter app.commands.demo.seed""".split()  # noqa: SIM905
START = f"import sys, wsgi; print(*[one for one in {HEAVY!r} if one in sys.modules])"


def test_a_web_start_loads_nothing_heavy(tmp_path: Path) -> None:
    env = {**os.environ, "XIESHOU_ENV": "development", "XIESHOU_INSTANCE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=config.ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_what_is_named_heavy_is_there_to_be_loaded() -> None:
    """A name that nobody knows would be light for ever."""
    from importlib.util import find_spec

    unknown = [one for one in HEAVY if find_spec(one) is None]
    assert unknown in ([], ["dask"])  # only a cluster has it
