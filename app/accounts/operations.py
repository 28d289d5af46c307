"""Use cases of signing in, accounts and rights. Lock-out lives in the database, so every process knows of
it."""

import secrets
from datetime import date, datetime, timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models import vault
from models.access import Actor, Grant, Role
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.role_places import place_refusal
from models.user import LoginSession, User

MOST_FAILURES, FAILURE_WINDOW, LOCK_TIME = 5, timedelta(minutes=15), timedelta(minutes=15)
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
    user = session.scalar(select(User).where(User.username == username))
    stored, user_id = (user.password_hash, user.id) if user else (dummy_hash(), None)
    session.rollback()  # argon2 is slow on purpose; no transaction stays open across it
    return user_id, password_matches(stored, password) and user_id is not None


def sign_in(session: Session, user_id: int | None, is_right: bool, code: str, now: datetime) -> str:
    """Open a session and hand out its token, or count the failure and raise SignInRefused.

    Five failures within 15 minutes lock the account for 15 minutes (trust.md T14). The caller commits.
    """
    user = session.get(User, user_id, with_for_update=True) if user_id else None
    if user is None:
        raise SignInRefused
    locked = user.locked_until is not None and user.locked_until > now
    if locked or not user.is_active:
        raise SignInRefused
    if not (is_right and _code_is_right(user, code, now)):
        _count_failure(session, user, now)
        raise SignInRefused
    user.failed_count, user.first_failed_at, user.locked_until = 0, None, None
    record(session, Actor(user.id, user.name), EventTag.USER_SIGN_IN, f"user:{user.id}")
    return open_session(session, user)


def open_session(session: Session, user: User) -> str:
    """Note a new sign-in; only the token's digest is stored."""
    token = secrets.token_urlsafe(32)
    session.add(LoginSession(token_digest=vault.digest(token), user_id=user.id))
    return token


def _code_is_right(user: User, code: str, now: datetime) -> bool:
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


def _count_failure(session: Session, user: User, now: datetime) -> None:
    if user.first_failed_at is None or now - user.first_failed_at > FAILURE_WINDOW:
        user.failed_count, user.first_failed_at = 0, now
    user.failed_count += 1
    tag = EventTag.USER_SIGN_IN_FAILED
    if user.failed_count >= MOST_FAILURES:
        user.locked_until, user.failed_count, user.first_failed_at = now + LOCK_TIME, 0, None
        tag = EventTag.USER_LOCKED
    record(session, Actor(user.id, user.name), tag, f"user:{user.id}")


def find_session(session: Session, token: str) -> User | None:
    """The account behind a token that has not been ended."""
    return session.scalar(
        select(User)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(LoginSession.token_digest == vault.digest(token), LoginSession.ended_at.is_(None))
        .where(User.is_active)
    )


def sign_out(session: Session, actor: Actor, token: str, now: datetime) -> None:
    """End one sign-in."""
    session.execute(
        update(LoginSession).where(LoginSession.token_digest == vault.digest(token)).values(ended_at=now)
    )
    record(session, actor, EventTag.USER_SIGN_OUT, f"user:{actor.user_id}")


def end_sessions(session: Session, user_id: int, now: datetime) -> None:
    """End all sign-ins of an account."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def change_password(session: Session, actor: Actor, user: User, new_hash: str, now: datetime) -> str:
    """Set a new password and end every sign-in; returns the token of a fresh one."""
    user.password_hash, user.must_change_password = new_hash, False
    end_sessions(session, user.id, now)
    record(session, actor, EventTag.USER_PASSWORD, f"user:{user.id}")
    return open_session(session, user)


def enable_totp(session: Session, actor: Actor, user: User, secret: str, code: str, now: datetime) -> bool:
    """Turn the one-time code on if ``code`` proves that the telephone has ``secret``."""
    if not pyotp.TOTP(secret).verify(code, for_time=now, valid_window=1):
        return False
    user.totp_secret, user.totp_last_step = secret, int(now.timestamp()) // 30
    record(session, actor, EventTag.USER_UPDATE, f"user:{user.id}", fields=["totp"])
    return True


# No 0/O, 1/l/I: a clerk copies it from paper.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105


def new_password() -> str:
    """A drawn password of 12 easily copied characters."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(12))


def make_user(
    session: Session, actor: Actor, username: str, name: str, password: str, *, must_change: bool = True
) -> User:
    """Create an account without rights. The caller commits."""
    return add_user(session, actor, username, name, hasher.hash(password), must_change=must_change)


def add_user(
    session: Session, actor: Actor, username: str, name: str, password_hash: str, *, must_change: bool
) -> User:
    """``make_user`` for several who share one password (the demo's): hashing it is slow on purpose."""
    user = User(username=username, name=name, password_hash=password_hash, must_change_password=must_change)
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
) -> Grant:
    """Give ``user`` a role. Raises Refusal, with all reasons: to oneself, at a place where the role is not
    held, ended before it begins, or held there already on those days."""
    refusals = [
        Sentence("不能给自己授权，请另一位管理员办理。") if actor.user_id == user.id else None,
        place_refusal(session, role, area_code, organisation_id),
        Sentence("截止日期不能早于开始日期。") if valid_to and valid_to < valid_from else None,
    ]
    if any(refusals):
        raise Refusal(*filter(None, refusals))
    if same := _held_already(session, user, role, area_code, organisation_id, valid_from, valid_to):
        text = "这个账号从%(day)s起已经有同样的授权，要改起止日期请先收回那一项。"
        raise Refusal(Sentence(text, {"day": same.valid_from}))
    grant = Grant(
        user_id=user.id,
        role=role,
        area_code=area_code,
        organisation_id=organisation_id,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by_id=actor.user_id,
        reason=reason,
    )
    session.add(grant)
    record(
        session,
        actor,
        EventTag.GRANT_GIVE,
        f"user:{user.id}",
        role=role.value,
        area=area_code,
        organisation=organisation_id,
        reason=reason,
    )
    return grant


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
    """End a right from ``now`` on."""
    if grant.revoked_at is None:
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


def set_active(session: Session, actor: Actor, user: User, active: bool, now: datetime) -> None:
    """Open or close an account; closing ends all its sign-ins."""
    user.is_active = active
    if not active:
        end_sessions(session, user.id, now)
    record(session, actor, EventTag.USER_UPDATE, f"user:{user.id}", fields=["is_active"])


def reset_password(session: Session, actor: Actor, user: User, now: datetime) -> str:
    """Draw a new password for an account and end its sign-ins; returns the password (shown once)."""
    secret = new_password()
    user.password_hash, user.must_change_password = hasher.hash(secret), True
    user.failed_count, user.locked_until = 0, None
    end_sessions(session, user.id, now)
    record(session, actor, EventTag.USER_PASSWORD, f"user:{user.id}", reason="reset")
    return secret
