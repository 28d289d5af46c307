"""What leaves the platform: the application on A4, the package, the payment file. Files with names are
audited."""

import io
from collections.abc import Callable
from typing import IO

from flask import render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import XLSX
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.subsidies import bp, package
from app.training.subsidies.forms import PackageForm, PaymentFileForm
from app.training.subsidies.labels import reason_of, told_basis
from app.training.subsidies.page import claim_page
from app.training.subsidies.queries.claims import lines_of
from models.access import Permission
from models.audit import EventTag, record
from models.clock import today
from models.training.subsidy import Claim

P = Permission


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
        lines=lines_of(db.session, claim),
        told_basis=told_basis,
        reason_of=reason_of,
    )


@bp.route("/<int:claim_id>/package", methods=["POST"])
@requires(P.ENROLMENT_READ)
def download_package(claim_id: int) -> str | Response:
    """All papers of the claim in one archive."""
    claim, form = in_scope_or_404(Claim, claim_id), PackageForm()
    if not form.validate():
        return claim_page(claim, package_form=form)
    name = _("%(number)s申报材料.zip", number=claim.number)
    return _audited(
        claim, form, "package", name, lambda target: package.write_package(target, db.session, claim, today())
    )


@bp.route("/<int:claim_id>/payment-file", methods=["POST"])
@requires(P.CLAIM_PAY)
def payment_file(claim_id: int) -> str | Response:
    """Whom to pay how much, for the paying office."""
    claim, form = in_scope_or_404(Claim, claim_id), PaymentFileForm()
    if not form.validate():
        return claim_page(claim, file_form=form)
    name = _("%(number)s拨付清单.xlsx", number=claim.number)
    return _audited(
        claim, form, "payment", name, lambda target: package.write_payment_file(target, db.session, claim)
    )


def _audited(
    claim: Claim,
    form: PackageForm | PaymentFileForm,
    kind: str,
    name: str,
    write: Callable[[IO[bytes]], None],
) -> Response:
    """Write the file, note who took it and what for, and send it; the same form again leads back to the
    claim."""
    target = io.BytesIO()
    write(target)
    record(db.session, current_actor(), EventTag.CLAIM_EXPORT, claim, kind=kind, purpose=form.purpose.data)
    finish(url_for("subsidies.show", claim_id=claim.id, again=1, _anchor="papers"))
    target.seek(0)
    mimetype = XLSX if name.endswith(".xlsx") else "application/zip"
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)
