"""Whoever is sent to the county finds its telephone on the same page."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[4] / "templates"
SENDS = re.compile(r"(问|找|联系|告诉|打给|请)(村里或)?(县就业局|县人社局|县局)")
# Pages of a worker carry it at their foot (phone.html, desk.html); these are parts of such pages.
OWN = ("portal", "accounts/own_account.html", "training/certification/own.html")


def test_every_template_that_sends_somebody_to_the_county_shows_its_telephone() -> None:
    sending = {
        path.relative_to(TEMPLATES).as_posix(): text
        for path in TEMPLATES.rglob("*.html")
        if SENDS.search(text := path.read_text(encoding="utf-8"))
    }
    assert len(sending) >= 5
    silent = [
        name
        for name, text in sending.items()
        if not re.search("ask_county|county_office|placements.office", text)
    ]
    assert [name for name in silent if not name.startswith(OWN)] == []
    for frame in ("desk.html", "phone.html"):
        assert "ask_county" in (TEMPLATES / frame).read_text(encoding="utf-8")
