"""Agreements: drawn up, read and printed, signed, ended, breached and answered, places opened again."""

from collections.abc import Sequence

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import Optional

from app.kit.web.extensions import db
from app.kit.web.fields import Form, SelectField, day_field, options, paragraph, required, text, whole
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.kit.web.transition_forms import ReasonForm, asked
from app.training.agreements import bp, operations, queries, supplements
from app.training.agreements.operations import Deal
from app.training.agreements.supplements import Postponement
from app.training.orders import queries as orders
from models.access import Permission
from models.clock import today, utc_now
from models.reference.area import area_names
from models.training.agreement import AGREEMENT_WORKFLOW, Agreement, AgreementState, Party
from models.training.supplement import SUPPLEMENT_WORKFLOW, Supplement, SupplementState
from models.training.training_class import TrainingClass
from models.training.training_order import TrainingBid

P = Permission
NOT_IN_FORCE = (AgreementState.SIGNING, AgreementState.CANCELLED)


class DealForm(Form):
    """What is agreed when a school is chosen, besides order and bid."""

    with_city = BooleanField(_l("请帮扶市人社局作为第四方一起签"))
    follow_months = whole(_l("就业跟踪期（月）"), must=True, low=1, high=36)
    other = paragraph(_l("其他约定"), most=1000, description=_l("写进协议，各方都看得到；签字以后不能改。"))

    def deal(self) -> Deal:
        """What was typed, as the operation takes it."""
        return Deal(bool(self.with_city.data), self.follow_months.data or 0, self.other.data or "")


class SignForm(Form):
    """A party's own signature."""

    name = text(
        _l("签字人姓名"), must=True, most=60, description=_l("签的人、账号和时间都会记下，不能替别的方签。")
    )


class BreachForm(Form):
    """Who did not keep the promise, and why."""

    who = SelectField(_l("哪一方没有做到"), validators=[required()])
    reason = paragraph(
        _l("怎么回事"), most=400, must=True, description=_l("只写事实和原因，不要写证件号和电话。")
    )


class AnswerForm(Form):
    """The other side's words to a breach."""

    answer = paragraph(_l("你这一方的说明"), most=400, must=True)


class PostponeForm(Form):
    """What a supplement moves, and why."""

    reason = text(_l("为什么延期"), must=True, most=300)
    ready_by = day_field(_l("新的学完期限"), must=True)
    class_id = SelectField(_l("哪个班改日期"), validators=[Optional()])
    starts_on = day_field(_l("新的开班日期"))
    ends_on = day_field(_l("新的结束日期"))

    def offer(self, classes: Sequence[TrainingClass]) -> None:
        """Take the classes whose days may move."""
        named = [(str(one.id), one.name) for one in classes]
        self.class_id.choices = options([("", _l("只改学完期限")), *named])

    def plan(self, classes: Sequence[TrainingClass]) -> Postponement:
        """What was typed, as the operation takes it."""
        chosen = next((one for one in classes if str(one.id) == self.class_id.data), None)
        return Postponement(
            self.reason.data or "", self.ready_by.data, chosen, self.starts_on.data, self.ends_on.data
        )


@bp.route("/bids/<int:bid_id>/choose", methods=["GET", "POST"])
@requires(P.TRAINING_CHOOSE)
def choose(bid_id: int) -> str | Response:
    """Choose a school: what else the agreement says, and who signs."""
    bid: TrainingBid = in_scope_or_404(TrainingBid, bid_id)
    form = DealForm(data={"follow_months": operations.FOLLOW_MONTHS})
    if not form.validate_on_submit():
        order = bid.order
        return render_template(
            "training/agreements/choose.html",
            form=form,
            bid=bid,
            order=order,
            names=area_names(db.session, {order.county_code, order.city_code}),
            fee=orders.fee_of(db.session, order, today()),
        )
    agreement = operations.choose(db.session, current_actor(), bid, form.deal(), utc_now())
    flash(_("协议已拟好，请各方用自己的账号签字。"), "success")
    return finish(_page(agreement))


@bp.route("/agreements/<int:agreement_id>")
@requires(P.TRAINING_READ)
def show(agreement_id: int) -> str:
    """One agreement: terms, signatures, places kept, breaches, classes."""
    return _render(in_scope_or_404(Agreement, agreement_id))


