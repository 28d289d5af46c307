"""A worker's own pages: his offers, his answer, his data, every message."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages.message import Message
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import PlacementState
from tests.app.placements.scene import Scene, make_scene
from tests.factories import people

ENDS = ("offers", "profile", "messages", "settling")
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def test_the_money_in_the_hand_comes_first(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    client = sign_in(scene.person)
    assert "每月到手大约" in client.get("/my/offers").get_data(as_text=True)
    page = client.get(f"/my/offers/{placement.id}").get_data(as_text=True)
    assert (
        page.index("每月到手大约")
        < page.index("去之前要知道")
        < page.index("我愿意去")
        < page.index("不去了")
    )
    assert "答应后企业才看得到你的电话" in page


def test_a_yes_on_the_telephone_is_consent(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    client = sign_in(scene.person)
    form = {"once": "yes"}
    assert [client.post(f"/my/offers/{placement.id}/accept", data=form).status_code for _try in "ab"] == [
        303,
        303,
    ]
    assert placement.state is PlacementState.ACCEPTED
    assert placement.answer_channel is Channel.PORTAL
    assert placement.has_consent
    assert client.get(f"/my/offers/{placement.id}").status_code == 200


def test_a_no_keeps_its_reason(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    client = sign_in(scene.person)
    assert client.get(f"/my/offers/{placement.id}/decline").status_code == 200
    assert client.post(f"/my/offers/{placement.id}/decline", data={"reason": "nonsense"}).status_code == 200
    client.post(f"/my/offers/{placement.id}/decline", data={"reason": "far"})
    assert placement.state is PlacementState.DECLINED
    assert placement.decline_reason is DeclineReason.FAR


def test_asking_first_decides_nothing(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    client = sign_in(scene.person)
    assert client.get(f"/my/offers/{placement.id}/ask").status_code == 200
    client.post(f"/my/offers/{placement.id}/ask")
    assert placement.asked_at is not None
    assert placement.state is PlacementState.OFFERED
    assert "想先问问" in sign_in(scene.county).get("/placements?stage=offered").get_data(as_text=True)


def test_nobody_reads_or_answers_the_offer_of_another(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    stranger = people.make_worker(scene.session)
    client = sign_in(people.make_user(scene.session, people.Role.WORKER, worker_id=stranger.id))
    assert client.get(f"/my/offers/{placement.id}").status_code == 404
    for step in ("accept", "ask", "decline", "consent"):
        assert client.post(f"/my/offers/{placement.id}/{step}", data={"reason": "far"}).status_code == 404
    assert placement.state is PlacementState.OFFERED


def test_an_invitation_is_not_shown_before_the_county_passes_it_on(scene: Scene, sign_in: SignIn) -> None:
    hidden = people.make_placement(scene.session, scene.order, scene.worker, state=PlacementState.INVITED)
    client = sign_in(scene.person)
    assert client.get(f"/my/offers/{hidden.id}").status_code == 404
    assert scene.order.title not in client.get("/my/offers").get_data(as_text=True)


def test_every_message_is_listed_with_the_promise(scene: Scene, sign_in: SignIn) -> None:
    scene.hired()
    page = sign_in(scene.person).get("/my/messages").get_data(as_text=True)
    assert "录用你做电子厂普工" in page
    assert "我们不会发链接，也不会向你要钱" in page


def test_the_own_record_is_masked_on_screen_and_whole_on_request(scene: Scene, sign_in: SignIn) -> None:
    scene.offer()
    client = sign_in(scene.person)
    page = client.get("/my/profile").get_data(as_text=True)
    assert scene.worker.id_number not in page
    assert scene.worker.phone not in page
    answer = client.post("/my/data")
    assert answer.status_code == 200
    assert answer.mimetype.endswith("sheet")


def test_every_page_that_sends_a_person_to_the_county_shows_its_telephone(
    scene: Scene, sign_in: SignIn
) -> None:
    offered, county = scene.offer(), sign_in(scene.county)
    pages = [f"/my/{end}" for end in (*ENDS, f"offers/{offered.id}", f"offers/{offered.id}/ask")]
    person = sign_in(scene.person)
    assert all("县里还没有登记" in person.get(page).text for page in pages)
    assert "个县就业局的电话没有登记" in county.get("/").text
    wrong = county.post("/placements/office", data={"county_code": people.ZHAOJUE, "phone": "12"})
    assert "电话不对" in wrong.text
    told = {"county_code": people.ZHAOJUE, "phone": "0834-8322000", "hours": "工作日"}
    assert county.post("/placements/office", data=told).status_code == 303
    assert [page for page in pages if 'href="tel:0834-8322000"' not in person.get(page).text] == []
    assert "0834-8322000" in sign_in(scene.city).get(f"/placements/{offered.id}").text
    assert "个县就业局的电话没有登记" not in county.get("/").text
    other = people.make_worker(scene.session)
    scene.offer(other)
    message = scene.session.scalars(select(Message.text).where(Message.worker_id == other.id)).one()
    assert "县就业局（0834-8322000）" in message
