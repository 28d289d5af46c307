"""An interview stands on everybody's page and is a task of the county until the person knows of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.orders.operations import advance
from app.placements.operations import answers, interviews, offers
from app.placements.operations.interviews import Appointment
from app.placements.queries.tasks import tasks
from models.access import Role
from models.audit import AuditEvent
from models.clock import CHINA, china_now, today, utc_now
from models.jobs.order import OrderState
from models.messages.message import Message
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import Placement, PlacementState
from models.reference.organisation import Organisation
from models.workflow import IllegalTransition, TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people

SignIn = Callable[..., FlaskClient]
FRIDAY = (china_now() + timedelta(days=3)).replace(hour=9, minute=30, second=0, microsecond=0)
AT_THE_GATE = Appointment(FRIDAY, "三号门保安室", "王姐 13800000003")
TASK = "场面试等你转告本人"


def arranged(scene: Scene) -> Placement:
    placement = scene.accepted()
    interviews.arrange(scene.session, scene.actor(scene.enterprise), placement, AT_THE_GATE, utc_now())
    scene.session.commit()
    return placement


def told(scene: Scene, placement: Placement) -> None:
    interviews.note_told(scene.session, scene.actor(scene.county), placement, Channel.PHONE, utc_now())
    scene.session.commit()


def waiting(scene: Scene, user: str = "county") -> dict[str, int]:
    rows = tasks(scene.session, scene.actor(getattr(scene, user)), today())
    return {task.text.text: task.count for task in rows if task.count}


def test_time_place_and_contact_stand_on_the_page_of_enterprise_county_and_worker(
    scene: Scene, sign_in: SignIn
) -> None:
    placement = scene.accepted()
    form = {
        "held_at": FRIDAY.strftime("%Y-%m-%dT%H:%M"),
        "place": "三号门保安室",
        "contact": "王姐 13800000003",
    }
    answer = sign_in(scene.enterprise).post(f"/placements/{placement.id}/interview", data=form)
    assert answer.status_code == 303
    pages = [
        sign_in(scene.enterprise).get(f"/placements/{placement.id}").text,
        sign_in(scene.county).get(f"/placements/{placement.id}").text,
        sign_in(scene.person).get(f"/my/offers/{placement.id}").text,
    ]
    for page in pages:
        for words in ("09:30", "三号门保安室", "王姐 13800000003"):
            assert words in page, words
    assert "三号门保安室" in sign_in(scene.enterprise).get("/placements?stage=accepted").text
    city = sign_in(scene.city).get(f"/placements/{placement.id}").text
    assert "13800000003" not in city
    kept = [*scene.session.scalars(select(AuditEvent.payload)), *scene.session.scalars(select(Message.text))]
    assert not [text for text in kept if "13800000003" in text]


def test_it_is_a_task_of_the_county_until_it_was_told(app: object, scene: Scene, sign_in: SignIn) -> None:
    placement = arranged(scene)
    client = sign_in(scene.county)
    with app.test_request_context():  # type: ignore[attr-defined]
        assert waiting(scene)[TASK] == 1
        assert waiting(scene, "person")["场面试等你去"] == 1
    page = client.get("/placements/interviews").text
    assert scene.worker.name in page
    assert "三号门保安室" in page
    form = {"ids": placement.id, "channel": "phone"}
    assert "已转告 1 人" in client.post("/placements/interviews", data=form, follow_redirects=True).text
    assert "转告了本人" in sign_in(scene.enterprise).get(f"/placements/{placement.id}").text
    with app.test_request_context():  # type: ignore[attr-defined]
        assert TASK not in waiting(scene)


def test_a_change_and_a_cancellation_have_to_be_told_anew(app: object, scene: Scene, sign_in: SignIn) -> None:
    placement = arranged(scene)
    told(scene, placement)
    firm = sign_in(scene.enterprise)
    later = FRIDAY + timedelta(days=1)
    form = {"held_at": later.strftime("%Y-%m-%dT%H:%M"), "place": "视频面试", "contact": "王姐"}
    assert firm.post(f"/placements/{placement.id}/change_interview", data=form).status_code == 303
    scene.session.expire_all()
    assert placement.interview.held_at.astimezone(CHINA) == later
    with app.test_request_context():  # type: ignore[attr-defined]
        assert waiting(scene)[TASK] == 1
    told(scene, placement)
    cancelled = {"event": "cancel_interview", "reason": "经理出差"}
    assert firm.post(f"/placements/{placement.id}/advance", data=cancelled).status_code == 303
    scene.session.expire_all()
    assert placement.state is PlacementState.ACCEPTED
    with app.test_request_context():  # type: ignore[attr-defined]
        assert waiting(scene)[TASK] == 1
    for user, page in (
        (scene.person, f"/my/offers/{placement.id}"),
        (scene.county, "/placements/interviews"),
    ):
        assert "面试取消了：经理出差" in sign_in(user).get(page).text
    told(scene, placement)
    with app.test_request_context():  # type: ignore[attr-defined]
        assert TASK not in waiting(scene)
    history = sign_in(scene.county).get(f"/placements/{placement.id}").text
    for words in ("改面试时间地点", "视频面试", "取消面试", "转告本人面试的事"):
        assert words in history


def test_an_interview_that_is_over_with_is_no_task(app: object, scene: Scene) -> None:
    placement = arranged(scene)
    answers.decline(
        scene.session, scene.actor(scene.county), placement, Channel.PHONE, DeclineReason.FAR, utc_now()
    )
    scene.session.commit()
    with app.test_request_context():  # type: ignore[attr-defined]
        assert TASK not in waiting(scene)
    with pytest.raises(IllegalTransition):
        told(scene, placement)


def test_an_interview_in_the_past_is_refused_in_form_and_operation(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.accepted()
    gone = Appointment(utc_now() - timedelta(minutes=1), "三号门", "王姐")
    with pytest.raises(TransitionRefused, match="已经过去了"):
        interviews.arrange(scene.session, scene.actor(scene.enterprise), placement, gone, utc_now())
    form = {"held_at": "2020-01-01T09:00", "place": "三号门", "contact": "王姐"}
    page = sign_in(scene.enterprise).post(f"/placements/{placement.id}/interview", data=form).text
    assert "面试时间已经过去了" in page
    assert "三号门" in page


@pytest.mark.parametrize("how", ["close", "suspend", "expire", "fill"])
def test_an_ended_job_says_so_with_its_reason(scene: Scene, sign_in: SignIn, how: str) -> None:
    waits = scene.offer()
    reasons = {
        "close": "已招够人",
        "suspend": "工资条款要改",
        "expire": "截止，已经过期",
        "fill": "名额已经招满",
    }
    reason = reasons[how]
    if how in ("close", "suspend"):
        by = scene.enterprise if how == "close" else scene.city
        advance(scene.session, scene.actor(by), scene.order, how, reason, today())
    elif how == "expire":
        scene.order.valid_until = today() - timedelta(days=1)
        scene.order.posted_on = today() - timedelta(days=30)
    else:
        scene.order.taken = scene.order.headcount
    scene.session.commit()
    person = sign_in(scene.person)
    own = person.get(f"/my/offers/{waits.id}").text
    assert "这个岗位不再招人了" in own
    assert reason in own
    assert f'action="/my/offers/{waits.id}/accept"' not in own
    assert reason in person.get("/my/offers").text
    county = sign_in(scene.county)
    for page in (f"/placements/{waits.id}", "/placements?stage=offered", f"/workers/{scene.worker.id}"):
        assert reason in county.get(page).text, page
    answer = county.post(f"/placements/{waits.id}/answer", data={"answer": "accept", "channel": "phone"})
    assert answer.status_code in (200, 409)
    scene.session.refresh(waits)
    assert waits.state is PlacementState.OFFERED


def test_a_job_that_goes_on_says_nothing_of_an_end(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    assert "不再招人" not in sign_in(scene.person).get(f"/my/offers/{placement.id}").text
    other = people.make_worker(scene.session)
    assert offers.offer_many(scene.session, scene.actor(scene.county), scene.order, [other.id], today()).made


def test_a_suspended_enterprise_ends_all_its_jobs_with_one_reason(scene: Scene, sign_in: SignIn) -> None:
    waits = scene.offer()
    firm = scene.session.get_one(Organisation, scene.order.enterprise_id)
    other, foreign = people.make_order(scene.session, firm), people.make_order(scene.session)
    city = sign_in(scene.city)
    address = f"/orders/{other.id}"
    assert "连这个一共 2 个在招的岗位" in city.get(address).text
    refused = city.post(f"{address}/suspend-enterprise", data={"reason": " "})
    assert refused.status_code == 409
    assert "请写明理由" in refused.text
    answer = city.post(f"{address}/suspend-enterprise", data={"reason": "拖欠工资，暂停合作"})
    assert answer.status_code == 303
    scene.session.expire_all()
    assert {scene.order.state, other.state} == {OrderState.RETURNED}
    assert foreign.state is OrderState.OPEN
    assert "拖欠工资，暂停合作" in sign_in(scene.person).get(f"/my/offers/{waits.id}").text
    assert "拖欠工资，暂停合作" in sign_in(scene.county).get("/placements?stage=offered").text
    strange = people.make_user(scene.session, Role.CITY, area_code=people.GUANGZHOU)
    assert sign_in(strange).post(f"{address}/suspend-enterprise", data={"reason": "x"}).status_code == 404
