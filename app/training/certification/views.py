"""A class's results: its scores, what became of it, its graduates on the way into the promised job."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from app.kit.files.bulk_upload.reading import Line
from app.kit.files.cells.cell import BadCell
from app.kit.web.extensions import db
from app.kit.web.fields import Form, choice, past_day, text, tidy
from app.kit.web.formatters import mark, number, say
from app.kit.web.guards import ask_what_for, current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.labels import label
from app.kit.web.transition_forms import asked, row_for
from app.placements.queries.statistics import Bar
from app.training.certification import bp, queries
from app.training.certification.bulk_upload import check_scores, read_score
from app.training.certification.operations import certificates, exams, progress
from app.training.certification.operations.exams import Scores
from app.training.certification.queries import ClassOutcomes, MonthOutcome
from app.training.classes.queries import people
from app.training.classes.queries.classes import tabs_for
from models.access import Permission
from models.clock import today
from models.training.agreement import Party
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.enrolment import Enrolment, Mark
from models.training.standard import StandardName
from models.training.standards import class_figure
from models.training.training_class import TrainingClass
from models.workflow import obstacles

SHOWN = (StandardName.ATTENDANCE, StandardName.PASS_SCORE)
LEARNER = "learner"


def class_page(template: str, training_class: TrainingClass, **given: Any) -> str:
    """One of this room's pages of a class, with the tabs of all rooms and the steps counted here."""
    steps = [
        replace(step, against=obstacles(exams.against(db.session, training_class, step.event, today())))
        for step in CLASS_WORKFLOW.available(training_class, current_actor())
        if step.event in exams.COUNTED_STEPS
    ]
    return render_template(
        f"training/certification/{template}.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        steps=steps,
        **given,
    )


@bp.route("/classes/<int:class_id>/results/advance", methods=["POST"])
@requires(Permission.TRAINING_READ)
def advance(class_id: int) -> Response:
    """Carry the class along one of the steps this room counts for."""
    in_scope_or_404(TrainingClass, class_id)
    step, _reason = asked(CLASS_WORKFLOW, among=exams.COUNTED_STEPS)
    training_class = row_for(step, TrainingClass, class_id)
    exams.advance(db.session, current_actor(), training_class, step.event, today())
    flash(_("这个班现在是“%(state)s”。", state=label(training_class.state)), "success")
    return finish(url_for("certification.results", class_id=training_class.id))


# --- what became of the class ---------------------------------------------------------------------------


@bp.route("/classes/<int:class_id>/results")
@requires(Permission.TRAINING_READ)
def results(class_id: int) -> str:
    """What became of the class: a chart, its table, and the rates that were promised or are required."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    ask_what_for(Permission.ENROLMENT_READ)
    outcomes = queries.outcomes(db.session, training_class, today())
    return class_page(
        "results", training_class, outcomes=outcomes, funnel=_funnel(outcomes), evidence_words=_evidence_words
    )


def _funnel(outcomes: ClassOutcomes) -> list[Bar]:
    """(word, persons, remark) from the seats to the sixth month, for kit.bars."""
    dropped = _("%(n)s 人中途退学", n=outcomes.dropped) if outcomes.dropped else ""
    failed = _("%(n)s 人没有结业", n=outcomes.failed) if outcomes.failed else ""
    return [
        (_("入班"), outcomes.enrolled, dropped),
        (_("结业"), outcomes.finished, failed),
        (_("取证"), outcomes.certified, ""),
        (_("录用"), outcomes.placed, ""),
        (_("到岗"), outcomes.arrived, ""),
        *((_("满 %(n)s 个月在岗", n=one.months), one.employed, _remark(one)) for one in outcomes.months),
    ]


def _remark(month: MonthOutcome) -> str:
    """What has to be said beside the employed: who is unknown, and whose day has not come."""
    parts = [
        _("%(n)s 人未知", n=month.unknown) if month.unknown else "",
        _("%(n)s 人未到期", n=month.not_due) if month.not_due else "",
    ]
    return _("，").join(part for part in parts if part)


def _evidence_words(month: MonthOutcome) -> str:
    """How well the employment is proven: 社保记录 3，本人说的 2; — when none was found at work."""
    counts = [f"{label(level)} {number(count)}" for level, count in month.by_evidence.items()]
    return _("，").join(counts) or "—"


# --- scores ---------------------------------------------------------------------------------------------


class ExamForm(Form):
    """What is said once for all scores typed on the page."""

    held_on = past_day(_l("考核日期"), must=True)


class RegradeForm(Form):
    """One learner's scores anew, and why; both empty for a learner who did not come."""

    held_on = past_day(_l("考核日期"), must=True)
    theory = text(_l("理论成绩"), most=6, description=_l("没有参加考核，两项都不填"))
    practice = text(_l("实操成绩"), most=6)
    reason = text(_l("为什么重录"), most=200, must=True)

    def validate_theory(self, field: Field) -> None:
        """A mark as the sheet takes it too."""
        _read(field)

    def validate_practice(self, field: Field) -> None:
        """A mark as the sheet takes it too."""
        _read(field)

    def scores_of(self, learner: Enrolment) -> Scores:
        """What was typed."""
        return Scores(learner.id, _read(self.theory), _read(self.practice))


