"""One placement: where it stands, the terms disclosed, wages paid since, and its next steps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, flash, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import Form
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import wanted
from app.kit.web.transition_forms import asked, row_for
from app.placements import bp
from app.placements.forms import (
    AnswerForm,
    ArrivalForm,
    CorrectForm,
    InterviewForm,
    LeaveForm,
    MissForm,
    ReasonForm,
    RenewForm,
    ToldForm,
    correct_form,
)
from app.placements.operations import answers, corrections, hiring, interviews, offers
from app.placements.queries import cases
from app.placements.queries.people import faces
from models.access import Actor, Permission
from models.clock import CHINA, today, utc_now
from models.i18n import Sentence
from models.people.consent import ConsentKind, present_text
from models.people.standing import overlaps
from models.placement import disclosed_terms
from models.placement.acknowledgement import BEFORE_DEPARTURE, latest_acknowledgements
from models.placement.asking import AskingRules
from models.placement.interview import Interview
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import PLACEMENT_WORKFLOW, Placement
from models.problems.problem import problems_about
from models.reference.area import area_names

P = Permission


@dataclass(frozen=True)
class Step:
    """A step from a placement's page: who may take it, what it asks, what it does.

    ``take`` returns what the page says afterwards, if anything; ``events`` of the workflow open the form.
    """

    permission: Permission
    form: type[Form]
    take: Callable[[Session, Actor, Placement, Any], Sentence | None]
    events: tuple[str, ...] = ()


def _answer(session: Session, actor: Actor, placement: Placement, form: AnswerForm) -> Sentence:
    channel, now = Channel(form.channel.data), utc_now()
    if form.answer.data == "accept":
        clash = answers.accept(session, actor, placement, channel, now)
        accepted = Sentence("已记下：本人愿意去。企业现在看得到他的姓名和电话。")
        return Sentence("%(done)s%(also)s", {"done": accepted, "also": clash.sentence}) if clash else accepted
    reason = DeclineReason(form.reason.data)
    answers.decline(session, actor, placement, channel, reason, now, form.note.data or "")
    return Sentence("已记下：本人不去。")


def _consent(session: Session, actor: Actor, placement: Placement, _form: Form) -> Sentence:
    is_open = wanted("open")
    answers.set_consent(session, actor, placement, is_open, Channel.PHONE, utc_now())
    if is_open:
        return Sentence("企业又看得到他的姓名和电话了。")
    return Sentence("企业现在看不到他的姓名和电话了。")


def _renew(session: Session, actor: Actor, placement: Placement, form: RenewForm) -> Sentence:
    answers.set_consent(session, actor, placement, True, Channel.VISIT, utc_now(), form.signed_on.data)
    return Sentence("企业又看得到他的姓名和电话了。")


def _appoint(
    take: Callable[..., Interview], session: Session, actor: Actor, placement: Placement, form: InterviewForm
) -> Sentence:
    take(session, actor, placement, form.appointment, utc_now())
    return Sentence("面试记下了，县里会转告本人。")


def _told(session: Session, actor: Actor, placement: Placement, form: ToldForm) -> Sentence:
    interviews.note_told(session, actor, placement, Channel(form.channel.data), utc_now())
    return Sentence("已记下：本人知道了。")


def _correct(session: Session, actor: Actor, placement: Placement, form: CorrectForm) -> Sentence:
    corrections.correct(session, actor, placement, form.changes, form.reason.data, today())
    return Sentence("已更正，原来的和理由都留在经过里。")


def _undo(event: str) -> Step:
    """The step that takes another back; its permission is the workflow's."""
    return Step(
        PLACEMENT_WORKFLOW.by_event[event].permission,
        ReasonForm,
        lambda session, actor, row, form: corrections.undo(
            session, actor, row, event, form.reason.data, today()
        ),
    )


