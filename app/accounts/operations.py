"""Use cases of signing in, accounts and rights."""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from app.accounts import attempts
from app.accounts.attempts import Origin, account_name
from app.accounts.credentials import name_refusal as name_refusal
from app.accounts.credentials import new_password as new_password
from app.accounts.oversight import refuse_alone
from app.accounts.sessions import end_sessions as end_sessions
from app.accounts.sessions import find_session as find_session
from app.accounts.sessions import open_session as open_session
from app.accounts.sessions import sign_out as sign_out
from models import vault
from models.access import Actor, Grant, Role
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.role_places import place_refusal
from models.user import User

ASK_ANOTHER = Sentence("授予管理员要另一位管理员同意，请先提出申请。")
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


def check_sign_in(session: Session, username: str, password: str) -> tuple[int | None, bool]:
    """The id of the named account (or None) and whether the password is right. Writes nothing."""
    named = select(User).where(User.username.in_({username, account_name(username)}))
    user = session.scalar(named.order_by(case((User.username == username, 0), else_=1)).limit(1))
    stored, user_id = (user.password_hash, user.id) if user else (dummy_hash(), None)
    session.rollback()  # argon2 is slow on purpose; no transaction stays open across it
    return user_id, password_matches(stored, password) and user_id is not None


@dataclass(frozen=True)
class Try:
    """A try at the door: the name as typed, whose it is (if anybody's), and whether the password is right."""

    username: str
    user_id: int | None
    is_right: bool
    code: str
    origin: Origin


def sign_in(session: Session, tried: Try, now: datetime, device: str = "") -> str:
    """Open a session and hand out its token, or count the failure and raise SignInRefused.

    A name that nobody has goes the same way as one that somebody has, step by step. The caller commits.
    """
    name = account_name(tried.username)
    counters = attempts.counters_for(session, name, tried.origin, now)
    user = session.get(User, tried.user_id or 0, with_for_update=True)
    if attempts.is_locked(counters, now):
        raise SignInRefused
    is_right = user is not None and user.is_active and tried.is_right and code_is_right(user, tried.code, now)
    actor, subject = (Actor(user.id, user.name), f"user:{user.id}") if user else (Actor(None, ""), "user:0")
    if user is None or not is_right:
        locked = attempts.count_failure(counters, tried.user_id, now)
        record(session, actor, EventTag.USER_LOCKED if locked else EventTag.USER_SIGN_IN_FAILED, subject)
        raise SignInRefused
    attempts.note_success(session, name, user.id, tried.origin, now)
    record(session, actor, EventTag.USER_SIGN_IN, subject)
    return open_session(session, user, device)


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


def give(
    session: Session,
    actor: Actor,
    user: User,
    role: Role,
    *,
    area_code: str | None = None,
    organisation_id: int | None = None,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
    request: tuple[int, int] | None = None,
) -> Grant:
    """Give ``user`` a role. Raises Refusal as :func:`refuse_grant` does, and for administration that no
    ``request`` (its number, and who asked) of another administrator stands behind."""
    if role is Role.ADMIN and actor.user_id is not None and request is None:
        raise Refusal(ASK_ANOTHER)
    refuse_grant(
        session,
        actor.user_id,
        user,
        role,
        area_code=area_code,
        organisation_id=organisation_id,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    told: dict[str, Any] = {"role": role.value, "area": area_code, "organisation": organisation_id}
    told |= {"reason": reason} | ({"request": request[0]} if request else {})
    grant = Grant(
        user_id=user.id,
        role=role,
        area_code=area_code,
        organisation_id=organisation_id,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by_id=request[1] if request else actor.user_id,
        reason=reason,
    )
    session.add(grant)
    record(session, actor, EventTag.GRANT_GIVE, f"user:{user.id}", **told)
    return grant


def refuse_grant(
    session: Session,
    actor_id: int | None,
    user: User,
    role: Role,
    *,
    area_code: str | None = None,
    organisation_id: int | None = None,
    valid_from: date,
    valid_to: date | None = None,
    reason: str = "",
) -> None:
    """Raise Refusal, with all reasons: to oneself, at a place where the role is not held, ended before it
    begins, or held there already on those days."""
    refusals = [
        Sentence("不能给自己授权，请另一位管理员办理。") if actor_id == user.id else None,
        place_refusal(session, role, area_code, organisation_id),
        Sentence("截止日期不能早于开始日期。") if valid_to and valid_to < valid_from else None,
    ]
    if any(refusals):
        raise Refusal(*filter(None, refusals))
    if same := _held_already(session, user, role, area_code, organisation_id, valid_from, valid_to):
        raise Refusal(
            Sentence(
                "这个账号从%(day)s起已经有同样的授权，要改起止日期请先收回那一项。", {"day": same.valid_from}
            )
        )


def _held_already(
    session: Session,
    user: User,
    role: Role,
    area_code: str | None,
    organisation_id: int | None,
    first: date,
    last: date | None,
) -> Grant | None:
    rows = select(Grant).where(
        Grant.user_id == user.id,
        Grant.role == role,
        Grant.area_code.is_(None) if area_code is None else Grant.area_code == area_code,
        Grant.organisation_id.is_(None)
        if organisation_id is None
        else Grant.organisation_id == organisation_id,
        Grant.revoked_at.is_(None),
        or_(Grant.valid_to.is_(None), Grant.valid_to >= first),
    )
    return session.scalar((rows.where(Grant.valid_from <= last) if last else rows).limit(1))


def revoke(session: Session, actor: Actor, grant: Grant, reason: str, now: datetime) -> None:
    """End a right from ``now`` on. Raises Refusal as :func:`~app.accounts.oversight.refuse_alone` does."""
    if grant.revoked_at is None:
        if grant.role is Role.ADMIN:
            refuse_alone(session, actor, grant.user_id, day_of(now))
        grant.revoked_at = now
        record(
            session,
            actor,
            EventTag.GRANT_REVOKE,
            f"user:{grant.user_id}",
            role=grant.role.value,
            area=grant.area_code,
            reason=reason,
        )


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
