"""Use cases of administration: accounts and rights."""

import secrets
from datetime import date

from sqlalchemy.orm import Session

from app.auth.operations import end_sessions, hasher
from models.access import Actor, Grant, Role
from models.audit import EventTag, record
from models.base import utc_now
from models.user import User

# No 0/O, 1/l/I: a clerk copies it from paper.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105


def new_password() -> str:
    """Return a drawn password of 12 easily copied characters."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(12))


def make_user(
    session: Session, actor: Actor, username: str, name: str, password: str, *, must_change: bool = True
) -> User:
    """Create an account without rights. The caller commits."""
    user = User(
        username=username, name=name, password_hash=hasher.hash(password), must_change_password=must_change
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
) -> Grant:
    """Give ``user`` a role. Raises PermissionError when somebody would give a right to himself."""
    if actor.user_id == user.id:
        raise PermissionError("a right is given by another person")
    grant = Grant(
        user_id=user.id, role=role, area_code=area_code, organisation_id=organisation_id,
        valid_from=valid_from, valid_to=valid_to, granted_by_id=actor.user_id, reason=reason,
    )  # fmt: skip
    session.add(grant)
    record(session, actor, EventTag.GRANT_GIVE, f"user:{user.id}", role=role.value, area=area_code,
           organisation=organisation_id, reason=reason)  # fmt: skip
    return grant


def revoke(session: Session, actor: Actor, grant: Grant, reason: str) -> None:
    """End a right from this moment."""
    if grant.revoked_at is None:
        grant.revoked_at = utc_now()
        record(session, actor, EventTag.GRANT_REVOKE, f"user:{grant.user_id}", role=grant.role.value,
               area=grant.area_code, reason=reason)  # fmt: skip


def set_active(session: Session, actor: Actor, user: User, active: bool) -> None:
    """Open or close an account; closing ends all its sign-ins."""
    user.is_active = active
    if not active:
        end_sessions(session, user.id)
    record(session, actor, EventTag.USER_UPDATE, f"user:{user.id}", fields=["is_active"])
