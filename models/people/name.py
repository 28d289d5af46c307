"""Names: the one spelling the register keeps, and what names that look equal have in common.

PDF files hand out the radicals ⽯⼀ for 石一, old county systems write characters in private places of GB
18030, and the dot of a name has a dozen forms. look_alikes.csv lists the characters that NFKC leaves:
radicals and strokes (Unicode 14, EquivalentUnifiedIdeograph), and what GB 18030 kept at U+E815 to U+E864
before Unicode had it.
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

MIDDLE_DOT = "·"
LOOK_ALIKES = Path(__file__).parent / "look_alikes.csv"

_DOT = re.compile(r"(?<!\s)\s*+[·•・‧∙⋅●.．｡。˙･․·◦∘᛫⸱⸳ㆍꞏ][\s·•・‧∙⋅●.．｡。˙･․·◦∘᛫⸱⸳ㆍꞏ]*+")
# Format marks, and the selectors that choose a glyph without choosing another character.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]|[\U000e0100-\U000e01ef]"
)
_BLANK_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+|(?<!\s)\s++(?=[^\x00-\x7f])")
_PUT_IN_OR_LEFT_OUT = re.compile(r"[\s·.‐‑'’-]")


@lru_cache(maxsize=65536)
def clean_name(text: str) -> str:
    """A name as the register keeps it: 张　三 is 张三, ⽯⼀铁 is 石一铁, 吉克• 阿牛 is 吉克·阿牛."""
    text = _UNSEEN.sub("", text.replace("˙", MIDDLE_DOT).translate(_look_alikes()))
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if text.isascii():
        return text
    return _BLANK_BESIDE_HAN.sub("", _DOT.sub(MIDDLE_DOT, text)).strip(MIDDLE_DOT)


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """What two spellings of one name share; compare keys, keep spellings.

    Blanks, dots, hyphens and case fall away. Signs that stand for an unread character (*, ?, □) stay: 石□铁
    is not 石铁.
    """
    return _PUT_IN_OR_LEFT_OUT.sub("", clean_name(text)).casefold()


@cache
def _look_alikes() -> dict[int, str]:
    with LOOK_ALIKES.open(encoding="utf-8", newline="") as lines:
        return {int(row["code"], 16): row["character"] for row in csv.DictReader(lines)}
