"""What a worker reports is one case: whose turn it is, until when, and who learns of it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role, visible_to
from models.audit import AuditEvent
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import Placement, PlacementState
from models.problems.problem import Problem, ProblemKind, ProblemLevel, open_problem
from models.workflow import TransitionRefused
from tests.factories.people import BUTUO, FOSHAN, GUANGZHOU, ZHAOJUE, make_order, make_placement, make_worker

NOW = datetime(2017, 5, 3, 2, tzinfo=UTC)


def scene(session: Session) -> tuple[Worker, Placement, Actor]:
    worker = make_worker(session)
    placement = make_placement(session, make_order(session), worker, state=PlacementState.ON_SITE)
    return worker, placement, Actor(None, "本人", (Right(Role.WORKER, worker_id=worker.id),))


def test_unpaid_wages_go_to_the_city_at_once_and_other_troubles_to_the_county(session: Session) -> None:
    worker, placement, own = scene(session)
    wage = open_problem(session, worker.id, ProblemKind.WAGE, "两个月没发", actor=own, now=NOW)
    sick = open_problem(session, worker.id, ProblemKind.HEALTH, "发烧", actor=own, now=NOW)
    assert (wage.level, wage.due_on, wage.city_code) == (ProblemLevel.CITY, date(2017, 5, 6), FOSHAN)
    assert (sick.level, sick.due_on) == (ProblemLevel.COUNTY, date(2017, 5, 4))
    assert (wage.placement_id, wage.channel) == (placement.id, Channel.PORTAL)
    session.commit()
    assert session.scalars(select(AuditEvent.tag)).all().count("problem:open") == 2


def test_unpaid_wages_of_somebody_without_a_job_stay_with_the_county(session: Session) -> None:
    worker = make_worker(session)
    problem = open_problem(session, worker.id, ProblemKind.WAGE, "以前的厂", actor=Actor(None, "县"), now=NOW)
    assert (problem.level, problem.city_code, problem.channel) == (ProblemLevel.COUNTY, None, Channel.PHONE)


def test_the_same_trouble_told_twice_is_one_case_with_both_words(session: Session) -> None:
    worker, _placement, own = scene(session)
    first = open_problem(session, worker.id, ProblemKind.WAGE, "没发工资", actor=own, now=NOW)
    again = open_problem(session, worker.id, ProblemKind.WAGE, "还是没发", actor=own, now=NOW, agrees=True)
    same = open_problem(session, worker.id, ProblemKind.WAGE, "没发工资", actor=own, now=NOW)
    assert first is again is same
    assert [note.text for note in first.notes] == ["还是没发"]
    assert first.agreed_at == NOW


def test_a_trouble_at_somebody_elses_job_is_refused(session: Session) -> None:
    _worker, placement, _own = scene(session)
    other = make_worker(session)
    with pytest.raises(TransitionRefused, match="没有这份工作"):
        open_problem(
            session,
            other.id,
            ProblemKind.WAGE,
            "没发",
            actor=Actor(None, "县"),
            now=NOW,
            placement_id=placement.id,
        )


def test_an_empty_other_trouble_and_an_endless_one_are_refused(session: Session) -> None:
    worker, _placement, own = scene(session)
    with pytest.raises(TransitionRefused, match="请写一句"):
        open_problem(session, worker.id, ProblemKind.OTHER, "  ", actor=own, now=NOW)
    with pytest.raises(TransitionRefused, match="最多 600 个字，现在 601 个字"):
        open_problem(session, worker.id, ProblemKind.WAGE, "欠" * 601, actor=own, now=NOW)


def test_an_enterprise_learns_of_a_trouble_only_where_the_worker_agreed(session: Session) -> None:
    worker, placement, own = scene(session)
    hidden = open_problem(session, worker.id, ProblemKind.HEALTH, "手伤了", actor=own, now=NOW)
    told = open_problem(session, worker.id, ProblemKind.WAGE, "没发", actor=own, now=NOW, agrees=True)
    session.commit()

    def seen(role: Role, **where: object) -> set[int]:
        actor = Actor(1, "看的人", (Right(role, **where),))  # type: ignore[arg-type]
        return set(session.scalars(visible_to(actor, select(Problem.id), Problem)))

    assert seen(Role.ENTERPRISE, organisation_id=placement.enterprise_id) == {told.id}
    assert seen(Role.ENTERPRISE, organisation_id=placement.enterprise_id + 1) == set()
    for role, mine, foreign in ((Role.COUNTY, ZHAOJUE, BUTUO), (Role.CITY, FOSHAN, GUANGZHOU)):
        assert seen(role, area_code=mine) == {hidden.id, told.id}
        assert seen(role, area_code=foreign) == set()
    assert seen(Role.SCHOOL, organisation_id=placement.enterprise_id) == set()
