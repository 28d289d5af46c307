"""Cases: the lists by last day, one case with its steps, the letter to the labour inspection."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.fields import Form
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import place_asked, wanted
from app.kit.web.transition_forms import asked, row_for
from app.problems import bp, forms
from app.problems.listing import PROBLEMS, kind_of, view_of
from app.problems.operations import cases as operations
from app.problems.operations import escalation
from app.problems.queries import cases
from models.access import Actor, Permission
from models.clock import today, utc_now
from models.i18n import Sentence
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.problems.flow import OVER, PROBLEM_WORKFLOW
from models.problems.kind import ProblemKind
from models.problems.problem import Problem, open_problem
from models.problems.problem_file import files_of
from models.reference.area import area_names
from models.reference.deadline import Deadlines

P = Permission


@dataclass(frozen=True)
class Step:
    """A step with a form of its own: who may take it, what it asks, what it does and says."""

    permission: Permission
    form: type[Form]
    take: Callable[[Session, Actor, Problem, Any], None]
    said: Sentence


def _close(session: Session, actor: Actor, problem: Problem, form: forms.CloseForm) -> None:
    heard = operations.Heard(form.words.data or "", Channel(form.channel.data))
    operations.close(session, actor, problem, form.event.data, heard, utc_now())


def _reassign(session: Session, actor: Actor, problem: Problem, form: forms.ReassignForm) -> None:
    people = {str(one.id): one for one in cases.colleagues(session, problem, today())}
    operations.reassign(session, actor, problem, people[form.owner.data], form.reason.data or "")


def _try(session: Session, actor: Actor, problem: Problem, form: forms.TryForm) -> None:
    operations.note_try(session, actor, problem, Channel(form.channel.data), form.words.data or "", utc_now())


FORM_STEPS = {
    "close": Step(P.PROBLEM_HANDLE, forms.CloseForm, _close, Sentence("按本人的话结束了，已经告诉本人。")),
    "note": Step(
        P.PROBLEM_HANDLE,
        forms.NoteForm,
        lambda session, actor, row, form: operations.write_note(
            session, actor, row, form.words.data, utc_now()
        ),
        Sentence("已记下。"),
    ),
    "try": Step(P.PROBLEM_HANDLE, forms.TryForm, _try, Sentence("已记下：没有联系上。")),
    "escalate": Step(
        P.PROBLEM_HANDLE,
        forms.WhyForm,
        lambda session, actor, row, form: _escalate(session, actor, row, form.reason.data),
        Sentence("已上报。"),
    ),
    "inspection": Step(
        P.PROBLEM_HANDLE,
        forms.InspectionForm,
        lambda session, actor, row, form: escalation.note_inspection(
            session, actor, row, form.office.data, form.number.data or "", utc_now()
        ),
        Sentence("已记下。"),
    ),
    "remind": Step(
        P.PROBLEM_HANDLE,
        forms.RemindForm,
        lambda session, actor, row, form: operations.remind(session, actor, row, form.on.data, today()),
        Sentence("已记下。"),
    ),
    "reassign": Step(P.PROBLEM_HANDLE, forms.ReassignForm, _reassign, Sentence("已交给同事。")),
    "reply": Step(
        P.PROBLEM_ANSWER,
        forms.ReplyForm,
        lambda session, actor, row, form: operations.answer_as_enterprise(
            session, actor, row, form.words.data, utc_now()
        ),
        Sentence("答复已交给县和市。"),
    ),
}
BUTTON_STEPS: dict[str, Callable[[Session, Actor, Problem, str], None]] = {
    "take": lambda session, actor, row, _reason: operations.take(session, actor, row, utc_now()),
    "answer": lambda session, actor, row, reason: operations.answer(session, actor, row, reason, utc_now()),
    "go_on": lambda session, actor, row, reason: operations.go_on(session, actor, row, reason, utc_now()),
    "give_up": lambda session, actor, row, reason: operations.give_up(session, actor, row, reason, utc_now()),
    "reopen": lambda session, actor, row, reason: operations.reopen(session, actor, row, reason, utc_now()),
}


def _escalate(session: Session, actor: Actor, problem: Problem, reason: str) -> None:
    escalation.escalate(session, actor, problem, reason, utc_now())


@bp.route("")
@requires(P.PROBLEM_READ)
def index() -> str:
    """The cases, what is due first before the rest."""
    actor, day = current_actor(), today()
    view, chosen = view_of(actor, request.args), kind_of(request.args)
    rows, after = PROBLEMS.read(db.session, actor, PROBLEMS.asked_here(), day, place_asked(), cases.PAGE)
    shown: dict[str, Any] = PROBLEMS.asked_here()
    return render_template(
        "problems/index.html",
        rows=rows,
        view=view,
        views=cases.VIEWS if actor.can(P.PROBLEM_HANDLE) else cases.VIEWS[2:],
        counts=cases.counts(db.session, actor, day),
        kind=chosen,
        kinds=ProblemKind,
        names=area_names(
            db.session, {code for row in rows for code in (row.county_code, row.city_code) if code}
        ),
        next_url=url_for("problems.index", **shown, after=after) if after else "",
        first_url=url_for("problems.index", **shown) if place_asked() else "",
    )


@bp.route("/<int:problem_id>")
@requires(P.PROBLEM_READ)
def show(problem_id: int) -> str:
    """One case."""
    return case_page(in_scope_or_404(Problem, problem_id), {})


@bp.route("/<int:problem_id>/letter")
@requires(P.PROBLEM_HANDLE)
def letter(problem_id: int) -> str:
    """The case on paper for the labour inspection; no number of anybody stands on it."""
    problem: Problem = in_scope_or_404(Problem, problem_id)
    codes = {code for code in (problem.county_code, problem.city_code) if code}
    return render_template(
        "problems/letter.html", problem=problem, today=today(), names=area_names(db.session, codes)
    )


def case_page(problem: Problem, typed: dict[str, Form]) -> str:
    """One case's page; ``typed`` are forms with errors, by the name of their step."""
    actor = current_actor()
    open_steps = {
        name: step.form(formdata=None)
        for name, step in FORM_STEPS.items()
        if actor.can(step.permission) and problem.is_alive
    }
    drawn = open_steps | typed
    if isinstance(form := drawn.get("reassign"), forms.ReassignForm):
        form.offer(cases.colleagues(db.session, problem, today()))
    available = PROBLEM_WORKFLOW.available(problem, actor)
    codes = {code for code in (problem.county_code, problem.city_code) if code}
    is_over, deadlines = problem.state in OVER, Deadlines(db.session, today())
    last_day = operations.last_day_to_reopen(problem, deadlines) if is_over else None
    return render_template(
        "problems/show.html",
        problem=problem,
        forms=drawn,
        files=files_of(db.session, problem) if actor.can(P.PROBLEM_HANDLE) else [],
        plain=[one for one in available if one.event in BUTTON_STEPS],
        next_level=escalation.next_level(problem),
        last_day=last_day,
        names=area_names(db.session, codes),
        today=today(),
    )


