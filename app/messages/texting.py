"""Text messages of what waits in the inboxes: which may leave, handing them over, what became of them.

Every round is cut into slices: a short transaction claims some rows, the gateway is asked while nothing is
held, a short transaction notes what it said. Killed in between, the claims run out and the same parcels are
handed over again under the same public ids.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.messages.gateways.gateway import Answer, Gateway, GatewayClosed, Parcel, Taken
from app.messages.outgoing import (
    SLICE,
    Limits,
    holders_of,
    is_late,
    is_quiet,
    morning_after,
    reasons_against,
    sent_by_county,
    sent_today,
    waiting,
)
from models.base import rows_changed
from models.messages.message import Message
from models.messages.reach import Reach, Why
from models.messages.text_message import CLAIMED_FOR, TextMessage, TextStage, take
from models.messages.wording import has_link
from models.people.worker import Worker
from models.reference.area import area_names

MOST_TRIES = 6


@dataclass
class Round:
    """What one round did."""

    handed_over: int = 0
    refused: int = 0
    unclear: int = 0
    kept_back: int = 0
    closed: str = ""
    longest: float = 0.0
    by_county: Counter[str] = field(default_factory=Counter)

    def told(self) -> dict[str, int | str]:
        """For the log: counts, and why the gateway took nothing more."""
        counts = {
            "handed_over": self.handed_over,
            "refused": self.refused,
            "unclear": self.unclear,
            "kept_back": self.kept_back,
        }
        return {name: count for name, count in counts.items() if count} | (
            {"closed": self.closed} if self.closed else {}
        )


def hand_over(session: Session, gateway: Gateway, limits: Limits, now: datetime, seconds: float) -> Round:
    """Hand over what may leave now, for at most about ``seconds``. Commits, slice by slice."""
    done, begun = Round(), monotonic()
    session.rollback()
    if is_quiet(now):
        return done
    done.by_county = sent_by_county(session, now)
    while monotonic() - begun < seconds and not done.closed:
        texts = _left_behind(session, now) or _claim(session, limits, now, done)
        if texts is None:
            break
        parcels = _parcels(session, texts)
        session.commit()
        _ask(session, gateway, parcels, now, done)
    return done


# --- which may leave --------------------------------------------------------------------------------------


def _claim(session: Session, limits: Limits, now: datetime, done: Round) -> list[int] | None:
    """Claim the next messages for this worker; None where nothing waits any more."""
    begun = monotonic()
    full = [county for county, count in done.by_county.items() if count >= limits.county_day]
    rows = session.execute(waiting(now, full)).all()
    if not rows:
        session.rollback()
        return None
    reasons = reasons_against(session, [worker for _message, worker in rows], now)
    sent = sent_today(session, [worker.id for _message, worker in rows], now)
    claimed: list[int] = []
    for message, worker in rows:
        if done.by_county[message.county_code] >= limits.county_day:
            continue  # full since this slice began: the next one leaves the county out
        why = Why.LAPSED if is_late(message, now) else reasons.get(worker.id)
        if has_link(message.own_text or message.text):
            why = why or Why.LINK
        if why:
            settle(session, message.id, Reach.WAITING, Reach.UNREACHED, now, why)
            done.kept_back += 1
        elif sent[worker.id] >= limits.person_day:
            message.not_before = morning_after(now)
        elif settle(session, message.id, Reach.WAITING, Reach.SENDING, now):
            sent[worker.id] += 1
            done.by_county[message.county_code] += 1
            text = _text_for(session, message, worker, now)
            session.add(text)
            session.flush()
            claimed.append(text.id)
    session.commit()
    done.longest = max(done.longest, monotonic() - begun)
    return claimed


def _text_for(session: Session, message: Message, worker: Worker, now: datetime) -> TextMessage:
    turns = select(func.max(TextMessage.turn)).where(TextMessage.message_id == message.id)
    return TextMessage(
        created_at=now,
        message_id=message.id,
        worker_id=worker.id,
        county_code=message.county_code,
        turn=(session.scalar(turns) or 0) + 1,
        public_id=uuid.uuid4().hex,
        phone_digest=worker.phone_digest,
        claimed_until=now + CLAIMED_FOR,
        tries=1,
    )


# --- handing over -----------------------------------------------------------------------------------------


def _left_behind(session: Session, now: datetime) -> list[int] | None:
    """Claim again what a killed worker, or an answer that never came, left in suspense; None for nothing."""
    lost = select(TextMessage.id).where(
        TextMessage.stage == TextStage.SENDING, TextMessage.claimed_until <= now
    )
    numbers = session.scalars(lost.order_by(TextMessage.id).limit(SLICE)).all()
    taken = [number for number in numbers if take(session, number, now)]
    session.commit()
    return taken or None


def _parcels(session: Session, numbers: Sequence[int]) -> list[tuple[int, Parcel]]:
    """The texts as they leave: signed, and with the name where a phone has several owners."""
    statement = (
        select(TextMessage, Message, Worker)
        .join(Message, Message.id == TextMessage.message_id)
        .join(Worker, Worker.id == TextMessage.worker_id)
        .where(TextMessage.id.in_(numbers))
        .order_by(TextMessage.id)
    )
    rows = session.execute(statement).all()
    names = area_names(session, {text.county_code for text, _message, _worker in rows})
    holders = holders_of(session, {text.phone_digest for text, _message, _worker in rows})
    parcels = []
    for text, message, worker in rows:
        is_moot = message.reach is not Reach.SENDING  # told or answered since
        if is_moot or worker.phone is None or worker.phone_digest != text.phone_digest:
            continue  # the number was put right since the claim, or the person erased: see _drop
        name = f"{worker.name}：" if holders[text.phone_digest] > 1 else ""
        words = f"【{names.get(text.county_code, '')}人社局】{name}{message.own_text or message.text}"
        parcels.append((text.id, Parcel(text.public_id, worker.phone, words)))
    kept = {number for number, _parcel in parcels}
    _drop(session, [text for text, _message, _worker in rows if text.id not in kept])
    return parcels


def _drop(session: Session, texts: Sequence[TextMessage]) -> None:
    """What was claimed and is not to leave any more. A message whose number was put right waits anew.

    Where an earlier try may have reached the old number, nothing more is sent by itself.
    """
    for text in texts:
        is_first = text.tries == 1
        text.stage, text.claimed_until = TextStage.FAILED, None
        text.why = Why.NOT_TAKEN if is_first else Why.NO_RECEIPT
        again = (Reach.WAITING, None) if is_first else (Reach.UNREACHED, Why.NO_RECEIPT)
        settle(session, text.message_id, Reach.SENDING, again[0], text.created_at, again[1])


def _ask(
    session: Session, gateway: Gateway, parcels: Sequence[tuple[int, Parcel]], now: datetime, done: Round
) -> None:
    answers: list[tuple[int, Answer]] = []
    try:
        for number, parcel in parcels:
            answers.append((number, gateway.hand_over(parcel)))
    except GatewayClosed as closed:
        done.closed = str(closed)
    begun = monotonic()
    for number, answer in answers:
        _note(session, gateway, number, answer, now, done)
    _give_back(session, [number for number, _parcel in parcels[len(answers) :]], now)
    session.commit()
    done.longest = max(done.longest, monotonic() - begun)


def _note(
    session: Session, gateway: Gateway, number: int, answer: Answer, now: datetime, done: Round
) -> None:
    text = session.get_one(TextMessage, number)
    text.gateway = gateway.name
    if answer.taken is Taken.YES:
        text.stage, text.handed_over_at, text.receipt_at = TextStage.HANDED_OVER, now, now
        settle(session, text.message_id, Reach.SENDING, Reach.HANDED_OVER, now)
        done.handed_over += 1
    elif answer.taken is Taken.REFUSED:
        fail(session, text, answer.why or Why.NOT_TAKEN, now)
        done.refused += 1
    elif text.tries >= MOST_TRIES:
        fail(session, text, Why.NO_RECEIPT, now)
        done.refused += 1
    else:
        done.unclear += 1  # the claim runs out, and the same parcel is handed over again


def _give_back(session: Session, numbers: Sequence[int], now: datetime) -> None:
    """What was not handed over because the gateway is closed waits a while, under its own id."""
    if numbers:
        later = update(TextMessage).where(TextMessage.id.in_(numbers))
        session.execute(later.values(tries=TextMessage.tries - 1, claimed_until=now + CLAIMED_FOR))


def fail(session: Session, text: TextMessage, why: Why, now: datetime) -> None:
    text.stage, text.why, text.settled_at = TextStage.FAILED, why, now
    reached = (Reach.SENDING, Reach.HANDED_OVER)
    settle(session, text.message_id, reached, Reach.FAILED, now, why)


def settle(
    session: Session,
    message_id: int,
    before: Reach | tuple[Reach, ...],
    after: Reach,
    now: datetime,
    why: Why | None = None,
) -> bool:
    """Move a message on from where it was; one that somebody read or told meanwhile stays as it is."""
    sources = before if isinstance(before, tuple) else (before,)
    moved = update(Message).where(Message.id == message_id, Message.reach.in_(sources))
    return rows_changed(session, moved.values(reach=after, reach_at=now, why=why)) == 1
