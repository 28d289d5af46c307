"""Whose name an enterprise sees: nobody's before he says yes, nobody's once he takes it back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.placements.operations import answers, hiring
from app.placements.queries.people import faces
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import Placement
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people

SignIn = Callable[..., FlaskClient]
NAME, PHONE, VILLAGE, NUMBER = "沙马伍各木", "13912345678", "好谷依达村", people.id_number(order=777)
DRAWN = re.compile(r'"[\w.-]{24,}"', re.ASCII)
STAGES = ("invited", "offered", "accepted", "hired", "departed", "on_site", "ended")


@pytest.fixture
def canary(scene: Scene) -> Scene:
    """The scene with a worker whose every detail is unmistakable."""
    scene.worker = people.make_worker(
        scene.session, name=NAME, phone=PHONE, village=VILLAGE, id_number=NUMBER
    )
    return scene


def enterprise_pages(client: FlaskClient, placement: Placement) -> str:
    """Everything the enterprise can open about the placement, as one text."""
    paths = [f"/placements?stage={stage}" for stage in STAGES]
    paths += [
        "/placements/roster",
        f"/placements/{placement.id}",
        f"/placements/cards?ids={placement.id}",
        f"/placements?order={placement.order_id}",
        "/",
        f"/placements/{placement.id + 1}",
    ]
    answers = [client.get(path) for path in paths]
    assert all(answer.status_code in (200, 404) for answer in answers)
    # Keys of forms are drawn at random: four digits of a number stand in one of them now and then.
    return DRAWN.sub("", " ".join(answer.get_data(as_text=True) for answer in answers))


def test_before_consent_an_enterprise_sees_stars_and_no_number(canary: Scene, sign_in: SignIn) -> None:
    placement = canary.offer()
    seen = enterprise_pages(sign_in(canary.enterprise), placement)
    assert "沙***" in seen
    for hidden in (NAME, PHONE, PHONE[-4:], VILLAGE, NUMBER, NUMBER[-4:]):
        assert hidden not in seen


def test_consent_opens_name_and_phone_to_this_enterprise_alone(canary: Scene, sign_in: SignIn) -> None:
    placement = canary.accepted()
    other = canary.offer(order=people.make_order(canary.session))
    seen = enterprise_pages(sign_in(canary.enterprise), placement)
    assert NAME in seen
    assert PHONE in seen
    assert VILLAGE not in seen
    assert NUMBER not in seen
    stranger = people.make_user(canary.session, people.Role.ENTERPRISE, organisation_id=other.enterprise_id)
    unseen = enterprise_pages(sign_in(stranger), other)
    assert NAME not in unseen
    assert PHONE not in unseen


def test_a_list_never_shows_a_phone_even_with_consent(canary: Scene, sign_in: SignIn) -> None:
    canary.accepted()
    assert PHONE not in sign_in(canary.enterprise).get("/placements?stage=accepted").get_data(as_text=True)


@pytest.mark.parametrize("who", ["person", "county"])
def test_consent_taken_back_hides_the_person_at_the_next_request(
    canary: Scene, sign_in: SignIn, who: str
) -> None:
    placement = canary.accepted()
    person = people.make_user(canary.session, people.Role.WORKER, worker_id=canary.worker.id)
    enterprise = sign_in(canary.enterprise)
    assert NAME in enterprise_pages(enterprise, placement)
    url = f"/my/offers/{placement.id}/consent" if who == "person" else f"/placements/{placement.id}/consent"
    assert (
        sign_in(person if who == "person" else canary.county).post(url, data={"open": "0"}).status_code == 303
    )
    seen = enterprise_pages(enterprise, placement)
    assert NAME not in seen
    assert PHONE not in seen
    assert enterprise.post(f"/placements/{placement.id}/advance", data={"event": "hire"}).status_code == 409


def consent(client: FlaskClient, placement: Placement, wanted: str) -> int:
    """Press a consent button of the county's page, or of the person's own."""
    paths = (f"/my/offers/{placement.id}/consent", f"/placements/{placement.id}/consent")
    statuses = [client.post(path, data={"open": wanted} if wanted else {}).status_code for path in paths]
    return next(status for status in statuses if status not in (403, 404))


@pytest.mark.parametrize("who", ["person", "county"])
def test_taking_consent_back_twice_on_a_stale_page_does_not_give_it(
    canary: Scene, sign_in: SignIn, who: str
) -> None:
    placement = canary.accepted()
    person = people.make_user(canary.session, people.Role.WORKER, worker_id=canary.worker.id)
    client = sign_in(person if who == "person" else canary.county)
    assert [consent(client, placement, "0") for _n in range(2)] == [303, 303]
    canary.session.expire_all()
    assert not placement.has_consent
    assert consent(client, placement, "") == 400  # a button that does not say what it wants
    tags = canary.session.scalars(select(AuditEvent.tag)).all()
    assert tags.count("consent:withdraw") == 1


def test_what_the_person_closed_no_office_opens_again(canary: Scene, sign_in: SignIn) -> None:
    """Neither by the button nor by undoing the answer and writing it down once more."""
    placement = canary.accepted()
    person = people.make_user(canary.session, people.Role.WORKER, worker_id=canary.worker.id)
    own, office = sign_in(person), sign_in(canary.county)
    assert consent(own, placement, "0") == 303
    assert "只有本人能重新同意" in office.get(f"/placements/{placement.id}").text
    assert consent(office, placement, "1") == 409
    undo = {"event": "undo_answer", "reason": "记错了"}
    office.post(f"/placements/{placement.id}/advance", data=undo)
    office.post(f"/placements/{placement.id}/answer", data={"answer": "accept", "channel": "phone"})
    canary.session.expire_all()
    assert not placement.has_consent
    assert consent(own, placement, "1") == 303
    canary.session.expire_all()
    assert placement.has_consent


def test_what_was_closed_on_the_persons_word_an_office_opens_only_on_a_paper_signed_since(
    canary: Scene, sign_in: SignIn
) -> None:
    """A button was enough, and so was undoing the answer and writing it down once more."""
    placement, office = canary.accepted(), sign_in(canary.county)
    url = f"/placements/{placement.id}"
    assert consent(office, placement, "0") == 303
    assert "本人签字的日期" in office.get(url).text
    assert consent(office, placement, "1") == 409
    assert "请本人再签一份同意书" in office.post(f"{url}/consent", data={"open": "1"}).text
    undone = office.post(f"{url}/advance", data={"event": "undo_answer", "reason": "记错了"})
    assert "请本人再签一份同意书" in undone.text
    early = office.post(f"{url}/renew", data={"signed_on": str(today() - timedelta(days=1))})
    assert (early.status_code, "同意书要在那天以后签" in early.text) == (409, True)
    for wrong in ("", str(today() + timedelta(days=1))):
        assert office.post(f"{url}/renew", data={"signed_on": wrong}).status_code == 200
    canary.session.expire_all()
    assert not placement.has_consent
    assert office.post(f"{url}/renew", data={"signed_on": str(today())}).status_code == 303
    canary.session.expire_all()
    assert placement.has_consent
    given = select(AuditEvent).where(AuditEvent.tag == "consent:give").order_by(AuditEvent.id.desc()).limit(1)
    assert canary.session.scalars(given).one().details["signed_on"] == str(today())


def test_after_the_hire_consent_stands(canary: Scene) -> None:
    placement = canary.hired()
    with pytest.raises(TransitionRefused):
        answers.withdraw_consent(canary.session, canary.actor(canary.county), placement, utc_now())


def test_a_no_after_a_yes_closes_the_person_again(canary: Scene, sign_in: SignIn) -> None:
    placement = canary.accepted()
    county = canary.actor(canary.county)
    answers.decline(
        canary.session, county, placement, Channel.PHONE, DeclineReason.FAMILY, utc_now(), "老人病了"
    )
    canary.session.commit()
    seen = enterprise_pages(sign_in(canary.enterprise), placement)
    for hidden in (NAME, PHONE, "老人病了", canary.county.name):
        assert hidden not in seen


def test_a_city_sees_the_name_of_those_who_come_and_no_phone(canary: Scene) -> None:
    placement = canary.accepted()
    city = canary.actor(canary.city)
    assert faces(canary.session, city, [placement])[placement.id].name == "沙***"
    hiring.hire(canary.session, canary.actor(canary.enterprise), placement, today())
    seen = faces(canary.session, city, [placement], phone=True)[placement.id]
    assert seen.name == NAME
    assert not seen.phone
    assert not seen.telephones


def test_whole_phones_need_a_purpose_and_leave_a_trace(canary: Scene, sign_in: SignIn) -> None:
    canary.offer()
    client = sign_in(canary.county)
    assert PHONE not in client.get("/placements/call-list").get_data(as_text=True)
    assert PHONE not in client.post("/placements/call-list", data={"purpose": ""}).get_data(as_text=True)
    assert PHONE in client.post(
        "/placements/call-list", data={"purpose": "service", "purpose_word": "问去不去"}
    ).get_data(as_text=True)
    page = (
        sign_in(people.make_user(canary.session, people.Role.ADMIN))
        .get("/admin/audit")
        .get_data(as_text=True)
    )
    assert "问去不去" in page


def test_an_offer_that_lapsed_opens_nothing(canary: Scene) -> None:
    placement = canary.offer()
    placement.respond_by = today() - timedelta(days=1)
    assert not placement.is_open_to_enterprise