def _render(agreement: Agreement, **typed: Form) -> str:
    """The page of one agreement; ``typed`` are forms with errors, by their name."""
    session, actor = db.session, current_actor()
    parties = queries.parties_of(session, actor, agreement)
    oversees = actor.can(P.CLASS_APPROVE) and agreement.state not in NOT_IN_FORCE
    is_signing = agreement.state is AgreementState.SIGNING
    unsigned = [one.party for one in agreement.signatures if not one.signed_at]
    places_left = agreement.order.job_order.places_left
    return render_template(
        "training/agreements/show.html",
        agreement=agreement,
        terms=agreement.terms,
        names=area_names(session, {agreement.county_code, agreement.city_code}),
        parties=parties,
        to_sign=[party for party in unsigned if is_signing and party in parties],
        sign_form=typed.get("sign") or SignForm(data={"name": actor.name}),
        available=[
            step.but(operations.against_ending(session, agreement, step.event))
            for step in queries.transitions(actor, agreement, parties)
        ],
        reserved=queries.places_of(session, agreement),
        release_form=typed.get("release") or ReasonForm(),
        is_short=is_signing and places_left < agreement.terms.headcount,
        breaches=queries.breaches(session, actor, agreement),
        oversees=oversees,
        breach_form=(typed.get("breach") or _breach_form(agreement)) if oversees else None,
        answer_form=typed.get("answer") or AnswerForm(),
        answering=request.form.get("breach", ""),
        classes=queries.classes_of(session, actor, agreement),
        supplements=supplements.supplements_of(session, agreement),
        supplement_form=typed.get("supplement") or SignForm(data={"name": actor.name}),
        cancel_supplement=SUPPLEMENT_WORKFLOW.by_event["cancel"],
        entries=queries.history(session, agreement),
    )


def _breach_form(agreement: Agreement) -> BreachForm:
    form = BreachForm()
    breakers = queries.possible_breakers(db.session, agreement)
    form.who.choices = options((value, say(word)) for value, word in breakers)
    return form


def _page(agreement: Agreement) -> str:
    return url_for("agreements.show", agreement_id=agreement.id)


@bp.route("/agreements/<int:agreement_id>/print")
@requires(P.TRAINING_READ)
def print_agreement(agreement_id: int) -> str:
    """The agreement on A4, with lines to sign and stamp."""
    agreement: Agreement = in_scope_or_404(Agreement, agreement_id)
    return render_template("print/agreement.html", agreement=agreement, terms=agreement.terms, today=today())


@bp.route("/agreements/<int:agreement_id>/sign", methods=["POST"])
@requires(P.TRAINING_SIGN)
def sign(agreement_id: int) -> str | Response:
    """Sign for one's own party."""
    agreement, form = in_scope_or_404(Agreement, agreement_id), SignForm()
    if not form.validate_on_submit():
        return _render(agreement, sign=form)
    operations.sign(db.session, current_actor(), agreement, form.name.data or "", utc_now())
    if agreement.state is AgreementState.IN_FORCE:
        n = agreement.terms.headcount
        flash(_("各方都签了，协议生效，%(n)s 个名额已经留好。学校可以招生开班。", n=n), "success")
    else:
        flash(_("已签字。等其他各方签齐，协议才生效。"), "success")
    return finish(_page(agreement))


@bp.route("/agreements/<int:agreement_id>/advance", methods=["POST"])
@requires(P.TRAINING_READ)
def advance(agreement_id: int) -> Response:
    """Give up an unsigned agreement, or close one in force; each event asks for its own permission on this
    row."""
    in_scope_or_404(Agreement, agreement_id)
    step, reason = asked(AGREEMENT_WORKFLOW)
    agreement = in_scope_or_404(Agreement, agreement_id, step.permission)
    if step.event == "cancel":
        operations.cancel(db.session, current_actor(), agreement, reason)
        flash(_("协议取消了，订单重新向学校开放。"), "success")
        return finish(url_for("training_orders.show", order_id=agreement.order_id))
    operations.end(db.session, current_actor(), agreement, step.event, reason, utc_now())
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(_page(agreement))


@bp.route("/agreements/<int:agreement_id>/release", methods=["POST"])
@requires(P.CLASS_APPROVE)
def release(agreement_id: int) -> str | Response:
    """Open the places that the class does not need."""
    agreement, form = in_scope_or_404(Agreement, agreement_id), ReasonForm()
    if not form.validate_on_submit():
        return _render(agreement, release=form)
    freed = operations.release(db.session, current_actor(), agreement, form.reason.data or "", utc_now())
    flash(_("放开了 %(n)s 个名额，谁都可以应聘了。", n=freed), "success")
    return finish(_page(agreement))


@bp.route("/agreements/<int:agreement_id>/breach", methods=["POST"])
@requires(P.CLASS_APPROVE)
def breach(agreement_id: int) -> str | Response:
    """Note who did not keep the promise, and why."""
    agreement: Agreement = in_scope_or_404(Agreement, agreement_id)
    form = _breach_form(agreement)
    if not form.validate_on_submit():
        return _render(agreement, breach=form)
    who, reason, actor = form.who.data, form.reason.data or "", current_actor()
    if who.startswith(queries.LEARNER):
        learner = queries.learner_of(db.session, agreement, int(who.removeprefix(queries.LEARNER)))
        operations.record_breach(db.session, actor, agreement, reason, enrolment=learner)
    else:
        operations.record_breach(db.session, actor, agreement, reason, party=Party(who))
    flash(_("已登记。另一方的说明会放在旁边。"), "success")
    return finish(_page(agreement))


