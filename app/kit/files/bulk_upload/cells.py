"""One cell of a spreadsheet that people filled in, and words in every language of the interface."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

from flask_babel import force_locale

from app.kit.web.fields import tidy
from app.kit.web.guards import LOCALES
from models.i18n import Refusal, Sentence

DAY = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)\s*日?|(\d{4})(\d{2})(\d{2})(?!\d)"
)
Said = TypeVar("Said")


class BadCell(Refusal):
    """The cell cannot be read."""


def cell_text(cell: Any) -> str:
    """A cell as a person would have typed it."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else tidy(str(cell))


def plain_header(text: Any) -> str:
    """A heading without blanks, brackets' content, stars and colons, in small letters."""
    return re.sub(r"[（(].*?[)）]|[\s*＊:：]", "", tidy(str(text))).casefold()


def read_day(cell: Any) -> date:
    """Read a day: 2017-05-03, 2017年5月3日, 20170503. Raises BadCell."""
    text = cell_text(cell)
    parts = DAY.match(text)
    try:
        return date(*(int(part) for part in parts.groups() if part))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        raise BadCell(Sentence("“%(text)s”不是日期，请写成 2017-05-03 这样。", {"text": text[:20]})) from None


def in_each_language(say: Callable[[], Said]) -> list[Said]:
    """What ``say`` says in each language: what we wrote in one must read back in in another."""
    said = []
    for language in LOCALES:
        with force_locale(language):
            said.append(say())
    return said
