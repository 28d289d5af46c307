"""HTTP of a timetable's spreadsheet: template, upload, preview, one confirm, the refused rows."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.web import SheetForm, send_refused, send_workbook, taken
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.timetable import bp, operations
from app.training.timetable import bulk_upload as importer
from app.training.timetable.columns import TIMETABLE
from app.training.timetable.views import WRITE
from models.training.lesson import TimetableBatch
from models.training.training_class import TrainingClass


@bp.route("/lessons/template.xlsx")
@requires(WRITE)
def template() -> Response:
    """The blank workbook."""
    return send_workbook(_("课程表模板.xlsx"), importer.write_template)


@bp.route("/classes/<int:class_id>/timetable/import", methods=["GET", "POST"])
@requires(WRITE)
def upload(class_id: int) -> str | Response:
    """Take a file and lead to its preview; the timetable stays as it is."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    form = SheetForm()
    if form.validate_on_submit() and (
        batch := taken(form, lambda data, name: _keep(training_class, data, name))
    ):
        return finish(url_for("timetable.preview", batch_id=batch.id))
    return render_template("training/timetable/import.html", form=form, training_class=training_class)


def _keep(training_class: TrainingClass, data: bytes, filename: str) -> TimetableBatch:
    reading = importer.read(db.session, training_class, data)
    return importer.keep(db.session, current_actor(), training_class, filename, reading)


@bp.route("/classes/timetables/<int:batch_id>")
@requires(WRITE)
def preview(batch_id: int) -> str:
    """What a file would bring, and which rows are refused, why."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    reading = reading_of(batch)
    return render_template(
        "training/timetable/preview.html",
        batch=batch,
        training_class=batch.training_class,
        reading=reading,
        layout=TIMETABLE,
        periods=importer.periods(reading),
        needs_reason=operations.needs_reason(batch.training_class),
    )


@bp.route("/classes/timetables/<int:batch_id>/confirm", methods=["POST"])
@requires(WRITE)
def confirm(batch_id: int) -> Response:
    """Replace the timetable, all or nothing."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    only_good, reason = bool(request.form.get("only_good")), request.form.get("reason", "")[:200]
    count = importer.confirm(db.session, current_actor(), batch, only_good, reason)
    flash(_("课程表换好了，导入 %(n)s 节课。", n=count), "success")
    return finish(url_for("timetable.show", class_id=batch.class_id))


@bp.route("/classes/timetables/<int:batch_id>/refused.xlsx")
@requires(WRITE)
def refused(batch_id: int) -> Response:
    """The refused rows with their reasons."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    return send_refused(_("退回的课程.xlsx"), TIMETABLE, batch)
