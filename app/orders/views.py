"""HTTP of job orders: the list, one order, its form, its occupation, what happens to it."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.vocabulary.queries import search
from app.kit.web.extensions import db, let_go, read_only
from app.kit.web.fields import options, tidy
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.labels import label
from app.kit.web.request_limits import place_asked, row_number
from app.kit.web.transition_forms import MOST_REASON, asked
from app.orders import bp, description, legal_check, operations
from app.orders.forms import SECTIONS, MoreForm, OrderForm, data_of
from app.orders.listing import ORDERS, filters_of
from app.orders.queries import lists, orders
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import N_
from models.jobs.order import EDITABLE, ORDER_WORKFLOW, Order, OrderState
from models.reference.area import area_names, guangdong_cities
from models.reference.organisation import Organisation

STEPS = (OrderState.DRAFT, OrderState.SUBMITTED, OrderState.OPEN, OrderState.CLOSED)
STEP_WORDS = (N_("写岗位"), N_("市局审核"), N_("招聘"), N_("结束"))
STANDS_AT = {OrderState.RETURNED: 0, OrderState.REJECTED: 1}  # a step of the four that went another way


@bp.route("/orders")
@requires(Permission.ORDER_READ)
def index() -> str:
    """The orders the reader may see, what waits for them first."""
    actor, filters = current_actor(), filters_of(request.args)
    rows, following = ORDERS.read(db.session, actor, ORDERS.asked_here(), today(), place_asked(), lists.PAGE)
    page = lists.page_about(db.session, actor, list(rows), following, today())
    return render_template(
        "orders/index.html",
        page=page,
        filters=filters,
        states=lists.state_choices(actor),
        cities=guangdong_cities(db.session),
        names=area_names(db.session, {o.city_code for o in page.orders}),
        wage_range=description.wage_range,
        may_write=actor.can(Permission.ORDER_WRITE),
        reviews=actor.can(Permission.ORDER_REVIEW),
    )


@bp.route("/orders/<int:order_id>")
@requires(Permission.ORDER_READ)
def show(order_id: int) -> str:
    """One order: where it is, what it promises, what it leaves in the hand, what the law says."""
    return _page_of(in_scope_or_404(Order, order_id))


def _page_of(order: Order, more: MoreForm | None = None) -> str:
    actor, session = current_actor(), db.session
    writes = orders.may(session, actor, order, Permission.ORDER_WRITE)
    inside = orders.sees_findings(session, actor, order)
    findings = order.findings if inside else []
    marked = {
        name: legal_check.segments(getattr(order, name), name, findings)
        for name in ("title", "description", "wage_note", "further_text")
    }
    return render_template(
        "orders/show.html",
        order=order,
        city=area_names(session, {order.city_code}).get(order.city_code, ""),
        **_steps(order.state),
        line=orders.line_of(session, actor, order, today()),
        groups=description.groups(order),
        surprises=description.surprises(order),
        findings=findings,
        marked=marked,
        inside=inside,
        writes=writes,
        editable=writes and order.state in EDITABLE,
        more=more or MoreForm(),
        looks=actor.can(Permission.MATCH_RUN),
        said=writes and orders.meaning_of_title(session, order),
        available=orders.transitions(session, actor, order),
        finds=actor.can(Permission.MATCH_READ) and order.state == OrderState.OPEN,
        open_jobs=orders.open_jobs_beside(session, actor, order),
        entries=orders.history(session, order) if inside else [],
    )


def _steps(state: OrderState) -> dict[str, Any]:
    """The names of the steps and the number of the present one."""
    at = STANDS_AT[state] if state in STANDS_AT else STEPS.index(state)
    return {"step": at, "steps": [label(state) if n == at else _(word) for n, word in enumerate(STEP_WORDS)]}


@bp.route("/orders/<int:order_id>/advance", methods=["POST"])
@requires(Permission.ORDER_READ)
def advance(order_id: int) -> Response:
    """Carry an order along one event; each event asks for its own permission on this very order."""
    in_scope_or_404(Order, order_id)
    step, reason = asked(ORDER_WORKFLOW)
    order = in_scope_or_404(Order, order_id, step.permission)
    operations.advance(db.session, current_actor(), order, step.event, reason, today())
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("orders.show", order_id=order.id))


@bp.route("/orders/<int:order_id>/suspend-enterprise", methods=["POST"])
@requires(Permission.ORDER_REVIEW)
def suspend_enterprise(order_id: int) -> Response:
    """Take all open jobs of this order's enterprise down, for one reason. Form: reason."""
    order = in_scope_or_404(Order, order_id)
    reason = request.form.get("reason", "").strip()[:MOST_REASON]
    done = operations.suspend_all(db.session, current_actor(), order.enterprise_id, reason, today())
    flash(_("已下架 %(n)s 个岗位，理由会告诉被推荐的人。", n=len(done)), "success")
    return finish(url_for("orders.show", order_id=order.id))


