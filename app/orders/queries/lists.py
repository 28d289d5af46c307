"""The list of job orders: what each role finds first, filters, keyset pages."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.elements import SQLCoreOperations

from app.kit.web.whole_list import Whole
from app.orders.queries.orders import county_of, take_homes
from app.orders.queries.tasks import has_finding
from models.access import Actor, Permission, visible_to
from models.care import CareKind, assigned_to
from models.jobs.order import ORDER_STATE_LABELS, Order, OrderState
from models.jobs.take_home import TakeHome
from models.reference.dated_fact import helper_cities, pairing_ended_on, partner_cities
from models.reference.organisation import Organisation
from models.types import UTCDateTime
from models.waiting import EPOCH

PAGE = 50
KEY = re.compile(r"(\d)_(\d{1,17})_(-?\d{1,9})")
NO_WAIT = literal(EPOCH, UTCDateTime)
ALL = "all"


WITH_AN_ORDER = (joinedload(Order.enterprise), selectinload(Order.findings))


@dataclass(frozen=True)
class Filters:
    """What narrows the list; empty means everything. ``wage_fen`` is the least the total wage must
    promise."""

    state: str = ""
    city: str = ""
    text: str = ""
    wage_fen: int | None = None
    couple: bool = False
    day_only: bool = False
    no_certificate: bool = False
    doubt: bool = False
    enterprise: int | None = None
    mine: bool = False


@dataclass(frozen=True)
class Page:
    """One page of the list: orders, the take-home line of each by id, and the key of the next page."""

    orders: list[Order]
    take_homes: dict[int, TakeHome]
    next_key: str = ""
    helpers: tuple[str, ...] = ()
    pairing_ended_on: date | None = None


def orders_page(
    session: Session, actor: Actor, filters: Filters, key: str, day: date, size: int = PAGE
) -> Page:
    """The page of orders after ``key``, with what its reader has to know of them."""
    orders, next_key = orders_after(session, actor, filters, key, day, size)
    return page_about(session, actor, orders, next_key, day)


def orders_after(
    session: Session, actor: Actor, filters: Filters, key: str, day: date, size: int
) -> tuple[list[Order], str]:
    """The orders after ``key``, and the key of the next; each role finds what waits for it first.

    Their numbers first: to put 20,000 whole rows in order takes longer than all the rest of the page.
    """
    county = county_of(actor)
    rank, since, place = _sorting(actor, partner_cities(session, county, day) if county else ())
    seen = visible_to(actor, select(Order.id), Order, Permission.ORDER_READ)
    statement = _narrowed(seen, actor, filters, day).add_columns(rank, since, place)
    if after := _parse_key(key):
        statement = statement.where(tuple_(rank, since, place) > tuple_(*after))
    found = session.execute(statement.order_by(rank, since, place).limit(size + 1)).all()
    numbers = [row[0] for row in found[:size]]
    rows = select(Order).where(Order.id.in_(numbers)).options(*WITH_AN_ORDER)
    shown = visible_to(actor, rows, Order, Permission.ORDER_READ)
    orders = sorted(session.scalars(shown), key=lambda order: numbers.index(order.id))
    return orders, _key_of(*found[size - 1][1:]) if len(found) > size else ""


def page_about(session: Session, actor: Actor, orders: list[Order], next_key: str, day: date) -> Page:
    """A page of orders with what its reader has to know of them."""
    county = county_of(actor)
    helpers = partner_cities(session, county, day) if county else ()
    ended_on = pairing_ended_on(session, county, day) if county and helpers else None
    is_paired = bool(county and helper_cities(session, county, day))
    lines = take_homes(session, orders, county, day)
    return Page(orders, lines, next_key, helpers, None if is_paired else ended_on)


def whole(session: Session, actor: Actor, filters: Filters, day: date) -> Whole:
    """All orders that ``filters`` leave, in the order of the list."""
    county = county_of(actor)
    keys = _sorting(actor, partner_cities(session, county, day) if county else ())
    seen = visible_to(actor, select(Order), Order, Permission.ORDER_READ)
    rows = _narrowed(seen, actor, filters, day)
    return Whole(rows, Order, keys, keys, lambda row: _key_of(row[0], row[1], row[2]), seen)


def _sorting(
    actor: Actor, helpers: tuple[str, ...]
) -> tuple[ColumnElement[int], ColumnElement[datetime], ColumnElement[int]]:
    """Three ascending keys: what comes first for this role, and within that the newest first.

    A city's queue is the exception: there comes first what has waited longest.
    """
    if actor.can(Permission.ORDER_REVIEW):
        waits = Order.state == OrderState.SUBMITTED
        since = case((waits, func.coalesce(Order.state_since, Order.created_at)), else_=NO_WAIT)
        return case((waits, 0), else_=1), since, case((waits, Order.id), else_=0 - Order.id)
    rank, newest = _without_queue(actor, helpers)
    return rank, NO_WAIT, newest


def _without_queue(actor: Actor, helpers: tuple[str, ...]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    if actor.can(Permission.ORDER_WRITE):
        ranks = {state: n for n, state in enumerate(_ENTERPRISE_ORDER)}
        return case(*[(Order.state == state, n) for state, n in ranks.items()], else_=9), 0 - Order.id
    if helpers:
        return case((Order.city_code.in_(helpers), 0), else_=1), 0 - Order.id
    return literal(0), 0 - Order.id


_ENTERPRISE_ORDER = (OrderState.RETURNED, OrderState.DRAFT, OrderState.SUBMITTED, OrderState.OPEN)


def _key_of(rank: int, since: datetime, place: int) -> str:
    return f"{rank}_{(since - EPOCH) // timedelta(microseconds=1)}_{place}"


def _parse_key(key: str) -> tuple[ColumnElement[Any], ...] | None:
    if not (told := KEY.fullmatch(key)):
        return None
    since = EPOCH + timedelta(microseconds=int(told[2]))
    return literal(int(told[1])), literal(since, UTCDateTime), literal(int(told[3]))


def _narrowed(statement: Select[Any], actor: Actor, filters: Filters, day: date) -> Select[Any]:
    """Narrow to the filters. Who only looks for places sees open orders unless another state is asked for."""
    conditions: dict[str, ColumnElement[bool]] = {
        "city": Order.city_code == filters.city,
        "text": _speaks_of(filters.text),
        "wage_fen": func.coalesce(Order.wage_low_fen, Order.base_wage_fen) >= (filters.wage_fen or 0),
        "couple": Order.couple_rooms.is_(True),
        "day_only": Order.night_shift.is_(False),
        "no_certificate": func.json_array_length(Order.certificates) == 0,
        "doubt": has_finding("doubt"),
        "enterprise": Order.enterprise_id == filters.enterprise,
        "mine": Order.id.in_(assigned_to(actor, CareKind.ORDER)),
    }
    wanted = [condition for name, condition in conditions.items() if getattr(filters, name)]
    return statement.where(*_in_state(actor, filters.state, day), *wanted)


def _in_state(actor: Actor, state: str, day: date) -> list[SQLCoreOperations[bool]]:
    if state not in {ALL, *OrderState}:
        state = ALL if sees_unpublished(actor) else OrderState.OPEN.value
    if state == ALL:
        return []
    if state == OrderState.OPEN.value and not sees_unpublished(actor):
        return [Order.takes_people(day)]
    return [Order.state == state]


def sees_unpublished(actor: Actor) -> bool:
    """Whether the actor deals with orders before they are public."""
    return actor.can(Permission.ORDER_WRITE) or actor.can(Permission.ORDER_REVIEW)


def _speaks_of(text: str) -> ColumnElement[bool]:
    named = select(Organisation.id).where(Organisation.name.contains(text, autoescape=True))
    return or_(
        Order.title.contains(text, autoescape=True),
        Order.occupation_name.contains(text, autoescape=True),
        Order.enterprise_id.in_(named),
    )


def speaking_of(session: Session, actor: Actor, text: str, day: date, most: int) -> list[Order]:
    """Up to ``most`` orders that name ``text``, newest first; for who only looks, those that take people."""
    statement = select(Order).options(joinedload(Order.enterprise)).where(_speaks_of(text))
    if not sees_unpublished(actor):
        statement = statement.where(Order.takes_people(day))
    seen = visible_to(actor, statement, Order, Permission.ORDER_READ)
    return list(session.scalars(seen.order_by(Order.id.desc()).limit(most)))


def state_choices(actor: Actor) -> list[tuple[str, str]]:
    """The states that can occur in the actor's list, with their words (msgids)."""
    states = list(OrderState) if sees_unpublished(actor) else [OrderState.OPEN, OrderState.CLOSED]
    if not actor.can(Permission.ORDER_WRITE):
        states = [state for state in states if state != OrderState.DRAFT]
    return [(state.value, ORDER_STATE_LABELS[state]) for state in states]
