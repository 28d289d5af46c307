"""HTTP of a class's spreadsheets of results: template, upload, preview, one confirm, the refused rows."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.web import SheetForm, send_refused, send_workbook, taken
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.certification import batches, bp
from app.training.certification import bulk_upload as importer
from app.training.certification.columns import LAYOUTS
from app.training.certification.forms import MarksForm
from app.training.certification.operations.certificates import class_problem
from app.training.certification.operations.progress import without_certificate
from app.training.certification.rules import classmates, exam_rules, waiting
from models.access import Permission
from models.clock import today
from models.training.certificate import ResultBatch, ResultKind
from models.training.training_class import TrainingClass

MARKS, CERTIFICATES = ResultKind.MARKS, ResultKind.CERTIFICATES


@bp.route("/classes/<int:class_id>/marks.xlsx")
@requires(Permission.EXAM_RECORD)
def marks_template(class_id: int) -> Response:
    """The class's workbook for marks: whoever may sit the examination and has none yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = waiting(exam_rules(db.session, training_class), classmates(db.session, training_class))
    name = _("%(name)s成绩.xlsx", name=training_class.name)
    return send_workbook(name, importer.write_template, training_class, MARKS, learners)


@bp.route("/classes/<int:class_id>/numbers.xlsx")
@requires(Permission.CERTIFICATE_ISSUE)
def numbers_template(class_id: int) -> Response:
    """The class's workbook for certificate numbers: whoever finished and has none yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = without_certificate(db.session, training_class)
    name = _("%(name)s证书.xlsx", name=training_class.name)
    return send_workbook(name, importer.write_template, training_class, CERTIFICATES, learners)


@bp.route("/classes/<int:class_id>/marks/import", methods=["GET", "POST"])
@requires(Permission.EXAM_RECORD)
def import_marks(class_id: int) -> str | Response:
    """Take a file of marks and lead to its preview; nothing is written yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    problem = exam_rules(db.session, training_class).class_problem()
    return _upload(training_class, MARKS, MarksForm(), problem)


@bp.route("/classes/<int:class_id>/numbers/import", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def import_numbers(class_id: int) -> str | Response:
    """Take a file of certificate numbers and lead to its preview; nothing is written yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    return _upload(training_class, CERTIFICATES, SheetForm(), class_problem(training_class))


def _upload(
    training_class: TrainingClass, kind: ResultKind, form: SheetForm, problem: str | None
) -> str | Response:
    def read(data: bytes, filename: str) -> ResultBatch:
        held_on = form.held_on.data if isinstance(form, MarksForm) else None
        return batches.take(
            db.session, current_actor(), training_class, kind, data, filename, today(), held_on
        )

    if form.validate_on_submit() and not problem and (batch := taken(form, read)):
        return finish(url_for("certification.preview", batch_id=batch.id))
    return render_template(
        "training/certification/import.html",
        training_class=training_class,
        kind=kind,
        form=form,
        problem=problem,
    )


@bp.route("/results/imports/<int:batch_id>")
@requires(Permission.ENROLMENT_READ)
def preview(batch_id: int) -> str:
    """What a file would bring, and which rows are refused, why."""
    batch = in_scope_or_404(ResultBatch, batch_id)
    return render_template(
        "training/certification/preview.html",
        batch=batch,
        reading=reading_of(batch),
        layout=LAYOUTS[batch.kind],
        may_confirm=current_actor().can(batches.PERMISSION[batch.kind]),
    )


@bp.route("/results/imports/<int:batch_id>/confirm", methods=["POST"])
@requires(Permission.ENROLMENT_READ)
def confirm(batch_id: int) -> Response:
    """Write the good rows, all or none."""
    batch = in_scope_or_404(ResultBatch, batch_id)
    if not current_actor().can(batches.PERMISSION[batch.kind]):
        abort(403)
    count = batches.confirm(db.session, current_actor(), batch, today())
    flash(_("已登记 %(n)s 人。", n=count), "success")
    return finish(url_for("certification.marks", class_id=batch.class_id))


@bp.route("/results/imports/<int:batch_id>/refused.xlsx")
@requires(Permission.ENROLMENT_READ)
def refused(batch_id: int) -> Response:
    """The refused rows with their reasons."""
    batch = in_scope_or_404(ResultBatch, batch_id)
    return send_refused(_("退回的行.xlsx"), LAYOUTS[batch.kind], batch)
