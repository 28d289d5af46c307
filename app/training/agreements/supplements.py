"""Postponements: a supplement drawn up by one party, signed again by all; days move with the last signature.

The caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.training.agreements.operations import lock, sign_place
from app.training.agreements.queries import parties_of
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.training.agreement import Agreement, AgreementState, Party
from models.training.lesson import Attendance, Lesson
from models.training.supplement import (
    SUPPLEMENT_WORKFLOW,
    Supplement,
    SupplementSignature,
    SupplementState,
)
from models.training.training_class import TAKING_PEOPLE, TrainingClass
from models.workflow import REASON_MISSING, IllegalTransition, TransitionRefused

NOT_IN_FORCE = Sentence("协议生效以后才能签补充协议。")
ONE_AT_A_TIME = Sentence("还有一份补充协议没有签完，先签好或不签了，再拟新的。")
NOTHING_MOVES = Sentence("日期和现在一样，不用签补充协议。")


@dataclass(frozen=True)
class Postponement:
    """What a supplement moves: by when all are trained, and the days of one class (None: no class)."""

    reason: str
    ready_by: date
    training_class: TrainingClass | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Problem:
    """Why a postponement is not taken, and under which field of its form that belongs."""

    field_name: str
    sentence: Sentence


def classes_to_move(session: Session, agreement: Agreement) -> Sequence[TrainingClass]:
    """The agreement's classes whose days may still move."""
    mine = select(TrainingClass).where(
        TrainingClass.agreement_id == agreement.id, TrainingClass.state.in_(TAKING_PEOPLE)
    )
    return session.scalars(mine.order_by(TrainingClass.id)).all()


def problems(session: Session, agreement: Agreement, plan: Postponement, today: date) -> list[Problem]:
    """What is wrong with the days of a postponement."""
    wrong, before = [], agreement.order.ready_by
    if plan.ready_by < before:
        wrong.append(Problem("ready_by", Sentence("学完期限不能比现在的 %(day)s早。", {"day": before})))
    if plan.ready_by < today:
        wrong.append(Problem("ready_by", Sentence("学完期限不能早于今天。")))
    if plan.training_class is None:
        same = plan.ready_by == before
        return [*wrong, Problem("ready_by", NOTHING_MOVES)] if same else wrong
    return [*wrong, *_class_problems(session, plan, plan.training_class, today)]


def _class_problems(
    session: Session, plan: Postponement, training_class: TrainingClass, today: date
) -> list[Problem]:
    if plan.starts_on is None or plan.ends_on is None:
        return [Problem("starts_on", Sentence("选了班，就要写新的开班日期和结束日期。"))]
    wrong = []
    if plan.ends_on < plan.starts_on:
        wrong.append(Problem("ends_on", Sentence("结束日期不能早于开班日期。")))
    if plan.ends_on > plan.ready_by:
        wrong.append(Problem("ends_on", Sentence("结束日期不能晚于新的学完期限。")))
    moves = plan.starts_on != training_class.starts_on
    if moves and _has_begun(session, training_class, today):
        begun = Sentence("已经开始上课，开班日期不能改，只能改结束日期。")
        wrong.append(Problem("starts_on", begun))
    elif moves and plan.starts_on < today:
        wrong.append(Problem("starts_on", Sentence("开班日期不能早于今天。")))
    days = (training_class.starts_on, training_class.ends_on, training_class.agreement.order.ready_by)
    if days == (plan.starts_on, plan.ends_on, plan.ready_by):
        wrong.append(Problem("ready_by", NOTHING_MOVES))
    return wrong


def _has_begun(session: Session, training_class: TrainingClass, today: date) -> bool:
    marked = select(Attendance.id).where(Attendance.lesson_id == Lesson.id).exists()
    held = (Lesson.held_on < today) | Lesson.closed_at.is_not(None) | marked
    lessons = select(Lesson.id).where(Lesson.class_id == training_class.id, held)
    return session.scalar(lessons.limit(1)) is not None


