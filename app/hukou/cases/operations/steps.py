"""Use cases of settling: the pre-screening, each step with its working days, quota, priority, follow-ups."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.hukou.cases.operations.deadlines import last_office_day
from app.hukou.rules.fact_resolution import known_facts
from models.access import Actor
from models.audit import EventTag, record
from models.clock import day_of, utc_now
from models.hukou.case import (
    CASE_WORKFLOW,
    FOLLOW_UP_DAYS,
    CaseState,
    CaseStep,
    FamilyMember,
    HukouCase,
    HukouFollowUp,
)
from models.hukou.evaluation import Answer, Clause, Verdict, evaluate
from models.hukou.rule import HukouQuota, HukouRule, give_back_quota, take_quota
from models.i18n import N_, Sentence
from models.people.worker import Worker
from models.reference.calendar import work_calendar
from models.workflow import TransitionRefused

OVER = (CaseState.SETTLED, CaseState.REJECTED, CaseState.WITHDRAWN)
HAS_CASE = N_("这个人已经有一件没办完的落户申请，先办完或撤回那一件。")
NOTICE_RUNNING = N_("积分公示还没有结束，到期以后才能批准。")
NOT_MET = N_("按规则还有条件不符合，不能批准。条件见页面上标红的几条。")
SAY_WHY = N_("有几条平台不清楚，不能算符合。请写明人工是怎么核实的，再批准。")
FAMILY_TOO_LATE = Sentence("这件落户申请已经办完或撤回，不能再加家人。")
NO_NOTICE_DAYS = N_("这条规则没有写公示几天，请管理员先补上。")


def prescreen(
    session: Session, actor: Actor, worker: Worker, rule: HukouRule, city_code: str, day: date
) -> HukouCase:
    """Open a case for ``worker`` by ``rule`` in ``city_code``. Raises TransitionRefused when one is open."""
    open_case = select(HukouCase.id).where(HukouCase.active_digest == worker.id_digest)
    if session.scalar(open_case):
        raise TransitionRefused(HAS_CASE)
    case = HukouCase(
        worker_id=worker.id,
        worker=worker,
        rule_id=rule.id,
        rule=rule,
        kind=rule.kind,
        county_code=worker.county_code,
        city_code=city_code,
        state=CaseState.PRESCREEN,
        state_since=utc_now(),
        active_digest=worker.id_digest,
        created_by_id=actor.user_id,
        is_synthetic=worker.is_synthetic,
    )
    session.add(case)
    session.flush()
    look_again(session, case, day)
    session.add(CaseStep(case_id=case.id, state=case.state, entered_at=utc_now()))
    record(session, actor, EventTag.HUKOU_CASE_CREATE, case, worker=worker.id, route=rule.route)
    return case


def look_again(session: Session, case: HukouCase, day: date) -> Answer:
    """Evaluate the case's own version of its rule anew, keep what it said, and return it."""
    facts = known_facts(session, [case.worker_id], case.city_code, day)[case.worker_id]
    answer = evaluate(case.rule.conditions, case.rule.points or {}, facts, day)
    case.evaluation = snapshot(answer, day)
    slip = facts.get("points")  # of a route whose points the city's own office counts
    case.points = answer.points[0] if answer.points else slip.on(day) if slip else case.points
    return answer


