"""Changes by hand to a county's plan: they are told, kept or asked about, and never overwrite one another."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.match_runs import hand_changes, labels
from models.access import Role
from models.match_run import MatchAdjustment, MatchLeftOut, MatchRun, RunKind
from tests.app.match_runs.conftest import Toy
from tests.app.match_runs.test_runs import pairs_of, start
from tests.factories.people import ZHAOJUE, actor_of, make_user

SignIn = Callable[..., FlaskClient]


def move(
    client: FlaskClient, run: MatchRun, worker: Any, to: Any, seen: int = 0, reason: str = "家里有事"
) -> Any:
    url = f"/match-runs/{run.id}/move/{worker.id}"
    return client.post(url, data={"to": to.id if to else "", "reason": reason, "seen": seen})


def again(session: Session, client: FlaskClient, keep: list[int]) -> MatchRun:
    """The next plan, with what it was asked to keep."""
    newest = session.scalar(select(MatchAdjustment.id).order_by(MatchAdjustment.id.desc()).limit(1))
    answer = client.post("/match-runs/county", data={"asked": newest, "keep": keep})
    assert answer.status_code == 303, answer.text
    session.expire_all()
    return session.scalars(select(MatchRun).order_by(MatchRun.id.desc())).first()


def test_a_plan_changed_by_hand_no_longer_says_that_nothing_is_better(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    assert "没有比它总分更高的安排" in client.get(f"/match-runs/{run.id}").text
    move(client, run, toy.good_sewer, None)
    page = client.get(f"/match-runs/{run.id}").text
    assert "没有比它总分更高" not in page
    assert "手工改过以后还没有重新算" in page
    assert "由手工移出" in page
    assert "连改动一起，再算一次" in page


def test_whom_a_hand_put_in_is_not_counted_as_left_out(session: Session, toy: Toy, sign_in: SignIn) -> None:
    toy.welding.headcount = 1
    session.commit()
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    assert session.get(MatchLeftOut, (run.id, toy.fair_sewer.id)).reason == "no_place"
    move(client, run, toy.good_sewer, None)
    assert move(client, run, toy.fair_sewer, toy.sewing).status_code == 303
    assert "名额给了更合适的人" not in client.get(f"/match-runs/{run.id}").text
    assert "吉克阿牛" not in client.get(f"/match-runs/{run.id}/left-out?reason=no_place").text


def test_the_next_plan_asks_about_changes_by_hand_before_it_starts(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    move(client, run, toy.good_sewer, None, reason="孩子住院")
    # The button of an old page knows nothing of the change: no plan is made over it in silence.
    asked = client.post("/match-runs/county", data={})
    assert asked.status_code == 200
    assert "沙马伍各木" in asked.text
    assert "孩子住院" in asked.text
    assert toy.county.name in asked.text
    assert session.scalars(select(MatchRun)).all() == [run]
    assert "先问哪些照留" in client.get("/match-runs").text


def test_a_kept_change_stands_with_who_and_why_and_the_others_are_placed_around_it(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    toy.welding.headcount = 3
    session.commit()
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    move(client, run, toy.good_sewer, None, reason="孩子住院")
    move(client, run, toy.welder, toy.sewing, reason="和妻子一起")
    rows = {row.worker_id: row for row in session.scalars(select(MatchAdjustment))}
    second = again(session, client, [row.id for row in rows.values()])
    assert {toy.good_sewer.id, toy.welder.id} & {
        worker for _order, worker in pairs_of(session, second)
    } == set()
    assert toy.sewing.id not in {
        order for order, _worker in pairs_of(session, second)
    }  # its one place is taken
    kept = {row.worker_id: row for row in hand_changes.standing(session, second)}
    assert kept[toy.welder.id].kept_from_id == rows[toy.welder.id].id
    assert (kept[toy.welder.id].reason, kept[toy.welder.id].user_id) == ("和妻子一起", toy.county.id)
    assert kept[toy.welder.id].to_order_id == toy.sewing.id
    price = second.county_summary["pins"]["points"]
    free = again(session, client, [])
    fewer = second.county_summary["points"] - sum(row.price for row in kept.values())
    assert price == free.county_summary["points"] - fewer > 0
    page = client.get(f"/match-runs/{second.id}").text
    assert f"照留了上次手工改的 2 人，为此总分少 {price:,} 分，少安排 1 人" in page
    assert "和妻子一起" in client.get(f"/match-runs/{second.id}/changes").text


def test_a_change_that_was_not_ticked_is_given_to_the_engine_again(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    move(client, run, toy.good_sewer, None)
    second = again(session, client, [])
    assert (toy.sewing.id, toy.good_sewer.id) in pairs_of(session, second)
    assert hand_changes.standing(session, second) == []


def test_a_change_that_cannot_be_kept_is_named(session: Session, toy: Toy, sign_in: SignIn) -> None:
    toy.welding.headcount = 3
    session.commit()
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    move(client, run, toy.good_sewer, toy.welding)
    row = session.scalars(select(MatchAdjustment)).one()
    toy.good_sewer.mandarin = 1  # the welders' order asks for more
    session.commit()
    second = again(session, client, [row.id])
    assert second.county_summary["pins"]["lost"] == [toy.good_sewer.id]
    assert "没能照留的改动：沙马伍各木" in client.get(f"/match-runs/{second.id}").text
    assert (toy.sewing.id, toy.good_sewer.id) in pairs_of(session, second)


def test_a_change_about_somebody_who_has_left_the_pool_is_told_and_not_offered(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    toy.welding.headcount = 3
    session.commit()
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    move(client, run, toy.good_sewer, toy.welding)
    toy.good_sewer.willing = False
    session.commit()
    page = client.get("/match-runs/county").text
    assert "这个人现在不参加匹配" in page
    assert 'name="keep"' not in page


def test_a_plan_kept_twice_gives_the_same_answer(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    move(
        client,
        run,
        toy.welder,
        toy.welding if (toy.sewing.id, toy.welder.id) in pairs_of(session, run) else None,
    )
    second = again(session, client, [row.id for row in hand_changes.standing(session, run)])
    third = again(session, client, [row.id for row in hand_changes.standing(session, second)])
    assert second.input_digest == third.input_digest
    assert second.summary == third.summary


def test_two_clerks_who_move_one_person_collide_visibly(session: Session, toy: Toy, sign_in: SignIn) -> None:
    toy.welding.headcount = 3
    session.commit()
    run = start(session, toy.county, RunKind.COUNTY)
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    colleague.name = "阿布都热合曼·买买提"
    session.commit()
    first = sign_in(colleague)
    assert move(first, run, toy.good_sewer, None, reason="本人改主意").status_code == 303
    second = sign_in(toy.county)
    answer = move(second, run, toy.good_sewer, toy.welding, reason="离家近")  # its page was older
    assert answer.status_code == 200
    assert "刚被阿布都热合曼·买买提改过" in answer.text
    assert "从“缝纫工”移出" in answer.text
    assert "本人改主意" in answer.text
    assert 'value="离家近"' in answer.text
    assert len(session.scalars(select(MatchAdjustment)).all()) == 1
    also = move(second, run, toy.good_sewer, None, reason="家里有事").text
    assert "写的理由还在" in also
    assert " checked>" not in also  # out is what was wished, and is so already: no order may stand ticked
    # Having seen it, the second clerk may decide anew.
    seen = session.scalars(select(MatchAdjustment.id)).one()
    assert move(second, run, toy.good_sewer, toy.welding, seen=seen, reason="离家近").status_code == 303


def test_a_place_taken_meanwhile_is_refused_on_the_page_itself(
    session: Session, toy: Toy, sign_in: SignIn
) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    answer = move(client, run, toy.fair_sewer, toy.sewing, reason="想做缝纫")
    assert answer.status_code == 200
    assert "已经排满" in answer.text
    assert 'value="想做缝纫"' in answer.text


@pytest.mark.parametrize("option", ["--keep-changes", "--drop-changes"])
def test_the_command_line_asks_about_changes_by_hand_too(
    app: Flask, session: Session, toy: Toy, sign_in: SignIn, option: str
) -> None:
    run = start(session, toy.county, RunKind.COUNTY)
    move(sign_in(toy.county), run, toy.good_sewer, None)
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["match", "--county", ZHAOJUE])
    assert refused.exit_code == 1
    assert "--keep-changes" in refused.output
    told = runner.invoke(args=["match", "--county", ZHAOJUE, option])
    assert told.exit_code == 0, told.output
    number = json.loads(told.output.splitlines()[-1])["run"]
    stays = bool(hand_changes.standing(session, session.get_one(MatchRun, number)))
    assert stays is (option == "--keep-changes")


def test_the_sentence_of_the_gap_knows_of_changes() -> None:
    assert "还没有重新算" in str(labels.gap_sentence(0.0, 1, None))
    assert "照留手工改动" in str(labels.gap_sentence(0.0, 0, {"points": 5, "people": 0, "lost": []}))


def test_a_change_undone_by_hand_is_not_asked_about(session: Session, toy: Toy, sign_in: SignIn) -> None:
    run, client = start(session, toy.county, RunKind.COUNTY), sign_in(toy.county)
    move(client, run, toy.good_sewer, None)
    seen = session.scalars(select(MatchAdjustment.id)).one()
    assert move(client, run, toy.good_sewer, toy.sewing, seen=seen).status_code == 303
    assert hand_changes.standing(session, run) == []
    assert hand_changes.latest_plan(session, actor_of(session, toy.county), ZHAOJUE).id == run.id
