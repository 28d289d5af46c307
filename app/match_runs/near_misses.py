"""Who lacks one skill, certificate or step of Mandarin for a job: 差一项技能就能上岗.

Training gives skills, certificates and Mandarin. Whoever passes every other hard rule of an order and lacks at
most a few of these is a near miss. What nobody has asked yet counts as lacking, and is marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

import matching
from app.cards.operations import card_in_use
from app.guards import today
from app.match_runs import conversion
from matching.bitmaps import Key, rule_keys
from matching.factors import pair_points
from matching.index import WorkerIndex
from matching.order_tables import build_order_tables
from matching.text import skill_key
from models.access import Actor, Permission, scope_of
from models.order import Order, open_on
from models.placement import Placement
from models.worker import Worker, candidate_condition

TRAINABLE = ("certificates", "mandarin")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One worker who lacks little for ``order_id``.

    ``skills`` and ``certificates`` are what he lacks, in the order's own words; ``mandarin`` is the level (1 to 3)
    he has to reach, None when his is enough. ``fits``: only skills are missing, which the order wishes for but
    does not require, so he could go today. ``unasked``: he has told nothing about certificates or Mandarin, so
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

    For an occupation's code all its open orders that ``actor`` may see count: a worker comes once, with the order
    he lacks least for, and not at all when he lacks nothing for one of them. Exact: everybody whom ``actor`` may
    read in the register (``Permission.WORKER_READ``) and who is a candidate ``on`` that day (default: today) is
    looked at; sorted by things missing, then points (most first), then number. Somebody who fails any other hard
    rule (age, city, wage, ...) is no near miss. Empty for an order that asks for nothing that can be learnt, and
    for an actor without people. Raises ValueError for a ``limit`` or ``at_most`` below 1.
    """
    if limit < 1 or at_most < 1:
        raise ValueError("near_misses needs limit >= 1 and at_most >= 1")
    day = on or today()
    orders = _orders(session, actor, order_or_occupation, day)
    visible = and_(candidate_condition(day), scope_of(actor, Worker, Permission.WORKER_READ))
    index = WorkerIndex(conversion.worker_frame(session, visible)) if orders else None
    if index is None or not len(index):
        return []
    return _closest(index, orders, at_most, limit, card_in_use(session))


def _orders(session: Session, actor: Actor, wanted: Order | str, day: date) -> list[matching.Order]:
    if isinstance(wanted, Order):
        orders: Sequence[Order] = [wanted]
    else:
        condition = and_(open_on(day), Order.occupation_code == wanted)
        visible = scope_of(actor, Order, Permission.ORDER_READ)
        orders = session.scalars(select(Order).where(condition, visible).order_by(Order.id)).all()
    firms = [order.enterprise_id for order in orders]
    fellows = conversion.fellow_counties(session, firms, scope_of(actor, Placement))
    return [order for order in conversion.engine_orders(session, orders, day, fellows) if learnable(order)]


def learnable(order: matching.Order) -> bool:
    """Whether the order asks for anything that training gives."""
    return bool(order.skills or order.certificates or order.min_mandarin)


@dataclass(frozen=True)
class Shortfall:
    """One order over an index: ``eligible`` pass every rule that training cannot change; ``lacks`` says, per
    thing asked for (``things``: skill or certificate or "mandarin", and its word), who is without it. Bits.
    """

    things: list[tuple[str, str]]
    lacks: np.ndarray
    eligible: np.ndarray

    def counts(self) -> np.ndarray:
        """Return how many things each worker lacks, int of shape (workers,); -1 where training cannot help."""
        return np.where(self.eligible, self.lacks.sum(axis=0), -1)


def shortfall(index: WorkerIndex, order: matching.Order) -> Shortfall:
    """Return who lacks what for an order. About 1 ms per hundred thousand workers."""
    keys = _things(order)
    rules = [key for name, found in rule_keys(order).items() if name not in TRAINABLE for key in found]
    numbers = index.rows.number([*keys.values(), *rules])
    passing = np.bitwise_and.reduce(index.rows.bits[[numbers[key] for key in rules]], axis=0)
    lacks = np.array([~_bools(index, index.rows.bits[numbers[key]]) for key in keys.values()])
    return Shortfall(list(keys), lacks, _bools(index, passing))


def _things(order: matching.Order) -> dict[tuple[str, str], Key]:
    """What an order asks for that training gives, each once, with its row of bits."""
    asked: dict[tuple[str, str], Key] = {}
    for kind, words in (("skill", order.skills), ("certificate", order.certificates)):
        by_key = {skill_key(word): word for word in reversed(words)}
        asked |= {(kind, word): (kind, key) for key, word in reversed(by_key.items())}
    if order.min_mandarin:
        asked["mandarin", ""] = ("mandarin", order.min_mandarin)
    return asked


def _bools(index: WorkerIndex, bits: np.ndarray) -> np.ndarray:
    return np.unpackbits(bits.view(np.uint8), bitorder="little", count=len(index)).astype(bool)


def _closest(
    index: WorkerIndex, orders: list[matching.Order], at_most: int, limit: int, card: matching.Card
) -> list[NearMiss]:
    """The ``limit`` closest people of an index, each with the order he lacks least for."""
    tables = build_order_tables(index, orders)
    shorts = [shortfall(index, order) for order in orders]
    counts = np.array([short.counts() for short in shorts])
    order, row = np.nonzero((counts >= 1) & (counts <= at_most) & ~(counts == 0).any(axis=0))
    points = pair_points(index, tables, card, order, row).sum(axis=1, dtype=np.int64)
    ranked = np.lexsort((order, row, -points, counts[order, row]))
    _, firsts = np.unique(row[ranked], return_index=True)
    chosen = ranked[np.sort(firsts)[:limit]]
    return [
        _near_miss(index, orders[at], shorts[at], int(who), int(score))
        for at, who, score in zip(order[chosen], row[chosen], points[chosen], strict=True)
    ]


def _near_miss(index: WorkerIndex, order: matching.Order, short: Shortfall, row: int, score: int) -> NearMiss:
    worker = index.frame.row(row)
    lacking = [thing for thing, lacks in zip(short.things, short.lacks[:, row], strict=True) if lacks]
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
