"""Scoped reads of job orders: the list of each role, one order's people and history, today's work."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.elements import SQLCoreOperations

from app.kit.vocabulary.queries import meaning_of
from app.kit.web.history import Entry
from app.orders.tasks import has_finding
from app.orders.tasks import tasks as tasks  # one of this area's queries, in a file of its own
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.audit import AuditEvent, subject_name
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import ORDER_STATE_LABELS, ORDER_WORKFLOW, Order, OrderState
from models.jobs.take_home import TakeHome, figure_book, figures_for, take_home
from models.reference.area import Area, AreaLevel
from models.reference.dated_fact import helper_cities
from models.reference.occupation_word import Meaning, meanings_for, organisation_unit
from models.reference.organisation import Organisation
from models.workflow import Transition

PAGE = 50
KEY = re.compile(r"(\d)_(-?\d{1,9})")
GUANGDONG = "440000"
ALL = "all"


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


@dataclass(frozen=True)
class Page:
    """One page of the list: orders, the take-home line of each by id, and the key of the next page."""

    orders: list[Order]
    take_homes: dict[int, TakeHome]
    next_key: str = ""
    helpers: tuple[str, ...] = ()


def county_of(actor: Actor) -> str | None:
    """The county the actor works for, also in one of its townships, or None."""
    return next((code[:6] for code in actor.areas(Role.COUNTY, Role.TOWNSHIP)), None)


def may(session: Session, actor: Actor, order: Order, permission: Permission) -> bool:
    """Whether this very order lies within the actor's ``permission``."""
    inside = select(Order.id).where(Order.id == order.id, scope_of(actor, Order, permission))
    return actor.can(permission) and session.scalar(inside) is not None


def transitions(session: Session, actor: Actor, order: Order) -> list[Transition]:
    """The events that the actor may trigger on this very order."""
    return [t for t in ORDER_WORKFLOW.available(order, actor) if may(session, actor, order, t.permission)]


# --- the list -------------------------------------------------------------------------------------------


def list_page(session: Session, actor: Actor, filters: Filters, key: str, day: date) -> Page:
    """The page of orders after ``key``; each role finds what waits for it first."""
    county = county_of(actor)
    helpers = helper_cities(session, county, day) if county else ()
    rank, place = _sorting(actor, helpers)
    seen = visible_to(actor, select(Order), Order, Permission.ORDER_READ).options(
        joinedload(Order.enterprise)
    )
    if sees_unpublished(actor):
        seen = seen.options(selectinload(Order.findings))
    statement = _narrowed(seen, actor, filters, day).add_columns(rank, place)
    if after := _parse_key(key):
        statement = statement.where(or_(rank > after[0], and_(rank == after[0], place > after[1])))
    rows = session.execute(statement.order_by(rank, place).limit(PAGE + 1)).all()
    orders = [row[0] for row in rows[:PAGE]]
    next_key = f"{rows[PAGE - 1][1]}_{rows[PAGE - 1][2]}" if len(rows) > PAGE else ""
    return Page(orders, take_homes(session, orders, county, day), next_key, helpers)


