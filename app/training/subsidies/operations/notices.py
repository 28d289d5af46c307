"""While a list is up: what somebody says against it, what the county answers, and a list taken down."""

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.training.subsidies.operations.review import locked, notice_days
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.reference.calendar import work_calendar
from models.training.subsidy import Claim, Objection, PublicNotice
from models.training.training_class import CLASS_WORKFLOW, ClassState
from models.workflow import IllegalTransition, TransitionRefused


def current(session: Session, claim: Claim) -> PublicNotice | None:
    """Return the list that is up, or was the last one up and was not taken down."""
    statement = select(PublicNotice).where(
        PublicNotice.claim_id == claim.id, PublicNotice.withdrawn_at.is_(None)
    )
    return session.scalar(statement.order_by(PublicNotice.id.desc()).limit(1))


def has_open_objection(session: Session, notice: PublicNotice) -> bool:
    """Whether somebody objected and has no answer yet."""
    open_ones = exists().where(Objection.notice_id == notice.id, Objection.answered_at.is_(None))
    return bool(session.scalar(select(open_ones)))


def is_over(notice: PublicNotice | None, today: date) -> bool:
    """Whether the list was up for all its days; the last of them belongs to it."""
    return notice is not None and notice.withdrawn_at is None and today > notice.ends_on


def record_objection(
    session: Session, actor: Actor, notice: PublicNotice, text: str, by_whom: str
) -> Objection:
    """Note what somebody said against a list that is up. Raises IllegalTransition when it is not any more."""
    if locked(session, notice.claim).state is not ClassState.PUBLISHED or notice.withdrawn_at:
        raise IllegalTransition("object")
    if not text.strip():
        raise TransitionRefused(N_("请写异议的内容。"))
    row = Objection(
        notice_id=notice.id, text=text.strip(), by_whom=by_whom.strip(), recorded_by_id=actor.user_id
    )
    session.add(row)
    record(session, actor, EventTag.NOTICE_OBJECT, notice, event="record")
    return row


def answer_objection(session: Session, actor: Actor, objection: Objection, upheld: bool, answer: str) -> None:
    """Answer an objection once; one that is right takes the list down, and the claim is checked again."""
    notice = objection.notice
    training_class = locked(session, notice.claim)
    if objection.answered_at or training_class.state is not ClassState.PUBLISHED or notice.withdrawn_at:
        raise IllegalTransition("answer")
    if not answer.strip():
        raise TransitionRefused(N_("请写答复。"))
    objection.upheld, objection.answer = upheld, answer.strip()
    objection.answered_at, objection.answered_by_id = utc_now(), actor.user_id
    outcome = "upheld" if upheld else "dismissed"
    record(session, actor, EventTag.NOTICE_OBJECT, notice, event="answer", outcome=outcome)
    if upheld:
        CLASS_WORKFLOW.advance(session, training_class, "pull", actor, reason=answer)
        notice.withdrawn_at, training_class.notice_ends_on = utc_now(), None


def recount_notices(session: Session, today: date) -> int:
    """Count the days of lists that are up anew: the year's holidays may have been entered since. No list
    comes down earlier. Commits; returns how many stay up longer."""
    calendar, moved = work_calendar(session), 0
    is_up = (PublicNotice.withdrawn_at.is_(None), PublicNotice.ends_on >= today)
    for notice in session.scalars(select(PublicNotice).where(*is_up).order_by(PublicNotice.id)).all():
        days = notice_days(session, notice.claim, notice.starts_on)
        ends_on = calendar.working_days_after(notice.starts_on, days.value if days else 0)
        if ends_on > notice.ends_on:
            notice.ends_on = notice.claim.training_class.notice_ends_on = ends_on
            moved += 1
    session.commit()
    return moved
