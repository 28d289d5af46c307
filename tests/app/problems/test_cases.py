"""A case belongs to somebody, has days, goes up when it is late, and ends with the worker's word only."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.problems.operations import cases, escalation
from app.problems.operations.cases import Heard
from app.problems.queries.cases import page_of
from models.access import CLOCK, Actor, Right, Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.messages.message import Message
from models.placement.leaving import Channel
from models.placement.placement import PlacementState
from models.problems.flow import ProblemState
from models.problems.kind import ProblemLevel
from models.problems.problem import Problem, ProblemKind, open_problem
from models.workflow import TransitionRefused
from tests.factories.people import (
    BUTUO,
    FOSHAN,
    ZHAOJUE,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

NOW = datetime(2017, 5, 3, 2, tzinfo=UTC)
DAY = date(2017, 5, 3)
CLERK = Actor(None, "县", (Right(Role.COUNTY, ZHAOJUE, "county"),))


def opened(session: Session, kind: ProblemKind = ProblemKind.OTHER, *, placed: bool = True) -> Problem:
    worker = make_worker(session)
    if placed:
        make_placement(session, make_order(session), worker, state=PlacementState.ON_SITE)
    problem = open_problem(session, worker.id, kind, "宿舍漏水", actor=CLERK, now=NOW)
    session.commit()
    return problem


def test_nobody_ends_a_case_without_the_workers_words(session: Session) -> None:
    problem = opened(session)
    with pytest.raises(TransitionRefused, match="本人是怎么说的"):
        cases.close(session, CLERK, problem, "solve", Heard("  ", Channel.PHONE), NOW)
    session.rollback()
    cases.close(session, CLERK, problem, "solve", Heard("修好了", Channel.PHONE), NOW)
    session.commit()
    assert (problem.state, problem.closed_words) == (ProblemState.SOLVED, "修好了")
    told = session.scalars(select(Message.text).where(Message.worker_id == problem.worker_id)).all()
    assert any("按你说的话结束了" in text for text in told)


def test_unreached_is_no_solution_and_takes_three_tries_on_three_days(session: Session) -> None:
    problem = opened(session)
    for hours in (0, 1, 2):
        cases.note_try(session, CLERK, problem, Channel.PHONE, "", NOW + timedelta(hours=hours))
    with pytest.raises(TransitionRefused, match="现在记了 3 次，1 天"):
        cases.give_up(session, CLERK, problem, "打不通", NOW)
    for days in (1, 2):
        cases.note_try(session, CLERK, problem, Channel.VISIT, "", NOW + timedelta(days=days))
    cases.give_up(session, CLERK, problem, "打不通", NOW + timedelta(days=2))
    session.commit()
    assert (problem.state, problem.closed_words) == (ProblemState.UNREACHED, "")
    assert len([note for note in problem.notes if note.kind == "try"]) == 5


def test_the_worker_opens_an_ended_case_again_within_thirty_days_and_not_later(session: Session) -> None:
    problem = opened(session)
    cases.close(session, CLERK, problem, "solve", Heard("修好了", Channel.PHONE), NOW)
    own = Actor(None, "本人", (Right(Role.WORKER, worker_id=problem.worker_id),))
    with pytest.raises(TransitionRefused, match="超过 30 天"):
        cases.reopen(session, own, problem, "又漏了", NOW + timedelta(days=31), "reopen_own")
    cases.reopen(session, own, problem, "又漏了", NOW + timedelta(days=30), "reopen_own")
    session.commit()
    assert (problem.state, problem.closed_at, problem.closed_words) == (ProblemState.WORKING, None, "")
    assert problem.due_on > DAY + timedelta(days=30)


def test_an_overdue_case_goes_up_once_a_night_and_ends_at_the_inspection(session: Session) -> None:
    problem = opened(session)
    late = problem.due_on + timedelta(days=1)
    assert escalation.escalate_overdue(session, CLOCK, problem.due_on, NOW) == 0
    instant = NOW + timedelta(days=8)
    assert escalation.escalate_overdue(session, CLOCK, late, instant) == 1
    assert escalation.escalate_overdue(session, CLOCK, late, instant) == 0
    assert (problem.level, problem.owner_id) == (ProblemLevel.CITY, None)
    much_later = problem.due_on + timedelta(days=1)
    assert escalation.escalate_overdue(session, CLOCK, much_later, instant + timedelta(days=8)) == 1
    assert problem.level is ProblemLevel.INSPECTION
    assert escalation.escalate_overdue(session, CLOCK, much_later + timedelta(days=90), instant) == 0
    assert session.scalars(select(AuditEvent.tag)).all().count("problem:escalate") == 2


def test_a_case_without_a_receiving_city_goes_to_the_inspection_of_the_countys_own(session: Session) -> None:
    problem = opened(session, ProblemKind.ASKED_FOR_MONEY, placed=False)
    assert escalation.escalate(session, CLERK, problem, "收了五百元", NOW) is ProblemLevel.INSPECTION
    with pytest.raises(TransitionRefused, match="没有再高的一级"):
        escalation.escalate(session, CLERK, problem, "再报", NOW)


def test_what_waits_for_the_workers_word_is_not_sent_up(session: Session) -> None:
    problem = opened(session)
    cases.answer(session, CLERK, problem, "换了宿舍", NOW)
    session.commit()
    assert escalation.escalate_overdue(session, CLOCK, DAY + timedelta(days=99), NOW) == 0


def test_the_list_stands_by_last_day_with_the_overdue_first(session: Session) -> None:
    later = opened(session, ProblemKind.OTHER)
    sooner = opened(session, ProblemKind.HEALTH)
    rows, _next = page_of(session, CLERK, "turn", DAY)
    assert [row.id for row in rows] == [sooner.id, later.id]
    overdue, _next = page_of(session, CLERK, "overdue", sooner.due_on + timedelta(days=1))
    assert [row.id for row in overdue] == [sooner.id]
    neighbour = Actor(None, "邻县", (Right(Role.COUNTY, BUTUO, "county"),))
    assert page_of(session, neighbour, "open", DAY) == ([], "")


def test_from_the_county_to_the_city_to_the_worker(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    worker = make_worker(session)
    order = make_order(session)
    make_placement(session, order, worker, state=PlacementState.ON_SITE, consented_at=utc_now())
    county, city = (
        make_user(session, role, area_code=code)
        for role, code in ((Role.COUNTY, ZHAOJUE), (Role.CITY, FOSHAN))
    )
    factory = make_user(session, Role.ENTERPRISE, organisation_id=order.enterprise_id)
    person = make_user(session, Role.WORKER, worker_id=worker.id)
    wage = {"kind": "wage", "words": "三月份没发", "channel": "phone"}
    assert sign_in(county).post(f"/problems/new/{worker.id}", data=wage).status_code == 303
    problem = session.scalars(select(Problem)).one()
    page = f"/problems/{problem.id}"
    assert "件反映的问题轮到你们办" in sign_in(city).get("/").text
    assert sign_in(factory).get(page).status_code == 404
    assert worker.name not in sign_in(factory).get("/problems").text
    assert sign_in(city).post(f"{page}/advance", data={"event": "take"}).status_code == 303
    refused = sign_in(city).post(f"{page}/close", data={"event": "solve", "words": "", "channel": "phone"})
    assert refused.status_code == 200
    assert "请填写这一项" in refused.text
    sign_in(person).post(f"/my/problems/{problem.id}/agreement", data={"open": "1"})
    assert "三月份没发" in sign_in(factory).get(page).text
    assert sign_in(factory).post(f"{page}/reply", data={"words": "下周补发"}).status_code == 303
    assert sign_in(factory).post(f"{page}/note", data={"words": "x"}).status_code == 403
    sign_in(city).post(f"{page}/advance", data={"event": "answer", "reason": "厂里答应下周补发"})
    own = sign_in(person).get("/my/problems").text
    assert "厂里答应下周补发" in own
    assert "企业答复" in own
    sign_in(person).post(f"/my/problems/{problem.id}", data={"event": "solve_own", "words": "发了"})
    session.expire_all()
    assert (problem.state, problem.closed_words) == (ProblemState.SOLVED, "发了")
    assert problem.closed_channel is Channel.PORTAL
    assert "发了" in sign_in(county).get(page).text
    assert problem.days_open(today()) == 0
