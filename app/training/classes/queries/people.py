"""The people of a class, and those whom somebody has to ask."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from models.access import Actor, Permission, scope_of, visible_to
from models.people.worker import Worker
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState
from models.training.training_class import BEFORE_OPENING, TrainingClass

PAGE = 50


def learners(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Return who sits or sat in the class to its end, by seat, the people loaded. For pages of one class."""
    statement = (
        select(Enrolment)
        .where(Enrolment.class_id == training_class.id, Enrolment.state.in_(IN_CLASS))
        .options(joinedload(Enrolment.worker).joinedload(Worker.household))
    )
    return list(session.scalars(statement.order_by(Enrolment.seat, Enrolment.id)))


def people_of(
    session: Session, actor: Actor, training_class: TrainingClass
) -> dict[EnrolmentState, list[Enrolment]]:
    """Return the people of the class whom the actor may see, by where they stand, in the workflow's order."""
    statement = select(Enrolment).where(Enrolment.class_id == training_class.id)
    statement = statement.options(joinedload(Enrolment.worker).joinedload(Worker.household))
    statement = visible_to(actor, statement, Enrolment, Permission.ENROLMENT_READ)
    found: dict[EnrolmentState, list[Enrolment]] = {}
    for row in session.scalars(statement.order_by(Enrolment.seat, Enrolment.state_since, Enrolment.id)):
        found.setdefault(row.state, []).append(row)
    return {state: found[state] for state in EnrolmentState if state in found}


def to_ask(session: Session, actor: Actor, after: int | None = None) -> tuple[list[Enrolment], int | None]:
    """Return one page of people to be asked whether they want to come, the oldest first, and the next key."""
    statement = _asking(actor).options(
        joinedload(Enrolment.worker),
        joinedload(Enrolment.training_class).joinedload(TrainingClass.school),
        joinedload(Enrolment.training_class).joinedload(TrainingClass.enterprise),
    )
    if after:
        statement = statement.where(Enrolment.id > after)
    rows = list(session.scalars(statement.order_by(Enrolment.id).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def count_to_ask(session: Session, actor: Actor) -> int:
    """Return how many people are to be asked."""
    return session.scalar(_asking(actor).with_only_columns(func.count())) or 0


def _asking(actor: Actor) -> Select[Enrolment]:
    recruiting = Enrolment.training_class.has(TrainingClass.state.in_(BEFORE_OPENING))
    statement = select(Enrolment).where(Enrolment.state == EnrolmentState.PROPOSED, recruiting)
    return visible_to(actor, statement, Enrolment, Permission.ENROLMENT_ENDORSE)


def chosen(session: Session, actor: Actor, training_class: TrainingClass, ids: list[int]) -> list[Enrolment]:
    """Return those of ``ids`` of this class that the actor may confirm, in the order they said yes."""
    statement = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.id.in_(ids[:500]))
    statement = visible_to(actor, statement, Enrolment, Permission.ENROLMENT_CONFIRM)
    return list(session.scalars(statement.order_by(Enrolment.answered_at, Enrolment.id)))


def workers(session: Session, actor: Actor, ids: list[int]) -> list[Worker]:
    """Return those of ``ids`` whom the actor may read in the register, their households loaded."""
    statement = select(Worker).where(Worker.id.in_(ids[:500])).options(joinedload(Worker.household))
    return list(
        session.scalars(visible_to(actor, statement, Worker, Permission.WORKER_READ).order_by(Worker.id))
    )


@dataclass(frozen=True)
class Vacancy:
    """A class with a free seat and people waiting for it; ``first`` is who has waited longest."""

    training_class: TrainingClass
    waiting: int


def vacancies(session: Session, actor: Actor) -> list[Vacancy]:
    """Return the classes, not opened yet, where a seat is free and somebody waits."""
    waiting = func.count(Enrolment.id)
    statement = (
        select(TrainingClass, waiting)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(
            Enrolment.state == EnrolmentState.WAITING,
            scope_of(actor, Enrolment, Permission.ENROLMENT_CONFIRM),
            TrainingClass.state.in_(BEFORE_OPENING),
            TrainingClass.enrolled < TrainingClass.capacity,
        )
        .group_by(TrainingClass.id)
        .order_by(TrainingClass.id)
    )
    return [Vacancy(training_class, number) for training_class, number in session.execute(statement)]
