"""Rules about the pages' source: what the content policy would block, and what could let text in as
markup."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "templates").rglob("*.html"))
SAFE_ALLOWED = {"accounts/totp.html", "training/attendance/code.html"}  # the QR codes that segno draws


def offenders(pattern: str) -> list[str]:
    return [
        str(page.relative_to(ROOT)) for page in PAGES if re.search(pattern, page.read_text(encoding="utf-8"))
    ]


def test_no_inline_styles_or_scripts() -> None:
    assert offenders(r'\sstyle="') == []
    assert offenders(r"<script(?![^>]*\bsrc=)") == []
    assert offenders(r'\son[a-z]+="') == []


def test_nothing_is_marked_safe_but_our_own_drawings() -> None:
    found = {
        page.relative_to(ROOT / "templates").as_posix()
        for page in PAGES
        if "| safe" in page.read_text("utf-8")
    }
    assert found <= SAFE_ALLOWED


def test_no_request_leaves_the_machine() -> None:
    assert offenders(r'(?:src|href)="(?:https?:)?//') == []


def test_every_post_form_carries_its_token() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, flags=re.S | re.I):
            assert re.search(r"csrf_token|kit\.keys\(\)|keys\(\)|hidden_tag", form), page.name


MOST_CHARACTERS = 160
# Areas whose tables are still written by hand: to be empty at the end.
BY_HAND = ("training/certification/", "training/subsidies/")
LONG = BY_HAND
# Where the kit makes them.
TABLES_OF_THEIR_OWN = {"components/tables.html"}
HEAD_BY_HAND = re.compile(r'<th\b(?! scope="row")|data-label=|scope="col"')


def pages_beside(*folders: str) -> list[tuple[str, str]]:
    """Name and source of every page that is in none of the folders."""
    named = [(page.relative_to(ROOT / "templates").as_posix(), page) for page in PAGES]
    return [(name, page.read_text("utf-8")) for name, page in named if not name.startswith(folders)]


def test_no_line_is_longer_than_160_characters() -> None:
    pages = pages_beside(*LONG)
    assert pages
    long = [
        f"{name}:{number}"
        for name, text in pages
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > MOST_CHARACTERS
    ]
    assert long == []


def test_a_heading_is_typed_once() -> None:
    """Headings and what a phone shows beside a value come from ``kit.table``, never from the page."""
    pages = pages_beside(*BY_HAND)
    assert pages
    assert {name for name, text in pages if HEAD_BY_HAND.search(text)} <= TABLES_OF_THEIR_OWN
