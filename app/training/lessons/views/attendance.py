"""HTTP of attendance as a whole: learners by lessons, who is in danger, what looks wrong."""

from flask import render_template

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires, today
from app.training.cohorts.tabs import tabs_for
from app.training.lessons import bp, queries
from models.access import Actor, Permission, Role
from models.training.training_class import Cohort


@bp.route("/classes/<int:cohort_id>/attendance")
@requires(Permission.ENROLMENT_READ)
def attendance(cohort_id: int) -> str:
    """Who was in which lesson, each learner's sum, and who may not, or may soon not, sit the examination."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    outlook = {one.enrolment_id: one for one in queries.outlook(db.session, cohort)}
    barred = queries.below_threshold(db.session, cohort)
    return render_template(
        "training/lessons/attendance.html",
        cohort=cohort,
        tabs=tabs_for(current_actor()),
        table=queries.table(db.session, cohort.id, today()),
        least=queries.threshold(db.session, cohort),
        outlook=outlook,
        endangered=barred | {number for number, one in outlook.items() if one.is_in_danger},
        anomalies=queries.anomalies(db.session, cohort.id) if _checks(current_actor()) else [],
    )


def _checks(actor: Actor) -> bool:
    """What looks wrong is for those who check; it may tell of a person's job what his school need not
    know."""
    return actor.can(Permission.COHORT_INSPECT) or actor.has_role(
        Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR
    )
