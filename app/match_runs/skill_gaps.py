"""What a county's people lack most for the open jobs: which class would bring how many of them to work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import matching
from app.match_runs.near_misses import Shortfall, learnable_orders, own_pool, shortfall
from matching.pairs.index import WorkerIndex
from models.access import Actor, Permission, Role, scope_of
from models.jobs.order import Order
from models.reference.dated_fact import helper_cities

MOST_ORDERS = 200
Thing = tuple[str, str]


@dataclass(frozen=True)
class Lack:
    """``people`` lack nothing but one thing for the open orders of an occupation, which have ``places`` left.

    ``kind`` is skill, certificate or mandarin, ``word`` its name (empty for Mandarin).
    """

    code: str
    name: str
    kind: str
    word: str
    people: int
    places: int


def lacks(session: Session, actor: Actor, day: date) -> tuple[list[Lack], int]:
    """Return what people of the register lack, most people first, and how many open orders were looked at.

    At most 200 orders, those of the county's helping cities first, then the newest. Who lacks nothing for one
    order of an occupation is not counted there. People are counted once per occupation and thing.
    """
    orders = _nearest_orders(session, actor, day)
    by_number = {str(order.id): order for order in orders}
    groups: dict[str, list[matching.Order]] = {}
    for order in learnable_orders(session, actor, orders, day):
        groups.setdefault(by_number[order.order_id].occupation_code, []).append(order)
    groups.pop("", None)
    found: dict[tuple[str, Thing], int] = {}
    for part in own_pool(session, actor, day).parts:
        with part.alone() as index:
            for code, asked in groups.items() if len(index) else ():
                for thing, people in _counts(index, asked).items():
                    found[code, thing] = found.get((code, thing), 0) + people
    rows = [_lack(code, thing, people, groups[code], by_number) for (code, thing), people in found.items()]
    return sorted(rows, key=lambda row: (-row.people, row.code, row.kind, row.word)), len(orders)


def _nearest_orders(session: Session, actor: Actor, day: date) -> Sequence[Order]:
    county = next(iter(actor.areas(Role.COUNTY)), "")
    near = func.substr(Order.city_code, 1, 4).in_([city[:4] for city in helper_cities(session, county, day)])
    statement = select(Order).where(Order.takes_people(day), scope_of(actor, Order, Permission.ORDER_READ))
    return session.scalars(statement.order_by(near.desc(), Order.id.desc()).limit(MOST_ORDERS)).all()


def _counts(index: WorkerIndex, orders: list[matching.Order]) -> dict[Thing, int]:
    """Per thing, how many of an index lack only this for the orders of one occupation."""
    shorts = [shortfall(index, order) for order in orders]
    ready = np.unique(np.concatenate([short.rows[short.counts == 0] for short in shorts]))
    people: dict[Thing, list[np.ndarray]] = {}
    for short in shorts:
        for thing, rows in _only(short):
            people.setdefault(thing, []).append(rows)
    counted = {thing: len(np.setdiff1d(np.concatenate(rows), ready)) for thing, rows in people.items()}
    return {thing: number for thing, number in counted.items() if number}


def _only(short: Shortfall) -> list[tuple[Thing, np.ndarray]]:
    """Per thing, the rows of those who lack it and nothing else."""
    one = short.counts == 1
    return [
        (thing, short.rows[one & lacking]) for thing, lacking in zip(short.things, short.lacks, strict=True)
    ]


def _lack(
    code: str, thing: Thing, people: int, asked: list[matching.Order], orders: dict[str, Order]
) -> Lack:
    places = sum(order.headcount or 0 for order in asked)
    return Lack(code, orders[asked[0].order_id].occupation_name, *thing, people, places)
