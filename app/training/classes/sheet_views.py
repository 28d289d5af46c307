"""A spreadsheet of people for a class: template, upload, preview, one confirm, the refused rows."""

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.web import SheetForm, send_refused, send_workbook, taken
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.classes import bp, bulk_upload
from app.training.classes.people_views import tell
from app.training.classes.queries.classes import tabs_for
from models.access import Permission
from models.clock import today
from models.training.proposal import ProposalBatch
from models.training.training_class import TrainingClass


@bp.route("/<int:class_id>/import", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def upload(class_id: int) -> str | Response:
    """Take a list and lead to its preview; nobody is proposed yet."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), SheetForm()
    if form.validate_on_submit() and (
        batch := taken(form, lambda data, name: _keep(training_class, data, name))
    ):
        return finish(url_for("training_classes.preview", batch_id=batch.id))
    return render_template(
        "training/classes/import.html",
        training_class=training_class,
        form=form,
        tabs=tabs_for(current_actor()),
    )


def _keep(training_class: TrainingClass, data: bytes, filename: str) -> ProposalBatch:
    reading = bulk_upload.read(db.session, current_actor(), training_class, data, today())
    return bulk_upload.keep(db.session, current_actor(), training_class, filename, reading)


@bp.route("/lists/<int:batch_id>")
@requires(Permission.ENROLMENT_CONFIRM)
def preview(batch_id: int) -> str:
    """Whom a list would propose, and which rows are refused, why."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    return render_template(
        "training/classes/preview.html",
        batch=batch,
        training_class=batch.training_class,
        tabs=tabs_for(current_actor()),
        reading=reading_of(batch),
        layout=bulk_upload.PEOPLE,
    )


@bp.route("/lists/<int:batch_id>/confirm", methods=["POST"])
@requires(Permission.ENROLMENT_CONFIRM)
def confirm_list(batch_id: int) -> Response:
    """Propose everybody on a good row, all or none."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    rows, barred, people = bulk_upload.confirm(db.session, current_actor(), batch, today())
    tell(len(rows), barred, people)
    return finish(url_for("training_classes.people", class_id=batch.class_id))


@bp.route("/lists/<int:batch_id>/refused.xlsx")
@requires(Permission.ENROLMENT_CONFIRM)
def refused(batch_id: int) -> Response:
    """The refused rows with their reasons."""
    batch = in_scope_or_404(ProposalBatch, batch_id)
    return send_refused(_("退回的人.xlsx"), bulk_upload.PEOPLE, batch)


@bp.route("/list-template.xlsx")
@requires(Permission.ENROLMENT_CONFIRM)
def template() -> Response:
    """The blank workbook."""
    return send_workbook(_("推荐名单模板.xlsx"), bulk_upload.write_template)
