"""One, three and six months: who is at work, on which evidence, and what nobody knows."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from app.kit.web.formatters import in_words
from app.placements.operations import follow_ups, hiring
from app.placements.operations.follow_ups import Finding
from app.placements.queries import lists
from app.placements.queries.cases import wages_found
from app.placements.queries.statistics import funnel, retention
from models.clock import today, utc_now
from models.people.worker import WorkerState
from models.placement.leaving import LeaveReason
from models.placement.placement import Evidence, FollowUp, Outcome, Placement, PlacementState
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people

LONG_AGO = today() - timedelta(days=200)
AT_WORK = Finding(Outcome.EMPLOYED, Evidence.SELF_REPORT, wage_fen=450_000)


def note(scene: Scene, visit: FollowUp, found: Finding) -> None:
    follow_ups.record_follow_up(scene.session, scene.actor(scene.county), visit, found, today(), utc_now())
    scene.session.commit()


def finding(evidence: Evidence, outcome: Outcome = Outcome.EMPLOYED) -> Finding:
    return Finding(outcome, evidence)


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (Evidence.SELF_REPORT, PlacementState.ON_SITE),
        (Evidence.ROSTER, PlacementState.STAYED),
        (Evidence.WAGE_SLIP, PlacementState.STAYED),
        (Evidence.INSURANCE, PlacementState.STAYED),
    ],
)
def test_six_months_count_from_the_roster_on(scene: Scene, evidence: Evidence, state: PlacementState) -> None:
    placement = scene.on_site(LONG_AGO)
    note(scene, scene.visit(placement, 6), finding(evidence))
    assert placement.state is state


def test_three_months_at_work_are_not_six(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    note(scene, scene.visit(placement, 3), finding(Evidence.INSURANCE))
    assert placement.state is PlacementState.ON_SITE


def test_weaker_evidence_changes_nothing(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    visit = scene.visit(placement, 3)
    note(scene, visit, finding(Evidence.ROSTER))
    with pytest.raises(TransitionRefused):
        note(scene, visit, Finding(Outcome.LEFT, Evidence.SELF_REPORT, leave_reason=LeaveReason.PAY))
    scene.session.rollback()
    assert visit.outcome is Outcome.EMPLOYED
    assert placement.state is PlacementState.ON_SITE


def test_somebody_found_gone_leaves_with_his_reason(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    left = today() - timedelta(days=3)
    gone = Finding(Outcome.LEFT, Evidence.SELF_REPORT, leave_reason=LeaveReason.HOURS, left_on=left)
    note(scene, scene.visit(placement, 3), gone)
    assert placement.state is PlacementState.LEFT
    assert (placement.left_on, placement.leave_reason) == (left, LeaveReason.HOURS)
    assert scene.order.taken == 0
    assert scene.worker.state is WorkerState.POOL


def test_gone_without_a_reason_is_asked_back_and_nothing_is_written(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    with pytest.raises(TransitionRefused):
        note(scene, scene.visit(placement, 3), finding(Evidence.SELF_REPORT, Outcome.LEFT))
    scene.session.rollback()
    assert scene.visit(placement, 3).recorded_at is None


def test_a_township_may_find_somebody_gone(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    clerk = people.make_user(scene.session, people.Role.TOWNSHIP, area_code="513431100")
    gone = Finding(Outcome.ELSEWHERE, Evidence.SELF_REPORT)
    follow_ups.record_follow_up(
        scene.session, scene.actor(clerk), scene.visit(placement, 1), gone, today(), utc_now()
    )
    assert placement.leave_reason is LeaveReason.OTHER_JOB


def test_a_wage_far_below_what_was_told_is_flagged(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    note(scene, scene.visit(placement, 1), Finding(Outcome.EMPLOYED, Evidence.WAGE_SLIP, wage_fen=300_000))
    note(scene, scene.visit(placement, 3), Finding(Outcome.EMPLOYED, Evidence.WAGE_SLIP, wage_fen=440_000))
    assert [(one.months, one.is_short) for one in wages_found(placement)] == [(1, True), (3, False)]


def test_who_wrote_it_down_does_not_verify_it(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    visit, city = scene.visit(placement, 3), scene.actor(scene.city)
    follow_ups.record_follow_up(scene.session, city, visit, AT_WORK, today(), utc_now())
    with pytest.raises(TransitionRefused):
        follow_ups.verify(scene.session, city, visit, utc_now())
    colleague = people.make_user(scene.session, people.Role.CITY, area_code=people.FOSHAN)
    follow_ups.verify(scene.session, scene.actor(colleague), visit, utc_now())
    assert visit.verified_by_id == colleague.id


def test_nothing_is_verified_twice_or_while_unknown(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    visit, city = scene.visit(placement, 3), scene.actor(scene.city)
    with pytest.raises(TransitionRefused):
        follow_ups.verify(scene.session, city, visit, utc_now())
    note(scene, visit, finding(Evidence.NONE, Outcome.UNKNOWN))
    with pytest.raises(TransitionRefused):
        follow_ups.verify(scene.session, city, visit, utc_now())
    note(scene, visit, AT_WORK)
    follow_ups.verify(scene.session, city, visit, utc_now())
    with pytest.raises(TransitionRefused):
        follow_ups.verify(scene.session, city, visit, utc_now())


def test_the_due_list_holds_those_at_work_whose_day_has_come(scene: Scene) -> None:
    placement = scene.on_site(today() - timedelta(days=100))
    county = scene.actor(scene.county)
    assert [one.months for one in lists.due_follow_ups(scene.session, county, today())] == [1, 3]
    hiring.leave(scene.session, county, placement, LeaveReason.PAY, today(), "", today())
    scene.session.commit()
    assert lists.due_follow_ups(scene.session, county, today()) == []


def counts(scene: Scene, user: str = "county") -> list[int]:
    return [one.persons or 0 for one in funnel(scene.session, scene.actor(getattr(scene, user)), today())]


def unknown(scene: Scene) -> list[int]:
    return [one.unknown for one in funnel(scene.session, scene.actor(scene.county), today())]


def test_the_funnel_counts_persons_and_shows_the_unknown_apart(app: object, scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    assert counts(scene) == [1, 1, 1, 1, 0, 0]
    assert unknown(scene)[-2:] == [1, 1]
    note(scene, scene.visit(placement, 3), AT_WORK)
    note(scene, scene.visit(placement, 6), finding(Evidence.NONE, Outcome.UNKNOWN))
    assert counts(scene) == [1, 1, 1, 1, 1, 0]
    assert unknown(scene)[-2:] == [0, 1]
    note(scene, scene.visit(placement, 6), finding(Evidence.ROSTER))
    assert counts(scene) == [1, 1, 1, 1, 1, 1]
    assert unknown(scene)[-2:] == [0, 0]


def test_who_left_before_the_day_is_neither_kept_nor_unknown(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    hiring.leave(scene.session, scene.actor(scene.county), placement, LeaveReason.PAY, LONG_AGO, "", today())
    scene.session.commit()
    assert counts(scene)[-2:] == [0, 0]
    assert unknown(scene)[-2:] == [0, 0]
    reasons = retention(scene.session, scene.actor(scene.county), today()).reasons
    assert [(in_words(word), value) for word, value, _remark in reasons] == [("工资比说的少或拖欠", 1)]


def test_a_person_with_two_jobs_in_a_row_counts_once(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    hiring.leave(scene.session, scene.actor(scene.county), placement, LeaveReason.PAY, today(), "", today())
    scene.session.commit()
    scene.hired(order=scene.order)
    assert counts(scene) == [1, 1, 1, 1, 0, 0]


def test_another_county_counts_none_of_them(scene: Scene) -> None:
    scene.on_site(LONG_AGO)
    other = people.make_user(scene.session, people.Role.COUNTY, area_code=people.BUTUO)
    assert [one.persons for one in funnel(scene.session, scene.actor(other), today())] == [0] * 6
    assert counts(scene, "city") == [1, 1, 1, 0, 0]


def test_a_call_is_written_down_and_leads_to_the_next(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    placement: Placement = scene.on_site(today() - timedelta(days=100))
    client = sign_in(scene.county)
    first, second = (scene.visit(placement, months) for months in (1, 3))
    form = {"outcome": "employed", "evidence": "1", "wage_fen": "4500"}
    answer = client.post(f"/placements/follow-ups/{first.id}", data=form)
    assert answer.headers["Location"].endswith(f"/placements/follow-ups/{second.id}")
    wrong = client.post(
        f"/placements/follow-ups/{second.id}", data=form | {"evidence": "0", "note": "记下的话"}
    )
    text = wrong.get_data(as_text=True)
    assert "请选这个情况是怎么知道的" in text
    assert "记下的话" in text


def test_the_missing_reason_of_leaving_is_asked_at_its_own_field(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    visit = scene.visit(scene.on_site(today() - timedelta(days=100)), 1)
    form = {"outcome": "left", "evidence": "1"}
    page = sign_in(scene.county).post(f"/placements/follow-ups/{visit.id}", data=form).get_data(as_text=True)
    assert re.search(r'id="problem-leave_reason">请选离职的原因', page)
    assert 'id="problem-outcome"' not in page


def test_due_days_follow_the_arrival(scene: Scene) -> None:
    placement = scene.on_site(today() - timedelta(days=10))
    due: list[date | None] = [one.due_on for one in placement.follow_ups]
    assert due == sorted(due, key=lambda day: day or today())


def test_two_clerks_do_not_make_one_follow_up_call(scene: Scene) -> None:
    placement = scene.on_site(LONG_AGO)
    county, colleague = (
        scene.actor(user)
        for user in (
            scene.county,
            people.make_user(scene.session, people.Role.COUNTY, area_code=people.ZHAOJUE),
        )
    )
    first = follow_ups.take_next(scene.session, county, today(), utc_now())
    second = follow_ups.take_next(scene.session, colleague, today(), utc_now())
    assert first is not None
    assert second is not None
    assert first.placement is second.placement is placement
    assert first.id != second.id
    follow_ups.miss(scene.session, county, first, utc_now())
    again = follow_ups.take_next(scene.session, county, today(), utc_now())
    assert again is not None
    assert again.id not in (first.id, second.id)
    with pytest.raises(TransitionRefused):
        follow_ups.miss(scene.session, county, second, utc_now())
