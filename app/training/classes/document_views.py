"""What leaves the platform on paper or as a workbook: the application to open a class, and its roster."""

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import in_scope_or_404, requires
from app.training.classes import bp
from app.training.classes.queries import documents
from app.training.classes.queries.people import learners
from models.access import Permission
from models.clock import today
from models.reference.area import area_names
from models.training.training_class import TrainingClass


@bp.route("/<int:class_id>/application")
@requires(Permission.ENROLMENT_READ)
def application(class_id: int) -> str:
    """The 开班申请确认表, A4."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    rows = documents.application_rows(db.session, training_class, today())
    return render_template(
        "training/classes/application.html", training_class=training_class, rows=rows, today=today()
    )


@bp.route("/<int:class_id>/application.xlsx")
@requires(Permission.ENROLMENT_READ)
def application_sheet(class_id: int) -> Response:
    """The same as a workbook."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    name = _("%(name)s开班申请确认表.xlsx", name=training_class.name)
    return send_workbook(name, documents.write_application, db.session, training_class, today())


@bp.route("/<int:class_id>/roster")
@requires(Permission.ENROLMENT_READ)
def roster(class_id: int) -> str:
    """The 学员花名册: A4 landscape, with columns for signature and fingerprint."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    return render_template(
        "training/classes/roster.html",
        training_class=training_class,
        rows=learners(db.session, training_class),
        today=today(),
        county=area_names(db.session, {training_class.county_code}).get(training_class.county_code, ""),
    )


@bp.route("/<int:class_id>/roster.xlsx")
@requires(Permission.ENROLMENT_READ)
def roster_sheet(class_id: int) -> Response:
    """The same as a workbook."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    name = _("%(name)s学员花名册.xlsx", name=training_class.name)
    return send_workbook(name, documents.write_roster, learners(db.session, training_class))
