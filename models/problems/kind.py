"""Kinds of problems that people at work report, and whose turn it is."""

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
# What the county cannot mend: whose wages are not paid is told to the receiving city at once (根治欠薪).
TO_CITY_AT_ONCE = frozenset({ProblemKind.WAGE})
