"""Recommending and inviting: who can be offered what, and what he is told."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.placements.operations import answers, hiring, offers
from models.access import CLOCK, Role
from models.clock import today, utc_now
from models.i18n import Sentence
from models.jobs.order import OrderState
from models.match_run import MatchPair, MatchRun, RunKind
from models.messages.message import Message
from models.people.worker import WorkerState
from models.placement.leaving import Channel, DeclineReason, LeaveReason
from models.placement.placement import Placement, PlacementState
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people


def offer(scene: Scene, *ids: int) -> offers.Offered:
    return offers.offer_many(scene.session, scene.actor(scene.county), scene.order, ids, today())


def test_an_offer_keeps_what_was_told_whatever_the_order_says_later(scene: Scene) -> None:
    placement = scene.offer()
    told = placement.disclosed_terms["wage_low_fen"]
    scene.order.wage_low_fen = 100_000
    scene.session.commit()
    assert placement.told_wage_fen == told == 450_000
    assert placement.respond_by == today() + timedelta(days=5)
    assert scene.worker.state is WorkerState.OFFERED


def test_the_worker_is_sent_one_message_without_a_link(scene: Scene) -> None:
    scene.offer()
    text = scene.session.scalars(select(Message.text)).one()
    assert "电子厂普工" in text
    assert "http" not in text
    assert "www" not in text


def test_of_a_batch_the_fit_go_through_and_the_others_get_a_reason(scene: Scene) -> None:
    fit, child = people.make_worker(scene.session), people.make_worker(scene.session, birth_date=today())
    stranger = people.make_worker(scene.session, county_code=people.BUTUO)
    scene.offer()
    done = offer(scene, scene.worker.id, fit.id, child.id, stranger.id, 999_999)
    assert [placement.worker_id for placement in done.made] == [fit.id]
    reasons = {worker.id if worker else None: reason for worker, reason in done.refused}
    assert reasons == {
        None: offers.MISSING,
        scene.worker.id: offers.WAITING,
        child.id: Sentence("未满16周岁"),
    }


def test_who_has_work_is_not_offered_another_job(scene: Scene) -> None:
    scene.hired()
    other = people.make_order(scene.session)
    done = offers.offer_many(scene.session, scene.actor(scene.county), other, [scene.worker.id], today())
    assert done.refused == [(scene.worker, offers.ACTIVE)]


def test_a_no_is_not_asked_again_but_a_lapsed_offer_may_be_repeated(scene: Scene) -> None:
    placement = scene.offer()
    answers.decline(
        scene.session, scene.actor(scene.county), placement, Channel.PHONE, DeclineReason.FAR, utc_now()
    )
    scene.session.commit()
    assert scene.worker.state is WorkerState.POOL
    assert offer(scene, scene.worker.id).refused == [(scene.worker, offers.FINISHED)]

    second = people.make_worker(scene.session)
    late = scene.offer(second)
    late.respond_by = today() - timedelta(days=1)
    scene.session.commit()
    assert offers.expire_overdue(scene.session, CLOCK, today()) == 1
    assert late.state is PlacementState.EXPIRED
    assert second.state is WorkerState.POOL
    assert offer(scene, second.id).made[0].attempt == 2


def test_after_leaving_the_same_order_may_be_tried_a_second_time(scene: Scene) -> None:
    placement = scene.on_site()
    hiring.leave(
        scene.session, scene.actor(scene.county), placement, LeaveReason.FARMING, today(), "", today()
    )
    scene.session.commit()
    county = scene.actor(scene.county)
    assert offer(scene, scene.worker.id).made == []
    who, why = [scene.worker.id], "农忙过了，本人想回去"
    again = offers.offer_many(scene.session, county, scene.order, who, today(), reason=why).made[0]
    assert again.attempt == 2


@pytest.mark.parametrize(
    "values", [{"state": OrderState.CLOSED}, {"valid_until": today() - timedelta(days=1)}, {"taken": 1}]
)
def test_nobody_is_offered_an_order_that_takes_nobody(scene: Scene, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(scene.order, name, value)
    scene.session.commit()
    with pytest.raises(TransitionRefused):
        offer(scene, scene.worker.id)


def run_of(scene: Scene, *worker_ids: int) -> MatchRun:
    run = MatchRun(
        kind=RunKind.ORDER,
        enterprise_id=scene.order.enterprise_id,
        order_id=scene.order.id,
        user_id=scene.enterprise.id,
    )
    scene.session.add(run)
    scene.session.flush()
    pairs = [
        MatchPair(
            run_id=run.id, order_id=scene.order.id, worker_id=id, rank=rank, score=80, factors={"skill": 80}
        )
        for rank, id in enumerate(worker_ids, 1)
    ]
    scene.session.add_all(pairs)
    scene.session.commit()
    return run


def test_an_invited_person_hears_nothing_until_the_county_passes_it_on(scene: Scene) -> None:
    run = run_of(scene, scene.worker.id)
    actor = scene.actor(scene.enterprise)
    done = offers.invite_many(scene.session, actor, run, scene.order, [scene.worker.id], today())
    scene.session.commit()
    placement = done.made[0]
    assert placement.state is PlacementState.INVITED
    assert placement.score == 80
    assert scene.session.scalar(select(func.count()).select_from(Message)) == 0
    offers.pass_on(scene.session, scene.actor(scene.county), placement, today())
    scene.session.commit()
    assert placement.state is PlacementState.OFFERED
    assert placement.disclosed_terms["title"] == scene.order.title
    assert scene.session.scalar(select(func.count()).select_from(Message)) == 1


def test_only_candidates_of_the_run_are_invited_and_every_refusal_sounds_the_same(scene: Scene) -> None:
    child = people.make_worker(scene.session, birth_date=today())
    unwilling = people.make_worker(scene.session, willing=False)
    run = run_of(scene, child.id, unwilling.id)
    wanted = [child.id, unwilling.id, scene.worker.id]
    done = offers.invite_many(scene.session, scene.actor(scene.enterprise), run, scene.order, wanted, today())
    assert done.made == []
    assert {reason for _worker, reason in done.refused} == {offers.BUSY, offers.NOT_IN_RUN}


def test_another_enterprise_cannot_invite_from_this_run(scene: Scene, sign_in: object) -> None:
    run = run_of(scene, scene.worker.id)
    stranger = people.make_enterprise(scene.session)
    user = people.make_user(scene.session, Role.ENTERPRISE, organisation_id=stranger.id)
    client = sign_in(user)  # type: ignore[operator]
    answer = client.post(
        "/placements/invitations",
        data={"order_id": scene.order.id, "run_id": run.id, "worker_ids": scene.worker.id},
    )
    assert answer.status_code == 404
    assert scene.session.scalar(select(func.count()).select_from(Placement)) == 0


def test_the_same_form_sent_twice_makes_one_offer(scene: Scene, sign_in: object) -> None:
    client = sign_in(scene.county)  # type: ignore[operator]
    form = {"order_id": scene.order.id, "worker_ids": scene.worker.id, "once": "one-key"}
    answers = [client.post("/placements/offers", data=form) for _try in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert scene.session.scalar(select(func.count()).select_from(Placement)) == 1
    assert scene.session.scalar(select(func.count()).select_from(Message)) == 1
