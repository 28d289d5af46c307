"""HTTP of a county's plan: all workers against all open orders, and the changes made by hand."""

from flask import abort, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs import bp, couples, hand_changes, labels, operations, plan, queries, reserved_places
from app.match_runs.forms import MoveForm, TogetherForm
from app.match_runs.preferences.queries import satisfied
from app.orders.queries.orders import take_homes
from models.access import Permission, scope_of
from models.clock import today
from models.i18n import Sentence
from models.jobs.order import Order
from models.match_run import LEFT_OUT_LABELS, LeftOutReason, MatchRun, RunKind
from models.people.standing import standing_of
from models.people.worker import Worker
from models.placement.asking import AskingRules, asking_terms
from models.reference.area import area_names
from models.training.agreement import Agreement
from models.workflow import TransitionRefused

SHOWN_COUPLES = 3
OUT = 0  # chosen on the page of a move: on no order


def plan_or_404(run_id: int, permission: Permission | None = None) -> MatchRun:
    """The county's plan of that number, if the reader may see it and it is finished."""
    run: MatchRun = in_scope_or_404(MatchRun, run_id, permission)
    if run.kind is not RunKind.COUNTY or not run.is_done:
        abort(404)
    return run


def plan_page(run: MatchRun) -> str:
    """How good the plan is, which order gets how many workers, who is left out."""
    actor, session = current_actor(), db.session
    counts = plan.planned(session, run) if run.is_done else {}
    orders = queries.orders_by_id(session, actor, [number for number, people in counts.items() if people > 0])
    rows = sorted(orders.values(), key=lambda order: (-counts[order.id], order.id))
    by_hand = hand_changes.standing(session, run)
    fresh = [row for row in by_hand if not row.kept_from_id]
    apart = couples.apart(session, actor, run) if run.is_done else []
    lost = run.county_summary.get("pins", {}).get("lost", []) if run.is_done else []
    return render_template(
        "match_runs/county.html",
        run=run,
        labels=labels,
        orders=rows,
        counts=counts,
        kept=reserved_places.places_kept(session, scope_of(actor, Agreement)),
        groups=queries.groups_of(session, run),
        out=hand_changes.left_out_now(session, run, by_hand),
        offered=queries.already_offered(session, actor, orders),
        placed=sum(counts.values()),
        names=area_names(session, {run.county_code or ""} | {order.city_code for order in rows}),
        price=plan.price_of_changes(session, run),
        price_by_hand=sum(row.price for row in fresh),
        changes=len(fresh),
        pinned=len(by_hand) - len(fresh),
        apart=apart,
        couples=couples.with_prices(session, actor, run, apart[:SHOWN_COUPLES], today()),
        lost=queries.people(session, actor, lost, today()).values(),
        adjusts=queries.can_adjust(actor, run),
        first=max(0, request.args.get("first", 0, type=row_number)),
        waiting=queries.is_waiting(run),
        satisfied=satisfied(session, run) if run.is_done else None,
    )


@bp.route("/match-runs/<int:run_id>/orders/<int:order_id>")
@requires(Permission.MATCH_READ)
def plan_order(run_id: int, order_id: int) -> str:
    """The workers whom the plan puts on one order."""
    run, order = plan_or_404(run_id), in_scope_or_404(Order, order_id)
    actor, session, day = current_actor(), db.session, today()
    pairs = [*plan.brought_in(session, actor, run, order), *queries.planned_pairs(session, run, order)]
    return render_template(
        "match_runs/plan_order.html",
        run=run,
        order=order,
        city=area_names(session, {order.city_code}).get(order.city_code, ""),
        kept=reserved_places.places_kept(session, scope_of(actor, Agreement)).get(order.id, 0),
        pairs=pairs,
        labels=labels,
        people=queries.people(session, actor, [pair.worker_id for pair in pairs], day),
        best=max((pair.score for pair in pairs), default=0),
        recommends=queries.offer_endpoint(actor, run, order, day),
        asking=asking_terms(session, order, AskingRules.of(current_app.config), day),
        line=take_homes(session, [order], run.county_code, day)[order.id],
        adjusts=queries.can_adjust(actor, run),
    )


@bp.route("/match-runs/<int:run_id>/left-out")
@requires(Permission.MATCH_READ)
def left_out(run_id: int) -> str:
    """The workers without a place in the plan: why, and what would help."""
    run, actor, session = plan_or_404(run_id), current_actor(), db.session
    reason, rule = request.args.get("reason", ""), request.args.get("rule", "")
    rows = queries.left_out(session, run, reason, rule, request.args.get("after", 0, type=row_number))
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    ids = [row.nearest_change["order_id"] for row in rows if "order_id" in row.nearest_change]
    return render_template(
        "match_runs/left_out.html",
        run=run,
        rows=rows,
        labels=labels,
        reason=reason,
        reason_label=LEFT_OUT_LABELS[LeftOutReason(reason)] if reason in LEFT_OUT_LABELS else "",
        rule=rule,
        people=queries.people(session, actor, [row.worker_id for row in rows], today()),
        orders=queries.orders_by_id(session, actor, ids),
        adjusts=queries.can_adjust(actor, run),
        next_url=url_for(
            "match_runs.left_out", run_id=run.id, reason=reason, rule=rule, after=rows[-1].worker_id
        )
        if more
        else "",
    )