# Steps with a form and a route of their own, by the name of both.
FORM_STEPS = {
    "answer": Step(P.PLACEMENT_ANSWER, AnswerForm, _answer, ("accept", "decline")),
    "consent": Step(P.PLACEMENT_ANSWER, Form, _consent),
    "renew": Step(P.PLACEMENT_ANSWER, RenewForm, _renew),
    "interview": Step(
        P.PLACEMENT_HIRE,
        InterviewForm,
        lambda session, actor, row, form: _appoint(interviews.arrange, session, actor, row, form),
        ("interview",),
    ),
    "change_interview": Step(
        P.PLACEMENT_HIRE,
        InterviewForm,
        lambda session, actor, row, form: _appoint(interviews.change, session, actor, row, form),
        ("change_interview",),
    ),
    "told": Step(P.PLACEMENT_ANSWER, ToldForm, _told),
    "arrive": Step(
        P.PLACEMENT_ARRIVE,
        ArrivalForm,
        lambda session, actor, row, form: hiring.arrive(session, actor, row, form.on.data, today()),
        ("arrive",),
    ),
    "miss": Step(
        P.PLACEMENT_ARRIVE,
        MissForm,
        lambda session, actor, row, form: hiring.miss(session, actor, row, form.value, form.note.data or ""),
        ("miss",),
    ),
    "correct": Step(P.PLACEMENT_ARRIVE, CorrectForm, _correct),
    "leave": Step(
        P.PLACEMENT_LEAVE,
        LeaveForm,
        lambda session, actor, row, form: hiring.leave(
            session, actor, row, form.value, form.on.data, form.note.data or "", today()
        ),
        ("leave",),
    ),
}
# Steps that need no more than a reason, by the event that the button names.
BUTTON_STEPS = {
    "pass_on": Step(
        P.PLACEMENT_OFFER,
        ReasonForm,
        lambda session, actor, row, form: offers.pass_on(
            session, actor, row, today(), form.reason.data, AskingRules.of(current_app.config)
        ),
    ),
    "withdraw": Step(
        P.PLACEMENT_OFFER,
        ReasonForm,
        lambda session, actor, row, form: offers.withdraw(session, actor, row, form.reason.data),
    ),
    "uninvite": Step(
        P.PLACEMENT_INVITE,
        ReasonForm,
        lambda session, actor, row, _form: offers.uninvite(session, actor, row),
    ),
    "cancel_interview": Step(
        P.PLACEMENT_HIRE,
        ReasonForm,
        lambda session, actor, row, form: interviews.cancel(session, actor, row, form.reason.data),
    ),
    "hire": Step(
        P.PLACEMENT_HIRE,
        ReasonForm,
        lambda session, actor, row, _form: hiring.hire(session, actor, row, today()),
    ),
    "not_hire": Step(
        P.PLACEMENT_HIRE,
        ReasonForm,
        lambda session, actor, row, form: hiring.not_hire(session, actor, row, form.reason.data),
    ),
} | {event: _undo(event) for event in corrections.UNDONE}


def take_step(number: int, name: str, step: Step) -> str | Response:
    """Take ``step``; a form with errors comes back as it was typed."""
    placement: Placement = row_for(step, Placement, number)
    form = step.form()
    if not form.validate():
        return case_page(placement, {name: form})
    if sentence := step.take(db.session, current_actor(), placement, form):
        flash(say(sentence), "success")
    return finish(url_for("placements.show", number=number))


def _add_route(name: str, step: Step) -> None:
    @bp.route(f"/placements/<int:number>/{name}", methods=["POST"], endpoint=name)
    @requires(step.permission)
    def take(number: int) -> str | Response:
        return take_step(number, name, step)


for _name, _step in FORM_STEPS.items():
    _add_route(_name, _step)


@bp.route("/placements/<int:number>/advance", methods=["POST"])
@requires(Permission.PLACEMENT_READ)
def advance(number: int) -> str | Response:
    """Take a step that needs no more than a reason."""
    in_scope_or_404(Placement, number)
    event = asked(PLACEMENT_WORKFLOW, among=BUTTON_STEPS)[0].event
    return take_step(number, event, BUTTON_STEPS[event])


