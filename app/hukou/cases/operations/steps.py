"""Use cases of one case: pre-screening, steps with their working days, quota, priority, family, visits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.hukou.cases.operations import checklist
from app.hukou.cases.operations.checklist import take_over_papers
from app.hukou.cases.operations.closing import lock_open
from app.hukou.cases.operations.deadlines import last_office_day
from app.hukou.rules.fact_resolution import known_facts
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.hukou.case import (
    CASE_STATE_LABELS,
    CASE_WORKFLOW,
    FOLLOW_UP_DAYS,
    OVER,
    CaseState,
    CaseStep,
    HukouCase,
    HukouFollowUp,
)
from models.hukou.evaluation import Answer, Verdict, evaluate
from models.hukou.evaluation_record import DatedAnswer
from models.hukou.rule import HukouQuota, HukouRule, RouteKind, RuleState, give_back_quota, take_quota
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.messages.message import send
from models.people.worker import Worker
from models.reference.calendar import work_calendar
from models.reference.county_office import office_words
from models.workflow import REASON_MISSING, Obstacle, TransitionRefused, refuse_for

HAS_CASE = Sentence("这个人已经有一件没办完的落户申请，先办完或撤回那一件。")
NOTICE_RUNNING = Sentence("积分公示还没有结束，到期以后才能批准。")
NOT_MET = Sentence("按规则还有条件不符合，不能批准。条件见页面上标红的几条。")
SAY_WHY = Sentence("有几条平台不清楚，不能算符合。请写明人工是怎么核实的，再批准。")
NEWS = ("accept", "ask_more", "list", "approve", "reject", "permit", "settle")
BY_RANK = Sentence("这条路的指标按名次给：公示期满后，在公示名单上一次批准。")
NO_NOTICE_DAYS = Sentence("这条规则没有写公示几天，请管理员先补上。")


def prescreen(
    session: Session, actor: Actor, worker: Worker, rule: HukouRule, city_code: str, day: date
) -> HukouCase:
    """Open a case for ``worker`` by ``rule`` in ``city_code``. Raises TransitionRefused when one is open."""
    if session.scalar(select(HukouCase.id).where(HukouCase.active_digest == worker.id_digest)):
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
        active_digest=worker.id_digest,
        created_by_id=actor.user_id,
        is_synthetic=worker.is_synthetic,
    )
    session.add(case)
    session.flush()
    take_over_papers(session, actor, case, day)
    evaluate_again(session, case, day)
    session.add(CaseStep(case_id=case.id, state=case.state, entered_at=case.state_since))
    record(session, actor, EventTag.HUKOU_CASE_CREATE, case, worker=worker.id, route=rule.route)
    return case


def evaluate_again(session: Session, case: HukouCase, day: date) -> Answer:
    """Evaluate the case's own version of its rule anew, and keep the answer with the case."""
    facts = known_facts(session, [case.worker_id], case.city_code, day)[case.worker_id]
    answer = evaluate(case.rule.conditions, case.rule.points or {}, facts, day)
    case.evaluation = DatedAnswer(answer, day).as_json()
    slip = facts.get("points")  # of a route whose points the city's own office counts
    case.points = answer.points[0] if answer.points else slip.on(day) if slip else case.points
    return answer


def adopt_rule(session: Session, actor: Actor, case: HukouCase, rule: HukouRule, day: date) -> None:
    """Pre-screen a case anew by the version that took its rule's place.

    Raises TransitionRefused once the person has applied: who applied stays under the rule of that day.
    """
    lock_open(session, case, "rule")
    if case.state is not CaseState.PRESCREEN:
        raise TransitionRefused(Sentence("已经申请的，仍按申请时的规则办。"))
    session.refresh(rule)
    if rule.state is not RuleState.LIVE or (rule.route, rule.city_code) != (
        case.rule.route,
        case.rule.city_code,
    ):
        raise TransitionRefused(Sentence("只能改按同一条路现在有效的规则。"))
    before = case.rule.version_number
    case.rule, case.kind = rule, rule.kind
    evaluate_again(session, case, day)
    versions = {"from": str(before), "to": str(rule.version_number)}
    record(session, actor, EventTag.HUKOU_RULE_ADOPT, case, worker=case.worker_id, **versions)


