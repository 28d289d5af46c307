"""What a run answers, and that it answers the same twice."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import ask_to_cancel
from app.match_runs import engine_input, operations, plan, queries
from models.access import Role
from models.background_job import JobState
from models.clock import today
from models.match_run import MatchGroup, MatchLeftOut, MatchPair, MatchRun, RunKind
from models.people.worker import Worker, WorkerState, candidate_condition
from models.workflow import TransitionRefused
from tests.app.match_runs.conftest import Toy
from tests.factories.people import BUTUO, actor_of, make_order, make_user, make_worker


def start(session: Session, user: object, kind: RunKind, **subject: object) -> MatchRun:
    """Start a run and let its job do it (jobs run at commit in tests)."""
    run = operations.start(session, actor_of(session, user), kind, today(), **subject)
    session.commit()
    session.refresh(run)
    assert run.job.state is JobState.DONE, run.job.problem
    return run


def pairs_of(session: Session, run: MatchRun) -> list[tuple[int, int]]:
    statement = (
        select(MatchPair).where(MatchPair.run_id == run.id).order_by(MatchPair.order_id, MatchPair.rank)
    )
    return [(row.order_id, row.worker_id) for row in session.scalars(statement)]


def test_order_run_ranks_the_better_sewer_first(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.ORDER, order=toy.sewing)
    ids = [worker for _order, worker in pairs_of(session, run)]
    assert ids[:2] == [toy.good_sewer.id, toy.fair_sewer.id]
    assert run.summary["fitting"] == 3


def test_everybody_is_on_the_list_or_under_one_reason(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.ORDER, order=toy.sewing)
    groups = {group.reason: group.worker_ids for group in session.scalars(select(MatchGroup))}
    assert groups == {"city": [toy.homebody.id], "wage": [toy.silent.id]}
    assert run.worker_count == 5


def test_factors_sum_to_the_score(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.ORDER, order=toy.sewing)
    assert all(sum(row.factors.values()) == row.score for row in queries.ranked_pairs(session, run))


def test_unknown_answer_is_to_be_asked_not_refused(session: Session, toy: Toy) -> None:
    toy.welder.mandarin = None
    session.commit()
    start(session, toy.county, RunKind.ORDER, order=toy.welding)
    assert session.get(MatchGroup, (1, "ask:mandarin")).people == 1


def test_what_an_order_does_not_say_is_asked_of_the_enterprise_and_costs_candidates(
    session: Session, toy: Toy, sign_in: Callable[..., FlaskClient]
) -> None:
    assert toy.welding.night_shift is None
    toy.welder.night_shift = False
    session.commit()
    run = start(session, toy.county, RunKind.ORDER, order=toy.welding)
    assert session.get_one(MatchGroup, (run.id, "ask:night_shift")).worker_ids == [toy.welder.id]
    costs = {cost["rule"]: cost["alone"] for cost in run.summary["costs"]}
    assert costs["night_shift"] == 1
    assert "1 人不上夜班，要先问企业" in sign_in(toy.county).get(f"/match-runs/{run.id}").text


def test_county_plan_is_the_obvious_one(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.COUNTY)
    placed = set(pairs_of(session, run))
    assert {(toy.sewing.id, toy.good_sewer.id), (toy.welding.id, toy.welder.id)} <= placed
    assert run.value == sum(row.score for row in session.scalars(select(MatchPair)))
    assert run.gap == 0


def test_left_out_have_a_reason_and_a_nearest_change(session: Session, toy: Toy) -> None:
    toy.silent.wage_floor_yuan = None
    toy.sewing.min_mandarin = 2
    session.commit()
    run = start(session, toy.county, RunKind.COUNTY)
    row = session.get(MatchLeftOut, (run.id, toy.silent.id))
    assert (row.reason, row.nearest_change["rules"], row.nearest_change["orders"]) == (
        "no_fit",
        ["mandarin"],
        2,
    )
    assert run.summary["only"]["mandarin"] == 1


def test_who_lost_to_a_better_one_learns_the_price_of_a_swap(session: Session, toy: Toy) -> None:
    toy.welding.headcount = 1
    session.commit()
    run = start(session, toy.county, RunKind.COUNTY)
    row = session.get(MatchLeftOut, (run.id, toy.fair_sewer.id))
    scores = {pair.worker_id: pair.score for pair in session.scalars(select(MatchPair))}
    assert row.reason == "no_place"
    assert row.nearest_change["instead_of"] == toy.good_sewer.id
    assert 0 < row.nearest_change["price"] < scores[toy.good_sewer.id]


def test_worker_run_ranks_orders(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.WORKER, worker=toy.welder)
    assert pairs_of(session, run)[0] in {(toy.welding.id, toy.welder.id), (toy.sewing.id, toy.welder.id)}
    first = queries.ranked_pairs(session, run)[0]
    assert first.order_id == toy.welding.id


@pytest.mark.parametrize("kind", [RunKind.ORDER, RunKind.COUNTY])
def test_same_run_twice_is_identical(session: Session, toy: Toy, kind: RunKind) -> None:
    subject = {"order": toy.sewing} if kind is RunKind.ORDER else {}
    first, second = (start(session, toy.county, kind, **subject) for _ in range(2))
    assert first.input_digest == second.input_digest
    assert pairs_of(session, first) == pairs_of(session, second)
    assert first.summary == second.summary


def test_digest_follows_the_register(session: Session, toy: Toy) -> None:
    first = start(session, toy.county, RunKind.COUNTY)
    toy.welder.night_shift = True
    session.commit()
    assert start(session, toy.county, RunKind.COUNTY).input_digest != first.input_digest


def test_only_candidates_take_part(session: Session, toy: Toy) -> None:
    for values in (
        {"state": WorkerState.OFFERED},
        {"willing": False},
        {"school_status": "高中二年级"},
        {"health": 0},
        {"birth_date": date(today().year - 15, 1, 1)},
        {"county_code": BUTUO},
    ):
        make_worker(session, **values)
    assert start(session, toy.county, RunKind.COUNTY).worker_count == 5


def test_full_and_expired_orders_take_no_part(session: Session, toy: Toy) -> None:
    make_order(session, headcount=1, taken=1)
    make_order(session, valid_until=date(2020, 1, 1))
    assert start(session, toy.county, RunKind.COUNTY).order_count == 2


def test_cancelled_run_leaves_nothing(app: Flask, session: Session, toy: Toy) -> None:
    run = operations.start(session, actor_of(session, toy.county), RunKind.COUNTY, today())
    ask_to_cancel(app, run.job.id)
    session.commit()
    session.refresh(run)
    app.extensions["huey"].flush()  # the wish outlives the test's database otherwise
    assert (run.job.state, run.input_digest, pairs_of(session, run)) == (JobState.CANCELLED, "", [])


def test_job_of_one_who_lost_the_right_does_nothing(session: Session, toy: Toy) -> None:
    actor = actor_of(session, toy.county)
    run = operations.start(session, actor, RunKind.COUNTY, today())
    run.county_code = BUTUO
    session.commit()
    session.refresh(run)
    assert (run.job.state, pairs_of(session, run)) == (JobState.FAILED, [])


@pytest.mark.parametrize("role", [Role.PREFECTURE, Role.AUDITOR, Role.CITY])
def test_readers_cannot_start(session: Session, toy: Toy, role: Role) -> None:
    reader = actor_of(session, make_user(session, role, area_code="513400"))
    with pytest.raises(PermissionError):
        operations.start(session, reader, RunKind.COUNTY, today())


def test_protected_fields_never_reach_the_engine(session: Session, toy: Toy) -> None:
    names = set(engine_input.worker_frame(session, candidate_condition(today())).columns)
    protected = {"ethnicity", "religion", "marital", "birthplace", "name", "id_number", "phone", "relation"}
    assert not names & protected
    before = start(session, toy.county, RunKind.COUNTY)
    for person in session.scalars(select(Worker)):
        person.ethnicity = "汉族"
    session.commit()
    assert start(session, toy.county, RunKind.COUNTY).input_digest == before.input_digest


def test_policy_shows_its_price(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.COUNTY, policy=matching.Policy(placements_first=True))
    assert run.settings["policy"] == {"placements_first": True}
    assert run.summary["price"]["points"] >= 0
    assert run.summary["price"]["people"] >= 0


def test_adjusting_costs_the_difference_of_the_scores(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.COUNTY)
    actor, day = actor_of(session, toy.county), today()
    choices = plan.options(session, actor, run, toy.welder, day)
    assert choices.now_id == toy.welding.id
    sewing = choices.find(toy.sewing.id)
    with pytest.raises(TransitionRefused):
        operations.adjust(session, actor, run, toy.welder, toy.sewing.id, day, "", 0)
    out = operations.adjust(session, actor, run, toy.good_sewer, None, day, "本人改主意", 0)
    moved = operations.adjust(session, actor, run, toy.welder, toy.sewing.id, day, "他妻子在制衣厂", 0)
    back = operations.adjust(session, actor, run, toy.welder, None, day, "", moved.id)
    assert moved.price == choices.now_score - sewing.score
    assert out.price + moved.price + back.price == plan.price_of_changes(session, run)
    assert plan.planned(session, run)[toy.sewing.id] == 0
    assert plan.place_of(session, run, toy.welder.id) is None


def test_nobody_is_put_where_a_hard_rule_fails(session: Session, toy: Toy) -> None:
    run = start(session, toy.county, RunKind.COUNTY)
    with pytest.raises(TransitionRefused):
        operations.adjust(
            session, actor_of(session, toy.county), run, toy.homebody, toy.sewing.id, today(), "", 0
        )


def test_pages_follow_one_after_the_other(
    session: Session, toy: Toy, sign_in: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    run = start(session, toy.county, RunKind.ORDER, order=toy.sewing)
    client = sign_in(toy.county)
    first = client.get(f"/match-runs/{run.id}").text
    second = client.get(f"/match-runs/{run.id}?after=2").text
    assert "沙马伍各木" in first
    assert "俄木木加" not in first.split("不在名单里")[0]
    assert "俄木木加" in second
    assert "沙马伍各木" not in second