def _sorting(actor: Actor, helpers: tuple[str, ...]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Two ascending keys: what comes first for this role, and within that the newest first.

    A city's queue is the exception: there the oldest comes first.
    """
    if actor.can(Permission.ORDER_REVIEW):
        waits = Order.state == OrderState.SUBMITTED
        return case((waits, 0), else_=1), case((waits, Order.id), else_=0 - Order.id)
    if actor.can(Permission.ORDER_WRITE):
        ranks = {state: n for n, state in enumerate(_ENTERPRISE_ORDER)}
        return case(*[(Order.state == state, n) for state, n in ranks.items()], else_=9), 0 - Order.id
    if helpers:
        return case((Order.city_code.in_(helpers), 0), else_=1), 0 - Order.id
    return literal(0), 0 - Order.id


_ENTERPRISE_ORDER = (OrderState.RETURNED, OrderState.DRAFT, OrderState.SUBMITTED, OrderState.OPEN)


def _parse_key(key: str) -> tuple[int, int] | None:
    place = KEY.fullmatch(key)
    return (int(place[1]), int(place[2])) if place else None


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


def state_choices(actor: Actor) -> list[tuple[str, str]]:
    """The states that can occur in the actor's list, with their words (msgids)."""
    states = list(OrderState) if sees_unpublished(actor) else [OrderState.OPEN, OrderState.CLOSED]
    if not actor.can(Permission.ORDER_WRITE):
        states = [state for state in states if state != OrderState.DRAFT]
    return [(state.value, ORDER_STATE_LABELS[state]) for state in states]


def take_homes(
    session: Session, orders: Iterable[Order], county: str | None, day: date
) -> dict[int, TakeHome]:
    """The take-home line of each order, for people of ``county``, by the order's id."""
    book = figure_book(session, {order.city_code for order in orders}, county, day)
    return {order.id: take_home(order, book[order.city_code]) for order in orders}


def cities(session: Session) -> list[tuple[str, str]]:
    """Code and name of the cities of Guangdong, where orders are."""
    rows = session.execute(
        select(Area.code, Area.name)
        .where(Area.level == AreaLevel.PREFECTURE, Area.parent_code == GUANGDONG)
        .order_by(Area.code)
    )
    return [(code, name) for code, name in rows]


def employers(session: Session, actor: Actor) -> list[Organisation]:
    """The enterprises the actor may write orders for."""
    statement = visible_to(actor, select(Organisation), Organisation, Permission.ORDER_WRITE)
    return list(session.scalars(statement.order_by(Organisation.id)))


def open_titles(session: Session, enterprise_id: int) -> set[str]:
    """Titles of the enterprise's orders that are not over, to warn of a file sent twice."""
    alive = Order.state.not_in((OrderState.CLOSED, OrderState.REJECTED))
    return set(session.scalars(select(Order.title).where(Order.enterprise_id == enterprise_id, alive)))


# --- one order ------------------------------------------------------------------------------------------


def line_of(session: Session, actor: Actor, order: Order, day: date) -> TakeHome:
    """One order's take-home line, as the actor's county would see it."""
    return take_home(order, figures_for(session, order.city_code, county_of(actor), day))


def meaning_of_title(session: Session, order: Order) -> Meaning | None:
    """What people said the order's title means, where they agree."""
    meanings = meanings_for(session, organisation_unit(order.enterprise_id))
    return meaning_of(meanings, order.title, order.enterprise.industry)


def history(session: Session, order: Order) -> list[Entry]:
    """What happened to the order, the latest first, from the audit."""
    tags = [EventTag.ORDER_CREATE.value, EventTag.ORDER_UPDATE.value, EventTag.ORDER_ADVANCE.value]
    statement = (
        select(AuditEvent)
        .where(AuditEvent.subject == subject_name(order), AuditEvent.tag.in_(tags))
        .order_by(AuditEvent.id.desc())
        .limit(100)
    )
    return [_entry(row) for row in session.scalars(statement)]


def _entry(row: AuditEvent) -> Entry:
    details = row.details
    reason = Sentence(details.get("reason", ""))
    if row.tag == EventTag.ORDER_ADVANCE:
        return Entry(row.at, row.actor_name, _EVENTS[details["event"]], reason)
    if row.tag == EventTag.ORDER_CREATE:
        what = Sentence("复制成新岗位") if "order" in details else Sentence("写好草稿")
        return Entry(row.at, row.actor_name, what, reason)
    if details.get("fields") == ["headcount"] and "to" in details:
        numbers = Sentence(f"{details['from']} → {details['to']}")
        return Entry(row.at, row.actor_name, Sentence("增加招聘人数"), numbers)
    is_occupation = details["fields"] == ["occupation_code"]
    what = Sentence("确认工种") if is_occupation else Sentence("修改内容")
    return Entry(row.at, row.actor_name, what, reason)


_EVENTS = {
    "submit": Sentence("提交市局审核"),
    "recall": Sentence("撤回修改"),
    "approve": Sentence("市局审核通过"),
    "return": Sentence("市局退回修改"),
    "reject": Sentence("市局不予通过"),
    "close": Sentence("企业停止招聘"),
    "suspend": Sentence("市局下架整改"),
}
