"""What each learner of a class attended, who may not or may soon not sit the examination, what waits."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import url_for
from sqlalchemy import ColumnElement, distinct, func, or_, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task
from models.access import Actor, Permission, Role, visible_to
from models.i18n import N_, Sentence, counted
from models.people.worker import Worker
from models.training.enrolment import SEEN_BY_SCHOOL, Enrolment, EnrolmentState
from models.training.lesson import ATTENDED, Attendance, Lesson, MarkedBy, Presence
from models.training.roll import lessons_on, unclosed
from models.training.standard import StandardName
from models.training.standards import Figure, class_figure
from models.training.training_class import ClassState, TrainingClass


@dataclass(frozen=True)
class Attended:
    """One learner: periods attended of those held, and on how many days; present and late count."""

    attended_periods: int
    held_periods: int
    days: int

    @property
    def share(self) -> Fraction | None:
        """Attended of held periods; None while nothing was held."""
        return Fraction(self.attended_periods, self.held_periods) if self.held_periods else None


def is_held(today: date) -> ColumnElement[bool]:
    """Lessons that count as held: closed by the teacher, or of an earlier day."""
    return or_(Lesson.closed_at.is_not(None), Lesson.held_on < today)


def attendance(session: Session, class_id: int, today: date) -> dict[int, Attended]:
    """By enrolment, what each learner of a class attended up to ``today``; those who dropped out too."""
    return attendances(session, [class_id], today).get(class_id, {})


def attendances(session: Session, class_ids: Iterable[int], today: date) -> dict[int, dict[int, Attended]]:
    """:func:`attendance` of several classes, by class. Four statements, and some for who moved."""
    ids = list(class_ids)
    held, attended = _held_periods(session, ids, today), _attended(session, ids, today)
    learners = select(Enrolment.class_id, Enrolment.id).where(
        Enrolment.class_id.in_(ids), Enrolment.state.in_(SEEN_BY_SCHOOL)
    )
    totals: dict[int, dict[int, Attended]] = {class_id: {} for class_id in ids}
    brought = _brought(session, ids, today)
    for class_id, enrolment_id in session.execute(learners.order_by(Enrolment.id)):
        periods, days = attended.get(enrolment_id, (0, 0))
        more_periods, more_days = brought.get(enrolment_id, (0, 0))
        all_held = held.get(class_id, 0)
        totals[class_id][enrolment_id] = Attended(periods + more_periods, all_held, days + more_days)
    return totals


# --- days that came along from another class ------------------------------------------------------------


def carried_days(session: Session, class_ids: Iterable[int], today: date) -> dict[int, dict[date, int]]:
    """By enrolment of ``class_ids``, the periods attended by day in the classes the learner came from."""
    moved = select(Enrolment).where(
        Enrolment.class_id.in_(list(class_ids)), Enrolment.moved_from_id.is_not(None)
    )
    return {one.id: _days_before(session, one, today) for one in session.scalars(moved)}


def _days_before(session: Session, enrolment: Enrolment, today: date) -> dict[date, int]:
    days: dict[date, int] = {}
    before = enrolment.moved_from
    while before is not None:
        marks = (
            select(Lesson.held_on, func.sum(Lesson.periods))
            .join(Attendance, Attendance.lesson_id == Lesson.id)
            .where(Attendance.enrolment_id == before.id, is_held(today), Attendance.presence.in_(ATTENDED))
            .group_by(Lesson.held_on)
        )
        for day, periods in session.execute(marks):
            days[day] = days.get(day, 0) + int(periods)
        before = before.moved_from
    return days


def _brought(session: Session, class_ids: list[int], today: date) -> dict[int, tuple[int, int]]:
    """By learner who moved, the periods and days that count here: no hour counts twice.

    What was attended elsewhere stands for the lessons that this class held before the learner came, and for
    no more of them; a day on which both classes were attended is one day.
    """
    brought = {}
    for enrolment_id, days in carried_days(session, class_ids, today).items():
        one = session.get_one(Enrolment, enrolment_id)
        here = set(
            session.scalars(
                select(Lesson.held_on)
                .join(Attendance, Attendance.lesson_id == Lesson.id)
                .where(Attendance.enrolment_id == one.id, Attendance.presence.in_(ATTENDED))
            )
        )
        missed = _missed(session, one, today)
        brought[one.id] = min(sum(days.values()), missed), len(days.keys() - here)
    return brought


def _missed(session: Session, one: Enrolment, today: date) -> int:
    """The periods that the class held before the learner came: those without a mark of his until then."""
    if one.joined_on is None:
        return 0
    marked = select(Attendance.id).where(Attendance.lesson_id == Lesson.id, Attendance.enrolment_id == one.id)
    before = select(func.coalesce(func.sum(Lesson.periods), 0)).where(
        Lesson.class_id == one.class_id, is_held(today), Lesson.held_on <= one.joined_on, ~marked.exists()
    )
    return session.scalar(before) or 0


def _held_periods(session: Session, class_ids: list[int], today: date) -> dict[int, int]:
    statement = (
        select(Lesson.class_id, func.sum(Lesson.periods))
        .where(Lesson.class_id.in_(class_ids), is_held(today))
        .group_by(Lesson.class_id)
    )
    return {class_id: int(periods) for class_id, periods in session.execute(statement)}


def _attended(session: Session, class_ids: list[int], today: date) -> dict[int, tuple[int, int]]:
    """By enrolment, the periods and the days attended."""
    statement = (
        select(Attendance.enrolment_id, func.sum(Lesson.periods), func.count(distinct(Lesson.held_on)))
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(Lesson.class_id.in_(class_ids), is_held(today), Attendance.presence.in_(ATTENDED))
        .group_by(Attendance.enrolment_id)
    )
    return {enrolment_id: (int(periods), days) for enrolment_id, periods, days in session.execute(statement)}


# --- against the threshold ------------------------------------------------------------------------------


def threshold(session: Session, training_class: TrainingClass, today: date) -> Figure | None:
    """The least share of periods (whole percent) to be attended for the examination; None: unknown."""
    return class_figure(session, training_class, StandardName.ATTENDANCE, today)


def below_threshold(session: Session, training_class: TrainingClass, today: date) -> set[int]:
    """The enrolments that may not sit the examination: less than the threshold of what was held up to today.

    Empty where the threshold is unknown or nothing was held yet: an unstated rule bars no learner.
    """
    least = threshold(session, training_class, today)
    if least is None:
        return set()
    limit = Fraction(least.value, 100)
    totals = attendance(session, training_class.id, today)
    return {number for number, total in totals.items() if total.share is not None and total.share < limit}


@dataclass(frozen=True)
class AttendanceForecast:
    """Where one learner stands against the threshold, in periods.

    ``left`` are still to be held, the ``longest`` lesson of them; ``needed`` is of the whole timetable.
    """

    enrolment_id: int
    attended: int
    left: int
    needed: int
    longest: int

    @property
    def is_lost(self) -> bool:
        """Whether even all remaining lessons no longer reach the threshold."""
        return self.attended + self.left < self.needed

    @property
    def is_near(self) -> bool:
        """Whether one more missed lesson would put the threshold out of reach."""
        return not self.is_lost and self.attended + self.left - self.longest < self.needed and self.left > 0

    @property
    def is_in_danger(self) -> bool:
        """Whether it is time to speak with the learner."""
        return self.is_lost or self.is_near


def forecast(session: Session, training_class: TrainingClass, today: date) -> list[AttendanceForecast]:
    """Where each learner in the class stands against the threshold; nothing where it is unknown."""
    return forecasts(session, [training_class], today).get(training_class.id, [])


def forecasts(
    session: Session, classes: Iterable[TrainingClass], today: date
) -> dict[int, list[AttendanceForecast]]:
    """:func:`forecast` by class, for those whose threshold is known."""
    limits = {one.id: figure.value for one in classes if (figure := threshold(session, one, today))}
    if not limits:
        return {}
    ahead, totals = _ahead(session, list(limits), today), attendances(session, limits, today)
    sitting = Enrolment.class_id.in_(limits), Enrolment.state == EnrolmentState.ENROLLED
    active = set(session.scalars(select(Enrolment.id).where(*sitting)))
    return {
        class_id: [
            _forecast(enrolment_id, total, limits[class_id], *ahead.get(class_id, (0, 0)))
            for enrolment_id, total in totals[class_id].items()
            if enrolment_id in active
        ]
        for class_id in limits
    }


def _forecast(
    enrolment_id: int, total: Attended, percent: int, left: int, longest: int
) -> AttendanceForecast:
    needed = math.ceil(Fraction(percent * (total.held_periods + left), 100))
    return AttendanceForecast(enrolment_id, total.attended_periods, left, needed, longest)


def _ahead(session: Session, class_ids: list[int], today: date) -> dict[int, tuple[int, int]]:
    """By class, the periods still to be held and the longest lesson of them."""
    statement = (
        select(Lesson.class_id, func.sum(Lesson.periods), func.max(Lesson.periods))
        .where(Lesson.class_id.in_(class_ids), ~is_held(today))
        .group_by(Lesson.class_id)
    )
    return {class_id: (int(periods), longest) for class_id, periods, longest in session.execute(statement)}


# --- learners by lessons --------------------------------------------------------------------------------

Marks = dict[int, tuple[Presence, MarkedBy]]


@dataclass(frozen=True)
class TableRow:
    """One learner: the marks by lesson (presence and how it came), and what they come to."""

    enrolment_id: int
    seat: int | None
    name: str
    state: EnrolmentState
    marks: Marks
    sum: Attended


@dataclass(frozen=True)
class AttendanceTable:
    """The lessons held so far, and the learners."""

    lessons: list[Lesson]
    rows: list[TableRow]


def table(session: Session, class_id: int, today: date) -> AttendanceTable:
    """Who was in which of the lessons held up to ``today``."""
    held = select(Lesson).where(Lesson.class_id == class_id, is_held(today))
    lessons = list(session.scalars(held.order_by(Lesson.held_on, Lesson.starts)))
    totals, marks = attendance(session, class_id, today), _marks(session, class_id)
    learners = (
        select(Enrolment.id, Enrolment.seat, Worker.name, Enrolment.state)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.class_id == class_id, Enrolment.state.in_(SEEN_BY_SCHOOL))
        .order_by(func.coalesce(Enrolment.seat, 9999), Enrolment.id)
    )
    rows = [
        TableRow(enrolment_id, seat, name, state, marks.get(enrolment_id, {}), totals[enrolment_id])
        for enrolment_id, seat, name, state in session.execute(learners)
    ]
    return AttendanceTable(lessons, rows)


def _marks(session: Session, class_id: int) -> dict[int, Marks]:
    statement = (
        select(Attendance.enrolment_id, Attendance.lesson_id, Attendance.presence, Attendance.how)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(Lesson.class_id == class_id)
    )
    marks: dict[int, Marks] = {}
    for enrolment_id, lesson_id, presence, how in session.execute(statement):
        marks.setdefault(enrolment_id, {})[lesson_id] = (presence, how)
    return marks


# --- what waits today -----------------------------------------------------------------------------------

HERE, MOST_CLASSES = "attendance.today", 200


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this room: rolls to call and to end, learners in danger."""
    waiting: list[Task] = []
    if actor.can(Permission.ATTENDANCE_TAKE):
        waiting += [*_to_call(session, actor, today), *_to_end(session, actor, today)]
    if actor.has_role(Role.SCHOOL, Role.COUNTY):
        waiting += _in_danger(session, actor, today)
    return waiting


