"""Scoped reads of the round: who waits for a call, who did not answer, whom somebody is ringing."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import Session

from app.kit.web.whole_list import Total, Whole, total
from app.workers.asking.questions import is_worth_a_call
from models.access import Actor, Permission, visible_to
from models.people.calling import Round, RoundCall, is_waiting
from models.people.worker import Worker, candidate_condition

PAGE = 50
WRITE = Permission.WORKER_WRITE
_PLACE = and_(RoundCall.worker_id == Worker.id, RoundCall.round == Round.ASK)


def _round(actor: Actor, today: date, *conditions: ColumnElement[bool]) -> Select[Any]:
    """People who can be matched and have a decisive question open, with their place in the round."""
    statement: Any = (
        select(Worker, RoundCall)
        .outerjoin(RoundCall, _PLACE)
        .where(candidate_condition(today), is_worth_a_call(), *conditions)
    )
    return visible_to(actor, statement, Worker, WRITE)


def waiting(
    session: Session, actor: Actor, today: date, now: datetime, limit: int = PAGE
) -> Sequence[tuple[Worker, RoundCall | None]]:
    """Whom to ring now: those not yet rung first, in the order of the register.

    Asked in two halves: each is read in order off an index, and the second is small.
    """
    is_free = is_waiting(actor.user_id, now)
    # Their numbers first: an outer join asked for nothing made PostgreSQL sort whole rows of a township.
    rung_before = exists().where(_PLACE, or_(RoundCall.tries > 0, not_(func.coalesce(is_free, false()))))
    unrung: Select[Any] = select(Worker.id).where(candidate_condition(today), is_worth_a_call(), ~rung_before)
    numbers = session.scalars(visible_to(actor, unrung.order_by(Worker.id).limit(limit), Worker, WRITE)).all()
    told = select(Worker, RoundCall).outerjoin(RoundCall, _PLACE).where(Worker.id.in_(numbers))
    rows = [(worker, call) for worker, call in session.execute(told.order_by(Worker.id))]
    if len(rows) < limit:
        rung = _round(actor, today, is_free, RoundCall.tries > 0).order_by(RoundCall.tries, Worker.id)
        rows += [(worker, call) for worker, call in session.execute(rung.limit(limit - len(rows)))]
    return rows


def later(session: Session, actor: Actor, today: date, now: datetime) -> Sequence[tuple[Worker, RoundCall]]:
    """Those who did not answer and are not due yet, the next first."""
    statement = _round(actor, today, RoundCall.tries > 0, RoundCall.retry_at > now)
    return [
        (worker, call) for worker, call in session.execute(statement.order_by(RoundCall.retry_at).limit(PAGE))
    ]


def being_rung(
    session: Session, actor: Actor, today: date, now: datetime
) -> Sequence[tuple[Worker, RoundCall]]:
    """Whom somebody is ringing now."""
    statement = _round(actor, today, RoundCall.holder_id.is_not(None), RoundCall.held_until > now)
    return [(worker, call) for worker, call in session.execute(statement.limit(PAGE))]


def count_waiting(session: Session, actor: Actor, today: date, now: datetime) -> Total:
    """How many :func:`waiting` would show in all."""
    is_free = func.coalesce(is_waiting(actor.user_id, now), false())
    taken = exists().where(_PLACE, not_(is_free))
    rows: Select[Any] = select(Worker).where(candidate_condition(today), is_worth_a_call(), ~taken)
    return total(session, Whole(visible_to(actor, rows, Worker, WRITE), Worker, (Worker.id,)))