def confirm_notice(session: Session, actor: Actor, case: HukouCase, now: datetime) -> None:
    """The person knows that registration is voluntary and costs no land (国办发〔2016〕72号).

    Raises TransitionRefused once the case is over.
    """
    lock_open(session, case, "notice")
    if case.notice_read_at is None:
        case.notice_read_at = now
        record(session, actor, EventTag.HUKOU_READ_NOTICE, case, worker=case.worker_id)


def set_priority(session: Session, actor: Actor, case: HukouCase, basis: str, reason: str = "") -> None:
    """Serve the case earlier, on this basis; "" takes the mark away. Conditions stay the same.

    Raises TransitionRefused once the case is over, and where a mark is changed without a reason.
    """
    lock_open(session, case, "priority")
    before = case.priority_basis
    if basis == before:
        return
    if before and not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    case.priority_basis, case.priority_by_id = basis, actor.user_id if basis else None
    record(session, actor, EventTag.HUKOU_PRIORITY, case, basis=basis, reason=reason, **{"from": before})


def move(session: Session, actor: Actor, case: HukouCase, event: str, day: date, reason: str = "") -> None:
    """Carry the case along ``event``, close its step and open the next, with the last working day for it.

    Raises PermissionError, IllegalTransition, or TransitionRefused.
    """
    CASE_WORKFLOW.advance(session, case, event, actor, reason=reason)
    _open_next_step(session, case, day, reason)
    _follow(session, actor, case, event, day)
    if event in NEWS:
        _tell(session, actor, case, reason)


def _tell(session: Session, actor: Actor, case: HukouCase, reason: str) -> None:
    """What the registration office did, to the person whose case it is."""
    office = office_words(session, case.county_code)
    if case.state is CaseState.SUPPLEMENT:
        asked = {"reason": reason, "office": office}
        send(session, case.worker_id, MessageKind.HUKOU_PAPERS, asked, actor=actor)
    else:
        told = {"state": Sentence(CASE_STATE_LABELS[case.state]), "office": office}
        send(session, case.worker_id, MessageKind.HUKOU, told, actor=actor)


def _follow(session: Session, actor: Actor, case: HukouCase, event: str, day: date) -> None:
    if event in ("apply", "apply_own"):
        case.applied_on, case.number = day, _next_number(session, case, day)
        evaluate_again(session, case, day)
    elif event == "review":
        case.reviewed_by_id = actor.user_id
        evaluate_again(session, case, day)
    elif event in ("supply", "supply_own"):
        evaluate_again(session, case, day)
    elif event == "list":
        refuse_for(against_listing(case))
        notice_days = case.rule.notice_days or 0
        case.notice_ends_on = work_calendar(session).working_days_after(day, notice_days)
    elif event == "settle":
        case.registered_on = day
        plan_follow_ups(session, case, day)
    if case.state in OVER:
        case.active_digest = None


def against_listing(case: HukouCase) -> Sentence | None:
    """What stands against putting the points up: the rule does not say for how long."""
    return NO_NOTICE_DAYS if case.rule.notice_days is None else None


def approve(
    session: Session, actor: Actor, case: HukouCase, day: date, reason: str, *, by_rank: bool = False
) -> None:
    """Approve, taking a place of the year's quota where the route has one: the last is given once.

    Raises TransitionRefused for everything of :func:`against_approval`, when something is unknown and the
    reason does not say how it was checked by hand, when the quota is used up, or when it is one that is given
    by rank, along the list (``by_rank``), and not case by case.
    """
    if not by_rank:
        refuse_for(against_deciding_alone(session, case, day))
    verdict = evaluate_again(session, case, day).verdict
    refuse_for(against_approval(case, day))
    if verdict is Verdict.UNKNOWN and not reason.strip():
        raise TransitionRefused(SAY_WHY)
    quota = quota_of(session, case, day.year)
    if quota is not None:
        take_quota(session, quota.id)
        case.quota_id = quota.id
    _decide(actor, case, day, reason)
    move(session, actor, case, "approve", day, reason)


def against_approval(case: HukouCase, day: date) -> list[Obstacle]:
    """All that stands against approving a case now, by its last answer and its papers."""
    against = []
    if case.state is CaseState.LISTED and case.notice_ends_on is not None and day <= case.notice_ends_on:
        against.append(Obstacle(NOTICE_RUNNING))
    if case.last_answer and case.last_answer.answer.verdict is Verdict.FAILS:
        against.append(Obstacle(NOT_MET, "clauses"))
    return [*against, *checklist.against_approval(case, day)]


