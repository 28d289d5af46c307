"""What a worker's first page shows: the next thing to do first, then the others in the order they press."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.portal import queries
from models.access import Actor
from models.i18n import Sentence
from models.placement.acknowledgement import latest_acknowledgements, without_card
from models.placement.placement import WORKING, Placement, PlacementState
from models.problems.flow import ProblemState
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState
from models.training.lesson import Lesson


class Thing(enum.StrEnum):
    """What there is to do, the most pressing kinds first."""

    JOURNEY = "journey"
    TRIP = "trip"
    CARD = "card"
    INTERVIEW = "interview"
    PROBLEM = "problem"
    ANSWER = "answer"
    CLASS_ANSWER = "class_answer"
    MESSAGE = "message"
    LESSON = "lesson"
    PAPERS = "papers"
    HIRED = "hired"
    WORK = "work"


@dataclass(frozen=True)
class ToDo:
    """One thing to do; ``row`` is the placement, enrolment, lesson or sentence it is about, of a spring trip
    the group and the seat in it, of messages the newest that is not seen yet and how many there are."""

    thing: Thing
    row: Any


def things_to_do(
    session: Session,
    actor: Actor,
    offers: list[Placement],
    classes: list[Enrolment],
    now: datetime,
    day: date,
) -> list[ToDo]:
    """Everything that concerns the worker today, in order; [] for somebody to whom nothing happens."""
    found = [todo for offer in offers if (todo := _of_placement(offer, now))]
    held = [offer for offer in offers if offer.state is PlacementState.HIRED]
    known = latest_acknowledgements(session, [offer.id for offer in held])
    found += [ToDo(Thing.CARD, offer) for offer in without_card(held, known)]
    found += [ToDo(Thing.TRIP, trip) for trip in queries.own_trips(session, actor, now)]
    found += [ToDo(Thing.CLASS_ANSWER, row) for row in classes if row.state is EnrolmentState.PROPOSED]
    last = queries.last_problem(session, actor)
    if last and last.state is ProblemState.ANSWERED:
        found.append(ToDo(Thing.PROBLEM, last))
    message, many = queries.unread(session, actor)
    if message:
        found.append(ToDo(Thing.MESSAGE, (message, many)))
    if lesson := next_lesson(session, classes, day):
        found.append(ToDo(Thing.LESSON, lesson))
    news: list[Sentence] = queries.hukou_news(session, actor.worker_id, day)
    found += [ToDo(Thing.PAPERS, line) for line in news]
    order = list(Thing)
    return sorted(found, key=lambda todo: order.index(todo.thing))


def _of_placement(offer: Placement, now: datetime) -> ToDo | None:
    interview = offer.interview
    if offer.state in (PlacementState.HIRED, PlacementState.DEPARTED):
        return ToDo(Thing.JOURNEY if offer.departure else Thing.HIRED, offer)
    if offer.state is PlacementState.OFFERED:
        return ToDo(Thing.ANSWER, offer)
    if offer.state is PlacementState.INTERVIEW and not interview.is_cancelled and interview.held_at >= now:
        return ToDo(Thing.INTERVIEW, offer)
    return ToDo(Thing.WORK, offer) if offer.state in WORKING else None


def next_lesson(session: Session, classes: list[Enrolment], day: date) -> Lesson | None:
    """The coming lesson of the class the worker sits in."""
    sits_in = [row.class_id for row in classes if row.state in IN_CLASS]
    coming = [lesson for number in sits_in for lesson in coming_lessons(session, number, day, 1)]
    return min(coming, key=lambda lesson: (lesson.held_on, lesson.starts), default=None)


def coming_lessons(session: Session, class_id: int, day: date, most: int = 10) -> list[Lesson]:
    """The next lessons of a class, from ``day`` on."""
    statement = select(Lesson).where(Lesson.class_id == class_id, Lesson.held_on >= day)
    return list(session.scalars(statement.order_by(Lesson.held_on, Lesson.starts).limit(most)))
