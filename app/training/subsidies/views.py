"""Claims: the list, the way from a class to its claim, the claim itself, and the county's check of it."""

import re
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import ValidationError

from app.kit.web.extensions import db
from app.kit.web.fields import Form, choice, paragraph, past_day, text
from app.kit.web.guards import current_actor, in_scope_or_404, part_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import ClaimPaperForm
from app.kit.web.purposes import PurposeForm
from app.kit.web.request_limits import place_asked, row_number
from app.kit.web.transition_forms import ReasonForm
from app.training.classes.queries.classes import tabs_for
from app.training.subsidies import bp, queries
from app.training.subsidies.operations import claims, notices, payments
from app.training.subsidies.operations.claims import Account
from app.training.subsidies.operations.payments import Payment
from app.training.subsidies.rules import assess, calculation
from models.access import Actor, Permission, Role
from models.clock import today, utc_now
from models.i18n import Sentence
from models.reference.area import area_names
from models.second_person import second_person
from models.training.claim_paper import papers_of, unopened, unopened_refusal
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.recovery import recoveries_of
from models.training.standards import first_share
from models.training.subsidy import Claim, ClaimLine
from models.training.training_class import ClassState, TrainingClass
from models.two_person_acts import CLAIM_CHECKED

C, P = ClassState, Permission
CHECK, MAY_SEE_ACCOUNT = P.CLAIM_CHECK, (P.CLAIM_MAKE, P.CLAIM_CHECK, P.CLAIM_PAY)
ACCOUNT, LEAST_DIGITS = re.compile(r"\d{8,30}"), 10
MOST_ANSWER, MOST_REPORT = 300, 1000


# --- what is typed ---------------------------------------------------------------------------------------


class ClaimForm(Form):
    """Where the school wants the training fees."""

    account_name = text(_l("收款户名"), most=100, must=True, description=_l("要和学校名称一致"))
    account_number = text(_l("收款账号"), most=40, must=True, description=_l("对公账号，只有数字；加密保存"))
    bank_name = text(_l("开户银行"), most=100, must=True, description=_l("写到支行"))

    def validate_account_number(self, field: Any) -> None:
        """Digits only; spaces and dashes are forgiven."""
        field.data = re.sub(r"[\s\-]", "", field.data or "")
        if not ACCOUNT.fullmatch(field.data):
            raise ValidationError(_l("账号应是 8 到 30 位数字，请对照开户许可证再填一次。"))

    def account(self) -> Account:
        """What was typed, as the operation takes it."""
        return Account(
            self.account_name.data or "", self.account_number.data or "", self.bank_name.data or ""
        )


class WarningForm(Form):
    """What was found out about one warning."""

    answer = paragraph(_l("核实到的情况"), most=MOST_ANSWER, must=True)


class PublishForm(Form):
    """The checker's words on passing a claim."""

    report = paragraph(_l("审核意见"), most=MOST_REPORT, must=True, description=_l("看了哪些材料，抽查了谁"))
    phone = text(_l("受理异议的电话"), most=40, must=True, description=_l("写在公示上，例如 0834-8321234"))

    def validate_phone(self, field: Any) -> None:
        """A number that can be dialled, with its area code."""
        if len(re.sub(r"\D", "", field.data or "")) < LEAST_DIGITS:
            raise ValidationError(_l("请写能打通的电话，座机带区号。"))


class ObjectionForm(Form):
    """What was said against a list."""

    said = paragraph(_l("异议的内容"), most=600, must=True)
    by_whom = text(_l("谁提的"), most=60, description=_l("不愿意留名就写“匿名”"))


class ObjectionAnswerForm(Form):
    """What the county found."""

    objection = HiddenField()
    upheld = choice(
        _l("异议"), [("1", _l("成立，撤下公示重新审核")), ("0", _l("不成立，继续公示"))], must=True
    )
    answer = paragraph(_l("答复"), most=600, must=True)


class PaymentForm(Form):
    """When the money left the account."""

    paid_on = past_day(_l("拨付日期"), must=True)
    voucher = text(_l("凭证号"), most=60, must=True, description=_l("财政支付凭证或银行回单的编号"))

    def payment(self) -> Payment:
        """What was typed, as the operation takes it."""
        assert self.paid_on.data is not None, "a checked form has its day"
        return Payment(self.paid_on.data, self.voucher.data or "")


# --- the pages ------------------------------------------------------------------------------------------


