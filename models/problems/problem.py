"""A problem that a worker reported: a case with an owner, days, and an end that is the worker's word."""

import enum
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor, Permission, Right, Role, by_area, by_person, everything, visible_to
from models.audit import record
from models.base import Base, Recorded
from models.clock import day_of, utc_now
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.messages.kind import MessageKind
from models.messages.message import send
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import HOLDING, Placement
from models.problems.flow import ALIVE, PROBLEM_WORKFLOW, ProblemState
from models.problems.kind import (
    PROBLEM_KIND_LABELS,
    PROBLEM_LEVEL_LABELS,
    TO_CITY_AT_ONCE,
    ProblemKind,
    ProblemLevel,
)
from models.problems.last_day import last_day
from models.reference.organisation import Organisation
from models.types import EnumText, UTCDateTime
from models.user import User
from models.workflow import TransitionRefused

__all__ = ["PROBLEM_WORKFLOW", "ProblemKind", "ProblemLevel", "ProblemState"]
LONGEST_WORDS = 600


def _where_the_worker_agreed(model: Any, right: Right) -> ColumnElement[bool]:
    """An enterprise learns of a problem, and of who has it, only where the worker said so."""
    if right.organisation_id is None:
        return false()
    return and_(model.enterprise_id == right.organisation_id, model.agreed_at.is_not(None))


class Problem(Recorded, Base):
    """One thing that is wrong, for one person. ``level`` says whose turn it is, ``due_on`` until when;
    ``owner_id`` is who took it, None until somebody did.

    ``agreed_at``: since when the worker agrees that the enterprise learns of it, and of who complains; None:
    never asked, refused or taken back. ``closed_words`` are the worker's own, by ``closed_channel``, heard by
    ``closed_by_id``; for a case that ended unreached they are empty.
    """

    __tablename__ = "problem"
    __table_args__ = (
        Index("ix_problem_county_state", "county_code", "state", "due_on", "id"),
        Index("ix_problem_city_state", "city_code", "state", "due_on", "id"),
        Index("ix_problem_township_state", "township_code", "state", "due_on", "id"),
        Index("ix_problem_enterprise_state", "enterprise_id", "state", "due_on", "id"),
        Index("ix_problem_state_due", "state", "due_on", "id"),
        Index("ix_problem_owner_state", "owner_id", "state", "due_on", "id"),
        Index("ix_problem_worker_state", "worker_id", "state"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    worker: Mapped[Worker] = relationship()
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), index=True)
    placement: Mapped[Placement | None] = relationship()
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    enterprise: Mapped[Organisation | None] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    township_code: Mapped[str | None] = mapped_column(String(9))
    city_code: Mapped[str | None] = mapped_column(String(9))
    kind: Mapped[ProblemKind] = mapped_column(EnumText(ProblemKind))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    state: Mapped[ProblemState] = mapped_column(EnumText(ProblemState), default=ProblemState.OPEN)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utc_now)
    level: Mapped[ProblemLevel] = mapped_column(EnumText(ProblemLevel), default=ProblemLevel.COUNTY)
    level_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utc_now)
    due_on: Mapped[date]
    remind_on: Mapped[date | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    inspection_office: Mapped[str] = mapped_column(String(100), default="")
    inspection_number: Mapped[str] = mapped_column(String(60), default="")
    tries: Mapped[int] = mapped_column(default=0)
    days_of_tries: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    closed_channel: Mapped[Channel | None] = mapped_column(EnumText(Channel))
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    notes: Mapped[list["ProblemNote"]] = relationship(back_populates="problem", order_by="ProblemNote.id")
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.TOWNSHIP: by_area("township_code"),
        Role.CITY: by_area("city_code"),
        Role.ENTERPRISE: _where_the_worker_agreed,
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
        Role.WORKER: by_person("worker_id"),
    }

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE

    def days_open(self, today: date) -> int:
        """How many days the case has been open, or was until its end."""
        end = day_of(self.closed_at) if self.closed_at else today
        return (end - day_of(self.created_at)).days


class NoteKind(enum.StrEnum):
    """What a line of a case's story is."""

    NOTE = "note"
    AGAIN = "again"
    TRY = "try"
    ENTERPRISE = "enterprise"
    ESCALATED = "escalated"
    REOPENED = "reopened"


NOTE_KIND_LABELS = {
    NoteKind.NOTE: N_("办理记录"),
    NoteKind.AGAIN: N_("本人又说"),
    NoteKind.TRY: N_("联系本人，没有联系上"),
    NoteKind.ENTERPRISE: N_("企业答复"),
    NoteKind.ESCALATED: N_("上报"),
    NoteKind.REOPENED: N_("重新打开"),
}


class ProblemNote(Recorded, Base):
    """One line of a case's story: what was done, what was said, when somebody tried to reach the person."""

    __tablename__ = "problem_note"

    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    problem: Mapped[Problem] = relationship(back_populates="notes")
    kind: Mapped[NoteKind] = mapped_column(EnumText(NoteKind))
    text: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    channel: Mapped[Channel | None] = mapped_column(EnumText(Channel))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[User | None] = relationship()


