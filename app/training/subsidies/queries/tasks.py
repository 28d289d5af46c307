"""What waits today around subsidies: for the school, for whoever checks, for whoever pays."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.kit.web.formatters import number, yuan
from app.kit.web.navigation import Task, counted
from models.access import Actor, Permission, visible_to
from models.training.subsidy import Claim, ClaimLine, Objection, PublicNotice
from models.training.training_class import ClassState, TrainingClass

C = ClassState
HERE = "subsidies.index"


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for ``actor`` in this room today; a count of zero means nothing does."""
    found: list[Task] = []
    if actor.can(Permission.CLAIM_MAKE):
        found += [_to_claim(session, actor)]
    if actor.can(Permission.CLAIM_CHECK):
        found += [_to_check(session, actor), _to_answer(session, actor)]
    if actor.can(Permission.CLAIM_PAY):
        found += [_to_pay(session, actor, today)]
    return found


def _to_claim(session: Session, actor: Actor) -> Task:
    statement = select(func.count(), func.min(TrainingClass.id)).where(TrainingClass.state == C.FOLLOWED)
    count, first = session.execute(visible_to(actor, statement, TrainingClass, Permission.CLAIM_MAKE)).one()
    url = url_for("subsidies.of_class", class_id=first) if count == 1 else url_for(HERE)
    return Task(
        count,
        counted(count, "个班跟踪期满，可以申报补贴"),
        _("先看每个人能补多少，再确认申报"),
        url,
        _("去申报"),
        HERE,
    )


def _claims(
    session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]
) -> tuple[int, int | None]:
    """Return how many claims wait, and the one that has waited longest."""
    statement = (
        select(func.count(), func.min(Claim.id))
        .join(TrainingClass, TrainingClass.id == Claim.class_id)
        .where(*where)
    )
    count, first = session.execute(visible_to(actor, statement, Claim, permission)).one()
    return count, first


def _task(count: int, first: int | None, text: str, reason: str, button: str, stage: str) -> Task:
    one = count == 1 and first
    url = url_for("subsidies.show", claim_id=first) if one else url_for(HERE, stage=stage)
    return Task(count, text, reason, url, button, HERE)


def _others(actor: Actor, *columns: InstrumentedAttribute[int | None]) -> list[ColumnElement[bool]]:
    """Whoever made or checked something is not who does the next step."""
    return [or_(column.is_(None), column != actor.user_id) for column in columns]


def _to_check(session: Session, actor: Actor) -> Task:
    mine = _others(actor, TrainingClass.claimed_by_id)
    count, first = _claims(session, actor, Permission.CLAIM_CHECK, TrainingClass.state == C.CLAIMED, *mine)
    reason = _("逐人核对，写清疑点，再公示")
    return _task(count, first, counted(count, "份补贴申报等你审核"), reason, _("去审核"), "checking")


def _to_answer(session: Session, actor: Actor) -> Task:
    waiting = exists().where(
        PublicNotice.claim_id == Claim.id,
        Objection.notice_id == PublicNotice.id,
        Objection.answered_at.is_(None),
    )
    count, first = _claims(
        session, actor, Permission.CLAIM_CHECK, TrainingClass.state == C.PUBLISHED, waiting
    )
    return _task(
        count, first, counted(count, "份公示有异议没有答复"), _("答复以前不能拨付"), _("去答复"), "notice"
    )


def _to_pay(session: Session, actor: Actor, today: date) -> Task:
    mine = _others(actor, TrainingClass.claimed_by_id, TrainingClass.checked_by_id)
    where = [TrainingClass.state == C.PUBLISHED, TrainingClass.notice_ends_on < today, *mine]
    count, first = _claims(session, actor, Permission.CLAIM_PAY, *where)
    reason = _sum(session, first) if first else ""
    return _task(count, first, counted(count, "份申报公示期满，可以拨付"), reason, _("去拨付"), "notice")


def _sum(session: Session, claim_id: int) -> str:
    statement = select(func.count(), func.sum(ClaimLine.amount_fen)).where(
        ClaimLine.claim_id == claim_id, ClaimLine.refused == ""
    )
    count, fen = session.execute(statement).one()
    return _("等得最久的一份 %(n)s 笔，共 %(sum)s", n=number(count), sum=yuan(int(fen or 0)))
