"""A class's results: what became of it, its marks, and the steps that need a count first."""

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import label
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.transition_forms import asked, row_for
from app.training.certification import bp, operations, queries
from app.training.certification.operations.certificates import class_problem
from app.training.certification.operations.exams import REGRADING
from app.training.certification.operations.progress import without_certificate
from app.training.certification.page import class_page
from app.training.certification.queries.lists import certificates_of
from app.training.certification.queries.outcomes import evidence_words
from app.training.certification.rules import classmates, exam_rules, percent
from models.access import Permission
from models.clock import today
from models.training.standards import class_figure
from models.training.subsidy import StandardName
from models.training.training_class import CLASS_WORKFLOW, TrainingClass

SHOWN = (StandardName.ATTENDANCE, StandardName.PASS_SCORE)


@bp.route("/classes/<int:class_id>/results")
@requires(Permission.TRAINING_READ)
def results(class_id: int) -> str:
    """What became of the class: a chart, its table, and the rates that were promised or are required."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    found = queries.outcomes(db.session, training_class, today())
    return class_page(
        "results",
        training_class,
        found=found,
        funnel=queries.funnel(found),
        evidence_words=evidence_words,
        percent=percent,
    )


@bp.route("/classes/<int:class_id>/marks")
@requires(Permission.ENROLMENT_READ)
def marks(class_id: int) -> str:
    """The learners with attendance, marks, result and certificate."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = classmates(db.session, training_class)
    return class_page(
        "marks",
        training_class,
        learners=learners,
        percent=percent,
        today=today(),
        rules=exam_rules(db.session, training_class),
        certificates=certificates_of(db.session, training_class),
        standards=[(name, class_figure(db.session, training_class, name, today())) for name in SHOWN],
        may_regrade=current_actor().can(Permission.EXAM_RECORD) and training_class.state in REGRADING,
        may_issue=current_actor().can(Permission.CERTIFICATE_ISSUE)
        and class_problem(training_class) is None
        and bool(without_certificate(db.session, training_class)),
    )


@bp.route("/classes/<int:class_id>/results/advance", methods=["POST"])
@requires(Permission.TRAINING_READ)
def advance(class_id: int) -> Response:
    """Carry the class along one of the steps this room counts for."""
    in_scope_or_404(TrainingClass, class_id)
    step, _reason = asked(CLASS_WORKFLOW, among=operations.COUNTED_STEPS)
    training_class = row_for(step, TrainingClass, class_id)
    operations.advance(db.session, current_actor(), training_class, step.event)
    flash(_("这个班现在是“%(state)s”。", state=label(training_class.state)), "success")
    return finish(url_for("certification.results", class_id=training_class.id))
