"""People one skill, certificate or step of Mandarin away from a job: 差一项技能就能上岗.

Training gives skills, certificates and Mandarin. A worker who passes every other hard rule of an order and
lacks few of these is a near miss. What has not been asked yet counts as lacking, and is marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session

import matching
from app.kit.vocabulary.queries import names_for
from app.match_runs import engine_input
from app.match_runs.candidate_pool import CandidatePool, open_pool, reach_of
from app.match_runs.scorecards.queries import scorecard_in_use
from models.access import Actor, Permission, Role, scope_of
from models.jobs.order import Order
from models.placement.placement import Placement
from models.reference.area import inside_one_of
from models.reference.dated_fact import partner_cities
from models.reference.occupation_word import county_unit

MOST_ORDERS = 200
Thing = tuple[str, str]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One worker who lacks little for ``order_id``.

    ``skills`` and ``certificates`` are lacking, in the order's own words; ``mandarin`` is the level (1 to 3)
    still to be reached, None when the worker's is enough. ``fits``: only skills are missing, which the order
    wishes for but does not require, so the worker could go today. ``unasked``: nothing is known about the
    worker's certificates or Mandarin, so the question comes before any training. ``score`` is in points, by
    the scorecard in use.
    """

    worker_id: int
    order_id: int
    skills: tuple[str, ...]
    certificates: tuple[str, ...]
    mandarin: int | None
    fits: bool
    unasked: bool
    score: int

    @property
    def missing(self) -> int:
        """How many things are missing."""
        return len(self.skills) + len(self.certificates) + (self.mandarin is not None)


@dataclass(frozen=True)
class SkillGap:
    """``people`` lack nothing but one thing for the open orders of an occupation, which have ``places`` left.

    ``kind`` is skill, certificate or mandarin, ``word`` its name (empty for Mandarin).
    """

    code: str
    name: str
    kind: str
    word: str
    people: int
    places: int


# --- people ---------------------------------------------------------------------------------------------


def near_misses(
    session: Session,
    actor: Actor,
    order_or_occupation: Order | str,
    limit: int,
    today: date,
    *,
    at_most: int = 1,
) -> list[NearMiss]:
    """Workers who lack 1 to ``at_most`` things that training gives for an order, the closest first.

    For an occupation's code all its open orders that ``actor`` may see count: a worker comes once, with the
    order that lacks least, and not at all when nothing is lacking for one of them. Exact: everybody whom
    ``actor`` may read in the register (``Permission.WORKER_READ``) and who is a candidate ``today`` is looked
    at; sorted by things missing, then points (most first), then number. A worker who fails any other hard
    rule (age, city, wage, ...) is no near miss. Empty for an order that asks for nothing that can be learnt,
    and for an actor without people. Raises ValueError for a ``limit`` or ``at_most`` below 1.
    """
    if limit < 1 or at_most < 1:
        raise ValueError("near_misses needs limit >= 1 and at_most >= 1")
    orders = _orders(session, actor, order_or_occupation, today)
    if not orders:
        return []
    scorecard, misses = scorecard_in_use(session), list[NearMiss]()
    for part in _own_pool(session, actor, today).parts:
        misses += _closest(part.workers, orders, at_most, limit, scorecard) if len(part) else []
    return sorted(misses, key=lambda miss: (miss.missing, -miss.score, miss.worker_id))[:limit]


def _own_pool(session: Session, actor: Actor, today: date) -> CandidatePool:
    """The candidates whom ``actor`` may read in the register."""
    renamed = names_for(session, county_unit(next(iter(actor.areas(Role.COUNTY)), "")))
    return open_pool(session, reach_of(actor), today, renamed)


def _orders(session: Session, actor: Actor, wanted: Order | str, today: date) -> list[matching.Order]:
    if isinstance(wanted, Order):
        return _learnable_orders(session, actor, [wanted], today)
    condition = and_(Order.takes_people(today), Order.occupation_code == wanted)
    visible = scope_of(actor, Order, Permission.ORDER_READ)
    orders = session.scalars(select(Order).where(condition, visible).order_by(Order.id)).all()
    return _learnable_orders(session, actor, orders, today)


def _learnable_orders(
    session: Session, actor: Actor, orders: Sequence[Order], today: date
) -> list[matching.Order]:
    """Those of ``orders`` that ask for something training gives, as the engine reads them."""
    firms = [order.enterprise_id for order in orders]
    fellows = engine_input.fellow_counties(session, firms, scope_of(actor, Placement))
    asked = engine_input.engine_orders(session, orders, today, fellows)
    return [order for order in asked if order.skills or order.certificates or order.min_mandarin]


