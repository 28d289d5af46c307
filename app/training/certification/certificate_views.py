"""Certificates: typed on the page, listed, printed, revoked."""

from datetime import date

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.reading import Line
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.training.certification import bp, operations
from app.training.certification.checking import check_certificates
from app.training.certification.exam_views import typed_lines
from app.training.certification.forms import IssueForm, ReasonForm
from app.training.certification.operations.certificates import class_problem
from app.training.certification.operations.progress import without_certificate
from app.training.certification.page import class_page
from app.training.certification.queries.lists import certificates_of, page_of
from app.training.certification.queries.public import public_address, qr_picture
from models.access import Permission
from models.clock import today
from models.training.certificate import Certificate
from models.training.training_class import TrainingClass
from models.training.training_order import SKILL_LEVEL_LABELS


@bp.route("/results/certificates")
@requires(Permission.CERTIFICATE_ISSUE)
def index() -> str:
    """All certificates of the reader's area, the newest first; searched by the beginning of their number."""
    wanted = request.args.get("number", "")[:40]
    rows, after = page_of(db.session, current_actor(), wanted, request.args.get("after", type=row_number))
    return render_template(
        "training/certification/certificates.html", rows=rows, after=after, wanted=wanted, today=today()
    )


@bp.route("/classes/<int:class_id>/numbers", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def issue(class_id: int) -> str | Response:
    """Type the certificate numbers of a class; a form with errors comes back as it was typed."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = without_certificate(db.session, training_class)
    form, lines = IssueForm(data=None if request.method == "POST" else {"issued_on": today()}), []
    if request.method == "POST" and form.validate():
        lines = typed_lines(learners, ("number", "level"))
        lines = [line for line in lines if line.cells["number"]]
        _say_once(lines, form.issued_on.data or today(), form.issuer.data or "")
        entries = check_certificates(db.session, training_class, lines, today())
        if not any(line.problems for line in lines):
            operations.issue(db.session, current_actor(), training_class, entries, today())
            flash(_("已登记 %(n)s 张证书，技能和证书已写进本人资料。", n=len(entries)), "success")
            return finish(url_for("certification.marks", class_id=training_class.id))
    return class_page(
        "numbers",
        training_class,
        form=form,
        learners=learners,
        levels=SKILL_LEVEL_LABELS,
        problem=class_problem(training_class),
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
        address=public_address(certificate),
        picture=qr_picture(certificate),
        learner=certificate.enrolment,
        may_reissue=_may_reissue(certificate),
    )


def _may_reissue(certificate: Certificate) -> bool:
    if certificate.revoked_at is None or not current_actor().can(Permission.CERTIFICATE_ISSUE):
        return False
    lacking = {one.id for one in without_certificate(db.session, certificate.training_class)}
    return class_problem(certificate.training_class) is None and certificate.enrolment_id in lacking


@bp.route("/results/certificates/<int:certificate_id>/revoke", methods=["POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def revoke(certificate_id: int) -> str | Response:
    """Revoke a certificate, with the reason."""
    certificate, form = in_scope_or_404(Certificate, certificate_id), ReasonForm()
    if not form.validate():
        return _page(certificate, form)
    operations.revoke(db.session, current_actor(), certificate, form.reason.data or "", today())
    flash(_("证书 %(number)s 已吊销，公开查询页已经显示。", number=certificate.number), "success")
    return finish(url_for("certification.show", certificate_id=certificate.id))


@bp.route("/classes/<int:class_id>/sheet")
@requires(Permission.ENROLMENT_READ)
def sheet(class_id: int) -> str:
    """The class's certificates with their QR codes, to be printed and cut."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    rows = [row for row in certificates_of(db.session, training_class).values() if row.is_valid_on(today())]
    return render_template(
        "training/certification/sheet.html",
        training_class=training_class,
        rows=rows,
        pictures={row.id: qr_picture(row) for row in rows},
    )
