"""Offers, answers, hiring, arrivals and follow-ups for programs: the steps of the pages, one address each."""

from typing import Any

from flask import abort, current_app, request
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from app.kit.api.bodies import Numbers, checked
from app.kit.api.problems import Unacceptable, Wrong
from app.kit.api.routes import reads, sent, writes
from app.kit.api.shapes import (
    AMOUNT,
    CURSOR,
    DAY,
    MOMENT,
    NUMBER,
    ROW,
    TEXT,
    many,
    maybe,
    obj,
    one_of,
    page,
)
from app.kit.api.steps import STEPS, StepForm, step_asked, steps_open
from app.kit.api.values import plain, yuan
from app.kit.web.extensions import db
from app.kit.web.fields import Form, day_field, text, whole
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.request_limits import MOST, place_asked, row_number
from app.kit.web.transition_forms import row_for
from app.placements import bp
from app.placements.forms import FollowUpForm
from app.placements.operations import follow_ups as calls
from app.placements.operations import offers
from app.placements.queries import lists
from app.placements.queries.people import Face, faces
from app.placements.views.cases import BUTTON_STEPS, FORM_STEPS, Step
from app.placements.views.follow_ups import write_down
from models.access import Permission
from models.clock import today, utc_now
from models.jobs.order import Order
from models.match_run import MatchRun
from models.placement.asking import AskingRules
from models.placement.placement import PLACEMENT_WORKFLOW, FollowUp, Outcome, Placement, PlacementState

P = Permission
# Steps of persons that are worked through by hand, or ask for a paper.
ONLY_PAGES = frozenset({"consent", "renew", "correct"})
STEPS_ASK = tuple({one.permission for one in BUTTON_STEPS.values()})
CASE = {
    "id": ROW,
    "state": one_of(PlacementState),
    "order_id": ROW,
    "order_title": TEXT,
    "enterprise": TEXT,
    "worker_id": maybe(ROW),
    "name": TEXT,
    "county_code": TEXT,
    "city_code": TEXT,
    "respond_by": maybe(DAY),
    "hired_on": maybe(DAY),
    "on_site_on": maybe(DAY),
    "left_on": maybe(DAY),
}
WRITTEN = obj(id=ROW, state=one_of(PlacementState), steps=STEPS)
CALL = {
    "id": ROW,
    "placement_id": ROW,
    "name": TEXT,
    "enterprise": TEXT,
    "months": NUMBER,
    "due_on": maybe(DAY),
    "outcome": maybe(one_of(Outcome)),
    "wage_yuan": maybe(AMOUNT),
    "recorded_at": maybe(MOMENT),
    "verified_at": maybe(MOMENT),
}
OFFERED = obj(
    made=many(obj(placement_id=ROW, worker_id=ROW)),
    refused=many(obj(worker_id=maybe(ROW), reason=TEXT)),
)


class OfferForm(Form):
    """One order to several people."""

    order_id = whole(_l("岗位编号"), must=True, high=MOST)
    worker_ids = Numbers(_l("人员编号"))
    run_id = whole(_l("从哪一次找人来的"), high=MOST)
    respond_by = day_field(_l("最晚哪天答复"))
    reason = text(_l("理由"), most=300)

    def validate_worker_ids(self, field: Any) -> None:
        """Somebody, and no more than one call takes."""
        if not field.data or len(field.data) > offers.MOST_AT_ONCE:
            raise ValidationError(_l("写一到 %(most)s 个人的编号。", most=offers.MOST_AT_ONCE))


def _case(row: Placement, face: Face) -> dict[str, Any]:
    told = {name: plain(getattr(row, name)) for name in CASE if hasattr(row, name)}
    return told | {
        "order_title": row.order.title,
        "enterprise": row.order.enterprise.name,
        "worker_id": row.worker_id if face.in_register else None,
        "name": face.name,
    }


def _written(row: Placement) -> dict[str, Any]:
    steps = PLACEMENT_WORKFLOW.available(row, current_actor())
    return {"id": row.id, "state": row.state.value, "steps": steps_open(steps)}


def _asked_order(form: OfferForm) -> Order:
    order: Order = in_scope_or_404(Order, form.order_id.data, P.ORDER_READ)
    return order


