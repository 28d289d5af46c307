"""Where one person is on the way into one job, and what leads from one state to the next."""

import enum
from typing import Any

from models.access import Actor, Permission
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.workflow import Transition, Workflow


class PlacementState(enum.StrEnum):
    """Where one person is on the way into one job."""

    INVITED = "invited"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    INTERVIEW = "interview"
    HIRED = "hired"
    DEPARTED = "departed"
    ON_SITE = "on_site"
    STAYED = "stayed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_HIRED = "not_hired"
    NOT_ARRIVED = "not_arrived"
    LEFT = "left"


PLACEMENT_STATE_LABELS = {
    PlacementState.INVITED: N_("企业已邀请"),
    PlacementState.OFFERED: N_("等本人答复"),
    PlacementState.ACCEPTED: N_("本人愿意"),
    PlacementState.INTERVIEW: N_("面试中"),
    PlacementState.HIRED: N_("已录用"),
    PlacementState.DEPARTED: N_("已出发"),
    PlacementState.ON_SITE: N_("在岗"),
    PlacementState.STAYED: N_("稳定满六个月"),
    PlacementState.DECLINED: N_("本人不去"),
    PlacementState.WITHDRAWN: N_("已撤回"),
    PlacementState.EXPIRED: N_("过期未答复"),
    PlacementState.NOT_HIRED: N_("未录用"),
    PlacementState.NOT_ARRIVED: N_("没有到岗"),
    PlacementState.LEFT: N_("已离职"),
}
S = PlacementState
OPEN_OFFERS = (S.INVITED, S.OFFERED, S.ACCEPTED, S.INTERVIEW)
HOLDING = (S.HIRED, S.DEPARTED, S.ON_SITE, S.STAYED)
WORKING = (S.ON_SITE, S.STAYED)
CONSENTED = (S.ACCEPTED, S.INTERVIEW, *HOLDING)
# A no, from either side, is not asked again; what merely lapsed or ended may be tried anew.
FINAL = (S.DECLINED, S.NOT_HIRED)


def _consent_needed(placement: Any, actor: Actor) -> Sentence | None:
    return None if placement.has_consent else Sentence("本人还没有同意把资料给企业。")


def _order_still_open(placement: Any, actor: Actor) -> Sentence | None:
    order = placement.order
    if order.has_room() or (order.keeps_places and placement.has_kept_place):
        return None
    return Sentence("这个岗位已经招满或停止招聘，请看看别的岗位。")


def _undo(
    event: str,
    sources: tuple[PlacementState, ...],
    target: PlacementState,
    permission: Permission,
    label: str,
    *,
    shown: bool = True,
) -> Transition:
    """A step that was a slip, taken back with a reason by those who may take the step itself."""
    return Transition(event, sources, target, permission, label, asks_reason=True, shown=shown)


