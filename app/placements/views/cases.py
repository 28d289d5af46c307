"""One placement: where it stands, what was told and found, and the buttons of its next steps."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import Form
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.transition_forms import asked, row_for
from app.placements import bp, disclosed_terms
from app.placements.forms import AnswerForm, ArrivalForm, InterviewForm, LeaveForm, MissForm
from app.placements.operations import answers, hiring, offers
from app.placements.queries import cases
from app.placements.queries.people import faces
from models.access import Permission
from models.clock import today
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import PLACEMENT_WORKFLOW, Placement
from models.reference.area import area_names

FORMS: dict[str, type[Form]] = {
    "accept": AnswerForm,
    "interview": InterviewForm,
    "arrive": ArrivalForm,
    "miss": MissForm,
    "leave": LeaveForm,
}
WITH_ANSWER = {"accept", "decline"}
Step = Callable[[Placement, str], None]


@bp.route("/placements/<int:number>")
@requires(Permission.PLACEMENT_READ)
def show(number: int) -> str:
    """One placement."""
    return case_page(in_scope_or_404(Placement, number))


def case_page(placement: Placement, **typed: Form) -> str:
    """Render one placement; ``typed`` are forms with errors, by the name of their event."""
    actor = current_actor()
    face = faces(db.session, actor, [placement], phone=True)[placement.id]
    available = PLACEMENT_WORKFLOW.available(placement, actor)
    events = {transition.event for transition in available}
    forms = {
        event: typed.get(event) or make(data={"on": today()})
        for event, make in FORMS.items()
        if event in events
    }
    if "decline" in events and "accept" not in events:
        forms["accept"] = typed.get("accept") or AnswerForm(data={"answer": "decline"})
    return render_template(
        "placements/show.html",
        placement=placement,
        face=face,
        forms=forms,
        steps=cases.steps_of(placement),
        plain=[t for t in available if t.event not in FORMS and t.event not in WITH_ANSWER],
        history=cases.history(db.session, placement, in_full=face.in_register),
        wages=cases.wages_found(placement),
        villagers=cases.villagers_there(db.session, placement),
        names=area_names(db.session, {placement.county_code, placement.city_code}),
        terms=disclosed_terms,
        told=disclosed_terms.terms_of(db.session, placement, today()),
        can_answer=actor.can(Permission.PLACEMENT_ANSWER),
        withdrawable=answers.can_withdraw(placement),
    )


def _here(placement: Placement) -> str:
    return url_for("placements.show", number=placement.id)


@bp.route("/placements/<int:number>/advance", methods=["POST"])
@requires(Permission.PLACEMENT_READ)
def advance(number: int) -> Response:
    """Take a step that needs no more than a reason."""
    in_scope_or_404(Placement, number)
    step, reason = asked(PLACEMENT_WORKFLOW, among=STEPS)
    placement = row_for(step, Placement, number)
    STEPS[step.event](placement, reason)
    return finish(_here(placement))


STEPS: dict[str, Step] = {
    "pass_on": lambda row, reason: offers.pass_on(db.session, current_actor(), row, today()),
    "withdraw": lambda row, reason: offers.withdraw(db.session, current_actor(), row, reason),
    "uninvite": lambda row, reason: offers.uninvite(db.session, current_actor(), row),
    "hire": lambda row, reason: hiring.hire(db.session, current_actor(), row, today()),
    "not_hire": lambda row, reason: hiring.not_hire(db.session, current_actor(), row, reason),
}


@bp.route("/placements/<int:number>/answer", methods=["POST"])
@requires(Permission.PLACEMENT_ANSWER)
def answer(number: int) -> str | Response:
    """Write down what the person answered."""
    placement, form = in_scope_or_404(Placement, number), AnswerForm()
    if not form.validate():
        return case_page(placement, accept=form)
    channel = Channel(form.channel.data)
    if form.answer.data == "accept":
        answers.accept(db.session, current_actor(), placement, channel)
        flash(_("已记下：本人愿意去。企业现在看得到他的姓名和电话。"), "success")
    else:
        reason = DeclineReason(form.reason.data)
        answers.decline(db.session, current_actor(), placement, channel, reason, form.note.data or "")
        flash(_("已记下：本人不去。"), "success")
    return finish(_here(placement))


@bp.route("/placements/<int:number>/consent", methods=["POST"])
@requires(Permission.PLACEMENT_ANSWER)
def consent(number: int) -> Response:
    """Close the person's name and phone to the enterprise, or open them again, as he wishes."""
    placement = in_scope_or_404(Placement, number)
    if placement.has_consent:
        answers.withdraw_consent(db.session, current_actor(), placement)
        flash(_("企业现在看不到他的姓名和电话了。"), "success")
    else:
        answers.renew_consent(db.session, current_actor(), placement, Channel.PHONE)
        flash(_("企业又看得到他的姓名和电话了。"), "success")
    return finish(_here(placement))


def _with_form(number: int, event: str, step: Callable[[Placement, Any], None]) -> str | Response:
    """Take a step that needs a form of its own; a form with errors comes back as it was typed."""
    placement, form = in_scope_or_404(Placement, number), FORMS[event]()
    if not form.validate():
        return case_page(placement, **{event: form})
    step(placement, form)
    return finish(_here(placement))


@bp.route("/placements/<int:number>/interview", methods=["POST"])
@requires(Permission.PLACEMENT_HIRE)
def interview(number: int) -> str | Response:
    """Ask the person to an interview."""
    actor = current_actor()
    return _with_form(
        number, "interview", lambda row, form: hiring.interview(db.session, actor, row, form.note.data)
    )


@bp.route("/placements/<int:number>/arrive", methods=["POST"])
@requires(Permission.PLACEMENT_ARRIVE)
def arrive(number: int) -> str | Response:
    """Confirm the arrival."""
    actor = current_actor()
    return _with_form(
        number, "arrive", lambda row, form: hiring.arrive(db.session, actor, row, form.on.data, today())
    )


@bp.route("/placements/<int:number>/miss", methods=["POST"])
@requires(Permission.PLACEMENT_ARRIVE)
def miss(number: int) -> str | Response:
    """Note that the person never came."""

    def step(row: Placement, form: MissForm) -> None:
        hiring.miss(db.session, current_actor(), row, form.value, form.note.data or "")

    return _with_form(number, "miss", step)


@bp.route("/placements/<int:number>/leave", methods=["POST"])
@requires(Permission.PLACEMENT_LEAVE)
def leave(number: int) -> str | Response:
    """Note that the person left."""

    def step(row: Placement, form: LeaveForm) -> None:
        hiring.leave(db.session, current_actor(), row, form.value, form.on.data, form.note.data or "")

    return _with_form(number, "leave", step)
