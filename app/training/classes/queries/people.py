"""The people of classes: seated, to be asked, those who could come, and how many stayed at work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.match_runs.near_misses.queries import NearMiss, near_misses
from models.access import Actor, Permission, scope_of, visible_to
from models.numbers import in_tens
from models.people.worker import Mandarin, Worker
from models.placement.placement import FollowUp, Outcome, Placement
from models.published import PublishedTable, published
from models.reference.organisation import Organisation
from models.training.certificate import Certificate
from models.training.class_rules import Finding, bars, findings
from models.training.enrolment import IN_CLASS, SEEN_BY_SCHOOL, Enrolment, EnrolmentState, Shortfall
from models.training.training_class import BEFORE_OPENING, TrainingClass
from models.waiting import page_in_line

PAGE, MOST_IDS = 50, 500
MOST_CANDIDATES, MOST_MISSING = 100, 2
MONTHS = (3, 6)
FIGURES = ("enrolled", "finished", "certified", "placed")


# --- in the class ---------------------------------------------------------------------------------------


def learners(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Who sits or sat in the class to its end, by seat, the people loaded. For pages of one class."""
    statement = (
        select(Enrolment)
        .where(Enrolment.class_id == training_class.id, Enrolment.state.in_(IN_CLASS))
        .options(joinedload(Enrolment.worker).joinedload(Worker.household))
    )
    return list(session.scalars(statement.order_by(Enrolment.seat, Enrolment.id)))


def people_of(
    session: Session, actor: Actor, training_class: TrainingClass
) -> dict[EnrolmentState, list[Enrolment]]:
    """The people of the class whom the actor may see, by where they stand, in the workflow's order."""
    statement = select(Enrolment).where(Enrolment.class_id == training_class.id)
    statement = statement.options(joinedload(Enrolment.worker).joinedload(Worker.household))
    statement = visible_to(actor, statement, Enrolment, Permission.ENROLMENT_READ)
    people: dict[EnrolmentState, list[Enrolment]] = {}
    for enrolment in session.scalars(statement.order_by(Enrolment.seat, Enrolment.state_since, Enrolment.id)):
        people.setdefault(enrolment.state, []).append(enrolment)
    return {state: people[state] for state in EnrolmentState if state in people}


def to_confirm(
    session: Session, actor: Actor, training_class: TrainingClass, ids: list[int]
) -> list[Enrolment]:
    """Those of ``ids`` of this class that the actor may confirm, in the order they said yes."""
    statement = select(Enrolment).where(
        Enrolment.class_id == training_class.id, Enrolment.id.in_(ids[:MOST_IDS])
    )
    statement = visible_to(actor, statement, Enrolment, Permission.ENROLMENT_CONFIRM)
    return list(session.scalars(statement.order_by(Enrolment.answered_at, Enrolment.id)))


@dataclass(frozen=True)
class Vacancy:
    """A class with a free seat and how many people wait for it."""

    training_class: TrainingClass
    waiting: int


def vacancies(session: Session, actor: Actor) -> list[Vacancy]:
    """The classes, not opened yet, where a seat is free and people wait."""
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
    return [Vacancy(training_class, count) for training_class, count in session.execute(statement)]


# --- to be asked ----------------------------------------------------------------------------------------


def to_ask(session: Session, actor: Actor, after: str = "") -> tuple[list[Enrolment], str]:
    """One page of people to be asked whether they want to come, who waits longest first, and the next key."""
    statement = _to_ask(actor).options(
        joinedload(Enrolment.worker),
        joinedload(Enrolment.training_class).joinedload(TrainingClass.school),
        joinedload(Enrolment.training_class).joinedload(TrainingClass.enterprise),
    )
    return page_in_line(session, statement, Enrolment, after, PAGE)


def count_to_ask(session: Session, actor: Actor) -> int:
    """How many people are to be asked."""
    return session.scalar(_to_ask(actor).with_only_columns(func.count())) or 0


def _to_ask(actor: Actor) -> Select[Enrolment]:
    recruiting = Enrolment.training_class.has(TrainingClass.state.in_(BEFORE_OPENING))
    statement = select(Enrolment).where(Enrolment.state == EnrolmentState.PROPOSED, recruiting)
    return visible_to(actor, statement, Enrolment, Permission.ENROLMENT_ENDORSE)


