"""Scoped reads of this area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from app.kit.web.formatters import age, masked_name
from app.kit.web.navigation import Task, counted
from app.match_runs import plan as assignment
from app.match_runs.county_results import NO_FIT
from app.match_runs.labels import rule_label
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.background_job import JobState
from models.jobs.order import Order
from models.match_run import MatchGroup, MatchLeftOut, MatchPair, MatchRun, RunKind
from models.people.worker import Worker
from models.placement.placement import CONSENTED, Placement
from models.reference.area import area_names
from models.reference.dated_fact import helper_cities

PAGE = 50
ENDPOINT = "match_runs.index"


@dataclass(frozen=True)
class Person:
    """Somebody on a list. Masked: family name, county, age and education only; ``sex`` and ``place`` are
    empty."""

    id: int
    name: str
    age: int
    county: str
    education: int | None
    place: str = ""
    sex: str = ""
    companions: str = ""
    masked: bool = True


def people(session: Session, actor: Actor, ids: Iterable[int], day: date) -> dict[int, Person]:
    """Return who ``ids`` are: in full where ``actor`` may read the register, masked everywhere else.

    The ids must come from a run that ``actor`` may see.
    """
    seen = scope_of(actor, Worker, Permission.WORKER_READ).label("seen")
    columns = (
        Worker.id,
        Worker.name,
        Worker.birth_date,
        Worker.county_code,
        Worker.education,
        Worker.township,
        Worker.village,
        Worker.sex,
        Worker.companions,
    )
    rows = session.execute(select(*columns, seen).where(Worker.id.in_(list(ids)))).all()
    counties = area_names(session, {row.county_code for row in rows})
    return {row.id: _person(row, counties.get(row.county_code, ""), day) for row in rows}


def _person(row: Any, county: str, day: date) -> Person:
    common: dict[str, Any] = {
        "id": row.id,
        "age": age(row.birth_date, day),
        "county": county,
        "education": row.education,
    }
    if not row.seen:
        return Person(name=masked_name(row.name), **common)
    place = f"{row.township}{row.village}"
    return Person(name=row.name, place=place, sex=row.sex, companions=row.companions, masked=False, **common)


def recent_runs(session: Session, actor: Actor, before: int | None = None) -> list[MatchRun]:
    """Return the latest runs ``actor`` may see, one more than a page holds."""
    statement = visible_to(actor, select(MatchRun), MatchRun, Permission.MATCH_READ).options(
        joinedload(MatchRun.job)
    )
    if before:
        statement = statement.where(MatchRun.id < before)
    return list(session.scalars(statement.order_by(MatchRun.id.desc()).limit(PAGE + 1)))


def latest_run(session: Session, actor: Actor, kind: RunKind, **subject: int | None) -> MatchRun | None:
    """Return the last run of ``kind`` about ``subject`` (order_id=, worker_id=) that ``actor`` may see."""
    statement = visible_to(
        actor, select(MatchRun).filter_by(kind=kind, **subject), MatchRun, Permission.MATCH_READ
    )
    return session.scalar(statement.options(joinedload(MatchRun.job)).order_by(MatchRun.id.desc()).limit(1))


def is_done(run: MatchRun) -> bool:
    """Tell whether the run has an answer."""
    return bool(run.input_digest)


def is_waiting(run: MatchRun) -> bool:
    """Tell whether the run's job is still under way."""
    return run.job is not None and run.job.state in (JobState.QUEUED, JobState.RUNNING)


def ranked_pairs(session: Session, run: MatchRun, after: int = 0) -> list[MatchPair]:
    """Return the pairs of an order's or worker's run by rank, one more than a page holds."""
    statement = select(MatchPair).where(MatchPair.run_id == run.id, MatchPair.rank > after)
    return list(session.scalars(statement.order_by(MatchPair.rank).limit(PAGE + 1)))


def planned_pairs(session: Session, run: MatchRun, order: Order) -> list[MatchPair]:
    """Return the engine's proposal for one order, without those who were moved away by hand."""
    moved = assignment.changes(session, run)
    statement = select(MatchPair).where(MatchPair.run_id == run.id, MatchPair.order_id == order.id)
    return [row for row in session.scalars(statement.order_by(MatchPair.rank)) if row.worker_id not in moved]


def groups_of(session: Session, run: MatchRun) -> list[MatchGroup]:
    """Return who is not on the list, by reason, the largest first."""
    statement = select(MatchGroup).where(MatchGroup.run_id == run.id)
    return list(session.scalars(statement.order_by(MatchGroup.people.desc(), MatchGroup.reason)))


