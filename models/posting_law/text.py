"""Folds a posting to one plain spelling and remembers where every character came from."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from models.posting_law.data import load_table
from models.posting_law.items import ITEM, without_numbering

NO_GAP, MARK, SPACE = 0, 1, 2
_MARKS = frozenset("*·•._^`#=\\×~-")
_KEPT = frozenset(f"{ITEM}\n♂♀≥≤≧≦%,。;!、/&~-+—–―¥×.")
_NUMERALS = frozenset("零〇一二两三四五六七八九十百千万半")


@dataclass(frozen=True, slots=True)
class Plain:
    """Text without blanks and ornaments; ``origin[i]`` is the raw index of character ``i``.

    ``gap[i]`` says what was dropped in front of character ``i``: nothing, an ornament put between
    two characters ("彝*族"), or a blank or bracket. ``gap`` is one longer than ``text``.
    """

    raw: str
    text: str
    origin: list[int]
    gap: list[int]


@lru_cache(maxsize=1)
def _simple_forms() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in load_table("script")["traditional"].split()}


@lru_cache(maxsize=8192)
def _fold(char: str) -> str:
    if unicodedata.category(char) in ("Cf", "Mn", "Me", "Cs", "Co"):
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join(_simple_forms().get(char, char) for char in folded)


@lru_cache(maxsize=8192)
def is_han(char: str) -> bool:
    """True for a Chinese character."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char == "〇"


def _dropped(before: str, char: str, after: str) -> int:
    """What a character leaves behind when it is dropped; NO_GAP keeps it."""
    words = is_han(before) and is_han(after) and not {before, after} & _NUMERALS
    if char in _MARKS and words:
        return MARK
    if char == ":" and before.isdigit() and after.isdigit():
        return NO_GAP
    return NO_GAP if char.isalnum() or char in _KEPT or char in "♂♀" else SPACE


def plain(raw: str) -> Plain:
    """Fold full-width, traditional and ornamented spellings of ``raw``. Linear in its length."""
    folded = [(part, index) for index, char in without_numbering(raw) for part in _fold(char)]
    result = Plain(raw, "", [], [])
    kept: list[str] = []
    pending = NO_GAP
    for place, (char, index) in enumerate(folded):
        before = folded[place - 1][0] if place else ""
        after = folded[place + 1][0] if place + 1 < len(folded) else ""
        left = _dropped(before, char, after)
        if left:
            pending = max(pending, left)
            continue
        kept.append(char)
        result.origin.append(index)
        result.gap.append(pending)
        pending = NO_GAP
    return Plain(raw, "".join(kept), result.origin, [*result.gap, pending])