_P = Permission
PLACEMENT_WORKFLOW = Workflow(
    "placement",
    EventTag.PLACEMENT_ADVANCE,
    (
        Transition(
            "pass_on",
            (S.INVITED,),
            S.OFFERED,
            _P.PLACEMENT_OFFER,
            N_("转告本人"),
            guard=_order_still_open,
            tone="brand",
        ),
        Transition("uninvite", (S.INVITED,), S.WITHDRAWN, _P.PLACEMENT_INVITE, N_("取消邀请")),
        Transition(
            "accept",
            (S.OFFERED,),
            S.ACCEPTED,
            _P.PLACEMENT_ANSWER,
            N_("本人愿意去"),
            guard=_order_still_open,
            tone="brand",
        ),
        Transition(
            "accept_own",
            (S.OFFERED,),
            S.ACCEPTED,
            _P.PORTAL,
            N_("我愿意去"),
            guard=_order_still_open,
            tone="brand",
            shown=False,
        ),
        Transition(
            "decline", (S.OFFERED, S.ACCEPTED, S.INTERVIEW), S.DECLINED, _P.PLACEMENT_ANSWER, N_("本人不去")
        ),
        Transition(
            "decline_own",
            (S.OFFERED, S.ACCEPTED, S.INTERVIEW),
            S.DECLINED,
            _P.PORTAL,
            N_("不去了"),
            shown=False,
        ),
        Transition(
            "withdraw",
            (S.INVITED, S.OFFERED),
            S.WITHDRAWN,
            _P.PLACEMENT_OFFER,
            N_("撤回推荐"),
            asks_reason=True,
        ),
        Transition("expire", (S.INVITED, S.OFFERED), S.EXPIRED, _P.PLACEMENT_OFFER, N_("过期"), shown=False),
        Transition(
            "interview", (S.ACCEPTED,), S.INTERVIEW, _P.PLACEMENT_HIRE, N_("约面试"), guard=_consent_needed
        ),
        Transition(
            "change_interview",
            (S.INTERVIEW,),
            S.INTERVIEW,
            _P.PLACEMENT_HIRE,
            N_("改面试时间地点"),
            guard=_consent_needed,
        ),
        Transition(
            "cancel_interview",
            (S.INTERVIEW,),
            S.ACCEPTED,
            _P.PLACEMENT_HIRE,
            N_("取消面试"),
            asks_reason=True,
        ),
        Transition(
            "hire",
            (S.ACCEPTED, S.INTERVIEW),
            S.HIRED,
            _P.PLACEMENT_HIRE,
            N_("录用"),
            guard=_consent_needed,
            tone="brand",
        ),
        Transition(
            "not_hire",
            (S.ACCEPTED, S.INTERVIEW),
            S.NOT_HIRED,
            _P.PLACEMENT_HIRE,
            N_("不录用"),
            asks_reason=True,
            tone="danger",
        ),
        Transition("supersede", OPEN_OFFERS, S.WITHDRAWN, _P.PLACEMENT_HIRE, N_("已被别处录用"), shown=False),
        Transition("depart", (S.HIRED,), S.DEPARTED, _P.PLACEMENT_DEPART, N_("出发"), shown=False),
        Transition(
            "arrive", (S.HIRED, S.DEPARTED), S.ON_SITE, _P.PLACEMENT_ARRIVE, N_("确认到岗"), tone="brand"
        ),
        Transition(
            "miss",
            (S.HIRED, S.DEPARTED),
            S.NOT_ARRIVED,
            _P.PLACEMENT_ARRIVE,
            N_("没有到岗"),
            asks_reason=True,
            tone="danger",
        ),
        Transition(
            "leave", WORKING, S.LEFT, _P.PLACEMENT_LEAVE, N_("登记离职"), asks_reason=True, tone="danger"
        ),
        Transition(
            "found_left",
            WORKING,
            S.LEFT,
            _P.FOLLOWUP_RECORD,
            N_("回访得知已离职"),
            asks_reason=True,
            shown=False,
        ),
        Transition("stay", (S.ON_SITE,), S.STAYED, _P.FOLLOWUP_RECORD, N_("稳定满六个月"), shown=False),
        # Slips taken back; what else stands against one: app.placements.operations.corrections.
        _undo("undo_answer", (S.ACCEPTED, S.DECLINED), S.OFFERED, _P.PLACEMENT_ANSWER, N_("答复记错了")),
        _undo("undo_hire", (S.HIRED,), S.ACCEPTED, _P.PLACEMENT_HIRE, N_("录用记错了")),
        _undo("undo_not_hire", (S.NOT_HIRED,), S.ACCEPTED, _P.PLACEMENT_HIRE, N_("不录用记错了")),
        _undo("undo_depart", (S.DEPARTED,), S.HIRED, _P.PLACEMENT_DEPART, N_("其实还没出发")),
        _undo("undo_arrive", (S.ON_SITE,), S.DEPARTED, _P.PLACEMENT_ARRIVE, N_("到岗记错了")),
        _undo("undo_miss", (S.NOT_ARRIVED,), S.DEPARTED, _P.PLACEMENT_ARRIVE, N_("“没有到岗”记错了")),
        _undo("undo_leave", (S.LEFT,), S.ON_SITE, _P.PLACEMENT_LEAVE, N_("离职记错了")),
        _undo("found_there", (S.LEFT,), S.ON_SITE, _P.FOLLOWUP_RECORD, N_("回访更正：还在岗"), shown=False),
        _undo(
            "undo_stay",
            (S.STAYED,),
            S.ON_SITE,
            _P.FOLLOWUP_RECORD,
            N_("回访更正：不算稳定满六个月"),
            shown=False,
        ),
    ),
)
