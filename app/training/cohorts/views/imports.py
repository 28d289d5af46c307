"""A spreadsheet of people for a class: template, upload, preview, one confirm, the refused rows."""

import io

from flask import render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.extensions import db
from app.guards import current_actor, in_scope_or_404, requires, today
from app.once import finish
from app.training.cohorts import importer
from app.training.cohorts.blueprint import bp
from app.training.cohorts.forms import UploadForm
from app.training.cohorts.tabs import tabs_for
from app.training.cohorts.views.people import tell
from app.training.cohorts.views.printing import XLSX
from models.access import Permission
from models.training.cohort import Cohort
from models.training.proposal import ProposalBatch


@bp.route("/<int:cohort_id>/import", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def upload(cohort_id: int) -> str | Response:
    """Take a list and lead to its preview; nobody is proposed yet."""
    cohort, form = in_scope_or_404(Cohort, cohort_id), UploadForm()
    if form.validate_on_submit() and (batch := _taken(form, cohort)):
        return finish(url_for("cohorts.preview", batch_id=batch.id))
    return render_template(
        "training/cohorts/import.html", cohort=cohort, form=form, tabs=tabs_for(current_actor())
    )


def _taken(form: UploadForm, cohort: Cohort) -> ProposalBatch | None:
    file, actor = form.file.data, current_actor()
    try:
        lines = importer.read(db.session, actor, cohort, file.read(), today())
    except importer.Unreadable as problem:
        form.file.errors = [str(problem)]
        return None
    return importer.keep(db.session, actor, cohort, file.filename or "", lines)


@bp.route("/lists/<int:batch_id>")
@requires(Permission.ENROLMENT_CONFIRM)
def preview(batch_id: int) -> str:
    """Whom a list would propose, and which rows are refused, why."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    lines = importer.lines_of(batch)
    return render_template(
        "training/cohorts/preview.html", batch=batch, cohort=batch.cohort, tabs=tabs_for(current_actor()),
        good=[line for line in lines if not line.problems], refused=[line for line in lines if line.problems],
    )  # fmt: skip


@bp.route("/lists/<int:batch_id>/confirm", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def confirm_list(batch_id: int) -> Response:
    """Propose everybody on a good row, all or none."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    rows, barred, people = importer.confirm(db.session, current_actor(), batch, today())
    tell(len(rows), barred, people)
    return finish(url_for("cohorts.people", cohort_id=batch.cohort_id))


@bp.route("/lists/<int:batch_id>/refused.xlsx")
@requires(Permission.ENROLMENT_CONFIRM)
def refused(batch_id: int) -> Response:
    """The refused rows with their reasons."""
    batch, target = in_scope_or_404(ProposalBatch, batch_id), io.BytesIO()
    importer.write_refused(target, importer.lines_of(batch))
    return _as_download(target, _("退回的人.xlsx"))


@bp.route("/list-template.xlsx")
@requires(Permission.ENROLMENT_CONFIRM)
def template() -> Response:
    """The blank workbook."""
    target = io.BytesIO()
    importer.write_template(target)
    return _as_download(target, _("推荐名单模板.xlsx"))


def _as_download(target: io.BytesIO, name: str) -> Response:
    target.seek(0)
    return send_file(target, mimetype=XLSX, as_attachment=True, download_name=name)
