"""Kinds of problems that people at work report, and by when each must be dealt with at each level."""

import enum

from models.i18n import N_


class ProblemKind(enum.StrEnum):
    """What is wrong, as a worker would say it (domain.md 8, 痛点)."""

    WAGE = "wage"
    NOT_AS_TOLD = "not_as_told"
    HEALTH = "health"
    WANTS_TO_LEAVE = "wants_to_leave"
    SPOUSE = "spouse"
    ASKED_FOR_MONEY = "asked_for_money"
    OTHER = "other"


PROBLEM_KIND_LABELS = {
    ProblemKind.WAGE: N_("工资没发或少发"),
    ProblemKind.NOT_AS_TOLD: N_("和说好的不一样"),
    ProblemKind.HEALTH: N_("生病或受伤"),
    ProblemKind.WANTS_TO_LEAVE: N_("不想干了，想走"),
    ProblemKind.SPOUSE: N_("想让爱人也来"),
    ProblemKind.ASKED_FOR_MONEY: N_("有人向我要钱"),
    ProblemKind.OTHER: N_("别的事"),
}


class ProblemLevel(enum.StrEnum):
    """Whose turn it is: the county that sent the person, the city that received them, the inspection."""

    COUNTY = "county"
    CITY = "city"
    INSPECTION = "inspection"


PROBLEM_LEVEL_LABELS = {
    ProblemLevel.COUNTY: N_("县就业局"),
    ProblemLevel.CITY: N_("务工地市局"),
    ProblemLevel.INSPECTION: N_("劳动监察"),
}
K = ProblemKind
# Calendar days. The platform's own promise, shorter than any law's: 劳动保障监察条例 (国务院令423号) 17条
# gives an inspection 60 working days; somebody who is sick far from home cannot wait for the third.
DAYS: dict[ProblemKind, int] = {
    K.HEALTH: 1,
    K.WAGE: 3,
    K.ASKED_FOR_MONEY: 3,
    K.WANTS_TO_LEAVE: 3,
    K.NOT_AS_TOLD: 5,
    K.SPOUSE: 10,
    K.OTHER: 7,
}
DAYS_AT_CITY, DAYS_AT_INSPECTION = 5, 15
# What the county cannot mend: whose wages are not paid is told to the receiving city at once (根治欠薪).
TO_CITY_AT_ONCE = frozenset({K.WAGE})


def days_of(kind: ProblemKind, level: ProblemLevel) -> int:
    """How many days ``level`` has; what went to the city at once keeps the days of its kind."""
    if level is ProblemLevel.INSPECTION:
        return DAYS_AT_INSPECTION
    if level is ProblemLevel.CITY and kind not in TO_CITY_AT_ONCE:
        return min(DAYS_AT_CITY, DAYS[kind])
    return DAYS[kind]