# --- who could come -------------------------------------------------------------------------------------


def workers(session: Session, actor: Actor, ids: Collection[int]) -> list[Worker]:
    """Those of ``ids`` whom the actor may read in the register, their households loaded."""
    statement = (
        select(Worker).where(Worker.id.in_(list(ids)[:MOST_IDS])).options(joinedload(Worker.household))
    )
    return list(
        session.scalars(visible_to(actor, statement, Worker, Permission.WORKER_READ).order_by(Worker.id))
    )


@dataclass(frozen=True)
class Candidate:
    """One person the engine proposes; ``unasked``: nothing is known yet about certificates or Mandarin."""

    worker: Worker
    shortfall: Shortfall
    unasked: bool
    findings: list[Finding]

    @property
    def is_eligible(self) -> bool:
        """Whether no rule bars the person."""
        return not bars(self.findings)


def candidates(session: Session, actor: Actor, training_class: TrainingClass, today: date) -> list[Candidate]:
    """Up to 100 people of the actor's register whom at most two learnable things keep from the class's job.

    The closest first; those in this class already are left out.
    """
    misses = _misses(session, actor, training_class, today)
    known = set(session.scalars(select(Enrolment.worker_id).where(Enrolment.class_id == training_class.id)))
    people = {worker.id: worker for worker in workers(session, actor, misses.keys() - known)}
    against = findings(session, training_class, people.values(), today)
    return [
        Candidate(people[worker_id], _shortfall(miss), miss.unasked, against[worker_id])
        for worker_id, miss in misses.items()
        if worker_id in people
    ]


def shortfalls(
    session: Session, actor: Actor, training_class: TrainingClass, today: date
) -> dict[int, Shortfall]:
    """By worker, what the engine counted as missing for the job of the class."""
    misses = _misses(session, actor, training_class, today)
    return {worker_id: _shortfall(miss) for worker_id, miss in misses.items()}


def _shortfall(miss: NearMiss) -> Shortfall:
    mandarin = Mandarin(miss.mandarin) if miss.mandarin else None
    return Shortfall((*miss.skills, *miss.certificates), mandarin, miss.score)


def _misses(
    session: Session, actor: Actor, training_class: TrainingClass, today: date
) -> dict[int, NearMiss]:
    """Those whom a class helps: a person who lacks nothing but Mandarin needs another one."""
    job = training_class.agreement.order.job_order
    misses = near_misses(session, actor, job, MOST_CANDIDATES, today, at_most=MOST_MISSING)
    return {miss.worker_id: miss for miss in misses if miss.skills or miss.certificates}


# --- from a seat to six months at work ----------------------------------------------------------------
# In persons: one in two classes counts once.


@dataclass(frozen=True)
class Retention:
    """One follow-up date: for how many persons it is due, of how many the outcome is known, how many work."""

    due: int
    known: int
    at_work: int | None

    @property
    def unknown(self) -> int:
        """Of how many the outcome is not known, though it is time."""
        return self.due - self.known


@dataclass(frozen=True)
class Funnel:
    """The persons of some classes: enrolled, finished, certified, placed, and who stayed, by months. None is
    not told to readers who may not see them."""

    enrolled: int | None
    finished: int | None
    certified: int | None
    placed: int | None
    retention: dict[int, Retention]


@dataclass(frozen=True)
class SchoolRow:
    """One school beside the others."""

    school: Organisation
    funnel: Funnel


def funnel(session: Session, actor: Actor, today: date, class_id: int | None = None) -> Funnel:
    """The figures of all classes ``actor`` may read, or of one of them."""
    where = (Enrolment.class_id == class_id,) if class_id else ()
    first = _counts(session, actor, None, *where).get(None, (0, 0, 0, 0))
    retention = {
        months: _retention(session, actor, months, today, None, *where).get(None, (0, 0, 0))
        for months in MONTHS
    }
    return Funnel(*first, {months: Retention(*numbers) for months, numbers in retention.items()})


