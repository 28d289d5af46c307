"""Use cases of signing in, accounts and rights."""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.accounts import attempts
from app.accounts.attempts import Origin, account_name, is_of_worker
from app.accounts.credentials import name_refusal as name_refusal
from app.accounts.credentials import new_password as new_password
from app.accounts.oversight import refuse_alone
from app.accounts.rights import give as give
from app.accounts.rights import is_held
from app.accounts.rights import refuse_grant as refuse_grant
from app.accounts.rights import revoke as revoke
from app.accounts.sessions import end_sessions as end_sessions
from app.accounts.sessions import find_session as find_session
from app.accounts.sessions import open_session as open_session
from app.accounts.sessions import sign_out as sign_out
from models import vault
from models.access import SYSTEM, Actor, Role
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.people.worker import holders
from models.people.worker_account import AccountSlip, bind
from models.row_security import looking_everywhere
from models.user import User

SENT_TWICE = timedelta(minutes=15)
hasher = PasswordHasher()
_dummy: list[str] = []
# Passwords that everybody knows: in production no account opens with them, whoever carries them.
refused_passwords: set[str] = set()


class SignInRefused(Exception):
    """Name, password or code is wrong, or the account is locked; which of these is not told."""


def dummy_hash() -> str:
    """A hash to check against when no account has that name, so that both answers take the same time."""
    if not _dummy:
        _dummy.append(hasher.hash(secrets.token_hex(16)))
    return _dummy[0]


def password_matches(stored: str, password: str) -> bool:
    """Compare, in the time of one argon2 run; False for a password that everybody knows."""
    return is_hash_of(stored, password) and password not in refused_passwords


def is_hash_of(stored: str, password: str) -> bool:
    """Whether ``stored`` was made of ``password``, be it refused or not."""
    try:
        return hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


class Match(NamedTuple):
    """Whether a password is the one that was ``stored``; ``anew`` is its hash of today's strength, where the
    stored one was made with less (or with other) effort, else empty."""

    is_right: bool
    stored: str = ""
    anew: str = ""


NO_MATCH = Match(False)


def match(stored: str, password: str) -> Match:
    """Compare as :func:`password_matches` does. Slow on purpose: no transaction stays open across it."""
    is_right = password_matches(stored, password)
    is_weak = is_right and hasher.check_needs_rehash(stored)
    return Match(is_right, stored, hasher.hash(password) if is_weak else "")


def check_sign_in(session: Session, username: str, password: str) -> tuple[int | None, Match]:
    """The id of the named account (or None) and whether the password is right. Writes nothing."""
    named = select(User).where(User.username.in_({username, account_name(username)}))
    user = session.scalar(named.order_by(case((User.username == username, 0), else_=1)).limit(1))
    user = user or _with_number(session, account_name(username))
    stored, user_id = (user.password_hash or dummy_hash(), user.id) if user else (dummy_hash(), None)
    session.rollback()  # argon2 is slow on purpose; no transaction stays open across it
    found = match(stored, password)
    return user_id, NO_MATCH if user_id is None else found


def _with_number(session: Session, name: str) -> User | None:
    """The account of the person whose ID number was typed: a worker knows that one by heart."""
    if not is_of_worker(name):
        return None
    holder = holders([vault.digest(name.upper())]).subquery()
    with looking_everywhere(session, "a sign-in: the whole ID number is the key"):
        return session.scalar(select(User).join(holder, holder.c[1] == User.worker_id))


@dataclass(frozen=True)
class Try:
    """A try at the door: the name as typed, whose it is (if anybody's), and whether the password is right."""

    username: str
    user_id: int | None
    password: Match
    code: str
    origin: Origin