@bp.route("/agreements/<int:agreement_id>/answer", methods=["POST"])
@requires(P.TRAINING_SIGN)
def answer(agreement_id: int) -> str | Response:
    """Put one's own words beside a breach."""
    agreement, form = in_scope_or_404(Agreement, agreement_id), AnswerForm()
    breach_id = request.form.get("breach", type=row_number)
    breach = queries.breach_of(db.session, agreement, breach_id) if breach_id else None
    if breach is None:
        abort(404)
    if not form.validate_on_submit():
        return _render(agreement, answer=form)
    operations.answer_breach(db.session, current_actor(), breach, form.answer.data or "", utc_now())
    flash(_("说明已记下。"), "success")
    return finish(_page(agreement))


@bp.route("/agreements/<int:agreement_id>/breach/withdraw", methods=["POST"])
@requires(P.CLASS_APPROVE)
def withdraw_breach(agreement_id: int) -> str | Response:
    """Take a breach back that was recorded wrongly."""
    agreement, form = in_scope_or_404(Agreement, agreement_id, P.CLASS_APPROVE), ReasonForm()
    breach_id = request.form.get("breach", type=row_number)
    breach = (queries.breach_of(db.session, agreement, breach_id) if breach_id else None) or abort(404)
    if not form.validate_on_submit():
        return _render(agreement)
    operations.withdraw_breach(db.session, current_actor(), breach, form.reason.data or "")
    flash(_("登记撤回了，经过里留着原来写的。"), "success")
    return finish(_page(agreement))


# --- postponed ------------------------------------------------------------------------------------------


@bp.route("/agreements/<int:agreement_id>/postpone", methods=["GET", "POST"])
@requires(P.TRAINING_SIGN)
def postpone(agreement_id: int) -> str | Response:
    """Draw up a supplement with later days; nothing moves before every party has signed."""
    agreement: Agreement = in_scope_or_404(Agreement, agreement_id, P.TRAINING_SIGN)
    classes = supplements.classes_to_move(db.session, agreement)
    form = PostponeForm(data={"ready_by": agreement.order.ready_by})
    form.offer(classes)
    if form.validate_on_submit():
        plan = form.plan(classes)
        wrong = supplements.problems(db.session, agreement, plan, today())
        for problem in wrong:
            form[problem.field_name].errors = [*form[problem.field_name].errors, say(problem.sentence)]
        if not wrong:
            supplements.propose(db.session, current_actor(), agreement, plan, today())
            flash(_("补充协议拟好了。各方签齐以后日期才改。"), "success")
            return finish(f"{_page(agreement)}#supplements")
    return render_template(
        "training/agreements/postpone.html", form=form, agreement=agreement, classes=classes
    )


@bp.route("/agreements/<int:agreement_id>/supplement/sign", methods=["POST"])
@requires(P.TRAINING_SIGN)
def sign_supplement(agreement_id: int) -> str | Response:
    """Sign a supplement for one's own party."""
    agreement: Agreement = in_scope_or_404(Agreement, agreement_id, P.TRAINING_SIGN)
    supplement, form = _open_supplement(agreement), SignForm()
    if not form.validate_on_submit():
        return _render(agreement, supplement=form)
    supplements.sign(db.session, current_actor(), supplement, form.name.data or "", utc_now(), today())
    if supplement.state is SupplementState.IN_FORCE:
        flash(_("各方都签了，日期改好了。请学校接着顺延课程表。"), "success")
    else:
        flash(_("已签字。等其他各方签齐，日期才改。"), "success")
    return finish(f"{_page(agreement)}#supplements")


@bp.route("/agreements/<int:agreement_id>/supplement/cancel", methods=["POST"])
@requires(P.TRAINING_SIGN)
def cancel_supplement(agreement_id: int) -> Response:
    """Give up a supplement that is being signed."""
    agreement: Agreement = in_scope_or_404(Agreement, agreement_id, P.TRAINING_SIGN)
    _step, reason = asked(SUPPLEMENT_WORKFLOW)
    supplements.cancel(db.session, current_actor(), _open_supplement(agreement), reason)
    flash(_("补充协议不签了，日期照原来的。"), "success")
    return finish(f"{_page(agreement)}#supplements")


def _open_supplement(agreement: Agreement) -> Supplement:
    """The one that is being signed; 404 where there is none."""
    return supplements.open_supplement(db.session, agreement) or abort(404)
