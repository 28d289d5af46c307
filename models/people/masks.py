"""What is shown of a person whose name or ID number the reader may not know (trust.md, 11)."""

from bisect import bisect_right
from datetime import date

from models.i18n import Sentence

# First years of the bands in which ages are told; orders ask by these edges (16, 18, 20, 25 ... 45, 50).
AGE_EDGES = (16, 18, 21, 26, 31, 36, 41, 46, 51, 56, 61)
ID_HEAD, ID_TAIL, ID_LENGTH = 4, 2, 18


def masked_name(name: str) -> str:
    """The family name and stars: 沙**."""
    return name[:1] + "*" * max(1, min(len(name) - 1, 3))


def age_band(birth_date: date, today: date) -> int:
    """The first year of the band of an age, 0 for under sixteen.

    Of the age that is reached in the year of ``today``: a band that changed on a birthday would tell the day.
    """
    place = bisect_right(AGE_EDGES, today.year - birth_date.year)
    return AGE_EDGES[place - 1] if place else 0


def masked_age(birth_date: date, today: date) -> Sentence:
    """An age as those read it who may not know it: 36—40 岁."""
    low = age_band(birth_date, today)
    following = next((edge for edge in AGE_EDGES if edge > low), None)
    if not low:
        return Sentence("不到 %(n)s 岁", {"n": AGE_EDGES[0]})
    if following is None:
        return Sentence("%(n)s 岁以上", {"n": low})
    return Sentence("%(low)s—%(high)s 岁", {"low": low, "high": following - 1})


def masked_id(number: str | None) -> str:
    """An ID number of which four digits in front and two behind are left."""
    if not number:
        return "*" * ID_LENGTH
    return number[:ID_HEAD] + "*" * (len(number) - ID_HEAD - ID_TAIL) + number[-ID_TAIL:]
