"""HTTP of the cooperation's money: the year, a county, an item and its payments, findings."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.cooperation.funds import bp, operations, queries
from app.cooperation.funds.forms import (
    FIRST_YEAR,
    LAST_YEAR,
    AllocationForm,
    AppropriationForm,
    FindingForm,
    ItemForm,
    PaidForm,
    ProposalForm,
    fen,
)
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.kit.web.transition_forms import asked, row_for
from models.access import Permission, Role
from models.clock import today, utc_now
from models.cooperation.fund import FundItem, FundStep
from models.cooperation.fund_finding import FINDING_WORKFLOW, FundFinding
from models.cooperation.fund_payment import PAYMENT_WORKFLOW, FundPayment
from models.reference.area import Area, area_names
from models.workflow import Obstacle

P = Permission


def _year() -> int:
    year = request.args.get("year", FIRST_YEAR, row_number)
    return min(max(year, FIRST_YEAR), LAST_YEAR)


@bp.route("")
@requires(P.FUND_READ)
def index() -> str:
    """The year by rule and as it came, and how far each county is."""
    actor, year = current_actor(), _year()
    sums = queries.sums_by_county(db.session, actor, year)
    plans = queries.plan_rows(db.session, actor, sums, year)
    rows = queries.county_rows(sums, year, today())
    codes = {row.code for row in rows} | {
        code for plan in plans for code in (plan.plan.prefecture_code, *plan.plan.helper_codes)
    }
    return render_template(
        "cooperation/funds/index.html",
        year=year,
        years=range(FIRST_YEAR, today().year + 1),
        plans=plans,
        rows=rows,
        names=area_names(db.session, codes),
        gone=queries.elapsed(year, today()),
        actor=actor,
    )


@bp.route("/appropriations/new", methods=["GET", "POST"])
@requires(P.FUND_GRANT)
def appropriate() -> str | Response:
    """Note money for a county as its paper says it."""
    form = AppropriationForm(data={"year": _year()})
    form.offer(queries.reachable_counties(db.session, current_actor(), _year()))
    if form.validate_on_submit():
        told = operations.Appropriation(
            form.county.data,
            form.year.data or FIRST_YEAR,
            fen(form.total.data) or 0,
            fen(form.province.data) or 0,
            fen(form.city.data) or 0,
            form.posted_on.data,
            form.document.data,
        )
        operations.appropriate(db.session, current_actor(), told)
        flash(_("拨款记下了。"), "success")
        return finish(url_for("funds.county", code=told.county_code, year=told.year))
    return render_template(
        "cooperation/funds/form.html", form=form, title=_("登记拨款"), button=_("登记拨款")
    )


@bp.route("/counties/<code>")
@requires(P.FUND_READ)
def county(code: str) -> str:
    """One county's year: its items, what lies where, the latest postings. A county outside the reader's scope
    shows nothing but its name, like one without money."""
    actor, year = current_actor(), _year()
    area = db.session.get(Area, code)
    items = queries.items(db.session, actor, code, year)
    return render_template(
        "cooperation/funds/county.html",
        code=code,
        name=area.name if area else _("未知"),
        year=year,
        items=items,
        sums=queries.sums_by_item(db.session, [item.id for item in items]),
        whole=queries.sums_by_county(db.session, actor, year).get(code, queries.Sums()),
        postings=queries.postings(db.session, actor, code, year),
        is_own=code in actor.areas(Role.COUNTY),
    )


@bp.route("/items/new", methods=["GET", "POST"])
@requires(P.FUND_WRITE)
def new_item() -> str | Response:
    """A project, or a subsidy paid out of this money."""
    form = ItemForm(data={"year": _year()})
    if form.validate_on_submit():
        item = operations.create_item(db.session, current_actor(), form.values())
        flash(_("项目登记好了，接着安排资金。"), "success")
        return finish(url_for("funds.item", item_id=item.id))
    return render_template(
        "cooperation/funds/form.html", form=form, title=_("登记项目或补贴"), button=_("登记")
    )


@bp.route("/items/<int:item_id>")
@requires(P.FUND_READ)
def item(item_id: int) -> str:
    """One item: its money, its payments with what waits, its postings."""
    return _item_page(in_scope_or_404(FundItem, item_id))


def _item_page(row: FundItem, **forms: object) -> str:
    actor = current_actor()
    payments, following = page_of(
        queries.payments(db.session, row, request.args.get("after", 0, row_number)), queries.PAGE
    )
    can_write = actor.can(P.FUND_WRITE)
    given = {
        "allocation_form": AllocationForm(formdata=None, data={"posted_on": today()}),
        "proposal_form": ProposalForm(formdata=None),
        "paid_form": PaidForm(formdata=None, data={"paid_on": today()}),
        "wrong_payment": None,
    }
    return render_template(
        "cooperation/funds/item.html",
        **(given | forms),
        item=row,
        county=area_names(db.session, {row.county_code}).get(row.county_code, ""),
        sums=queries.sums_by_item(db.session, [row.id])[row.id],
        payments=payments,
        steps={one.id: PAYMENT_WORKFLOW.available(one, actor) for one in payments},
        pay_step=PAYMENT_WORKFLOW.by_event["pay"],
        against={one.id: _against_paying(one) for one in payments},
        following=url_for("funds.item", item_id=row.id, after=following) if following else None,
        postings=queries.postings(db.session, actor, row.county_code, row.year, row),
        can_write=can_write,
    )


def _against_paying(payment: FundPayment) -> list[Obstacle] | None:
    """What stands against paying it now; None where it is not to be paid at all."""
    actor, step = current_actor(), PAYMENT_WORKFLOW.by_event["pay"]
    if payment.state not in step.sources or not actor.can(step.permission):
        return None
    return list(operations.against_paying(payment, actor))


@bp.route("/items/<int:item_id>/allocate", methods=["POST"])
@requires(P.FUND_WRITE)
def allocate(item_id: int) -> str | Response:
    """Give money to an item, or take back what is not paid. Form: back=1 for the latter."""
    row, form = in_scope_or_404(FundItem, item_id, P.FUND_WRITE), AllocationForm()
    if not form.validate():
        return _item_page(row, allocation_form=form)
    step = FundStep.TAKE_BACK if request.form.get("back") else FundStep.ALLOCATE
    amount = fen(form.amount.data) or 0
    operations.move(
        db.session, current_actor(), row, step, amount, form.posted_on.data, form.document.data or ""
    )
    flash(_("收回来了。") if step is FundStep.TAKE_BACK else _("安排好了。"), "success")
    return finish(url_for("funds.item", item_id=row.id))


@bp.route("/items/<int:item_id>/payments", methods=["POST"])
@requires(P.FUND_WRITE)
def propose(item_id: int) -> str | Response:
    """Propose a payment."""
    row, form = in_scope_or_404(FundItem, item_id, P.FUND_WRITE), ProposalForm()
    if not form.validate():
        return _item_page(row, proposal_form=form)
    operations.propose(
        db.session, current_actor(), row, fen(form.amount.data) or 0, form.payee.data, form.what_for.data
    )
    flash(_("提出来了，由另一位同事支付。"), "success")
    return finish(url_for("funds.item", item_id=row.id))


@bp.route("/payments/<int:payment_id>/pay", methods=["POST"])
@requires(P.FUND_PAY)
def pay(payment_id: int) -> str | Response:
    """Note that a colleague's payment left."""
    payment, form = in_scope_or_404(FundPayment, payment_id, P.FUND_PAY), PaidForm()
    if not form.validate():
        return _item_page(payment.item, paid_form=form, wrong_payment=payment.id)
    operations.pay(db.session, current_actor(), payment, form.paid_on.data, form.voucher.data, utc_now())
    flash(_("支付记下了。"), "success")
    return finish(url_for("funds.item", item_id=payment.item_id))