def _read(field: Field) -> Mark | None:
    try:
        return read_score(field.data) if field.data else None
    except BadCell as problem:
        raise ValidationError(say(problem.sentence)) from problem


@bp.route("/classes/<int:class_id>/marks")
@requires(Permission.ENROLMENT_READ)
def marks(class_id: int) -> str:
    """The learners with attendance, scores, result and certificate."""
    training_class, actor = in_scope_or_404(TrainingClass, class_id), current_actor()
    may_issue = (
        actor.can(Permission.CERTIFICATE_ISSUE)
        and certificates.class_refusal(training_class) is None
        and bool(progress.without_certificate(db.session, training_class))
    )
    return class_page(
        "marks",
        training_class,
        learners=people.learners(db.session, training_class),
        today=today(),
        rules=exams.exam_rules(db.session, training_class, today()),
        certificates=queries.certificates_of(db.session, training_class),
        standards=[(name, class_figure(db.session, training_class, name, today())) for name in SHOWN],
        may_regrade=actor.can(Permission.EXAM_RECORD) and training_class.state in exams.REGRADING,
        may_issue=may_issue,
    )


def typed_lines(learners: Iterable[Enrolment], names: tuple[str, ...]) -> list[Line]:
    """A line for each learner for whom anything was typed in one of ``names``."""
    lines = []
    for learner in learners:
        cells = {name: tidy(request.form.get(f"{name}-{learner.id}", ""))[:60] for name in names}
        if any(cells.values()):
            lines.append(Line("", learner.seat or 0, cells, subject_id=learner.id))
    return lines


@bp.route("/classes/<int:class_id>/record", methods=["GET", "POST"])
@requires(Permission.EXAM_RECORD)
def record(class_id: int) -> str | Response:
    """Type the scores of a class; a form with errors comes back as it was typed."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    learners = people.learners(db.session, training_class)
    form, lines = ExamForm(data=None if request.method == "POST" else {"held_on": today()}), []
    if request.method == "POST":
        lines = typed_lines(learners, ("theory", "practice"))
        if count := _record(form, training_class, lines):
            flash(_("已登记 %(n)s 人的成绩。", n=count), "success")
            return finish(url_for("certification.marks", class_id=training_class.id))
    rules = exams.exam_rules(db.session, training_class, today())
    return class_page(
        "record",
        training_class,
        form=form,
        rules=rules,
        refusal=rules.class_refusal(),
        learners=rules.waiting(learners),
        barred=rules.barred(learners),
        typed={line.subject_id: line for line in lines},
    )


def _record(form: ExamForm, training_class: TrainingClass, lines: list[Line]) -> int:
    """Enter what was typed, unless a line or the day is wrong; how many scores were entered."""
    scores, held_on = check_scores(db.session, training_class, lines, today()), form.held_on.data
    if not form.validate() or any(line.problems for line in lines):
        return 0
    return exams.record_scores(
        db.session, current_actor(), training_class, scores, held_on or today(), today()
    )


@bp.route("/results/learners/<int:enrolment_id>/regrade", methods=["GET", "POST"])
@requires(Permission.EXAM_RECORD)
def regrade(enrolment_id: int) -> str | Response:
    """Enter one learner's scores anew, with the reason."""
    learner = in_scope_or_404(Enrolment, enrolment_id)
    known = {
        "held_on": learner.exam_on,
        "theory": mark(learner.theory, ""),
        "practice": mark(learner.practice, ""),
    }
    form = RegradeForm(data=None if request.method == "POST" else known)
    if form.validate_on_submit():
        scores = form.scores_of(learner)
        held_on, reason = form.held_on.data or today(), form.reason.data or ""
        exams.regrade(db.session, current_actor(), learner, scores, held_on, today(), reason)
        flash(_("已重录%(name)s的成绩。", name=learner.worker.name), "success")
        return finish(url_for("certification.marks", class_id=learner.class_id))
    refusal = exams.regrade_refusal(db.session, learner)
    return render_template("training/certification/regrade.html", learner=learner, form=form, refusal=refusal)


