"""Scoped reads of messages: what was sent and how far it came, and who has to be told by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.kit.web.lately import count_lately
from app.kit.web.navigation import Task
from models.access import Actor, Permission, visible_to
from models.i18n import N_, Sentence, counted
from models.messages.kind import MUST_REACH, MessageKind
from models.messages.message import Message
from models.messages.reach import ON_THE_WAY, TO_BE_TOLD, Reach
from models.people.calling import Round, RoundCall, is_waiting
from models.people.worker import Worker

PAGE, MOST_PRINTED, MOST_IN_A_SHEET = 50, 200, 1000
READ, TELL = Permission.WORKER_READ, Permission.PLACEMENT_ANSWER
COUNTED_DAYS = 30


def sent_page(
    session: Session,
    actor: Actor,
    kind: MessageKind | None = None,
    reach: Reach | None = None,
    before: int | None = None,
) -> list[tuple[Message, Worker]]:
    """The last messages to people the reader may see, with one more than a page."""
    statement: Any = select(Message, Worker).join(Worker, Worker.id == Message.worker_id)
    if kind:
        statement = statement.where(Message.kind == kind)
    if reach:
        statement = statement.where(Message.reach == reach)
    if before:
        statement = statement.where(Message.id < before)
    statement = visible_to(actor, statement, Message, READ).order_by(Message.id.desc()).limit(PAGE + 1)
    return [(message, worker) for message, worker in session.execute(statement)]


def reach_counts(session: Session, actor: Actor, now: datetime) -> dict[Reach, int]:
    """How many messages of the last ``COUNTED_DAYS`` came how far."""
    since = Message.reach_at >= now - timedelta(days=COUNTED_DAYS)
    statement = select(Message.reach, func.count()).where(since).group_by(Message.reach)
    counts: dict[Reach, int] = dict(session.execute(visible_to(actor, statement, Message, READ)).all())
    return {reach: counts[reach] for reach in Reach if reach in counts}


def needs_telling(today: date) -> ColumnElement[bool]:
    """Messages that somebody has to bring: no text message brought them, or their day is here."""
    soon = and_(Message.reach.in_(ON_THE_WAY), Message.until_on <= today + timedelta(days=1))
    is_useful = or_(Message.until_on.is_(None), Message.until_on >= today)
    # Says nothing that the next does not; but it is what an index answers.
    is_open = Message.reach.in_((*TO_BE_TOLD, *ON_THE_WAY))
    return and_(is_open, or_(Message.reach.in_(TO_BE_TOLD), soon), Message.kind.in_(MUST_REACH), is_useful)


@dataclass
class ToTell:
    """One person, the place in the round, and what is to be told, the most urgent first."""

    worker: Worker
    call: RoundCall | None
    messages: list[Message] = field(default_factory=list)

    @property
    def until_on(self) -> date | None:
        """The last day on which the most urgent of it helps."""
        return min((one.until_on for one in self.messages if one.until_on), default=None)


def _people(actor: Actor, today: date, *conditions: ColumnElement[bool]) -> Select[Any]:
    place = and_(RoundCall.worker_id == Message.worker_id, RoundCall.round == Round.TELL)
    statement: Any = (
        select(Message.worker_id)
        .outerjoin(RoundCall, place)
        .where(needs_telling(today), *conditions)
        .group_by(Message.worker_id)
    )
    return visible_to(actor, statement, Message, TELL)


def unreached(
    session: Session, actor: Actor, today: date, now: datetime, limit: int = PAGE, start: int = 0
) -> list[ToTell]:
    """Whom to tell now, the most urgent first; those who did not answer lately come again later."""
    first = func.min(func.coalesce(Message.until_on, date.max))
    people = _people(actor, today, is_waiting(actor.user_id, now)).order_by(first, Message.worker_id)
    return to_tell(session, actor, today, session.scalars(people.offset(start).limit(limit)).all())


def unreached_count(session: Session, actor: Actor, today: date) -> int:
    """How many people have not been reached."""
    # Not rows grouped by person: for these SQLite walks through all messages in the order of persons.
    persons: Any = select(func.count(func.distinct(Message.worker_id))).where(needs_telling(today))
    return count_lately(session, visible_to(actor, persons, Message, TELL))


def _first_day(session: Session, actor: Actor, today: date) -> date | None:
    """The last day on which the most urgent of it helps."""
    statement = select(func.min(Message.until_on)).where(needs_telling(today))
    return session.scalar(visible_to(actor, statement, Message, TELL))


def to_tell(session: Session, actor: Actor, today: date, people: Sequence[int]) -> list[ToTell]:
    """What each of ``people`` has to be told, in their order; who has nothing to be told is left out."""
    place = and_(RoundCall.worker_id == Worker.id, RoundCall.round == Round.TELL)
    statement: Any = (
        select(Worker, RoundCall, Message)
        .join(Message, Message.worker_id == Worker.id)
        .outerjoin(RoundCall, place)
        .where(Worker.id.in_(people), needs_telling(today))
        .order_by(Message.until_on.is_(None), Message.until_on, Message.id)
    )
    by_person: dict[int, ToTell] = {}
    for worker, call, message in session.execute(visible_to(actor, statement, Message, TELL)):
        by_person.setdefault(worker.id, ToTell(worker, call)).messages.append(message)
    return [by_person[number] for number in people if number in by_person]


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Who has not been reached, for those who tell people."""
    if not actor.can(TELL):
        return []
    count, first = unreached_count(session, actor, today), _first_day(session, actor, today)
    text = counted(count, "人有要紧的通知还没收到")
    reason = Sentence("短信没送到、没有电话或日子快到了：打电话、上门，或把通知单送去")
    return [Task(count, text, reason, url_for("messages.unreached"), N_("去转告"), "messages.index", first)]
