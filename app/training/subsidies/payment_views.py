"""The public list and what is said against it, the files that leave the platform, the payment, the ledger."""

import io
from collections.abc import Callable
from typing import IO

from flask import abort, flash, make_response, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import XLSX
from app.kit.files.document_sanitizer import MEDIA_TYPE
from app.kit.web.extensions import db, limiter
from app.kit.web.fields import Form, past_day, text
from app.kit.web.formatters import say, yuan
from app.kit.web.guards import (
    current_actor,
    in_scope_or_404,
    looks_everywhere,
    open_to_all,
    part_or_404,
    reads_files,
    requires,
)
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import ClaimPaperForm
from app.kit.web.purposes import PurposeForm
from app.kit.web.request_limits import row_number
from app.training.subsidies import bp, package, queries
from app.training.subsidies.operations import claims, notices, payments
from app.training.subsidies.rules import calculation_on_paper
from app.training.subsidies.views import (
    CHECK,
    ObjectionAnswerForm,
    ObjectionForm,
    PaymentForm,
    PublishForm,
    claim_page,
)
from models.access import Permission
from models.clock import today, utc_now
from models.reference.area import area_names
from models.training import recovery
from models.training.claim_paper import ClaimPaper
from models.training.recovery import RECOVERY_WORKFLOW, Recovery, RecoveryState
from models.training.subsidy import Claim, ClaimLine, PublicNotice, Scheme
from models.training.training_class import ClassState
from models.workflow import TransitionRefused

P = Permission


@bp.route("/<int:claim_id>/publish", methods=["POST"])
@requires(CHECK)
def publish(claim_id: int) -> str | Response:
    """Pass the claim and put its list up; what came to light since it was made is asked first."""
    claim, form = in_scope_or_404(Claim, claim_id), PublishForm()
    if not form.validate():
        return claim_page(claim, publish_form=form)
    if claims.new_questions(db.session, current_actor(), claim, today()):
        claim.report = form.report.data or ""
        flash(_("申报以后又有了新的疑点，写完核实情况再公示。审核意见替你留着。"), "warning")
        return finish(url_for("subsidies.show", claim_id=claim.id, _anchor="warnings"))
    report, phone = form.report.data or "", form.phone.data or ""
    _up, struck = notices.publish(db.session, current_actor(), claim, report, today(), phone)
    _tell_struck(struck)
    flash(_("名单已公示。期满以后，由另一位同事拨付。"), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id, _anchor="notice"))


def _tell_struck(struck: list[ClaimLine]) -> None:
    """Say who was taken out just now; the reasons stand with the lines."""
    if struck:
        names = "、".join(dict.fromkeys(line.enrolment.worker.name for line in struck))
        told = _("有 %(n)s 笔已经不成立，剔除了：%(names)s。原因写在每个人后面。", n=len(struck), names=names)
        flash(told, "warning")


# --- the public list ------------------------------------------------------------------------------------


@bp.route("/notice/<token>")
@open_to_all
@limiter.limit("30/minute")
def notice(token: str) -> tuple[Response, int]:
    """The list while it is up; afterwards, taken down or guessed, the page without it."""
    looks_everywhere("a published list: its address is the key")
    row = notices.public_notice(db.session, token)
    is_up = row is not None and row.withdrawn_at is None and row.starts_on <= today() <= row.ends_on
    county = area_names(db.session, {row.claim.county_code}) if row else {}
    page = render_template(
        "training/subsidies/notice.html",
        row=row,
        is_up=is_up,
        names=notices.names_on(db.session, row) if row and is_up else {},
        county="".join(county.values()),
    )
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer, 200 if row else 404


def _notice(notice_id: int) -> PublicNotice:
    row: PublicNotice = part_or_404(PublicNotice, notice_id, Claim, "claim_id")
    return row


@bp.route("/notices/<int:notice_id>/objections", methods=["POST"])
@requires(CHECK)
def record_objection(notice_id: int) -> str | Response:
    """Note what was said against a list."""
    row, form = _notice(notice_id), ObjectionForm()
    if not form.validate():
        return claim_page(row.claim, objection_form=form)
    text, by_whom = form.said.data or "", form.by_whom.data or ""
    notices.record_objection(db.session, current_actor(), row, text, by_whom)
    flash(_("异议已登记，答复以前不能拨付。"), "success")
    return finish(url_for("subsidies.show", claim_id=row.claim_id, _anchor="notice"))