# --- writing --------------------------------------------------------------------------------------------


@bp.route("/orders/new", methods=["GET", "POST"])
@requires(Permission.ORDER_WRITE)
def new() -> str | Response:
    """Write a new order; it is kept as a draft."""
    read_only()  # the legal check is not done while others wait for the writer
    employers = orders.employers_of(db.session, current_actor())
    enterprise = chosen_employer(employers)
    form = order_form(data={"city_code": enterprise.area_code[:4] + "00"})
    if not form.validate_on_submit():
        return _form_page(form, None, employers, enterprise)
    drafts = operations.drafts(db.session, current_actor(), enterprise, [form.values()], today())
    let_go()
    order = operations.keep_all(db.session, current_actor(), drafts)[0]
    flash(_("草稿已保存。请看看法律检查，确认工种，再提交。"), "success")
    return finish(url_for("orders.show", order_id=order.id))


def chosen_employer(employers: list[Organisation]) -> Organisation:
    """The enterprise named in the address, or the only one there is."""
    wanted = request.args.get("enterprise", type=row_number)
    chosen = [employer for employer in employers if wanted in (None, employer.id)]
    return chosen[0] if chosen else abort(404)


def order_form(data: dict[str, Any]) -> OrderForm:
    """The form with the cities that can be chosen; ``data``: what is stored."""
    form = OrderForm(data=data)
    form.city_code.choices = options(guangdong_cities(db.session))
    form.city_code.called = area_names(db.session, {data.get("city_code", "")})
    return form


def _form_page(
    form: OrderForm, order: Order | None, employers: list[Organisation], chosen: Organisation
) -> str:
    return render_template(
        "orders/form.html", form=form, order=order, sections=SECTIONS, employers=employers, chosen=chosen
    )


@bp.route("/orders/<int:order_id>/edit", methods=["GET", "POST"])
@requires(Permission.ORDER_WRITE)
def edit(order_id: int) -> str | Response | tuple[str, int]:
    """Change a draft or returned order."""
    order = in_scope_or_404(Order, order_id)
    form = order_form(data_of(order))
    if order.state not in EDITABLE and request.method == "GET":
        return redirect(url_for("orders.show", order_id=order.id))
    if not form.is_ready():
        return _form_page(form, order, [], order.enterprise), form.status
    operations.change(db.session, current_actor(), order, form.values())
    flash(_("已保存，法律检查重新做过了。"), "success")
    return finish(url_for("orders.show", order_id=order.id))


@bp.route("/orders/<int:order_id>/copy", methods=["POST"])
@requires(Permission.ORDER_WRITE)
def copy(order_id: int) -> Response:
    """Make a new draft of an old order."""
    read_only()  # as for a new one
    order = in_scope_or_404(Order, order_id)
    draft = operations.copied(db.session, current_actor(), order, today())
    let_go()
    (made,) = operations.keep_all(db.session, current_actor(), [draft], order=order_id)
    flash(_("已复制成新草稿。请核对人数、日期和工资。"), "success")
    return finish(url_for("orders.edit", order_id=made.id))


@bp.route("/orders/<int:order_id>/headcount", methods=["POST"])
@requires(Permission.ORDER_WRITE)
def headcount(order_id: int) -> str | Response:
    """Give an open order more places."""
    order, form = in_scope_or_404(Order, order_id), MoreForm()
    if not form.validate_on_submit():
        return _page_of(order, form)
    operations.enlarge(db.session, current_actor(), order, form.headcount.data or 0)
    flash(_("招聘人数已改成 %(n)s 人。", n=order.headcount), "success")
    return finish(url_for("orders.show", order_id=order.id))


# --- the occupation -------------------------------------------------------------------------------------


@bp.route("/orders/<int:order_id>/occupation", methods=["GET", "POST"])
@requires(Permission.ORDER_WRITE)
def occupation(order_id: int) -> str | Response:
    """Confirm the engine's occupation, or search for the right one."""
    order = in_scope_or_404(Order, order_id)
    if request.method == "POST":
        code = request.form.get("code", "")[:20]
        operations.confirm_occupation(db.session, current_actor(), order, code, utc_now())
        flash(_("工种已确认：%(name)s", name=order.occupation_name), "success")
        return finish(url_for("orders.show", order_id=order.id))
    wanted = tidy(request.args.get("q", ""))[:30]
    return render_template(
        "orders/occupation.html", order=order, wanted=wanted, found=search(db.session, wanted)
    )


@bp.route("/occupations")
@requires(Permission.ORDER_READ)
def occupation_names() -> Response:
    """Names for a search box, as its text is typed."""
    matches = search(db.session, tidy(request.args.get("q", ""))[:30])
    return jsonify([{"code": match.code, "name": match.name, "also": match.also} for match in matches])
