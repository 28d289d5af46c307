"""Wrong passwords, PINs and codes, counted for an account and a place: a stranger locks out himself only.

Five failures within 15 minutes lock the account for 15 minutes (trust.md T14) for the place they came from.
A device or address from which somebody signed in within :data:`KNOWN_FOR` is a place of its own; all others
have one counter more in common, so that many addresses together guess no faster than one.

A worker's PIN has a million values only: a telephone known to the account tries 20 a day, all others
together 20 a day, and one address 60 a day whatever the account. The address of a dormitory or of a telephone
company is many people's, so it is never known. A new slip opens every lock (:func:`forget`).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import vault
from models.integrity import breaks
from models.people.worker_account import NAME_DIGITS
from models.user import SignInCounter, User


@dataclass(frozen=True)
class Limit:
    """``most`` failures within ``window`` lock for ``lock``."""

    most: int
    window: timedelta
    lock: timedelta


HERE = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
BY_STRANGERS = Limit(100, timedelta(days=1), timedelta(hours=1))
KNOWN_FOR = timedelta(days=30)
MOST_ON_ONE = 8  # people on one telephone
STRANGERS, OWN_PASSWORD = "strangers", "own password"
A_DAY = timedelta(days=1)
# By the first word of a place; all others are HERE.
LIMITS = {
    STRANGERS: BY_STRANGERS,
    "pin-strangers": Limit(20, A_DAY, A_DAY),
    "pin-device": Limit(20, A_DAY, A_DAY),
    "pin-source": Limit(60, A_DAY, timedelta(hours=1)),
    "slip-source": Limit(30, timedelta(minutes=15), timedelta(minutes=15)),
}
ANYBODY, SLIPS = "any worker", "account slips"
OF_NOBODY = ("pin-source ", "slip-source ")
_OF_WORKER = re.compile(rf"\d{{{NAME_DIGITS}}}|\d{{17}}[\dx]")


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: its address, and the token that a device got with its last sign-in, or ""."""

    source: str = ""
    device: str = ""


def account_name(typed: str) -> str:
    """The name as accounts have it: however wide, high or spaced it was typed, it is one name to count by."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def is_of_worker(name: str) -> bool:
    """Whether a name, as it is counted by, is that of a worker's account: its number, or an ID number."""
    return _OF_WORKER.fullmatch(name) is not None


def device_place(device: str) -> str:
    """Where tries from a device are counted that somebody signed in from."""
    return _place("device", device)


def _place(word: str, told: str) -> str:
    told_as = "source" if word.endswith("source") else "device"
    return f"{word} {vault.digest(f'{told_as} {told}')}"[:64]


def counters_for(session: Session, name: str, origin: Origin, now: datetime) -> list[SignInCounter]:
    """The counters that a try concerns, its own place's first, held against tries at the same time."""
    device = device_place(origin.device) if origin.device else ""
    source = _place("source", origin.source)
    digest = vault.digest(f"sign in {name}")
    by_pin = is_of_worker(name)
    places = [place for place in (device, "" if by_pin else source) if place]
    known = select(SignInCounter.place).where(
        SignInCounter.name_digest == digest,
        SignInCounter.place.in_(places),
        SignInCounter.succeeded_at > now - KNOWN_FOR,
    )
    here = set(session.scalars(known))
    own = next((place for place in places if place in here), "")
    if own and by_pin:
        return [_counter(session, digest, place) for place in (own, _place("pin-device", origin.device))]
    if own:
        return [_counter(session, digest, own)]
    if by_pin:
        anybody = _counter(session, vault.digest(ANYBODY), _place("pin-source", origin.source))
        return [anybody, *(_counter(session, digest, place) for place in (source, "pin-strangers"))]
    return [_counter(session, digest, place) for place in (source, STRANGERS)]


def slip_counter(session: Session, origin: Origin) -> SignInCounter:
    """Where codes of slips that nobody printed are counted: by address alone, so that nobody shuts the door
    for others."""
    return _counter(session, vault.digest(SLIPS), _place("slip-source", origin.source))


def own_counter(session: Session, name: str) -> SignInCounter:
    """Where tries of the present password by somebody who is signed in are counted."""
    return _counter(session, vault.digest(f"sign in {name}"), OWN_PASSWORD)


def _counter(session: Session, digest: str, place: str) -> SignInCounter:
    mine = SignInCounter.name_digest == digest, SignInCounter.place == place
    statement = select(SignInCounter).where(*mine).with_for_update()
    row = session.scalar(statement)
    if row is None:
        try:
            with session.begin_nested():
                session.add(SignInCounter(name_digest=digest, place=place, failures=0))
        except IntegrityError as problem:  # another try made it at the same moment
            if not breaks(problem, f"{SignInCounter.__tablename__}.name_digest.place"):
                raise
        row = session.scalars(statement).one()
    return row


def is_locked(counters: list[SignInCounter], now: datetime) -> bool:
    """Whether one of them is locked now."""
    return any(row.locked_until is not None and row.locked_until > now for row in counters)


def count_failure(counters: list[SignInCounter], user_id: int | None, now: datetime) -> bool:
    """Note a failure in each; returns whether that locked one of them."""
    locked = False
    for row in counters:
        limit = LIMITS.get(row.place.partition(" ")[0], HERE)
        if row.first_failed_at is None or now - row.first_failed_at > limit.window:
            row.failures, row.first_failed_at = 0, now
        row.failures += 1
        row.user_id = None if row.place.startswith(OF_NOBODY) else user_id
        if row.failures >= limit.most:
            row.locked_until, row.failures, row.first_failed_at = now + limit.lock, 0, None
            locked = True
    return locked


def note_success(session: Session, name: str, user_id: int, origin: Origin, now: datetime) -> None:
    """From now on this device and this address are known to the account, and start anew."""
    digest = vault.digest(f"sign in {name}")
    places = [("device", origin.device), ("source", origin.source)]
    if is_of_worker(name):
        places.append(("pin-device", origin.device))
    for word, told in places:
        if told:
            row = _counter(session, digest, _place(word, told))
            row.user_id, row.succeeded_at = user_id, now
            row.failures, row.first_failed_at, row.locked_until = 0, None, None


def forget(session: Session, user_id: int) -> None:
    """Open the account's door to everybody again: after a new password was handed out."""
    for row in _counters_of(session, user_id):
        row.failures, row.first_failed_at, row.locked_until = 0, None, None


def forget_devices(session: Session, user_id: int, device: str = "") -> None:
    """Let ``device`` (all of them, where none is named) be a stranger's to the account again."""
    for row in _counters_of(session, user_id):
        if not device or row.place == device_place(device):
            row.succeeded_at = None


def _counters_of(session: Session, user_id: int) -> list[SignInCounter]:
    return list(session.scalars(select(SignInCounter).where(SignInCounter.user_id == user_id)))


def known_on(session: Session, device: str) -> list[User]:
    """The workers who signed in from ``device`` and were not forgotten there: of a family, some."""
    if not device:
        return []
    here = SignInCounter.place == device_place(device), SignInCounter.succeeded_at.is_not(None)
    statement = select(User).join(SignInCounter, SignInCounter.user_id == User.id).where(*here)
    statement = statement.where(User.worker_id.is_not(None), User.is_active).order_by(User.id)
    return list(session.scalars(statement.limit(MOST_ON_ONE)))