def _offered(done: offers.Offered) -> dict[str, Any]:
    return {
        "made": [{"placement_id": one.id, "worker_id": one.worker_id} for one in done.made],
        "refused": [
            {"worker_id": worker.id if worker else None, "reason": say(reason)}
            for worker, reason in done.refused
        ],
    }


@bp.route("/api/v1/offers", methods=["POST"])
@requires(P.PLACEMENT_OFFER)
@writes(_l("把一个岗位推荐给几个人"), answer=OFFERED, body=OfferForm, status=201)
def api_offer() -> dict[str, Any]:
    """As the county's list does it: who cannot be offered it is named with the reason, the others go on."""
    sent()
    form = checked(OfferForm())
    run = in_scope_or_404(MatchRun, form.run_id.data, P.MATCH_RUN) if form.run_id.data else None
    done = offers.offer_many(
        db.session,
        current_actor(),
        _asked_order(form),
        form.worker_ids.data,
        today(),
        run,
        form.respond_by.data,
        form.reason.data or "",
        AskingRules.of(current_app.config),
    )
    return _offered(done)


@bp.route("/api/v1/invitations", methods=["POST"])
@requires(P.PLACEMENT_INVITE)
@writes(_l("企业邀请找到的人，由县里转告"), answer=OFFERED, body=OfferForm, status=201)
def api_invite() -> dict[str, Any]:
    """Candidates of the enterprise's own run."""
    sent()
    form = checked(OfferForm())
    order = _asked_order(form)
    if not form.run_id.data:
        raise Unacceptable(Wrong("run_id", str(_l("请填写这一项。"))))
    run = in_scope_or_404(MatchRun, form.run_id.data, P.MATCH_RUN)
    if order.enterprise_id not in current_actor().organisations():
        abort(404)
    rules = AskingRules.of(current_app.config)
    day = form.respond_by.data
    return _offered(
        offers.invite_many(db.session, current_actor(), run, order, form.worker_ids.data, today(), day, rules)
    )


@bp.route("/api/v1/placements")
@requires(P.PLACEMENT_READ)
@reads(
    _l("推荐与录用，一次五十个"),
    answer=page(obj(**CASE)),
    query={"stage": one_of(lists.STAGE_BY_NAME), "order": ROW, "after": CURSOR},
)
def api_index() -> dict[str, Any]:
    """One stage of the list, what is due first before the rest."""
    stage = lists.STAGE_BY_NAME[request.args.get("stage", "offered")]
    order_id = request.args.get("order", type=row_number)
    rows, following = lists.page_of(db.session, current_actor(), stage, place_asked(), lists.Among(order_id))
    shown = faces(db.session, current_actor(), rows)
    return {"items": [_case(one, shown[one.id]) for one in rows], "next": following or None}


@bp.route("/api/v1/placements/<int:number>")
@requires(P.PLACEMENT_READ)
@reads(_l("一个人和一个岗位的经过"), answer=obj(**CASE | {"steps": STEPS}))
def api_show(number: int) -> dict[str, Any]:
    """Where it stands, and the steps that are open to the account."""
    row: Placement = in_scope_or_404(Placement, number)
    face = faces(db.session, current_actor(), [row])[row.id]
    return _case(row, face) | {"steps": _written(row)["steps"]}


@bp.route("/api/v1/placements/<int:number>/steps", methods=["POST"])
@requires(P.PLACEMENT_READ)
@writes(_l("办一步只要理由的：转告、收回、录用、不录用……"), answer=WRITTEN, body=StepForm, also=STEPS_ASK)
def api_step(number: int) -> dict[str, Any]:
    """A step that needs no more than a reason."""
    in_scope_or_404(Placement, number)
    sent()
    event = step_asked(PLACEMENT_WORKFLOW, among=BUTTON_STEPS)[0].event
    step = BUTTON_STEPS[event]
    row: Placement = row_for(step, Placement, number)
    step.take(db.session, current_actor(), row, checked(step.form()))
    db.session.flush()
    return _written(row)