def _closest(
    workers: matching.Selection,
    orders: list[matching.Order],
    at_most: int,
    limit: int,
    scorecard: matching.Scorecard,
) -> list[NearMiss]:
    """The ``limit`` closest of some workers, each with the order that lacks least."""
    near = [workers.one_short(order) for order in orders]
    ready = np.bitwise_or.reduce([each.ready for each in near])
    shorts = [
        workers.shortfall(order, ~ready & each.any_one if at_most == 1 else ~ready)
        for order, each in zip(orders, near, strict=True)
    ]
    order = np.repeat(np.arange(len(shorts)), [len(short.rows) for short in shorts])
    row, lacking = np.concatenate([s.rows for s in shorts]), np.concatenate([s.counts for s in shorts])
    wanted = lacking <= at_most
    order, row, lacking = order[wanted], row[wanted], lacking[wanted]
    points = workers.points(orders, order, row, scorecard)
    ranked = np.lexsort((order, row, -points, lacking))
    _, firsts = np.unique(row[ranked], return_index=True)
    chosen = ranked[np.sort(firsts)[:limit]]
    return [
        _near_miss(workers.frame.row(int(who)), orders[at], shorts[at].of(int(who)), int(score))
        for at, who, score in zip(order[chosen], row[chosen], points[chosen], strict=True)
    ]


def _near_miss(worker: matching.Worker, order: matching.Order, lacking: list[Thing], score: int) -> NearMiss:
    certificates = tuple(word for kind, word in lacking if kind == "certificate")
    mandarin = order.min_mandarin if ("mandarin", "") in lacking else None
    return NearMiss(
        worker_id=int(worker.worker_id),
        order_id=int(order.order_id),
        skills=tuple(word for kind, word in lacking if kind == "skill"),
        certificates=certificates,
        mandarin=mandarin,
        fits=not certificates and mandarin is None,
        unasked=bool(certificates and not worker.certificates) or bool(mandarin and worker.mandarin is None),
        score=score,
    )


# --- what is lacking most: which class would bring how many people to work ------------------------------


def skill_gaps(session: Session, actor: Actor, today: date) -> tuple[list[SkillGap], int]:
    """What people of the register lack, most people first, and how many open orders were looked at.

    At most 200 orders, those of the county's helping cities first, then the newest. Workers who lack nothing
    for one order of an occupation are not counted there. People are counted once per occupation and thing.
    """
    orders = _nearest_orders(session, actor, today)
    by_number = {str(order.id): order for order in orders}
    by_occupation: dict[str, list[matching.Order]] = {}
    for order in _learnable_orders(session, actor, orders, today):
        by_occupation.setdefault(by_number[order.order_id].occupation_code, []).append(order)
    by_occupation.pop("", None)
    counts: dict[tuple[str, Thing], int] = {}
    for part in _own_pool(session, actor, today).parts:
        for code, asked in by_occupation.items() if len(part) else ():
            for thing, people in _counts(part.workers, asked).items():
                counts[code, thing] = counts.get((code, thing), 0) + people
    gaps = [
        _skill_gap(code, thing, people, by_occupation[code], by_number)
        for (code, thing), people in counts.items()
    ]
    return sorted(gaps, key=lambda gap: (-gap.people, gap.code, gap.kind, gap.word)), len(orders)


def _nearest_orders(session: Session, actor: Actor, today: date) -> Sequence[Order]:
    county = next(iter(actor.areas(Role.COUNTY)), "")
    near = inside_one_of(Order.city_code, partner_cities(session, county, today))
    statement = select(Order).where(Order.takes_people(today), scope_of(actor, Order, Permission.ORDER_READ))
    return session.scalars(
        statement.order_by(case((near, 0), else_=1), Order.id.desc()).limit(MOST_ORDERS)
    ).all()


def _counts(selected: matching.Selection, orders: list[matching.Order]) -> dict[Thing, int]:
    """Per thing, how many of the selected lack only this for the orders of one occupation."""
    near = [selected.one_short(order) for order in orders]
    ready = np.bitwise_or.reduce([each.ready for each in near])
    people: dict[Thing, np.ndarray] = {}
    for each in near:
        for thing, bits in each.alone.items():
            people[thing] = people[thing] | bits if thing in people else bits
    counted = {thing: int(np.bitwise_count(bits & ~ready).sum()) for thing, bits in people.items()}
    return {thing: number for thing, number in counted.items() if number}


def _skill_gap(
    code: str, thing: Thing, people: int, asked: list[matching.Order], orders: dict[str, Order]
) -> SkillGap:
    places = sum(order.headcount or 0 for order in asked)
    return SkillGap(code, orders[asked[0].order_id].occupation_name, *thing, people, places)
