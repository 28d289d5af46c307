"""A visit nobody announced, written down on the spot."""

from typing import Any

from sqlalchemy.orm import Session

from app.training.inspections import queries
from models.access import Actor, Permission
from models.audit import EventTag, record
from models.clock import CHINA, utc_now
from models.i18n import N_
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import ClassState, TrainingClass
from models.workflow import TransitionRefused

NOT_TAUGHT = N_("这个班现在不在上课，没有可以巡查的。")
SEEN = ("counted", "teacher_agrees", "place_agrees", "content_agrees", "finding")


def inspect(
    session: Session, actor: Actor, training_class: TrainingClass, seen: dict[str, Any]
) -> Inspection:
    """Write down what ``actor`` saw; how many the roll calls present at this moment is filled in here.

    ``seen``: the columns of ``SEEN``. Raises PermissionError, TransitionRefused. The caller commits.
    """
    if not actor.can(Permission.CLASS_INSPECT):
        raise PermissionError("inspect")
    if training_class.state is not ClassState.TEACHING:
        raise TransitionRefused(NOT_TAUGHT)
    now = utc_now()
    lesson = queries.lesson_now(session, training_class.id, now)
    day = now.astimezone(CHINA).date()
    drawn = {one.training_class.id: one.rank for one in queries.candidates(session, actor, day)}
    visit = Inspection(
        class_id=training_class.id,
        lesson_id=lesson.id if lesson else None,
        kind=InspectionKind.RANDOM,
        visited_at=now,
        marked=queries.marked_present(session, lesson.id) if lesson else None,
        in_order=all(seen[name] for name in SEEN if name.endswith("_agrees")),
        draw_rank=drawn.get(training_class.id),
        draw_seed=queries.seed_of(actor, day) if training_class.id in drawn else None,
        inspector_id=actor.user_id,
        inspector_name=actor.name,
        **seen,
    )
    session.add(visit)
    session.flush()
    record(
        session,
        actor,
        EventTag.INSPECTION_RECORD,
        visit,
        cohort=training_class.id,
        counts={"counted": visit.counted, "marked": visit.marked},
    )
    return visit