def group_page(
    session: Session, run: MatchRun, reason: str, after: int
) -> tuple[MatchGroup | None, list[int]]:
    """Return one group and a page of its people's ids (one more than the page holds)."""
    statement = select(MatchGroup).where(MatchGroup.run_id == run.id, MatchGroup.reason == reason)
    group = session.scalar(statement.options(undefer(MatchGroup.worker_ids)))
    if group is None or group.worker_ids is None:
        return None, []
    return group, [number for number in group.worker_ids if number > after][: PAGE + 1]


def left_out(session: Session, run: MatchRun, reason: str, rule: str, after: int) -> list[MatchLeftOut]:
    """Return people without a place in a county's plan, one more than a page holds.

    ``rule`` keeps those whom that rule alone holds back.
    """
    statement = select(MatchLeftOut).where(MatchLeftOut.run_id == run.id, MatchLeftOut.worker_id > after)
    if reason:
        statement = statement.where(MatchLeftOut.reason == reason)
    if rule:
        nearest = MatchLeftOut.nearest_change["rules"]
        statement = statement.where(nearest[0].as_string() == rule, nearest[1].as_string().is_(None))
    return list(session.scalars(statement.order_by(MatchLeftOut.worker_id).limit(PAGE + 1)))


def left_out_row(session: Session, run: MatchRun, worker_id: int) -> MatchLeftOut | None:
    """Return why one person has no place in the plan."""
    return session.get(MatchLeftOut, (run.id, worker_id))


def orders_by_id(session: Session, actor: Actor, ids: Iterable[int]) -> dict[int, Order]:
    """Return the orders of ``ids`` that ``actor`` may see, with their enterprises."""
    statement = visible_to(actor, select(Order), Order, Permission.ORDER_READ)
    rows = session.scalars(statement.where(Order.id.in_(set(ids))).options(joinedload(Order.enterprise)))
    return {row.id: row for row in rows}


def answered(session: Session, actor: Actor, order: Order) -> int:
    """Return how many people said yes to an order, of those ``actor`` may see."""
    statement = select(func.count()).select_from(Placement).where(Placement.order_id == order.id)
    return session.scalar(visible_to(actor, statement.where(Placement.state.in_(CONSENTED)), Placement)) or 0


def already_offered(session: Session, actor: Actor, order_ids: Iterable[int]) -> dict[int, int]:
    """Return, per order, how many offers and placements ``actor`` may see."""
    mine = scope_of(actor, Placement, Permission.PLACEMENT_READ)
    statement = select(Placement.order_id, func.count()).where(Placement.order_id.in_(set(order_ids)), mine)
    return dict(session.execute(statement.group_by(Placement.order_id)).all())


def fitting_people(session: Session, actor: Actor, order_ids: list[int]) -> dict[int, int]:
    """Return how many people fit, by order, where ``actor`` has had people looked for; the latest run
    counts."""
    runs = select(MatchRun).where(
        MatchRun.kind == RunKind.ORDER, MatchRun.order_id.in_(order_ids), MatchRun.input_digest != ""
    )
    seen = visible_to(actor, runs, MatchRun, Permission.MATCH_READ).order_by(MatchRun.id)
    return {run.order_id: run.summary["fitting"] for run in session.scalars(seen) if run.order_id}


def open_orders(session: Session, actor: Actor, day: date, county: str | None, limit: int = 6) -> list[Order]:
    """Return the newest open orders to look for people for; those of a county's helping cities come first."""
    cities = [code[:4] for code in helper_cities(session, county, day)] if county else []
    near = func.substr(Order.city_code, 1, 4).in_(cities)
    statement = visible_to(actor, select(Order).where(Order.takes_people(day)), Order, Permission.ORDER_READ)
    return list(
        session.scalars(
            statement.options(joinedload(Order.enterprise))
            .order_by(near.desc(), Order.id.desc())
            .limit(limit)
        )
    )


def unasked_ids(
    session: Session, actor: Actor, orders: list[Order], county: str | None, day: date
) -> set[int]:
    """Return which of ``orders`` are of the county's helping cities and wait for its first recommendation."""
    if county is None:
        return set()
    listed = Order.id.in_([order.id for order in orders])
    return set(session.scalars(select(Order.id).where(listed, unasked(session, actor, county, day))))


def subjects(session: Session, actor: Actor, runs: Iterable[MatchRun]) -> dict[int, str]:
    """Return what each run is about: the order's title or the person's name, where ``actor`` may see it."""
    listed = list(runs)
    orders = orders_by_id(session, actor, [run.order_id for run in listed if run.order_id])
    visible = scope_of(actor, Worker, Permission.WORKER_READ)
    ids = [run.worker_id for run in listed if run.worker_id]
    rows = session.execute(select(Worker.id, Worker.name).where(Worker.id.in_(ids), visible))
    names = dict(rows.all())
    titles = {run.id: orders[run.order_id].title for run in listed if run.order_id in orders}
    return titles | {run.id: names[run.worker_id] for run in listed if run.worker_id in names}


# --- what waits today -----------------------------------------------------------------------------------


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
