"""Scoped reads of this area."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from app.kit.web.lately import is_many, lately
from app.kit.web.navigation import Task
from app.match_runs.candidate_pool import is_quick, open_pool
from app.match_runs.constraint_counts import ConstraintCounts, part_by_rules
from app.match_runs.engine_input import engine_orders
from app.match_runs.labels import rule_label
from app.match_runs.plan import changes
from app.match_runs.run_input import asked_under, reach_for
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.background_job import JobState
from models.clock import full_years
from models.i18n import N_, Sentence, counted
from models.jobs.order import Order, OrderState
from models.match_run import LeftOutReason, MatchGroup, MatchLeftOut, MatchPair, MatchRun, RunKind
from models.numbers import figure
from models.people.masks import age_band, masked_age, masked_name
from models.people.standing import Standing, standings
from models.people.worker import Worker
from models.placement.placement import Placement
from models.reference.area import area_names, inside_one_of
from models.reference.dated_fact import partner_cities
from models.row_security import looking_everywhere

PAGE = 50
ENDPOINT = "match_runs.index"


@dataclass(frozen=True)
class Person:
    """A worker on a list. Masked: family name, county, band of age and education only; the other fields are
    empty, and ``age`` is the first year of the band.

    ``standing`` is what takes the person up at the moment.
    """

    id: int
    name: str
    age: int
    ages: Sentence
    county: str
    education: int | None
    place: str = ""
    sex: str = ""
    companions: str = ""
    masked: bool = True
    standing: tuple[Standing, ...] = ()


def people(session: Session, actor: Actor, ids: Iterable[int], today: date) -> dict[int, Person]:
    """Who ``ids`` are: in full where ``actor`` may read the register, masked elsewhere.

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
    with looking_everywhere(session, "whoever stands in a run that the reader may see, masked"):
        rows = session.execute(select(*columns, seen).where(Worker.id.in_(list(ids)))).all()
    counties = area_names(session, {row.county_code for row in rows})
    doing = standings(session, [row.id for row in rows if row.seen])
    return {
        row.id: _person(row, counties.get(row.county_code, ""), today, doing.get(row.id, ())) for row in rows
    }


def _person(row: Any, county: str, today: date, doing: tuple[Standing, ...]) -> Person:
    common: dict[str, Any] = {
        "id": row.id,
        "county": county,
        "education": row.education,
    }
    if not row.seen:
        return Person(
            name=masked_name(row.name),
            age=age_band(row.birth_date, today),
            ages=masked_age(row.birth_date, today),
            **common,
        )
    place, age = f"{row.township}{row.village}", full_years(row.birth_date, today)
    return Person(
        name=row.name,
        age=age,
        ages=Sentence("%(n)s 岁", {"n": age}),
        place=place,
        sex=row.sex,
        companions=row.companions,
        masked=False,
        standing=doing,
        **common,
    )


def recent_runs(session: Session, actor: Actor, before: int | None = None) -> list[MatchRun]:
    """The latest runs ``actor`` may see, one more than a page holds."""
    statement = visible_to(actor, select(MatchRun), MatchRun, Permission.MATCH_READ).options(
        joinedload(MatchRun.job)
    )
    if before:
        statement = statement.where(MatchRun.id < before)
    return list(session.scalars(statement.order_by(MatchRun.id.desc()).limit(PAGE + 1)))


def latest_run(session: Session, actor: Actor, kind: RunKind, **subject: int | None) -> MatchRun | None:
    """The last run of ``kind`` about ``subject`` (order_id=, worker_id=) that ``actor`` may see."""
    statement = visible_to(
        actor, select(MatchRun).filter_by(kind=kind, **subject), MatchRun, Permission.MATCH_READ
    )
    return session.scalar(statement.options(joinedload(MatchRun.job)).order_by(MatchRun.id.desc()).limit(1))


def can_start(actor: Actor, order: Order | None = None) -> bool:
    """Whether ``actor`` may start a run (about ``order``)."""
    if order is None or order.enterprise_id in actor.organisations(Role.ENTERPRISE):
        return actor.can(Permission.MATCH_RUN)
    return actor.has_role(Role.COUNTY) and order.state is OrderState.OPEN


def can_adjust(actor: Actor, run: MatchRun) -> bool:
    """Whether ``actor`` may change this county's plan by hand."""
    return actor.can(Permission.MATCH_RUN) and run.county_code in actor.areas(Role.COUNTY)


def offer_endpoint(actor: Actor, run: MatchRun, order: Order, today: date) -> str:
    """Where the chosen workers go on from a run, or "" where ``actor`` cannot take them further."""
    if not order.takes_people(today):
        return ""
    if run.enterprise_id in actor.organisations(Role.ENTERPRISE):
        return "placements.invite_many" if actor.can(Permission.PLACEMENT_INVITE) else ""
    is_own = run.county_code in actor.areas(Role.COUNTY)
    return "placements.offer_many" if is_own and actor.can(Permission.PLACEMENT_OFFER) else ""