def sign_in(session: Session, tried: Try, now: datetime, device: str = "") -> str:
    """Open a session and hand out its token, or count the failure and raise SignInRefused.

    A name that nobody has goes the same way as one that somebody has, step by step. The caller commits.
    """
    own = select(User.username).where(User.id == (tried.user_id or 0))
    name = session.scalar(own) or account_name(tried.username)  # two names of one account are one door
    counters = attempts.counters_for(session, name, tried.origin, now)
    user = session.get(User, tried.user_id or 0, with_for_update=True)
    if attempts.is_locked(counters, now):
        raise SignInRefused
    is_right = (
        user is not None
        and user.is_active
        and tried.password.is_right
        and code_is_right(user, tried.code, now)
    )
    actor, subject = (Actor(user.id, user.name), f"user:{user.id}") if user else (Actor(None, ""), "user:0")
    if user is None or not is_right:
        locked = attempts.count_failure(counters, tried.user_id, now)
        record(session, actor, EventTag.USER_LOCKED if locked else EventTag.USER_SIGN_IN_FAILED, subject)
        raise SignInRefused
    if tried.password.anew and user.password_hash == tried.password.stored:  # nobody changed it meanwhile
        user.password_hash = tried.password.anew
    attempts.note_success(session, name, user.id, tried.origin, now)
    record(session, actor, EventTag.USER_SIGN_IN, subject)
    return open_session(session, user, device)


def use_slip(
    session: Session, slip_id: int, pin_hash: str, origin: Origin, now: datetime, device: str
) -> str:
    """Bind the slip's person to the PIN and sign them in; returns the token. The telephones of before know
    the account no more. Raises TransitionRefused as :func:`~models.people.worker_account.bind` does."""
    user, day = bind(session, slip_id, pin_hash, now), day_of(now)
    if is_held(session, user, Role.WORKER, None, None, day, None) is None:
        give(session, SYSTEM, user, Role.WORKER, valid_from=day, reason=f"账号单 {slip_id}")
    attempts.forget(session, user.id)
    attempts.forget_devices(session, user.id)
    attempts.note_success(session, user.username, user.id, origin, now)
    record(session, Actor(user.id, user.name), EventTag.USER_SIGN_IN, f"user:{user.id}")
    return open_session(session, user, device)


def enter_after_slip(
    session: Session, slip_id: int, pin: str, origin: Origin, now: datetime, device: str
) -> str | None:
    """Sign in whose form was sent twice: the slip was used a moment ago, and with this PIN. None for anybody
    else; a wrong PIN counts as one at the door. The caller commits."""
    user = session.scalar(
        select(User)
        .join(AccountSlip, AccountSlip.worker_id == User.worker_id)
        .where(AccountSlip.id == slip_id, AccountSlip.used_at > now - SENT_TWICE)
    )
    if user is None:
        return None
    name, user_id, stored = user.username, user.id, user.password_hash
    session.rollback()
    try:
        return sign_in(session, Try(name, user_id, match(stored, pin), "", origin), now, device)
    except SignInRefused:
        session.commit()
        return None


def check_present(session: Session, actor: Actor, user: User, is_right: bool, now: datetime) -> None:
    """Let somebody who is signed in go on whose present password (or old code) ``is_right``.

    Raises SignInRefused for a wrong one, and, right or wrong, once five were wrong within 15 minutes: who
    sits down at an open page guesses no more than who stands at the door. The caller commits.
    """
    counters = [attempts.own_counter(session, user.username)]
    if attempts.is_locked(counters, now):
        raise SignInRefused
    if not is_right:
        locked = attempts.count_failure(counters, user.id, now)
        tag = EventTag.USER_LOCKED if locked else EventTag.USER_SIGN_IN_FAILED
        record(session, actor, tag, f"user:{user.id}", reason="present password")
        raise SignInRefused


def code_is_right(user: User, code: str, now: datetime) -> bool:
    """Whether ``code`` is the one-time code of now; True for an account that has none. It works once."""
    if not user.totp_secret:
        return True
    totp = pyotp.TOTP(user.totp_secret)
    step = int(now.timestamp()) // totp.interval
    for candidate in (step - 1, step, step + 1):
        if candidate > user.totp_last_step and secrets.compare_digest(
            totp.generate_otp(candidate), code.strip()
        ):
            user.totp_last_step = candidate  # a code works once
            return True
    return False