@bp.route("/payments/<int:payment_id>/advance", methods=["POST"])
@requires(P.FUND_PAY)
def advance_payment(payment_id: int) -> Response:
    """Refuse, accept or reverse. Form: event, reason."""
    in_scope_or_404(FundPayment, payment_id)
    step, reason = asked(PAYMENT_WORKFLOW)
    payment = row_for(step, FundPayment, payment_id)
    operations.advance(db.session, current_actor(), payment, step.event, reason, today(), utc_now())
    flash(_("记下了。"), "success")
    return finish(url_for("funds.item", item_id=payment.item_id))


@bp.route("/findings", methods=["GET"])
@requires(P.FUND_READ)
def findings() -> str:
    """What audits found, and what was done about it."""
    actor = current_actor()
    rows = queries.findings(db.session, actor)
    return render_template(
        "cooperation/funds/findings.html",
        rows=rows,
        actor=actor,
        names=area_names(db.session, {row.county_code for row in rows}),
        steps={row.id: FINDING_WORKFLOW.available(row, actor) for row in rows},
    )


@bp.route("/findings/new", methods=["GET", "POST"])
@requires(P.FUND_AUDIT)
def find() -> str | Response:
    """Note a finding."""
    form = FindingForm()
    form.offer(queries.reachable_counties(db.session, current_actor(), FIRST_YEAR))
    if form.validate_on_submit():
        told = operations.Finding(
            form.county.data, form.found_on.data, form.said.data, fen(form.amount.data), form.due_on.data
        )
        operations.find(db.session, current_actor(), told)
        flash(_("发现记下了，县里会看到。"), "success")
        return finish(url_for("funds.findings"))
    return render_template(
        "cooperation/funds/form.html", form=form, title=_("登记审计发现"), button=_("登记审计发现")
    )


@bp.route("/findings/<int:finding_id>/advance", methods=["POST"])
@requires(P.FUND_READ)
def advance_finding(finding_id: int) -> Response:
    """Rectify, close or reopen. Form: event, reason."""
    in_scope_or_404(FundFinding, finding_id)  # a foreign row answers like a missing one, whatever was sent
    step, reason = asked(FINDING_WORKFLOW, most=500)
    finding = row_for(step, FundFinding, finding_id)
    operations.settle(db.session, current_actor(), finding, step.event, reason, utc_now())
    flash(_("记下了。"), "success")
    return finish(url_for("funds.findings"))