def _add_step(name: str, step: Step) -> None:
    @bp.route(
        f"/api/v1/placements/<int:number>/{name.replace('_', '-')}", methods=["POST"], endpoint=f"api_{name}"
    )
    @requires(step.permission)
    @writes(SUMMARIES[name], answer=WRITTEN, body=step.form)
    def api_take(number: int) -> dict[str, Any]:
        row: Placement = row_for(step, Placement, number)
        sent()
        step.take(db.session, current_actor(), row, checked(step.form()))
        db.session.flush()
        return _written(row)


SUMMARIES = {
    "answer": _l("记下本人的答复"),
    "interview": _l("约面试"),
    "change_interview": _l("改面试的时间地点"),
    "told": _l("记下面试已转告本人"),
    "arrive": _l("确认到岗"),
    "miss": _l("登记没有到岗"),
    "leave": _l("登记离职"),
}
for _name, _step in FORM_STEPS.items():
    if _name not in ONLY_PAGES:
        _add_step(_name, _step)


# --- follow-ups -----------------------------------------------------------------------------------------


def _call(row: FollowUp, face: Face) -> dict[str, Any]:
    return {
        "id": row.id,
        "placement_id": row.placement_id,
        "name": face.name,
        "enterprise": row.placement.order.enterprise.name,
        "months": row.months,
        "due_on": plain(row.due_on),
        "outcome": plain(row.outcome),
        "wage_yuan": yuan(row.wage_fen),
        "recorded_at": plain(row.recorded_at),
        "verified_at": plain(row.verified_at),
    }


def _follow_up(number: int, permission: Permission) -> FollowUp:
    statement = lists.follow_ups(current_actor(), permission).where(FollowUp.id == number)
    return db.session.scalar(statement) or abort(404)


@bp.route("/api/v1/follow-ups")
@requires(P.FOLLOWUP_RECORD)
@reads(_l("今天以前该回访的，最早的在前，一次五十个"), answer=page(obj(**CALL)), query={"after": ROW})
def api_follow_ups() -> dict[str, Any]:
    """What is due; recorded ones fall out, those that nobody could reach stay and are passed by ``after``."""
    number = request.args.get("after", type=row_number)
    after = _follow_up(number, P.FOLLOWUP_RECORD) if number else None
    size = lists.PAGE
    rows = lists.due_follow_ups(db.session, current_actor(), today(), size + 1, after=after)
    shown = faces(db.session, current_actor(), [one.placement for one in rows[:size]])
    items = [_call(one, shown[one.placement_id]) for one in rows[:size]]
    return {"items": items, "next": str(rows[size - 1].id) if len(rows) > size else None}


@bp.route("/api/v1/follow-ups/<int:number>")
@requires(P.FOLLOWUP_RECORD)
@reads(_l("一次回访"), answer=obj(**CALL))
def api_follow_up(number: int) -> dict[str, Any]:
    """One call and what was found."""
    row = _follow_up(number, P.FOLLOWUP_RECORD)
    return _call(row, faces(db.session, current_actor(), [row.placement])[row.placement_id])


FOUND = obj(id=ROW, outcome=maybe(one_of(Outcome)), recorded_at=maybe(MOMENT), verified_at=maybe(MOMENT))


def _found(row: FollowUp) -> dict[str, Any]:
    db.session.flush()
    told = {name: plain(getattr(row, name)) for name in ("outcome", "recorded_at", "verified_at")}
    return {"id": row.id} | told


@bp.route("/api/v1/follow-ups/<int:number>", methods=["POST"])
@requires(P.FOLLOWUP_RECORD)
@writes(_l("登记一次回访"), answer=FOUND, body=FollowUpForm)
def api_record(number: int) -> dict[str, Any]:
    """The result of a call or visit, or its correction with a reason."""
    row = _follow_up(number, P.FOLLOWUP_RECORD)
    sent()
    write_down(row, checked(FollowUpForm()), None)
    return _found(row)


@bp.route("/api/v1/follow-ups/<int:number>/verify", methods=["POST"])
@requires(P.FOLLOWUP_VERIFY)
@writes(_l("市局核实一次回访"), answer=FOUND)
def api_verify(number: int) -> dict[str, Any]:
    """Confirm a finding as the receiving city, after its paper was opened on its page."""
    row = _follow_up(number, P.FOLLOWUP_VERIFY)
    sent()
    calls.verify(db.session, current_actor(), row, utc_now())
    return _found(row)
