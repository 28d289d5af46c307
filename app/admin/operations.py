"""Use cases of administration: accounts and rights."""

import json
import secrets
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.auth.operations import end_sessions, hasher
from models.access import Actor, Grant, Role
from models.audit import EventTag, record, tail, verify
from models.base import utc_now
from models.organisation import Organisation
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


def reset_password(session: Session, actor: Actor, user: User) -> str:
    """Draw a new password for somebody, end his sign-ins, and return it (shown once)."""
    secret = new_password()
    user.password_hash, user.must_change_password = hasher.hash(secret), True
    user.failed_count, user.locked_until = 0, None
    end_sessions(session, user.id)
    record(session, actor, EventTag.USER_PASSWORD, f"user:{user.id}", reason="reset")
    return secret


def make_organisation(session: Session, actor: Actor, values: dict[str, Any]) -> Organisation:
    """Create an enterprise or school."""
    organisation = Organisation(**values)
    session.add(organisation)
    session.flush()
    record(session, actor, EventTag.ORGANISATION_CREATE, organisation, kind=organisation.kind)
    return organisation


def save_fact(session: Session, actor: Actor, fact: Any, values: dict[str, Any]) -> list[str]:
    """Write ``values`` into a dated fact; returns the names of the columns that changed."""
    changed = [name for name, value in values.items() if getattr(fact, name) != value]
    for name in changed:
        setattr(fact, name, values[name])
    if changed:
        session.add(fact)
        session.flush()
        record(session, actor, EventTag.REFERENCE_UPDATE, fact, fields=changed)
    return changed


def check_chain(session: Session, actor: Actor, anchor: Path) -> int | None:
    """Walk the audit chain, note in it how that went, and commit; return the first broken number, or None.

    ``anchor`` is the file outside the database with the last (number, hash) that was fine. It moves on with a
    chain that is whole, and stays where it was before a broken one.
    """
    kept = json.loads(anchor.read_text()) if anchor.exists() else None
    broken, last = verify(session, tuple(kept) if kept else None), tail(session)
    outcome = {"outcome": "whole"} if broken is None else {"outcome": "broken", "key": broken}
    record(session, actor, EventTag.AUDIT_CHECK, "audit", rows=last[0] if last else 0, **outcome)
    session.commit()
    if broken is None:
        anchor.write_text(json.dumps(tail(session)))
    return broken
