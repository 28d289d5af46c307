"""Certificates: typed, listed, printed, revoked, looked up by employers; the spreadsheets of results."""

from datetime import date

from flask import abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Line, Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db, limiter
from app.kit.web.fields import Form, choice, past_day, text, tidy
from app.kit.web.guards import (
    current_actor,
    in_scope_or_404,
    looks_everywhere,
    open_to_all,
    reads_files,
    requires,
)
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.training.certification import bp, bulk_upload, queries
from app.training.certification.bulk_upload import CERTIFICATES, LAYOUTS, MARKS, PERMISSION
from app.training.certification.operations import certificates, exams, progress
from app.training.certification.views import class_page, typed_lines
from app.training.classes.queries import people
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import Sentence
from models.training.certificate import (
    REVOCATION_GROUND_LABELS,
    Certificate,
    ResultBatch,
    ResultKind,
    RevocationGround,
)
from models.training.training_class import TrainingClass
from models.training.training_order import SKILL_LEVEL_LABELS


class IssueForm(Form):
    """What is said once for all certificates typed on the page."""

    issued_on = past_day(_l("发证日期"), must=True)
    issuer = text(_l("发证机构"), most=100, must=True)


class ReasonForm(Form):
    """Why a certificate is revoked."""

    ground = choice(
        _l("哪一种情况"),
        [(ground.value, _l(word)) for ground, word in REVOCATION_GROUND_LABELS.items()],
        must=True,
        description=_l("发错和弄虚作假的，技能也从本人资料里去掉；另外两种技能还在"),
    )
    reason = text(_l("为什么吊销"), most=300, must=True)


class MarksForm(UploadForm):
    """A spreadsheet of scores, and the day of the examination."""

    held_on = past_day(_l("考核日期"), must=True)


@bp.route("/results/certificates")
@requires(Permission.CERTIFICATE_ISSUE)
def index() -> str:
    """All certificates of the reader's area, the newest first; searched by the beginning of their number."""
    wanted, key = tidy(request.args.get("number", ""))[:40], request.args.get("after", type=row_number)
    rows, after = queries.page_of(db.session, current_actor(), wanted, key)
    return render_template(
        "training/certification/certificates.html", rows=rows, after=after, wanted=wanted, today=today()
    )