def snapshot(answer: Answer, day: date) -> dict[str, Any]:
    """Return an answer as it is kept: {"verdict", "on", "clauses": [{"fact", "op", "value", "verdict",
    "known",
    "source", "as_of", "expires_on", "evidence", "meets_on"}]}; what is not known is null.
    """
    return {
        "verdict": answer.verdict.value,
        "on": day.isoformat(),
        "meets_on": _written(answer.meets_on),
        "clauses": [_clause(clause) for clause in answer.clauses],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    known = clause.known
    return dict(clause.condition) | {
        "verdict": clause.verdict.value,
        "known": clause.value,
        "source": known.source if known else "",
        "as_of": _written(known.as_of if known else None),
        "expires_on": _written(known.expires_on if known else None),
        "evidence": known.evidence if known else None,
        "meets_on": _written(clause.meets_on),
    }


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def confirm_notice(session: Session, actor: Actor, case: HukouCase) -> None:
    """Note that the person knows that settling is voluntary and costs no land (国办发〔2016〕72号)."""
    if case.notice_read_at is None:
        case.notice_read_at = utc_now()
        record(session, actor, EventTag.HUKOU_READ_NOTICE, case, worker=case.worker_id)


def set_priority(session: Session, actor: Actor, case: HukouCase, basis: str) -> None:
    """Mark the case to be served earlier, with its basis; "" takes the mark away. Conditions stay the
    same."""
    case.priority_basis, case.priority_by_id = basis, actor.user_id if basis else None
    record(session, actor, EventTag.HUKOU_PRIORITY, case, basis=basis)


def add_family_member(
    session: Session,
    actor: Actor,
    case: HukouCase,
    relation: str,
    name: str,
    birth_date: date,
    needs_school: bool,
) -> FamilyMember:
    """Add a person who moves along; the audit keeps no name. Raises TransitionRefused once it is over.

    The case is locked: it may be closing at this moment.
    """
    session.refresh(case, with_for_update=True)
    if case.state in OVER:
        raise TransitionRefused(FAMILY_TOO_LATE)
    member = FamilyMember(relation=relation, name=name, birth_date=birth_date, needs_school=needs_school)
    case.family.append(member)
    record(session, actor, EventTag.HUKOU_FAMILY_ADD, case, worker=case.worker_id)
    return member


def move(session: Session, actor: Actor, case: HukouCase, event: str, day: date, reason: str = "") -> None:
    """Carry the case along ``event``, close its step and open the next, with the last working day for it.

    Raises PermissionError, IllegalTransition, or TransitionRefused.
    """
    CASE_WORKFLOW.advance(session, case, event, actor, reason=reason)
    _turn_page(session, case, day, reason)
    _effects(session, actor, case, event, day)


def _effects(session: Session, actor: Actor, case: HukouCase, event: str, day: date) -> None:
    if event in ("apply", "apply_own"):
        case.applied_on, case.number = day, _next_number(session, case, day)
        look_again(session, case, day)
    elif event == "review":
        case.reviewed_by_id = actor.user_id
        look_again(session, case, day)
    elif event in ("supply", "supply_own"):
        look_again(session, case, day)
    elif event == "list":
        if case.rule.notice_days is None:
            raise TransitionRefused(NO_NOTICE_DAYS)
        case.notice_ends_on = work_calendar(session).working_days_after(day, case.rule.notice_days)
    elif event == "settle":
        case.settled_on = day
        plan_follow_ups(session, case, day)
    if case.state in OVER:
        case.active_digest = None


def approve(session: Session, actor: Actor, case: HukouCase, day: date, reason: str) -> None:
    """Approve, taking a place of the year's quota where the route has one: the last is given once.

    Raises TransitionRefused while the notice runs, when a condition fails, when something is not known and
    nobody
    wrote how it was checked by hand, or when the quota is used up.
    """
    if case.state is CaseState.LISTED and case.notice_ends_on is not None and day <= case.notice_ends_on:
        raise TransitionRefused(NOTICE_RUNNING)
    verdict = look_again(session, case, day).verdict
    if verdict is Verdict.FAILS:
        raise TransitionRefused(NOT_MET)
    if verdict is Verdict.UNKNOWN and not reason.strip():
        raise TransitionRefused(SAY_WHY)
    quota = quota_of(session, case, day.year)
    if quota is not None:
        take_quota(session, quota.id)
        case.quota_id = quota.id
    _decide(actor, case, day, reason)
    move(session, actor, case, "approve", day, reason)


def reject(session: Session, actor: Actor, case: HukouCase, day: date, reason: str) -> None:
    """Reject with the reason that the person reads; how to appeal stands on the page (行政复议法)."""
    _decide(actor, case, day, reason)
    move(session, actor, case, "reject", day, reason)


def _decide(actor: Actor, case: HukouCase, day: date, reason: str) -> None:
    case.decided_on, case.decided_by_id, case.decision_reason = day, actor.user_id, reason


def withdraw(session: Session, actor: Actor, case: HukouCase, event: str, day: date, reason: str) -> None:
    """Take the case back; an approved one gives its place of the quota back."""
    if case.quota_id is not None:
        give_back_quota(session, case.quota_id)
        case.quota_id = None
    move(session, actor, case, event, day, reason)


def permit(session: Session, actor: Actor, case: HukouCase, number: str, day: date) -> None:
    """Issue the permit to move in (准迁证) with its number."""
    case.permit_number, case.permitted_on = number, day
    move(session, actor, case, "permit", day)


def move_out(session: Session, actor: Actor, case: HukouCase, day: date) -> None:
    """Note that the old register let the person go."""
    case.moved_out_on = day
    move(session, actor, case, "move_out", day)


def quota_of(session: Session, case: HukouCase, year: int) -> HukouQuota | None:
    """Return the year's quota of the case's route, if it has one."""
    return session.scalar(
        select(HukouQuota).where(
            HukouQuota.city_code == case.city_code,
            HukouQuota.route == case.rule.route,
            HukouQuota.year == year,
        )
    )


def plan_follow_ups(session: Session, case: HukouCase, day: date) -> None:
    """Plan the visits 90, 180 and 365 days after settling."""
    for days in FOLLOW_UP_DAYS:
        session.add(HukouFollowUp(case_id=case.id, days=days, due_on=day + timedelta(days=days)))


def record_follow_up(session: Session, actor: Actor, follow_up: HukouFollowUp, found: dict[str, Any]) -> None:
    """Write down what a visit found: still_there, school_places, insurance_moved (None is unknown),
    trouble."""
    for name in ("still_there", "school_places", "insurance_moved", "trouble"):
        setattr(follow_up, name, found[name])
    follow_up.recorded_at, follow_up.recorded_by_id = utc_now(), actor.user_id
    record(session, actor, EventTag.HUKOU_FOLLOW_UP, follow_up.case, days=follow_up.days)


def _turn_page(session: Session, case: HukouCase, day: date, reason: str) -> None:
    now, calendar = utc_now(), work_calendar(session)
    for step in case.steps:
        if step.left_at is None:
            step.left_at, step.reason = now, reason
            step.working_days = calendar.working_days_between(day_of(step.entered_at), day)
    case.steps.append(CaseStep(state=case.state, entered_at=now))
    case.due_on = last_office_day(calendar, case, day)


def _next_number(session: Session, case: HukouCase, day: date) -> str:
    """Return LH + city + year + a serial; the unique column settles who was first."""
    start = f"LH{case.city_code[:4]}{day.year}"
    last = session.scalar(select(func.max(HukouCase.number)).where(HukouCase.number.like(f"{start}%")))
    return f"{start}{int(last[len(start) :]) + 1 if last else 1:06d}"