@bp.route("")
@requires(P.CLAIM_READ)
def index() -> str:
    """The claims the reader may see, by stage; a school finds above them what it may claim now."""
    actor, stage = current_actor(), queries.STAGE_BY_NAME.get(request.args.get("stage", ""))
    rows, after = queries.page_of(db.session, actor, stage, place_asked())
    return render_template(
        "training/subsidies/index.html",
        rows=rows,
        after=after,
        stage=stage,
        stages=queries.STAGES,
        names=area_names(db.session, {claim.county_code for claim, _fen in rows}),
        to_claim=queries.to_claim(db.session, actor, today()) if actor.can(P.CLAIM_MAKE) else [],
    )


# --- making a claim -------------------------------------------------------------------------------------


@bp.route("/classes/<int:class_id>")
@requires(P.CLAIM_READ)
def of_class(class_id: int) -> str | Response:
    """The claim of a class; before there is one, what its school could claim."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    claim = queries.claim_of(db.session, training_class)
    is_open = queries.claim_refusal(db.session, training_class, today()) is None
    if claim and not (is_open and current_actor().can(P.CLAIM_MAKE)):
        return redirect(url_for("subsidies.show", claim_id=claim.id))
    known = {"account_name": training_class.school.name}
    if told := claim or queries.last_account(db.session, training_class.school_id):
        names = ("account_name", "bank_name", "account_number")
        known = {name: getattr(told, name) or "" for name in names}
    return _preview(training_class, ClaimForm(formdata=None, data=known))


def _preview(training_class: TrainingClass, form: ClaimForm) -> str:
    refusal = queries.claim_refusal(db.session, training_class, today())
    may_make = current_actor().can(P.CLAIM_MAKE)
    part = queries.next_instalment(db.session, training_class, today())
    assessment = assess(db.session, training_class, today(), part) if may_make and not refusal else None
    return render_template(
        "training/subsidies/preview.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        refusal=refusal,
        instalment=part,
        share=first_share(db.session, training_class, today()),
        form=form,
        may_make=may_make,
        assessment=assessment,
        totals=queries.totals(assessment.lines) if assessment else [],
        claim=queries.claim_of(db.session, training_class),
        calculation=calculation,
    )


@bp.route("/classes/<int:class_id>", methods=["POST"])
@requires(P.CLAIM_MAKE)
def make(class_id: int) -> str | Response:
    """Claim for the class, as the preview showed it."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), ClaimForm()
    if not form.validate():
        return _preview(training_class, form)
    claim = claims.make(db.session, current_actor(), training_class, form.account(), utc_now())
    flash(_("已申报，编号 %(number)s。等县人社局审核。", number=claim.number), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id))


# --- the page of one claim ------------------------------------------------------------------------------


@bp.route("/<int:claim_id>")
@requires(P.CLAIM_READ)
def show(claim_id: int) -> str:
    """One claim: where it is, its lines, its list, its money."""
    return claim_page(in_scope_or_404(Claim, claim_id))


def claim_page(claim: Claim, **wrong: Any) -> str:
    """One claim; ``wrong`` are forms that came back with errors, by name (answers: by number)."""
    actor, training_class, session = current_actor(), claim.training_class, db.session
    lines, masks = queries.lines_of(session, claim), not actor.can(P.ENROLMENT_READ)
    return render_template(
        "training/subsidies/show.html",
        claim=claim,
        training_class=training_class,
        tabs=tabs_for(actor),
        lines=lines,
        totals=queries.totals(lines),
        steps=[_(name) for name in queries.STEPS],
        step=queries.step_of(training_class),
        warnings=queries.named_warnings(session, claim, masks) if may_see_warnings(actor) else [],
        masks=masks,
        sees_account=any(actor.can(one) for one in MAY_SEE_ACCOUNT),
        notice=notices.current_notice(session, claim),
        notices=queries.notices_of(session, claim),
        may_claim=queries.claim_refusal(session, training_class, today()) is None,
        papers=papers_of(session, claim) if actor.can(P.ENROLMENT_READ) else [],
        objections=notices.objections_of(session, claim),
        calculation=calculation,
        fallen=_fallen(actor, claim),
        recoveries={row.line_id: row for row in recoveries_of(session, claim)},
        today=today(),
        **_check_panel(actor, claim),
        **_payment_panel(actor, claim),
        **(_empty_forms(actor, claim) | wrong),
    )


def may_see_warnings(actor: Actor) -> bool:
    """What looks wrong is for those who check; it may tell of a person what the school need not know."""
    return actor.can(CHECK) or actor.has_role(Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)


def _fallen(actor: Actor, claim: Claim) -> dict[int, Sentence]:
    """What does not hold any more, for those who check and pay: by line."""
    is_open = claim.training_class.state in (C.CLAIMED, C.PUBLISHED)
    sees = is_open and (actor.can(CHECK) or actor.can(P.CLAIM_PAY))
    return claims.fallen(db.session, claim, today()) if sees else {}


