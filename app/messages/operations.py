"""Use cases of messages: telling by hand, texting again. The caller commits."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.messages import queries
from app.messages.queries import ToTell
from models.access import Actor, Permission
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.message import Message, note_told
from models.messages.reach import BY_HAND, TO_BE_TOLD, Reach
from models.messages.text_message import TextMessage
from models.opening_budget import TELEPHONES_A_DAY, open_telephones
from models.people import calling
from models.people.calling import Round, RoundCall
from models.people.worker import Worker
from models.workflow import TransitionRefused

NOTHING_TO_TELL = Sentence("没有要转告的了：可能本人刚看过，或同事刚说过。")
SAME_NUMBER = Sentence("号码没有改过，再发还是收不到。请先改号码，或打电话、上门。")
MOST_TRIED = 20


def take_next(
    session: Session, actor: Actor, purpose: str, today: date, now: datetime, most: int = TELEPHONES_A_DAY
) -> RoundCall | None:
    """The next person to be told whom nobody rings, taken for ``actor``; None where nobody waits."""
    for one in queries.unreached(session, actor, today, now, MOST_TRIED):
        if call := take(session, actor, one.worker, purpose, now, most):
            return call
    return None


def take(
    session: Session, actor: Actor, worker: Worker, purpose: str, now: datetime, most: int = TELEPHONES_A_DAY
) -> RoundCall | None:
    """Take a person's place; who may read whole numbers reads the telephone now, and the audit says what for.

    None where a colleague is ringing the person. Raises TransitionRefused beyond ``most`` telephones a day.
    """
    call = calling.take(session, Round.TELL, worker.id, actor.user_id, now, purpose)
    if call is not None and actor.can(Permission.WORKER_REVEAL) and worker.telephones:
        open_telephones(session, actor, [worker], purpose, day_of(now), most)
    return call


def reveal(
    session: Session, actor: Actor, rows: Sequence[ToTell], purpose: str, today: date, most: int
) -> None:
    """Note of each person that the whole telephones leave the house in a list, and what for.

    Raises TransitionRefused beyond ``most`` a day.
    """
    open_telephones(session, actor, [row.worker for row in rows], purpose, today, most)


def tell(session: Session, actor: Actor, told: ToTell, how: Reach, note: str, now: datetime) -> int:
    """The person knows, by telephone, in person or by the printed notice: how many messages that were.

    Raises TransitionRefused where there is nothing to tell any more.
    """
    if how not in BY_HAND:
        raise ValueError(how)
    count = 0
    for message in told.messages:
        count += note_told(session, message, how, actor=actor, now=now, note=note)
    if not count:
        raise TransitionRefused(NOTHING_TO_TELL)
    if call := calling.call_of(session, Round.TELL, told.worker.id):
        calling.note_reached(call, now, is_done=False)
        call.retry_at = None  # the next message is another matter
    record(session, actor, EventTag.MESSAGE_TELL, told.worker, outcome=how.value, rows=count)
    return count


def miss(session: Session, actor: Actor, worker: Worker, note: str, now: datetime) -> RoundCall:
    """Nobody answered: the person comes again later. Raises TransitionRefused."""
    call = calling.held_call(session, Round.TELL, actor, worker.id)
    calling.note_unreached(call, now)
    record(session, actor, EventTag.MESSAGE_TELL, worker, outcome="unreached", reason=note[:200])
    return call


def give_back(session: Session, actor: Actor, worker: Worker) -> None:
    """Leave the person to others, untold."""
    calling.give_back(calling.held_call(session, Round.TELL, actor, worker.id))


def send_again(
    session: Session, actor: Actor, worker: Worker, messages: Sequence[Message], now: datetime
) -> int:
    """Text once more what did not arrive, to a number that was put right since: how many messages.

    Raises TransitionRefused where the number is the one that failed.
    """
    failed = set(
        session.scalars(
            select(TextMessage.phone_digest).where(
                TextMessage.message_id.in_([one.id for one in messages]), TextMessage.why.is_not(None)
            )
        )
    )
    if worker.phone_digest is None or worker.phone_digest in failed:
        raise TransitionRefused(SAME_NUMBER)
    again = [one for one in messages if one.reach in TO_BE_TOLD]
    for message in again:
        message.reach, message.reach_at, message.why, message.not_before = Reach.WAITING, now, None, None
    if not again:
        raise TransitionRefused(NOTHING_TO_TELL)
    record(session, actor, EventTag.MESSAGE_AGAIN, worker, rows=len(again))
    return len(again)
