"""Couples whom a plan sends to different places: told, with what keeping them together would cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

import matching
from app.match_runs import engine_input, plan, queries, reserved_places
from app.match_runs.scorecards.queries import stored_scorecard
from models.access import Actor, Permission, scope_of
from models.jobs.order import Order
from models.match_run import MatchPair, MatchRun
from models.people.couples import HEAD, SPOUSE, Member, household_members, married
from models.people.worker import Worker
from models.placement.placement import Placement
from models.training.agreement import Agreement

PAGE = 50
COUPLE = ((HEAD, SPOUSE),)
Points = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Apart:
    """A couple at two places. ``together`` is the best order for both: one with room, else (``is_full``) one
    without; ``price`` is what the plan's points lose by it. None where no order suits both."""

    people: tuple[Member, Member]
    orders: tuple[Order, Order]
    together: Order | None = None
    price: int = 0
    is_full: bool = False

    @property
    def are_cities_apart(self) -> bool:
        """Whether they would not even live in the same city."""
        return len({order.city_code[:4] for order in self.orders}) > 1


def apart(session: Session, actor: Actor, run: MatchRun) -> list[Apart]:
    """Husband and wife of one household, by its roster, whom the plan sends to different enterprises or
    cities; those in different cities first. Their price is asked by :func:`with_prices`."""
    at = plan.places(session, run)
    orders = queries.orders_by_id(session, actor, at.values())
    homes = _homes(session, actor, run)
    couples = []
    for members in household_members(session, homes).values():
        by_id = {member.id: member for member in members}
        for one, other in married(members, COUPLE).items():
            here, there = orders.get(at.get(one, 0)), orders.get(at.get(other, 0))
            if one < other and here and there and _differ(here, there):
                couples.append(Apart((by_id[one], by_id[other]), (here, there)))
    return sorted(couples, key=lambda couple: (not couple.are_cities_apart, couple.people[0].id))


def _differ(one: Order, other: Order) -> bool:
    return (one.enterprise_id, one.city_code) != (other.enterprise_id, other.city_code)


def _homes(session: Session, actor: Actor, run: MatchRun) -> set[int]:
    """Households with a head or a spouse whom the plan places."""
    placed = select(MatchPair.worker_id).where(MatchPair.run_id == run.id)
    in_plan = or_(Worker.id.in_(placed), Worker.id.in_(list(plan.changes(session, run))))
    visible = scope_of(actor, Worker, Permission.WORKER_READ)
    homes = select(Worker.household_id).where(in_plan, visible, Worker.relation.in_((HEAD, SPOUSE)))
    return {home for home in session.scalars(homes.distinct()) if home}


def with_prices(
    session: Session, actor: Actor, run: MatchRun, couples: Sequence[Apart], today: date
) -> list[Apart]:
    """``couples`` with where they could go together, and at what price, as the plan stands now."""
    if not couples:
        return []
    kept = reserved_places.places_kept(session, scope_of(actor, Agreement))
    takes = reserved_places.takes_people(today, kept)
    visible = scope_of(actor, Order, Permission.ORDER_READ)
    orders = list(session.scalars(select(Order).where(takes, visible).order_by(Order.id)))
    left = plan.open_places(session, run, orders, kept)
    points = _points(
        session, actor, run, [member.id for couple in couples for member in couple.people], orders
    )
    return [_priced(couple, orders, left, points) for couple in couples]


def _points(
    session: Session, actor: Actor, run: MatchRun, workers: list[int], orders: Sequence[Order]
) -> Points:
    """Points of (worker, order) where no rule bars it, by the run's own scorecard."""
    seen = and_(Worker.id.in_(workers), scope_of(actor, Worker, Permission.WORKER_READ))
    frame = engine_input.worker_frame(session, seen)
    enterprises = [order.enterprise_id for order in orders]
    fellows = engine_input.fellow_counties(session, enterprises, scope_of(actor, Placement))
    asked = engine_input.engine_orders(session, orders, run.as_of, fellows)
    if not asked or not len(frame):
        return {}
    card = stored_scorecard(run.scorecard)
    ranking = matching.rank(frame, asked, len(asked), "worker", card, today=run.as_of)
    return {(int(row.worker_id), int(row.order_id)): row.score for row in ranking}


def _priced(couple: Apart, orders: Sequence[Order], left: dict[int, int], points: Points) -> Apart:
    one, other = (member.id for member in couple.people)
    here, there = couple.orders
    now = points.get((one, here.id), 0) + points.get((other, there.id), 0)
    choices = []
    for order in orders:
        if (one, order.id) in points and (other, order.id) in points:
            needed = (here.id != order.id) + (there.id != order.id)
            price = now - points[one, order.id] - points[other, order.id]
            choices.append((left[order.id] < needed, price, order.id, order))
    if not choices:
        return couple
    is_full, price, _number, order = min(choices, key=lambda choice: choice[:3])
    return Apart(couple.people, couple.orders, order, price, is_full)