def _check_panel(actor: Actor, claim: Claim) -> dict[str, Any]:
    """What a checker sees: whether it is their turn, and why not, if they made the claim."""
    is_turn = claim.training_class.state is C.CLAIMED and actor.can(CHECK)
    own = second_person(CLAIM_CHECKED, claim.training_class, actor) if is_turn else []
    refusal = next(iter(own), None)
    waiting = unopened(db.session, actor, claim) if is_turn else []
    return {
        "unopened": {paper.id for paper in waiting},
        "unopened_refusal": unopened_refusal(waiting),
        "checks": is_turn and not refusal,
        "check_refusal": refusal,
        "days": queries.notice_days(db.session, claim, today()) if is_turn else None,
    }


def _payment_panel(actor: Actor, claim: Claim) -> dict[str, Any]:
    """What a payer sees: whether it is their turn, or the sentence that says what stands in the way."""
    is_published = claim.training_class.state is C.PUBLISHED
    if not is_published or notices.current_notice(db.session, claim) is None or not actor.can(P.CLAIM_PAY):
        return {"pays": False, "pay_refusal": None}
    refusal = payments.payment_refusal(db.session, claim, actor, today())
    return {"pays": refusal is None, "pay_refusal": refusal}


def _empty_forms(actor: Actor, claim: Claim) -> dict[str, Any]:
    training_class = claim.training_class
    phone = notices.usual_phone(db.session, training_class)
    archive = [step for step in CLASS_WORKFLOW.available(training_class, actor) if step.event == "archive"]
    return {
        "archive": archive,
        "paper_form": ClaimPaperForm(formdata=None),
        "publish_form": PublishForm(formdata=None, report=claim.report, phone=phone),
        "back_form": ReasonForm(formdata=None),
        "objection_form": ObjectionForm(formdata=None),
        "answer_form": ObjectionAnswerForm(formdata=None),
        "warning_form": WarningForm(formdata=None),
        "line_form": ReasonForm(formdata=None),
        "wrong_warning": None,
        "wrong_objection": None,
        "wrong_line": None,
        "payment_form": PaymentForm(formdata=None, data={"paid_on": today()}),
        "package_form": PurposeForm("package", formdata=None),
        "file_form": PurposeForm("file", formdata=None),
    }


# --- the county's check: line by line, warning by warning, then back to the school or up on the board ----


def _line(line_id: int) -> ClaimLine:
    line: ClaimLine = part_or_404(ClaimLine, line_id, Claim, "claim_id")
    return line


def _to_line(line: ClaimLine) -> Response:
    return finish(url_for("subsidies.show", claim_id=line.claim_id, _anchor=f"line-{line.id}"))


@bp.route("/lines/<int:line_id>/refuse", methods=["POST"])
@requires(CHECK)
def refuse_line(line_id: int) -> str | Response:
    """Take one line out, with the reason."""
    line, form = _line(line_id), ReasonForm()
    if not form.validate():
        return claim_page(line.claim, wrong_line=(line.id, form))
    claims.refuse_line(db.session, current_actor(), line, form.reason.data or "")
    flash(_("已剔除%(name)s的一笔。", name=line.enrolment.worker.name), "success")
    return _to_line(line)


@bp.route("/lines/<int:line_id>/restore", methods=["POST"])
@requires(CHECK)
def restore_line(line_id: int) -> Response:
    """Put a line back that a checker took out."""
    line = _line(line_id)
    claims.restore_line(db.session, current_actor(), line, today())
    flash(_("已恢复%(name)s的一笔。", name=line.enrolment.worker.name), "success")
    return _to_line(line)


@bp.route("/<int:claim_id>/doubts", methods=["POST"])
@requires(CHECK)
def answer_warning(claim_id: int) -> str | Response:
    """Write down what was found out about one warning."""
    claim, form = in_scope_or_404(Claim, claim_id), WarningForm()
    number = request.form.get("number", type=row_number)
    if number is None:
        abort(400)
    if not form.validate():
        return claim_page(claim, wrong_warning=(number, form))
    claims.answer_warning(db.session, current_actor(), claim, number, form.answer.data or "", today())
    return finish(url_for("subsidies.show", claim_id=claim.id, _anchor="warnings"))


@bp.route("/<int:claim_id>/send-back", methods=["POST"])
@requires(CHECK)
def send_back(claim_id: int) -> str | Response:
    """Send the claim back to the school, with the reason."""
    claim, form = in_scope_or_404(Claim, claim_id), ReasonForm()
    if not form.validate():
        return claim_page(claim, back_form=form)
    claims.send_back(db.session, current_actor(), claim, form.reason.data or "")
    flash(_("已退回学校。"), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id))
