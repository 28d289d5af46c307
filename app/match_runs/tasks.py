"""What waits in this area today: people without an order, orders without a recommendation."""

from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.kit.web.navigation import Task, counted
from app.match_runs.county_results import NO_FIT
from app.match_runs.labels import rule_label
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.jobs.order import Order
from models.match_run import MatchRun, RunKind
from models.placement.placement import Placement
from models.reference.dated_fact import helper_cities

ENDPOINT = "match_runs.index"


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for ``actor`` in this area today; only a county has something to do here."""
    if not (actor.has_role(Role.COUNTY) and actor.can(Permission.MATCH_RUN)):
        return []
    return [*_nobody_fits(session, actor), *_nobody_recommended(session, actor, today)]


def _nobody_fits(session: Session, actor: Actor) -> list[Task]:
    statement = select(MatchRun).where(MatchRun.kind == RunKind.COUNTY, MatchRun.input_digest != "")
    statement = (
        visible_to(actor, statement, MatchRun, Permission.MATCH_RUN).order_by(MatchRun.id.desc()).limit(1)
    )
    run = session.scalar(statement)
    people = run.summary.get("reasons", {}).get(NO_FIT, 0) if run else 0
    if run is None or not people:
        return []
    only = [
        _("%(n)s 人只差“%(what)s”", n=f"{count:,}", what=rule_label(rule))
        for rule, count in list(run.summary.get("only", {}).items())[:2]
    ]
    url = url_for("match_runs.left_out", run_id=run.id, reason=NO_FIT)
    return [
        Task(people, counted(people, "人还没有一个岗位合适"), _("，").join(only), url, _("看原因"), ENDPOINT)
    ]


def _nobody_recommended(session: Session, actor: Actor, today: date) -> list[Task]:
    waiting = unasked(session, actor, actor.areas(Role.COUNTY)[0], today)
    figures = select(func.count(), func.sum(Order.headcount - Order.taken), func.max(Order.id)).where(waiting)
    orders, places, newest = session.execute(figures).one()
    if not orders:
        return []
    title = session.scalar(select(Order.title).where(Order.id == newest))
    reason = _("最新的是“%(title)s”，一共还有 %(n)s 个名额", title=title, n=f"{places:,}")
    return [
        Task(
            orders,
            counted(orders, "个结对城市的岗位还没有推荐过人"),
            reason,
            url_for(ENDPOINT),
            _("去找人"),
            ENDPOINT,
        )
    ]


def unasked(session: Session, actor: Actor, county_code: str, day: date) -> ColumnElement[bool]:
    """Return the condition of open orders in a county's helping cities to which it has recommended nobody
    yet."""
    cities = [code[:4] for code in helper_cities(session, county_code, day)]
    mine = select(Placement.order_id).where(scope_of(actor, Placement, Permission.PLACEMENT_OFFER))
    near = func.substr(Order.city_code, 1, 4).in_(cities)
    return and_(
        Order.takes_people(day), near, Order.id.not_in(mine), scope_of(actor, Order, Permission.ORDER_READ)
    )
