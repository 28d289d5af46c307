"""The list of classes, one class and what happens to it, its printed forms, the schools side by side."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import flash, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.kit.bulk.acts import cases_of
from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.grouping import Grouping, enterprise_names, narrowed_by
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.labels import label
from app.kit.web.listing import Asked, Listing, Said, listed
from app.kit.web.ordering import Sort
from app.kit.web.request_limits import place_asked
from app.kit.web.transition_forms import asked, row_for
from app.kit.web.whole_list import Whole
from app.training.agreements.queries import idle_places
from app.training.classes import bp, operations, planning, workbooks
from app.training.classes.forms import ClassForm, CorrectionForm, SiteCheckForm, plan_of, proposed_plan
from app.training.classes.queries import classes, people
from models.access import Actor, Permission
from models.care import CareKind, assigned_to
from models.clock import china_now, today
from models.i18n import N_
from models.reference.area import area_names
from models.training import class_rules as rules
from models.training.agreement import Agreement
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.contradictions import contradictions
from models.training.standard import StandardName
from models.training.standards import class_figures, decisions_on
from models.training.training_class import TAKING_PEOPLE, ClassState, TrainingClass
from models.workflow import Transition

P = Permission
ASKED = (
    StandardName.CLASS_SIZE,
    StandardName.LEAST_PERIODS,
    StandardName.MOST_PERIODS,
    StandardName.DAY_PERIODS,
)
OWN_EVENTS = ("apply", "return", "approve", "open", "teach", "cancel", "stop", "archive")


def _list_page(
    session: Session, actor: Actor, asked: Asked, today: date, place: str, size: int
) -> tuple[Sequence[TrainingClass], str]:
    return classes.class_page(session, actor, _stage_of(asked), place, size, _also(actor, asked))


def _stage_of(asked: Asked) -> classes.Stage | None:
    return classes.STAGE_BY_NAME.get(asked.get("stage", ""))


def _also(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    mine = [TrainingClass.id.in_(assigned_to(actor, CareKind.CLASS))] if asked.get("mine") == "1" else []
    return [*narrowed_by(GROUPINGS, actor, asked), *mine]


def _whole(session: Session, actor: Actor, asked: Asked, today: date) -> Whole:
    return classes.whole(actor, _stage_of(asked), _also(actor, asked))


def _list_cells(
    session: Session, actor: Actor, rows: Sequence[TrainingClass], today: date
) -> Iterator[Mapping[str, Any]]:
    names = area_names(session, {row.county_code for row in rows})
    for row in rows:
        yield {
            "name": row.name,
            "number": row.number,
            "school": row.school.name,
            "county": names.get(row.county_code, row.county_code),
            "enterprise": row.enterprise.name,
            "occupation": row.occupation_name,
            "enrolled": row.enrolled,
            "capacity": row.capacity,
            "periods": row.periods,
            "starts": row.starts_on,
            "ends": row.ends_on,
            "state": label(row.state),
        }


GROUPINGS = (
    Grouping("school", N_("学校"), TrainingClass.school_id, "school", enterprise_names),
    Grouping("enterprise", N_("企业"), TrainingClass.enterprise_id, "enterprise", enterprise_names),
    Grouping("month", N_("开课的月份"), TrainingClass.starts_on, "month", of_months=True),
)
SORTS = (
    Sort("name", (TrainingClass.name, TrainingClass.id)),
    Sort("enrolled", (TrainingClass.enrolled, TrainingClass.id)),
    Sort("starts", (TrainingClass.starts_on, TrainingClass.id)),
    Sort(
        "state",
        (case({state: n for n, state in enumerate(ClassState)}, value=TrainingClass.state), TrainingClass.id),
    ),
)
CLASSES = listed(
    Listing(
        "training_classes.index",
        N_("培训班"),
        P.TRAINING_READ,
        (
            Said("name", N_("班"), 24),
            Said("number", N_("班号"), 18),
            Said("school", N_("学校"), 24),
            Said("county", N_("县")),
            Said("enterprise", N_("去哪家企业"), 28),
            Said("occupation", N_("工种"), 16),
            Said("enrolled", N_("学员"), 8),
            Said("capacity", N_("名额"), 8),
            Said("periods", N_("课时"), 8),
            Said("starts", N_("开课"), 12),
            Said("ends", N_("结束"), 12),
            Said("state", N_("状态"), 12),
        ),
        ("stage", "school", "enterprise", "month", "mine"),
        _list_page,
        _list_cells,
        of_persons=False,
        whole=_whole,
        groupings=GROUPINGS,
        many=cases_of(CareKind.CLASS),
        kinds={"stage": {name: one.word for name, one in classes.STAGE_BY_NAME.items()}},
        sorts=SORTS,
        options=classes.WITH_A_CLASS,
    )
)


@bp.route("")
@requires(P.TRAINING_READ)
def index() -> str:
    """The classes the reader may see, by stage."""
    actor, asked = current_actor(), CLASSES.asked_here()
    stage, place = _stage_of(asked), place_asked()
    rows, after = CLASSES.read(db.session, actor, asked, today(), place, classes.PAGE)
    return render_template(
        "training/classes/index.html",
        rows=rows,
        after=after,
        stage=stage,
        stages=classes.STAGES,
        counts=classes.stage_counts(db.session, actor),
        names=area_names(db.session, {row.county_code for row in rows}),
        open_to=classes.agreements_to_open(db.session, actor) if actor.can(P.CLASS_WRITE) else [],
    )


@bp.route("/<int:class_id>")
@requires(P.TRAINING_READ)
def show(class_id: int) -> str:
    """One class: where it is, its rules, its people in numbers, the way to the other rooms."""
    return _render(in_scope_or_404(TrainingClass, class_id))


def _render(training_class: TrainingClass, site_form: SiteCheckForm | None = None) -> str:
    """The page of one class; ``site_form`` is a form with errors."""
    actor, session, day = current_actor(), db.session, today()
    checks_site = training_class.state is ClassState.APPROVED and actor.can(P.CLASS_APPROVE)
    figures = class_figures(session, training_class, day)
    return render_template(
        "training/classes/show.html",
        training_class=training_class,
        tabs=classes.tabs_for(actor),
        steps=classes.STEPS,
        reached=classes.step_of(training_class),
        available=_available(training_class),
        figures=figures,
        unknown=[name for name in StandardName if name not in figures],
        warnings=rules.warnings(figures, training_class.capacity, training_class.periods),
        decisions=decisions_on(session, training_class),
        decides=actor.can(P.CLASS_APPROVE) and training_class.state in TAKING_PEOPLE,
        counts=classes.people_counts(session, training_class),
        visits=classes.visits(session, training_class),
        contradictions=contradictions(session, training_class.id),
        funnel=people.funnel(session, actor, day, training_class.id),
        in_figures=actor.may_open(P.ENROLMENT_READ),
        history=classes.history(session, training_class),
        site_form=(site_form or _site_form()) if checks_site else None,
        correctable=training_class.state in planning.CORRECTABLE and actor.can(P.CLASS_WRITE),
        editable=training_class.state in planning.EDITABLE and actor.can(P.CLASS_WRITE),
        names=area_names(session, {training_class.county_code, training_class.city_code}),
        idle=_idle(training_class),
    )


def _site_form() -> SiteCheckForm:
    now = china_now()
    return SiteCheckForm(now, data={"visited_at": now})


def _idle(training_class: TrainingClass) -> int:
    """Places left over once the last class of the agreement is cancelled, for readers who can act on them."""
    actor = current_actor()
    can_act = actor.can(P.CLASS_APPROVE) or actor.can(P.CLASS_WRITE)
    if training_class.state is not ClassState.CANCELLED or not can_act:
        return 0
    return idle_places(db.session, training_class.agreement)


def _available(training_class: TrainingClass) -> list[Transition]:
    """The buttons of this room, each with what stands against it."""
    available = CLASS_WORKFLOW.available(training_class, current_actor())
    return [transition for transition in available if transition.event in OWN_EVENTS]


@bp.route("/<int:class_id>/advance", methods=["POST"])
@requires(P.TRAINING_READ)
def advance(class_id: int) -> Response:
    """Carry a class along one event; each event asks for its own permission on this very class."""
    in_scope_or_404(TrainingClass, class_id)
    step, reason = asked(CLASS_WORKFLOW, among=OWN_EVENTS)
    training_class = row_for(step, TrainingClass, class_id)
    operations.advance(db.session, current_actor(), training_class, step.event, today(), reason)
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    return finish(url_for("training_classes.show", class_id=training_class.id))


@bp.route("/<int:class_id>/site-check", methods=["POST"])
@requires(P.CLASS_APPROVE)
def check_site(class_id: int) -> str | Response:
    """Note the visit before the opening."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), SiteCheckForm(china_now())
    if not form.validate():
        return _render(training_class, form)
    operations.check_site(db.session, current_actor(), training_class, form.visit())
    flash(_("核查已登记。"), "success")
    return finish(url_for("training_classes.show", class_id=training_class.id))


