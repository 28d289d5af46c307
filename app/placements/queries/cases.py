"""One placement: where it stands, the wages told and paid, its history, people of the village there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.history import Entry
from models.audit import AuditEvent, events_of
from models.event_tags import EventTag
from models.i18n import N_, NOTHING, Sentence
from models.jobs.ending import endings
from models.jobs.order import OrderState
from models.people.worker import Worker
from models.placement.follow_up import is_short
from models.placement.leaving import (
    DECLINE_REASON_LABELS,
    LEAVE_REASON_LABELS,
    DeclineReason,
    LeaveReason,
)
from models.placement.placement import (
    OPEN_OFFERS,
    PLACEMENT_WORKFLOW,
    WORKING,
    FollowUp,
    Outcome,
    Placement,
    PlacementState,
)

S = PlacementState


def ended_jobs(session: Session, placements: Collection[Placement], today: date) -> dict[int, Sentence]:
    """By placement still in talks, why its job takes nobody any more."""
    open_ones = [one for one in placements if one.state in OPEN_OFFERS]
    ended = endings(session, {one.order for one in open_ones}, today)
    return {one.id: ended[one.order_id] for one in open_ones if one.order_id in ended and not _is_kept(one)}


def _is_kept(placement: Placement) -> bool:
    """Whether a place waits for this graduate, whoever else the job takes."""
    return placement.order.state is OrderState.OPEN and placement.has_kept_place


STEPS = (
    Sentence("推荐"),
    Sentence("本人答复"),
    Sentence("录用"),
    Sentence("出发"),
    Sentence("到岗"),
    Sentence("满六个月"),
)
_REACHED: dict[PlacementState, int] = {
    S.INVITED: 0,
    S.OFFERED: 1,
    S.ACCEPTED: 2,
    S.INTERVIEW: 2,
    S.HIRED: 3,
    S.DEPARTED: 4,
    S.ON_SITE: 5,
    S.STAYED: 6,
    S.DECLINED: 1,
    S.WITHDRAWN: 1,
    S.EXPIRED: 1,
    S.NOT_HIRED: 2,
    S.NOT_ARRIVED: 4,
    S.LEFT: 5,
}


@dataclass(frozen=True)
class Comparison:
    """The wage a person was told and the wage of a follow-up, in fen a month."""

    months: int
    told_fen: int | None
    found_fen: int
    is_short: bool


def steps_of(placement: Placement) -> tuple[tuple[Sentence, ...], int]:
    """The names of the steps and the index of the present one."""
    return STEPS, _REACHED[placement.state]


def history(session: Session, placement: Placement, *, in_full: bool) -> list[Entry]:
    """What happened, the newest first. Names and reasons only where the reader may know the person."""
    return [
        Entry(row.at, row.actor_name if in_full else "", _what(row), _why(row) if in_full else NOTHING)
        for row in events_of(session, placement)
    ]


def _what(row: AuditEvent) -> Sentence:
    details = row.details
    event = details.get("event", "")
    if event in PLACEMENT_WORKFLOW.by_event:
        return Sentence(PLACEMENT_WORKFLOW.by_event[event].label)
    if row.tag == EventTag.FOLLOWUP_VERIFY:
        return Sentence("市局核实 %(months)s 个月回访", {"months": details["months"]})
    if row.tag == EventTag.PLACEMENT_CORRECT:
        return _correction(details)
    if row.tag == EventTag.FOLLOWUP_RECORD and event == "correct":
        was, now = (Outcome(details[side]["outcome"]) for side in ("from", "to"))
        told = {"months": details["months"], "was": was, "now": now}
        return Sentence("更正 %(months)s 个月回访：原来%(was)s，现在%(now)s", told)
    if row.tag == EventTag.FOLLOWUP_RECORD:
        outcome = Outcome(details["outcome"])
        return Sentence("%(months)s 个月回访：%(outcome)s", {"months": details["months"], "outcome": outcome})
    return EVENTS.get(event or details.get("kind") or row.tag, Sentence(row.tag))


def _correction(details: Mapping[str, Any]) -> Sentence:
    """Each corrected field with what stood there and what stands there now."""
    return Sentence("更正：%(changes)s", {"changes": [_change(details, name) for name in details["fields"]]})


def _change(details: Mapping[str, Any], name: str) -> Sentence:
    was, now = (_value(name, details[side][name]) for side in ("from", "to"))
    told = {"field": Sentence(CORRECTED[name]), "was": was, "now": now}
    return Sentence("%(field)s由%(was)s改为%(now)s", told)


def _value(name: str, kept: str) -> Any:
    return LeaveReason(kept) if name == "leave_reason" else date.fromisoformat(kept)


CORRECTED = {
    "hired_on": N_("录用日期"),
    "on_site_on": N_("到岗日期"),
    "left_on": N_("离职日期"),
    "leave_reason": N_("离开的原因"),
}
EVENTS: dict[str, Sentence] = {
    "ask": Sentence("想先问问"),
    "card_clear": Sentence("对过岗位明白卡，每一条都明白"),
    "card_open": Sentence("对过岗位明白卡，有的还要问"),
    "drop": Sentence("移出队伍"),
    "tell_interview": Sentence("转告本人面试的事"),
    "invite": Sentence("企业邀请"),
    "offer": Sentence("推荐岗位"),
    EventTag.CONSENT_GIVE: Sentence("同意企业看姓名和电话"),
    EventTag.CONSENT_WITHDRAW: Sentence("收回同意"),
}


def _why(row: AuditEvent) -> Sentence:
    reason, to = row.details.get("reason", ""), row.details.get("to")
    for kind, labels in REASON_LABELS.items():
        if isinstance(to, str) and to in _ENDS[kind] and reason in set(kind):
            return Sentence(labels[kind(reason)])
    return Sentence(reason)


REASON_LABELS: dict[type[StrEnum], Mapping[Any, str]] = {
    DeclineReason: DECLINE_REASON_LABELS,
    LeaveReason: LEAVE_REASON_LABELS,
}
_ENDS: dict[type[StrEnum], set[PlacementState]] = {
    DeclineReason: {S.DECLINED},
    LeaveReason: {S.LEFT, S.NOT_ARRIVED},
}


def wages_found(placement: Placement) -> list[Comparison]:
    """The wage of each follow-up beside the wage that was told."""
    told = placement.told_wage_fen
    return [
        Comparison(visit.months, told, visit.wage_fen, is_short(told, visit.wage_fen))
        for visit in placement.follow_ups
        if visit.wage_fen is not None
    ]


def is_wage_short(follow_up: FollowUp) -> bool:
    """The wage of this follow-up is much lower than the wage told."""
    return is_short(follow_up.placement.told_wage_fen, follow_up.wage_fen)


def villagers_there(session: Session, placement: Placement) -> tuple[int, int]:
    """How many people of the person's village, and of the county, work at that enterprise already."""
    worker = placement.worker
    at_work = (
        select(func.count(func.distinct(Placement.worker_id)))
        .join(Worker, Placement.worker_id == Worker.id)
        .where(Placement.enterprise_id == placement.enterprise_id, Placement.state.in_(WORKING))
        .where(Placement.county_code == placement.county_code, Placement.worker_id != worker.id)
    )
    of_county = session.scalar(at_work) or 0
    if not worker.village or not of_county:
        return 0, of_county
    same = at_work.where(Worker.township == worker.township, Worker.village == worker.village)
    return session.scalar(same) or 0, of_county
