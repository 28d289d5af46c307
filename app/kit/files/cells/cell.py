"""One cell: its text, and what reading it gives: a value, or a sentence for the person who typed it."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any, NamedTuple

from app.kit.files.spreadsheet import Cell
from models.i18n import Refusal, Sentence


class BadCell(Refusal):
    """The cell cannot be read."""


class Parsed(NamedTuple):
    """The value of a cell (None: not known), what rejects its row, and what only warns."""

    value: Any = None
    error: Sentence | None = None
    warning: Sentence | None = None

    def read(self) -> Any:
        """The value, or None for a blank cell. Raises BadCell where no value came of what was typed."""
        problem = self.error or (self.warning if self.value is None else None)
        if problem:
            raise BadCell(problem)
        return self.value


BLANK = Parsed()

MOST_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number; what has more is no longer what was typed

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_FULL_WIDTH = {ord("０") + n: str(n) for n in range(10)} | {0x3000: " ", ord("Ｘ"): "X", ord("ｘ"): "X"}
_SPACES = re.compile(r"\s+")
_FORMULA_TEXT = re.compile(r'=\s*"(.*)"\s*', re.DOTALL)


def text_of(cell: Cell) -> str:
    """What a person sees in the cell, as far as a type can tell."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if abs(cell) >= MOST_EXACT:
            return f"{cell:.14E}"
        return str(int(cell)) if isinstance(cell, int) or cell.is_integer() else repr(cell)
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return str(cell)


def tidy(text: str) -> str:
    """Text without blanks around it and invisible marks, full-width digits as plain ones."""
    if text.isascii() and text.isalnum():
        return text
    return _INVISIBLE.sub("", text.translate(_FULL_WIDTH)).strip()


def clean(cell: Cell) -> str:
    """Tidy text without what spreadsheets put around it: a leading apostrophe, ``="…"``."""
    text = tidy(text_of(cell))
    formula = _FORMULA_TEXT.fullmatch(text)
    if formula:
        text = formula.group(1).strip()
    return text[1:].strip() if text[:1] in ("'", "‘", "’") else text


def plain(cell: Cell) -> str:
    """Text for comparing: half width, lower case, no spaces at all."""
    text = clean(cell)
    if text.isascii() and text.isalnum():
        return text.lower()
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()
