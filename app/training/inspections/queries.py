"""Which class to visit: of those taught today the unvisited first, then by a draw that can be repeated."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.kit.web.navigation import Task
from models import vault
from models.access import Actor, Permission, visible_to
from models.audit import events_of
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import N_, Sentence, counted
from models.training.lesson import ATTENDED, Attendance, Inspection, InspectionKind, Lesson
from models.training.training_class import ClassState, TrainingClass

HERE = "inspections.index"
MOST_CLASSES, SOON = 500, timedelta(minutes=15)


@dataclass(frozen=True)
class Candidate:
    """A class that is taught today: its lessons of the day, earlier visits, its place in the draw."""

    training_class: TrainingClass
    lessons: list[Lesson]
    visits: int
    rank: int


def seed_of(actor: Actor, day: date) -> str:
    """What the day's draw for ``actor`` is made from: the same all day, and cannot be foreseen."""
    return vault.digest(f"inspection draw {day} {actor.user_id}")[:16]


def candidates(session: Session, actor: Actor, day: date) -> list[Candidate]:
    """The classes with a lesson on ``day`` that ``actor`` may visit, in the order to visit them."""
    lessons: dict[int, list[Lesson]] = {}
    for lesson in _lessons(session, actor, day):
        lessons.setdefault(lesson.class_id, []).append(lesson)
    order = sorted(lessons)
    Random(seed_of(actor, day)).shuffle(order)  # noqa: S311  the seed is the secret
    visits = _visits(session, order) if order else {}
    order.sort(key=lambda class_id: visits.get(class_id, 0) > 0)
    return [
        Candidate(lessons[class_id][0].training_class, lessons[class_id], visits.get(class_id, 0), rank)
        for rank, class_id in enumerate(order, 1)
    ]


def _lessons(session: Session, actor: Actor, day: date) -> list[Lesson]:
    statement = (
        select(Lesson)
        .join(Lesson.training_class)
        .options(contains_eager(Lesson.training_class).joinedload(TrainingClass.school))
        .where(Lesson.held_on == day, TrainingClass.state == ClassState.TEACHING)
        .order_by(Lesson.starts, Lesson.id)
        .limit(MOST_CLASSES)
    )
    return list(session.scalars(visible_to(actor, statement, TrainingClass, Permission.CLASS_INSPECT)))


def _visits(session: Session, class_ids: list[int]) -> dict[int, int]:
    statement = (
        select(Inspection.class_id, func.count())
        .where(Inspection.class_id.in_(class_ids), Inspection.kind == InspectionKind.RANDOM)
        .group_by(Inspection.class_id)
    )
    return dict(session.execute(statement).all())


def lesson_now(session: Session, class_id: int, now: datetime) -> Lesson | None:
    """The lesson that is being held at ``now`` (or begins within a quarter of an hour), if any."""
    today = day_of(now)
    of_today = select(Lesson).where(Lesson.class_id == class_id, Lesson.held_on == today)
    lessons = session.scalars(of_today.order_by(Lesson.starts))
    return next((one for one in lessons if one.begins_at - SOON <= now <= one.ends_at), None)


def marked_present(session: Session, lesson_id: int) -> int:
    """How many the roll of a lesson calls present at this moment."""
    there = Attendance.lesson_id == lesson_id, Attendance.presence.in_(ATTENDED)
    return session.scalar(select(func.count()).select_from(Attendance).where(*there)) or 0


def visits_of(session: Session, class_id: int) -> list[Inspection]:
    """Who came to see a class, the latest first."""
    statement = (
        select(Inspection).where(Inspection.class_id == class_id).options(joinedload(Inspection.lesson))
    )
    return list(session.scalars(statement.order_by(Inspection.visited_at.desc(), Inspection.id.desc())))


@dataclass(frozen=True)
class VisitChange:
    """One correction of a visit: what was counted and found before, who changed it, when and why."""

    at: datetime
    who: str
    counted: int
    finding: str
    why: str


def changes_of(session: Session, visit: Inspection) -> list[VisitChange]:
    """How a visit's record was corrected, the latest first."""
    return [
        VisitChange(
            event.at,
            event.actor_name,
            event.details["from"]["counted"],
            event.details["from"]["finding"],
            event.details["reason"],
        )
        for event in events_of(session, visit, (EventTag.INSPECTION_CORRECT,))
    ]


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this room today."""
    return _to_visit(session, actor, today) if actor.can(Permission.CLASS_INSPECT) else []


def _to_visit(session: Session, actor: Actor, today: date) -> list[Task]:
    """Unvisited classes taught today, unless ``actor`` went on a random visit within the last week."""
    waiting = [one for one in candidates(session, actor, today) if not one.visits]
    if not waiting or _has_visited_since(session, actor, today - timedelta(days=7)):
        return []
    what = counted(len(waiting), "个班今天有课，还没有巡查过")
    reason = Sentence("抽到的第一个：%(name)s", {"name": waiting[0].training_class.name})
    return [Task(len(waiting), what, reason, url_for(HERE), N_("去巡查"), HERE)]


def _has_visited_since(session: Session, actor: Actor, day: date) -> bool:
    latest = select(func.max(Inspection.visited_at)).where(
        Inspection.inspector_id == actor.user_id, Inspection.kind == InspectionKind.RANDOM
    )
    last = session.scalar(latest)
    return last is not None and last.date() > day
