"""The job card is gone through before departure, point by point; what was said is kept as it was."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import departures, job_cards
from models.audit import AuditEvent
from models.clock import utc_now
from models.event_tags import EventTag
from models.placement.acknowledgement import (
    Acknowledgement,
    CardPoint,
    Grasp,
    card_of,
    is_up_to_date,
    latest_acknowledgements,
)
from models.placement.disclosed_terms import DisclosedTerms
from models.placement.leaving import Channel
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene, make_scene

SignIn = Callable[..., FlaskClient]
CLEAR = {f"point-{point.value}": "clear" for point in CardPoint}


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def only_card(session: Session) -> Acknowledgement:
    return session.scalars(select(Acknowledgement)).one()


def test_the_card_gone_through_on_the_phone_is_kept_with_its_terms(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.hired()
    phone = sign_in(scene.person)
    assert "岗位明白卡" in phone.get("/my/today").text
    path = f"/my/offers/{placement.id}/card"
    assert phone.post(path, data=CLEAR | {"once": "one-key"}).status_code == 303
    assert phone.post(path, data=CLEAR | {"once": "one-key"}).status_code == 303
    kept = only_card(scene.session)
    assert (kept.is_clear, kept.channel, kept.recorded_by_id) == (True, Channel.PORTAL, scene.person.id)
    assert kept.terms == placement.disclosed_terms
    scene.order.base_wage_fen = 1
    scene.session.commit()
    assert kept.told.base_wage_fen == DisclosedTerms.from_json(placement.disclosed_terms).base_wage_fen != 1
    assert EventTag.CARD_ACKNOWLEDGE in scene.session.scalars(select(AuditEvent.tag)).all()
    assert "走以前，对一遍岗位明白卡" not in phone.get("/my/today").text


def test_a_point_that_nobody_answered_is_named_and_nothing_is_kept(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.hired()
    answer = sign_in(scene.person).post(
        f"/my/offers/{placement.id}/card", data={"point-money": "clear", "point-work": "nonsense"}
    )
    assert answer.status_code == 422
    assert "还有 6 条没有点" in answer.text
    assert re.findall(r'id="p-(\w+-\w+)"[^>]*checked', answer.text) == ["money-clear"]
    assert scene.session.scalars(select(Acknowledgement)).all() == []
    county = scene.actor(scene.county)
    with pytest.raises(TransitionRefused) as refused:
        job_cards.acknowledge(
            scene.session, county, placement, {CardPoint.MONEY: Grasp.CLEAR}, "", Channel.VISIT, utc_now()
        )
    assert "干什么活、干多久" in str(refused.value)


def test_a_collector_goes_through_the_card_and_what_is_open_is_seen(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.hired()
    county = sign_in(scene.county)
    said = CLEAR | {"point-living": "open", "question": "夫妻房还有没有？", "channel": "visit"}
    assert county.post(f"/placements/{placement.id}/job-card", data=said).status_code == 303
    kept = only_card(scene.session)
    assert (kept.is_clear, kept.open_points, kept.question) == (False, [CardPoint.LIVING], "夫妻房还有没有？")
    page = county.get(f"/placements/{placement.id}").text
    assert "夫妻房还有没有" in page
    assert "夫妻房还有没有" not in sign_in(scene.enterprise).get(f"/placements/{placement.id}").text
    assert county.post(f"/placements/{placement.id}/job-card", data=CLEAR).status_code == 303
    scene.session.expire_all()
    assert latest_acknowledgements(scene.session, [placement.id])[placement.id].is_clear


def test_a_group_shows_who_has_not_gone_through_the_card(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.hired()
    journey = departures.Journey("阿说", "13800000017", "大巴", "镇政府", utc_now() + timedelta(days=2))
    group = departures.group(scene.session, scene.actor(scene.county), [placement], journey, utc_now())
    scene.session.commit()
    county = sign_in(scene.county)
    assert "1 人还没有对完岗位明白卡" in county.get(f"/placements/departures/{group.id}").text
    county.post(f"/placements/{placement.id}/job-card", data=CLEAR)
    assert "没有对完岗位明白卡" not in county.get(f"/placements/departures/{group.id}").text
    placement.disclosed_terms = placement.disclosed_terms | {"base_wage_fen": 200_000}
    scene.session.commit()
    assert "1 人还没有对完岗位明白卡" in county.get(f"/placements/departures/{group.id}").text
    assert not is_up_to_date(only_card(scene.session), placement)


def test_the_card_is_closed_before_the_yes_and_after_the_departure(scene: Scene, sign_in: SignIn) -> None:
    offered = scene.offer()
    answer = sign_in(scene.person).post(f"/my/offers/{offered.id}/card", data=CLEAR)
    assert answer.status_code == 409
    assert "在答应以后、出发以前" in answer.text
    other = make_scene(scene.session).on_site()
    refused = sign_in(scene.county).post(f"/placements/{other.id}/job-card", data=CLEAR)
    assert refused.status_code == 409
    assert scene.session.scalars(select(Acknowledgement)).all() == []


def test_every_point_of_the_card_says_something(scene: Scene) -> None:
    told = DisclosedTerms.from_json(scene.offer().disclosed_terms)
    assert [point for point, sentences in card_of(told) if sentences] == list(CardPoint)
