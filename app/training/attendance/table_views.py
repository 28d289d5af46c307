"""HTTP of attendance as a whole: learners by lessons, who is in danger, what looks wrong."""

from flask import render_template

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.training.classes.queries.classes import tabs_for
from app.training.lessons import bp, queries
from models.access import Actor, Permission, Role
from models.clock import today
from models.training.training_class import TrainingClass


@bp.route("/classes/<int:class_id>/attendance")
@requires(Permission.ENROLMENT_READ)
def attendance(class_id: int) -> str:
    """Who was in which lesson, each learner's sum, and who may not, or may soon not, sit the examination."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    outlook = {one.enrolment_id: one for one in queries.outlook(db.session, training_class)}
    barred = queries.below_threshold(db.session, training_class)
    return render_template(
        "training/lessons/attendance.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        table=queries.table(db.session, training_class.id, today()),
        least=queries.threshold(db.session, training_class),
        outlook=outlook,
        endangered=barred | {number for number, one in outlook.items() if one.is_in_danger},
        anomalies=queries.anomalies(db.session, training_class.id) if _checks(current_actor()) else [],
    )


def _checks(actor: Actor) -> bool:
    """What looks wrong is for those who check; it may tell of a person's job what his school need not
    know."""
    return actor.can(Permission.CLASS_INSPECT) or actor.has_role(Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
