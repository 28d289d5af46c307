"""Agreements: drawn up, read and printed, signed, ended, breached and answered, places opened again."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import Form, options
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import asked
from app.training.agreements import bp, operations
from app.training.agreements import queries as agreements
from app.training.agreements.forms import AnswerForm, BreachForm, DealForm, ReasonForm, SignForm
from app.training.orders import queries as orders
from models.access import Permission
from models.clock import today
from models.reference.area import area_names
from models.training.agreement import AGREEMENT_WORKFLOW, Agreement, AgreementState, Breach, Party
from models.training.training_order import SkillLevel, TrainingBid

P = Permission


@bp.route("/bids/<int:bid_id>/choose", methods=["GET", "POST"])
@requires(P.TRAINING_CHOOSE)
def choose(bid_id: int) -> str | Response:
    """Choose a school: what else the agreement says, and who signs."""
    row: TrainingBid = in_scope_or_404(TrainingBid, bid_id)
    form = DealForm(data={"follow_months": 6})
    if not form.validate_on_submit():
        order = row.order
        return render_template(
            "training/agreements/choose.html",
            form=form,
            bid=row,
            order=order,
            names=area_names(db.session, {order.county_code, order.city_code}),
            fee=orders.fee_of(db.session, order, today()),
        )
    deal = operations.Deal(bool(form.with_city.data), form.follow_months.data or 0, form.other.data or "")
    made = operations.choose(db.session, current_actor(), row, deal, today())
    flash(_("协议已拟好，请各方用自己的账号签字。"), "success")
    return finish(url_for("agreements.show", agreement_id=made.id))


@bp.route("/agreements/<int:agreement_id>")
@requires(P.TRAINING_READ)
def show(agreement_id: int) -> str:
    """One agreement: terms, signatures, places kept, breaches, classes."""
    return page_of(in_scope_or_404(Agreement, agreement_id))


def page_of(row: Agreement, **typed: Form) -> str:
    """Render one agreement; ``typed`` are forms with errors, by their name."""
    session, actor = db.session, current_actor()
    sides = agreements.sides_of(session, actor, row)
    oversees = actor.can(P.CLASS_APPROVE) and row.state not in (
        AgreementState.SIGNING,
        AgreementState.CANCELLED,
    )
    waits = row.state is AgreementState.SIGNING
    return render_template(
        "training/agreements/show.html",
        agreement=row,
        terms=row.terms,
        days=agreements.days_of(row),
        names=area_names(session, {row.county_code, row.city_code}),
        sides=sides,
        to_sign=[one.party for one in row.signatures if waits and one.party in sides and not one.signed_at],
        sign_form=typed.get("sign") or SignForm(data={"name": actor.name}),
        available=agreements.transitions(session, actor, row, sides),
        kept=agreements.places_of(session, row),
        release_form=typed.get("release") or ReasonForm(),
        short=waits and row.order.job_order.places_left < row.terms.headcount,
        breaches=agreements.breaches(session, actor, row),
        oversees=oversees,
        breach_form=(typed.get("breach") or _breach_form(row)) if oversees else None,
        answer_form=typed.get("answer") or AnswerForm(),
        answering=request.form.get("breach", ""),
        classes=agreements.classes_of(session, actor, row),
        entries=agreements.history(session, row),
    )


def _breach_form(row: Agreement) -> BreachForm:
    form = BreachForm()
    form.who.choices = options(agreements.who_can_fail(db.session, row))
    return form


def _here(row: Agreement) -> str:
    return url_for("agreements.show", agreement_id=row.id)


@bp.route("/agreements/<int:agreement_id>/print")
@requires(P.TRAINING_READ)
def print_agreement(agreement_id: int) -> str:
    """The agreement on A4, with lines to sign and stamp."""
    row: Agreement = in_scope_or_404(Agreement, agreement_id)
    clauses = agreements.FORM_CLAUSES
    parties = [one.party for one in row.signatures]
    return render_template(
        "print/agreement.html",
        agreement=row,
        terms=row.terms,
        days=agreements.days_of(row),
        clauses=clauses if Party.CITY in parties else clauses[:3],
        today=today(),
    )


@bp.route("/agreements/<int:agreement_id>/sign", methods=["POST"])
@requires(P.TRAINING_SIGN)
def sign(agreement_id: int) -> str | Response:
    """Sign for one's own party."""
    row, form = in_scope_or_404(Agreement, agreement_id), SignForm()
    if not form.validate_on_submit():
        return page_of(row, sign=form)
    operations.sign(db.session, current_actor(), row, form.name.data or "")
    if row.state is AgreementState.IN_FORCE:
        n = row.terms.headcount
        flash(_("各方都签了，协议生效，%(n)s 个名额已经留好。学校可以招生开班。", n=n), "success")
    else:
        flash(_("已签字。等其他各方签齐，协议才生效。"), "success")
    return finish(_here(row))


