"""The timetable: shown, printed, exported, changed lesson by lesson, replaced by a spreadsheet."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.fields import Form, choice, coming_day, day_field, text
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.training.classes.queries.classes import tabs_for
from app.training.timetable import bp, bulk_upload, operations, queries
from app.training.timetable.bulk_upload import LessonForm, data_of
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import Sentence
from models.reference.local_day import DayKind, local_days, meeting
from models.training.lesson import Lesson, TimetableBatch
from models.training.timetable import Finding
from models.training.training_class import TrainingClass

READ, WRITE = Permission.TRAINING_READ, Permission.CLASS_WRITE
MOST_REASON = 200


@bp.route("/classes/<int:class_id>/timetable")
@requires(READ)
def show(class_id: int) -> str:
    """The timetable of a class, on the screen and on A4."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    lessons = queries.lessons_of(db.session, training_class.id)
    is_writable = current_actor().can(WRITE) and operations.may_change(training_class)
    fixed = operations.fixed_lessons(db.session, training_class, today()) if is_writable else set()
    return render_template(
        "training/timetable/timetable.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        lessons=lessons,
        is_writable=is_writable,
        fixed=fixed,
        changes=queries.changes(db.session, training_class),
        summary=queries.summary(lessons, training_class),
        feasts=_feasts(lessons, training_class) if is_writable else [],
        outside=[
            one for one in lessons if not training_class.starts_on <= one.held_on <= training_class.ends_on
        ],
    )


def _feasts(lessons: Sequence[Lesson], training_class: TrainingClass) -> list[tuple[date, Sentence]]:
    """The lessons' days that are a feast of the county's people, each day with its feast."""
    days = sorted({one.held_on for one in lessons})
    if not days:
        return []
    stretches = local_days(db.session, training_class.county_code, days[0], days[-1])
    feasts = [one for one in stretches if one.local.kind is DayKind.FEAST]
    return [(day, one.sentence) for day in days for one in meeting(feasts, day)]


@bp.route("/classes/<int:class_id>/timetable.xlsx")
@requires(READ)
def export(class_id: int) -> Response:
    """The timetable as a workbook that can be read in again."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    lessons = queries.lessons_of(db.session, training_class.id)
    name = _("%(name)s课程表.xlsx", name=training_class.name)
    return send_workbook(name, bulk_upload.write_timetable, lessons)


# --- lesson by lesson -----------------------------------------------------------------------------------


@bp.route("/classes/<int:class_id>/timetable/new", methods=["GET", "POST"])
@requires(WRITE)
def new(class_id: int) -> str | Response:
    """Add a lesson."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    form = _form(training_class)
    if form.validate_on_submit() and _is_written(form, training_class, None):
        return finish(url_for("timetable.show", class_id=training_class.id))
    return _form_page(form, training_class, None)


@bp.route("/lessons/<int:lesson_id>/change", methods=["GET", "POST"])
@requires(WRITE)
def change(lesson_id: int) -> Response | tuple[str, int]:
    """Change or move a lesson."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    form = _form(lesson.training_class, data_of(lesson))
    form.teacher_user_id.called = {lesson.teacher_user_id: lesson.teacher_name}
    if form.is_ready() and _is_written(form, lesson.training_class, lesson):
        return finish(url_for("timetable.show", class_id=lesson.class_id))
    return _form_page(form, lesson.training_class, lesson), form.status


@bp.route("/lessons/<int:lesson_id>/remove", methods=["POST"])
@requires(WRITE)
def remove(lesson_id: int) -> Response:
    """Take a lesson off the timetable."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    class_id, reason = lesson.class_id, _typed_reason()
    operations.remove_lesson(db.session, current_actor(), lesson, today(), reason)
    flash(_("这节课已经从课程表上去掉。"), "success")
    return finish(url_for("timetable.show", class_id=class_id))


def _typed_reason() -> str:
    return request.form.get("reason", "")[:MOST_REASON]


def _form(training_class: TrainingClass, data: dict[str, Any] | None = None) -> LessonForm:
    form = LessonForm(data=data)
    form.offer_teachers(queries.teachers(db.session, training_class.school_id, today()))
    return form


def _is_written(form: LessonForm, training_class: TrainingClass, lesson: Lesson | None) -> bool:
    """Write the lesson; what a rule says against it stands beside its field then."""
    actor, reason, values = current_actor(), form.reason.data or "", form.values()
    try:
        if lesson is None:
            warnings = operations.add_lesson(db.session, actor, training_class, values, today(), reason)
        else:
            warnings = operations.change_lesson(db.session, actor, lesson, values, today(), reason)
    except operations.Clash as clash:
        for finding in clash.findings:
            form[finding.field].errors = [*form[finding.field].errors, say(finding.sentence)]
        return False
    for sentence in warnings:
        flash(say(sentence), "warning")
    flash(_("课程表已经改好。"), "success")
    return True