# --- 推荐上岗: the graduates on their way into the places kept for them ------------------------------------


class BreachForm(Form):
    """Why a graduate is not in the promised job: the learner's own reason, or the enterprise's."""

    party = choice(
        _l("是谁没有照协议做"),
        [(LEARNER, _l("学员没有去")), (Party.ENTERPRISE.value, _l("企业没有录用"))],
        must=True,
    )
    reason = text(_l("原因"), most=400, must=True)

    @property
    def who(self) -> Party | None:
        """The party that did not keep its word; None for the learner."""
        return None if self.party.data == LEARNER else Party(self.party.data)


@bp.route("/classes/<int:class_id>/employment")
@requires(Permission.ENROLMENT_READ)
def employment(class_id: int) -> str:
    """The graduates: offers, jobs, reasons for none; the wage promised, told and found."""
    return _employment_page(in_scope_or_404(TrainingClass, class_id))


def _employment_page(training_class: TrainingClass, typed: tuple[int, BreachForm] | None = None) -> str:
    actor, is_offering = current_actor(), progress.is_offering(training_class)
    return class_page(
        "employment",
        training_class,
        rows=queries.graduates(db.session, training_class),
        order=training_class.agreement.order.job_order,
        kept=queries.kept_places(db.session, training_class),
        unasked=len(progress.to_offer(db.session, training_class)) if is_offering else 0,
        may_offer=is_offering and actor.can(Permission.PLACEMENT_OFFER),
        may_explain=is_offering and actor.can(Permission.CLASS_APPROVE),
        typed=typed,
        empty_form=BreachForm(formdata=None),
        floor=training_class.agreement.terms.wage_floor_fen,
    )


@bp.route("/classes/<int:class_id>/offer", methods=["POST"])
@requires(Permission.PLACEMENT_OFFER)
def offer(class_id: int) -> Response:
    """Offer the kept job to every graduate who has no offer yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    offered = progress.offer_all(db.session, current_actor(), training_class, today())
    flash(_("已推荐 %(n)s 人，等本人答复。", n=len(offered.made)), "success")
    for worker, reason in offered.refused:
        name = worker.name if worker else _("一个人")
        flash(_("%(name)s没有推荐：%(reason)s", name=name, reason=say(reason)), "warning")
    return finish(url_for("certification.employment", class_id=training_class.id))


@bp.route("/results/learners/<int:enrolment_id>/breach", methods=["POST"])
@requires(Permission.CLASS_APPROVE)
def breach(enrolment_id: int) -> str | Response:
    """Write down why a graduate is not in the promised job."""
    learner, form = in_scope_or_404(Enrolment, enrolment_id), BreachForm()
    if not form.validate():
        return _employment_page(learner.training_class, (learner.id, form))
    progress.record_breach(db.session, current_actor(), learner, form.who, form.reason.data or "")
    flash(_("已记下%(name)s没有上岗的原因。", name=learner.worker.name), "success")
    return finish(url_for("certification.employment", class_id=learner.class_id))
