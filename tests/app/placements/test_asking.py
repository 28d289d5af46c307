"""Only as many people are asked as the free places bear; everybody knows until when to answer."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.match_runs.scorecards.queries import scorecard_in_use
from app.placements.operations import offers
from models.access import CLOCK
from models.clock import today
from models.match_run import MatchPair, MatchRun, RunKind
from models.people.worker import Worker
from models.placement.asking import AskingRules, asking_room
from models.placement.placement import PlacementState
from models.training.enrolment import EnrolmentState
from models.training.reserved_places import reserve_places
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people
from tests.factories.training import make_agreement, make_class, make_enrolment, make_training_order

SignIn = Callable[..., FlaskClient]
TWO = AskingRules(per_place=2, days=7)


def crowd(session: Session, size: int) -> list[Worker]:
    return [people.make_worker(session) for _one in range(size)]


def own_run(scene: Scene, workers: list[Worker]) -> MatchRun:
    """A run of the enterprise in which everybody of ``workers`` fits."""
    run = MatchRun(
        kind=RunKind.ORDER,
        enterprise_id=scene.order.enterprise_id,
        order_id=scene.order.id,
        user_id=scene.enterprise.id,
        settings={"top": 200, "as_of": today().isoformat(), "policy": {}},
        input_digest="d" * 64,
        summary={"fitting": len(workers), "costs": []},
        scorecard=json.loads(scorecard_in_use(scene.session).as_json()),
    )
    scene.session.add(run)
    scene.session.flush()
    for rank, worker in enumerate(workers, 1):
        pair = MatchPair(
            run_id=run.id, order_id=scene.order.id, worker_id=worker.id, rank=rank, score=9, factors={}
        )
        scene.session.add(pair)
    scene.session.commit()
    return run


def test_offers_are_bounded_by_free_places_times_the_factor(scene: Scene) -> None:
    scene.order.headcount = 2
    workers = crowd(scene.session, 5)
    county = scene.actor(scene.county)
    done = offers.offer_many(
        scene.session, county, scene.order, [one.id for one in workers], today(), rules=TWO
    )
    assert [placement.worker_id for placement in done.made] == [one.id for one in workers[:4]]
    ((last, reason),) = done.refused
    assert last is workers[4]
    assert "最多同时问 2 人" in str(reason)
    scene.session.commit()
    assert asking_room(scene.session, scene.order, TWO).more == 0
    offers.withdraw(scene.session, county, done.made[0], "写错了")
    scene.session.commit()
    assert asking_room(scene.session, scene.order, TWO).more == 1


def test_invitations_are_bounded_and_the_enterprise_is_told_so(scene: Scene) -> None:
    workers = crowd(scene.session, 3)
    run, owner = own_run(scene, workers), scene.actor(scene.enterprise)
    ids = [one.id for one in reversed(workers)]
    done = offers.invite_many(scene.session, owner, run, scene.order, ids, today(), rules=TWO)
    assert [placement.worker_id for placement in done.made] == ids[:2]  # in the order they were chosen in
    ((_worker, reason),) = done.refused
    assert "最多同时问 2 人" in str(reason)


def test_graduates_with_a_place_of_their_own_do_not_count(scene: Scene) -> None:
    scene.order.headcount = 3
    agreement = make_agreement(scene.session, make_training_order(scene.session, job_order=scene.order))
    graduate = people.make_worker(scene.session)
    make_enrolment(
        scene.session, make_class(scene.session, agreement), graduate, state=EnrolmentState.FINISHED
    )
    reserve_places(scene.session, agreement, scene.order.id, 2)
    scene.session.commit()
    scene.session.refresh(scene.order)
    workers = [*crowd(scene.session, 2), graduate]
    county = scene.actor(scene.county)
    done = offers.offer_many(
        scene.session, county, scene.order, [one.id for one in workers], today(), rules=TWO
    )
    assert len(done.made) == 3
    scene.session.commit()
    assert asking_room(scene.session, scene.order, TWO).more == 0


def test_the_enterprise_sees_how_many_it_may_still_invite(
    app: Flask, scene: Scene, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ASKED_PER_PLACE", 4)
    scene.order.headcount = 5
    workers = crowd(scene.session, 3)
    run = own_run(scene, workers)
    client = sign_in(scene.enterprise)
    assert "空岗 5，可再邀请 20 人" in client.get(f"/match-runs/{run.id}").text
    by = today() + timedelta(days=9)
    form = {
        "order_id": scene.order.id,
        "run_id": run.id,
        "worker_ids": [one.id for one in workers[:2]],
        "respond_by": by.isoformat(),
    }
    assert client.post("/placements/invitations", data=form).status_code == 303
    assert "空岗 5，可再邀请 18 人" in client.get(f"/match-runs/{run.id}").text


def test_the_day_to_answer_by_is_a_setting_and_may_be_named(scene: Scene) -> None:
    run, owner = own_run(scene, [scene.worker]), scene.actor(scene.enterprise)
    wished = today() + timedelta(days=9)
    done = offers.invite_many(scene.session, owner, run, scene.order, [scene.worker.id], today(), wished, TWO)
    (placement,) = done.made
    assert placement.respond_by == wished
    offers.pass_on(scene.session, scene.actor(scene.county), placement, today(), rules=TWO)
    assert placement.respond_by == wished  # the enterprise waits no longer than it said
    scene.session.commit()
    other = people.make_worker(scene.session)
    county, order = scene.actor(scene.county), people.make_order(scene.session)
    (plain,) = offers.offer_many(scene.session, county, order, [other.id], today(), rules=TWO).made
    assert plain.respond_by == today() + timedelta(days=7)


def test_a_day_that_leaves_no_time_to_think_is_refused(scene: Scene) -> None:
    county = scene.actor(scene.county)
    for days in (-3, 0, 1):
        day = today() + timedelta(days=days)
        with pytest.raises(TransitionRefused, match="两天"):
            offers.offer_many(scene.session, county, scene.order, [scene.worker.id], today(), respond_by=day)


def test_a_lapsed_invitation_leaves_room_for_another_person(scene: Scene) -> None:
    run, owner = own_run(scene, [scene.worker]), scene.actor(scene.enterprise)
    (placement,) = offers.invite_many(
        scene.session, owner, run, scene.order, [scene.worker.id], today(), rules=AskingRules(per_place=1)
    ).made
    scene.session.commit()
    assert asking_room(scene.session, scene.order, AskingRules(per_place=1)).more == 0
    after = placement.respond_by + timedelta(days=1)
    assert offers.expire_overdue(scene.session, CLOCK, after) == 1
    assert placement.state is PlacementState.EXPIRED
    assert asking_room(scene.session, scene.order, AskingRules(per_place=1)).more == 1


def test_the_worker_sees_the_day_to_answer_by(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    day = placement.respond_by
    expected = f"{day.month} 月 {day.day} 日前答复"
    assert expected in sign_in(scene.person).get(f"/my/offers/{placement.id}").text.replace("\xa0", " ")
