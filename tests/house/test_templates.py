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