@bp.route("/notices/<int:notice_id>/answer", methods=["POST"])
@requires(CHECK)
def answer_objection(notice_id: int) -> str | Response:
    """Answer one objection; one that is right takes the list down."""
    row, form = _notice(notice_id), ObjectionAnswerForm()
    objection = notices.open_objection(db.session, row, form.objection.data) or abort(400)
    if not form.validate():
        return claim_page(row.claim, wrong_objection=(objection.id, form))
    upheld, answer = form.upheld.data == "1", form.answer.data or ""
    notices.answer_objection(db.session, current_actor(), objection, upheld, answer, utc_now())
    flash(_("已撤下公示，请重新审核。") if upheld else _("已答复，公示继续。"), "success")
    return finish(url_for("subsidies.show", claim_id=row.claim_id, _anchor="notice"))


# --- what the school sends with its claim ---------------------------------------------------------------


@bp.route("/<int:claim_id>/papers", methods=["POST"])
@requires(P.CLAIM_MAKE)
@reads_files
def attach(claim_id: int) -> str | Response:
    """Take one attachment."""
    claim, form, actor = in_scope_or_404(Claim, claim_id), ClaimPaperForm(), current_actor()
    if not form.hand_to(lambda kind, paper: claims.attach(db.session, actor, claim, kind, paper)):
        return claim_page(claim, paper_form=form)
    flash(_("附件收到了。"), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id, _anchor="attachments"))


def _paper(paper_id: int) -> ClaimPaper:
    row: ClaimPaper = part_or_404(ClaimPaper, paper_id, Claim, "claim_id")
    return row if row.withdrawn_at is None else abort(404)


@bp.route("/papers/<int:paper_id>/open", methods=["POST"])
@requires(P.ENROLMENT_READ)
def open_paper(paper_id: int) -> Response:
    """Show an attachment."""
    paper = _paper(paper_id)
    content = claims.open_paper(db.session, current_actor(), paper)
    db.session.commit()
    return Response(content, mimetype=MEDIA_TYPE, headers={"Content-Disposition": "inline"})


@bp.route("/papers/<int:paper_id>/withdraw", methods=["POST"])
@requires(P.CLAIM_MAKE)
def withdraw_paper(paper_id: int) -> Response:
    """Take an attachment back."""
    paper = _paper(paper_id)
    claims.withdraw_paper(db.session, current_actor(), paper, utc_now())
    flash(_("附件收回了。"), "success")
    return finish(url_for("subsidies.show", claim_id=paper.claim_id, _anchor="attachments"))


# --- what leaves the platform; files with names are audited ---------------------------------------------


@bp.route("/<int:claim_id>/application")
@requires(P.ENROLMENT_READ)
def application(claim_id: int) -> str:
    """The 职业培训补贴申请表 with the list of sums, A4."""
    claim = in_scope_or_404(Claim, claim_id)
    return render_template(
        "print/subsidy_application.html",
        claim=claim,
        training_class=claim.training_class,
        today=today(),
        rows=package.application_rows(db.session, claim, today()),
        lines=queries.lines_of(db.session, claim),
        calculation=calculation_on_paper,
    )


@bp.route("/<int:claim_id>/package", methods=["POST"])
@requires(P.ENROLMENT_READ)
def download_package(claim_id: int) -> str | Response:
    """All papers of the claim in one archive."""
    claim, form = in_scope_or_404(Claim, claim_id), PurposeForm("package")
    if not form.validate():
        return claim_page(claim, package_form=form)

    def write(target: IO[bytes]) -> None:
        package.write_package(target, db.session, claim, today())

    name = _("%(number)s申报材料.zip", number=claim.number)
    return _audited(claim, form, "package", name, write)


@bp.route("/<int:claim_id>/payment-file", methods=["POST"])
@requires(P.CLAIM_PAY)
def payment_file(claim_id: int) -> str | Response:
    """Whom to pay how much, for the paying office."""
    claim, form = in_scope_or_404(Claim, claim_id), PurposeForm("file")
    if not form.validate():
        return claim_page(claim, file_form=form)

    struck = payments.check_again(db.session, current_actor(), claim, today())

    def write(target: IO[bytes]) -> None:
        package.write_payment_file(target, db.session, claim, struck)

    name = _("%(number)s拨付清单.xlsx", number=claim.number)
    return _audited(claim, form, "payment", name, write)


def _audited(
    claim: Claim,
    form: PurposeForm,
    kind: str,
    name: str,
    write: Callable[[IO[bytes]], None],
) -> Response:
    """Write the file, note who took it and what for, and send it.

    The same form again leads back to the claim.
    """
    target = io.BytesIO()
    write(target)
    claims.note_export(db.session, current_actor(), claim, kind, form.purpose.data or "")
    finish(url_for("subsidies.show", claim_id=claim.id, again=1, _anchor="papers"))
    target.seek(0)
    mimetype = XLSX if name.endswith(".xlsx") else "application/zip"
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)


