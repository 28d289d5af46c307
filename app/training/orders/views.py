"""Training orders and what schools bid for them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked
from app.training.orders import bp, operations, queries
from app.training.orders.forms import BID_FIELDS, BidForm, TrainingOrderForm, data_of
from models.access import Permission, Role
from models.clock import today, utc_now
from models.jobs.order import Order
from models.reference.area import area_names
from models.training.agreement import AgreementState
from models.training.training_order import (
    TRAINING_ORDER_STATE_LABELS,
    TRAINING_ORDER_WORKFLOW,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)

P = Permission


@bp.route("")
@requires(P.TRAINING_READ)
def index() -> str:
    """The training orders the reader may see; a school finds first what it can bid on."""
    actor, view = current_actor(), request.args.get("view", "")[:20]
    rows, after = queries.list_page(db.session, actor, view, request.args.get("after", type=row_number))
    codes: set[str | None] = {code for row in rows for code in (row.order.county_code, row.order.city_code)}
    return render_template(
        "training/orders/index.html",
        rows=rows,
        view=view,
        names=area_names(db.session, codes),
        states=_states(),
        is_school=actor.has_role(Role.SCHOOL),
        may_order=actor.can(P.TRAINING_ORDER),
        next_url=url_for("training_orders.index", view=view, after=after) if after else "",
    )


def _states() -> list[TrainingOrderState]:
    actor = current_actor()
    hidden = () if actor.can(P.TRAINING_ORDER) else (TrainingOrderState.DRAFT, TrainingOrderState.WITHDRAWN)
    return [state for state in TRAINING_ORDER_STATE_LABELS if state not in hidden]


@bp.route("/<int:order_id>")
@requires(P.TRAINING_READ)
def show(order_id: int) -> str:
    """One training order: where it is, what is needed, the schools' bids, what was agreed."""
    order, actor, session = in_scope_or_404(TrainingOrder, order_id), current_actor(), db.session
    is_open = order.state is TrainingOrderState.OPEN
    asked = (None, *actor.organisations(Role.SCHOOL))
    agreements = queries.agreements_of(session, actor, order)
    return render_template(
        "training/orders/show.html",
        order=order,
        steps=queries.STEPS,
        reached=queries.STEP_OF[order.state],
        bids=queries.bids_of(session, actor, order),
        fee=queries.fee_of(session, order, today()),
        names=area_names(session, {order.county_code, order.city_code}),
        available=queries.transitions(session, actor, order),
        writes=order.state is TrainingOrderState.DRAFT
        and queries.may(session, actor, order, P.TRAINING_ORDER),
        chooses=is_open and queries.may(session, actor, order, P.TRAINING_CHOOSE),
        may_bid=is_open and actor.can(P.TRAINING_BID) and order.asked_school_id in asked,
        is_school=actor.has_role(Role.SCHOOL),
        agreement=next(iter(agreements), None),
        earlier=[one for one in agreements if one.state is AgreementState.CANCELLED],
        entries=queries.history(session, order),
    )


# --- the enterprise -------------------------------------------------------------------------------------


@bp.route("/new", methods=["GET", "POST"])
@requires(P.TRAINING_ORDER)
def new() -> str | Response:
    """Choose the job order, then write what is needed."""
    wanted = request.args.get("job", type=row_number)
    if wanted is None:
        jobs = queries.jobs_to_train_for(db.session, current_actor())
        return render_template("training/orders/choose_job.html", jobs=jobs)
    job: Order = in_scope_or_404(Order, wanted)
    form = _order_form(
        job,
        {
            "headcount": min(job.places_left, 50),
            "skill": (job.skills or [""])[0],
            "certificate": (job.certificates or [""])[0],
            "wage_floor_fen": job.wage_low_fen or job.base_wage_fen,
        },
    )
    if not form.validate_on_submit():
        return render_template("training/orders/form.html", form=form, job=job, order=None)
    order = operations.create(db.session, current_actor(), job, form.values())
    flash(_("草稿已保存。看一遍，没有问题就发布。"), "success")
    return finish(url_for("training_orders.show", order_id=order.id))


def _order_form(job: Order, data: dict[str, Any]) -> TrainingOrderForm:
    session, day = db.session, today()
    return TrainingOrderForm(
        job,
        queries.least_wage_fen(session, job.city_code, day),
        queries.counties_for(session, job.city_code, day),
        queries.schools(session),
        day,
        data=data,
    )


@bp.route("/<int:order_id>/edit", methods=["GET", "POST"])
@requires(P.TRAINING_ORDER)
def edit(order_id: int) -> str | Response:
    """Change a draft."""
    order: TrainingOrder = in_scope_or_404(TrainingOrder, order_id)
    if order.state is not TrainingOrderState.DRAFT and request.method == "GET":
        return redirect(url_for("training_orders.show", order_id=order.id))
    form = _order_form(order.job_order, data_of(order))
    if not form.validate_on_submit():
        return render_template("training/orders/form.html", form=form, job=order.job_order, order=order)
    operations.change(db.session, current_actor(), order, form.values())
    flash(_("已保存。"), "success")
    return finish(url_for("training_orders.show", order_id=order.id))


@bp.route("/<int:order_id>/advance", methods=["POST"])
@requires(P.TRAINING_ORDER)
def advance(order_id: int) -> Response:
    """Publish or withdraw."""
    order = in_scope_or_404(TrainingOrder, order_id)
    step, reason = asked(TRAINING_ORDER_WORKFLOW)
    if step.event == "publish":
        operations.publish(db.session, current_actor(), order, today())
    else:
        operations.withdraw(db.session, current_actor(), order, reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("training_orders.show", order_id=order.id))


# --- the schools ----------------------------------------------------------------------------------------


@bp.route("/<int:order_id>/bid", methods=["GET", "POST"])
@requires(P.TRAINING_BID)
def bid(order_id: int) -> str | Response:
    """Make a bid, or change one's own."""
    order, actor = in_scope_or_404(TrainingOrder, order_id), current_actor()
    if order.state is not TrainingOrderState.OPEN and request.method == "GET":
        return redirect(url_for("training_orders.show", order_id=order.id))
    own = next(iter(queries.bids_of(db.session, actor, order)), None)
    given = {name: getattr(own, name) for name in BID_FIELDS} if own else {}
    form = BidForm(order.ready_by, today(), data=given)
    if not form.validate_on_submit():
        fee = queries.fee_of(db.session, order, today())
        return render_template("training/orders/bid.html", form=form, order=order, own=own, fee=fee)
    school_id = own.school_id if own else actor.organisations(Role.SCHOOL)[0]
    operations.bid(db.session, actor, order, school_id, form.values())
    flash(_("报名已交给企业。选定以前都可以改。"), "success")
    return finish(url_for("training_orders.show", order_id=order.id))


@bp.route("/bids/<int:bid_id>/withdraw", methods=["POST"])
@requires(P.TRAINING_BID)
def withdraw_bid(bid_id: int) -> Response:
    """Take one's own bid back."""
    bid = in_scope_or_404(TrainingBid, bid_id)
    operations.withdraw_bid(db.session, current_actor(), bid, utc_now())
    flash(_("报名已撤回。想再报，填好再交一次就行。"), "success")
    return finish(url_for("training_orders.show", order_id=bid.order_id))
