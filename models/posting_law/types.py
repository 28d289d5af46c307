"""What goes into the legal check of a job posting and what comes out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from models.i18n import Sentence
from models.posting_law.laws import Ground


class Level(StrEnum):
    """BLOCK: unlawful by the letter, cannot be submitted. DOUBT: a person of the city bureau decides."""

    BLOCK = "block"
    DOUBT = "doubt"


class Floor(NamedTuple):
    """The minimum wage of a city on a day: yuan a month, and yuan an hour for part-time work.

    ``old_since``: the figure has grown old; nobody has compared it with its source since that day.
    ``earlier``: where the figure is not verified, the last one before it that is. A minimum has never been
    lowered in Guangdong, so that what lies under the earlier one lies under today's as well.
    """

    monthly: int
    source: str
    verified: bool
    hourly: float | None = None
    hourly_verified: bool = False
    old_since: date | None = None
    earlier: "EarlierFloor | None" = None


class EarlierFloor(NamedTuple):
    """A verified minimum wage of before: yuan a month, its source, the day it came into force."""

    monthly: int
    source: str
    since: date


MinimumWage = Callable[[str, date], Floor | None]
"""(city code, day) -> the minimum wage, or None where no figure is known."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One job posting: its words and, where the form asked for them, its figures.

    Wages in yuan, hours in hours, ages in full years; None means not stated. ``sex_limit`` is the
    sex the order is limited to, as the form says it; ``hourly_wage_yuan`` a wage told by the hour;
    ``social_insurance`` the kinds promised
    (养老, 医疗, 失业, 工伤, 生育), an empty set meaning none at all.
    """

    title: str
    description: str
    city_code: str | None
    base_wage_yuan: int | None
    posted_on: date
    min_age: int | None = None
    max_age: int | None = None
    hours_per_day: float | None = None
    days_per_week: float | None = None
    overtime_hours_month: float | None = None
    probation_months: float | None = None
    probation_wage_yuan: int | None = None
    contract_months: float | None = None
    social_insurance: frozenset[str] | set[str] | None = None
    total_wage_low: int | None = None
    total_wage_high: int | None = None
    sex_limit: str | None = None
    night_shift: bool | None = None
    hourly_wage_yuan: float | None = None
    part_time: bool | None = None
    pay_day: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection to a posting.

    ``passage`` is the exact substring ``getattr(posting, field)[start:end]``, or "字段=值" for a
    figure of the form (then ``start`` and ``end`` are None and ``field`` names the attribute).
    ``source`` names the laws and their articles as they stood on the posting's day; ``ground`` is the same,
    law by law, empty where a document sets the figure.
    """

    level: Level
    rule: str
    passage: str
    sentence: Sentence
    source: str
    field: str
    start: int | None = None
    end: int | None = None
    ground: Ground = ()
