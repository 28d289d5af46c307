"""Scoped reads around one order: who writes it, who may do what, take-home lines, history."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.vocabulary.queries import meaning_of
from app.kit.web.history import Entry
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.audit import AuditEvent, events_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import ORDER_WORKFLOW, Order, OrderColumn, OrderState
from models.jobs.take_home import TakeHome, figure_book, figures_for, take_home
from models.reference.occupation_word import Meaning, meanings_for, organisation_unit
from models.reference.organisation import Organisation
from models.workflow import Transition


def county_of(actor: Actor) -> str | None:
    """The county the actor works for, also in one of its townships, or None."""
    return next((code[:6] for code in actor.areas(Role.COUNTY, Role.TOWNSHIP)), None)


def may(session: Session, actor: Actor, order: Order, permission: Permission) -> bool:
    """Whether this very order lies within the actor's ``permission``."""
    inside = select(Order.id).where(Order.id == order.id, scope_of(actor, Order, permission))
    return actor.can(permission) and session.scalar(inside) is not None


def sees_findings(session: Session, actor: Actor, order: Order) -> bool:
    """Whether the actor writes or oversees this order, and learns what the legal check says of it."""
    return actor.has_role(Role.CITY, Role.AUDITOR, Role.PROVINCE) or may(
        session, actor, order, Permission.ORDER_WRITE
    )


def transitions(session: Session, actor: Actor, order: Order) -> list[Transition]:
    """The events that the actor may trigger on this very order."""
    return [t for t in ORDER_WORKFLOW.available(order, actor) if may(session, actor, order, t.permission)]


def employers_of(session: Session, actor: Actor) -> list[Organisation]:
    """The enterprises the actor may write orders for."""
    statement = visible_to(actor, select(Organisation), Organisation, Permission.ORDER_WRITE)
    return list(session.scalars(statement.order_by(Organisation.id)))


def open_titles(session: Session, enterprise_id: int) -> set[str]:
    """Titles of the enterprise's orders that are not over, to warn of a file sent twice."""
    alive = Order.state.not_in((OrderState.CLOSED, OrderState.REJECTED))
    return set(session.scalars(select(Order.title).where(Order.enterprise_id == enterprise_id, alive)))


def explained_columns(session: Session, actor: Actor) -> list[tuple[OrderColumn, str]]:
    """What the actor's enterprises said their own headings mean, with the name of the enterprise."""
    statement = (
        select(OrderColumn, Organisation.name)
        .join(Organisation, Organisation.id == OrderColumn.enterprise_id)
        .order_by(Organisation.name, OrderColumn.header)
    )
    rows = session.execute(visible_to(actor, statement, OrderColumn, Permission.ORDER_WRITE))
    return [(column, name) for column, name in rows]


def take_homes(
    session: Session, orders: Iterable[Order], county: str | None, day: date
) -> dict[int, TakeHome]:
    """The take-home line of each order, for people of ``county``, by the order's id."""
    book = figure_book(session, {order.city_code for order in orders}, county, day)
    return {order.id: take_home(order, book[order.city_code]) for order in orders}


def line_of(session: Session, actor: Actor, order: Order, day: date) -> TakeHome:
    """One order's take-home line, as the actor's county would see it."""
    return take_home(order, figures_for(session, order.city_code, county_of(actor), day))


def meaning_of_title(session: Session, order: Order) -> Meaning | None:
    """What people said the order's title means, where they agree."""
    meanings = meanings_for(session, organisation_unit(order.enterprise_id))
    return meaning_of(meanings, order.title, order.enterprise.industry)


def history(session: Session, order: Order) -> list[Entry]:
    """What happened to the order, the latest first, from the audit."""
    tags = (EventTag.ORDER_CREATE, EventTag.ORDER_UPDATE, EventTag.ORDER_ADVANCE)
    return [_entry(row) for row in events_of(session, order, tags)]


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


def open_jobs_beside(session: Session, actor: Actor, order: Order) -> int:
    """How many more open jobs of the enterprise ``actor`` may take down together with an open ``order``."""
    if order.state is not OrderState.OPEN:
        return 0
    others = (
        select(func.count())
        .select_from(Order)
        .where(
            Order.enterprise_id == order.enterprise_id, Order.state == OrderState.OPEN, Order.id != order.id
        )
    )
    return session.scalar(visible_to(actor, others, Order, Permission.ORDER_REVIEW)) or 0
