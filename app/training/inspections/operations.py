"""An unannounced visit, written down on the spot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.training.inspections import queries
from models.access import Actor, Permission
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.second_person import interest
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import ClassState, TrainingClass
from models.workflow import REASON_MISSING, TransitionRefused, refuse_for

CLAIMED = (ClassState.CLAIMED, ClassState.PUBLISHED, ClassState.PAID, ClassState.ARCHIVED)
ALREADY_CLAIMED = Sentence("这个班已经申报补贴，巡查记录不能再改。")
NOT_TAUGHT = Sentence("这个班现在不在上课，没有可以巡查的。")


@dataclass(frozen=True)
class Observation:
    """What the inspector saw: learners counted, and whether all is as the timetable says."""

    counted: int
    teacher_agrees: bool
    place_agrees: bool
    content_agrees: bool
    finding: str

    @property
    def is_in_order(self) -> bool:
        """Whether teacher, place and content are as planned."""
        return self.teacher_agrees and self.place_agrees and self.content_agrees


def inspect(
    session: Session, actor: Actor, training_class: TrainingClass, seen: Observation, now: datetime
) -> Inspection:
    """Write down what ``actor`` saw; how many the roll calls present at this moment is filled in here.

    Raises PermissionError, TransitionRefused. The caller commits.
    """
    if not actor.can(Permission.CLASS_INSPECT):
        raise PermissionError("inspect")
    refuse_for(interest(training_class, actor))
    if training_class.state is not ClassState.TEACHING:
        raise TransitionRefused(NOT_TAUGHT)
    visit = _visit(session, actor, training_class, seen, now)
    session.add(visit)
    session.flush()
    counts = {"counted": visit.counted, "marked": visit.marked}
    record(session, actor, EventTag.INSPECTION_RECORD, visit, cohort=training_class.id, counts=counts)
    return visit


def _visit(
    session: Session, actor: Actor, training_class: TrainingClass, seen: Observation, now: datetime
) -> Inspection:
    lesson, day = queries.lesson_now(session, training_class.id, now), day_of(now)
    drawn = {one.training_class.id: one.rank for one in queries.candidates(session, actor, day)}
    return Inspection(
        class_id=training_class.id,
        lesson_id=lesson.id if lesson else None,
        kind=InspectionKind.RANDOM,
        visited_at=now,
        counted=seen.counted,
        marked=queries.marked_present(session, lesson.id) if lesson else None,
        in_order=seen.is_in_order,
        teacher_agrees=seen.teacher_agrees,
        place_agrees=seen.place_agrees,
        content_agrees=seen.content_agrees,
        finding=seen.finding,
        draw_rank=drawn.get(training_class.id),
        draw_seed=queries.seed_of(actor, day) if training_class.id in drawn else None,
        inspector_id=actor.user_id,
        inspector_name=actor.name,
    )


def _is_theirs(actor: Actor, visit: Inspection) -> bool:
    is_own = visit.inspector_id == actor.user_id and actor.can(Permission.CLASS_INSPECT)
    return is_own or actor.can(Permission.CLASS_APPROVE)


def may_correct(actor: Actor, visit: Inspection) -> bool:
    """Whether ``actor`` came on the visit or is the county, and no money was claimed yet."""
    return _is_theirs(actor, visit) and visit.training_class.state not in CLAIMED


def correct(
    session: Session, actor: Actor, visit: Inspection, counted: int, finding: str, reason: str
) -> None:
    """Correct what was written down of a visit, with the reason; the audit keeps what stood there.

    By whoever came, or the county. Raises PermissionError, TransitionRefused once money was claimed.
    """
    if not _is_theirs(actor, visit):
        raise PermissionError("correct")
    refuse_for(interest(visit.training_class, actor))
    if visit.training_class.state in CLAIMED:
        raise TransitionRefused(ALREADY_CLAIMED)
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    before = {"counted": visit.counted, "finding": visit.finding}
    visit.counted, visit.finding = counted, finding
    told = {"from": before, "to": {"counted": counted, "finding": finding}, "reason": reason.strip()}
    record(session, actor, EventTag.INSPECTION_CORRECT, visit, **told)
