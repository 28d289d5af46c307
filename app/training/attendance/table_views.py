"""HTTP of attendance as a whole: learners by lessons, who is in danger, what looks wrong."""

from flask import render_template

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.training.attendance import bp
from app.training.attendance.queries.anomalies import anomalies
from app.training.attendance.queries.table import table
from app.training.attendance.queries.totals import below_threshold, outlook, threshold
from app.training.classes.queries.classes import tabs_for
from models.access import Actor, Permission, Role
from models.clock import today
from models.training.training_class import TrainingClass


@bp.route("/classes/<int:class_id>/attendance")
@requires(Permission.ENROLMENT_READ)
def show(class_id: int) -> str:
    """Who was in which lesson, each learner's sum, and who may not, or may soon not, sit the examination."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    forecasts = {one.enrolment_id: one for one in outlook(db.session, training_class)}
    barred = below_threshold(db.session, training_class)
    return render_template(
        "training/attendance/attendance.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        table=table(db.session, training_class.id, today()),
        least=threshold(db.session, training_class),
        outlook=forecasts,
        endangered=barred | {number for number, one in forecasts.items() if one.is_in_danger},
        anomalies=anomalies(db.session, training_class.id) if _checks(current_actor()) else [],
    )


def _checks(actor: Actor) -> bool:
    """What looks wrong is for those who check; it may tell of a person's job what his school need not
    know."""
    return actor.can(Permission.CLASS_INSPECT) or actor.has_role(Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
