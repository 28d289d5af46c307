"""One case: its page and its steps."""

from datetime import timedelta

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.hukou.cases import bp
from app.hukou.cases.forms import DecideForm, FamilyForm, PermitForm, PriorityForm, RemovalForm
from app.hukou.cases.operations import checklist, steps
from app.hukou.cases.operations.closing import refusals
from app.hukou.cases.queries import cases, points_lists
from app.hukou.rules import queries as rules
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import PaperForm
from app.kit.web.purposes import PurposeForm
from app.kit.web.transition_forms import asked
from models.access import Permission
from models.clock import today, utc_now
from models.hukou import labels
from models.hukou.case import CASE_WORKFLOW, CaseState, HukouCase
from models.hukou.rule import RouteKind
from models.reference.area import area_names
from models.workflow import Obstacle

STEPS = (
    CaseState.PRESCREEN,
    CaseState.APPLIED,
    CaseState.ACCEPTED,
    CaseState.REVIEWING,
    CaseState.LISTED,
    CaseState.APPROVED,
    CaseState.PERMITTED,
    CaseState.MOVED_OUT,
    CaseState.REGISTERED,
)
READ = Permission.HUKOU_READ
MOST_REASON = 600


@bp.route("/cases/<int:case_id>")
@requires(READ)
def show(case_id: int) -> str:
    """One case on one page: evidence beside each clause, papers, family, steps."""
    case, actor = in_scope_or_404(HukouCase, case_id), current_actor()
    return render_template(
        "hukou/cases/show.html",
        case=case,
        labels=labels,
        checklist=checklist.checklist(case),
        against_approval=_against_approval(case),
        available=CASE_WORKFLOW.available(case, actor),
        points_list=points_lists.list_of(db.session, actor, case) if case.kind is RouteKind.POINTS else None,
        states=_steps(case),
        city=_city(case),
        day=today(),
        soon=today() + timedelta(days=cases.REMIND_DAYS),
        quota=steps.quota_of(db.session, case, today().year),
        forms={
            "upload": PaperForm(formdata=None),
            "family": FamilyForm(formdata=None),
            "removal": RemovalForm(formdata=None),
            "permit": PermitForm(formdata=None),
            "decide": DecideForm(formdata=None),
            "priority": PriorityForm(formdata=None, data={"basis": case.priority_basis}),
            "open": PurposeForm(formdata=None),
        },
        too_late=refusals(case),
        replaced=rules.replacement(db.session, case.rule),
        may_see_name=actor.can(Permission.WORKER_READ) or actor.can(Permission.HUKOU_REVIEW),
    )


def _against_approval(case: HukouCase) -> list[Obstacle]:
    alone = steps.against_deciding_alone(db.session, case, today())
    return [*([alone] if alone else []), *steps.against_approval(case, today())]


def _steps(case: HukouCase) -> tuple[list[CaseState], int]:
    way = [step for step in STEPS if step is not CaseState.LISTED or case.kind is RouteKind.POINTS]
    here = CaseState.REVIEWING if case.state is CaseState.SUPPLEMENT else case.state
    return way, way.index(here) if here in way else -1


def _city(case: HukouCase) -> str:
    return area_names(db.session, [case.city_code]).get(case.city_code, case.city_code)


@bp.route("/cases/<int:case_id>/notice", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def notice(case_id: int) -> Response:
    """The person was read the notice that registration is voluntary."""
    case = in_scope_or_404(HukouCase, case_id)
    steps.confirm_notice(db.session, current_actor(), case, utc_now())
    return finish(url_for("hukou.show", case_id=case.id))


@bp.route("/cases/<int:case_id>/rule", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def adopt_rule(case_id: int) -> Response:
    """Pre-screen by the version that took the place of the case's rule."""
    case = in_scope_or_404(HukouCase, case_id)
    replaced = rules.replacement(db.session, case.rule)
    if replaced is None or replaced.successor is None:
        abort(404)
    steps.adopt_rule(db.session, current_actor(), case, replaced.successor, today())
    return finish(url_for("hukou.show", case_id=case.id))


@bp.route("/cases/<int:case_id>/priority", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def priority(case_id: int) -> Response:
    """Mark a case to be served earlier."""
    case, form = in_scope_or_404(HukouCase, case_id), PriorityForm()
    if not form.validate():
        abort(400)
    steps.set_priority(db.session, current_actor(), case, form.basis.data or "", form.reason.data or "")
    return finish(url_for("hukou.show", case_id=case.id))


@bp.route("/cases/<int:case_id>/help", methods=["POST"])
@requires(Permission.HUKOU_HELP)
def advance_for(case_id: int) -> Response:
    """The county's steps: apply, supply, moved out, withdraw."""
    case = in_scope_or_404(HukouCase, case_id)
    step, reason = asked(CASE_WORKFLOW, permission=Permission.HUKOU_HELP, most=MOST_REASON)
    actor, day, event = current_actor(), today(), step.event
    if event == "withdraw":
        steps.withdraw(db.session, actor, case, event, day, reason)
    elif event == "move_out":
        steps.move_out(db.session, actor, case, day)
    else:
        steps.move(db.session, actor, case, event, day, reason)
    return finish(url_for("hukou.show", case_id=case.id))


@bp.route("/cases/<int:case_id>/advance", methods=["POST"])
@requires(Permission.HUKOU_REVIEW)
def advance(case_id: int) -> Response:
    """The officer's steps that need no form of their own."""
    case = in_scope_or_404(HukouCase, case_id)
    step, reason = asked(CASE_WORKFLOW, permission=Permission.HUKOU_REVIEW, most=MOST_REASON)
    steps.move(db.session, current_actor(), case, step.event, today(), reason)
    return finish(url_for("hukou.show", case_id=case.id))


@bp.route("/cases/<int:case_id>/decide", methods=["POST"])
@requires(Permission.HUKOU_APPROVE)
def decide(case_id: int) -> Response:
    """Approve or reject."""
    case, form = in_scope_or_404(HukouCase, case_id), DecideForm()
    event = request.form.get("event", "")
    if event not in ("approve", "reject") or not form.validate():
        abort(400)
    step = steps.approve if event == "approve" else steps.reject
    step(db.session, current_actor(), case, today(), form.reason.data or request.form.get("reason", ""))
    return finish(url_for("hukou.show", case_id=case.id))


@bp.route("/cases/<int:case_id>/permit", methods=["POST"])
@requires(Permission.HUKOU_REVIEW)
def permit(case_id: int) -> Response:
    """Issue the permit to move in."""
    case, form = in_scope_or_404(HukouCase, case_id), PermitForm()
    if not form.validate():
        flash(_("请填准迁证编号。"), "error")
        return finish(url_for("hukou.show", case_id=case.id))
    steps.permit(db.session, current_actor(), case, form.number.data, today())
    return finish(url_for("hukou.show", case_id=case.id))
