"""HTTP of a timetable's spreadsheet: template, upload, preview, one confirm, the refused rows."""

import io

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.extensions import db
from app.guards import current_actor, in_scope_or_404, requires
from app.once import finish
from app.training.lessons import importer, operations
from app.training.lessons.blueprint import bp
from app.training.lessons.forms import UploadForm
from app.training.lessons.views.timetable import WRITE, as_download
from models.training.cohort import Cohort
from models.training.lesson import TimetableBatch


@bp.route("/lessons/template.xlsx")
@requires(WRITE)
def template() -> Response:
    """The blank workbook."""
    target = io.BytesIO()
    importer.write_template(target)
    return as_download(target, _("课程表模板.xlsx"))


@bp.route("/classes/<int:cohort_id>/timetable/import", methods=["GET", "POST"])
@requires(WRITE)
def upload(cohort_id: int) -> str | Response:
    """Take a file and lead to its preview; the timetable stays as it is."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    form = UploadForm()
    if form.validate_on_submit() and (batch := _taken(form, cohort)):
        return finish(url_for("lessons.preview", batch_id=batch.id))
    return render_template("training/lessons/import.html", form=form, cohort=cohort)


def _taken(form: UploadForm, cohort: Cohort) -> TimetableBatch | None:
    file = form.file.data
    try:
        reading = importer.read(db.session, cohort, file.read())
    except importer.Unreadable as problem:
        form.file.errors = [str(problem)]
        return None
    return importer.keep(db.session, current_actor(), cohort, file.filename or "", reading)


@bp.route("/lessons/imports/<int:batch_id>")
@requires(WRITE)
def preview(batch_id: int) -> str:
    """What a file would bring, and which rows are refused, why."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    return render_template(
        "training/lessons/preview.html", batch=batch, cohort=batch.cohort, reading=importer.reading_of(batch),
        needs_reason=operations.needs_reason(batch.cohort),
    )  # fmt: skip


@bp.route("/lessons/imports/<int:batch_id>/confirm", methods=["POST"])
@requires(WRITE)
def confirm(batch_id: int) -> Response:
    """Replace the timetable, all or nothing."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    only_good, reason = bool(request.form.get("only_good")), request.form.get("reason", "")[:200]
    count = importer.confirm(db.session, current_actor(), batch, only_good, reason)
    flash(_("课程表换好了，导入 %(n)s 节课。", n=count), "success")
    return finish(url_for("lessons.timetable", cohort_id=batch.cohort_id))


@bp.route("/lessons/imports/<int:batch_id>/refused.xlsx")
@requires(WRITE)
def refused(batch_id: int) -> Response:
    """The refused rows with their reasons."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    target = io.BytesIO()
    importer.write_refused(target, importer.reading_of(batch).refused)
    return as_download(target, _("退回的课程.xlsx"))
