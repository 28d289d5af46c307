"""What of a worker is compared with what an order asks: each declared once, read for one pair and as rows of
bits.

A *key* is ``(attribute, threshold)``: the question whether a worker's value holds it. A rule of an order is a
few keys; :func:`verdict` answers one for one worker, ``BitRows`` for all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import numpy as np

from matching.text.cleaning import skill_key
from matching.types import Worker

UNKNOWN = np.iinfo(np.int64).min
# The threshold of a wage that is not promised: no floor is as low.
NO_WAGE = UNKNOWN + 1


class Verdict(Enum):
    """What one rule says about one pair.

    >>> verdict(Worker(worker_id="1"), "health", 2), verdict(Worker(worker_id="1"), "wage", 4000)
    (<Verdict.ASK: 'ask'>, <Verdict.PASS: 'pass'>)
    """

    PASS = "pass"  # noqa: S105  # nosec B105 - a verdict, not a password
    FAIL = "fail"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of the worker and what it means to hold a threshold.

    ``holds(value, threshold)`` compares whole numbers (days as ordinals, a text as its first letter), one or
    an array of either. Without it the field is a list, which must have an entry that ``key_of`` reads as the
    threshold. An unknown value must be asked for, unless ``unknown_passes``: what a worker may refuse, and
    has not, refuses nothing.
    """

    field: str
    holds: Callable[[Any, Any], Any] | None = None
    key_of: Callable[[str], str] = skill_key
    unknown_passes: bool = False

    def passing(self, numbers: np.ndarray | np.int64, threshold: Any) -> np.ndarray:
        """Which whole numbers pass (``UNKNOWN`` where unknown); either may be an array."""
        assert self.holds is not None
        held = self.holds(numbers, threshold)
        passing: np.ndarray = np.where(numbers == UNKNOWN, self.unknown_passes, held)
        return passing


def prefecture(code: str) -> str:
    """The prefecture-level part (four digits) of a GB/T 2260 code."""
    return code[:4]


def _at_least(value: Any, least: Any) -> Any:
    return value >= least


def _at_most(value: Any, most: Any) -> Any:
    return value <= most


ATTRIBUTES: dict[str, Attribute] = {
    "free": Attribute("placed", lambda placed, _: placed != 1, unknown_passes=True),
    "born_by": Attribute("birth_date", _at_most),
    "born_after": Attribute("birth_date", lambda born, day: born > day),
    "men": Attribute("sex", lambda sex, _: sex == ord("M")),
    "education": Attribute("education", _at_least),
    "mandarin": Attribute("mandarin", _at_least),
    "health": Attribute("health", _at_least),
    "wage": Attribute("wage_floor_yuan", _at_most, unknown_passes=True),
    "available": Attribute("available_on", _at_most, unknown_passes=True),
    "night_shift": Attribute("night_shift", lambda accepts, _: accepts != 0, unknown_passes=True),
    "dormitory": Attribute("dormitory_needed", lambda needs, _: needs != 1, unknown_passes=True),
    "couple_room": Attribute("couple_room_needed", lambda needs, _: needs != 1, unknown_passes=True),
    "city": Attribute("cities", key_of=prefecture, unknown_passes=True),
    "certificate": Attribute("certificates"),
    "skill": Attribute("skills"),
}


def verdict(worker: Worker, name: str, threshold: Any) -> Verdict:
    """Whether one worker holds a threshold of an attribute."""
    attribute = ATTRIBUTES[name]
    value = getattr(worker, attribute.field)
    if value is None or value in ("", ()):
        return Verdict.PASS if attribute.unknown_passes else Verdict.ASK
    if attribute.holds is None:
        is_held = any(attribute.key_of(entry) == threshold for entry in value)
    else:
        is_held = bool(attribute.holds(number_of(value), number_of(threshold)))
    return Verdict.PASS if is_held else Verdict.FAIL


def number_of(value: Any) -> int:
    """A value as a whole number; unknown is below everything."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, str):
        return ord(value[0])
    return int(value)