@bp.route("/placements/<int:number>")
@requires(Permission.PLACEMENT_READ)
def show(number: int) -> str:
    """One placement."""
    return case_page(in_scope_or_404(Placement, number), {})


def case_page(placement: Placement, typed: dict[str, Form]) -> str:
    """One placement's page; ``typed`` are forms with errors, by the name of their step."""
    actor = current_actor()
    face = faces(db.session, actor, [placement], phone=True)[placement.id]
    ended = cases.ended_jobs(db.session, [placement], today()).get(placement.id)
    available = [
        one.but(ended if one.event == "accept" else corrections.objection(db.session, placement, one.event))
        for one in PLACEMENT_WORKFLOW.available(placement, actor)
    ]
    steps = {transition.event for transition in available if not transition.against}
    binding = offers.binding_of(db.session, placement) if face.in_register else None
    return render_template(
        "placements/show.html",
        placement=placement,
        face=face,
        forms=_open_forms(placement, steps) | typed,
        steps=cases.steps_of(placement),
        plain=[
            replace(one, asks_reason=True) if one.event == "pass_on" and binding else one
            for one in available
            if one.event in BUTTON_STEPS and one.event not in corrections.UNDONE
        ],
        undone=[one for one in available if one.event in corrections.UNDONE],
        binding=binding,
        ended=ended,
        refused=[one for one in available if one.against and one.event in FORM_STEPS.keys() | {"accept"}],
        clash=overlaps(db.session, [placement], today()).get(placement.id),
        problems=problems_about(db.session, actor, placement.worker_id),
        history=cases.history(db.session, placement, in_full=face.in_register),
        wages=cases.wages_found(placement),
        villagers=cases.villagers_there(db.session, placement),
        names=area_names(db.session, {placement.county_code, placement.city_code}),
        told=disclosed_terms.terms_of(db.session, placement, today()),
        can_answer=actor.can(Permission.PLACEMENT_ANSWER),
        consent_text=present_text(ConsentKind.ENTERPRISE).text,
        withdrawable=answers.can_withdraw_consent(placement),
        card_wanted=placement.state in BEFORE_DEPARTURE,
        card=latest_acknowledgements(db.session, [placement.id]).get(placement.id),
        closed_by_person=answers.is_closed_by_person(db.session, placement) and answers.CLOSED_BY_PERSON,
    )


def _open_forms(placement: Placement, events: Iterable[str]) -> dict[str, Form]:
    """Forms of the steps that ``events`` open; where only a no is left, the answer says no."""
    start = {"on": today()} | ({} if "accept" in events else {"answer": "decline"}) | _appointment(placement)
    forms = {
        name: step.form(data=start) for name, step in FORM_STEPS.items() if set(step.events) & set(events)
    }
    told = FORM_STEPS["told"]
    is_pending = placement.interview is not None and placement.interview.is_pending
    if isinstance(answer := forms.get("answer"), AnswerForm) and "accept" not in events:
        answer.offer_no_only()
    if (known := known_days(placement)) and current_actor().can(P.PLACEMENT_ARRIVE):
        forms["correct"] = correct_form(known)
    if answers.is_to_be_signed(placement) and current_actor().can(P.PLACEMENT_ANSWER):
        forms["renew"] = RenewForm()
    return forms | ({"told": told.form()} if is_pending and current_actor().can(told.permission) else {})


def _appointment(placement: Placement) -> dict[str, Any]:
    """What the form of the interview begins with: as it stands, or whom the order names."""
    interview, order = placement.interview, placement.order
    if interview is None:
        return {"contact": f"{order.contact_name} {order.contact_phone or ''}".strip()}
    held_at = interview.held_at.astimezone(CHINA)
    return {"held_at": held_at, "place": interview.place, "contact": interview.contact}


def known_days(placement: Placement) -> dict[str, Any]:
    """What can be corrected: what has happened."""
    names = (*corrections.DAYS, "leave_reason")
    return {name: value for name in names if (value := getattr(placement, name)) is not None}
