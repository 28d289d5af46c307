"""HTTP of the timetable: shown, printed, exported, changed lesson by lesson."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.cohorts.tabs import tabs_for
from app.training.lessons import bp, importer, operations, queries
from app.training.lessons.forms import LessonForm
from models.access import Permission
from models.training.lesson import Lesson
from models.training.training_class import Cohort

READ, WRITE = Permission.TRAINING_READ, Permission.COHORT_WRITE


@bp.route("/classes/<int:cohort_id>/timetable")
@requires(READ)
def timetable(cohort_id: int) -> str:
    """The timetable of a class, on the screen and on A4."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    lessons = queries.lessons_of(db.session, cohort.id)
    is_writable = current_actor().can(WRITE) and operations.may_change(cohort)
    return render_template(
        "training/lessons/timetable.html",
        cohort=cohort,
        tabs=tabs_for(current_actor()),
        lessons=lessons,
        is_writable=is_writable,
        fixed=operations.fixed(db.session, cohort) if is_writable else set(),
        changes=queries.changes(db.session, cohort),
        summary=queries.summary(lessons, queries.frame(db.session, cohort)),
    )


@bp.route("/classes/<int:cohort_id>/timetable.xlsx")
@requires(READ)
def export(cohort_id: int) -> Response:
    """The timetable as a workbook that can be read in again."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    lessons = queries.lessons_of(db.session, cohort.id)
    return send_workbook(_("%(name)s课程表.xlsx", name=cohort.name), importer.write_timetable, lessons)


@bp.route("/classes/<int:cohort_id>/timetable/new", methods=["GET", "POST"])
@requires(WRITE)
def new(cohort_id: int) -> str | Response:
    """Add a lesson."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    form = _form(cohort)
    if form.validate_on_submit() and _done(form, cohort, None):
        return finish(url_for("lessons.timetable", cohort_id=cohort.id))
    return _form_page(form, cohort, None)


@bp.route("/lessons/<int:lesson_id>/change", methods=["GET", "POST"])
@requires(WRITE)
def change(lesson_id: int) -> str | Response:
    """Change or move a lesson."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    form = _form(lesson.cohort)
    if request.method == "GET":
        form.show(lesson)
    if form.validate_on_submit() and _done(form, lesson.cohort, lesson):
        return finish(url_for("lessons.timetable", cohort_id=lesson.cohort_id))
    return _form_page(form, lesson.cohort, lesson)


@bp.route("/lessons/<int:lesson_id>/remove", methods=["POST"])
@requires(WRITE)
def remove(lesson_id: int) -> Response:
    """Take a lesson off the timetable."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    cohort_id = lesson.cohort_id
    operations.remove_lesson(db.session, current_actor(), lesson, request.form.get("reason", "")[:200])
    flash(_("这节课已经从课程表上去掉。"), "success")
    return finish(url_for("lessons.timetable", cohort_id=cohort_id))


def _form(cohort: Cohort) -> LessonForm:
    form = LessonForm()
    form.offer_teachers(queries.teachers(db.session, cohort.school_id))
    return form


def _done(form: LessonForm, cohort: Cohort, lesson: Lesson | None) -> bool:
    """Write the lesson; what a rule says against it stands beside its field then."""
    actor, reason = current_actor(), form.reason.data or ""
    try:
        if lesson is None:
            warnings = operations.add_lesson(db.session, actor, cohort, form.values(), reason)
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


def _form_page(form: LessonForm, cohort: Cohort, lesson: Lesson | None) -> str:
    if not operations.needs_reason(cohort):
        del form.reason
    return render_template("training/lessons/lesson.html", form=form, cohort=cohort, lesson=lesson)
