"""Which jobs a person fits, what people said they would take, and how many of them a plan gives it to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session, selectinload

import matching
from app.kit.vocabulary.queries import names_for
from app.match_runs import engine_input, plan
from app.match_runs.scorecards.queries import scorecard_in_use
from app.orders.queries.orders import take_homes
from models.i18n import Sentence
from models.jobs.good_and_hard import good_points, hard_points
from models.jobs.order import Order
from models.match_run import MatchLeftOut, MatchRun
from models.people.preference import JobPreference, preferences_of, ranks_of_county
from models.people.worker import Worker
from models.placement.placement import Placement
from models.reference.area import area_names
from models.reference.occupation_word import county_unit

PAGE = 12


@dataclass(frozen=True)
class FittingJob:
    """One open job a person fits, with its points."""

    order: Order
    score: int


def fitting_jobs(session: Session, worker: Worker, day: date) -> list[FittingJob]:
    """All open jobs that ``worker`` fits, the best first. Some 0.15 ms an order: 3,000 take half a second."""
    statement = (
        select(Order)
        .options(selectinload(Order.enterprise))
        .where(Order.takes_people(day), _pays(worker))
        .order_by(Order.id)
    )
    return scored(session, worker, session.scalars(statement).all(), day)


def fits(session: Session, worker: Worker, order_id: int, day: date) -> bool:
    """Whether ``worker`` could take this job today."""
    statement = select(Order).where(Order.id == order_id, Order.takes_people(day), _pays(worker))
    return bool(scored(session, worker, session.scalars(statement).all(), day))


def _pays(worker: Worker) -> ColumnElement[bool]:
    """Not surely under what the person wants at least; a wage nobody told of is looked at."""
    floor = worker.wage_floor_yuan
    if not floor:
        return true()
    return or_(Order.wage_high_fen.is_(None), Order.wage_high_fen >= floor * 100)


def scored(session: Session, worker: Worker, orders: Sequence[Order], day: date) -> list[FittingJob]:
    """Those of ``orders`` that the person fits now, with their points, the best first."""
    frame = engine_input.worker_frame(
        session, Worker.id == worker.id, renamed=names_for(session, county_unit(worker.county_code))
    )
    if not len(frame) or not orders:
        return []
    own = Placement.county_code == worker.county_code
    fellows = engine_input.fellow_counties(session, {order.enterprise_id for order in orders}, own)
    person, card = frame.row(0), scorecard_in_use(session)
    asked = engine_input.engine_orders(session, orders, day, fellows)
    fitting = []
    for order, told in zip(orders, asked, strict=True):
        match = matching.score_pair(person, told, card, day)
        if match.feasible:
            fitting.append(FittingJob(order, match.score))
    return sorted(fitting, key=lambda job: (-job.score, -job.order.id))


@dataclass(frozen=True)
class Board:
    """``others``: one page of the jobs that fit and are not ``stated``, of ``total``; ``older`` is where the
    next page begins. ``gone``: stated, and taking nobody any more. The rest is by order."""

    stated: Sequence[JobPreference]
    others: Sequence[Order]
    total: int
    older: int | None
    gone: set[int]
    points: Mapping[int, tuple[list[Sentence], list[Sentence]]]
    lines: Mapping[int, Any]
    names: Mapping[str, str]


def board(session: Session, person: Worker, day: date, start: int) -> Board:
    """Of ``person``, from the ``start``-th fitting job on."""
    stated = preferences_of(session, person.id)
    chosen = {row.order_id for row in stated}
    fitting = [job.order for job in fitting_jobs(session, person, day) if job.order.id not in chosen]
    others = fitting[start : start + PAGE]
    orders = {order.id: order for order in (*(row.order for row in stated), *others)}
    return Board(
        stated,
        others,
        len(fitting),
        start + PAGE if len(fitting) > start + PAGE else None,
        {row.order_id for row in stated if not row.order.takes_people(day)},
        {order.id: (good_points(order), hard_points(order)) for order in orders.values()},
        take_homes(session, orders.values(), person.county_code, day),
        area_names(session, {order.city_code for order in orders.values()}),
    )


@dataclass(frozen=True)
class Satisfied:
    """Of a plan: how many of its people said what they want, and how many stand on their first, second and
    third job."""

    said: int
    by_rank: tuple[int, int, int]

    @property
    def got(self) -> int:
        """How many stand on one of the three."""
        return sum(self.by_rank)

    @property
    def percent(self) -> int:
        """Of those who said something."""
        return round(100 * self.got / self.said) if self.said else 0


def satisfied(session: Session, run: MatchRun) -> Satisfied:
    """As the plan stands now, with the changes by hand. Whoever said something and is in no place counts."""
    ranks, at = ranks_of_county(session, run.county_code or ""), plan.places(session, run)
    asked = {number for number in ranks if number in at} | _left_out(session, run, ranks)
    got = [ranks[number].get(at.get(number, 0), 0) for number in asked]
    return Satisfied(len(asked), (got.count(1), got.count(2), got.count(3)))


def _left_out(session: Session, run: MatchRun, ranks: dict[int, dict[int, int]]) -> set[int]:
    statement = select(MatchLeftOut.worker_id).where(MatchLeftOut.run_id == run.id)
    return set(session.scalars(statement.where(MatchLeftOut.worker_id.in_(ranks)))) if ranks else set()
