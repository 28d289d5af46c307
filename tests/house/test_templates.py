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
# Where the kit makes them.
TABLES_OF_THEIR_OWN = {"components/tables.html"}
HEAD_BY_HAND = re.compile(r'<th\b(?! scope="row")|data-label=|scope="col"')


def test_no_line_is_longer_than_160_characters() -> None:
    long = [
        f"{page.relative_to(ROOT)}:{number}"
        for page in PAGES
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1)
        if len(line) > MOST_CHARACTERS
    ]
    assert long == []


def test_a_heading_is_typed_once() -> None:
    """Headings and what a phone shows beside a value come from ``kit.table``, never from the page."""
    by_hand = {
        page.relative_to(ROOT / "templates").as_posix()
        for page in PAGES
        if HEAD_BY_HAND.search(page.read_text("utf-8"))
    }
    assert by_hand == TABLES_OF_THEIR_OWN


ALIAS = re.compile(r'{% import "(?P<file>[^"]*/pieces\.html)" as (?P<alias>\w+)')


def test_the_pieces_of_a_room_have_one_alias() -> None:
    """In its own room ``pieces``, elsewhere the noun it is about: ``class_pieces``."""
    aliases: dict[str, set[str]] = {}
    for page in PAGES:
        for found in ALIAS.finditer(page.read_text("utf-8")):
            is_own = (ROOT / "templates" / found["file"]).parent in page.parents
            assert (found["alias"] == "pieces") == is_own, (page, found["file"])
            aliases.setdefault(found["file"], set()).add(found["alias"])
    assert aliases
    assert {file for file, names in aliases.items() if len(names - {"pieces"}) > 1} == set()