def against_deciding_alone(session: Session, case: HukouCase, day: date) -> Obstacle | None:
    """A year's places for points go along the list, not to whoever is clicked first."""
    is_ranked = case.kind is RouteKind.POINTS and quota_of(session, case, day.year) is not None
    return Obstacle(BY_RANK, "by-rank") if is_ranked else None


def reject(session: Session, actor: Actor, case: HukouCase, day: date, reason: str) -> None:
    """Reject with the reason that the person reads; how to appeal stands on the page (行政复议法)."""
    _decide(actor, case, day, reason)
    move(session, actor, case, "reject", day, reason)


def _decide(actor: Actor, case: HukouCase, day: date, reason: str) -> None:
    case.decided_on, case.decided_by_id, case.decision_reason = day, actor.user_id, reason


def withdraw(session: Session, actor: Actor, case: HukouCase, event: str, day: date, reason: str) -> None:
    """Take the case back; an approved one returns its place of the quota."""
    if case.quota_id is not None:
        give_back_quota(session, case.quota_id)
        case.quota_id = None
    move(session, actor, case, event, day, reason)


def permit(session: Session, actor: Actor, case: HukouCase, number: str, day: date) -> None:
    """Issue the permit to move in (准迁证) with its number."""
    case.permit_number, case.permitted_on = number, day
    move(session, actor, case, "permit", day)


def move_out(session: Session, actor: Actor, case: HukouCase, day: date) -> None:
    """The old register let the person go."""
    case.moved_out_on = day
    move(session, actor, case, "move_out", day)


def quota_of(session: Session, case: HukouCase, year: int) -> HukouQuota | None:
    """The year's quota of the case's route, if it has one."""
    return session.scalar(
        select(HukouQuota).where(
            HukouQuota.city_code == case.city_code,
            HukouQuota.route == case.rule.route,
            HukouQuota.year == year,
        )
    )


def plan_follow_ups(session: Session, case: HukouCase, day: date) -> None:
    """Plan the visits 90, 180 and 365 days after registration."""
    for days in FOLLOW_UP_DAYS:
        session.add(HukouFollowUp(case_id=case.id, days=days, due_on=day + timedelta(days=days)))


@dataclass(frozen=True)
class Visit:
    """The result of a visit after registration; None is unknown."""

    still_there: bool | None
    school_places: bool | None
    insurance_moved: bool | None
    trouble: str = ""


def record_follow_up(
    session: Session,
    actor: Actor,
    follow_up: HukouFollowUp,
    visit: Visit,
    now: datetime,
    reason: str = "",
) -> None:
    """Write down the result of a visit; the same told twice is one visit.

    Raises TransitionRefused where what was told is changed without a reason.
    """
    before = Visit(
        follow_up.still_there, follow_up.school_places, follow_up.insurance_moved, follow_up.trouble
    )
    is_again = follow_up.recorded_at is not None
    if is_again and before == visit:
        return
    if is_again and not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    follow_up.still_there, follow_up.school_places = visit.still_there, visit.school_places
    follow_up.insurance_moved, follow_up.trouble = visit.insurance_moved, visit.trouble
    follow_up.recorded_at, follow_up.recorded_by_id = now, actor.user_id
    told: dict[str, Any] = {"reason": reason, "from": vars(before), "to": vars(visit)} if is_again else {}
    record(session, actor, EventTag.HUKOU_FOLLOW_UP, follow_up.case, days=follow_up.days, **told)


def _open_next_step(session: Session, case: HukouCase, day: date, reason: str) -> None:
    """Close the open step at the instant of the new state, and open the next with its last working day."""
    since, calendar = case.state_since, work_calendar(session)
    for step in case.steps:
        if step.left_at is None:
            step.left_at, step.reason = since, reason
            step.working_days = calendar.working_days_between(day_of(step.entered_at), day)
    case.steps.append(CaseStep(state=case.state, entered_at=since))
    case.due_on = last_office_day(calendar, case, day)


def _next_number(session: Session, case: HukouCase, day: date) -> str:
    """LH + city + year + a serial; the unique column decides who was first."""
    start = f"LH{case.city_code[:4]}{day.year}"
    last = session.scalar(select(func.max(HukouCase.number)).where(HukouCase.number.like(f"{start}%")))
    return f"{start}{int(last[len(start) :]) + 1 if last else 1:06d}"