# --- writing --------------------------------------------------------------------------------------------


@bp.route("/new/<int:agreement_id>", methods=["GET", "POST"])
@requires(P.CLASS_WRITE)
def new(agreement_id: int) -> str | Response:
    """Plan a class of an agreement in force."""
    agreement = in_scope_or_404(Agreement, agreement_id)
    left, number = rules.places_left(db.session, agreement), classes.next_number(db.session, agreement)
    form = ClassForm(data=proposed_plan(agreement, left, number))
    if form.validate_on_submit() and _keeps_rules(form, agreement, None):
        training_class = planning.create_class(db.session, current_actor(), agreement, form.plan(), today())
        flash(_("班建好了。接着招学员、导课程表，再申请开班。"), "success")
        return finish(url_for("training_classes.show", class_id=training_class.id))
    return _form_page(form, agreement, left=left)


@bp.route("/<int:class_id>/edit", methods=["GET", "POST"])
@requires(P.CLASS_WRITE)
def edit(class_id: int) -> Response | tuple[str, int]:
    """Change a class that is not approved yet."""
    training_class: TrainingClass = in_scope_or_404(TrainingClass, class_id)
    form = ClassForm(data=plan_of(training_class))
    if form.is_ready() and _keeps_rules(form, training_class.agreement, training_class):
        planning.update_class(db.session, current_actor(), training_class, form.plan(), today())
        flash(_("已保存。"), "success")
        return finish(url_for("training_classes.show", class_id=training_class.id))
    left = rules.places_left(db.session, training_class.agreement, training_class)
    page = _form_page(form, training_class.agreement, training_class=training_class, left=left)
    return page, form.status