def is_waiting(run: MatchRun) -> bool:
    """Whether the run's job is still under way."""
    return run.job is not None and run.job.state in (JobState.QUEUED, JobState.RUNNING)


def ranked_pairs(session: Session, run: MatchRun) -> list[MatchPair]:
    """The best pairs of a worker's run by rank, as many as a page holds."""
    statement = select(MatchPair).where(MatchPair.run_id == run.id)
    return list(session.scalars(statement.order_by(MatchPair.rank).limit(PAGE)))


def planned_pairs(session: Session, run: MatchRun, order: Order) -> list[MatchPair]:
    """The engine's proposal for one order, without those who were moved away by hand."""
    moved = changes(session, run)
    statement = select(MatchPair).where(MatchPair.run_id == run.id, MatchPair.order_id == order.id)
    return [row for row in session.scalars(statement.order_by(MatchPair.rank)) if row.worker_id not in moved]


def groups_of(session: Session, run: MatchRun) -> list[MatchGroup]:
    """The reasons of those who are not on the list, the largest group first."""
    statement = select(MatchGroup).where(MatchGroup.run_id == run.id)
    return list(session.scalars(statement.order_by(MatchGroup.people.desc(), MatchGroup.reason)))


def group_page(
    session: Session, run: MatchRun, reason: str, after: int
) -> tuple[MatchGroup | None, list[int]]:
    """One group and a page of its workers' ids (one more than the page holds)."""
    statement = select(MatchGroup).where(MatchGroup.run_id == run.id, MatchGroup.reason == reason)
    group = session.scalar(statement.options(undefer(MatchGroup.worker_ids)))
    if group is None or group.worker_ids is None:
        return None, []
    return group, [number for number in group.worker_ids if number > after][: PAGE + 1]


def left_out(session: Session, run: MatchRun, reason: str, rule: str, after: int) -> list[MatchLeftOut]:
    """Workers without a place in a county's plan, one more than a page holds.

    ``rule`` keeps those whom that rule alone holds back. Whom a hand has put in since is not among them.
    """
    put_in = [row.worker_id for row in changes(session, run).values() if row.to_order_id]
    statement = select(MatchLeftOut).where(
        MatchLeftOut.run_id == run.id, MatchLeftOut.worker_id > after, MatchLeftOut.worker_id.not_in(put_in)
    )
    if reason:
        statement = statement.where(MatchLeftOut.reason == reason)
    if rule:
        nearest = MatchLeftOut.nearest_change["rules"]
        statement = statement.where(nearest[0].as_string() == rule, nearest[1].as_string().is_(None))
    return list(session.scalars(statement.order_by(MatchLeftOut.worker_id).limit(PAGE + 1)))


def left_out_row(session: Session, run: MatchRun, worker_id: int) -> MatchLeftOut | None:
    """Why a worker has no place in the plan; None where there is one."""
    return session.get(MatchLeftOut, (run.id, worker_id))


def orders_by_id(session: Session, actor: Actor, ids: Iterable[int]) -> dict[int, Order]:
    """The orders of ``ids`` that ``actor`` may see, with their enterprises."""
    statement = visible_to(actor, select(Order), Order, Permission.ORDER_READ)
    rows = session.scalars(statement.where(Order.id.in_(set(ids))).options(joinedload(Order.enterprise)))
    return {row.id: row for row in rows}


def already_offered(session: Session, actor: Actor, order_ids: Iterable[int]) -> dict[int, int]:
    """Per order, how many offers and placements ``actor`` may see."""
    visible = scope_of(actor, Placement, Permission.PLACEMENT_READ)
    statement = select(Placement.order_id, func.count()).where(
        Placement.order_id.in_(set(order_ids)), visible
    )
    return dict(session.execute(statement.group_by(Placement.order_id)).all())


def fitting_people(session: Session, actor: Actor, order_ids: list[int]) -> dict[int, int]:
    """How many workers fit, by order, where ``actor`` may see a run about it; the latest run counts, but none
    of a sample."""
    runs = select(MatchRun).where(
        MatchRun.kind == RunKind.ORDER, MatchRun.order_id.in_(order_ids), MatchRun.input_digest != ""
    )
    seen = visible_to(actor, runs, MatchRun, Permission.MATCH_READ).order_by(MatchRun.id)
    done = [run for run in session.scalars(seen) if not run.order_summary.get("sampled")]
    return {run.order_id: run.order_summary["fitting"] for run in done if run.order_id}


def constraint_counts(session: Session, actor: Actor, order: Order, today: date) -> ConstraintCounts | None:
    """How many workers ``order`` finds and what each requirement costs, without a run and without names.

    For a county, whose people they are: an enterprise asks with a run, which is counted. None where no index
    is quick enough to wait for, or where ``actor`` may not ask about this order now.
    """
    if not is_quick(session):
        return None
    try:
        _county, enterprise_id = asked_under(actor, order)
    except PermissionError:
        return None
    if enterprise_id is not None:
        return None
    asked = engine_orders(session, [order], today, {})[0]
    pool = open_pool(session, reach_for(actor, None, asked), today, {})
    return part_by_rules(pool, asked, names_people=False)


