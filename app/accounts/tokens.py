"""Tokens of an account: made, shown once, listed, revoked."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import vault
from models.access import Actor
from models.api.token import ApiToken
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.permissions import Permission

PREFIX = "xs_"
MOST_OPEN, MOST_DAYS = 10, 366
TOO_MANY = Sentence("一个账号最多同时有 %(n)s 个令牌。先撤销不用的，再做新的。", {"n": MOST_OPEN})


def make_token(
    session: Session, actor: Actor, name: str, scopes: Collection[Permission], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """A new token for the actor's own account, and its secret, which is shown once and not kept.

    Raises Refusal for a permission that the account does not hold, and for too many.
    """
    if beyond := [one for one in scopes if not actor.can(one)]:
        raise Refusal(Sentence("这个账号没有“%(permission)s”，令牌也不能有。", {"permission": beyond[0]}))
    if not scopes or not 0 < days <= MOST_DAYS:
        raise Refusal(Sentence("请选令牌能办什么，有效期一天到一年。"))
    if (session.scalar(select(func.count()).select_from(_open_of(actor, now).subquery())) or 0) >= MOST_OPEN:
        raise Refusal(TOO_MANY)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=actor.user_id,
        name=name,
        token_digest=vault.digest(secret),
        tail=secret[-4:],
        scopes=sorted(one.value for one in scopes),
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    record(session, actor, EventTag.TOKEN_MAKE, token, name=name)
    return token, secret


def _open_of(actor: Actor, now: datetime) -> Select[int]:
    return select(ApiToken.id).where(
        ApiToken.user_id == actor.user_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    )


def own_tokens(session: Session, actor: Actor) -> Sequence[ApiToken]:
    """The actor's tokens, also those that have ended, the newest first."""
    mine = select(ApiToken).where(ApiToken.user_id == actor.user_id)
    return session.scalars(mine.order_by(ApiToken.id.desc()).limit(50)).all()


def revoke_token(session: Session, actor: Actor, number: int, now: datetime) -> bool:
    """End one of the actor's own tokens; False where there is none of that number that is open."""
    mine = ApiToken.id == number, ApiToken.user_id == actor.user_id, ApiToken.revoked_at.is_(None)
    token = session.scalar(select(ApiToken).where(*mine))
    if token is None:
        return False
    token.revoked_at = now
    record(session, actor, EventTag.TOKEN_REVOKE, token, name=token.name)
    return True
