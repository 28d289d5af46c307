"""HTTP of this area: the overview, one run, why and why not. Orders and counties have files of their own."""

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs import bp, explanations, labels, operations, plan_views, queries, subject_views
from app.match_runs.forms import PolicyForm
from models.access import Permission, Role
from models.clock import today
from models.match_run import MatchRun, RunKind
from models.reference.area import area_names


@bp.route("/match-runs")
@requires(Permission.MATCH_READ)
def index() -> str:
    """What can be started, and what was found lately."""
    actor, session = current_actor(), db.session
    runs = queries.recent_runs(session, actor, request.args.get("before", type=row_number))
    more, runs = len(runs) > queries.PAGE, runs[: queries.PAGE]
    starts = actor.can(Permission.MATCH_RUN)
    counties = actor.areas(Role.COUNTY) if starts else ()
    county = counties[0] if counties else None
    orders = queries.open_orders(session, actor, today(), county) if starts else []
    return render_template(
        "match_runs/index.html",
        runs=runs,
        orders=orders,
        county=county,
        form=PolicyForm(formdata=None),
        unasked=queries.unasked_ids(session, actor, orders, county, today()),
        latest=queries.latest_run(session, actor, RunKind.COUNTY) if counties else None,
        names=area_names(session, {run.county_code for run in runs} | {order.city_code for order in orders}),
        subjects=queries.subjects(session, actor, runs),
        words=labels,
        is_done=queries.is_done,
        next_url=url_for("match_runs.index", before=runs[-1].id) if more else "",
    )


@bp.route("/match-runs/county", methods=["POST"])
@requires(Permission.MATCH_RUN)
def start_county() -> str | Response:
    """Start a plan for the whole county."""
    actor = current_actor()
    if not (areas := actor.areas(Role.COUNTY)):
        abort(403)
    form = PolicyForm()
    if not form.validate():
        return render_template("match_runs/policy.html", form=form)
    run = operations.start(db.session, actor, RunKind.COUNTY, today(), policy=form.policy(areas[0]))
    return finish(url_for("match_runs.show", run_id=run.id))


@bp.route("/match-runs/<int:run_id>")
@requires(Permission.MATCH_READ)
def show(run_id: int) -> str:
    """One run."""
    run = in_scope_or_404(MatchRun, run_id)
    if run.kind is RunKind.ORDER:
        return subject_views.order_page(subject_views.order_of(run), run)
    if run.kind is RunKind.WORKER:
        return subject_views.worker_page(subject_views.worker_of(run), run)
    return plan_views.county_page(run)


@bp.route("/match-runs/<int:run_id>/why/<int:order_id>/<int:worker_id>")
@requires(Permission.MATCH_READ)
def explain(run_id: int, order_id: int, worker_id: int) -> str:
    """Why one person fits one order, or why not, and what would change it."""
    run = in_scope_or_404(MatchRun, run_id)
    return explanations.page(db.session, current_actor(), run, order_id, worker_id) or abort(404)
