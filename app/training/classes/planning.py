"""A class planned by its school within its agreement, changed until it is approved. The caller commits."""

from dataclasses import asdict
from datetime import date

from sqlalchemy.orm import Session

from app.training.classes.rules import Plan, problems
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.training.agreement import Agreement, AgreementState
from models.training.training_class import ClassState, TrainingClass
from models.workflow import IllegalTransition, TransitionRefused, refuse_for

EDITABLE = (ClassState.DRAFT, ClassState.RETURNED)
NOT_IN_FORCE = Sentence("协议还没有生效，或已经结束，不能开班。")
MORE_SEATED = Sentence("班上已经有更多学员，名额不能改得比他们少。")


def create_class(
    session: Session, actor: Actor, agreement: Agreement, plan: Plan, today: date
) -> TrainingClass:
    """Plan a class of an agreement in force; raises TransitionRefused with the rule that the plan breaks."""
    if agreement.state is not AgreementState.IN_FORCE:
        raise TransitionRefused(NOT_IN_FORCE)
    _refuse(session, agreement, plan, today, None)
    order = agreement.order
    training_class = TrainingClass(
        agreement_id=agreement.id,
        school_id=agreement.school_id,
        enterprise_id=agreement.enterprise_id,
        county_code=agreement.county_code,
        city_code=agreement.city_code,
        occupation_code=order.occupation_code,
        occupation_name=order.occupation_name,
        skill=order.skill,
        level=order.level,
        periods=agreement.terms.periods,
        created_by_id=actor.user_id,
        **asdict(plan),
    )
    session.add(training_class)
    session.flush()
    record(session, actor, EventTag.CLASS_CREATE, training_class)
    return training_class


def update_class(
    session: Session, actor: Actor, training_class: TrainingClass, plan: Plan, today: date
) -> None:
    """Change a class that is not approved yet. Seats already taken stay taken."""
    if training_class.state not in EDITABLE:
        raise IllegalTransition("update")
    if plan.capacity < training_class.enrolled:
        raise TransitionRefused(MORE_SEATED)
    _refuse(session, training_class.agreement, plan, today, training_class)
    changed = [name for name, value in asdict(plan).items() if getattr(training_class, name) != value]
    for name in changed:
        setattr(training_class, name, getattr(plan, name))
    record(session, actor, EventTag.CLASS_UPDATE, training_class, fields=changed)


def _refuse(
    session: Session, agreement: Agreement, plan: Plan, today: date, own: TrainingClass | None
) -> None:
    refuse_for(problem.sentence for problem in problems(session, agreement, plan, today, own))
