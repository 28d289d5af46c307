"""One placement: where it stands, what was told and what was found, who did what, who is there already."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.formatters import label, translated
from app.kit.web.history import Entry
from models.audit import AuditEvent, EventTag, subject_name
from models.i18n import N_
from models.people.worker import Worker
from models.placement.follow_up import is_short
from models.placement.leaving import DeclineReason, LeaveReason
from models.placement.placement import (
    PLACEMENT_WORKFLOW,
    WORKING,
    FollowUp,
    Outcome,
    Placement,
    PlacementState,
)

S = PlacementState
STEPS = (N_("推荐"), N_("本人答复"), N_("录用"), N_("出发"), N_("到岗"), N_("满六个月"))
_REACHED = {
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
    """The wage somebody was told and a wage found later, in fen a month."""

    months: int
    told_fen: int | None
    found_fen: int
    is_short: bool


def steps_of(placement: Placement) -> tuple[list[str], int]:
    """Return the names of the steps and the index of the present one."""
    return [translated(name) for name in STEPS], _REACHED[placement.state]


def history(session: Session, placement: Placement, *, in_full: bool) -> list[Entry]:
    """Return what happened, the newest first. Names and reasons only where the reader may know the person."""
    rows = session.scalars(
        select(AuditEvent).where(AuditEvent.subject == subject_name(placement)).order_by(AuditEvent.id.desc())
    )
    return [
        Entry(row.at, row.actor_name if in_full else "", _what(row), _why(row) if in_full else "")
        for row in rows
    ]


def _what(row: AuditEvent) -> str:
    details = row.details
    event = details.get("event", "")
    if event in PLACEMENT_WORKFLOW.by_event:
        return translated(PLACEMENT_WORKFLOW.by_event[event].label)
    if row.tag == EventTag.FOLLOWUP_VERIFY:
        return _("市局核实 %(months)s 个月回访", months=details["months"])
    if row.tag == EventTag.FOLLOWUP_RECORD:
        outcome = label(Outcome(details["outcome"]))
        return _("%(months)s 个月回访：%(outcome)s", months=details["months"], outcome=outcome)
    words = {
        "ask": _("想先问问"),
        "drop": _("移出队伍"),
        "invite": _("企业邀请"),
        "offer": _("推荐岗位"),
        EventTag.CONSENT_GIVE: _("同意企业看姓名和电话"),
        EventTag.CONSENT_WITHDRAW: _("收回同意"),
    }
    return words.get(event or details.get("kind") or EventTag(row.tag), row.tag)


def _why(row: AuditEvent) -> str:
    reason = row.details.get("reason", "")
    for kind in (DeclineReason, LeaveReason):
        if row.details.get("to") in _ENDS[kind] and reason in set(kind):
            return label(kind(reason))
    return translated(reason) if reason else ""


_ENDS = {DeclineReason: {S.DECLINED}, LeaveReason: {S.LEFT, S.NOT_ARRIVED}}


def wages_found(placement: Placement) -> list[Comparison]:
    """Return each wage a follow-up found beside the wage that was told."""
    told = placement.told_wage_fen
    return [
        Comparison(found.months, told, found.wage_fen, is_short(told, found.wage_fen))
        for found in placement.follow_ups
        if found.wage_fen is not None
    ]


def is_wage_short(follow_up: FollowUp) -> bool:
    """Whether this follow-up found much less than was told."""
    return is_short(follow_up.placement.told_wage_fen, follow_up.wage_fen)


def villagers_there(session: Session, placement: Placement) -> tuple[int, int]:
    """Return how many of the person's village, and of the county, work at that enterprise already."""
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
