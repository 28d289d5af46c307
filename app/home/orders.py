"""The job orders on a first page, under a heading that carries the news."""

from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.elements import SQLCoreOperations

from app.match_runs.queries import fitting_people
from app.orders.queries.orders import county_of, take_homes
from app.placements.queries.statistics import Bar
from models.access import Actor, Permission, scope_of
from models.i18n import Sentence, counted
from models.jobs.order import Order, OrderState
from models.jobs.take_home import TakeHome
from models.numbers import figure
from models.reference.area import area_names, inside_one_of
from models.reference.dated_fact import partner_cities
from models.waiting import in_line

MOST_ORDERS, MOST_TRADES = 6, 8


@dataclass(frozen=True)
class Board:
    """The newest orders: heading, the orders, their take-home lines, how many people fit, and the whole list.

    ``fitting`` holds the orders for which people were looked for; None where that is not the reader's
    business.
    """

    orders: list[Order]
    take_homes: dict[int, TakeHome]
    fitting: dict[int, int] | None
    count: int
    url: str
    waiting: bool = False
    heading: Sentence | None = None


@dataclass(frozen=True)
class _Choice:
    """Which orders one role follows, in which order, and where the whole list is."""

    condition: SQLCoreOperations[bool]
    url: str
    oldest_first: bool = False


def board(session: Session, actor: Actor, day: date) -> Board:
    """The orders ``actor`` follows: a city its queue, an enterprise its own, a county its helpers'."""
    if actor.can(Permission.ORDER_REVIEW):
        return _queue(session, actor, day)
    if actor.can(Permission.ORDER_WRITE):
        return _own(session, actor, day)
    return _new_ones(session, actor, day)


def _queue(session: Session, actor: Actor, day: date) -> Board:
    url = url_for("orders.index", state="submitted")
    submitted = _board(
        session, actor, day, _Choice(Order.state == OrderState.SUBMITTED, url, True), waiting=True
    )
    if submitted.orders:
        return replace(submitted, heading=Sentence("等你审核的岗位，等得最久的在前"))
    running = _board(
        session, actor, day, _Choice(Order.takes_people(day), url_for("orders.index", state="open"))
    )
    return replace(running, heading=Sentence("没有等着审核的，这些正在招人"))


def _own(session: Session, actor: Actor, day: date) -> Board:
    open_orders = _board(
        session, actor, day, _Choice(Order.state == OrderState.OPEN, url_for("orders.index"))
    )
    missing = session.scalar(
        select(func.sum(Order.places_left)).where(
            Order.state == OrderState.OPEN, scope_of(actor, Order, Permission.ORDER_WRITE)
        )
    )
    if not open_orders.orders:
        return replace(open_orders, heading=Sentence("你还没有正在招人的岗位"))
    numbers = {"n": open_orders.count, "missing": figure(missing or 0)}
    heading = counted(open_orders.count, "%(n)s 个岗位在招，空岗共 %(missing)s", **numbers)
    return replace(open_orders, heading=heading)


def _new_ones(session: Session, actor: Actor, day: date) -> Board:
    county = county_of(actor)
    cities = partner_cities(session, county, day) if county else ()
    near = inside_one_of(Order.city_code, cities)
    condition = and_(Order.takes_people(day), near) if cities else Order.takes_people(day)
    newest = _board(session, actor, day, _Choice(condition, url_for("orders.index")))
    names = area_names(session, set(cities))
    places = [names[code].removesuffix("市") for code in cities]
    heading = Sentence("%(cities)s新来的岗位", {"cities": places}) if places else Sentence("新来的岗位")
    return replace(newest, heading=heading)


def _board(session: Session, actor: Actor, day: date, choice: _Choice, waiting: bool = False) -> Board:
    seen = and_(choice.condition, scope_of(actor, Order, Permission.ORDER_READ))
    line = in_line(Order) if choice.oldest_first else (Order.id.desc(),)
    statement = (
        select(Order).where(seen).options(joinedload(Order.enterprise)).order_by(*line).limit(MOST_ORDERS)
    )
    orders = list(session.scalars(statement))
    lines = take_homes(session, orders, county_of(actor), day)
    looks = actor.can(Permission.MATCH_RUN) and not waiting
    fitting = fitting_people(session, actor, [order.id for order in orders]) if looks else None
    count = session.scalar(select(func.count()).select_from(Order).where(seen)) or 0
    return Board(orders, lines, fitting, count, choice.url, waiting)


def trades(session: Session, actor: Actor, day: date) -> list[Bar]:
    """The occupations with the most free places, as rows for kit.bars: what a class could be opened for."""
    places = func.sum(Order.places_left)
    statement = (
        select(Order.occupation_name, places)
        .where(Order.takes_people(day), scope_of(actor, Order, Permission.ORDER_READ))
        .group_by(Order.occupation_name)
        .order_by(places.desc())
        .limit(MOST_TRADES)
    )
    return [(name or Sentence("工种未知"), int(left), "") for name, left in session.execute(statement)]