def open_problem(
    session: Session,
    worker_id: int,
    kind: ProblemKind,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    placement_id: int | None = None,
    channel: Channel | None = None,
    agrees: bool = False,
    has_file: bool = False,
) -> Problem:
    """Open a case for what the person said, or add it to the open case of the same kind.

    Without ``placement_id`` the job that the person holds is meant, if any. ``channel`` is how it was heard
    (the phone of the worker, where the worker tells it); ``agrees``: the enterprise may learn who said it;
    ``has_file``: a photograph or a voice note comes with it, which may say all.
    Raises TransitionRefused where nothing was said, or for a placement of somebody else.
    """
    said = _checked(words, kind, has_file)
    worker = session.get_one(Worker, worker_id, with_for_update=True)  # two reports at once are one case
    heard = channel or (Channel.PORTAL if actor.worker_id == worker_id else Channel.PHONE)
    if (problem := _alive(session, worker_id, kind)) is not None:
        return _said_again(session, problem, said, heard, agrees, actor=actor, now=now)
    placement = _placement_of(session, worker_id, placement_id)
    city = placement.city_code if placement else None
    level = ProblemLevel.CITY if kind in TO_CITY_AT_ONCE and city else ProblemLevel.COUNTY
    problem = Problem(
        worker_id=worker_id,
        placement_id=placement.id if placement else None,
        enterprise_id=placement.enterprise_id if placement else None,
        county_code=worker.county_code,
        township_code=worker.township_code,
        city_code=city,
        kind=kind,
        words=said,
        channel=heard,
        level=level,
        created_at=now,
        state_since=now,
        level_since=now,
        due_on=last_day(session, kind, level, worker.county_code, city, day_of(now)),
        agreed_at=now if agrees else None,
        created_by_id=actor.user_id,
        is_synthetic=worker.is_synthetic,
    )
    session.add(problem)
    session.flush()
    record(session, actor, EventTag.PROBLEM_OPEN, problem, kind=kind.value, channel=heard.value)
    _tell_heard(session, problem, actor, now)
    return problem


def _checked(words: str, kind: ProblemKind, has_file: bool) -> str:
    said = words.strip()
    if not said and kind is ProblemKind.OTHER and not has_file:
        raise TransitionRefused(Sentence("请写一句或录一段是什么事，不然没人知道该怎么帮。"))
    if len(said) > LONGEST_WORDS:
        too_long = Sentence(
            "话太长了：最多 %(most)s 个字，现在 %(n)s 个字。", {"most": LONGEST_WORDS, "n": len(said)}
        )
        raise TransitionRefused(too_long)
    return said


def _tell_heard(session: Session, problem: Problem, actor: Actor, now: datetime) -> None:
    told = {
        "kind": PROBLEM_KIND_LABELS[problem.kind],
        "day": problem.due_on,
        "who": PROBLEM_LEVEL_LABELS[problem.level],
    }
    send(
        session,
        problem.worker_id,
        MessageKind.PROBLEM_HEARD,
        told,
        actor=actor,
        now=now,
        placement_id=problem.placement_id,
    )


def problems_about(session: Session, actor: Actor, worker_id: int, most: int = 10) -> Sequence[Problem]:
    """What a person reported, as far as ``actor`` may see it, the newest first."""
    rows = select(Problem).where(Problem.worker_id == worker_id).order_by(Problem.id.desc()).limit(most)
    return session.scalars(visible_to(actor, rows, Problem, Permission.PROBLEM_READ)).all()


def _alive(session: Session, worker_id: int, kind: ProblemKind) -> Problem | None:
    statement = select(Problem).where(
        Problem.worker_id == worker_id, Problem.kind == kind, Problem.state.in_(ALIVE)
    )
    return session.scalar(statement.order_by(Problem.id).limit(1))


def _placement_of(session: Session, worker_id: int, placement_id: int | None) -> Placement | None:
    """The job that is meant; without a number the one that is held. Somebody else's answers like none."""
    rows = select(Placement).where(Placement.worker_id == worker_id)
    if placement_id is None:
        return session.scalar(rows.where(Placement.state.in_(HOLDING)).order_by(Placement.id.desc()).limit(1))
    placement = session.scalar(rows.where(Placement.id == placement_id))
    if placement is None:
        raise TransitionRefused(Sentence("没有这份工作的记录，请重新选是哪份工作。"))
    return placement


def _said_again(
    session: Session,
    problem: Problem,
    said: str,
    heard: Channel,
    agrees: bool,
    *,
    actor: Actor,
    now: datetime,
) -> Problem:
    if agrees and problem.agreed_at is None:
        problem.agreed_at = now
    if said and said != problem.words:
        add_note(session, problem, NoteKind.AGAIN, said, actor=actor, now=now, channel=heard)
    return problem


def add_note(
    session: Session,
    problem: Problem,
    kind: NoteKind,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    channel: Channel | None = None,
) -> ProblemNote:
    """A line of the case's story, noted in the audit. Raises TransitionRefused for an empty one."""
    if not words.strip():
        raise TransitionRefused(Sentence("请写一句，空的记录没有用。"))
    note = ProblemNote(
        problem_id=problem.id,
        kind=kind,
        text=words.strip()[:LONGEST_WORDS],
        channel=channel,
        by_id=actor.user_id,
        created_at=now,
    )
    session.add(note)
    session.flush()
    record(session, actor, EventTag.PROBLEM_NOTE, problem, kind=kind.value)
    return note