def _to_call(session: Session, actor: Actor, today: date) -> list[Task]:
    lessons = [lesson for lesson in lessons_on(session, actor, today) if lesson.closed_at is None]
    if not lessons:
        return []
    first = lessons[0]
    reason = Sentence(
        "第一节 %(at)s，%(content)s，%(name)s",
        {"at": f"{first.starts:%H:%M}", "content": first.content, "name": first.training_class.name},
    )
    url = url_for("attendance.roll", lesson_id=first.id) if len(lessons) == 1 else url_for(HERE)
    return [Task(len(lessons), counted(len(lessons), "节课今天要点名"), reason, url, N_("去点名"), HERE)]


def _to_end(session: Session, actor: Actor, today: date) -> list[Task]:
    count = len(unclosed(session, actor, today))
    what, reason = counted(count, "节课的点名还没结束"), Sentence("没点到的课时不算出勤，越晚越说不清")
    return [Task(count, what, reason, url_for(HERE), N_("去补上"), HERE)] if count else []


def _in_danger(session: Session, actor: Actor, today: date) -> list[Task]:
    taught = select(TrainingClass).where(TrainingClass.state == ClassState.TEACHING)
    taught = visible_to(actor, taught, TrainingClass, Permission.ENROLMENT_READ)
    classes = list(session.scalars(taught.order_by(TrainingClass.id).limit(MOST_CLASSES)))
    by_class = {
        class_id: [forecast for forecast in of_class if forecast.is_in_danger]
        for class_id, of_class in forecasts(session, classes, today).items()
    }
    endangered = [forecast for of_class in by_class.values() for forecast in of_class]
    if not endangered:
        return []
    lost = sum(forecast.is_lost for forecast in endangered)
    worst = max(by_class, key=lambda class_id: len(by_class[class_id]))
    what = counted(len(endangered), "名学员出勤可能不够，不能考核")
    reason = Sentence("再缺一节就来不及")
    if lost:
        reason = Sentence("其中 %(lost)s 人已经来不及，其余再缺一节就来不及", {"lost": lost})
    url = url_for("attendance.show", class_id=worst)
    return [Task(len(endangered), what, reason, url, N_("去看是谁"), HERE)]
