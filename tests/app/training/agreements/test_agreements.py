"""Schools offer, one is chosen, every party signs for itself, and the places are kept with the last
signature."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.training.agreements import operations as agreements
from app.training.agreements.queries import breaches, places_of
from app.training.orders import operations as orders
from models.access import SYSTEM
from models.audit import AuditEvent
from models.audit_walk import verify
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.jobs.order import OrderState
from models.training.agreement import AgreementState, Party
from models.training.enrolment import EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.training_order import TrainingOrderState
from models.workflow import IllegalTransition, TransitionRefused
from tests.app.training.orders.scene import Scene
from tests.factories import people
from tests.factories.training import make_class, make_enrolment

THREE = (Party.COUNTY, Party.SCHOOL, Party.ENTERPRISE)


def test_an_order_takes_occupation_and_city_from_its_job(scene: Scene) -> None:
    scene.job.occupation_code, scene.job.occupation_name = "6-18-02-04", "焊工"
    order = scene.draft()
    assert (order.occupation_name, order.city_code) == ("焊工", scene.job.city_code)
    assert order.enterprise_id == scene.job.enterprise_id


def test_nothing_is_published_for_a_job_without_room_or_a_day_gone_by(scene: Scene) -> None:
    with pytest.raises(TransitionRefused, match="名额"):
        scene.open(headcount=31)
    scene.session.rollback()
    with pytest.raises(TransitionRefused, match="过了"):
        scene.open(ready_by=today())
    scene.session.rollback()
    scene.job.state = OrderState.CLOSED
    with pytest.raises(TransitionRefused, match="停止招聘"):
        scene.draft()


def test_a_school_asked_by_name_is_the_only_one_that_may_offer(scene: Scene) -> None:
    order = scene.open(asked_school_id=scene.school.id)
    with pytest.raises(TransitionRefused, match="指定"):
        scene.bid(order, "rival")
    scene.session.rollback()
    assert scene.bid(order).price_fen == 150_000


def test_a_school_changes_and_withdraws_its_one_offer_until_a_school_is_chosen(scene: Scene) -> None:
    order = scene.open()
    first = scene.bid(order)
    orders.withdraw_bid(scene.session, scene.actor("school"), first, utc_now())
    again = scene.bid(order, price_fen=120_000)
    assert (again.id, again.price_fen, again.withdrawn_at) == (first.id, 120_000, None)
    agreements.choose(scene.session, scene.actor("county"), again, agreements.Deal(), utc_now())
    with pytest.raises(TransitionRefused, match="不征集"):
        scene.bid(order, price_fen=1)
    with pytest.raises(TransitionRefused, match="不征集"):
        orders.withdraw_bid(scene.session, scene.actor("school"), again, utc_now())


def test_nobody_offers_for_a_school_of_somebody_else(scene: Scene) -> None:
    with pytest.raises(PermissionError):
        orders.bid(scene.session, scene.actor("rival"), scene.open(), scene.school.id, {})


def test_a_withdrawn_offer_is_not_chosen(scene: Scene) -> None:
    bid = scene.bid(scene.open())
    orders.withdraw_bid(scene.session, scene.actor("school"), bid, utc_now())
    with pytest.raises(TransitionRefused, match="撤回"):
        agreements.choose(scene.session, scene.actor("enterprise"), bid, agreements.Deal(), utc_now())


def test_the_terms_are_frozen_when_a_school_is_chosen(scene: Scene) -> None:
    agreement = scene.agreement()
    agreement.order.wage_floor_fen = 1
    assert agreement.terms.wage_floor_fen == 400_000
    assert agreement.terms.parties[Party.SCHOOL] == scene.school.name
    assert agreement.number.startswith(f"{people.ZHAOJUE}PX{today().year}")


def test_the_last_signature_puts_the_agreement_in_force_and_keeps_the_places(scene: Scene) -> None:
    agreement = scene.sign(scene.agreement(), Party.SCHOOL, Party.COUNTY)
    assert (agreement.state, scene.job.reserved) == (AgreementState.SIGNING, 0)
    scene.sign(agreement, Party.ENTERPRISE)
    assert (agreement.state, scene.job.reserved) == (AgreementState.IN_FORCE, 20)
    assert agreement.order.state is TrainingOrderState.AGREED
    assert scene.job.places_left == 10
    assert verify(scene.session) is None


def test_a_fourth_party_signs_only_where_it_was_asked(scene: Scene) -> None:
    three = scene.agreement(headcount=5)
    with pytest.raises(PermissionError):
        scene.sign(three, Party.CITY)
    scene.session.rollback()
    four = scene.sign(scene.agreement(headcount=5, with_city=True), *THREE)
    assert four.state is AgreementState.SIGNING
    assert scene.sign(four, Party.CITY).state is AgreementState.IN_FORCE


@pytest.mark.parametrize("stranger", ["elsewhere", "rival", "auditor"])
def test_nobody_signs_for_another_party(scene: Scene, stranger: str) -> None:
    with pytest.raises(PermissionError):
        agreements.sign(scene.session, scene.actor(stranger), scene.agreement(), "别人", utc_now())


def test_one_account_does_not_sign_for_two_parties(scene: Scene) -> None:
    agreement = scene.sign(scene.agreement(), Party.SCHOOL)
    both = people.Actor(
        scene.users["school"].id, "两头", scene.actor("school").rights + scene.actor("county").rights
    )
    with pytest.raises(TransitionRefused, match="一个账号"):
        agreements.sign(scene.session, both, agreement, "两头", utc_now())


def test_a_party_signs_once(scene: Scene) -> None:
    agreement = scene.sign(scene.agreement(), Party.SCHOOL)
    with pytest.raises(IllegalTransition):
        scene.sign(agreement, Party.SCHOOL)


def test_an_agreement_of_20_with_10_places_left_is_refused_and_not_half_signed(scene: Scene) -> None:
    agreement = scene.sign(scene.agreement(), Party.SCHOOL, Party.COUNTY)
    scene.job.taken = 20
    scene.session.commit()
    with pytest.raises(TransitionRefused, match="不够预留"):
        scene.sign(agreement, Party.ENTERPRISE)
    scene.session.rollback()
    assert agreement.state is AgreementState.SIGNING
    assert [one.party for one in agreement.signatures if not one.signed_at] == [Party.ENTERPRISE]
    assert scene.session.scalar(select(func.count()).select_from(PlaceReservation)) == 0
    assert (scene.job.taken, scene.job.reserved) == (20, 0)


def test_a_cancelled_agreement_opens_the_order_and_another_may_follow(scene: Scene) -> None:
    agreement = scene.sign(scene.agreement(), Party.SCHOOL)
    with pytest.raises(PermissionError):
        agreements.cancel(scene.session, scene.actor("city"), agreement, "不归我管")
    with pytest.raises(TransitionRefused, match="理由"):
        agreements.cancel(scene.session, scene.actor("county"), agreement, " ")
    agreements.cancel(scene.session, scene.actor("county"), agreement, "谈不拢")
    scene.session.commit()
    order = agreement.order
    assert (order.state, order.bids[0].chosen_at) == (TrainingOrderState.OPEN, None)
    made = agreements.choose(
        scene.session, scene.actor("enterprise"), order.bids[0], agreements.Deal(), utc_now()
    )
    assert made.number == f"{agreement.number}-2"


def test_fulfilling_opens_the_unused_places_and_ends_the_order(scene: Scene) -> None:
    agreement = scene.in_force()
    agreements.end(scene.session, scene.actor("county"), agreement, "fulfil", "", utc_now())
    scene.session.commit()
    scene.session.refresh(scene.job)
    assert (agreement.order.state, scene.job.reserved) == (TrainingOrderState.ENDED, 0)
    kept = places_of(scene.session, agreement)
    assert kept is not None
    assert (kept.kept, kept.used, kept.left, kept.released) == (20, 0, 0, 20)


def test_a_broken_agreement_needs_a_recorded_breach_and_the_other_side_is_heard(scene: Scene) -> None:
    agreement, county = scene.in_force(), scene.actor("county")
    with pytest.raises(TransitionRefused, match="先登记"):
        agreements.end(scene.session, county, agreement, "break", "没有录用", utc_now())
    breach = agreements.record_breach(scene.session, county, agreement, "没有录用", party=Party.ENTERPRISE)
    with pytest.raises(PermissionError):
        agreements.answer_breach(scene.session, scene.actor("school"), breach, "不是我", utc_now())
    agreements.answer_breach(scene.session, scene.actor("enterprise"), breach, "订单取消", utc_now())
    with pytest.raises(IllegalTransition):
        agreements.answer_breach(scene.session, scene.actor("enterprise"), breach, "改口", utc_now())
    agreements.end(scene.session, county, agreement, "break", "没有录用", utc_now())
    scene.session.commit()
    assert agreement.state is AgreementState.BROKEN


def test_a_learners_breach_is_answered_through_the_county_and_named_to_few(scene: Scene) -> None:
    agreement = scene.in_force()
    learner = make_enrolment(
        scene.session, make_class(scene.session, agreement), state=EnrolmentState.FINISHED
    )
    county = scene.actor("county")
    breach = agreements.record_breach(scene.session, county, agreement, "家里老人病了", enrolment=learner)
    agreements.answer_breach(scene.session, county, breach, "过了年再去", utc_now())
    name = learner.worker.name
    assert name in breaches(scene.session, county, agreement)[0].learner
    assert name not in breaches(scene.session, scene.actor("enterprise"), agreement)[0].learner


def test_places_are_opened_with_a_reason_and_once(scene: Scene) -> None:
    agreement, county = scene.in_force(), scene.actor("county")
    with pytest.raises(TransitionRefused, match="理由"):
        agreements.release(scene.session, county, agreement, "", utc_now())
    assert agreements.release(scene.session, county, agreement, "班没有开成", utc_now()) == 20
    with pytest.raises(IllegalTransition):
        agreements.release(scene.session, county, agreement, "再来", utc_now())


def test_the_night_opens_places_of_classes_long_over_and_no_others(scene: Scene) -> None:
    late, soon = scene.in_force(headcount=5), scene.in_force(headcount=5)
    late.order.ready_by = today() - timedelta(days=31)
    soon.order.ready_by = today() - timedelta(days=30)
    scene.session.commit()
    assert agreements.release_overdue(scene.session, SYSTEM, utc_now(), 30) == 1
    scene.session.commit()
    scene.session.refresh(scene.job)
    assert scene.job.reserved == 5
    assert agreements.release_overdue(scene.session, SYSTEM, utc_now(), 30) == 0


def test_the_audit_tells_who_signed_for_whom(scene: Scene) -> None:
    scene.in_force()
    signed = scene.session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.AGREEMENT_SIGN)).all()
    assert [row.details["party"] for row in signed] == ["county", "school", "enterprise"]
    assert [row.actor_id for row in signed] == [
        scene.users[name].id for name in ("county", "school", "enterprise")
    ]