@bp.route("/agreements/<int:agreement_id>/advance", methods=["POST"])
@requires(P.TRAINING_READ)
def advance(agreement_id: int) -> Response:
    """Give up an unsigned agreement, or close one in force; each event asks for its own permission on this
    row."""
    in_scope_or_404(Agreement, agreement_id)
    step, reason = asked(AGREEMENT_WORKFLOW)
    row = in_scope_or_404(Agreement, agreement_id, step.permission)
    if step.event == "cancel":
        operations.cancel(db.session, current_actor(), row, reason)
        flash(_("协议取消了，订单重新向学校开放。"), "success")
        return finish(url_for("training_orders.show", order_id=row.order_id))
    operations.end(db.session, current_actor(), row, step.event, reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(_here(row))


@bp.route("/agreements/<int:agreement_id>/release", methods=["POST"])
@requires(P.CLASS_APPROVE)
def release(agreement_id: int) -> str | Response:
    """Open the places that the class does not need."""
    row, form = in_scope_or_404(Agreement, agreement_id), ReasonForm()
    if not form.validate_on_submit():
        return page_of(row, release=form)
    freed = operations.release(db.session, current_actor(), row, form.reason.data or "")
    flash(_("放开了 %(n)s 个名额，谁都可以应聘了。", n=freed), "success")
    return finish(_here(row))


@bp.route("/agreements/<int:agreement_id>/breach", methods=["POST"])
@requires(P.CLASS_APPROVE)
def breach(agreement_id: int) -> str | Response:
    """Note who did not keep the promise, and why."""
    row: Agreement = in_scope_or_404(Agreement, agreement_id)
    form = _breach_form(row)
    if not form.validate_on_submit():
        return page_of(row, breach=form)
    who, reason, actor = form.who.data, form.reason.data or "", current_actor()
    if who.startswith(agreements.LEARNER):
        learner = agreements.learner_of(db.session, row, int(who.removeprefix(agreements.LEARNER)))
        operations.record_breach(db.session, actor, row, reason, enrolment=learner)
    else:
        operations.record_breach(db.session, actor, row, reason, party=Party(who))
    flash(_("已登记。另一方的说明会放在旁边。"), "success")
    return finish(_here(row))


@bp.route("/agreements/<int:agreement_id>/answer", methods=["POST"])
@requires(P.TRAINING_SIGN)
def answer(agreement_id: int) -> str | Response:
    """Put one's own words beside a breach."""
    row, form = in_scope_or_404(Agreement, agreement_id), AnswerForm()
    number = request.form.get("breach", type=row_number)
    found = db.session.get(Breach, number) if number else None
    if found is None or found.agreement_id != row.id:
        abort(404)
    if not form.validate_on_submit():
        return page_of(row, answer=form)
    operations.answer_breach(db.session, current_actor(), found, form.answer.data or "")
    flash(_("说明已记下。"), "success")
    return finish(_here(row))
