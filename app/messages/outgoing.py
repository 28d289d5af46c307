"""Which text messages may leave: quiet hours, caps, refusals, numbers that are no good or shared."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models.clock import CHINA, day_of
from models.messages.contact_choice import ContactChoice
from models.messages.message import Message
from models.messages.reach import BAD_NUMBER, Reach, Why
from models.messages.text_message import TextMessage
from models.people.phone import is_mobile
from models.people.worker import Worker
from models.row_security import looking_everywhere

SLICE = 25
QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 0)
MOST_SHARING = 5
BAD_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Limits:
    """How many text messages leave a day, in China: to one person, and for one county."""

    person_day: int = 3
    county_day: int = 20_000


def is_quiet(now: datetime) -> bool:
    """Whether people sleep: nothing leaves from 21:00 to 8:00 in China."""
    hour = now.astimezone(CHINA).time()
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def morning_after(now: datetime) -> datetime:
    """When text messages may leave again on the next day."""
    return datetime.combine(day_of(now) + timedelta(days=1), QUIET_UNTIL, CHINA)


def waiting(now: datetime, full: Collection[str]) -> Select[Message, Worker]:
    """The messages whose turn it is, the most urgent first, but for counties that sent all of today's."""
    may = or_(Message.not_before.is_(None), Message.not_before <= now)
    statement = (
        select(Message, Worker)
        .join(Worker, Worker.id == Message.worker_id)
        .where(Message.reach == Reach.WAITING, Message.reach_at <= now, may)
    )
    if full:
        statement = statement.where(Message.county_code.not_in(full))
    return statement.order_by(Message.until_on.is_(None), Message.until_on, Message.id).limit(SLICE)


def sent_by_county(session: Session, now: datetime) -> Counter[str]:
    """How many text messages each county has sent today."""
    since = datetime.combine(day_of(now), time(), CHINA)
    sent = select(TextMessage.county_code, func.count()).where(TextMessage.created_at >= since)
    return Counter(dict(session.execute(sent.group_by(TextMessage.county_code)).all()))


def sent_today(session: Session, people: Sequence[int], now: datetime) -> Counter[int]:
    since = datetime.combine(day_of(now), time(), CHINA)
    sent = (
        select(TextMessage.worker_id, func.count())
        .where(TextMessage.worker_id.in_(people), TextMessage.created_at >= since)
        .group_by(TextMessage.worker_id)
    )
    return Counter(dict(session.execute(sent).all()))


def is_late(message: Message, now: datetime) -> bool:
    return message.until_on is not None and message.until_on < day_of(now)


def reasons_against(session: Session, people: Sequence[Worker], now: datetime) -> dict[int, Why]:
    """By person, why no text message goes there."""
    digests = {worker.phone_digest for worker in people if worker.phone_digest}
    refused = set(
        session.scalars(
            select(ContactChoice.worker_id).where(
                ContactChoice.worker_id.in_({worker.id for worker in people}),
                ContactChoice.texts_refused_at.is_not(None),
            )
        )
    )
    holders = holders_of(session, digests)
    bad = set(
        session.scalars(
            select(TextMessage.phone_digest).where(
                TextMessage.phone_digest.in_(digests),
                TextMessage.why.in_(BAD_NUMBER),
                TextMessage.settled_at >= now - BAD_FOR,
            )
        )
    )
    reasons = {}
    for worker in people:
        if why := _reason(worker, refused, holders, bad):
            reasons[worker.id] = why
    return reasons


def _reason(worker: Worker, refused: set[int], holders: Counter[str], bad: set[str]) -> Why | None:
    if worker.id in refused:
        return Why.REFUSED_TEXTS
    if not worker.phone or not worker.phone_digest:
        return Why.NO_PHONE
    if not is_mobile(worker.phone):
        return Why.NO_MOBILE
    if holders[worker.phone_digest] > MOST_SHARING:
        return Why.SHARED
    return Why.NO_SUCH_NUMBER if worker.phone_digest in bad else None


def holders_of(session: Session, digests: set[str]) -> Counter[str]:
    """Of how many people in the register a number is the own one."""
    counted = (
        select(Worker.phone_digest, func.count())
        .where(Worker.phone_digest.in_(digests), Worker.merged_into_id.is_(None))
        .group_by(Worker.phone_digest)
    )
    with looking_everywhere(session, "how many people, of whatever county, hold one telephone number: sums"):
        return Counter({digest: count for digest, count in session.execute(counted) if digest})
