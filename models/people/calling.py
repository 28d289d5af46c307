"""People rung up one after the other: who is being rung by whom, who did not answer, what stays unasked.

The place in a round is a lease: it is taken by one conditional UPDATE and runs out by itself, so that two
clerks never ring one person, and nobody is lost because a clerk went home.
"""

import enum
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor, Role, by_area
from models.base import Base, Recorded, rows_changed
from models.bulk_upload import UploadBatch
from models.i18n import N_, Sentence
from models.integrity import breaks
from models.people.worker import Worker
from models.types import EnumText, UTCDateTime
from models.user import User
from models.workflow import TransitionRefused

NOT_YOURS = Sentence("这个人的位置已经让给别人了，请从列表里重新开始。")
HELD_FOR = timedelta(minutes=20)
# A list that somebody took along to ring from: its people are nobody else's for the day.
LIST_HELD_FOR = timedelta(hours=12)
# After the first and second call without an answer; later ones wait a day.
RETRY_AFTER = (timedelta(hours=2), timedelta(hours=4))
RETRY_LATER = timedelta(days=1)
ASK_AGAIN_AFTER = timedelta(days=30)
PART = 500
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)


class Round(enum.StrEnum):
    """What people are rung for."""

    ASK = "ask"
    FOLLOW_UP = "follow_up"
    TELL = "tell"
    MONTH = "month"


ROUND_LABELS = {
    Round.ASK: N_("问意愿"),
    Round.FOLLOW_UP: N_("回访"),
    Round.TELL: N_("转告通知"),
    Round.MONTH: N_("电话月报"),
}


class RoundCall(Recorded, Base):
    """One person's place in one round. ``subject_id`` is the follow-up; 0 where the person is the subject.

    ``settled`` are questions answered with "nothing": no skill, no wish. ``retry_at``: not before.
    """

    __tablename__ = "round_call"
    __table_args__ = (UniqueConstraint("round", "worker_id", "subject_id"),)

    round: Mapped[Round] = mapped_column(EnumText(Round))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    subject_id: Mapped[int] = mapped_column(default=0)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    holder: Mapped[User | None] = relationship()
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    purpose: Mapped[str] = mapped_column(String(100), default="")
    tries: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled: Mapped[list[str]] = mapped_column(JSON, default=list)

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is ringing the person now."""
        return self.holder_id is not None and self.held_until is not None and self.held_until > now

    def is_held_by(self, user_id: int | None, now: datetime) -> bool:
        """Whether it is ``user_id`` who rings."""
        return self.is_held(now) and self.holder_id == user_id


def call_of(session: Session, kind: Round, worker_id: int, subject_id: int = 0) -> RoundCall | None:
    """The person's place in the round, if there was ever one."""
    statement = select(RoundCall).where(
        RoundCall.round == kind, RoundCall.worker_id == worker_id, RoundCall.subject_id == subject_id
    )
    return session.scalar(statement)


def held_call(session: Session, kind: Round, actor: Actor, worker_id: int) -> RoundCall:
    """The place that ``actor`` holds. A call that took longer than its lease still counts, as long as nobody
    else took the place. Raises TransitionRefused."""
    call = call_of(session, kind, worker_id)
    if call is None or call.holder_id is None or call.holder_id != actor.user_id:
        raise TransitionRefused(NOT_YOURS)
    return call


def is_waiting(user_id: int | None, now: datetime) -> ColumnElement[bool]:
    """Nobody else rings the person, and it is time to; holds too where there is no row (outer join)."""
    is_free = or_(RoundCall.holder_id.is_(None), RoundCall.held_until <= now, RoundCall.holder_id == user_id)
    return or_(
        RoundCall.id.is_(None), and_(is_free, or_(RoundCall.retry_at.is_(None), RoundCall.retry_at <= now))
    )


def take(
    session: Session,
    kind: Round,
    worker_id: int,
    user_id: int | None,
    now: datetime,
    purpose: str = "",
    subject_id: int = 0,
) -> RoundCall | None:
    """Take the person's place for ``user_id``; None where somebody else is ringing."""
    call = call_of(session, kind, worker_id, subject_id)
    if call is None:
        call = RoundCall(round=kind, worker_id=worker_id, subject_id=subject_id)
        try:
            with session.begin_nested():
                session.add(call)
        except IntegrityError as problem:  # another clerk was in the same moment
            if not breaks(problem, "round_call.round.worker_id.subject_id"):
                raise
            call = call_of(session, kind, worker_id, subject_id)
            if call is None:
                return None
    is_free = or_(RoundCall.holder_id.is_(None), RoundCall.held_until <= now, RoundCall.holder_id == user_id)
    taken: Any = session.execute(
        update(RoundCall)
        .where(RoundCall.id == call.id, is_free)
        .values(holder_id=user_id, held_until=now + HELD_FOR, purpose=purpose)
        .execution_options(synchronize_session=False)
    )
    session.refresh(call)
    return call if taken.rowcount == 1 else None