def open_orders(
    session: Session, actor: Actor, today: date, county: str | None, limit: int = 6
) -> list[Order]:
    """The newest open orders to look for workers for; those of a county's helping cities come first."""
    cities = partner_cities(session, county, today) if county else ()
    near = inside_one_of(Order.city_code, cities)
    statement = visible_to(
        actor, select(Order).where(Order.takes_people(today)), Order, Permission.ORDER_READ
    ).options(joinedload(Order.enterprise))
    # One after the other, each read along its numbers: both at once puts 20,000 whole rows in order for six.
    found = list[Order]()
    for which in (near, ~near):
        if len(found) < limit:
            newest = statement.where(which).order_by(Order.id.desc())
            found += session.scalars(newest.limit(limit - len(found)))
    return found


def unasked_ids(
    session: Session, actor: Actor, orders: list[Order], county: str | None, today: date
) -> set[int]:
    """Those of ``orders`` that are of the county's helping cities and wait for its first recommendation."""
    if county is None:
        return set()
    listed = Order.id.in_([order.id for order in orders])
    return set(session.scalars(select(Order.id).where(listed, _unasked(session, actor, county, today))))


def subjects(session: Session, actor: Actor, runs: Iterable[MatchRun]) -> dict[int, str]:
    """What each run is about: the order's title or the worker's name, where ``actor`` may see it."""
    runs = list(runs)
    orders = orders_by_id(session, actor, [run.order_id for run in runs if run.order_id])
    visible = scope_of(actor, Worker, Permission.WORKER_READ)
    ids = [run.worker_id for run in runs if run.worker_id]
    rows = session.execute(select(Worker.id, Worker.name).where(Worker.id.in_(ids), visible))
    names = dict(rows.all())
    titles = {run.id: orders[run.order_id].title for run in runs if run.order_id in orders}
    return titles | {run.id: names[run.worker_id] for run in runs if run.worker_id in names}


# --- what waits today -----------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this area; only a county has something to do here."""
    if not (actor.has_role(Role.COUNTY) and actor.can(Permission.MATCH_RUN)):
        return []
    return [*_workers_without_fit(session, actor), *_orders_without_offer(session, actor, today)]


def _workers_without_fit(session: Session, actor: Actor) -> list[Task]:
    done = select(MatchRun).where(MatchRun.kind == RunKind.COUNTY, MatchRun.input_digest != "")
    seen = visible_to(actor, done, MatchRun, Permission.MATCH_RUN)
    run = session.scalar(seen.order_by(MatchRun.id.desc()).limit(1))
    if run is None or not (count := run.county_summary["reasons"].get(LeftOutReason.NO_FIT, 0)):
        return []
    missed = [
        Sentence("%(n)s 人只差“%(what)s”", {"n": figure(people), "what": rule_label(rule)})
        for rule, people in list(run.county_summary["only"].items())[:2]
    ]
    url = url_for("match_runs.left_out", run_id=run.id, reason=LeftOutReason.NO_FIT.value)
    text = counted(count, "人还没有一个岗位合适")
    return [
        Task(
            count,
            text,
            Sentence("%(missed)s", {"missed": missed}) if missed else None,
            url,
            N_("看原因"),
            ENDPOINT,
        )
    ]


def _orders_without_offer(session: Session, actor: Actor, today: date) -> list[Task]:
    waiting = _unasked(session, actor, actor.areas(Role.COUNTY)[0], today)
    sums: Any = select(func.count(), func.sum(Order.places_left), func.max(Order.id))
    figures = sums.where(waiting)
    orders, places, newest = lately(session, figures, lambda: tuple(session.execute(figures).one()), is_many)
    if not orders:
        return []
    title = session.scalar(select(Order.title).where(Order.id == newest))
    reason = Sentence("最新的是“%(title)s”，空岗共 %(n)s", {"title": title, "n": figure(places)})
    text = counted(orders, "个协作城市的岗位还没有推荐过人")
    return [Task(orders, text, reason, url_for(ENDPOINT), N_("去找人"), ENDPOINT)]


def _unasked(session: Session, actor: Actor, county_code: str, today: date) -> ColumnElement[bool]:
    """The condition of open orders in a county's helping cities to which it has recommended no worker yet."""
    cities = partner_cities(session, county_code, today)
    own = scope_of(actor, Placement, Permission.PLACEMENT_OFFER)
    offered = select(Placement.id).where(Placement.order_id == Order.id, own).exists()
    near = inside_one_of(Order.city_code, cities)
    visible = scope_of(actor, Order, Permission.ORDER_READ)
    return and_(Order.takes_people(today), near, ~offered, visible)
