"""Wrong passwords and codes, counted for an account and a place: a stranger locks out himself only.

Five failures within 15 minutes lock the account for 15 minutes (trust.md T14) for the place they came from.
A device or address from which somebody signed in within :data:`KNOWN_FOR` is a place of its own; all others
have one counter more in common, so that many addresses together guess no faster than one.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import vault
from models.integrity import breaks
from models.user import SignInCounter


@dataclass(frozen=True)
class Limit:
    """``most`` failures within ``window`` lock for ``lock``."""

    most: int
    window: timedelta
    lock: timedelta


HERE = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
BY_STRANGERS = Limit(100, timedelta(days=1), timedelta(hours=1))
KNOWN_FOR = timedelta(days=30)
STRANGERS, OWN_PASSWORD = "strangers", "own password"


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: its address, and the token that a device got with its last sign-in, or ""."""

    source: str = ""
    device: str = ""


def account_name(typed: str) -> str:
    """The name as accounts have it: however wide, high or spaced it was typed, it is one name to count by."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def counters_for(session: Session, name: str, origin: Origin, now: datetime) -> list[SignInCounter]:
    """The counters that a try concerns, its own place's first, held against tries at the same time."""
    device = f"device {vault.digest(f'device {origin.device}')}"[:64] if origin.device else ""
    source = f"source {vault.digest(f'source {origin.source}')}"[:64]
    digest = vault.digest(f"sign in {name}")
    places = [place for place in (device, source) if place]
    known = select(SignInCounter.place).where(
        SignInCounter.name_digest == digest,
        SignInCounter.place.in_(places),
        SignInCounter.succeeded_at > now - KNOWN_FOR,
    )
    here = set(session.scalars(known))
    if own := next((place for place in places if place in here), ""):
        return [_counter(session, digest, own)]
    return [_counter(session, digest, place) for place in (source, STRANGERS)]


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
        limit = BY_STRANGERS if row.place == STRANGERS else HERE
        if row.first_failed_at is None or now - row.first_failed_at > limit.window:
            row.failures, row.first_failed_at = 0, now
        row.failures += 1
        row.user_id = user_id
        if row.failures >= limit.most:
            row.locked_until, row.failures, row.first_failed_at = now + limit.lock, 0, None
            locked = True
    return locked


def note_success(session: Session, name: str, user_id: int, origin: Origin, now: datetime) -> None:
    """From now on this device and this address are known to the account, and start anew."""
    digest = vault.digest(f"sign in {name}")
    for word, told in (("device", origin.device), ("source", origin.source)):
        if told:
            row = _counter(session, digest, f"{word} {vault.digest(f'{word} {told}')}"[:64])
            row.user_id, row.succeeded_at = user_id, now
            row.failures, row.first_failed_at, row.locked_until = 0, None, None


def forget(session: Session, user_id: int) -> None:
    """Open the account's door to everybody again: after a new password was handed out."""
    for row in session.scalars(select(SignInCounter).where(SignInCounter.user_id == user_id)):
        row.failures, row.first_failed_at, row.locked_until = 0, None, None