def change_password(
    session: Session, actor: Actor, user: User, new_hash: str, now: datetime, device: str
) -> str:
    """Set a new password and end every sign-in; returns the token of a fresh one."""
    user.password_hash, user.must_change_password = new_hash, False
    end_sessions(session, user.id, now)
    record(session, actor, EventTag.USER_PASSWORD, f"user:{user.id}")
    return open_session(session, user, device)


def forget_phone(session: Session, actor: Actor, token: str, device: str, now: datetime) -> None:
    """Sign out here, and let this telephone know the account no more."""
    attempts.forget_devices(session, actor.user_id or 0, device)
    sign_out(session, actor, token, now)


def totp_setup(user: User, token: str) -> str:
    """The seed that a telephone is being set up with in this sign-in.

    It follows from the keys of the house, the sign-in and the seed before: so it stands neither in a cookie
    nor anywhere else until it is confirmed, and a page that only shows it writes nothing.
    """
    drawn = vault.digest(f"totp {user.id} {token} {user.totp_secret or ''}")
    return b32encode(bytes.fromhex(drawn)[:20]).decode()


def has_setup(user: User, token: str, code: str, now: datetime) -> bool:
    """Whether ``code`` proves that the telephone has the seed of this sign-in."""
    return pyotp.TOTP(totp_setup(user, token)).verify(code, for_time=now, valid_window=1)


def enable_totp(session: Session, actor: Actor, user: User, token: str, now: datetime) -> None:
    """Turn the one-time code on, or over to another telephone; all sign-ins but that of ``token`` end."""
    user.totp_secret, user.totp_last_step = totp_setup(user, token), int(now.timestamp()) // 30
    end_sessions(session, user.id, now, but=token)
    record(session, actor, EventTag.USER_UPDATE, f"user:{user.id}", fields=["totp"])


def make_user(
    session: Session, actor: Actor, username: str, name: str, password: str, *, must_change: bool = True
) -> User:
    """Create an account without rights. The caller commits."""
    return add_user(session, actor, username, name, hasher.hash(password), must_change=must_change)


def add_user(
    session: Session, actor: Actor, username: str, name: str, password_hash: str, *, must_change: bool
) -> User:
    """``make_user`` for several who share one password (the demo's): hashing it is slow on purpose."""
    user = User(
        username=account_name(username),
        name=name,
        password_hash=password_hash,
        must_change_password=must_change,
    )
    session.add(user)
    session.flush()
    record(session, actor, EventTag.USER_CREATE, f"user:{user.id}", name=username)
    return user


def set_active(
    session: Session, actor: Actor, user: User, active: bool, now: datetime, **told: int | str
) -> None:
    """Open or close an account; closing ends all its sign-ins. ``told``: request or machine, for the audit.

    Raises Refusal as :func:`~app.accounts.oversight.refuse_alone` does.
    """
    if not active:
        refuse_alone(session, actor, user.id, day_of(now))
    user.is_active = active
    if not active:
        end_sessions(session, user.id, now)
    record(session, actor, EventTag.USER_UPDATE, f"user:{user.id}", fields=["is_active"], **told)


def reset_password(session: Session, actor: Actor, user: User, now: datetime) -> str:
    """Draw a new password for an account and end its sign-ins; returns the password (shown once)."""
    secret = new_password()
    set_password(session, actor, user, secret, now)
    return secret


def set_password(
    session: Session, actor: Actor, user: User, secret: str, now: datetime, **told: int | str
) -> None:
    """Give an account a password that its person has to change, and end its sign-ins. ``told``: request or
    machine, for the audit."""
    user.password_hash, user.must_change_password = hasher.hash(secret), True
    attempts.forget(session, user.id)
    end_sessions(session, user.id, now)
    record(session, actor, EventTag.USER_RESET, f"user:{user.id}", fields=["password"], **told)


def take_off_second_factor(
    session: Session, actor: Actor, user: User, now: datetime, **told: int | str
) -> None:
    """Let an account in without a one-time code (the telephone is lost), and end its sign-ins."""
    user.totp_secret = None
    end_sessions(session, user.id, now)
    record(session, actor, EventTag.USER_RESET, f"user:{user.id}", fields=["totp"], **told)
