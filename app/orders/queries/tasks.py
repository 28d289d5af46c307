"""What waits for an enterprise or a city bureau among the job orders."""

from datetime import date, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task
from models.access import Actor, Permission, count_and_first
from models.clock import CHINA
from models.i18n import N_, Sentence, counted
from models.jobs.order import Order, OrderFinding, OrderState

SOON_DAYS = 7


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this area today; a count of zero means nothing does."""
    waiting: list[Task] = []
    if actor.can(Permission.ORDER_REVIEW):
        waiting += [_waiting(session, actor, today), _doubtful(session, actor)]
    if actor.can(Permission.ORDER_WRITE):
        waiting += [_returned(session, actor), _unlawful(session, actor), _ending(session, actor, today)]
    return waiting


def has_finding(level: str) -> ColumnElement[bool]:
    """Orders with a finding of ``level`` (block or doubt) of the legal check."""
    return Order.id.in_(select(OrderFinding.order_id).where(OrderFinding.level == level))


def _waiting(session: Session, actor: Actor, today: date) -> Task:
    count, first = _summary(session, actor, Permission.ORDER_REVIEW, Order.state == OrderState.SUBMITTED)
    reason = None
    if first is not None:
        since = (first.state_since or first.created_at).astimezone(CHINA).date()
        waited = {"title": first.title, "days": (today - since).days}
        longest = Sentence("等得最久的是“%(title)s”，已经 %(days)s 天", waited)
        reason = longest if waited["days"] else Sentence(first.title)
    return _task(count, counted(count, "个岗位等你审核"), reason, {"state": "submitted"}, N_("去审核"), first)


def _doubtful(session: Session, actor: Actor) -> Task:
    conditions = (Order.state == OrderState.OPEN, has_finding("doubt"))
    count, first = _summary(session, actor, Permission.ORDER_REVIEW, *conditions)
    reason = Sentence("用词或数字有疑点，过审时没有拦下，可以再看一眼")
    return _task(
        count,
        counted(count, "个正在招聘的岗位有疑点"),
        reason,
        {"state": "open", "doubt": 1},
        N_("去看看"),
        first,
    )


def _returned(session: Session, actor: Actor) -> Task:
    count, first = _summary(session, actor, Permission.ORDER_WRITE, Order.state == OrderState.RETURNED)
    reason = Sentence("例如“%(title)s”，市局写了理由", {"title": first.title}) if first else None
    return _task(
        count, counted(count, "个岗位被退回，等你修改"), reason, {"state": "returned"}, N_("去修改"), first
    )


def _unlawful(session: Session, actor: Actor) -> Task:
    conditions = (Order.state == OrderState.DRAFT, has_finding("block"))
    count, first = _summary(session, actor, Permission.ORDER_WRITE, *conditions)
    reason = Sentence("例如“%(title)s”，改好才能提交", {"title": first.title}) if first else None
    return _task(count, counted(count, "份草稿有不合法的地方"), reason, {"state": "draft"}, N_("去改"), first)


def _ending(session: Session, actor: Actor, today: date) -> Task:
    last = today + timedelta(days=SOON_DAYS)
    conditions = (Order.state == OrderState.OPEN, Order.valid_until.between(today, last))
    count, first = _summary(session, actor, Permission.ORDER_WRITE, *conditions)
    reason = None
    if first is not None:
        reason = Sentence("例如“%(title)s”，过了就不再招人", {"title": first.title})
    text, ends = counted(count, "个岗位七天内到期"), first.valid_until if first else None
    return _task(count, text, reason, {"state": "open"}, N_("去看看"), first, ends)


def _task(
    count: int,
    text: Sentence,
    reason: Sentence | None,
    query: dict[str, object],
    button: str,
    first: Order | None,
    due_on: date | None = None,
) -> Task:
    """One order is opened directly, several as a list."""
    alone = count == 1 and first is not None
    url = url_for("orders.show", order_id=first.id) if alone else url_for("orders.index", **query)  # type: ignore
    return Task(count, text, reason, url, button, "orders.index", due_on)


def _summary(
    session: Session, actor: Actor, permission: Permission, *conditions: ColumnElement[bool]
) -> tuple[int, Order | None]:
    """How many of the actor's orders meet ``conditions``, and the one that waits longest."""
    return count_and_first(session, actor, Order, permission, *conditions)
