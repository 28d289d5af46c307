"""HTTP of runs about one worker: the ranked orders, each with what is left in the hand."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.match_runs import bp, labels, operations, queries
from app.orders.queries.orders import take_homes
from models.access import Permission, Role
from models.clock import today
from models.match_run import MatchRun, RunKind
from models.people.standing import binding_for, standing_of
from models.people.worker import Worker
from models.reference.area import area_names


@bp.route("/match-runs/workers/<int:worker_id>", methods=["GET", "POST"])
@requires(Permission.MATCH_READ)
def for_worker(worker_id: int) -> str | Response:
    """Look for orders for a worker; GET shows the latest result."""
    worker, actor = in_scope_or_404(Worker, worker_id), current_actor()
    if request.method == "POST":
        run = operations.start(db.session, actor, RunKind.WORKER, today(), worker=worker)
        return finish(url_for("match_runs.show", run_id=run.id))
    return worker_page(worker, queries.latest_run(db.session, actor, RunKind.WORKER, worker_id=worker.id))


def worker_page(worker: Worker, run: MatchRun | None) -> str:
    """The ranked orders of one worker that the reader may see."""
    actor, session, day = current_actor(), db.session, today()
    pairs = queries.ranked_pairs(session, run) if run else []
    orders = queries.orders_by_id(session, actor, [pair.order_id for pair in pairs])
    pairs = [pair for pair in pairs if pair.order_id in orders]
    offers = (
        {id: queries.offer_endpoint(actor, run, order, day) for id, order in orders.items()} if run else {}
    )
    standing = standing_of(session, worker.id)
    return render_template(
        "match_runs/worker.html",
        standing=standing,
        bindings={number: binding_for(standing, number) for number in orders},
        worker=worker,
        run=run,
        pairs=pairs,
        orders=orders,
        labels=labels,
        names=area_names(session, {order.city_code for order in orders.values()}),
        lines=take_homes(session, list(orders.values()), worker.county_code, day),
        best=max((pair.score for pair in pairs), default=0),
        starts=queries.can_start(actor) and actor.has_role(Role.COUNTY),
        recommends=offers,
        waiting=run is not None and queries.is_waiting(run),
    )
