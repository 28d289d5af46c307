"""What one administrator alone does not do: asked for here, decided by another, or on the machine.

The caller commits.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts import operations
from models.access import BELONGS_DAYS, Actor, Grant, Role
from models.account_request import (
    REQUEST_WORKFLOW,
    STANDS,
    AccountRequest,
    RequestKind,
    RequestState,
)
from models.audit import record
from models.clock import CHINA, day_of
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.one_hand import is_young
from models.user import User

HALF = 8
PLACE = ("role", "area_code", "organisation_id")
FOR_ADMINISTRATION = Sentence("授予管理员要另一位管理员同意，申请已经提交。")
FOR_BEING_NEW = Sentence("你的账号或管理员身份还不到一周，这项授权要另一位管理员同意，申请已经提交。")
ASKED_ALREADY = Sentence("已经有一份同样的申请在等另一位管理员，不用再提。")
GONE = Sentence("这份申请已经过期，请重新提出。")


@dataclass(frozen=True)
class Wanted:
    """A right that is to be given."""

    role: Role
    valid_from: date
    valid_to: date | None = None
    area_code: str | None = None
    organisation_id: int | None = None
    reason: str = ""


def why_another(session: Session, actor: Actor, role: Role, now: datetime) -> Sentence | None:
    """Why a grant by ``actor`` waits for another administrator; None where it is given at once."""
    if actor.user_id is None:
        return None
    if role is Role.ADMIN:
        return FOR_ADMINISTRATION
    return FOR_BEING_NEW if is_young(session, actor.user_id, now) else None


def is_administrator(session: Session, user: User, today: date) -> bool:
    """Whether the account is one, or will be, or would be once it is opened again, or was within the last
    ``BELONGS_DAYS``: else one administrator took another's right away and the account's key with it."""
    since = today - timedelta(days=BELONGS_DAYS)
    held = select(Grant.id).where(
        Grant.user_id == user.id,
        Grant.role == Role.ADMIN,
        or_(Grant.revoked_at.is_(None), Grant.revoked_at >= datetime.combine(since, time(), CHINA)),
        or_(Grant.valid_to.is_(None), Grant.valid_to >= since),
    )
    return session.scalar(held.limit(1)) is not None


def give_or_ask(
    session: Session, actor: Actor, user: User, wanted: Wanted, now: datetime
) -> AccountRequest | None:
    """Give a right, or ask for it where another has to agree; returns the request then.

    Raises Refusal with what stands against the grant itself: nobody is asked for what cannot be given.
    """
    if why_another(session, actor, wanted.role, now) is None:
        operations.give(session, actor, user, **vars(wanted))
        return None
    operations.refuse_grant(session, actor.user_id, user, **vars(wanted))
    return _ask(session, actor, user, RequestKind.GRANT, now, **vars(wanted))


def ask(
    session: Session, actor: Actor, user: User, kind: RequestKind, reason: str, now: datetime
) -> tuple[AccountRequest, str]:
    """Ask for a new password, for the one-time code to be taken off, or for an administrator's account to be
    opened again; returns the first half of a new password beside it. Raises Refusal for one's own account."""
    if user.id == actor.user_id:
        raise Refusal(Sentence("自己的账号不能自己申请，请另一位管理员来办。"))
    half = operations.new_password()[:HALF] if kind is RequestKind.PASSWORD else ""
    return _ask(session, actor, user, kind, now, reason=reason, half=half or None), half


def _ask(
    session: Session, actor: Actor, user: User, kind: RequestKind, now: datetime, **values: object
) -> AccountRequest:
    same = select(AccountRequest.id).where(
        AccountRequest.user_id == user.id,
        AccountRequest.kind == kind,
        AccountRequest.state == RequestState.WAITING,
        *(
            getattr(AccountRequest, name) == values.get(name)
            for name in ("role", "area_code", "organisation_id")
        ),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refusal(ASKED_ALREADY)
    row = AccountRequest(
        kind=kind, user_id=user.id, asked_by_id=actor.user_id, due_on=day_of(now + STANDS), **values
    )
    session.add(row)
    session.flush()
    told: dict[str, Any] = {"user": user.id, "kind": kind.value, "reason": row.reason}
    if row.role is not None:
        told |= {"role": row.role.value, "area": row.area_code, "organisation": row.organisation_id}
    record(session, actor, EventTag.REQUEST_MAKE, row, **told)
    return row


def decide(
    session: Session, actor: Actor, request: AccountRequest, event: str, reason: str, now: datetime
) -> str:
    """Carry a request along ``event``; confirmed, what was asked for is done in the same transaction.

    Returns the second half of a new password, "" for everything else. Raises what Workflow.advance raises,
    and Refusal where the grant cannot be given any more.
    """
    session.refresh(request, with_for_update=True)
    if event == "confirm" and request.due_on < day_of(now):
        raise Refusal(GONE)
    REQUEST_WORKFLOW.advance(session, request, event, actor, at=now, reason=reason)
    request.decided_by_id, request.decision = actor.user_id, reason
    half = _carry_out(session, actor, request, now) if event == "confirm" else ""
    request.half = None
    return half


def _carry_out(session: Session, actor: Actor, request: AccountRequest, now: datetime) -> str:
    user = request.user
    if request.kind is RequestKind.GRANT:
        operations.give(
            session,
            actor,
            user,
            request.role or Role.ADMIN,
            area_code=request.area_code,
            organisation_id=request.organisation_id,
            valid_from=request.valid_from or day_of(now),
            valid_to=request.valid_to,
            reason=request.reason,
            request=(request.id, request.asked_by_id),
        )
    elif request.kind is RequestKind.REOPEN:
        operations.set_active(session, actor, user, True, now, request=request.id)
    elif request.kind is RequestKind.SECOND_FACTOR:
        operations.take_off_second_factor(session, actor, user, now, request=request.id)
    else:
        half = operations.new_password()[:HALF]
        operations.set_password(session, actor, user, (request.half or "") + half, now, request=request.id)
        return half
    return ""


def expire_overdue(session: Session, actor: Actor, now: datetime) -> int:
    """Let the requests lapse that nobody decided within their days; returns how many."""
    overdue = select(AccountRequest).where(
        AccountRequest.state == RequestState.WAITING, AccountRequest.due_on < day_of(now)
    )
    rows = session.scalars(overdue.order_by(AccountRequest.id)).all()
    for row in rows:
        REQUEST_WORKFLOW.advance(session, row, "expire", actor, at=now)
        row.half = None
    return len(rows)
