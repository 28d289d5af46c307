"""Sign-ins of an account: opened, seen, listed and ended."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, contains_eager

from models import vault
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.user import LoginSession, User, end_sign_ins

# A sign-in ends with 30 minutes of silence (the cookie's own time, config.py), and with this in any case.
MOST_AGE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("QQBrowser", "QQ"),
    ("UCBrowser", "UC"),
    ("MiuiBrowser", "小米"),
    ("HuaweiBrowser", "华为"),
    ("360SE|360EE|QihooBrowser", "360"),
    ("Firefox", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("UOS|Kylin", "UOS / Kylin"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Browser and system as a person knows them, "" for what says neither: Chrome · Windows."""
    told = (
        next((name for pattern, name in names if re.search(pattern, user_agent)), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return " · ".join(filter(None, told))


def open_session(session: Session, user: User, device: str = "") -> str:
    """Note a new sign-in; only the token's digest is stored."""
    token = secrets.token_urlsafe(32)
    session.add(LoginSession(token_digest=vault.digest(token), user_id=user.id, device=device))
    return token


def find_session(session: Session, token: str, now: datetime) -> LoginSession | None:
    """The sign-in behind a token, of an account in use, neither ended nor too old."""
    return session.scalar(_BEHIND_A_TOKEN, {"digest": vault.digest(token), "oldest": now - MOST_AGE})


def _opened_after(oldest: Any) -> ColumnElement[bool]:
    return and_(LoginSession.ended_at.is_(None), LoginSession.created_at > oldest)


# Asked on every request: built once, for building it takes as long as asking.
_BEHIND_A_TOKEN = (
    select(LoginSession)
    .join(LoginSession.user)
    .options(contains_eager(LoginSession.user))
    .where(
        LoginSession.token_digest == bindparam("digest"), _opened_after(bindparam("oldest")), User.is_active
    )
)


def note_seen(engine: Engine, session_id: int, now: datetime) -> None:
    """Note that a sign-in is in use, beside the request's transaction: a page that only reads does not wait.

    It is all that reading a page writes; where another holds the database it is left for the next page.
    """
    seen = update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
    try:
        with engine.connect().execution_options(lock_seconds=0) as connection, connection.begin():
            connection.execute(seen)
    except SQLAlchemyError:
        pass  # busy, or away


def own_sessions(session: Session, actor: Actor, now: datetime) -> Sequence[LoginSession]:
    """The actor's sign-ins that are open, the newest first."""
    mine = select(LoginSession).where(LoginSession.user_id == actor.user_id, _opened_after(now - MOST_AGE))
    return session.scalars(mine.order_by(LoginSession.id.desc())).all()


def sign_out(session: Session, actor: Actor, token: str, now: datetime) -> None:
    """End one sign-in."""
    session.execute(
        update(LoginSession).where(LoginSession.token_digest == vault.digest(token)).values(ended_at=now)
    )
    record(session, actor, EventTag.USER_SIGN_OUT, f"user:{actor.user_id}")


def end_own_session(session: Session, actor: Actor, number: int, now: datetime) -> bool:
    """End one of the actor's own sign-ins; False where there is none of that number."""
    mine = LoginSession.id == number, LoginSession.user_id == actor.user_id, LoginSession.ended_at.is_(None)
    row = session.scalar(select(LoginSession).where(*mine))
    if row is None:
        return False
    row.ended_at = now
    record(session, actor, EventTag.USER_SIGN_OUT, f"user:{actor.user_id}", reason="ended elsewhere")
    return True


def end_sessions(session: Session, user_id: int, now: datetime, but: str = "") -> None:
    """End all sign-ins of an account; ``but`` is the token of the one that stays."""
    end_sign_ins(session, user_id, now, LoginSession.token_digest == vault.digest(but) if but else None)


def end_others(session: Session, actor: Actor, token: str, now: datetime) -> None:
    """End the actor's sign-ins but the one with ``token``."""
    end_sessions(session, actor.user_id or 0, now, but=token)
    record(session, actor, EventTag.USER_SIGN_OUT, f"user:{actor.user_id}", reason="all others")
