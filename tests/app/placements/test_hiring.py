"""Hiring takes a place, never too many; leaving gives it back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.placements.operations import hiring
from models.audit import AuditEvent, EventTag
from models.audit_walk import verify
from models.clock import today
from models.people.worker import WorkerState
from models.placement.leaving import LeaveReason
from models.placement.placement import FollowUp, PlacementState
from models.workflow import IllegalTransition, TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people


def test_a_hire_takes_the_place_claims_the_person_and_plans_three_visits_at_once(scene: Scene) -> None:
    placement = scene.hired()
    assert scene.order.taken == 1
    assert placement.active_digest == scene.worker.id_digest
    assert [one.months for one in placement.follow_ups] == [1, 3, 6]
    assert {one.due_on for one in placement.follow_ups} == {None}
    assert scene.worker.state is WorkerState.HIRED


def test_the_last_place_is_not_sold_twice(scene: Scene) -> None:
    second = scene.accepted(people.make_worker(scene.session))
    scene.hired()
    with pytest.raises(TransitionRefused, match="招满"):
        hiring.hire(scene.session, scene.actor(scene.enterprise), second, today())
    scene.session.rollback()
    assert second.state is PlacementState.ACCEPTED
    assert scene.order.taken == 1
    assert scene.session.scalar(select(func.count()).where(FollowUp.placement_id == second.id)) == 0


def test_hired_in_one_place_closes_his_other_offers_with_the_reason(scene: Scene) -> None:
    other = scene.accepted(order=people.make_order(scene.session))
    scene.hired()
    assert other.state is PlacementState.WITHDRAWN
    reasons = [row.details.get("reason") for row in scene.session.scalars(select(AuditEvent))]
    assert any("另一家" in (reason or "") for reason in reasons)


def test_nobody_is_hired_by_two_enterprises(scene: Scene) -> None:
    order = people.make_order(scene.session)
    other = scene.accepted(order=order)
    scene.hired()
    second = people.make_user(scene.session, people.Role.ENTERPRISE, organisation_id=order.enterprise_id)
    with pytest.raises(TransitionRefused, match="另一家"):
        hiring.hire(scene.session, scene.actor(second), other, today())
    scene.session.rollback()
    assert order.taken == 0


def test_the_unique_index_speaks_the_same_sentence(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    first = people.make_placement(
        scene.session, people.make_order(scene.session), people.make_worker(scene.session)
    )
    first.active_digest = scene.worker.id_digest
    scene.session.commit()
    placement = scene.accepted()
    for room in ("hiring", "steps"):
        monkeypatch.setattr(f"app.placements.operations.{room}.is_held_elsewhere", lambda *given: False)
    with pytest.raises(TransitionRefused, match="另一家"):
        hiring.hire(scene.session, scene.actor(scene.enterprise), placement, today())
    scene.session.rollback()
    assert scene.order.taken == 0


def test_a_hire_sent_twice_happens_once(scene: Scene, sign_in: object) -> None:
    placement = scene.accepted()
    client = sign_in(scene.enterprise)  # type: ignore[operator]
    url, form = f"/placements/{placement.id}/advance", {"event": "hire", "once": "hire-key"}
    assert [client.post(url, data=form).status_code for _try in range(2)] == [303, 303]
    assert client.post(url, data={"event": "hire"}).status_code == 409
    scene.session.expire_all()
    assert scene.order.taken == 1
    steps = scene.session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.PLACEMENT_ADVANCE))
    assert [row.details["event"] for row in steps].count("hire") == 1


@pytest.mark.parametrize("how", ["miss", "leave"])
def test_who_does_not_stay_gives_the_place_back_and_returns_to_the_pool(scene: Scene, how: str) -> None:
    county = scene.actor(scene.county)
    if how == "miss":
        placement = scene.hired()
        hiring.miss(scene.session, county, placement, LeaveReason.FAMILY, "")
    else:
        placement = scene.on_site()
        hiring.leave(scene.session, county, placement, LeaveReason.LONELY, today(), "想家", today())
    scene.session.commit()
    assert scene.order.taken == 0
    assert placement.active_digest is None
    assert placement.leave_reason in (LeaveReason.FAMILY, LeaveReason.LONELY)
    assert scene.worker.state is WorkerState.POOL


def test_the_place_that_reopened_can_be_hired_into(scene: Scene) -> None:
    second = scene.accepted(people.make_worker(scene.session))
    placement = scene.on_site()
    hiring.leave(scene.session, scene.actor(scene.county), placement, LeaveReason.PAY, today(), "", today())
    hiring.hire(scene.session, scene.actor(scene.enterprise), second, today())
    scene.session.commit()
    assert scene.order.taken == 1
    assert second.state is PlacementState.HIRED


def test_an_arrival_starts_the_three_visits(scene: Scene) -> None:
    since = today() - timedelta(days=20)
    placement = scene.on_site(since)
    assert all(one.due_on and one.due_on > since for one in placement.follow_ups)
    assert scene.worker.state is WorkerState.WORKING


@pytest.mark.parametrize("days", [1, -400])
def test_an_arrival_lies_between_hire_and_today(scene: Scene, days: int) -> None:
    placement = scene.hired()
    with pytest.raises(TransitionRefused):
        hiring.arrive(
            scene.session, scene.actor(scene.city), placement, today() + timedelta(days=days), today()
        )


def test_nobody_leaves_who_never_came(scene: Scene) -> None:
    with pytest.raises(IllegalTransition):
        hiring.leave(
            scene.session, scene.actor(scene.county), scene.hired(), LeaveReason.PAY, today(), "", today()
        )


def test_the_audit_holds_every_step_and_no_number(scene: Scene) -> None:
    scene.on_site()
    text = " ".join(row.payload for row in scene.session.scalars(select(AuditEvent)))
    assert verify(scene.session) is None
    assert scene.worker.name not in text
    assert scene.worker.phone not in text
    assert scene.worker.id_number not in text


def test_a_leaving_date_to_come_is_refused_and_nobody_returns_to_the_pool(scene: Scene) -> None:
    placement = scene.on_site()
    county, coming = scene.actor(scene.county), today() + timedelta(days=365)
    with pytest.raises(TransitionRefused, match="离职日期不能晚于今天"):
        hiring.leave(scene.session, county, placement, LeaveReason.PAY, coming, "", today())
    assert placement.state is PlacementState.ON_SITE
