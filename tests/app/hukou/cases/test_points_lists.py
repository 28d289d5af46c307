"""A list of points stays as it was put up, and a year's places go along it by rank, not by click."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.hukou.cases.operations import points_lists, steps
from models.access import Actor, Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.hukou.case import CaseState, DocumentState, HukouCase
from models.hukou.points_list import PointsList, PointsListRow
from models.hukou.rule import HukouQuota, HukouRule
from models.workflow import TransitionRefused
from tests.factories.hukou import accept_papers, add_fact, live_rule, make_case, worker_with_facts
from tests.factories.people import FOSHAN, GUANGZHOU, actor_of, make_user

SignIn = Callable[..., FlaskClient]
ROUTE = "新市民积分入户"


@pytest.fixture
def rule(session: Session) -> HukouRule:
    row = live_rule(session, ROUTE)
    row.notice_days = 5
    session.commit()
    return row


@pytest.fixture
def officer(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN))


@pytest.fixture
def second(session: Session) -> Actor:
    return actor_of(session, make_user(session, Role.REGISTRATION, area_code=FOSHAN))


def applicant(
    session: Session, rule: HukouRule, points: int, name: str = "沙马阿果", **values: object
) -> HukouCase:
    """A case under review with its papers, of so many points."""
    worker = worker_with_facts(session, name=name)
    for fact, value in {"rp_valid": True, "sb_now": True, "points": points}.items():
        add_fact(session, worker, fact, value)
    number = f"LH4406{today().year}{worker.id:06d}"
    case = make_case(session, worker, rule=rule, points=points, number=number, **values)
    accept_papers(session, case)
    steps.evaluate_again(session, case, today())
    session.commit()
    return case


def put_up(session: Session, actor: Actor, rule: HukouRule, cases: list[HukouCase]) -> PointsList:
    row = points_lists.publish(session, actor, rule, cases, today())
    session.commit()
    return row


def quota(session: Session, total: int, used: int = 0) -> HukouQuota:
    row = HukouQuota(city_code=FOSHAN, route=ROUTE, year=today().year, total=total, used=used)
    session.add(row)
    session.commit()
    return row


def over(row: PointsList) -> None:
    """The notice has run its days."""
    row.published_on -= timedelta(days=20)
    row.ends_on = today() - timedelta(days=1)
    for line in row.rows:
        line.case.applied_on -= timedelta(days=30)
        line.case.notice_ends_on = row.ends_on


def award(
    session: Session, actor: Actor, row: PointsList, tied: tuple[int, ...] = (), why: str = ""
) -> list[int]:
    given = points_lists.award(session, actor, row, tied, why, utc_now(), today())
    session.commit()
    return [line.case_id for line in given]


def test_places_go_by_rank_and_not_to_whoever_is_clicked_first(
    session: Session, rule: HukouRule, officer: Actor, second: Actor
) -> None:
    places = quota(session, 2)
    low, high, middle = (applicant(session, rule, points) for points in (60, 90, 75))
    row = put_up(session, officer, rule, [low, high, middle])
    over(row)
    with pytest.raises(TransitionRefused, match="按名次给"):
        steps.approve(session, second, low, today(), "")
    assert award(session, second, row) == [high.id, middle.id]
    assert (high.state, middle.state, low.state) == (CaseState.APPROVED, CaseState.APPROVED, CaseState.LISTED)
    session.refresh(places)
    assert places.used == 2
    tags = session.scalars(select(AuditEvent.tag)).all()
    assert {"points_list:publish", "points_list:award"} <= set(tags)


def test_equal_rank_at_the_cut_off_is_told_and_not_decided_by_the_platform(
    session: Session, rule: HukouRule, officer: Actor, second: Actor
) -> None:
    quota(session, 2)
    first, one, other = (applicant(session, rule, points) for points in (90, 75, 75))
    row = put_up(session, officer, rule, [one, other, first])
    over(row)
    assert [line.rank for line in row.rows] == [1, 2, 2]
    asked = points_lists.award_now(row, steps.quota_of(session, first, today().year), second, today())
    assert [line.case_id for line in asked.tied] == [one.id, other.id]
    assert award(session, second, row) == [first.id]
    by_case = {line.case_id: line.id for line in row.rows}
    with pytest.raises(TransitionRefused, match="怎么定的"):
        award(session, second, row, (by_case[other.id],))
    session.rollback()
    both = (by_case[one.id], by_case[other.id])
    with pytest.raises(TransitionRefused, match="比剩下的名额多"):
        award(session, second, row, both, "抽签")
    session.rollback()
    assert award(session, second, row, (by_case[other.id],), "公证抽签，2 号签") == [other.id]


def test_who_applied_first_goes_first_where_the_rule_ranks_by_it(
    session: Session, rule: HukouRule, officer: Actor
) -> None:
    rule.ranking = ["-points", "applied_on"]
    late = applicant(session, rule, 75)
    early = applicant(session, rule, 75, applied_on=today() - timedelta(days=9))
    row = put_up(session, officer, rule, [late, early])
    assert [(line.rank, line.case_id) for line in row.rows] == [(1, early.id), (2, late.id)]


def test_no_place_passes_to_the_next_because_a_paper_is_missing(
    session: Session, rule: HukouRule, officer: Actor, second: Actor, sign_in: SignIn
) -> None:
    quota(session, 1)
    high, low = applicant(session, rule, 90), applicant(session, rule, 60)
    row = put_up(session, officer, rule, [high, low])
    over(row)
    high.documents[0].state = DocumentState.REFUSED
    session.commit()
    with pytest.raises(TransitionRefused, match=f"第 1 名（{high.number}）：居民身份证不认可"):
        award(session, second, row)
    session.rollback()
    page = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN)).get(
        f"/hukou/points-lists/{row.id}"
    )
    assert "居民身份证不认可" in page.text
    assert "/award" not in page.text
    steps.reject(session, second, high, today(), "身份证是别人的")
    session.commit()
    assert award(session, second, row) == [low.id]


def test_places_are_not_given_while_the_notice_runs_nor_by_who_reviewed(
    session: Session, rule: HukouRule, officer: Actor, second: Actor
) -> None:
    quota(session, 1)
    case = applicant(session, rule, 90, reviewed_by_id=second.user_id)
    row = put_up(session, officer, rule, [case])
    with pytest.raises(TransitionRefused) as refusal:
        award(session, second, row)
    assert [str(one) for one in refusal.value.sentences] == [
        "积分公示还没有结束，到期以后才能批准。",
        f"第 1 名（{case.number}）：审核的人不能自己决定，请换一位同事。",
    ]


def test_a_published_list_stays_as_it_was_put_up(
    session: Session, rule: HukouRule, officer: Actor, sign_in: SignIn
) -> None:
    high, low = applicant(session, rule, 90, name="阿布都热合曼·买买提"), applicant(session, rule, 60)
    row = put_up(session, officer, rule, [low, high])
    low.points = 99
    steps.withdraw(session, officer_help(session), high, "withdraw", today(), "不想迁了")
    session.commit()
    client = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    client.post(f"/hukou/points-lists/{row.id}/notes", data={"text": "有人提出异议，已核实"})
    page = client.get(f"/hukou/points-lists/{row.id}").text
    assert [(line.rank, line.points) for line in row.rows] == [(1, 90), (2, 60)]
    for said in ("现在算是 99 分", "本人撤回", "有人提出异议，已核实"):
        assert said in page
    assert "阿布都" not in page
    assert high.worker.id_number not in page
    for statement in (update(PointsListRow).values(points=1),):
        with pytest.raises(DatabaseError, match=r"append-only|permission denied"):
            session.execute(statement)
        session.rollback()


def officer_help(session: Session) -> Actor:
    """The county that helps the person."""
    return actor_of(session, make_user(session, Role.COUNTY, area_code="513431"))


def test_only_who_is_ready_goes_on_the_list_and_the_others_say_why(
    session: Session, rule: HukouRule, sign_in: SignIn
) -> None:
    ready = applicant(session, rule, 90, name="吉克阿依")
    worker = worker_with_facts(session, name="俄木木加")
    make_case(session, worker, rule=rule, points=None, number="LH44060000000001")
    client = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    page = client.get(f"/hukou/points/{rule.id}").text
    assert "可以公示的 1 件" in page
    assert "还没有积分。" in page
    assert "居民身份证还没有交。" in page
    answer = client.post(f"/hukou/points/{rule.id}/publish")
    assert answer.status_code == 303
    row = session.scalars(select(PointsList)).one()
    assert [line.case_id for line in row.rows] == [ready.id]
    stranger = sign_in(make_user(session, Role.REGISTRATION, area_code=GUANGZHOU))
    assert stranger.get(f"/hukou/points-lists/{row.id}").status_code == 404
    refused = client.post(f"/hukou/points/{rule.id}/publish", follow_redirects=True)
    assert "现在没有可以公示的申请" in refused.text


def test_the_page_of_a_case_leads_to_the_list_instead_of_a_button(
    session: Session, rule: HukouRule, officer: Actor, sign_in: SignIn
) -> None:
    quota(session, 1)
    case = applicant(session, rule, 90)
    client = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    assert f"/hukou/points/{rule.id}" in client.get(f"/hukou/cases/{case.id}").text
    row = put_up(session, officer, rule, [case])
    page = client.get(f"/hukou/cases/{case.id}").text
    assert f"/hukou/points-lists/{row.id}" in page
    assert "这条路的指标按名次给" in page
    assert 'value="approve"' not in page
