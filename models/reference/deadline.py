"""Within how many days an office has to do something: dated rows that an administrator edits (基础数据)."""

import enum
from datetime import date

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Recorded
from models.i18n import N_
from models.reference.dated_fact import Dated, holds_on
from models.types import EnumText


class DeadlineName(enum.StrEnum):
    """What has its days; those of a roster are the day of the following month."""

    HEALTH = "problem_health"
    WAGE = "problem_wage"
    ASKED_FOR_MONEY = "problem_asked_for_money"
    WANTS_TO_LEAVE = "problem_wants_to_leave"
    NOT_AS_TOLD = "problem_not_as_told"
    SPOUSE = "problem_spouse"
    OTHER = "problem_other"
    PROBLEM_AT_CITY = "problem_at_city"
    PROBLEM_AT_INSPECTION = "problem_at_inspection"
    PROBLEM_ASK = "problem_ask"
    PROBLEM_REOPEN = "problem_reopen"
    DUTY = "duty"
    DIFFERENCE = "difference"
    ROSTER_DAY = "roster_day"


D = DeadlineName
DEADLINE_LABELS = {
    D.HEALTH: N_("反映的问题：生病或受伤，几天内办"),
    D.WAGE: N_("反映的问题：工资没发或少发，几天内办"),
    D.ASKED_FOR_MONEY: N_("反映的问题：有人要钱，几天内办"),
    D.WANTS_TO_LEAVE: N_("反映的问题：不想干了，几天内办"),
    D.NOT_AS_TOLD: N_("反映的问题：和说好的不一样，几天内办"),
    D.SPOUSE: N_("反映的问题：想让爱人也来，几天内办"),
    D.OTHER: N_("反映的问题：别的事，几天内办"),
    D.PROBLEM_AT_CITY: N_("上报到市局的问题，最多几天"),
    D.PROBLEM_AT_INSPECTION: N_("移交劳动监察的问题，几天"),
    D.PROBLEM_ASK: N_("办过以后，几天内问本人"),
    D.PROBLEM_REOPEN: N_("结束以后，几天内可以重新办"),
    D.DUTY: N_("核实就业状态，几天"),
    D.DIFFERENCE: N_("两头对不上的，几天内处理"),
    D.ROSTER_DAY: N_("月度花名册，次月几号前交"),
}
# Where no row holds. The platform's own promise, shorter than any law's: 劳动保障监察条例 (国务院令423号)
# 17条 gives an inspection 60 working days; somebody who is sick far from home cannot wait for the third.
OWN_DAYS: dict[DeadlineName, int] = {
    D.HEALTH: 1,
    D.WAGE: 3,
    D.ASKED_FOR_MONEY: 3,
    D.WANTS_TO_LEAVE: 3,
    D.NOT_AS_TOLD: 5,
    D.SPOUSE: 10,
    D.OTHER: 7,
    D.PROBLEM_AT_CITY: 5,
    D.PROBLEM_AT_INSPECTION: 15,
    D.PROBLEM_ASK: 3,
    D.PROBLEM_REOPEN: 30,
    D.DUTY: 15,
    D.DIFFERENCE: 10,
    D.ROSTER_DAY: 10,
}


MOST_DAYS = 366


class Deadline(Dated, Recorded, Base):
    """The days of one thing in one area ("" everywhere), for a time, with where that is written."""

    __tablename__ = "deadline"
    MONTHS_FRESH = 24
    SCOPE = ("name", "area_code")

    name: Mapped[DeadlineName] = mapped_column(EnumText(DeadlineName), index=True)
    area_code: Mapped[str] = mapped_column(String(9), default="")
    days: Mapped[int]


class Deadlines:
    """The days that hold on one day; some dozens of rows, read once."""

    def __init__(self, session: Session, on: date) -> None:
        rows = session.scalars(select(Deadline).where(holds_on(Deadline, on)).order_by(Deadline.valid_from))
        self._days = {(row.name, row.area_code): row.days for row in rows}

    def days(self, name: DeadlineName, area_code: str) -> int:
        """Of the narrowest area: the county or city, its prefecture, its province, everywhere."""
        areas = (area_code, f"{area_code[:4]}00", f"{area_code[:2]}0000", "")
        rows = (self._days[name, area] for area in areas if (name, area) in self._days)
        return next(rows, OWN_DAYS[name])