def take_list(
    session: Session,
    kind: Round,
    worker_ids: Sequence[int],
    user_id: int | None,
    now: datetime,
    subject_id: int,
) -> set[int]:
    """Take many people's places for a day, a few statements in all; whose places are the user's now."""
    mine: set[int] = set()
    for start in range(0, len(worker_ids), PART):
        part = worker_ids[start : start + PART]
        of_part = RoundCall.round == kind, RoundCall.subject_id == subject_id, RoundCall.worker_id.in_(part)
        there = set(session.scalars(select(RoundCall.worker_id).where(*of_part)))
        missing = [one for one in part if one not in there]
        _add(session, kind, missing, user_id, now, subject_id)
        is_free = or_(
            RoundCall.holder_id.is_(None), RoundCall.held_until <= now, RoundCall.holder_id == user_id
        )
        session.execute(
            update(RoundCall)
            .where(*of_part, is_free)
            .values(holder_id=user_id, held_until=now + LIST_HELD_FOR)
            .execution_options(synchronize_session=False)
        )
        held = select(RoundCall.worker_id).where(*of_part, RoundCall.holder_id == user_id)
        mine |= set(session.scalars(held.where(RoundCall.held_until > now)))
    return mine


def _add(
    session: Session, kind: Round, people: Sequence[int], user_id: int | None, now: datetime, subject_id: int
) -> None:
    rows = [{"round": kind, "worker_id": one, "subject_id": subject_id} for one in people]
    if not rows:
        return
    try:
        with session.begin_nested():
            session.execute(insert(RoundCall), rows)
    except IntegrityError as problem:  # another clerk took some of them in the same moment
        if not breaks(problem, "round_call.round.worker_id.subject_id"):
            raise
        for one in people:
            take(session, kind, one, user_id, now, subject_id=subject_id)


def holders_of_list(
    session: Session, kind: Round, worker_ids: Sequence[int], subject_id: int, now: datetime
) -> dict[int, str]:
    """By person the name of whoever rings or holds the list."""
    names: dict[int, str] = {}
    for start in range(0, len(worker_ids), PART):
        rows = (
            select(RoundCall.worker_id, User.name)
            .join(User, User.id == RoundCall.holder_id)
            .where(RoundCall.round == kind, RoundCall.subject_id == subject_id, RoundCall.held_until > now)
            .where(RoundCall.worker_id.in_(worker_ids[start : start + PART]))
        )
        names |= dict(session.execute(rows).all())
    return names


def give_back_list(session: Session, kind: Round, user_id: int | None, subject_id: int) -> int:
    """Leave all places of a list to others; how many."""
    mine = RoundCall.round == kind, RoundCall.subject_id == subject_id, RoundCall.holder_id == user_id
    given = update(RoundCall).where(*mine).values(holder_id=None, held_until=None)
    return rows_changed(session, given.execution_options(synchronize_session=False))


def give_back(call: RoundCall) -> None:
    """Leave the place to others."""
    call.holder_id = call.held_until = None


def note_unreached(call: RoundCall, now: datetime) -> None:
    """Nobody answered: later again, behind those not yet rung."""
    wait = RETRY_AFTER[call.tries] if call.tries < len(RETRY_AFTER) else RETRY_LATER
    call.tries, call.retry_at = call.tries + 1, now + wait
    give_back(call)


def note_reached(call: RoundCall, now: datetime, *, is_done: bool) -> None:
    """The person was asked; what stayed open is asked a month later, nothing once ``is_done``."""
    call.reached_at, call.tries = now, 0
    call.retry_at = FOR_GOOD if is_done else now + ASK_AGAIN_AFTER
    give_back(call)


class FollowUpBatch(UploadBatch, Base):
    """A sheet of findings between its preview and its one confirm; one of the codes is whose round it is."""

    __tablename__ = "follow_up_batch"

    county_code: Mapped[str | None] = mapped_column(String(9), index=True)
    city_code: Mapped[str | None] = mapped_column(String(9), index=True)
    township_code: Mapped[str | None] = mapped_column(String(9), index=True)

    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.TOWNSHIP: by_area("township_code"),
    }


class AskingBatch(UploadBatch, Base):
    """A sheet of answers between its preview and its one confirm."""

    __tablename__ = "asking_batch"

    county_code: Mapped[str] = mapped_column(String(9), index=True)
    township_code: Mapped[str | None] = mapped_column(String(9), index=True)

    __scope__ = {Role.COUNTY: by_area("county_code"), Role.TOWNSHIP: by_area("township_code")}