def take_step(problem_id: int, name: str, step: Step) -> str | Response:
    """Take ``step``; a form with errors comes back as it was typed."""
    problem: Problem = row_for(step, Problem, problem_id)
    form = step.form()
    if isinstance(form, forms.ReassignForm):
        form.offer(cases.colleagues(db.session, problem, today()))
    if not form.validate():
        return case_page(problem, {name: form})
    step.take(db.session, current_actor(), problem, form)
    flash(say(step.said), "success")
    return finish(url_for("problems.show", problem_id=problem_id))


def _add_route(name: str, step: Step) -> None:
    @bp.route(f"/<int:problem_id>/{name}", methods=["POST"], endpoint=name)
    @requires(step.permission)
    def take(problem_id: int) -> str | Response:
        return take_step(problem_id, name, step)


for _name, _step in FORM_STEPS.items():
    _add_route(_name, _step)


@bp.route("/<int:problem_id>/advance", methods=["POST"])
@requires(P.PROBLEM_HANDLE)
def advance(problem_id: int) -> Response:
    """Take a step that needs no more than a reason."""
    problem: Problem = in_scope_or_404(Problem, problem_id)
    step, reason = asked(PROBLEM_WORKFLOW, among=BUTTON_STEPS)
    BUTTON_STEPS[step.event](db.session, current_actor(), problem, reason)
    return finish(url_for("problems.show", problem_id=problem_id))


@bp.route("/<int:problem_id>/agreement", methods=["POST"])
@requires(P.PROBLEM_HANDLE)
def agreement(problem_id: int) -> Response:
    """Whether the enterprise may learn of it, as the worker said to a collector. Form: open."""
    problem: Problem = in_scope_or_404(Problem, problem_id)
    agrees = wanted("open")
    operations.set_agreement(db.session, current_actor(), problem, agrees, utc_now())
    flash(_("企业现在看得到这件事。") if agrees else _("企业现在看不到这件事了。"), "success")
    return finish(url_for("problems.show", problem_id=problem_id))


@bp.route("/new/<int:worker_id>", methods=["GET", "POST"])
@requires(P.PROBLEM_HANDLE)
def new(worker_id: int) -> str | Response:
    """Write down what somebody said by telephone or in person."""
    worker = cases.person(db.session, current_actor(), worker_id)
    if worker is None:
        abort(404)
    form = forms.ProblemForm()
    if not form.validate_on_submit():
        return render_template("problems/new.html", worker=worker, form=form)
    problem = _open(worker, form)
    flash(_("已登记，%(day)s前办完。", day=f"{problem.due_on:%Y-%m-%d}"), "success")
    return finish(url_for("problems.show", problem_id=problem.id))


def _open(worker: Worker, form: forms.ProblemForm) -> Problem:
    return open_problem(
        db.session,
        worker.id,
        form.problem_kind,
        form.words.data or "",
        actor=current_actor(),
        now=utc_now(),
        channel=Channel(form.channel.data),
        agrees=form.agrees.data,
    )
