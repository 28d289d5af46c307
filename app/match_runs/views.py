"""HTTP of this area: the overview, one run, why and why not. Order, worker and plan have modules of their
own."""

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs import bp, hand_changes, labels, operations, queries
from app.match_runs.explanations import explanation
from app.match_runs.forms import PolicyForm, policy_form
from app.match_runs.order_views import order_page
from app.match_runs.plan_views import plan_page
from app.match_runs.worker_views import worker_page
from models.access import Permission, Role
from models.clock import today
from models.jobs.order import Order
from models.match_run import MatchRun, RunKind
from models.people.worker import Worker
from models.reference.area import area_names


@bp.route("/match-runs")
@requires(Permission.MATCH_READ)
def index() -> str:
    """What can be started, and the latest runs."""
    actor, session = current_actor(), db.session
    runs = queries.recent_runs(session, actor, request.args.get("before", type=row_number))
    more, runs = len(runs) > queries.PAGE, runs[: queries.PAGE]
    starts = actor.can(Permission.MATCH_RUN)
    counties = actor.areas(Role.COUNTY) if starts else ()
    county = counties[0] if counties else None
    orders = queries.open_orders(session, actor, today(), county) if starts else []
    plan = hand_changes.latest_plan(session, actor, county) if county else None
    codes = {run.county_code for run in runs if run.county_code} | {order.city_code for order in orders}
    return render_template(
        "match_runs/index.html",
        runs=runs,
        orders=orders,
        county=county,
        form=PolicyForm(formdata=None),
        changes=len(hand_changes.standing(session, plan)) if plan else 0,
        unasked=queries.unasked_ids(session, actor, orders, county, today()),
        latest=queries.latest_run(session, actor, RunKind.COUNTY) if counties else None,
        names=area_names(session, codes),
        subjects=queries.subjects(session, actor, runs),
        next_url=url_for("match_runs.index", before=runs[-1].id) if more else "",
    )


@bp.route("/match-runs/county", methods=["GET", "POST"])
@requires(Permission.MATCH_RUN)
def start_county() -> str | Response:
    """Start a plan for the whole county; ask first what stays of the changes by hand to the last one."""
    actor, session = current_actor(), db.session
    if not (areas := actor.areas(Role.COUNTY)):
        abort(403)
    last = hand_changes.latest_plan(session, actor, areas[0])
    asked = hand_changes.to_ask_about(session, actor, last, today()) if last else []
    newest = max((change.row.id for change in asked), default=0)
    answered = request.form.get("asked", 0, type=row_number)
    form = PolicyForm() if request.method == "POST" else policy_form(last, areas[0])
    if form.validate_on_submit() and answered == newest:
        ticked = set(request.form.getlist("keep", type=row_number))
        keep = [change.row for change in asked if change.row.id in ticked and change.refusal is None]
        policy = form.policy(areas[0])
        share = form.preference_floor.data or 0
        run = operations.start(
            session, actor, RunKind.COUNTY, today(), policy=policy, keep=keep, preference_floor=share
        )
        return finish(url_for("match_runs.show", run_id=run.id))
    return render_template(
        "match_runs/policy.html",
        form=form,
        last=last,
        asked=asked,
        newest=newest,
        is_news=bool(answered and answered != newest),
    )


@bp.route("/match-runs/<int:run_id>")
@requires(Permission.MATCH_READ)
def show(run_id: int) -> str:
    """One run; its order or worker must still be visible to the reader."""
    run = in_scope_or_404(MatchRun, run_id)
    if run.kind is RunKind.ORDER:
        return order_page(in_scope_or_404(Order, run.order_id), run)
    if run.kind is RunKind.WORKER:
        return worker_page(in_scope_or_404(Worker, run.worker_id), run)
    return plan_page(run)


@bp.route("/match-runs/<int:run_id>/why/<int:order_id>/<int:worker_id>")
@requires(Permission.MATCH_READ)
def explain(run_id: int, order_id: int, worker_id: int) -> str:
    """Why a worker fits an order, or why not, and what would help."""
    run = in_scope_or_404(MatchRun, run_id)
    shown = explanation(db.session, current_actor(), run, order_id, worker_id)
    if shown is None:
        abort(404)
    return render_template("match_runs/explanation.html", run=run, explanation=shown, labels=labels)
