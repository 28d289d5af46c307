"""A slip in every recorded fact has a road back: a reason, what stood there, what stands there now."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.placements.operations import answers, corrections, departures, follow_ups, hiring, offers
from app.placements.operations.departures import Journey
from app.placements.operations.follow_ups import Finding
from models.audit import events_of
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.people.worker import WorkerState
from models.placement.leaving import Channel, DeclineReason, LeaveReason
from models.placement.placement import Evidence, Outcome, Placement, PlacementState
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people

S = PlacementState
LONG_AGO = today() - timedelta(days=200)


def undo(scene: Scene, placement: Placement, event: str, user: str = "county", reason: str = "点错") -> None:
    actor = scene.actor(getattr(scene, user))
    corrections.undo(scene.session, actor, placement, event, reason, today())
    scene.session.commit()


def declined(scene: Scene, channel: Channel = Channel.PHONE) -> Placement:
    placement = scene.offer()
    who = scene.person if channel is Channel.PORTAL else scene.county
    answers.decline(scene.session, scene.actor(who), placement, channel, DeclineReason.PAY, utc_now())
    scene.session.commit()
    return placement


def departed(scene: Scene) -> Placement:
    placement, county = scene.hired(), scene.actor(scene.county)
    journey = Journey("阿说老师", "", "大巴", "县人社局门口", utc_now() + timedelta(hours=1))
    departures.depart(
        scene.session, county, departures.group(scene.session, county, [placement], journey, utc_now())
    )
    scene.session.commit()
    return placement


def left(scene: Scene) -> Placement:
    placement, county = scene.on_site(LONG_AGO), scene.actor(scene.county)
    hiring.leave(scene.session, county, placement, LeaveReason.PAY, today(), "", today())
    scene.session.commit()
    return placement


def missed(scene: Scene) -> Placement:
    placement = scene.hired()
    hiring.miss(scene.session, scene.actor(scene.county), placement, LeaveReason.FAMILY, "")
    scene.session.commit()
    return placement


def turned_down(scene: Scene) -> Placement:
    placement = scene.accepted()
    hiring.not_hire(scene.session, scene.actor(scene.enterprise), placement, "写错人")
    scene.session.commit()
    return placement


@pytest.mark.parametrize(
    ("make", "event", "user", "state", "taken", "person"),
    [
        (Scene.accepted, "undo_answer", "county", S.OFFERED, 0, WorkerState.OFFERED),
        (declined, "undo_answer", "county", S.OFFERED, 0, WorkerState.OFFERED),
        (Scene.hired, "undo_hire", "enterprise", S.ACCEPTED, 0, WorkerState.OFFERED),
        (turned_down, "undo_not_hire", "enterprise", S.ACCEPTED, 0, WorkerState.OFFERED),
        (departed, "undo_depart", "county", S.HIRED, 1, WorkerState.HIRED),
        (Scene.on_site, "undo_arrive", "county", S.DEPARTED, 1, WorkerState.HIRED),
        (missed, "undo_miss", "county", S.DEPARTED, 1, WorkerState.HIRED),
        (left, "undo_leave", "county", S.ON_SITE, 1, WorkerState.WORKING),
    ],
)
def test_every_step_that_was_a_slip_is_taken_back_with_its_reason(
    scene: Scene,
    make: Callable[[Scene], Placement],
    event: str,
    user: str,
    state: PlacementState,
    taken: int,
    person: WorkerState,
) -> None:
    placement = make(scene)
    with pytest.raises(TransitionRefused):
        undo(scene, placement, event, user, reason=" ")
    scene.session.rollback()
    undo(scene, placement, event, user)
    scene.session.expire_all()
    assert (placement.state, scene.order.taken, scene.worker.state) == (state, taken, person)
    assert (placement.active_digest is not None) == bool(taken)
    last = events_of(scene.session, placement)[0].details
    assert (last["event"], last["reason"], last["to"]) == (event, "点错", state.value)


def test_an_answer_taken_back_closes_what_the_consent_opened(scene: Scene) -> None:
    placement = scene.accepted()
    undo(scene, placement, "undo_answer")
    assert not placement.has_consent
    assert (placement.answered_at, placement.decline_reason) == (None, None)
    assert placement.respond_by is not None
    assert placement.respond_by > today()


def test_a_persons_own_answer_is_not_taken_back_by_a_clerk(scene: Scene) -> None:
    with pytest.raises(TransitionRefused, match="本人自己在手机上答复的"):
        undo(scene, declined(scene, Channel.PORTAL), "undo_answer")


def test_a_place_given_to_somebody_else_is_not_taken_twice(scene: Scene) -> None:
    placement, other = left(scene), people.make_worker(scene.session)
    scene.hired(other)
    with pytest.raises(TransitionRefused, match="空出来的名额已经给了别人"):
        undo(scene, placement, "undo_leave")


def test_a_person_hired_elsewhere_meanwhile_is_not_held_twice(scene: Scene) -> None:
    placement = left(scene)
    scene.hired(order=people.make_order(scene.session))
    with pytest.raises(TransitionRefused, match="已被另一家录用"):
        undo(scene, placement, "undo_leave")


def test_a_hire_taken_back_can_be_made_again(scene: Scene) -> None:
    placement = scene.hired()
    undo(scene, placement, "undo_hire", "enterprise")
    hiring.hire(scene.session, scene.actor(scene.enterprise), placement, today())
    scene.session.commit()
    assert len(placement.follow_ups) == 3


def test_a_wrong_day_is_corrected_and_both_days_stay_told(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    placement, right = scene.on_site(LONG_AGO), LONG_AGO + timedelta(days=3)
    address = f"/placements/{placement.id}/correct"
    client, before = sign_in(scene.county), scene.visit(placement, 1).due_on
    typed = {"hired_on": str(placement.hired_on), "on_site_on": str(right), "reason": "报到表上是这一天"}
    assert client.post(address, data=typed | {"reason": ""}).status_code != 303
    assert client.post(address, data=typed).status_code == 303
    scene.session.expire_all()
    assert placement.on_site_on == right
    assert scene.visit(placement, 1).due_on != before
    event = events_of(scene.session, placement, [EventTag.PLACEMENT_CORRECT])[0].details
    assert (event["from"], event["to"]) == ({"on_site_on": str(LONG_AGO)}, {"on_site_on": str(right)})
    page = client.get(f"/placements/{placement.id}").text
    assert "更正：到岗日期由" in page
    assert "报到表上是这一天" in page


def test_a_correction_keeps_the_order_of_days(scene: Scene) -> None:
    placement, county = left(scene), scene.actor(scene.county)
    for changes in ({"left_on": LONG_AGO - timedelta(days=1)}, {"on_site_on": today() + timedelta(days=1)}):
        with pytest.raises(TransitionRefused):
            corrections.correct(scene.session, county, placement, changes, "改", today())
        scene.session.rollback()
    corrections.correct(
        scene.session, county, placement, {"leave_reason": LeaveReason.HEALTH}, "问清了", today()
    )
    assert placement.leave_reason is LeaveReason.HEALTH


def found(scene: Scene, months: int, finding: Finding) -> Placement:
    placement = scene.on_site(LONG_AGO)
    visit, county = scene.visit(placement, months), scene.actor(scene.county)
    follow_ups.record_follow_up(scene.session, county, visit, finding, today(), utc_now())
    scene.session.commit()
    return placement


def put_right(scene: Scene, placement: Placement, months: int, finding: Finding) -> None:
    visit, county = scene.visit(placement, months), scene.actor(scene.county)
    follow_ups.correct_follow_up(scene.session, county, visit, finding, "听错了", today(), utc_now())
    scene.session.commit()


def test_a_finding_of_gone_that_was_a_slip_puts_the_person_back_to_work(scene: Scene) -> None:
    gone = Finding(Outcome.LEFT, Evidence.ROSTER, leave_reason=LeaveReason.PAY, left_on=today())
    placement = found(scene, 3, gone)
    with pytest.raises(TransitionRefused, match="请在那次回访里更正"):
        undo(scene, placement, "undo_leave")
    scene.session.rollback()
    put_right(scene, placement, 3, Finding(Outcome.EMPLOYED, Evidence.SELF_REPORT))
    assert (placement.state, placement.left_on, placement.leave_reason) == (S.ON_SITE, None, None)
    event = events_of(scene.session, placement, [EventTag.FOLLOWUP_RECORD])[0].details
    assert (event["from"]["outcome"], event["to"]["outcome"], event["reason"]) == (
        "left",
        "employed",
        "听错了",
    )


def test_a_proof_of_six_months_that_was_a_slip_is_taken_back(scene: Scene) -> None:
    placement = found(scene, 6, Finding(Outcome.EMPLOYED, Evidence.ROSTER))
    assert placement.state is S.STAYED
    put_right(scene, placement, 6, Finding(Outcome.EMPLOYED, Evidence.SELF_REPORT))
    assert placement.state is S.ON_SITE


def test_a_leaving_found_on_a_wrong_day_is_corrected_with_the_finding(scene: Scene) -> None:
    gone = Finding(Outcome.LEFT, Evidence.SELF_REPORT, leave_reason=LeaveReason.PAY, left_on=today())
    placement = found(scene, 3, gone)
    day = today() - timedelta(days=9)
    again = Finding(Outcome.LEFT, Evidence.SELF_REPORT, leave_reason=LeaveReason.HEALTH, left_on=day)
    put_right(scene, placement, 3, again)
    assert (placement.left_on, placement.leave_reason) == (day, LeaveReason.HEALTH)


def test_the_page_of_a_placement_offers_the_road_back(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    placement, client = left(scene), sign_in(scene.county)
    assert "离职记错了" in client.get(f"/placements/{placement.id}").text
    asked = {"event": "undo_leave", "reason": "本人还在上班"}
    assert client.post(f"/placements/{placement.id}/advance", data=asked).status_code == 303
    scene.session.expire_all()
    assert placement.state is S.ON_SITE
    assert offers.expire_overdue(scene.session, scene.actor(scene.county), today()) == 0
