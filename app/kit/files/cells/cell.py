"""One cell: its text, and what reading it gives: a value, or a sentence for the person who typed it."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any, NamedTuple

from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence


class Parsed(NamedTuple):
    """The value of a cell (None: not known), what rejects its row, and what only warns."""

    value: Any = None
    error: Sentence | None = None
    warning: Sentence | None = None


BLANK = Parsed()

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
_FORMULA_TEXT = re.compile(r'=\s*"(.*)"\s*', re.DOTALL)


def text_of(cell: Cell) -> str:
    """What a person sees in the cell, as far as a type can tell."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return str(cell)


def clean(cell: Cell) -> str:
    """Text without what surrounds it: spaces, tabs, invisible marks, a leading apostrophe, ``="…"``."""
    text = text_of(cell)
    if text.isalnum():
        return text
    text = _INVISIBLE.sub("", text).strip()
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
