"""How much of a class each learner attended, and who falls, or may fall, below what the examination asks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import ColumnElement, distinct, func, or_, select
from sqlalchemy.orm import Session

from models.clock import today
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState
from models.training.lesson import ATTENDED, Attendance, Lesson
from models.training.standards import Figure, class_figure
from models.training.subsidy import StandardName
from models.training.training_class import TrainingClass

COUNTED = (*IN_CLASS, EnrolmentState.DROPPED)


@dataclass(frozen=True)
class Attended:
    """One learner: periods attended of those held, and on how many days; present and late count as
    attended."""

    attended_periods: int
    held_periods: int
    days: int

    @property
    def share(self) -> Fraction | None:
        """Attended of held periods; None while nothing was held."""
        return Fraction(self.attended_periods, self.held_periods) if self.held_periods else None


@dataclass(frozen=True)
class Outlook:
    """Where one learner stands against the threshold: all in periods. ``needed`` is of the whole
    timetable."""

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
    def is_in_danger(self) -> bool:
        """Whether somebody should speak with the learner."""
        return self.is_lost or self.is_near

    @property
    def is_near(self) -> bool:
        """Whether one more missed lesson would put the threshold out of reach."""
        return not self.is_lost and self.attended + self.left - self.longest < self.needed and self.left > 0


def is_held(day: date) -> ColumnElement[bool]:
    """Lessons that count as held on ``day``: closed by the teacher, or of an earlier day."""
    return or_(Lesson.closed_at.is_not(None), Lesson.held_on < day)


def attendance(session: Session, class_id: int, day: date | None = None) -> dict[int, Attended]:
    """Return by enrolment what each learner of a class attended up to ``day`` (default: today).

    Everybody who sat in the class is there, those who dropped out too. Three statements, whatever the class.
    """
    return attendances(session, [class_id], day).get(class_id, {})


def attendances(
    session: Session, class_ids: Iterable[int], day: date | None = None
) -> dict[int, dict[int, Attended]]:
    """Return :func:`attendance` of several classes by class, in the same three statements."""
    ids, day = list(class_ids), day or today()
    held = _held_periods(session, ids, day)
    told = _attended(session, ids, day)
    found: dict[int, dict[int, Attended]] = {class_id: {} for class_id in ids}
    learners = select(Enrolment.class_id, Enrolment.id).where(
        Enrolment.class_id.in_(ids), Enrolment.state.in_(COUNTED)
    )
    for class_id, enrolment_id in session.execute(learners.order_by(Enrolment.id)):
        periods, days = told.get(enrolment_id, (0, 0))
        found[class_id][enrolment_id] = Attended(periods, held.get(class_id, 0), days)
    return found


def _held_periods(session: Session, class_ids: list[int], day: date) -> dict[int, int]:
    statement = (
        select(Lesson.class_id, func.sum(Lesson.periods))
        .where(Lesson.class_id.in_(class_ids), is_held(day))
        .group_by(Lesson.class_id)
    )
    return {class_id: int(periods) for class_id, periods in session.execute(statement)}


def _attended(session: Session, class_ids: list[int], day: date) -> dict[int, tuple[int, int]]:
    statement = (
        select(Attendance.enrolment_id, func.sum(Lesson.periods), func.count(distinct(Lesson.held_on)))
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(Lesson.class_id.in_(class_ids), is_held(day), Attendance.presence.in_(ATTENDED))
        .group_by(Attendance.enrolment_id)
    )
    return {enrolment_id: (int(periods), days) for enrolment_id, periods, days in session.execute(statement)}


def threshold(session: Session, training_class: TrainingClass) -> Figure | None:
    """Return the least share of periods (whole percent) one must attend to sit the examination; None:
    unknown."""
    return class_figure(session, training_class, StandardName.ATTENDANCE, today())


def below_threshold(session: Session, training_class: TrainingClass) -> set[int]:
    """Return the enrolments that may not sit the examination: attended less than the threshold of what was
    held.

    Empty where the threshold is unknown or nothing was held yet: nobody is barred by a rule nobody has
    stated.
    """
    least = threshold(session, training_class)
    if least is None:
        return set()
    limit = Fraction(least.value, 100)
    told = attendance(session, training_class.id)
    return {number for number, one in told.items() if one.share is not None and one.share < limit}


def outlook(session: Session, training_class: TrainingClass, day: date | None = None) -> list[Outlook]:
    """Return where each learner in the class stands against the threshold; nothing where it is unknown."""
    return outlooks(session, [training_class], day or today()).get(training_class.id, [])


def outlooks(session: Session, classes: Iterable[TrainingClass], day: date) -> dict[int, list[Outlook]]:
    """Return :func:`outlook` by class, for those whose threshold is known."""
    limits = {one.id: found.value for one in classes if (found := threshold(session, one))}
    ahead, told = _ahead(session, list(limits), day), attendances(session, limits, day)
    sitting = Enrolment.class_id.in_(limits), Enrolment.state == EnrolmentState.ENROLLED
    active = set(session.scalars(select(Enrolment.id).where(*sitting)))
    return {
        class_id: [
            _outlook(number, one, limits[class_id], *ahead.get(class_id, (0, 0)))
            for number, one in told[class_id].items()
            if number in active
        ]
        for class_id in limits
    }


def _outlook(number: int, one: Attended, percent: int, left: int, longest: int) -> Outlook:
    needed = math.ceil(Fraction(percent * (one.held_periods + left), 100))
    return Outlook(number, one.attended_periods, left, needed, longest)


def _ahead(session: Session, class_ids: list[int], day: date) -> dict[int, tuple[int, int]]:
    statement = (
        select(Lesson.class_id, func.sum(Lesson.periods), func.max(Lesson.periods))
        .where(Lesson.class_id.in_(class_ids), ~is_held(day))
        .group_by(Lesson.class_id)
    )
    return {class_id: (int(periods), longest) for class_id, periods, longest in session.execute(statement)}