@bp.route("/<int:class_id>/correct", methods=["GET", "POST"])
@requires(P.CLASS_WRITE)
def correct(class_id: int) -> Response | tuple[str, int]:
    """Correct name, place or head teacher of a class that the county has agreed to."""
    training_class: TrainingClass = in_scope_or_404(TrainingClass, class_id, P.CLASS_WRITE)
    form = CorrectionForm(data=plan_of(training_class))
    if not form.is_ready():
        page = render_template("training/classes/correct.html", training_class=training_class, form=form)
        return page, form.status
    said = (form.name.data, form.place.data, form.head_teacher.data, form.meals.data or "")
    words = planning.ClassWords(*said)
    planning.correct_class(db.session, current_actor(), training_class, words, form.reason.data or "")
    flash(_("已保存。"), "success")
    return finish(url_for("training_classes.show", class_id=training_class.id))


def _keeps_rules(form: ClassForm, agreement: Agreement, own: TrainingClass | None) -> bool:
    problems = rules.problems(db.session, agreement, form.plan(), today(), own)
    form.blame(problems)
    return not problems


def _form_page(form: ClassForm, agreement: Agreement, **more: Any) -> str:
    figures = rules.figures_of(db.session, agreement, today())
    return render_template(
        "training/classes/form.html", form=form, agreement=agreement, figures=figures, asked=ASKED, **more
    )


# --- printed forms --------------------------------------------------------------------------------------


@bp.route("/<int:class_id>/application")
@requires(P.ENROLMENT_READ)
def application(class_id: int) -> str:
    """The 开班申请确认表, A4."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    rows = workbooks.application_rows(db.session, training_class, today())
    return render_template(
        "training/classes/application.html", training_class=training_class, rows=rows, today=today()
    )


@bp.route("/<int:class_id>/application.xlsx")
@requires(P.ENROLMENT_READ)
def application_sheet(class_id: int) -> Response:
    """The same as a workbook."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    name = _("%(name)s开班申请确认表.xlsx", name=training_class.name)
    return send_workbook(name, workbooks.write_application, db.session, training_class, today())


@bp.route("/<int:class_id>/roster")
@requires(P.ENROLMENT_READ)
def roster(class_id: int) -> str:
    """The 学员花名册: A4 landscape, with columns for signature and fingerprint."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    return render_template(
        "training/classes/roster.html",
        training_class=training_class,
        rows=people.learners(db.session, training_class),
        today=today(),
        county=area_names(db.session, {training_class.county_code}).get(training_class.county_code, ""),
    )


@bp.route("/<int:class_id>/roster.xlsx")
@requires(P.ENROLMENT_READ)
def roster_sheet(class_id: int) -> Response:
    """The same as a workbook."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    name = _("%(name)s学员花名册.xlsx", name=training_class.name)
    return send_workbook(name, workbooks.write_roster, people.learners(db.session, training_class), today())


# --- side by side ---------------------------------------------------------------------------------------


@bp.route("/schools")
@requires(P.TRAINING_READ)
def schools() -> str:
    """The way from class to work over all classes, and school by school."""
    actor = current_actor()
    rows = people.schools(db.session, actor, today())
    funnel = people.funnel(db.session, actor, today())
    if masked := not actor.can(P.ENROLMENT_READ):
        rows, funnel = people.published_schools(rows, funnel)
    return render_template("training/classes/schools.html", rows=rows, funnel=funnel, masked=masked)
