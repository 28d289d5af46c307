"""What a person is doing now is shown wherever the person is chosen, and stands in the way of a thoughtless
offer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.placements.operations import answers, offers
from models.access import Role
from models.audit import AuditEvent, events_of
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.messages.message import Message
from models.people.standing import Pursuit, standing_of
from models.placement.leaving import Channel
from models.placement.placement import PlacementState
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.subsidy import Claim, ClaimLine, Scheme
from models.training.training_class import TrainingClass
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people
from tests.factories.training import make_certificate, make_class, make_enrolment

SignIn = Callable[..., FlaskClient]
ENDS = today() + timedelta(days=40)


@pytest.fixture
def learner(scene: Scene) -> Scene:
    """The worker sits in a class that ends after the job of the scene begins."""
    make_enrolment(scene.session, make_class(scene.session, name="焊工一班", ends_on=ENDS), scene.worker)
    return scene


def test_somebody_in_a_class_is_shown_so_in_the_register(learner: Scene, sign_in: SignIn) -> None:
    page = sign_in(learner.county).get("/workers").text
    assert "在班到" in page
    assert "可推荐" not in page.split(learner.worker.name)[1].split("</tr>")[0]


def test_every_pursuit_is_told_from_one_place(scene: Scene) -> None:
    number = scene.worker.id
    assert standing_of(scene.session, number) == ()
    placement = scene.offer()
    (standing,) = standing_of(scene.session, number)
    assert (standing.pursuit, standing.day) == (Pursuit.OFFERED, placement.respond_by)
    expected = [
        (PlacementState.ACCEPTED, Pursuit.ACCEPTED),
        (PlacementState.HIRED, Pursuit.HIRED),
        (PlacementState.DEPARTED, Pursuit.HIRED),
        (PlacementState.ON_SITE, Pursuit.AT_WORK),
        (PlacementState.LEFT, None),
    ]
    for state, pursuit in expected:
        placement.state = state
        scene.session.flush()
        standings = standing_of(scene.session, number)
        assert [one.pursuit for one in standings] == ([pursuit] if pursuit else [])
    enrolment = make_enrolment(scene.session, make_class(scene.session, ends_on=ENDS), scene.worker)
    assert [one.day for one in standing_of(scene.session, number)] == [ENDS]
    enrolment.state = EnrolmentState.FAILED
    scene.session.flush()
    assert standing_of(scene.session, number) == ()


def offer(scene: Scene, reason: str = "") -> offers.Offered:
    county = scene.actor(scene.county)
    return offers.offer_many(scene.session, county, scene.order, [scene.worker.id], today(), reason=reason)


def test_who_is_in_a_class_is_offered_a_job_only_with_a_reason(learner: Scene) -> None:
    (refused,) = offer(learner).refused
    assert refused[0] is learner.worker
    assert "要推荐请先写明理由" in str(refused[1])
    assert not offer(learner, "  ").made
    (placement,) = offer(learner, "班上同意他提前走").made
    learner.session.commit()
    assert events_of(learner.session, placement)[0].details["reason"] == "班上同意他提前走"


def test_who_said_yes_elsewhere_is_offered_another_job_only_with_a_reason(scene: Scene) -> None:
    scene.accepted(order=people.make_order(scene.session))
    assert not offer(scene).made
    assert offer(scene, "离家更近").made


def test_who_is_merely_offered_another_job_may_choose_without_a_reason(scene: Scene) -> None:
    scene.offer(order=people.make_order(scene.session))
    (placement,) = offer(scene).made
    scene.session.commit()
    created = scene.session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.PLACEMENT_CREATE))
    assert "reason" not in list(created)[-1].details
    assert placement.state is PlacementState.OFFERED


def test_an_invitation_is_passed_on_to_a_learner_only_with_a_reason(learner: Scene, sign_in: SignIn) -> None:
    placement = people.make_placement(
        learner.session, learner.order, learner.worker, state=PlacementState.INVITED
    )
    county = learner.actor(learner.county)
    with pytest.raises(TransitionRefused):
        offers.pass_on(learner.session, county, placement, today())
    client = sign_in(learner.county)
    page = client.get(f"/placements/{placement.id}").text
    assert "转告要写明理由" in page
    assert 'id="reason-pass_on"' in page
    form = {"event": "pass_on", "reason": "班主任同意"}
    assert client.post(f"/placements/{placement.id}/advance", data=form).status_code == 303
    learner.session.refresh(placement)
    assert placement.state is PlacementState.OFFERED


def test_accepting_a_job_that_begins_during_the_class_warns_both_sides_and_forbids_nothing(
    learner: Scene, sign_in: SignIn
) -> None:
    (placement,) = offer(learner, "班上同意").made
    learner.session.commit()
    own = f"/my/offers/{placement.id}"
    person = sign_in(learner.person)
    assert "日子重了" in person.get(own).text
    assert "日子重了" in person.post(f"{own}/accept", follow_redirects=True).text
    assert placement.state is PlacementState.ACCEPTED
    for user in (learner.county, learner.enterprise):
        assert "日子重了" in sign_in(user).get(f"/placements/{placement.id}").text
        assert "和上课的日子重了" in sign_in(user).get("/placements?stage=accepted").text
    messages = learner.session.scalars(select(Message.text)).all()
    assert any("日子重了" in text for text in messages)


def test_before_the_yes_the_enterprise_is_not_told_of_a_class(learner: Scene, sign_in: SignIn) -> None:
    (placement,) = offer(learner, "班上同意").made
    learner.session.commit()
    assert "日子重了" not in sign_in(learner.enterprise).get(f"/placements/{placement.id}").text


def test_a_job_that_begins_after_the_class_is_accepted_without_a_warning(scene: Scene) -> None:
    make_enrolment(scene.session, make_class(scene.session, ends_on=today()), scene.worker)
    (placement,) = offer(scene, "课快上完了").made
    county = scene.actor(scene.county)
    assert answers.accept(scene.session, county, placement, Channel.PHONE, utc_now()) is None


def test_the_persons_page_shows_classes_certificates_subsidies_and_account(
    scene: Scene, sign_in: SignIn
) -> None:
    training_class = make_class(scene.session, name="电焊工 3 班")
    enrolment = make_enrolment(scene.session, training_class, scene.worker, state=EnrolmentState.FINISHED)
    certificate = make_certificate(scene.session, enrolment)
    claim = make_claim(scene, training_class, enrolment)
    page = sign_in(scene.county).get(f"/workers/{scene.worker.id}").text
    links = [
        f"/training/classes/{training_class.id}",
        f"/training/results/certificates/{certificate.id}",
        f"/training/claims/{claim.id}",
    ]
    for link in links:
        assert f'href="{link}"' in page, link
    for words in ("电焊工 3 班", certificate.number, "生活费补贴", scene.person.username):
        assert words in page
    township = people.make_user(scene.session, Role.TOWNSHIP, area_code="513431100")
    scene.worker.township_code = enrolment.township_code = "513431100"
    scene.session.commit()
    seen = sign_in(township).get(f"/workers/{scene.worker.id}").text
    assert "电焊工 3 班" in seen
    assert not [link for link in links[1:] if link in seen]


def make_claim(scene: Scene, training_class: TrainingClass, enrolment: Enrolment) -> Claim:
    claim = Claim(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        city_code=training_class.city_code,
        number="BT-1",
        made_at=utc_now(),
        made_by_id=scene.county.id,
    )
    scene.session.add(claim)
    scene.session.flush()
    scene.session.add(
        ClaimLine(
            claim_id=claim.id, enrolment_id=enrolment.id, scheme=Scheme.LIVING, year=2026, amount_fen=30_000
        )
    )
    scene.session.commit()
    return claim
