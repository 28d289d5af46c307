"""What one pair has come to by a day, as a leader looks before a visit: counted from rows, never typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.cooperation.queries.entries import Search
from app.cooperation.queries.jobs import jobs_with
from app.cooperation.queries.pairs import lies_in
from app.cooperation.queries.persons import Told, at_work, lists_all
from app.cooperation.register import Figure, registers
from app.cooperation.registers.plans import MEASURES
from models.access import Actor, Permission, visible_to
from models.cooperation.entry import OPEN_STATES, EntryState, RegisterEntry
from models.cooperation.fund import FundPosting, FundStep
from models.employment.spell import EmploymentSpell
from models.reference.area import area_stem, begins_with
from models.training.enrolment import IN_CLASS, Enrolment
from models.training.training_class import BEFORE_OPENING, ClassState, TrainingClass

E, P, S = RegisterEntry, FundPosting, EmploymentSpell
DAYS_AHEAD = 60  # what a visit can still ask about
MOST_WAITING, MOST_PROJECTS, MOST_TEAMS = 6, 5, 4
_NOT_HELD = (*BEFORE_OPENING, ClassState.CANCELLED)


@dataclass(frozen=True)
class Measure:
    """What was planned for the year and what there is of it; ``done`` None: nothing counts it."""

    kind: str
    word: str
    target: int
    done: Told | None
    url: str = ""


@dataclass(frozen=True)
class Money:
    """Fen of the year: what the city sent, what items were given, what was paid."""

    arrived: int
    allocated: int
    paid: int


@dataclass(frozen=True)
class Pair:
    """One pair on one day."""

    at_work: Told
    measures: Sequence[Measure]
    money: Money | None
    counts: dict[str, int]
    overdue: int
    waiting: Sequence[RegisterEntry]
    projects: Sequence[RegisterEntry]
    industry: Sequence[Figure]
    teams: Sequence[RegisterEntry]
    contacts: Sequence[RegisterEntry]
    last: Sequence[RegisterEntry]
    following: Sequence[RegisterEntry]


@dataclass(frozen=True)
class _Asked:
    """Whose pair, for whom, on which day; ``url`` leads to a register narrowed to it."""

    session: Session
    actor: Actor
    city: str
    place: str
    today: date

    @property
    def since(self) -> date:
        return date(self.today.year, 1, 1)

    def of(self, *keys: str) -> Select[RegisterEntry]:
        """The lines of registers that were not given up; of every register for none."""
        both = Search(city=self.city, place=self.place).conditions(self.today)
        rows = select(E).where(*both, E.state != EntryState.CANCELLED)
        if keys:
            rows = rows.where(E.register.in_(keys))
        return visible_to(self.actor, rows, E, Permission.COOPERATION_READ)

    def first(self, rows: Select[RegisterEntry], most: int) -> Sequence[RegisterEntry]:
        return self.session.scalars(rows.limit(most)).all()

    def url(self, key: str) -> str:
        return url_for("cooperation.entries", register=key, city=self.city, place=self.place)


def pair(session: Session, actor: Actor, city: str, place: str, today: date) -> Pair:
    """What a pair has come to by ``today``."""
    asked = _Asked(session, actor, city, place, today)
    late = asked.of().where(E.state.in_(OPEN_STATES), E.due_on < today)
    soon = asked.of().where(E.state.in_(OPEN_STATES), E.due_on < today + timedelta(days=DAYS_AHEAD))
    counts = dict(
        session.execute(asked.of().with_only_columns(E.register, func.count()).group_by(E.register)).all()
    )
    held = asked.of("meetings", "visits")
    firms = asked.first(asked.of("enterprises", "workshops").order_by(E.id.desc()), 200)
    own = people_at_work(session, actor, city, place, today)
    running = asked.of("projects").where(E.state.in_(OPEN_STATES))
    return Pair(
        at_work=own,
        measures=list(_measures(asked, own)),
        money=_money(asked),
        counts={key: counts.get(key, 0) for key in registers()},
        overdue=session.scalar(select(func.count()).select_from(late.subquery())) or 0,
        waiting=asked.first(soon.order_by(E.due_on, E.id), MOST_WAITING),
        projects=asked.first(running.order_by(E.due_on, E.id), MOST_PROJECTS),
        industry=list(jobs_with(session, actor, firms, today)) if firms else [],
        teams=asked.first(
            asked.of("teams").where(E.state.in_(OPEN_STATES)).order_by(E.held_on.desc(), E.id), MOST_TEAMS
        ),
        contacts=asked.first(
            asked.of("contacts").order_by(E.kind, E.held_on.desc(), E.id.desc()), MOST_TEAMS
        ),
        last=_one_each(asked, held.where(E.held_on <= today).order_by(E.held_on.desc(), E.id.desc())),
        following=_one_each(asked, held.where(E.held_on > today).order_by(E.held_on, E.id)),
    )


def _one_each(asked: _Asked, rows: Select[RegisterEntry]) -> list[RegisterEntry]:
    """The first meeting and the first visit."""
    found = [asked.first(rows.where(E.register == key), 1) for key in ("meetings", "visits")]
    return [one for some in found for one in some]


def people_at_work(session: Session, actor: Actor, city: str, place: str, today: date) -> Told:
    """Persons of the place with a spell of work in the city on ``today``, each counted once; who may not
    open the list of them are told tens."""
    which = and_(
        lies_in(S.county_code.expression, place),
        begins_with(S.place_code, area_stem(city)),
    )
    people = at_work(session, which, today).people
    return Told(people, lists_all(session, actor, which, people, today))


# --- plan against done ----------------------------------------------------------------------------------


def _measures(asked: _Asked, own: Told) -> Iterable[Measure]:
    """Each target of the plans that hold today, with what there is of it this year."""
    plans = asked.of("plans").where(E.held_on <= asked.today, E.due_on >= asked.today, E.kind != "")
    rows = plans.with_only_columns(E.kind, func.sum(E.target)).group_by(E.kind).order_by(None)
    targets = {kind: int(target or 0) for kind, target in asked.session.execute(rows)}
    for kind, word in MEASURES:
        if kind in targets:
            done, url = _done(asked, kind, own)
            yield Measure(kind, word, targets[kind], done, url)


def _done(asked: _Asked, kind: str, own: Told) -> tuple[Told | None, str]:
    if kind == "people_at_work":
        return own, ""
    if kind == "trained":
        return _trained(asked), ""
    in_year = E.held_on.between(asked.since, asked.today)
    if kind == "households":
        done = asked.of("projects").where(E.state.in_((EntryState.DONE, EntryState.ACCEPTED)))
        total = asked.session.scalar(done.with_only_columns(func.sum(E.households)).order_by(None))
        return Told(int(total or 0), True), asked.url("projects")
    if kind == "staff":
        serving = asked.of("postings").where(
            E.held_on <= asked.today, or_(E.due_on.is_(None), E.due_on >= asked.since)
        )
        return Told(_count(asked, serving), True), asked.url("postings")
    return Told(_count(asked, asked.of(kind).where(in_year)), True), asked.url(kind)


def _trained(asked: _Asked) -> Told:
    """Persons who sat in a class of the year, each once."""
    persons = func.count(func.distinct(Enrolment.worker_id))
    rows = (
        select(persons)
        .join(TrainingClass)
        .where(
            lies_in(Enrolment.county_code.expression, asked.place),
            Enrolment.state.in_(IN_CLASS),
            TrainingClass.starts_on.between(asked.since, asked.today),
            TrainingClass.state.not_in(_NOT_HELD),
        )
    )
    people = asked.session.scalar(rows) or 0
    may = asked.actor.can(Permission.ENROLMENT_READ)
    seen = visible_to(asked.actor, rows, Enrolment, Permission.ENROLMENT_READ)
    return Told(people, may and asked.session.scalar(seen) == people)


def _count(asked: _Asked, rows: Select[RegisterEntry]) -> int:
    return asked.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


# --- money ----------------------------------------------------------------------------------------------


def _money(asked: _Asked) -> Money | None:
    """By the ledger; None for who may not read it."""
    if not asked.actor.can(Permission.FUND_READ):
        return None

    def fen(*steps: FundStep, back: tuple[FundStep, ...] = ()) -> Any:
        return func.coalesce(
            func.sum(case((P.step.in_(steps), P.amount_fen), (P.step.in_(back), -P.amount_fen), else_=0)), 0
        )

    step = FundStep
    sent = case(((P.step == step.APPROPRIATE) & (P.payer_code == asked.city), P.amount_fen), else_=0)
    rows = select(
        func.coalesce(func.sum(sent), 0),
        fen(step.ALLOCATE, back=(step.TAKE_BACK,)),
        fen(step.PAY, step.SUBSIDY, back=(step.REVERSE, step.SUBSIDY_BACK)),
    ).where(lies_in(P.county_code.expression, asked.place), P.posted_on.between(asked.since, asked.today))
    told = asked.session.execute(visible_to(asked.actor, rows, P, Permission.FUND_READ)).one()
    return Money(*(int(one) for one in told))
