"""Job orders for programs: an enterprise's own system posts them, a city's reviews them."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from app.kit.api.bodies import checked
from app.kit.api.routes import reads, sent, writes
from app.kit.api.shapes import (
    AMOUNT,
    CURSOR,
    DAY,
    NUMBER,
    ROW,
    TEXT,
    YES,
    Shape,
    many,
    maybe,
    obj,
    one_of,
    page,
)
from app.kit.api.steps import STEPS, StepForm, step_asked, steps_open
from app.kit.api.values import plain, shape_of_stated, stated, yuan
from app.kit.web.extensions import db, let_go, read_only
from app.kit.web.fields import Form, text
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.request_limits import place_asked
from app.kit.web.transition_forms import row_for
from app.orders import bp, operations
from app.orders.forms import MoreForm, OrderForm, data_of
from app.orders.queries import lists, orders
from app.orders.views import chosen_employer, order_form
from models.access import Permission
from models.clock import today, utc_now
from models.jobs.order import ORDER_WORKFLOW, Order, OrderState

P = Permission
STEPS_ASK = (P.ORDER_WRITE, P.ORDER_REVIEW)
OF_WRITERS = ("further_text", "contact_name", "contact_phone")
LISTED: dict[str, Shape] = {
    "id": ROW,
    "state": one_of(OrderState),
    "title": TEXT,
    "enterprise": TEXT,
    "city_code": TEXT,
    "headcount": NUMBER,
    "places_left": NUMBER,
    "base_wage_yuan": maybe(AMOUNT),
    "wage_low_yuan": maybe(AMOUNT),
    "wage_high_yuan": maybe(AMOUNT),
    "start_on": maybe(DAY),
    "valid_until": DAY,
}
FINDING = obj(level=TEXT, field=TEXT, passage=TEXT, reason=TEXT, source=TEXT)
WRITTEN = obj(
    id=ROW,
    state=one_of(OrderState),
    occupation_code=TEXT,
    occupation_name=TEXT,
    occupation_confirmed=YES,
    findings=many(FINDING),
    steps=STEPS,
)


def _whole() -> Shape:
    return obj(**LISTED | WRITTEN["properties"] | {"terms": shape_of_stated(OrderForm, OF_WRITERS)})


LIST_QUERY = {
    "after": CURSOR,
    "state": one_of([lists.ALL, *OrderState]),
    "city": {"type": "string", "pattern": "^[0-9]{6}$"},
    "q": TEXT,
}


def _listed(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "state": order.state.value,
        "title": order.title,
        "enterprise": order.enterprise.name,
        "city_code": order.city_code,
        "headcount": order.headcount,
        "places_left": order.places_left,
        "base_wage_yuan": yuan(order.base_wage_fen),
        "wage_low_yuan": yuan(order.wage_low_fen),
        "wage_high_yuan": yuan(order.wage_high_fen),
        "start_on": plain(order.start_on),
        "valid_until": plain(order.valid_until),
    }


def _written(order: Order) -> dict[str, Any]:
    actor = current_actor()
    inside = orders.sees_findings(db.session, actor, order)
    return {
        "id": order.id,
        "state": order.state.value,
        "occupation_code": order.occupation_code,
        "occupation_name": order.occupation_name,
        "occupation_confirmed": order.occupation_confirmed,
        "findings": [
            {
                "level": one.level,
                "field": one.field,
                "passage": one.passage,
                "reason": say(one.sentence),
                "source": one.source,
            }
            for one in (order.findings if inside else ())
        ],
        "steps": steps_open(orders.transitions(db.session, actor, order)),
    }


@bp.route("/api/v1/orders")
@requires(P.ORDER_READ)
@reads(_l("岗位，一次五十个"), answer=page(obj(**LISTED)), query=LIST_QUERY)
def api_index() -> dict[str, Any]:
    """The orders the account may see, in the order of its list."""
    filters = lists.Filters(
        state=request.args.get("state", ""),
        city=request.args.get("city", ""),
        text=request.args.get("q", ""),
    )
    shown = lists.orders_page(db.session, current_actor(), filters, place_asked(), today())
    return {"items": [_listed(one) for one in shown.orders], "next": shown.next_key or None}


@bp.route("/api/v1/orders/<int:order_id>")
@requires(P.ORDER_READ)
@reads(_l("一个岗位"), answer=_whole)
def api_show(order_id: int) -> dict[str, Any]:
    """One order with its terms, and the steps that are open to the account."""
    order = in_scope_or_404(Order, order_id)
    return _listed(order) | _written(order) | {"terms": stated(OrderForm, order, OF_WRITERS)}


@bp.route("/api/v1/orders", methods=["POST"])
@requires(P.ORDER_WRITE)
@writes(_l("写一个岗位，存成草稿"), answer=WRITTEN, body=OrderForm, status=201)
def api_new() -> dict[str, Any]:
    """A draft, held against the law and read for its occupation like one typed into the form."""
    read_only()
    sent()
    actor = current_actor()
    enterprise = chosen_employer(orders.employers_of(db.session, actor))
    form = checked(order_form({}))
    drafts = operations.drafts(db.session, actor, enterprise, [form.values()], today())
    let_go()
    return _written(operations.keep_all(db.session, actor, drafts)[0])


@bp.route("/api/v1/orders/<int:order_id>", methods=["PUT"])
@requires(P.ORDER_WRITE)
@writes(_l("改一份草稿或退回的岗位，整份重写"), answer=WRITTEN, body=OrderForm)
def api_edit(order_id: int) -> dict[str, Any]:
    """All the terms anew: what is not sent is unknown."""
    order = in_scope_or_404(Order, order_id)
    sent()
    form = checked(order_form(data_of(order)))
    operations.change(db.session, current_actor(), order, form.values())
    return _written(order)


@bp.route("/api/v1/orders/<int:order_id>/headcount", methods=["POST"])
@requires(P.ORDER_WRITE)
@writes(_l("给正在招聘的岗位加人数"), answer=WRITTEN, body=MoreForm)
def api_enlarge(order_id: int) -> dict[str, Any]:
    """More places; fewer would take back what counties count on."""
    order = in_scope_or_404(Order, order_id)
    sent()
    operations.enlarge(db.session, current_actor(), order, checked(MoreForm()).headcount.data or 0)
    return _written(order)


class OccupationForm(Form):
    """The occupation that an order's title means."""

    code = text(_l("工种代码"), most=20, must=True)


@bp.route("/api/v1/orders/<int:order_id>/occupation", methods=["POST"])
@requires(P.ORDER_WRITE)
@writes(_l("确认工种，提交审核以前要做"), answer=WRITTEN, body=OccupationForm)
def api_occupation(order_id: int) -> dict[str, Any]:
    """Confirm what the platform read, or say another."""
    order = in_scope_or_404(Order, order_id)
    sent()
    code = checked(OccupationForm()).code.data or ""
    operations.confirm_occupation(db.session, current_actor(), order, code, utc_now())
    return _written(order)


@bp.route("/api/v1/orders/<int:order_id>/steps", methods=["POST"])
@requires(P.ORDER_READ)
@writes(_l("办一步：提交、撤回、通过、退回、停止……"), answer=WRITTEN, body=StepForm, also=STEPS_ASK)
def api_step(order_id: int) -> dict[str, Any]:
    """Each step asks for its own permission on this very order."""
    in_scope_or_404(Order, order_id)
    sent()
    step, reason = step_asked(ORDER_WORKFLOW)
    order = row_for(step, Order, order_id)
    operations.advance(db.session, current_actor(), order, step.event, reason, today())
    return _written(order)
