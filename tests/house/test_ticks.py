"""Ticked rows are read in one place, which says how many it leaves out."""

import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
CUT = re.compile(r"getlist\([^\n]*row_number\)\s*\[\s*:|getlist\(\"(?:ids|worker_ids|workers|rows)\"")


def test_no_view_cuts_ticks_in_silence() -> None:
    files = list(APP.rglob("*.py"))
    assert len(files) > 300
    found = [str(one.relative_to(APP)) for one in files if CUT.search(one.read_text("utf-8"))]
    # A page of a preview holds no more boxes than are read of it.
    assert found == ["workers/intake/preview_views.py"]
