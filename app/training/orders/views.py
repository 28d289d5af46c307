"""Training orders and what schools bid for them."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError
from wtforms.validators import Optional

from app.kit.web.extensions import db
from app.kit.web.fields import Form, SelectField, day_field, money, options, paragraph, required, text, whole
from app.kit.web.formatters import yuan
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.merging import EditForm
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked
from app.training.orders import bp, operations, queries
from models.access import Permission, Role
from models.clock import today, utc_now
from models.jobs.order import Order
from models.reference.area import area_names
from models.training.agreement import AgreementState
from models.training.training_order import (
    SKILL_LEVEL_LABELS,
    TRAINING_ORDER_STATE_LABELS,
    TRAINING_ORDER_WORKFLOW,
    SkillLevel,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)

P = Permission


ORDER_FIELDS = (
    "county_code",
    "skill",
    "level",
    "certificate",
    "headcount",
    "ready_by",
    "wage_floor_fen",
    "hire_share_percent",
    "asked_school_id",
    "note",
)
BID_FIELDS = ("price_fen", "periods", "starts_on", "place", "plan")
MOST_PERIODS = 3000


def _number_or_none(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


class TrainingOrderForm(EditForm):
    """What the enterprise needs; occupation and city come from the job order it is for."""

    headcount = whole(_l("要培训多少人"), must=True, low=1, high=500)
    county_code = SelectField(_l("从哪个县招人"), validators=[required()])
    skill = text(
        _l("教什么技能"), must=True, description=_l("一项，例如“焊接”“平车”。招学员时按它看谁还不会。")
    )
    level = SelectField(
        _l("学到什么等级"),
        coerce=SkillLevel,
        validators=[required()],
        choices=options((key.value, _l(word)) for key, word in SKILL_LEVEL_LABELS.items()),
    )
    certificate = text(
        _l("认哪种证书"), most=80, description=_l("例如“焊工职业资格证”；不填，就是这个等级的都认。")
    )
    ready_by = day_field(_l("哪天以前学完"), must=True)
    wage_floor_fen = money(
        _l("保底工资（元/月）"), must=True, description=_l("学完上岗，正常出勤每月最少给多少。")
    )
    hire_share_percent = whole(
        _l("录用率（%）"),
        must=True,
        low=1,
        high=100,
        default=100,
        description=_l("考核合格的人里，承诺录用多少。"),
    )
    asked_school_id = SelectField(
        _l("点名请哪所学校"),
        coerce=_number_or_none,
        validators=[Optional()],
        description=_l("不点名，所有学校都可以报名。"),
    )
    note = paragraph(_l("还有什么要求"), most=1000, description=_l("例如设备型号、常用材料、班次。"))

    def __init__(
        self,
        job: Order,
        least_wage_fen: int | None,
        counties: list[tuple[str, str]],
        schools: list[tuple[int, str]],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job, self.least_wage_fen, self.today = job, least_wage_fen, today
        self.county_code.choices = options([("", _l("请选择")), *counties])
        self.asked_school_id.choices = options([("", _l("不点名")), *((str(n), name) for n, name in schools)])

    def validate_headcount(self, field: Field) -> None:
        """The class goes into this job: it cannot be larger than what is left of it."""
        if field.data is not None and field.data > self.job.places_left:
            raise ValidationError(
                _l("这个岗位只剩 %(n)s 个名额。先加招聘人数，或少培训几个人。", n=self.job.places_left)
            )

    def validate_ready_by(self, field: Field) -> None:
        """A day to come."""
        if field.data is not None and field.data <= self.today:
            raise ValidationError(_l("请填今天以后的日期。"))

    def validate_wage_floor_fen(self, field: Field) -> None:
        """Not below the city's minimum wage (劳动法 48条)."""
        least = self.least_wage_fen
        if field.data is not None and least is not None and field.data < least:
            raise ValidationError(_l("保底工资不能低于当地最低工资 %(least)s。", least=yuan(least)))

    def values(self) -> dict[str, Any]:
        """What was typed, as columns of TrainingOrder."""
        values = {name: self[name].data for name in ORDER_FIELDS}
        return values | {name: values[name] or "" for name in ("certificate", "note")}


def data_of(order: TrainingOrder) -> dict[str, Any]:
    """An order's values as the form's fields hold them."""
    return {name: getattr(order, name) for name in ORDER_FIELDS}


class BidForm(Form):
    """A school's bid."""

    price_fen = money(
        _l("每人多少钱（元）"), must=True, most_yuan=50_000, description=_l("一个人学完的全部培训费。")
    )
    periods = whole(_l("多少课时"), must=True, low=1, high=MOST_PERIODS)
    starts_on = day_field(_l("哪天可以开班"), must=True)
    place = text(_l("在哪里教"), must=True, most=100)
    plan = paragraph(
        _l("怎么教"),
        most=2000,
        must=True,
        rows=6,
        description=_l("师资、设备、实操怎么安排；签协议时写进去。"),
    )

    def __init__(self, ready_by: date, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ready_by, self.today = ready_by, today

    def validate_starts_on(self, field: Field) -> None:
        """Between today and the day by which the class should be ready."""
        if field.data is not None and field.data < self.today:
            raise ValidationError(_l("开班日期不能早于今天。"))
        if field.data is not None and field.data >= self.ready_by:
            raise ValidationError(_l("开班比企业要求学完的日期还晚，请核对。"))

    def values(self) -> dict[str, Any]:
        """What was typed, as columns of TrainingBid."""
        return {name: self[name].data for name in BID_FIELDS}


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
        available=[
            step.but(operations.against_publishing(order, today()) if step.event == "publish" else ())
            for step in queries.transitions(session, actor, order)
        ],
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
    form = TrainingOrderForm(
        job,
        queries.least_wage_fen(session, job.city_code, day),
        queries.counties_for(session, job.city_code, day),
        queries.schools(session),
        day,
        data=data,
    )
    form.county_code.called = area_names(session, {data.get("county_code", "")})
    return form


@bp.route("/<int:order_id>/edit", methods=["GET", "POST"])
@requires(P.TRAINING_ORDER)
def edit(order_id: int) -> str | Response | tuple[str, int]:
    """Change a draft."""
    order: TrainingOrder = in_scope_or_404(TrainingOrder, order_id)
    if order.state is not TrainingOrderState.DRAFT and request.method == "GET":
        return redirect(url_for("training_orders.show", order_id=order.id))
    form = _order_form(order.job_order, data_of(order))
    if not form.is_ready():
        page = render_template("training/orders/form.html", form=form, job=order.job_order, order=order)
        return page, form.status
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
