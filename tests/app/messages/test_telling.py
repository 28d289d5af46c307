"""Who was not reached is told by hand, by telephone or printed slip; what is over is told to nobody."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import open_workbook
from app.messages import operations, queries, wordings
from app.placements.operations import answers, hiring, interviews, offers
from app.placements.operations.interviews import Appointment
from models.access import Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.messages.contact_choice import choice_of, choose
from models.messages.kind import MESSAGE_WORDS, MessageKind
from models.messages.message import Message, note_read, send
from models.messages.reach import Reach, Why
from models.messages.text_message import TextMessage, TextStage
from models.messages.wording import PLACE_NAMES, has_link, shown, stored, wording_faults
from models.people.phone import Phone
from models.placement.leaving import Channel, DeclineReason
from models.reference.release import RuleState
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene, make_scene
from tests.factories.people import BUTUO, actor_of, make_user, make_worker

SEAT = {"way": "回家", "line": "三号车"}
CALL = {"purpose": "contact", "purpose_word": "转告通知"}


@pytest.fixture
def scene(session: Session) -> Scene:
    return make_scene(session)


def unreached(scene: Scene) -> list[Message]:
    """Let every message of the person fail as a text message."""
    messages = list(scene.session.scalars(select(Message).where(Message.worker_id == scene.worker.id)))
    for message in messages:
        if not message.is_settled:
            message.reach, message.why = Reach.UNREACHED, Why.NO_PHONE
    scene.session.commit()
    return messages


def appoint(scene: Scene) -> Message:
    """An interview, of which the person was told by no text message."""
    placement = scene.accepted()
    when = Appointment(utc_now() + timedelta(days=3), "厂区二号门", "王姐 13800000000")
    interviews.arrange(scene.session, scene.actor(scene.enterprise), placement, when, utc_now())
    scene.session.commit()
    return unreached(scene)[-1]


def test_a_county_tells_the_one_who_was_not_reached_and_the_interview_is_told(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    message, county = appoint(scene), sign_in(scene.county)
    assert "有要紧的通知还没收到" in county.get("/").text
    assert "没有本人的电话" in county.get("/messages/unreached").text
    page = county.post("/messages/unreached/next", data=CALL, follow_redirects=True)
    assert message.text in page.text
    assert scene.worker.phone in page.text
    done = county.post(f"/messages/tell/{scene.worker.id}", data={"how": "told_by_phone", "note": "他哥接的"})
    assert done.status_code == 303
    scene.session.expire_all()
    interview = message_interview(scene)
    assert (message.reach, message.reach_note) == (Reach.TOLD_BY_PHONE, "他哥接的")
    assert (interview.told_channel, interview.told_by_id) == (Channel.PHONE, scene.county.id)
    assert "要紧的通知都收到了" in county.get("/messages/unreached").text
    tags = scene.session.scalars(select(AuditEvent.tag)).all()
    assert {"worker:reveal", "message:tell"} <= set(tags)


def message_interview(scene: Scene) -> object:
    from models.placement.interview import Interview

    return scene.session.scalars(select(Interview)).one()


def test_two_clerks_never_ring_one_person_and_who_does_not_answer_comes_again_later(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    appoint(scene)
    colleague = make_user(scene.session, Role.COUNTY, area_code=scene.worker.county_code)
    county, other = sign_in(scene.county), sign_in(colleague)
    county.post("/messages/unreached/next", data=CALL)
    assert "正在给这个人打电话" in other.get(f"/messages/tell/{scene.worker.id}").text
    missed = f"/messages/tell/{scene.worker.id}/missed"
    assert "已经让给别人" in other.post(missed, follow_redirects=True).text
    assert "没接通" in county.post(missed, data={"note": "关机"}, follow_redirects=True).text
    assert queries.unreached(scene.session, scene.actor(scene.county), today(), utc_now()) == []
    later = utc_now() + timedelta(hours=3)
    assert len(queries.unreached(scene.session, scene.actor(scene.county), today(), later)) == 1


def test_another_county_sees_and_tells_nobody_of_ours(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    message = appoint(scene)
    neighbour = sign_in(make_user(scene.session, Role.COUNTY, area_code=BUTUO))
    assert message.text not in neighbour.get("/messages").text
    assert scene.worker.name not in neighbour.get("/messages/unreached").text
    assert neighbour.get(f"/messages/tell/{scene.worker.id}").status_code == 404


def test_the_slip_and_the_call_list_hold_what_is_to_be_said_and_no_number_unasked(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    message, county = appoint(scene), sign_in(scene.county)
    slip = county.get("/messages/unreached/notices").text
    assert message.text in slip
    assert scene.worker.phone not in slip
    assert scene.worker.phone not in county.get("/messages/unreached/call-list").text
    assert scene.worker.phone in county.post("/messages/unreached/call-list", data=CALL).text


def test_who_looked_at_the_inbox_need_not_be_rung(scene: Scene, sign_in: Callable[..., FlaskClient]) -> None:
    message = appoint(scene)
    person = sign_in(scene.person)
    assert message.text in person.get("/my/messages").text
    assert person.post("/my/messages/seen").status_code == 303
    scene.session.expire_all()
    assert (message.reach, message.read_at is not None) == (Reach.READ, True)
    assert message_interview(scene).told_channel is Channel.PORTAL  # type: ignore[attr-defined]
    assert "我看过了" not in person.get("/my/messages").text
    assert queries.unreached_count(scene.session, scene.actor(scene.county), today()) == 0
    assert note_read(scene.session, scene.worker.id, actor=scene.actor(scene.person), now=utc_now()) == 0


@pytest.mark.parametrize("how", ["answered", "declined", "withdrawn", "lapsed", "hired elsewhere"])
def test_an_offer_that_was_answered_or_is_over_is_told_to_nobody_any_more(scene: Scene, how: str) -> None:
    placement, county = scene.offer(), scene.actor(scene.county)
    (message,) = scene.session.scalars(select(Message))
    assert message.reach is Reach.WAITING
    if how == "answered":
        answers.accept(scene.session, county, placement, Channel.PHONE, utc_now())
    elif how == "declined":
        answers.decline(scene.session, county, placement, Channel.PHONE, DeclineReason.FAR, utc_now())
    elif how == "withdrawn":
        offers.withdraw(scene.session, county, placement, "招满了")
    elif how == "lapsed":
        offers.expire_overdue(scene.session, county, today() + timedelta(days=30))
    else:
        other = scene.accepted(order=scene_order(scene))
        hiring.hire(scene.session, actor_of(scene.session, enterprise_of(scene, other)), other, today())
    scene.session.commit()
    scene.session.expire_all()
    expected = Reach.ANSWERED if how in ("answered", "declined") else Reach.OVER
    assert message.reach is expected


def scene_order(scene: Scene) -> object:
    from tests.factories.people import make_order

    return make_order(scene.session, headcount=1)


def enterprise_of(scene: Scene, placement: object) -> object:
    return make_user(scene.session, Role.ENTERPRISE, organisation_id=placement.enterprise_id)  # type: ignore[attr-defined]


def test_a_changed_interview_takes_the_place_of_the_one_nobody_heard_of(scene: Scene) -> None:
    first = appoint(scene)
    later = Appointment(utc_now() + timedelta(days=5), "厂区一号门", "王姐 13800000000")
    placement = scene.session.get_one(type(message_interview(scene)), 1).placement
    interviews.change(scene.session, scene.actor(scene.enterprise), placement, later, utc_now())
    scene.session.commit()
    scene.session.expire_all()
    assert first.reach is Reach.OVER
    (told,) = queries.unreached(scene.session, scene.actor(scene.county), today(), utc_now()) or [None]
    assert told is None  # the new one waits for its text message first


def test_a_text_goes_again_only_to_a_number_that_was_put_right(scene: Scene) -> None:
    message, county = appoint(scene), scene.actor(scene.county)
    scene.session.add(
        TextMessage(
            message_id=message.id,
            worker_id=scene.worker.id,
            county_code=scene.worker.county_code,
            public_id="a" * 32,
            phone_digest=scene.worker.phone_digest,
            stage=TextStage.FAILED,
            why=Why.NO_SUCH_NUMBER,
        )
    )
    scene.session.commit()
    with pytest.raises(TransitionRefused, match="号码没有改过"):
        operations.send_again(scene.session, county, scene.worker, [message], utc_now())
    scene.worker.telephones = [Phone("13870561499")]
    assert operations.send_again(scene.session, county, scene.worker, [message], utc_now()) == 1
    assert message.reach is Reach.WAITING


def test_the_words_of_a_kind_keep_every_place_and_hold_no_link() -> None:
    kind = MessageKind.INTERVIEW
    assert wording_faults(kind, "%(enterprise)s invites you: %(when)s, %(place)s.") == []
    wrong = wording_faults(kind, "%(enterprise)s: %(when)s 100% %(day)s 【工厂】 see www.x.com")
    assert [str(one) for one in wrong] == [
        "少了这些位置：【地点】。",
        "没有内容能填进这些位置：【日期】、【工厂】。",
        "不能有百分号；位置要写成【日期】这样。",
        "通知里不能有网址。",
    ]
    assert not any(has_link(words.text) for words in MESSAGE_WORDS.values())


def test_who_writes_a_translation_reads_the_places_by_their_names() -> None:
    for kind, words in MESSAGE_WORDS.items():
        assert "%" not in shown(words.text)
        assert set(re.findall("【(.*?)】", shown(words.text))) <= set(PLACE_NAMES), kind
        assert stored(shown(words.text)) == words.text
        assert not re.search("[a-z]", wordings.preview(kind, words.text)), kind


def test_a_reason_that_ends_with_a_full_stop_does_not_end_twice(scene: Scene) -> None:
    reason = {"reason": "照片看不清，请重拍。", "office": "县就业局"}
    told = send(
        scene.session, scene.worker.id, MessageKind.HUKOU_PAPERS, reason, actor=scene.actor(scene.county)
    )
    assert told.text == "落户窗口请你补材料：照片看不清，请重拍。有事问县就业局。"


def test_another_language_is_used_once_a_second_person_released_it(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    session = scene.session
    writer, second = (make_user(session, Role.ADMIN) for _n in range(2))
    actor = scene.actor(scene.county)
    choose(
        session,
        scene.worker,
        takes_texts=True,
        language="en",
        channel=Channel.VISIT,
        actor=actor,
        now=utc_now(),
    )
    session.commit()
    page = sign_in(writer).post(
        "/admin/message-wordings",
        data={"kind": "interview", "language": "en", "text": "【企业】 invites you: 【时间】"},
    )
    assert "少了这些位置" in page.text
    words = "【企业】 invites you: 【 时间 】, 【地点】."
    written = {"kind": "interview", "language": "en", "text": words}
    assert sign_in(writer).post("/admin/message-wordings", data=written).status_code == 303
    (one,) = wordings.wordings(session)
    address = f"/admin/message-wordings/{one.id}"
    assert "顺德美家电器 invites you: 2016-12-05 09:00" in sign_in(writer).get(address).text
    sign_in(writer).post(f"{address}/advance", data={"event": "propose"})
    sign_in(writer).post(f"{address}/advance", data={"event": "release"})
    session.expire_all()
    assert one.state is RuleState.PROPOSED  # not by the one who wrote it
    sign_in(second).post(f"{address}/advance", data={"event": "release"})
    session.expire_all()
    assert one.state is RuleState.LIVE
    message = appoint(scene)
    assert message.language == "en"
    assert message.own_text.startswith(f"{scene.order.enterprise.name} invites you: ")
    assert "约你面试" in message.text
    offer = session.scalars(select(Message).where(Message.kind == MessageKind.OFFER)).one()
    assert (offer.language, offer.own_text) == ("", "")  # no wording: Chinese


def test_who_wants_no_texts_says_so_once_and_it_is_kept(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    address, county = f"/messages/choices/{scene.worker.id}", sign_in(scene.county)
    no = {"texts": "no", "language": "zh", "channel": "phone"}
    assert county.post(address, data=no).status_code == 303
    assert county.post(address, data=no).status_code == 303
    tags = scene.session.scalars(select(AuditEvent.tag)).all()
    assert tags.count("consent:withdraw") == 1
    assert "起不要短信" in county.get(address).text


def test_a_person_ends_and_wants_text_messages_by_the_own_hand(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    person = sign_in(scene.person)
    assert "不要再发短信" in person.get("/my/messages").text
    assert person.post("/my/messages/texts", data={"texts": "no"}).status_code == 303
    kept = choice_of(scene.session, scene.worker.id)
    assert kept is not None
    assert (kept.texts_refused_at is not None, kept.channel) == (True, Channel.PORTAL)
    assert "还是发短信给我" in person.get("/my/messages").text
    assert person.post("/my/messages/texts", data={"texts": "perhaps"}).status_code == 400
    person.post("/my/messages/texts", data={"texts": "yes"})
    scene.session.refresh(kept)
    assert kept.texts_refused_at is None
    county = sign_in(scene.county)
    assert county.post("/my/messages/texts", data={"texts": "no"}).status_code == 403


def test_the_call_list_as_a_sheet_is_asked_for_with_its_purpose_and_noted(
    scene: Scene, sign_in: Callable[..., FlaskClient]
) -> None:
    message, county = appoint(scene), sign_in(scene.county)
    assert county.post("/messages/unreached/call-list.xlsx").status_code == 303
    with open_workbook(county.post("/messages/unreached/call-list.xlsx", data=CALL).data) as book:
        cells = [str(cell) for row in book.sheets[0].rows() for cell in row.cells]
    assert {scene.worker.name, scene.worker.phone, message.text} <= set(cells)
    noted = scene.session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.WORKER_REVEAL)).all()
    assert len(noted) == 1
    assert CALL["purpose_word"] in str(noted[0].payload)


def test_who_is_not_reached_is_listed_page_by_page_nobody_twice(scene: Scene) -> None:
    for _one in range(queries.PAGE + 3):
        person = make_worker(scene.session)
        send(scene.session, person.id, MessageKind.SPRING_SEAT, SEAT, actor=scene.actor(scene.county))
    for message in scene.session.scalars(select(Message)):
        message.reach = Reach.UNREACHED
    scene.session.commit()
    county = scene.actor(scene.county)
    pages = [
        [row.worker.id for row in queries.unreached(scene.session, county, today(), utc_now(), start=start)]
        for start in (0, queries.PAGE)
    ]
    assert [len(page) for page in pages] == [queries.PAGE, 3]
    assert len({*pages[0], *pages[1]}) == queries.PAGE + 3
