"""HTTP of runs about one order: its ranked workers, those off the list, what each requirement costs."""

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs import bp, labels, operations, queries
from app.orders.queries.orders import line_of
from models.access import Permission, Role
from models.clock import today
from models.jobs.order import Order
from models.match_run import COMPANIONS, MatchRun, RunKind
from models.reference.area import area_names


@bp.route("/match-runs/orders/<int:order_id>", methods=["GET", "POST"])
@requires(Permission.MATCH_READ)
def for_order(order_id: int) -> str | Response:
    """Look for workers for an order; GET shows the latest result."""
    order, actor = in_scope_or_404(Order, order_id), current_actor()
    if request.method == "POST":
        run = operations.start(db.session, actor, RunKind.ORDER, today(), order=order)
        return finish(url_for("match_runs.show", run_id=run.id))
    return order_page(order, queries.latest_run(db.session, actor, RunKind.ORDER, order_id=order.id))


def order_page(order: Order, run: MatchRun | None) -> str:
    """The ranked workers of one order, those who are not on the list, and what each requirement costs."""
    actor, session = current_actor(), db.session
    pairs = queries.ranked_pairs(session, run, request.args.get("after", 0, type=row_number)) if run else []
    more, pairs = len(pairs) > queries.PAGE, pairs[: queries.PAGE]
    city = _city(order)
    masked = run.enterprise_id is not None if run else not actor.has_role(Role.COUNTY)
    return render_template(
        "match_runs/order.html",
        order=order,
        run=run,
        city=city,
        phrases=labels.OrderPhrases(order, city),
        labels=labels,
        pairs=pairs,
        people=queries.people(session, actor, [pair.worker_id for pair in pairs], today()),
        groups=queries.groups_of(session, run) if run else [],
        masked=masked,
        best=max((pair.score for pair in pairs), default=0),
        answered=queries.answered(session, actor, order),
        line=None if masked else line_of(session, actor, order, today()),
        starts=queries.can_start(actor, order),
        recommends=queries.offer_endpoint(actor, run, order, today()) if run else "",
        waiting=run is not None and queries.is_waiting(run),
        next_url=url_for("match_runs.show", run_id=run.id, after=pairs[-1].rank) if more and run else "",
        first_url=url_for("match_runs.show", run_id=run.id) if run and request.args.get("after") else "",
    )


def _city(order: Order) -> str:
    return area_names(db.session, {order.city_code}).get(order.city_code, "")


@bp.route("/match-runs/<int:run_id>/not-listed/<reason>")
@requires(Permission.MATCH_READ)
def not_listed(run_id: int, reason: str) -> str:
    """The workers whom one reason keeps off the list."""
    run, actor = in_scope_or_404(MatchRun, run_id), current_actor()
    group, ids = queries.group_page(db.session, run, reason, request.args.get("after", 0, type=row_number))
    if group is None:
        abort(404)
    more, ids = len(ids) > queries.PAGE, ids[: queries.PAGE]
    people = queries.people(db.session, actor, ids, today())
    order = in_scope_or_404(Order, run.order_id) if run.order_id else None
    return render_template(
        "match_runs/not_listed.html",
        run=run,
        order=order,
        group=group,
        title=labels.OrderPhrases(order, _city(order)).off_list(reason, group.people) if order else None,
        people=[people[number] for number in ids if number in people],
        unclear=reason == COMPANIONS,
        next_url=url_for("match_runs.not_listed", run_id=run.id, reason=reason, after=ids[-1])
        if more
        else "",
    )


@bp.route("/match-runs/orders/<int:order_id>/costs")
@requires(Permission.MATCH_RUN)
def costs(order_id: int) -> str | Response:
    """A piece of the order's page: how many workers fit, what each requirement costs; empty where that is
    slow."""
    order, actor = in_scope_or_404(Order, order_id), current_actor()
    counts = queries.constraint_counts(db.session, actor, order, today())
    if counts is None:
        return Response("", 204)
    return render_template(
        "match_runs/costs.html",
        order=order,
        counts=counts,
        phrases=labels.OrderPhrases(order, _city(order)),
        labels=labels,
        masked=order.enterprise_id in actor.organisations(),
    )