def propose(
    session: Session, actor: Actor, agreement: Agreement, plan: Postponement, today: date
) -> Supplement:
    """Draw up a supplement for the agreement's own parties to sign; nothing moves yet.

    Raises PermissionError for an account of no party, TransitionRefused with the rule that is broken.
    """
    lock(session, agreement)
    if not parties_of(session, actor, agreement):
        raise PermissionError(EventTag.SUPPLEMENT_CREATE)
    if agreement.state is not AgreementState.IN_FORCE:
        raise TransitionRefused(NOT_IN_FORCE)
    if not plan.reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if open_supplement(session, agreement) is not None:
        raise TransitionRefused(ONE_AT_A_TIME)
    if wrong := problems(session, agreement, plan, today):
        raise TransitionRefused(*(problem.sentence for problem in wrong))
    supplement = _drawn_up(session, actor, agreement, plan)
    session.add(supplement)
    session.flush()
    record(session, actor, EventTag.SUPPLEMENT_CREATE, agreement, reason=supplement.reason)
    return supplement


def _drawn_up(session: Session, actor: Actor, agreement: Agreement, plan: Postponement) -> Supplement:
    known = select(func.count()).select_from(Supplement).where(Supplement.agreement_id == agreement.id)
    own = plan.training_class
    return Supplement(
        agreement_id=agreement.id,
        class_id=own.id if own else None,
        number=f"{agreement.number}-B{(session.scalar(known) or 0) + 1}",
        reason=plan.reason.strip(),
        ready_by=plan.ready_by,
        ready_by_before=agreement.order.ready_by,
        starts_on=plan.starts_on if own else None,
        ends_on=plan.ends_on if own else None,
        starts_on_before=own.starts_on if own else None,
        ends_on_before=own.ends_on if own else None,
        proposed_by_id=actor.user_id,
        signatures=[SupplementSignature(party=one.party) for one in agreement.signatures],
    )


def open_supplement(session: Session, agreement: Agreement) -> Supplement | None:
    """The supplement that is being signed."""
    mine = select(Supplement).where(
        Supplement.agreement_id == agreement.id, Supplement.state == SupplementState.SIGNING
    )
    return session.scalar(mine)


def supplements_of(session: Session, agreement: Agreement) -> Sequence[Supplement]:
    """All supplements of an agreement, the latest first."""
    mine = select(Supplement).where(Supplement.agreement_id == agreement.id)
    return session.scalars(mine.order_by(Supplement.id.desc())).all()


def sign(
    session: Session, actor: Actor, supplement: Supplement, name: str, now: datetime, today: date
) -> Party:
    """Sign for the actor's own party; with the last signature the days move, in the same transaction.

    Raises what the signing of an agreement raises, and TransitionRefused when the days cannot hold any more.
    """
    agreement = supplement.agreement
    lock(session, agreement)
    session.refresh(supplement)
    if supplement.state is not SupplementState.SIGNING:
        raise IllegalTransition("sign")
    parties = parties_of(session, actor, agreement)
    if not parties:
        raise PermissionError(EventTag.SUPPLEMENT_SIGN)
    signature = sign_place(actor, supplement, parties, name, now)
    record(session, actor, EventTag.SUPPLEMENT_SIGN, agreement, party=signature.party.value, name=name)
    if supplement.is_signed_by_all:
        _take_force(session, actor, supplement, today)
    return signature.party


def _take_force(session: Session, actor: Actor, supplement: Supplement, today: date) -> None:
    """The order's date carries the places that are kept; the agreement's own terms stay as signed."""
    agreement, own = supplement.agreement, supplement.training_class
    plan = Postponement(supplement.reason, supplement.ready_by, own, supplement.starts_on, supplement.ends_on)
    if wrong := problems(session, agreement, plan, today):
        raise TransitionRefused(*(problem.sentence for problem in wrong))
    SUPPLEMENT_WORKFLOW.advance(session, supplement, "take_force", actor)
    agreement.order.ready_by = supplement.ready_by
    if own is not None and supplement.starts_on is not None and supplement.ends_on is not None:
        own.starts_on, own.ends_on = supplement.starts_on, supplement.ends_on
        record(session, actor, EventTag.CLASS_UPDATE, own, fields=["starts_on", "ends_on"])


def cancel(session: Session, actor: Actor, supplement: Supplement, reason: str) -> None:
    """Give up a supplement that was not signed by all; everything stays as it was."""
    lock(session, supplement.agreement)
    session.refresh(supplement)
    if not parties_of(session, actor, supplement.agreement):
        raise PermissionError(EventTag.SUPPLEMENT_ADVANCE)
    SUPPLEMENT_WORKFLOW.advance(session, supplement, "cancel", actor, reason=reason)
