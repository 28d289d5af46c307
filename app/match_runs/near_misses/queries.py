"""Who lacks one skill, certificate or step of Mandarin for a job: 差一项技能就能上岗.

Training gives skills, certificates and Mandarin. Whoever passes every other hard rule of an order and lacks
at
most a few of these is a near miss. What nobody has asked yet counts as lacking, and is marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

import matching
from app.match_runs import engine_input
from app.match_runs.candidate_pool import Pool, open_pool, reach_of, unpacked
from app.match_runs.scorecards.operations import card_in_use
from app.reference.vocabulary import names_for
from matching.pairs.bitmaps import Key, rule_keys
from matching.pairs.factors import pair_points
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.text.cleaning import skill_key
from models.access import Actor, Permission, Role, scope_of
from models.clock import today
from models.jobs.order import Order
from models.placement.placement import Placement
from models.reference.occupation_word import county_unit

TRAINABLE = ("certificates", "mandarin")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One worker who lacks little for ``order_id``.

    ``skills`` and ``certificates`` are what he lacks, in the order's own words; ``mandarin`` is the level (1
    to 3) he has to reach, None when his is enough. ``fits``: only skills are missing, which the order wishes
    for
    but
    does not require, so he could go today. ``unasked``: he has told nothing about certificates or Mandarin,
    so
    ask before training him. ``score`` is in points, by the card in use.
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


def near_misses(
    session: Session,
    actor: Actor,
    order_or_occupation: Order | str,
    limit: int,
    *,
    at_most: int = 1,
    on: date | None = None,
) -> list[NearMiss]:
    """Return workers who lack 1 to ``at_most`` things that training gives for an order, the closest first.

    For an occupation's code all its open orders that ``actor`` may see count: a worker comes once, with the
    order
    he lacks least for, and not at all when he lacks nothing for one of them. Exact: everybody whom ``actor``
    may
    read in the register (``Permission.WORKER_READ``) and who is a candidate ``on`` that day (default: today)
    is looked at; sorted by things missing, then points (most first), then number. Somebody who fails any
    other
    hard rule (age, city, wage, ...) is no near miss. Empty for an order that asks for nothing that can be
    learnt,
    and for an actor without people. Raises ValueError for a ``limit`` or ``at_most`` below 1.
    """
    if limit < 1 or at_most < 1:
        raise ValueError("near_misses needs limit >= 1 and at_most >= 1")
    day = on or today()
    orders = _orders(session, actor, order_or_occupation, day)
    if not orders:
        return []
    card, found = card_in_use(session), list[NearMiss]()
    for part in own_pool(session, actor, day).parts:
        with part.alone() as index:
            found += _closest(index, orders, at_most, limit, card) if len(index) else []
    return sorted(found, key=lambda miss: (miss.missing, -miss.score, miss.worker_id))[:limit]


def own_pool(session: Session, actor: Actor, day: date) -> Pool:
    """Return the candidates of everybody whom ``actor`` may read in the register."""
    renamed = names_for(session, county_unit(next(iter(actor.areas(Role.COUNTY)), "")))
    return open_pool(session, reach_of(actor), day, renamed)


def _orders(session: Session, actor: Actor, wanted: Order | str, day: date) -> list[matching.Order]:
    if isinstance(wanted, Order):
        return learnable_orders(session, actor, [wanted], day)
    condition = and_(Order.takes_people(day), Order.occupation_code == wanted)
    visible = scope_of(actor, Order, Permission.ORDER_READ)
    orders = session.scalars(select(Order).where(condition, visible).order_by(Order.id)).all()
    return learnable_orders(session, actor, orders, day)


def learnable_orders(
    session: Session, actor: Actor, orders: Sequence[Order], day: date
) -> list[matching.Order]:
    """Return those of ``orders`` that ask for something training gives, as the engine reads them."""
    firms = [order.enterprise_id for order in orders]
    fellows = engine_input.fellow_counties(session, firms, scope_of(actor, Placement))
    return [order for order in engine_input.engine_orders(session, orders, day, fellows) if learnable(order)]


def learnable(order: matching.Order) -> bool:
    """Whether the order asks for anything that training gives."""
    return bool(order.skills or order.certificates or order.min_mandarin)


@dataclass(frozen=True)
class Shortfall:
    """Who of an index lacks what for one order, of those who pass every rule that training cannot change.

    ``rows`` are their positions; ``lacks``, bool of shape (things, rows), says who is without which of
    ``things``: ("skill", word), ("certificate", word) or ("mandarin", "").
    """

    things: list[tuple[str, str]]
    rows: np.ndarray
    lacks: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """How many things each of ``rows`` lacks."""
        return self.lacks.sum(axis=0)

    def of(self, row: int) -> list[tuple[str, str]]:
        """Return what the worker at a position of the index lacks."""
        at = int(np.searchsorted(self.rows, row))
        return [thing for thing, lacking in zip(self.things, self.lacks[:, at], strict=True) if lacking]


def shortfall(index: WorkerIndex, order: matching.Order) -> Shortfall:
    """Return who lacks what for an order. About 5 ms per million workers."""
    keys = _things(order)
    rules = [key for name, found in rule_keys(order).items() if name not in TRAINABLE for key in found]
    numbers = index.rows.number([*keys.values(), *rules])
    eligible = np.bitwise_and.reduce(index.rows.bits[[numbers[key] for key in rules]], axis=0)
    rows = np.flatnonzero(unpacked(eligible, len(index)))
    words = index.rows.bits[[numbers[key] for key in keys.values()]][:, rows // 64]
    return Shortfall(list(keys), rows, (words >> (rows % 64).astype(np.uint64)) & np.uint64(1) == 0)


def _things(order: matching.Order) -> dict[tuple[str, str], Key]:
    """What an order asks for that training gives, each once, with its row of bits."""
    asked: dict[tuple[str, str], Key] = {}
    for kind, words in (("skill", order.skills), ("certificate", order.certificates)):
        by_key = {skill_key(word): word for word in reversed(words)}
        asked |= {(kind, word): (kind, key) for key, word in reversed(by_key.items())}
    if order.min_mandarin:
        asked["mandarin", ""] = ("mandarin", order.min_mandarin)
    return asked


def _closest(
    index: WorkerIndex, orders: list[matching.Order], at_most: int, limit: int, card: matching.Card
) -> list[NearMiss]:
    """The ``limit`` closest people of an index, each with the order he lacks least for."""
    shorts = [shortfall(index, order) for order in orders]
    order = np.repeat(np.arange(len(shorts)), [len(short.rows) for short in shorts])
    row, lacking = np.concatenate([s.rows for s in shorts]), np.concatenate([s.counts for s in shorts])
    near = (lacking <= at_most) & ~np.isin(row, row[lacking == 0])
    order, row, lacking = order[near], row[near], lacking[near]
    points = pair_points(index, build_order_tables(index, orders), card, order, row).sum(
        axis=1, dtype=np.int64
    )
    ranked = np.lexsort((order, row, -points, lacking))
    _, firsts = np.unique(row[ranked], return_index=True)
    chosen = ranked[np.sort(firsts)[:limit]]
    return [
        _near_miss(index.frame.row(int(who)), orders[at], shorts[at].of(int(who)), int(score))
        for at, who, score in zip(order[chosen], row[chosen], points[chosen], strict=True)
    ]


def _near_miss(
    worker: matching.Worker, order: matching.Order, lacking: list[tuple[str, str]], score: int
) -> NearMiss:
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