@bp.route("/classes/<int:class_id>/numbers", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def issue(class_id: int) -> str | Response:
    """Type the certificate numbers of a class; a form with errors comes back as it was typed."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = progress.without_certificate(db.session, training_class)
    form, lines = IssueForm(data=None if request.method == "POST" else {"issued_on": today()}), []
    if request.method == "POST" and form.validate():
        typed = typed_lines(learners, ("number", "level"))
        lines = [line for line in typed if line.cells["number"]]
        _say_once(lines, form.issued_on.data or today(), form.issuer.data or "")
        entries = bulk_upload.check_certificates(db.session, training_class, lines, today())
        if not any(line.problems for line in lines):
            certificates.issue(db.session, current_actor(), training_class, entries, utc_now())
            flash(_("已登记 %(n)s 张证书，技能和证书已写进本人资料。", n=len(entries)), "success")
            return finish(url_for("certification.marks", class_id=training_class.id))
    return class_page(
        "numbers",
        training_class,
        form=form,
        learners=learners,
        levels=SKILL_LEVEL_LABELS,
        refusal=certificates.class_refusal(training_class),
        typed={line.subject_id: line for line in lines},
    )


def _say_once(lines: list[Line], issued_on: date, issuer: str) -> None:
    for line in lines:
        line.cells |= {"issued_on": issued_on.isoformat(), "issuer": issuer}


@bp.route("/results/certificates/<int:certificate_id>")
@requires(Permission.ENROLMENT_READ)
def show(certificate_id: int) -> str:
    """One certificate with its QR code; the county finds the form to revoke it here."""
    return _page(in_scope_or_404(Certificate, certificate_id), ReasonForm(formdata=None))


def _page(certificate: Certificate, form: ReasonForm) -> str:
    return render_template(
        "training/certification/certificate.html",
        row=certificate,
        form=form,
        today=today(),
        address=queries.public_address(certificate),
        picture=queries.qr_picture(certificate),
        learner=certificate.enrolment,
        may_reissue=_may_reissue(certificate),
    )


def _may_reissue(certificate: Certificate) -> bool:
    training_class = certificate.training_class
    if certificate.revoked_at is None or not current_actor().can(Permission.CERTIFICATE_ISSUE):
        return False
    without = {one.id for one in progress.without_certificate(db.session, training_class)}
    return certificates.class_refusal(training_class) is None and certificate.enrolment_id in without


@bp.route("/results/certificates/<int:certificate_id>/revoke", methods=["POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def revoke(certificate_id: int) -> str | Response:
    """Revoke a certificate, with the reason."""
    certificate, form = in_scope_or_404(Certificate, certificate_id), ReasonForm()
    if not form.validate():
        return _page(certificate, form)
    ground, reason = RevocationGround(form.ground.data), form.reason.data or ""
    sums = certificates.revoke(db.session, current_actor(), certificate, ground, reason, utc_now())
    flash(_("证书 %(number)s 已吊销，公开查询页已经显示。", number=certificate.number), "success")
    if sums:
        flash(_("凭这本证已经拨付过 %(n)s 笔补贴，列入待追回。", n=sums), "warning")
    return finish(url_for("certification.show", certificate_id=certificate.id))


@bp.route("/classes/<int:class_id>/sheet")
@requires(Permission.ENROLMENT_READ)
def sheet(class_id: int) -> str:
    """The class's certificates with their QR codes, to be printed and cut."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    issued = queries.certificates_of(db.session, training_class).values()
    rows = [row for row in issued if row.is_valid_on(today())]
    return render_template(
        "training/certification/sheet.html",
        training_class=training_class,
        rows=rows,
        pictures={row.id: queries.qr_picture(row) for row in rows},
    )


@bp.route("/results/verify/<token>")
@open_to_all
@limiter.limit("30/minute")
def verify(token: str) -> tuple[Response, int]:
    """The public page behind the QR code: as much as an employer needs, and nothing else.

    A guessed address shows the same page, without.
    """
    looks_everywhere("a certificate: its address is the key")
    row = queries.public_certificate(db.session, token)
    answer = make_response(render_template("training/certification/verify.html", row=row, today=today()))
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer, 200 if row else 404


# --- spreadsheets: template, upload, preview, one confirm, the rejected rows ----------------------------


@bp.route("/classes/<int:class_id>/marks.xlsx")
@requires(Permission.EXAM_RECORD)
def marks_template(class_id: int) -> Response:
    """The class's workbook for scores: learners who may sit the examination and have none yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    rules = exams.exam_rules(db.session, training_class, today())
    learners = rules.waiting(people.learners(db.session, training_class))
    name = _("%(name)s成绩.xlsx", name=training_class.name)
    return send_workbook(name, bulk_upload.write_template, training_class, MARKS, learners)


@bp.route("/classes/<int:class_id>/numbers.xlsx")
@requires(Permission.CERTIFICATE_ISSUE)
def numbers_template(class_id: int) -> Response:
    """The class's workbook for certificate numbers: learners who finished and have none yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = progress.without_certificate(db.session, training_class)
    name = _("%(name)s证书.xlsx", name=training_class.name)
    return send_workbook(name, bulk_upload.write_template, training_class, CERTIFICATES, learners)


@bp.route("/classes/<int:class_id>/marks/import", methods=["GET", "POST"])
@requires(Permission.EXAM_RECORD)
@reads_files
def import_marks(class_id: int) -> str | Response:
    """Take a file of scores and lead to its preview; nothing is written yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    refusal = exams.exam_rules(db.session, training_class, today()).class_refusal()
    return _upload(training_class, MARKS, MarksForm(), refusal)


@bp.route("/classes/<int:class_id>/numbers/import", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
@reads_files
def import_numbers(class_id: int) -> str | Response:
    """Take a file of certificate numbers and lead to its preview; nothing is written yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    return _upload(training_class, CERTIFICATES, UploadForm(), certificates.class_refusal(training_class))


def _upload(
    training_class: TrainingClass, kind: ResultKind, form: UploadForm, refusal: Sentence | None
) -> str | Response:
    def read(sent: Sent) -> Reading:
        return bulk_upload.read_results(db.session, training_class, kind, sent, today())

    def keep(reading: Reading, sent: Sent, filename: str) -> ResultBatch:
        held_on = form.held_on.data if isinstance(form, MarksForm) else None
        return bulk_upload.keep(db.session, current_actor(), training_class, kind, reading, filename, held_on)

    if form.validate_on_submit() and not refusal and (batch := read_upload(form, read, keep)):
        return finish(url_for("certification.preview", batch_id=batch.id))
    return render_template(
        "training/certification/import.html",
        training_class=training_class,
        kind=kind,
        form=form,
        refusal=refusal,
    )


@bp.route("/results/imports/<int:batch_id>")
@requires(Permission.ENROLMENT_READ)
def preview(batch_id: int) -> str:
    """What a file would bring, and which rows are rejected, why."""
    batch = in_scope_or_404(ResultBatch, batch_id)
    return render_template(
        "training/certification/preview.html",
        batch=batch,
        reading=reading_of(batch),
        layout=LAYOUTS[batch.kind],
        may_confirm=current_actor().can(PERMISSION[batch.kind]),
    )


@bp.route("/results/imports/<int:batch_id>/confirm", methods=["POST"])
@requires(Permission.ENROLMENT_READ)
def confirm(batch_id: int) -> Response:
    """Write the good rows, all or none."""
    batch = in_scope_or_404(ResultBatch, batch_id)
    if not current_actor().can(PERMISSION[batch.kind]):
        abort(403)
    count = bulk_upload.confirm(db.session, current_actor(), batch, utc_now())
    flash(_("已登记 %(n)s 人。", n=count), "success")
    return finish(url_for("certification.marks", class_id=batch.class_id))


@bp.route("/results/imports/<int:batch_id>/refused.xlsx")
@requires(Permission.ENROLMENT_READ)
def refused(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    batch = in_scope_or_404(ResultBatch, batch_id)
    return send_rejected(_("退回的行.xlsx"), LAYOUTS[batch.kind], batch)
