"""HTTP of what is nearly there: what people lack most, and who lacks one thing for an occupation."""

from flask import abort, render_template

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.match_runs.near_misses import bp, queries
from app.match_runs.queries import orders_by_id, people
from matching import occupations
from models.access import Permission
from models.clock import today
from models.reference.area import area_names

MOST_PEOPLE = 50
MOST_ROWS = 60


@bp.route("/match-runs/near-misses")
@requires(Permission.WORKER_READ)
def index() -> str:
    """What people lack most, by occupation."""
    gaps, orders = queries.skill_gaps(db.session, current_actor(), today())
    return render_template("match_runs/near_misses/index.html", gaps=gaps[:MOST_ROWS], orders=orders)


@bp.route("/match-runs/near-misses/<code>")
@requires(Permission.WORKER_READ)
def occupation(code: str) -> str:
    """Who lacks one thing for an occupation."""
    if code not in occupations():
        abort(404)
    actor, session, day = current_actor(), db.session, today()
    misses = queries.near_misses(session, actor, code, MOST_PEOPLE, day)
    orders = orders_by_id(session, actor, [miss.order_id for miss in misses])
    return render_template(
        "match_runs/near_misses/occupation.html",
        name=occupations()[code],
        misses=misses,
        orders=orders,
        people=people(session, actor, [miss.worker_id for miss in misses], day),
        most=MOST_PEOPLE,
        names=area_names(session, {order.city_code for order in orders.values()}),
    )
