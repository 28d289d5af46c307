"""Visits: the draw of the day, the form on the spot, what was seen in a class."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, TextAreaField, ValidationError
from wtforms.validators import Length

from app.kit.web.extensions import db
from app.kit.web.fields import Form, text, tidy, whole
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.merging import EditForm
from app.training.classes.queries.classes import tabs_for
from app.training.inspections import bp, operations, queries
from app.training.inspections.operations import Observation
from models.access import Permission
from models.clock import today, utc_now
from models.training import roll as rolls
from models.training.contradictions import contradictions
from models.training.lesson import Inspection, Lesson
from models.training.training_class import TrainingClass

INSPECT = Permission.CLASS_INSPECT


class InspectionForm(Form):
    """What an inspector saw who came unannounced."""

    counted = whole(_l("现场数到几人"), high=500, must=True)
    teacher_agrees = BooleanField(_l("上课的是课程表上的老师"))
    place_agrees = BooleanField(_l("在课程表上的地点"))
    content_agrees = BooleanField(_l("上的是课程表上的内容"))
    finding = TextAreaField(
        _l("看到了什么"), validators=[Length(max=400, message=_l("最多 %(max)d 个字。"))], filters=[tidy]
    )

    def observation(self) -> Observation:
        """What was typed, as the operation takes it."""
        return Observation(
            self.counted.data or 0,
            self.teacher_agrees.data,
            self.place_agrees.data,
            self.content_agrees.data,
            self.finding.data or "",
        )

    def validate_finding(self, field: Field) -> None:
        """What is not as planned needs words."""
        if not self.observation().is_in_order and not field.data:
            raise ValidationError(_l("有一项和课程表不一样，请写下看到了什么。"))


class VisitCorrectionForm(EditForm):
    """What should have been written down of a visit, and why it was not."""

    counted = whole(_l("现场数到几人"), high=500, must=True)
    finding = TextAreaField(
        _l("看到了什么"), validators=[Length(max=400, message=_l("最多 %(max)d 个字。"))], filters=[tidy]
    )
    reason = text(_l("为什么改"), most=300, must=True)


@bp.route("/lessons/inspections")
@requires(INSPECT)
def index() -> str:
    """The classes that are taught today, in the order drawn."""
    actor, day = current_actor(), today()
    return render_template(
        "training/inspections/index.html",
        candidates=queries.candidates(db.session, actor, day),
        day=day,
        seed=queries.seed_of(actor, day),
    )


@bp.route("/classes/<int:class_id>/inspect", methods=["GET", "POST"])
@requires(INSPECT)
def inspect(class_id: int) -> str | Response:
    """The form on the spot."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), InspectionForm()
    if form.validate_on_submit():
        actor, seen = current_actor(), form.observation()
        visit = operations.inspect(db.session, actor, training_class, seen, utc_now())
        flash(_("巡查记下了。"), "success")
        for one in contradictions(db.session, training_class.id):
            if one.visit.id == visit.id:
                flash(say(one.sentence), "warning")
        return finish(url_for("inspections.visits", class_id=training_class.id))
    return render_template(
        "training/inspections/inspect.html",
        form=form,
        training_class=training_class,
        lesson=queries.lesson_now(db.session, training_class.id, utc_now()),
    )


@bp.route("/classes/<int:class_id>/visits")
@requires(Permission.TRAINING_READ)
def visits(class_id: int) -> str:
    """Who came to see the class, and what they saw."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    return render_template(
        "training/inspections/visits.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        visits=(rows := queries.visits_of(db.session, training_class.id)),
        changes={row.id: queries.changes_of(db.session, row) for row in rows},
        correctable={row.id for row in rows if operations.may_correct(current_actor(), row)},
        contradictions=contradictions(db.session, training_class.id),
        may_inspect=current_actor().can(INSPECT),
    )


@bp.route("/visits/<int:inspection_id>/correct", methods=["GET", "POST"])
@requires(INSPECT)
def correct(inspection_id: int) -> Response | tuple[str, int]:
    """Correct what was written down of a visit."""
    visit = db.session.get(Inspection, inspection_id) or abort(404)
    training_class = in_scope_or_404(TrainingClass, visit.class_id, INSPECT)
    if not operations.may_correct(current_actor(), visit):
        abort(404)
    form = VisitCorrectionForm(data={"counted": visit.counted, "finding": visit.finding})
    if not form.is_ready():
        page = render_template(
            "training/inspections/correct.html", form=form, visit=visit, training_class=training_class
        )
        return page, form.status
    counted, finding, reason = form.counted.data or 0, form.finding.data or "", form.reason.data or ""
    operations.correct(db.session, current_actor(), visit, counted, finding, reason)
    flash(_("巡查记录改好了，原来写的也留着。"), "success")
    return finish(url_for("inspections.visits", class_id=training_class.id))


@bp.route("/lessons/<int:lesson_id>/record")
@requires(Permission.ENROLMENT_READ)
def roll(lesson_id: int) -> str:
    """The roll of one lesson for those who only read it: each mark, how it came, what was changed later."""
    lesson = in_scope_or_404(Lesson, lesson_id)
    lines = rolls.roll(db.session, lesson)
    return render_template(
        "training/inspections/roll.html", lesson=lesson, lines=lines, counts=rolls.counts(lines)
    )
