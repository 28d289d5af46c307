"""What leaves the platform on paper or as a workbook: the application to open a class, and its roster."""

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import in_scope_or_404, requires, today
from app.training.cohorts import bp, sheets
from app.training.cohorts.queries.people import learners
from models.access import Permission
from models.reference.area import area_names
from models.training.training_class import Cohort


@bp.route("/<int:cohort_id>/application")
@requires(Permission.ENROLMENT_READ)
def application(cohort_id: int) -> str:
    """The 开班申请确认表, A4."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    rows = sheets.application_rows(db.session, cohort, today())
    return render_template("training/cohorts/application.html", cohort=cohort, rows=rows, today=today())


@bp.route("/<int:cohort_id>/application.xlsx")
@requires(Permission.ENROLMENT_READ)
def application_sheet(cohort_id: int) -> Response:
    """The same as a workbook."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    name = _("%(name)s开班申请确认表.xlsx", name=cohort.name)
    return send_workbook(name, sheets.write_application, db.session, cohort, today())


@bp.route("/<int:cohort_id>/roster")
@requires(Permission.ENROLMENT_READ)
def roster(cohort_id: int) -> str:
    """The 学员花名册: A4 landscape, with columns for signature and fingerprint."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    return render_template(
        "training/cohorts/roster.html",
        cohort=cohort,
        rows=learners(db.session, cohort),
        today=today(),
        county=area_names(db.session, {cohort.county_code}).get(cohort.county_code, ""),
    )


@bp.route("/<int:cohort_id>/roster.xlsx")
@requires(Permission.ENROLMENT_READ)
def roster_sheet(cohort_id: int) -> Response:
    """The same as a workbook."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    name = _("%(name)s学员花名册.xlsx", name=cohort.name)
    return send_workbook(name, sheets.write_roster, learners(db.session, cohort))
