"""Addresses that an account has its changes told to: added, told, stopped after failures, started again."""

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.api.changes import KINDS, Changes, changes_after, newest
from app.api.delivery import Allowed, NotTold
from models.access import SYSTEM, Actor, load_actor
from models.api.webhook import Webhook
from models.audit import record
from models.base import rows_changed
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.user import User

MOST_OF_ONE, MOST_AT_ONCE = 5, 50
MOST_FAILURES = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=6)
Tell = Callable[[str, str, object], None]
NOT_ALLOWED = Sentence("这个地址不在允许的范围里：要用 https，主机要先由管理机器的人写进 WEBHOOK_HOSTS。")


def add_webhook(
    session: Session, actor: Actor, url: str, kinds: Collection[str], allowed: Allowed
) -> tuple[Webhook, str]:
    """An address that is told of what happens from now on, and the key its signatures are made with, which is
    shown once. Raises Refusal."""
    if not allowed.has(url):
        raise Refusal(NOT_ALLOWED)
    if not kinds or not set(kinds) <= KINDS.keys():
        raise Refusal(Sentence("请选要通知哪些变化。"))
    mine = select(func.count()).select_from(Webhook).where(Webhook.user_id == actor.user_id)
    if (session.scalar(mine) or 0) >= MOST_OF_ONE:
        raise Refusal(Sentence("一个账号最多登记 %(n)s 个通知地址，先删掉不用的。", {"n": MOST_OF_ONE}))
    secret = secrets.token_urlsafe(32)
    row = Webhook(
        user_id=actor.user_id, url=url, kinds=sorted(kinds), secret=secret, told_up_to=newest(session)
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.WEBHOOK_MAKE, row)
    return row, secret


def own_webhooks(session: Session, actor: Actor) -> Sequence[Webhook]:
    """The actor's addresses."""
    return session.scalars(
        select(Webhook).where(Webhook.user_id == actor.user_id).order_by(Webhook.id).limit(MOST_OF_ONE)
    ).all()


def own_webhook(session: Session, actor: Actor, number: int) -> Webhook | None:
    """One of the actor's addresses."""
    return session.scalar(select(Webhook).where(Webhook.id == number, Webhook.user_id == actor.user_id))


def start_again(session: Session, actor: Actor, row: Webhook) -> None:
    """Try again; what happened meanwhile is told, too."""
    row.stopped_at, row.tried_again_at, row.failures, row.problem = None, None, 0, ""
    record(session, actor, EventTag.WEBHOOK_START, row)


def remove(session: Session, actor: Actor, row: Webhook) -> None:
    """Tell it nothing any more."""
    record(session, actor, EventTag.WEBHOOK_STOP, row, reason="removed")
    session.delete(row)


# --- telling --------------------------------------------------------------------------------------------


def due(session: Session, now: datetime) -> list[int]:
    """The addresses whose turn it is, who has waited longest first."""
    waiting = select(Webhook.id).where(
        Webhook.stopped_at.is_(None), func.coalesce(Webhook.tried_again_at, now) <= now
    )
    return list(session.scalars(waiting.order_by(Webhook.told_at, Webhook.id).limit(MOST_AT_ONCE)))


def tell_one(session: Session, number: int, tell: Tell, now: datetime) -> int:
    """Tell one address the next of what its owner may see; how many changes it took. Commits.

    The network is asked while nothing is held; the cursor moves only if nobody else moved it meanwhile.
    """
    row = session.get(Webhook, number)
    if row is None:
        return 0
    user = session.get_one(User, row.user_id)
    if not user.is_active:
        _stop(session, row, now, "account closed")
        session.commit()
        return 0
    changes = changes_after(session, load_actor(session, user, day_of(now)), row.told_up_to, row.kinds)
    url, secret, before = row.url, row.secret, row.told_up_to
    session.rollback()
    try:
        if changes.items:
            tell(url, secret, as_json(changes))
    except NotTold as problem:
        _note_failure(session, number, str(problem), now)
        return 0
    moved = update(Webhook).where(Webhook.id == number, Webhook.told_up_to == before)
    went_well = (
        {"told_at": now, "failures": 0, "problem": "", "tried_again_at": None} if changes.items else {}
    )
    rows_changed(session, moved.values(told_up_to=changes.up_to, **went_well))
    session.commit()
    return len(changes.items)


def as_json(changes: Changes) -> dict[str, object]:
    """What is sent."""
    events = [
        {
            "id": one.number,
            "at": one.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "event": one.event,
            "kind": one.kind,
            "row_id": one.row_id,
        }
        for one in changes.items
    ]
    return {"events": events, "up_to": changes.up_to}


def _note_failure(session: Session, number: int, problem: str, now: datetime) -> None:
    row = session.get(Webhook, number)
    if row is None:
        return
    row.failures, row.problem = row.failures + 1, problem[:80]
    row.tried_again_at = now + min(FIRST_WAIT * 2 ** (row.failures - 1), LONGEST_WAIT)
    if row.failures >= MOST_FAILURES:
        _stop(session, row, now, "failed")
    session.commit()


def _stop(session: Session, row: Webhook, now: datetime, reason: str) -> None:
    row.stopped_at = now
    record(session, SYSTEM, EventTag.WEBHOOK_STOP, row, reason=reason)