# --- the payment ----------------------------------------------------------------------------------------


@bp.route("/<int:claim_id>/pay", methods=["POST"])
@requires(P.CLAIM_PAY)
def pay(claim_id: int) -> str | Response:
    """Note the payment of a claim whose list was up for all its days."""
    claim, form = in_scope_or_404(Claim, claim_id), PaymentForm()
    if not form.validate() or not _is_possible(claim, form):
        return claim_page(claim, payment_form=form)
    if struck := payments.check_again(db.session, current_actor(), claim, today()):
        _tell_struck(struck)
        flash(_("没有登记拨付。金额变了，请对照新的金额再登记。"), "warning")
        return finish(url_for("subsidies.show", claim_id=claim.id, _anchor="pay"))
    total = payments.pay(db.session, current_actor(), claim, form.payment(), today())
    flash(_("已登记拨付 %(sum)s，记入台账。", sum=yuan(total)), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id))


def _is_possible(claim: Claim, form: PaymentForm) -> bool:
    """Check the day beside its field; all else the operation says."""
    notice = notices.current_notice(db.session, claim)
    if claim.training_class.state is not ClassState.PUBLISHED or notice is None:
        return True
    sentence = payments.day_refusal(notice, form.payment().paid_on, today())
    if sentence:
        form.paid_on.errors = [*form.paid_on.errors, say(sentence)]
    return not sentence


# --- what is to come back -------------------------------------------------------------------------------


class ReturnForm(Form):
    """When the money came back."""

    paid_on = past_day(_l("收回日期"), must=True)
    voucher = text(_l("凭证号"), most=60, must=True, description=_l("收款凭证或银行回单的编号"))


@bp.route("/recoveries")
@requires(P.CLAIM_READ)
def recovery_list() -> str:
    """What is to come back after all, or came back."""
    return _recoveries()


def _recoveries(wrong: tuple[int, ReturnForm] | None = None) -> str:
    state = request.args.get("state", "")
    state = RecoveryState(state) if state in set(RecoveryState) else RecoveryState.OPEN
    rows, after = recovery.recoveries(
        db.session, current_actor(), state, request.args.get("after", type=row_number)
    )
    return render_template(
        "training/subsidies/recoveries.html",
        rows=rows,
        after=after,
        state=state,
        states=list(RecoveryState),
        waive=[RECOVERY_WORKFLOW.by_event["waive"]] if current_actor().can(CHECK) else [],
        form=ReturnForm(formdata=None, data={"paid_on": today()}),
        wrong=wrong,
        masks=not current_actor().can(P.ENROLMENT_READ),
    )


@bp.route("/recoveries/<int:recovery_id>/return", methods=["POST"])
@requires(P.CLAIM_PAY)
def come_back(recovery_id: int) -> str | Response:
    """Note that money is back."""
    row, form = in_scope_or_404(Recovery, recovery_id), ReturnForm()
    if not form.validate():
        return _recoveries((row.id, form))
    try:
        recovery.come_back(
            db.session, current_actor(), row, form.paid_on.data or today(), form.voucher.data or "", today()
        )
    except TransitionRefused as problem:
        db.session.rollback()
        form.paid_on.errors = [*form.paid_on.errors, say(problem.sentence)]
        return _recoveries((recovery_id, form))
    flash(_("已登记收回 %(sum)s，记入台账。", sum=yuan(row.amount_fen)), "success")
    return finish(url_for("subsidies.recovery_list"))


@bp.route("/recoveries/<int:recovery_id>/state", methods=["POST"])
@requires(CHECK)
def waive(recovery_id: int) -> Response:
    """Leave the money where it is, with the reason."""
    row = in_scope_or_404(Recovery, recovery_id)
    reason = request.form.get("reason", "")
    RECOVERY_WORKFLOW.advance(db.session, row, "waive", current_actor(), reason=reason)
    row.reason = f"{row.reason}；{reason.strip()}"[:300]
    flash(_("已登记不追回。"), "success")
    return finish(url_for("subsidies.recovery_list"))


@bp.route("/ledger")
@requires(P.CLAIM_READ)
def ledger() -> str:
    """What was paid: entries by key, sums by month, school and subsidy."""
    actor = current_actor()
    rows, after = payments.ledger_page(db.session, actor, request.args.get("after", type=row_number))
    months = payments.paid_by_month(db.session, actor)
    return render_template(
        "training/subsidies/ledger.html",
        rows=rows,
        after=after,
        months=months,
        bars=payments.month_bars(months),
        schools=payments.paid_by_school(db.session, actor),
        schemes=[one for one in Scheme if any(month.by_scheme.get(one) for month in months)],
    )
