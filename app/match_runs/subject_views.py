"""HTTP of runs about one order or one person."""

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs import bp, labels, operations, queries
from app.match_runs.run_results import COMPANIONS
from app.orders import queries as orders
from models.access import Permission, Role
from models.clock import today
from models.jobs.order import Order, OrderState
from models.match_run import MatchRun, RunKind
from models.people.worker import Worker
from models.reference.area import area_names


def order_of(run: MatchRun) -> Order:
    """The order of a run, if the reader may still see it; else 404."""
    return in_scope_or_404(Order, run.order_id)


def worker_of(run: MatchRun) -> Worker:
    """The worker of a run, if the reader may still see him; else 404."""
    return in_scope_or_404(Worker, run.worker_id)


@bp.route("/match-runs/orders/<int:order_id>", methods=["GET", "POST"])
@requires(Permission.MATCH_READ)
def for_order(order_id: int) -> str | Response:
    """Find people for an order; GET shows the latest result."""
    order = in_scope_or_404(Order, order_id)
    if request.method == "POST":
        run = operations.start(db.session, current_actor(), RunKind.ORDER, today(), order=order)
        return finish(url_for("match_runs.show", run_id=run.id))
    return order_page(
        order, queries.latest_run(db.session, current_actor(), RunKind.ORDER, order_id=order.id)
    )


@bp.route("/match-runs/workers/<int:worker_id>", methods=["GET", "POST"])
@requires(Permission.MATCH_READ)
def for_worker(worker_id: int) -> str | Response:
    """Find orders for a person; GET shows the latest result."""
    worker = in_scope_or_404(Worker, worker_id)
    if request.method == "POST":
        run = operations.start(db.session, current_actor(), RunKind.WORKER, today(), worker=worker)
        return finish(url_for("match_runs.show", run_id=run.id))
    return worker_page(
        worker, queries.latest_run(db.session, current_actor(), RunKind.WORKER, worker_id=worker.id)
    )


def order_page(order: Order, run: MatchRun | None) -> str:
    """The ranked people of one order, those who are not on the list, and what each requirement costs."""
    actor, session = current_actor(), db.session
    pairs = queries.ranked_pairs(session, run, request.args.get("after", 0, type=row_number)) if run else []
    more, pairs = len(pairs) > queries.PAGE, pairs[: queries.PAGE]
    city = area_names(session, {order.city_code}).get(order.city_code, "")
    masked = run.enterprise_id is not None if run else not actor.has_role(Role.COUNTY)
    return render_template(
        "match_runs/order.html",
        order=order,
        run=run,
        city=city,
        phrase=labels.Phrase(order, city),
        words=labels,
        pairs=pairs,
        people=queries.people(session, actor, [pair.worker_id for pair in pairs], today()),
        groups=queries.groups_of(session, run) if run else [],
        masked=masked,
        best=max((pair.score for pair in pairs), default=0),
        answered=queries.answered(session, actor, order),
        line=None if masked else orders.line_of(session, actor, order, today()),
        starts=starts(order),
        recommends=None if run is None else recommends(run, order),
        waiting=run is not None and queries.is_waiting(run),
        done=run is not None and queries.is_done(run),
        next_url=url_for("match_runs.show", run_id=run.id, after=pairs[-1].rank) if more and run else "",
        first_url=url_for("match_runs.show", run_id=run.id) if run and request.args.get("after") else "",
    )


def starts(order: Order | None = None) -> bool:
    """Whether the reader may start a run (about ``order``)."""
    actor = current_actor()
    if order is None or order.enterprise_id in actor.organisations(Role.ENTERPRISE):
        return actor.can(Permission.MATCH_RUN)
    return actor.has_role(Role.COUNTY) and order.state is OrderState.OPEN


def recommends(run: MatchRun, order: Order) -> str:
    """The endpoint that takes the chosen people further, or "" where the reader cannot."""
    actor = current_actor()
    if not order.takes_people(today()):
        return ""
    if run.enterprise_id in actor.organisations(Role.ENTERPRISE):
        return "placements.invite_many" if actor.can(Permission.PLACEMENT_INVITE) else ""
    mine = run.county_code in actor.areas(Role.COUNTY)
    return "placements.offer_many" if mine and actor.can(Permission.PLACEMENT_OFFER) else ""


def worker_page(worker: Worker, run: MatchRun | None) -> str:
    """The ranked orders of one person, each with what is left in the hand."""
    actor, session = current_actor(), db.session
    pairs = queries.ranked_pairs(session, run)[: queries.PAGE] if run else []
    found = queries.orders_by_id(session, actor, [pair.order_id for pair in pairs])
    pairs = [pair for pair in pairs if pair.order_id in found]
    return render_template(
        "match_runs/worker.html",
        worker=worker,
        run=run,
        pairs=pairs,
        orders=found,
        words=labels,
        names=area_names(session, {order.city_code for order in found.values()}),
        lines=orders.take_homes(session, list(found.values()), worker.county_code, today()),
        best=max((pair.score for pair in pairs), default=0),
        starts=starts() and actor.has_role(Role.COUNTY),
        recommends={id: recommends(run, order) for id, order in found.items()} if run else {},
        waiting=run is not None and queries.is_waiting(run),
        done=run is not None and queries.is_done(run),
    )


@bp.route("/match-runs/<int:run_id>/not-listed/<reason>")
@requires(Permission.MATCH_READ)
def not_listed(run_id: int, reason: str) -> str:
    """The people whom one reason keeps off the list."""
    run, actor = in_scope_or_404(MatchRun, run_id), current_actor()
    group, ids = queries.group_page(db.session, run, reason, request.args.get("after", 0, type=row_number))
    if group is None:
        abort(404)
    more, ids = len(ids) > queries.PAGE, ids[: queries.PAGE]
    found = queries.people(db.session, actor, ids, today())
    order = in_scope_or_404(Order, run.order_id) if run.order_id else None
    city = area_names(db.session, {order.city_code}).get(order.city_code, "") if order else ""
    title = labels.Phrase(order, city).off_list(reason, group.people) if order else ""
    return render_template(
        "match_runs/not_listed.html",
        run=run,
        order=order,
        group=group,
        title=title,
        people=[found[number] for number in ids if number in found],
        unclear=reason == COMPANIONS,
        words=labels,
        next_url=url_for("match_runs.not_listed", run_id=run.id, reason=reason, after=ids[-1])
        if more
        else "",
    )


@bp.route("/match-runs/orders/<int:order_id>/costs")
@requires(Permission.MATCH_RUN)
def costs(order_id: int) -> str | Response:
    """A piece of the order's page: how many people fit, what each requirement costs. Empty where that is
    slow."""
    order, actor, session = in_scope_or_404(Order, order_id), current_actor(), db.session
    found = operations.look(session, actor, order, today())
    if found is None:
        return Response("", 204)
    city = area_names(session, {order.city_code}).get(order.city_code, "")
    return render_template(
        "match_runs/costs.html",
        order=order,
        found=found,
        phrase=labels.Phrase(order, city),
        words=labels,
        masked=order.enterprise_id in actor.organisations(),
    )
