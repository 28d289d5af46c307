"""The calls of the first two weeks: on the third, seventh and fourteenth day somebody asks how it goes.

Comparable programmes lose most people in the first weeks (domain.md 8: 成败在带队人、驻厂员与前两周).
"""

import enum
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Recorded
from models.i18n import N_
from models.placement.placement import Placement
from models.problems.problem import Problem
from models.types import EnumText, UTCDateTime
from models.user import User

FIRST_DAYS = (3, 7, 14)
# A call that nobody made or answered is looked for no longer once the next follow-up (a month) is near.
CALLED_FOR_DAYS = 10


class FirstCallResult(enum.StrEnum):
    """What the person said."""

    ALL_WELL = "all_well"
    PROBLEM = "problem"


FIRST_CALL_RESULT_LABELS = {
    FirstCallResult.ALL_WELL: N_("一切都好"),
    FirstCallResult.PROBLEM: N_("有事，已登记"),
}


class FirstCall(Recorded, Base):
    """One call, planned at the arrival. ``result`` is None until the person was reached; ``tries`` counts the
    calls that nobody answered."""

    __tablename__ = "first_call"
    __table_args__ = (
        UniqueConstraint("placement_id", "day"),
        CheckConstraint("day IN (3, 7, 14)", name="day"),
        Index("ix_first_call_open_due", "recorded_at", "due_on"),
    )

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    placement: Mapped[Placement] = relationship()
    day: Mapped[int]
    due_on: Mapped[date]
    result: Mapped[FirstCallResult | None] = mapped_column(EnumText(FirstCallResult))
    note: Mapped[str] = mapped_column(String(300), default="")
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[User | None] = relationship()
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))
    problem: Mapped[Problem | None] = relationship()
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


def plan_first_calls(session: Session, placement: Placement, arrived_on: date) -> None:
    """Plan the calls at the arrival; another day of arrival moves those not made yet."""
    rows = session.scalars(select(FirstCall).where(FirstCall.placement_id == placement.id))
    calls = {call.day: call for call in rows}
    for day in FIRST_DAYS:
        due_on = arrived_on + timedelta(days=day)
        if (call := calls.get(day)) is None:
            session.add(FirstCall(placement_id=placement.id, day=day, due_on=due_on))
        elif call.recorded_at is None:
            call.due_on = due_on


def drop_first_calls(session: Session, placement: Placement) -> None:
    """The arrival was a slip: calls not made yet are planned no longer."""
    rows = session.scalars(
        select(FirstCall).where(FirstCall.placement_id == placement.id, FirstCall.recorded_at.is_(None))
    )
    for call in rows:
        if not call.tries:
            session.delete(call)
