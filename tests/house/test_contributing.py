"""The worked example of CONTRIBUTING.md: somebody who follows it word by word has a new area that works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```\w+ file=(\S+)(?: after=\"((?:[^\"\\]|\\.)*)\")?\n(.*?)^```$", flags=re.S | re.M)
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "instance", "screenshots", "__pycache__", ".*_cache", "htmlcov"
)
TESTS = (
    "tests/app/stations",
    "tests/house/test_routes.py",
    "tests/house/test_rooms.py",
    "tests/house/test_templates.py",
)


def build(copy: Path) -> int:
    """Do what the page says, in a copy of the project; the number of its steps."""
    blocks = BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    for name, after, text in blocks:
        file = copy / name
        if not after:
            file.parent.mkdir(parents=True, exist_ok=True)
            assert not file.exists(), f"{name}: the example would overwrite it"
            file.write_text(text, "utf-8")
            continue
        lines = file.read_text("utf-8").splitlines(keepends=True)
        places = [n for n, line in enumerate(lines) if line.startswith(after.replace('\\"', '"'))]
        assert places, f"{name} has no line that begins {after!r}"
        lines.insert(places[-1] + 1, text)
        file.write_text("".join(lines), "utf-8")
    return len(blocks)


def test_the_worked_example_makes_an_area_that_works(tmp_path: Path) -> None:
    copy = tmp_path / "xieshou"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    assert build(copy) > 8
    (copy / "tests/app/stations/__init__.py").touch()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("XIESHOU", "PYTEST"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    touched = ("app/stations", "models/__init__.py", "models/reference/station.py")
    checked = [sys.executable, "-m", "ruff", "check", "-q", *touched]
    assert subprocess.run(checked, cwd=copy, check=False).returncode == 0
