"""Graduates first to the places kept for them; who does not go, and why; what became of the class."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.placements.operations import answers, follow_ups, hiring
from app.placements.operations.offers import offer_many
from app.training.certification import queries
from app.training.certification.operations import exams, progress
from models.access import Actor, Right, Role
from models.clock import today, utc_now
from models.placement.leaving import Channel, DeclineReason, LeaveReason
from models.placement.placement import Evidence, Outcome, Placement, PlacementState
from models.training.agreement import Breach, Party
from models.training.enrolment import EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.training_class import ClassState
from models.workflow import TransitionRefused
from tests.app.training.certification.scene import Scene, make_scene
from tests.factories.people import make_worker


@pytest.fixture
def certified(scene: Scene) -> Scene:
    return certify_all(scene)


def certify_all(scene: Scene) -> Scene:
    """Bring everybody but the last learner to a certificate."""
    graduates = len(scene.learners) - 1
    scene.examine(*[(85, 90)] * graduates)
    scene.certify(*[f"ZJ{scene.training_class.id}{n:05d}" for n in range(graduates)])
    exams.advance(scene.session, scene.actor(scene.county), scene.training_class, "certify", today())
    scene.session.commit()
    return scene


def offers(scene: Scene) -> list[Placement]:
    scene.session.expire_all()
    return list(scene.session.scalars(select(Placement).order_by(Placement.id)))


def hire(scene: Scene, placement: Placement) -> None:
    """Accept by telephone, and be hired by somebody who may."""
    county = scene.actor(scene.county)
    answers.accept(scene.session, county, placement, Channel.PHONE, utc_now())
    hiring.hire(scene.session, enterprise(scene), placement, today())
    scene.session.commit()


def enterprise(scene: Scene) -> Actor:
    return Actor(
        scene.county.id, "企业", (Right(Role.ENTERPRISE, organisation_id=scene.training_class.enterprise_id),)
    )


def test_before_the_certificates_nobody_is_offered_the_kept_job(scene: Scene) -> None:
    scene.examine((85, 90), (85, 90))
    status, page = scene.post(scene.county, f"/classes/{scene.training_class.id}/offer")
    assert status == 409
    assert "证书发完才能推荐上岗" in page


def test_one_click_offers_the_kept_job_to_every_graduate_once(certified: Scene) -> None:
    assert "推荐给还没推荐的 2 人" in certified.page(
        certified.county, f"/classes/{certified.training_class.id}/employment"
    )
    assert certified.post(certified.county, f"/classes/{certified.training_class.id}/offer")[0] == 303
    made = offers(certified)
    promised = certified.training_class.agreement.order.job_order_id
    assert [(row.order_id, row.state) for row in made] == [(promised, PlacementState.OFFERED)] * 2
    assert [one.placement_id for one in certified.learners] == [made[0].id, made[1].id, None]
    assert certified.post(certified.county, f"/classes/{certified.training_class.id}/offer")[0] == 303
    assert len(offers(certified)) == 2
    assert certified.post(certified.school, f"/classes/{certified.training_class.id}/offer")[0] == 403


def test_a_hired_graduate_takes_the_place_kept_for_the_class(certified: Scene) -> None:
    progress.offer_all(
        certified.session, certified.actor(certified.county), certified.training_class, today()
    )
    hire(certified, offers(certified)[0])
    order = certified.training_class.agreement.order.job_order
    kept = certified.session.scalars(select(PlaceReservation)).one()
    assert (order.taken, order.reserved, kept.used) == (1, 2, 1)
    exams.recount(certified.session, certified.training_class, today())
    assert (certified.training_class.unplaced, certified.training_class.unfollowed) == (1, 3)


def test_the_kept_places_are_offered_when_the_job_is_full_for_others(certified: Scene) -> None:
    order = certified.training_class.agreement.order.job_order
    order.taken = order.headcount - order.reserved
    certified.session.commit()
    other = make_worker(certified.session)
    county = certified.actor(certified.county)
    assert not offer_many(certified.session, county, order, [other.id], today()).made
    assert len(progress.offer_all(certified.session, county, certified.training_class, today()).made) == 2


def test_the_class_is_placed_once_everybody_has_a_job_or_a_reason(certified: Scene) -> None:
    county, (first, second, _third) = certified.actor(certified.county), certified.learners
    progress.offer_all(certified.session, county, certified.training_class, today())
    hire(certified, offers(certified)[0])
    declined = offers(certified)[1]
    answers.decline(certified.session, county, declined, Channel.PHONE, next(iter(DeclineReason)), utc_now())
    certified.session.commit()
    path = f"/classes/{certified.training_class.id}/results/advance"
    assert "名学员没有上岗，也没有写明原因" in certified.post(certified.county, path, event="place")[1]
    assert (
        certified.post(certified.county, f"/results/learners/{second.id}/breach", party="learner", reason="")[
            0
        ]
        == 200
    )
    form = {"party": "learner", "reason": "家里老人要照料"}
    assert certified.post(certified.county, f"/results/learners/{second.id}/breach", **form)[0] == 303
    assert certified.post(certified.county, path, event="place")[0] == 303
    assert certified.training_class.state is ClassState.PLACED
    page = certified.page(certified.county, f"/classes/{certified.training_class.id}/employment")
    assert "家里老人要照料" in page
    assert "学员没有去" in page
    assert first.placement_id != second.placement_id


def test_the_enterprise_that_does_not_hire_is_written_down_as_the_one_who_broke_its_word(
    certified: Scene,
) -> None:
    learner = certified.learners[0]
    form = {"party": "enterprise", "reason": "订单减少"}
    assert certified.post(certified.school, f"/results/learners/{learner.id}/breach", **form)[0] == 403
    assert certified.post(certified.county, f"/results/learners/{learner.id}/breach", **form)[0] == 303
    breach = certified.session.scalars(select(Breach)).one()
    assert (breach.party, breach.enrolment_id, breach.agreement_id) == (
        Party.ENTERPRISE,
        learner.id,
        certified.training_class.agreement_id,
    )


def test_whoever_did_not_finish_needs_no_reason_and_gets_none(certified: Scene) -> None:
    last = certified.learners[-1]
    assert last.state is EnrolmentState.FAILED
    with pytest.raises(TransitionRefused, match="结业的学员"):
        progress.record_breach(certified.session, certified.actor(certified.county), last, None, "没去")


# --- what became of the class ---------------------------------------------------------------------------


def settled(scene: Scene) -> Scene:
    """Five graduates hired 200 days ago; four are on site, one never came."""
    certify_all(scene)
    progress.offer_all(scene.session, scene.actor(scene.county), scene.training_class, today())
    made = offers(scene)
    for placement in made:
        hire(scene, placement)
        placement.hired_on = today() - timedelta(days=200)
    for placement in made[:4]:
        hiring.arrive(scene.session, enterprise(scene), placement, placement.hired_on, today())
    hiring.miss(scene.session, enterprise(scene), made[4], next(iter(LeaveReason)), "没来")
    scene.session.commit()
    return scene


def visit(
    scene: Scene, place: int, months: int, outcome: Outcome, evidence: Evidence = Evidence.NONE
) -> None:
    placement = offers(scene)[place]
    found = follow_ups.Finding(outcome, evidence, wage_fen=410_000, leave_reason=next(iter(LeaveReason)))
    follow_up = next(one for one in placement.follow_ups if one.months == months)
    follow_ups.record_follow_up(
        scene.session, scene.actor(scene.county), follow_up, found, today(), utc_now()
    )
    scene.session.commit()


def test_outcomes_tell_evidence_apart_and_keep_the_unknown_unknown(scene: Scene) -> None:
    scene = settled(make_scene(scene.session, scene.enter, learners=6))
    visit(scene, 0, 1, Outcome.EMPLOYED, Evidence.WAGE_SLIP)
    visit(scene, 1, 1, Outcome.EMPLOYED, Evidence.SELF_REPORT)
    visit(scene, 2, 1, Outcome.UNKNOWN)
    visit(scene, 3, 1, Outcome.LEFT, Evidence.ROSTER)
    exams.recount(scene.session, scene.training_class, today())
    found = queries.outcomes(scene.session, scene.training_class, today())
    assert (found.enrolled, found.finished, found.certified, found.hired, found.placed, found.arrived) == (
        6,
        5,
        5,
        5,
        4,
        4,
    )
    first = found.months[0]
    assert first.by_evidence == {Evidence.WAGE_SLIP: 1, Evidence.SELF_REPORT: 1}
    assert (first.left, first.unknown, first.not_due, float(first.coverage or 0)) == (1, 1, 0, 0.75)
    assert [float(one) for one in found.rate(1) or ()] == [0.4, 0.6]
    assert found.meets_rate(1) is False
    assert found.keeps_hire_share() is True
    third = found.months[1]
    assert (third.employed, third.left, third.unknown) == (0, 0, 4)


def test_a_required_rate_that_nobody_has_checked_gives_no_verdict(scene: Scene) -> None:
    standards = {**scene.training_class.standards}
    standards["employment_rate"] = {"value": 80, "source": "各地不同", "verified": False}
    certify_all(scene)
    scene.training_class.standards = standards
    assert queries.outcomes(scene.session, scene.training_class, today()).meets_rate(6) is None
    scene.session.commit()
    page = scene.page(scene.county, f"/classes/{scene.training_class.id}/results")
    assert "待核" in page
    assert "没有达到要求" not in page


def test_what_waits_stands_on_the_first_page(scene: Scene) -> None:
    scene.training_class.ends_on = today() - timedelta(days=1)
    scene.session.commit()
    assert "个班课已上完，等你登记成绩" in scene.enter(scene.school).get("/").get_data(as_text=True)
    scene.examine((85, 90), (85, 90))
    assert "个班考核完了，等登记证书" in scene.enter(scene.county).get("/").get_data(as_text=True)
