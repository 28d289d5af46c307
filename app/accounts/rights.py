"""Rights given and taken back: the one door to a role."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.oversight import refuse_alone
from models.access import Actor, Grant, Role
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.role_places import place_refusal
from models.user import User

ASK_ANOTHER = Sentence("授予管理员要另一位管理员同意，请先提出申请。")


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
    if same := is_held(session, user, role, area_code, organisation_id, valid_from, valid_to):
        raise Refusal(
            Sentence(
                "这个账号从%(day)s起已经有同样的授权，要改起止日期请先收回那一项。", {"day": same.valid_from}
            )
        )


def is_held(
    session: Session,
    user: User,
    role: Role,
    area_code: str | None,
    organisation_id: int | None,
    first: date,
    last: date | None,
) -> Grant | None:
    """The same right, if it is held on any of those days."""
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