def _form_page(form: LessonForm, training_class: TrainingClass, lesson: Lesson | None) -> str:
    if not operations.needs_reason(training_class):
        del form.reason
    return render_template(
        "training/timetable/lesson.html", form=form, training_class=training_class, lesson=lesson
    )


# --- several at once ------------------------------------------------------------------------------------


class ShiftForm(Form):
    """From which day on lessons fall out, and when teaching goes on."""

    first = day_field(_l("从哪天起停课"), must=True)
    resume_on = coming_day(_l("哪天恢复上课"), must=True)
    how = choice(
        _l("怎么挪"),
        [("teaching", _l("接着排到以后的上课日，跳过节假日")), ("in_step", _l("每节课往后推一样多天"))],
        must=True,
    )
    reason = text(_l("为什么"), most=MOST_REASON, description=_l("例如：停电、放假、老师生病"))

    def shift(self) -> operations.Shift:
        """What was typed, as the operation takes it."""
        return operations.Shift(self.first.data, self.resume_on.data, self.how.data == "in_step")

    def validate(self, extra_validators: Any = None) -> bool:
        """Lessons move later, never earlier."""
        is_valid = bool(super().validate(extra_validators))
        if self.first.data and self.resume_on.data and self.resume_on.data <= self.first.data:
            self.resume_on.errors = [say(operations.NOT_LATER)]
            return False
        return is_valid


@bp.route("/classes/<int:class_id>/timetable/shift", methods=["GET", "POST"])
@requires(WRITE)
def shift(class_id: int) -> str | Response:
    """Move all lessons from a day on: shown first with what stands against it, written on a second press."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), ShiftForm()
    moved, findings, actor = [], {}, current_actor()
    if form.validate_on_submit():
        moved = operations.moved_days(db.session, training_class, form.shift(), today())
        findings = operations.judge_shift(db.session, training_class, moved, today())
        if "confirm" in request.form and moved and not rejected(findings):
            count = operations.shift_lessons(
                db.session, actor, training_class, form.shift(), today(), form.reason.data or ""
            )
            flash(_("%(n)s 节课挪好了。", n=count), "success")
            return finish(url_for("timetable.show", class_id=training_class.id))
    return render_template(
        "training/timetable/shift.html",
        form=form,
        training_class=training_class,
        moved=moved,
        findings=findings,
        is_asked=form.is_submitted() and not form.errors,
        may_confirm=bool(moved) and not rejected(findings),
    )


def rejected(findings: dict[int, list[Finding]]) -> bool:
    """Whether any of the lessons cannot move to its new day."""
    return any(one.rejects for of_row in findings.values() for one in of_row)


# --- by spreadsheet -------------------------------------------------------------------------------------


@bp.route("/lessons/template.xlsx")
@requires(WRITE)
def template() -> Response:
    """The blank workbook."""
    return send_workbook(_("课程表模板.xlsx"), bulk_upload.write_template)


@bp.route("/classes/<int:class_id>/timetable/import", methods=["GET", "POST"])
@requires(WRITE)
@reads_files
def upload(class_id: int) -> str | Response:
    """Take a file and lead to its preview; the timetable stays as it is."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), UploadForm()

    def read(sent: Sent) -> Reading:
        return bulk_upload.read(db.session, training_class, sent, today())

    def keep(reading: Reading, sent: Sent, filename: str) -> TimetableBatch:
        return bulk_upload.keep(db.session, current_actor(), training_class, filename, reading)

    if form.validate_on_submit() and (batch := read_upload(form, read, keep)):
        return finish(url_for("timetable.preview", batch_id=batch.id))
    return render_template("training/timetable/import.html", form=form, training_class=training_class)


@bp.route("/classes/timetables/<int:batch_id>")
@requires(WRITE)
def preview(batch_id: int) -> str:
    """What a file would bring, and which rows are rejected, why."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    reading = reading_of(batch)
    return render_template(
        "training/timetable/preview.html",
        batch=batch,
        training_class=batch.training_class,
        reading=reading,
        layout=bulk_upload.TIMETABLE,
        periods=bulk_upload.periods(reading),
        needs_reason=operations.needs_reason(batch.training_class),
    )


@bp.route("/classes/timetables/<int:batch_id>/confirm", methods=["POST"])
@requires(WRITE)
def confirm(batch_id: int) -> Response:
    """Replace the timetable, all or nothing."""
    batch, only_good = in_scope_or_404(TimetableBatch, batch_id), bool(request.form.get("only_good"))
    count = bulk_upload.confirm(db.session, current_actor(), batch, only_good, utc_now(), _typed_reason())
    flash(_("课程表换好了，导入 %(n)s 节课。", n=count), "success")
    return finish(url_for("timetable.show", class_id=batch.class_id))


@bp.route("/classes/timetables/<int:batch_id>/refused.xlsx")
@requires(WRITE)
def refused(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    batch = in_scope_or_404(TimetableBatch, batch_id)
    return send_rejected(_("退回的课程.xlsx"), bulk_upload.TIMETABLE, batch)
