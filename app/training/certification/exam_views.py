"""Marks typed on the page: a whole class at once, or one learner anew."""

from collections.abc import Iterable

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.reading import Line
from app.kit.web.extensions import db
from app.kit.web.fields import tidy
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.certification import bp, operations
from app.training.certification.checking import check_marks
from app.training.certification.forms import ExamForm, RegradeForm
from app.training.certification.operations.exams import regrade_problem
from app.training.certification.page import class_page
from app.training.certification.rules import barred, classmates, exam_rules, percent, waiting
from models.access import Permission
from models.clock import today
from models.training.enrolment import Enrolment
from models.training.training_class import TrainingClass


def typed_lines(learners: Iterable[Enrolment], names: tuple[str, ...]) -> list[Line]:
    """Return a line for each learner for whom something was typed in one of ``names``."""
    lines = []
    for learner in learners:
        cells = {name: tidy(request.form.get(f"{name}-{learner.id}", ""))[:60] for name in names}
        if any(cells.values()):
            lines.append(Line("", learner.seat or 0, cells, subject_id=learner.id))
    return lines


@bp.route("/classes/<int:class_id>/record", methods=["GET", "POST"])
@requires(Permission.EXAM_RECORD)
def record(class_id: int) -> str | Response:
    """Type the marks of a class; a form with errors comes back as it was typed."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = classmates(db.session, training_class)
    rules = exam_rules(db.session, training_class)
    form, lines = ExamForm(data=None if request.method == "POST" else {"held_on": today()}), []
    if request.method == "POST":
        lines = typed_lines(learners, ("theory", "practice"))
        marks = check_marks(db.session, training_class, lines)
        if form.validate() and not any(line.problems for line in lines):
            held_on = form.held_on.data or today()
            operations.record_marks(db.session, current_actor(), training_class, marks, held_on, today())
            flash(_("已登记 %(n)s 人的成绩。", n=len(marks)), "success")
            return finish(url_for("certification.marks", class_id=training_class.id))
    return class_page(
        "record",
        training_class,
        form=form,
        rules=rules,
        percent=percent,
        learners=waiting(rules, learners),
        barred=barred(rules, learners),
        typed={line.subject_id: line for line in lines},
    )


@bp.route("/results/learners/<int:enrolment_id>/regrade", methods=["GET", "POST"])
@requires(Permission.EXAM_RECORD)
def regrade(enrolment_id: int) -> str | Response:
    """Enter one learner's marks anew, with the reason."""
    learner = in_scope_or_404(Enrolment, enrolment_id)
    known = {"held_on": learner.exam_on, "theory": learner.theory_score, "practice": learner.practice_score}
    form = RegradeForm(data=None if request.method == "POST" else known)
    if form.validate_on_submit():
        mark = operations.Mark(learner.id, form.theory.data, form.practice.data)
        operations.regrade(
            db.session,
            current_actor(),
            learner,
            mark,
            form.held_on.data or today(),
            today(),
            form.reason.data or "",
        )
        flash(_("已重录%(name)s的成绩。", name=learner.worker.name), "success")
        return finish(url_for("certification.marks", class_id=learner.class_id))
    return render_template(
        "training/certification/regrade.html",
        learner=learner,
        form=form,
        problem=regrade_problem(db.session, learner),
    )
