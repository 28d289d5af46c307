"""A case goes its way: nobody applies unread, nobody decides what he reviewed, the last place is given
once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.hukou.cases.operations import steps
from app.hukou.cases.queries.cases import desk
from models.access import Actor, Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.hukou.case import CaseState
from models.hukou.rule import HukouQuota, RouteKind
from models.reference.calendar import work_calendar
from models.workflow import TransitionRefused
from tests.factories.hukou import (
    FIVE_YEARS,
    MET,
    accept_papers,
    add_fact,
    live_rule,
    make_case,
    worker_with_facts,
)
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_user


@pytest.fixture
def county(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


@pytest.fixture
def officer(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN))


@pytest.fixture
def second(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN))


def test_a_case_goes_from_prescreening_to_registered(
    session: Session, county: Actor, officer: Actor, second: Actor
) -> None:
    worker = worker_with_facts(session, MET)
    case = steps.prescreen(session, county, worker, live_rule(session), FOSHAN, today())
    assert case.evaluation["verdict"] == "meets"
    steps.confirm_notice(session, county, case, utc_now())
    steps.move(session, county, case, "apply", today())
    assert case.number.startswith(f"LH4406{today().year}")
    steps.move(session, officer, case, "accept", today())
    steps.move(session, officer, case, "review", today())
    accept_papers(session, case)
    steps.approve(session, second, case, today(), "")
    steps.permit(session, officer, case, "粤佛迁 0001", today())
    steps.move_out(session, county, case, today())
    steps.move(session, officer, case, "settle", today())
    session.commit()
    assert case.state is CaseState.REGISTERED
    assert case.active_digest is None
    assert [visit.due_on - today() for visit in case.follow_ups] == [
        timedelta(days=n) for n in (90, 180, 365)
    ]
    assert [step.state for step in case.steps][-3:] == [
        CaseState.PERMITTED,
        CaseState.MOVED_OUT,
        CaseState.REGISTERED,
    ]
    acts = session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject == f"settlement_case:{case.id}")
    ).all()
    assert acts.count("settlement:advance") == 7


def test_nobody_applies_before_the_notice_was_read(session: Session, county: Actor) -> None:
    case = steps.prescreen(
        session, county, worker_with_facts(session, MET), live_rule(session), FOSHAN, today()
    )
    with pytest.raises(TransitionRefused, match="土地权益"):
        steps.move(session, county, case, "apply", today())


def test_a_person_has_one_open_case(session: Session, county: Actor) -> None:
    worker = worker_with_facts(session, MET)
    steps.prescreen(session, county, worker, live_rule(session), FOSHAN, today())
    session.commit()
    with pytest.raises(TransitionRefused, match="没办完"):
        steps.prescreen(session, county, worker, live_rule(session), FOSHAN, today())


def test_who_reviewed_does_not_decide(session: Session, officer: Actor) -> None:
    case = make_case(session, reviewed_by_id=officer.user_id)
    accept_papers(session, case)
    for step in (steps.approve, steps.reject):
        with pytest.raises(TransitionRefused, match="不能自己决定"):
            step(session, officer, case, today(), "材料齐全")


def test_what_fails_is_not_approved_whatever_is_said(session: Session, second: Actor) -> None:
    case = make_case(session, worker_with_facts(session, {"sb_months": 10, "rp_months": 70}))
    with pytest.raises(TransitionRefused, match="条件不符合"):
        steps.approve(session, second, case, today(), "领导同意")


def test_cannot_tell_is_no_yes_unless_somebody_says_how_it_was_checked(
    session: Session, second: Actor
) -> None:
    case = make_case(session, worker_with_facts(session, {"sb_months": 70}))
    accept_papers(session, case)
    with pytest.raises(TransitionRefused, match="人工是怎么核实的"):
        steps.approve(session, second, case, today(), " ")
    steps.approve(session, second, case, today(), "窗口查居住证系统，满 61 个月")
    assert case.evaluation["verdict"] == "unknown"
    assert case.decision_reason.startswith("窗口查居住证系统")


def test_a_decided_case_keeps_the_version_it_was_decided_by(session: Session, second: Actor) -> None:
    case = make_case(session)
    accept_papers(session, case)
    steps.approve(session, second, case, today(), "")
    kept = case.evaluation
    rule = live_rule(session)
    rule.conditions = {"all": [{"fact": "sb_months", "op": ">=", "value": 120}], "any": []}
    session.commit()
    assert case.evaluation == kept
    assert case.rule_id == rule.id


def test_points_are_listed_before_they_are_approved(session: Session, officer: Actor, second: Actor) -> None:
    rule = live_rule(session, "新市民积分入户")
    rule.notice_days = 5
    worker = worker_with_facts(session)
    add_fact(session, worker, "rp_valid", True)
    add_fact(session, worker, "sb_now", True)
    case = make_case(session, worker, rule=rule, points=88)
    accept_papers(session, case)
    assert case.kind is RouteKind.POINTS
    with pytest.raises(TransitionRefused, match="先公示积分"):
        steps.approve(session, second, case, today(), "")
    steps.move(session, officer, case, "list", today())
    assert case.notice_ends_on == work_calendar(session).working_days_after(today(), 5)
    with pytest.raises(TransitionRefused, match="公示还没有结束"):
        steps.approve(session, second, case, case.notice_ends_on, "")
    steps.approve(session, second, case, case.notice_ends_on + timedelta(days=1), "")
    assert case.state is CaseState.APPROVED


def test_the_office_has_its_working_days_and_the_holidays_do_not_count(
    session: Session, officer: Actor
) -> None:
    rule = live_rule(session)
    rule.working_days = 5
    case = make_case(session, state=CaseState.APPLIED)
    steps.move(session, officer, case, "accept", date(2018, 9, 28))
    assert case.due_on == date(2018, 10, 10), "29 and 30 September made up for the holiday and count"
    steps.move(session, officer, case, "review", date(2018, 9, 28))
    steps.move(session, officer, case, "ask_more", date(2018, 9, 28), "缺居住证")
    assert case.due_on is None, "the clock does not run while one waits for the person"


def test_priority_orders_the_queue_only_where_the_rule_lets_it(session: Session, officer: Actor) -> None:
    rule = live_rule(session)
    early = make_case(session, state=CaseState.APPLIED, due_on=today())
    marked = make_case(
        session, state=CaseState.APPLIED, due_on=today() + timedelta(days=3), priority_basis="建档立卡"
    )
    assert [case.id for case in desk(session, officer, [CaseState.APPLIED])] == [early.id, marked.id]
    rule.priority_orders = True
    session.commit()
    assert [case.id for case in desk(session, officer, [CaseState.APPLIED])] == [marked.id, early.id]


def test_an_approved_case_taken_back_gives_its_place_back(
    session: Session, county: Actor, second: Actor
) -> None:
    quota = make_quota(session, 1)
    case = make_case(session)
    accept_papers(session, case)
    steps.approve(session, second, case, today(), "")
    session.commit()
    session.refresh(quota)
    assert quota.used == 1
    steps.withdraw(session, county, case, "withdraw", today(), "本人不想迁了")
    session.commit()
    session.refresh(quota)
    assert quota.used == 0


def make_quota(session: Session, total: int) -> HukouQuota:
    quota = HukouQuota(city_code=FOSHAN, route=FIVE_YEARS, year=today().year, total=total)
    session.add(quota)
    session.commit()
    return quota
