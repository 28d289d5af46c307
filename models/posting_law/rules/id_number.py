"""Choosing by the number of the identity card, whose first digits are the province of its first entry."""

from collections.abc import Iterator

from models.i18n import N_
from models.posting_law.case import Case, textual
from models.posting_law.grammar import any_of, negated
from models.posting_law.reading import Reading
from models.posting_law.types import Finding, Level

_PREFIX = "number+ link* id_prefix"
_CHOSEN = (
    f"id_card ~3 {_PREFIX} ~3 deny|away",
    f"{_PREFIX} link* ~2 id_card? link* deny|away",
    f"deny ~3 id_card? ~2 {_PREFIX}",
    f"limit ~3 id_card? ~2 {_PREFIX}",
    f"id_card ~2 {_PREFIX} link* limit|prefer",
    "id_card ~4 number+ link* deny|away",
    "id_card ~4 number+ link* , link* deny|away",
)
_TAIL = (
    "id_card ~2 id_tail ~4 deny|away",
    "id_tail ~4 id_card? link* deny|away",
    "deny ~3 id_card ~2 id_tail",
)
_REGIONS = range(11, 83)  # GB/T 2260: 11 Beijing to 82 Macao; the first digit alone is a part of the country


def id_numbers(case: Case) -> Iterator[Finding]:
    """ "身份证51开头的不要" shuts out a province: 就业促进法 art. 3, 26. A last digit is only a doubt."""
    reason = N_("“%(passage)s”按身份证号码的开头挑人，开头就是省份，等于地域歧视，请删去。")
    for reading, first, last in case.matches(*_CHOSEN):
        if _names_regions(reading, first, last) and not negated(reading, first):
            yield textual(Level.BLOCK, "origin", reading, (first, last), reason)
    asks = N_("“%(passage)s”按身份证号码挑人，与工作无关，请说明或删去。")
    for reading, first, last in case.matches(*_TAIL):
        if not negated(reading, first):
            yield textual(Level.DOUBT, "origin", reading, (first, last), asks)


def _names_regions(reading: Reading, first: int, last: int) -> bool:
    numbers = [value for value in reading.values[first:last] if value is not None]
    about_age = any_of(reading, first, last, "at_most|at_least|under|over|above|below|age")
    known = [1 <= number <= 8 or number in _REGIONS or 110000 <= number < 830000 for number in numbers]
    if any_of(reading, first, last, "id_card"):
        known = [sure or 110 <= number < 830 for sure, number in zip(known, numbers, strict=True)]
    return not about_age and all(known)
