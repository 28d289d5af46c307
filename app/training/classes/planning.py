"""A class planned by its school within its agreement, changed until it is approved. The caller commits."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.classes.operations import tell
from models.access import Actor, Permission
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.training.agreement import Agreement, AgreementState
from models.training.class_rules import Plan, problems
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import ClassState, TrainingClass
from models.workflow import REASON_MISSING, IllegalTransition, TransitionRefused, refuse_for

EDITABLE = (ClassState.DRAFT, ClassState.RETURNED)
NOT_IN_FORCE = Sentence("协议还没有生效，或已经结束，不能开班。")
CORRECTABLE = (ClassState.APPROVED, ClassState.OPENED, ClassState.TEACHING)
NOTHING_CHANGED = Sentence("和现在的一样，没有改动。")
MORE_SEATED = Sentence("班上已经有更多学员，名额不能改得比他们少。")


@dataclass(frozen=True)
class ClassWords:
    """What may be corrected of a class after the county agreed to it."""

    name: str
    place: str
    head_teacher: str
    meals: str = ""


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


def correct_class(
    session: Session, actor: Actor, training_class: TrainingClass, words: ClassWords, reason: str
) -> None:
    """Correct name, place, meals or head teacher of a class agreed to; its days have a supplement.

    Learners are told of another place. Raises TransitionRefused without a reason.
    """
    if not actor.can(Permission.CLASS_WRITE):
        raise PermissionError("correct")
    if training_class.state not in CORRECTABLE:
        raise IllegalTransition("correct")
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    before = ClassWords(**{name: getattr(training_class, name) for name in asdict(words)})
    changed = [name for name, value in asdict(words).items() if getattr(before, name) != value]
    if not changed:
        raise TransitionRefused(NOTHING_CHANGED)
    for name in changed:
        setattr(training_class, name, getattr(words, name))
    if "place" in changed:
        _tell_place(session, actor, training_class)
    told = {name: [getattr(before, name), getattr(words, name)] for name in changed}
    payload = {"fields": changed, "reason": reason.strip(), "from": told}
    record(session, actor, EventTag.CLASS_UPDATE, training_class, **payload)


def _tell_place(session: Session, actor: Actor, training_class: TrainingClass) -> None:
    sitting = select(Enrolment).where(
        Enrolment.class_id == training_class.id, Enrolment.state == EnrolmentState.ENROLLED
    )
    words = {"name": training_class.name, "place": training_class.place}
    for enrolment in session.scalars(sitting):
        tell(session, actor, enrolment, MessageKind.CLASS_PLACE, words, training_class.ends_on)


def _refuse(
    session: Session, agreement: Agreement, plan: Plan, today: date, own: TrainingClass | None
) -> None:
    refuse_for(problem.sentence for problem in problems(session, agreement, plan, today, own))