def schools(session: Session, actor: Actor, today: date) -> list[SchoolRow]:
    """One row for every school with learners the actor may read, the largest first. Three queries."""
    by = Enrolment.school_id
    firsts = _counts(session, actor, by)
    retention = {months: _retention(session, actor, months, today, by) for months in MONTHS}
    names = session.scalars(select(Organisation).where(Organisation.id.in_(firsts)))
    rows = [
        SchoolRow(
            school,
            Funnel(
                *firsts[school.id],
                {months: Retention(*retention[months].get(school.id, (0, 0, 0))) for months in MONTHS},
            ),
        )
        for school in names
    ]
    return sorted(rows, key=lambda row: (-(row.funnel.enrolled or 0), row.school.id))


def published_schools(rows: Sequence[SchoolRow], whole: Funnel) -> tuple[list[SchoolRow], Funnel]:
    """The same for those who may not see the learners: in tens, no few, and none that a sum would tell."""
    tables = {name: _published(rows, name) for name in (*FIGURES, *MONTHS)}
    shown = [
        SchoolRow(row.school, _told({name: table.cells[row.school.id, ""] for name, table in tables.items()}))
        for row in rows
    ]
    sums = {name: None if table.total is None else _figure(whole, name) for name, table in tables.items()}
    return sorted(shown, key=lambda row: (-(row.funnel.enrolled or 0), row.school.id)), _told(sums)


def _published(rows: Sequence[SchoolRow], name: str | int) -> PublishedTable[int, str]:
    """One figure of all schools, whose sum is told."""
    return published({(row.school.id, ""): _figure(row.funnel, name) or 0 for row in rows})


def _figure(funnel: Funnel, name: str | int) -> int | None:
    return funnel.retention[name].at_work if isinstance(name, int) else getattr(funnel, name)


def _told(figures: Mapping[str | int, int | None]) -> Funnel:
    tens = {name: None if number is None else in_tens(number) for name, number in figures.items()}
    kept = {months: Retention(0, 0, tens[months]) for months in MONTHS}
    return Funnel(tens["enrolled"], tens["finished"], tens["certified"], tens["placed"], kept)


def _persons(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(func.distinct(case((condition, Enrolment.worker_id))))


def _counts(
    session: Session, actor: Actor, by: Any, *where: ColumnElement[bool]
) -> dict[int | None, tuple[int, int, int, int]]:
    certified = select(Certificate.id).where(
        Certificate.enrolment_id == Enrolment.id, Certificate.revoked_at.is_(None)
    )
    columns = (
        _persons(Enrolment.state.in_(SEEN_BY_SCHOOL)),
        _persons(Enrolment.state == EnrolmentState.FINISHED),
        _persons(certified.correlate(Enrolment).exists()),
        _persons(Placement.on_site_on.is_not(None)),
    )
    statement = (
        select(*columns).select_from(Enrolment).outerjoin(Placement, Enrolment.placement_id == Placement.id)
    )
    return _grouped(session, actor, statement.where(*where), by)


def _retention(
    session: Session, actor: Actor, months: int, today: date, by: Any, *where: ColumnElement[bool]
) -> dict[int | None, tuple[int, int, int]]:
    told = and_(FollowUp.outcome.is_not(None), FollowUp.outcome != Outcome.UNKNOWN)
    known = or_(told, Placement.left_on < FollowUp.due_on)
    at_work = and_(FollowUp.outcome == Outcome.EMPLOYED, not_(FollowUp.due_on > today))
    due = FollowUp.due_on <= today
    # Outer joins begin with the learners, who are few beside all follow-ups; who has none is not counted.
    statement = (
        select(_persons(due), _persons(and_(due, known)), _persons(at_work))
        .select_from(Enrolment)
        .outerjoin(Placement, Enrolment.placement_id == Placement.id)
        .outerjoin(FollowUp, and_(FollowUp.placement_id == Placement.id, FollowUp.months == months))
        .where(*where)
    )
    return _grouped(session, actor, statement, by)


def _grouped(session: Session, actor: Actor, statement: Select[*tuple[Any, ...]], by: Any) -> dict[Any, Any]:
    statement = visible_to(actor, statement, Enrolment, Permission.TRAINING_READ)
    if by is None:
        return {None: tuple(session.execute(statement).one())}
    rows = session.execute(statement.add_columns(by).group_by(by))
    return {row[-1]: tuple(row[:-1]) for row in rows}
