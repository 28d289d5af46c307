"""Who a program is: the bearer token of its request, and what its account may do now with that token."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta

from flask import g, request
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models import vault
from models.access import Actor, load_actor
from models.api.token import ApiToken
from models.clock import day_of
from models.permissions import Permission
from models.user import User

BEARER = re.compile(r"Bearer (xs_[A-Za-z0-9_-]{20,100})")
SEEN_EVERY = timedelta(minutes=5)
LET_IN = "api_let_in"


def sent_token() -> str:
    """The token in the header of this request, or ""; one in an address would stand in every log."""
    told = BEARER.fullmatch(request.headers.get("Authorization", ""))
    return told[1] if told else ""


def counted_by() -> str:
    """By what a program's requests are counted: its token, not kept."""
    return hashlib.sha256(request.headers.get("Authorization", "").encode()).hexdigest()[:24]


def actor_with(session: Session, token: str, now: datetime, needs_code: bool) -> Actor | None:
    """The account of ``token`` with its rights of this moment, cut down to what the token was made for; None
    for a token that opens nothing.

    What a supervisor has opened for a purpose in a browser stays there: no program looks along.
    ``needs_code``: an account without a one-time code opens nothing either.
    """
    of_token = select(ApiToken).where(ApiToken.token_digest == vault.digest(token))
    kept = session.scalar(of_token) if token else None
    if kept is None or not kept.is_open(now):
        return None
    user = session.get_one(User, kept.user_id)
    if not user.is_active or user.must_change_password or (needs_code and not user.totp_secret):
        return None
    g.setdefault(LET_IN, (kept.id, kept.last_used_at or kept.created_at))
    actor, only = load_actor(session, user, day_of(now)), kept.permissions
    return replace(actor, rights=tuple(replace(right, only=only) for right in actor.rights))


def token_id() -> int:
    """The number of the token that this request was let in with."""
    number: int = g.get(LET_IN)[0]
    return number


def note_used(engine: Engine, now: datetime) -> None:
    """Note now and then, beside the request's transaction, that its token is in use (cf. sign-ins)."""
    number, seen_at = g.get(LET_IN) or (0, now)
    if now - seen_at <= SEEN_EVERY:
        return
    used = update(ApiToken).where(ApiToken.id == number).values(last_used_at=now)
    try:
        with engine.connect().execution_options(lock_seconds=0) as connection, connection.begin():
            connection.execute(used)
    except SQLAlchemyError:
        pass  # busy, or away


def grantable(actor: Actor, offered: frozenset[Permission]) -> list[Permission]:
    """What ``actor`` may give to a token, of the permissions that the interface asks for."""
    return [one for one in Permission if one in offered and actor.can(one)]
