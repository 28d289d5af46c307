"""HTTP of what is nearly there: people one skill away from a job, and what an order's requirements cost."""

from flask import abort, render_template
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.match_runs import bp, labels, operations, queries
from app.match_runs.near_misses import near_misses
from app.match_runs.skill_gaps import lacks
from matching.vocabulary import occupations
from models.access import Permission
from models.clock import today
from models.jobs.order import Order
from models.reference.area import area_names

MOST_PEOPLE = 50
MOST_ROWS = 60


@bp.route("/match-runs/near-misses")
@requires(Permission.WORKER_READ)
def nearly_there() -> str:
    """What people lack most, by occupation."""
    rows, orders = lacks(db.session, current_actor(), today())
    return render_template("match_runs/lacks.html", rows=rows[:MOST_ROWS], orders=orders)


@bp.route("/match-runs/near-misses/<code>")
@requires(Permission.WORKER_READ)
def near_misses_of(code: str) -> str:
    """Who lacks one thing for an occupation."""
    if code not in occupations():
        abort(404)
    actor, session, day = current_actor(), db.session, today()
    found = near_misses(session, actor, code, MOST_PEOPLE, on=day)
    orders = queries.orders_by_id(session, actor, [miss.order_id for miss in found])
    return render_template(
        "match_runs/near_misses.html",
        name=occupations()[code],
        misses=found,
        orders=orders,
        words=labels,
        people=queries.people(session, actor, [miss.worker_id for miss in found], day),
        most=MOST_PEOPLE,
        names=area_names(session, {order.city_code for order in orders.values()}),
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
