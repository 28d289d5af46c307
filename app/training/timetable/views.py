"""HTTP of the timetable: shown, printed, exported, changed lesson by lesson."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.classes.queries.classes import tabs_for
from app.training.timetable import bp, operations, queries
from app.training.timetable import bulk_upload as importer
from app.training.timetable.forms import LessonForm
from models.access import Permission
from models.training.lesson import Lesson
from models.training.training_class import TrainingClass

READ, WRITE = Permission.TRAINING_READ, Permission.CLASS_WRITE


@bp.route("/classes/<int:class_id>/timetable")
@requires(READ)
def show(class_id: int) -> str:
    """The timetable of a class, on the screen and on A4."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    lessons = queries.lessons_of(db.session, training_class.id)
    is_writable = current_actor().can(WRITE) and operations.may_change(training_class)
    return render_template(
        "training/timetable/timetable.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        lessons=lessons,
        is_writable=is_writable,
        fixed=operations.fixed(db.session, training_class) if is_writable else set(),
        changes=queries.changes(db.session, training_class),
        summary=queries.summary(lessons, queries.frame(db.session, training_class)),
    )


@bp.route("/classes/<int:class_id>/timetable.xlsx")
@requires(READ)
def export(class_id: int) -> Response:
    """The timetable as a workbook that can be read in again."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    lessons = queries.lessons_of(db.session, training_class.id)
    return send_workbook(
        _("%(name)s课程表.xlsx", name=training_class.name), importer.write_timetable, lessons
    )


@bp.route("/classes/<int:class_id>/timetable/new", methods=["GET", "POST"])
@requires(WRITE)
def new(class_id: int) -> str | Response:
    """Add a lesson."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    form = _form(training_class)
    if form.validate_on_submit() and _done(form, training_class, None):
        return finish(url_for("timetable.show", class_id=training_class.id))
    return _form_page(form, training_class, None)


@bp.route("/lessons/<int:lesson_id>/change", methods=["GET", "POST"])
@requires(WRITE)
def change(lesson_id: int) -> str | Response:
    """Change or move a lesson."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    form = _form(lesson.training_class)
    if request.method == "GET":
        form.show(lesson)
    if form.validate_on_submit() and _done(form, lesson.training_class, lesson):
        return finish(url_for("timetable.show", class_id=lesson.class_id))
    return _form_page(form, lesson.training_class, lesson)


@bp.route("/lessons/<int:lesson_id>/remove", methods=["POST"])
@requires(WRITE)
def remove(lesson_id: int) -> Response:
    """Take a lesson off the timetable."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    class_id = lesson.class_id
    operations.remove_lesson(db.session, current_actor(), lesson, request.form.get("reason", "")[:200])
    flash(_("这节课已经从课程表上去掉。"), "success")
    return finish(url_for("timetable.show", class_id=class_id))


def _form(training_class: TrainingClass) -> LessonForm:
    form = LessonForm()
    form.offer_teachers(queries.teachers(db.session, training_class.school_id))
    return form


def _done(form: LessonForm, training_class: TrainingClass, lesson: Lesson | None) -> bool:
    """Write the lesson; what a rule says against it stands beside its field then."""
    actor, reason = current_actor(), form.reason.data or ""
    try:
        if lesson is None:
            warnings = operations.add_lesson(db.session, actor, training_class, form.values(), reason)
        else:
            warnings = operations.change_lesson(db.session, actor, lesson, form.values(), reason)
    except operations.Clash as problem:
        for finding in problem.findings:
            form[finding.field].errors = [*form[finding.field].errors, finding.sentence]
        return False
    for sentence in warnings:
        flash(sentence, "warning")
    flash(_("课程表已经改好。"), "success")
    return True


def _form_page(form: LessonForm, training_class: TrainingClass, lesson: Lesson | None) -> str:
    if not operations.needs_reason(training_class):
        del form.reason
    return render_template(
        "training/timetable/lesson.html", form=form, training_class=training_class, lesson=lesson
    )