@bp.route("/match-runs/<int:run_id>/couples")
@requires(Permission.MATCH_READ)
def plan_couples(run_id: int) -> str:
    """Couples at two places, and what keeping them together would cost."""
    return _couples_page(plan_or_404(run_id), TogetherForm(formdata=None))


@bp.route("/match-runs/<int:run_id>/couples", methods=["POST"])
@requires(Permission.MATCH_RUN)
def bring_together(run_id: int) -> str | Response:
    """Put a couple on one order: both or nobody."""
    run, form, session = plan_or_404(run_id, Permission.MATCH_RUN), TogetherForm(), db.session
    if not form.validate():
        return _couples_page(run, form)
    workers = [in_scope_or_404(Worker, number) for number in form.numbers()]
    order_id: int = form.order.data or 0
    about = (today(), form.reason.data, form.changes_seen())
    try:
        price = operations.bring_together(session, current_actor(), run, workers, order_id, *about)
    except (operations.MovedMeanwhile, TransitionRefused) as problem:
        session.rollback()
        return _couples_page(run, form, problem.sentence)
    flash(say(labels.price_sentence(price)) + _("已改好。"), "success")
    return finish(url_for("match_runs.show", run_id=run.id))


def _couples_page(run: MatchRun, form: TogetherForm, refusal: Sentence | None = None) -> str:
    actor, session = current_actor(), db.session
    first = max(0, request.args.get("first", 0, type=row_number))
    all_of_them = couples.apart(session, actor, run)
    shown = all_of_them[first : first + couples.PAGE]
    rows = couples.with_prices(session, actor, run, shown, today())
    orders = [order for row in rows for order in (*row.orders, row.together) if order]
    return render_template(
        "match_runs/couples.html",
        run=run,
        rows=rows,
        count=len(all_of_them),
        first=first,
        form=form,
        refusal=refusal,
        labels=labels,
        seen={number: row.id for number, row in plan.changes(session, run).items()},
        names=area_names(session, {order.city_code for order in orders}),
        adjusts=queries.can_adjust(actor, run),
        more=len(all_of_them) > first + couples.PAGE,
    )


@bp.route("/match-runs/<int:run_id>/changes")
@requires(Permission.MATCH_READ)
def plan_changes(run_id: int) -> str:
    """Every change by hand: who moved whom from where to where, why, and at what price."""
    run, actor, session = plan_or_404(run_id), current_actor(), db.session
    rows = hand_changes.history(session, actor, run, before=request.args.get("before", type=row_number))
    more, rows = len(rows) > hand_changes.PAGE, rows[: hand_changes.PAGE]
    return render_template(
        "match_runs/changes.html",
        run=run,
        rows=rows,
        labels=labels,
        adjusts=queries.can_adjust(actor, run),
        next_url=url_for("match_runs.plan_changes", run_id=run.id, before=rows[-1].row.id) if more else "",
    )


@bp.route("/match-runs/<int:run_id>/move/<int:worker_id>", methods=["GET", "POST"])
@requires(Permission.MATCH_RUN)
def move(run_id: int, worker_id: int) -> str | Response:
    """Put a worker on another order, or on none; every choice shows its price before it is made.

    A refusal stands on the page itself, with the reason that was typed: a place taken meanwhile, or a worker
    moved by a colleague.
    """
    run, worker = plan_or_404(run_id, Permission.MATCH_RUN), in_scope_or_404(Worker, worker_id)
    actor, session, day = current_actor(), db.session, today()
    form, refusal = MoveForm(), None
    if request.method == "POST" and form.validate():
        seen = request.form.get("seen", 0, type=row_number)
        try:
            row = operations.adjust(session, actor, run, worker, form.to.data, day, form.reason.data, seen)
        except (operations.MovedMeanwhile, TransitionRefused) as problem:
            refusal = problem.sentence
        else:
            flash(say(labels.price_sentence(row.price)) + _("已改好。"), "success")
            return finish(url_for("match_runs.show", run_id=run.id))
    return _move_page(run, worker, form, refusal)


def _move_page(run: MatchRun, worker: Worker, form: MoveForm, refusal: Sentence | None) -> str:
    actor, session, day = current_actor(), db.session, today()
    options = plan.options(session, actor, run, worker, day)
    orders = [option.order for option in options.choices if option.order]
    now_ids = [options.now_id] if options.now_id else []
    past = hand_changes.history(session, actor, run, worker.id)
    return render_template(
        "match_runs/move.html",
        run=run,
        worker=worker,
        standing=standing_of(session, worker.id),
        options=options,
        form=form,
        refusal=refusal,
        chosen=(form.to.data or OUT) if "to" in request.form else None,
        past=past,
        seen=past[0].row.id if past else 0,
        labels=labels,
        now=queries.orders_by_id(session, actor, now_ids).get(options.now_id or 0),
        names=area_names(session, {order.city_code for order in orders}),
        lines=take_homes(session, orders, worker.county_code, day),
    )
