"""Text messages leave once, to those who take them, by day; what became of each is known or said unknown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import config
from app.messages import receipts, texting
from app.messages.gateways.file_outbox import FileOutbox
from app.messages.gateways.gateway import Answer, GatewayClosed, Parcel
from app.messages.gateways.http_gateway import HttpGateway
from app.messages.outgoing import Limits, is_quiet
from models.access import SYSTEM, Role
from models.messages.contact_choice import choose
from models.messages.kind import MessageKind
from models.messages.message import Message, send
from models.messages.reach import Reach, Why
from models.messages.text_message import CLAIMED_FOR, TextMessage, TextStage
from models.people.phone import Phone
from models.people.worker import Worker
from models.placement.leaving import Channel
from tests.app.messages.gateway_server import KEY, GatewayServer, gateway_server
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker

NOON = datetime(2016, 11, 30, 4, tzinfo=UTC)  # in China
HIRED = {"enterprise": "佛山电器厂", "title": "装配工", "office": "县就业局"}


@pytest.fixture
def server() -> Iterator[GatewayServer]:
    with gateway_server() as running:
        yield running


@pytest.fixture
def road(server: GatewayServer) -> Iterator[HttpGateway]:
    gateway = HttpGateway(server.url, KEY, timeout=2)
    yield gateway
    gateway.close()


def person(session: Session, *phones: Phone) -> Worker:
    worker = make_worker(session)
    worker.telephones = list(phones)
    session.commit()
    return worker


def told(session: Session, worker: Worker, **more: object) -> Message:
    values = HIRED | {"title": str(more.pop("title", "装配工"))}
    message = send(session, worker.id, MessageKind.HIRED, values, actor=SYSTEM, now=NOON, **more)  # type: ignore[arg-type]
    session.commit()
    return message


def hand_over(session: Session, road: HttpGateway | FileOutbox, now: datetime = NOON, **limits: int) -> None:
    texting.hand_over(session, road, Limits(**limits), now, 20)
    session.expire_all()


def test_a_text_is_signed_with_the_office_and_nothing_else_is_added(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    message = told(session, person(session, Phone("13870561489")))
    hand_over(session, road)
    (sent,) = server.sent.values()
    assert sent["to"] == "13870561489"
    assert sent["text"] == f"【昭觉县人社局】{message.text}"
    assert (message.reach, server.forged) == (Reach.HANDED_OVER, 0)
    assert "13870561489" not in str(session.scalars(select(TextMessage.phone_digest)).all())


@pytest.mark.parametrize("mood", ["times out after accepting", "nonsense", "somebody else's", "leads away"])
def test_an_answer_that_is_none_is_asked_for_again_and_the_text_is_sent_once(
    session: Session, road: HttpGateway, server: GatewayServer, mood: str
) -> None:
    message = told(session, person(session, Phone("13870561489")))
    server.mood = mood
    hand_over(session, road)
    assert message.reach is Reach.SENDING
    hand_over(session, road, NOON + timedelta(minutes=5))
    assert len(server.asked) == 1  # not before the claim runs out
    server.mood = "well"
    hand_over(session, road, NOON + CLAIMED_FOR)
    assert (message.reach, len(server.asked), len(server.sent)) == (Reach.HANDED_OVER, 2, 1)


def test_a_gateway_that_is_down_loses_nothing_and_costs_no_try(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    messages = [told(session, person(session, Phone(f"1387056148{n}"))) for n in range(3)]
    server.mood = "down"
    now = NOON
    for _try in range(8):  # more than there are tries
        hand_over(session, road, now)
        now += CLAIMED_FOR
    assert (server.sent, len(server.asked)) == ({}, 8)  # one knock a round, not one a person
    server.mood = "well"
    hand_over(session, road, now)
    assert {message.reach for message in messages} == {Reach.HANDED_OVER}
    assert len(server.sent) == 3


def test_a_gateway_that_never_answers_is_said_to_be_unknown(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    message = told(session, person(session, Phone("13870561489")))
    server.mood = "nonsense"
    for n in range(7):
        hand_over(session, road, NOON + n * CLAIMED_FOR)
    assert (message.reach, message.why) == (Reach.FAILED, Why.NO_RECEIPT)


class Killed(BaseException):
    """The process is gone."""


def test_a_worker_killed_while_it_hands_over_sends_nobody_a_text_twice(
    session: Session, road: HttpGateway, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        told(session, person(session, Phone(f"1387056148{n}")))
    hand, count = road.hand_over, iter(range(10))

    def dies(parcel: Parcel) -> Answer:
        if next(count) == 2:
            raise Killed
        return hand(parcel)

    monkeypatch.setattr(road, "hand_over", dies)
    with pytest.raises(Killed):
        hand_over(session, road)
    session.rollback()
    monkeypatch.undo()
    assert len(server.sent) == 2
    hand_over(session, road, NOON + CLAIMED_FOR)
    assert len(server.sent) == 4
    assert set(session.scalars(select(Message.reach))) == {Reach.HANDED_OVER}


def test_nobody_is_written_to_at_night(session: Session, road: HttpGateway, server: GatewayServer) -> None:
    told(session, person(session, Phone("13870561489")))
    night = NOON.replace(hour=13)  # 21:00 in China
    hand_over(session, road, night)
    assert server.asked == []
    hours = [is_quiet(NOON.replace(hour=hour, minute=minute)) for hour in range(24) for minute in (0, 59)]
    assert hours == [False] * 26 + [True] * 22  # 8:00 is midnight UTC


def test_a_person_gets_so_many_a_day_and_the_rest_the_next_morning(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    worker = person(session, Phone("13870561489"))
    for _n in range(3):
        told(session, worker)
    hand_over(session, road, person_day=2)
    assert len(server.sent) == 2
    hand_over(session, road, NOON + timedelta(hours=20), person_day=2)
    assert len(server.sent) == 3


def test_a_county_that_sent_all_of_today_does_not_hold_up_another(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    for n in range(3):
        told(session, person(session, Phone(f"1387056148{n}")))
    other = person(session, Phone("13870561499"))
    other.county_code = "513429"
    session.commit()
    told(session, other)
    hand_over(session, road, county_day=1)
    texts = sorted(sent["text"].partition("】")[0] for sent in server.sent.values())
    assert texts == ["【布拖县人社局", "【昭觉县人社局"]


def test_each_reason_against_a_text_is_told_and_nothing_is_sent(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    nobody = person(session)
    father = person(session, Phone("13870561480", "父亲"))
    landline = person(session, Phone("0834-7221234"))
    many = [person(session, Phone("13870561481")) for _n in range(6)]
    refuses = person(session, Phone("13870561482"))
    clerk = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    choose(session, refuses, takes_texts=False, language="", channel=Channel.PHONE, actor=clerk, now=NOON)
    late, linked = person(session, Phone("13870561483")), person(session, Phone("13870561484"))
    expected = {
        told(session, nobody).id: Why.NO_PHONE,
        told(session, father).id: Why.NO_PHONE,
        told(session, landline).id: Why.NO_MOBILE,
        told(session, many[0]).id: Why.SHARED,
        told(session, refuses).id: Why.REFUSED_TEXTS,
        told(session, late, until=NOON.date() - timedelta(days=1)).id: Why.LAPSED,
        told(session, linked, title="装配工，加 www.gongzuo.com").id: Why.LINK,
    }
    hand_over(session, road)
    reasons = dict(session.execute(select(Message.id, Message.why)).all())
    assert (reasons, server.asked) == (expected, [])
    assert set(session.scalars(select(Message.reach))) == {Reach.UNREACHED}


def test_on_a_shared_phone_the_text_says_whose_it_is(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    couple = [person(session, Phone("13870561489")) for _n in range(2)]
    told(session, couple[0])
    hand_over(session, road)
    (sent,) = server.sent.values()
    assert sent["text"].startswith(f"【昭觉县人社局】{couple[0].name}：")


def test_a_number_that_does_not_exist_is_not_tried_again_until_it_is_put_right(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    worker = person(session, Phone("13870561489"))
    server.refuses["13870561489"] = "no_such_number"
    first, second = told(session, worker), None
    hand_over(session, road)
    assert (first.reach, first.why) == (Reach.FAILED, Why.NO_SUCH_NUMBER)
    second = told(session, worker)
    hand_over(session, road, NOON + timedelta(hours=1))
    assert (second.reach, second.why, len(server.asked)) == (Reach.UNREACHED, Why.NO_SUCH_NUMBER, 1)
    worker.telephones = [Phone("13870561499")]
    third = told(session, worker)
    hand_over(session, road, NOON + timedelta(hours=2))
    assert third.reach is Reach.HANDED_OVER


def test_a_number_put_right_after_the_claim_is_the_one_that_is_used(
    session: Session, road: HttpGateway, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = person(session, Phone("13870561489"))
    told(session, worker)
    server.mood = "down"
    hand_over(session, road)
    worker.telephones = [Phone("13870561499")]
    session.commit()
    server.mood, server.sent = "well", {}
    hand_over(session, road, NOON + CLAIMED_FOR)
    assert [sent["to"] for sent in server.sent.values()] == ["13870561499"]


def test_a_message_told_meanwhile_is_not_sent_any_more(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    message = told(session, person(session, Phone("13870561489")))
    server.mood = "down"
    hand_over(session, road)
    message.reach = Reach.TOLD_BY_PHONE
    session.commit()
    server.mood = "well"
    hand_over(session, road, NOON + CLAIMED_FOR)
    assert (server.sent, message.reach) == ({}, Reach.TOLD_BY_PHONE)


def test_a_receipt_tells_what_became_of_it_and_silence_is_told_after_two_days(
    session: Session, road: HttpGateway, server: GatewayServer
) -> None:
    arrived, off, silent = (told(session, person(session, Phone(f"1387056148{n}"))) for n in range(3))
    hand_over(session, road)
    ids = dict(session.execute(select(TextMessage.message_id, TextMessage.public_id)).all())
    server.news = {
        ids[arrived.id]: {"state": "delivered"},
        ids[off.id]: {"state": "failed", "problem": "switched_off"},
    }
    assert receipts.ask_receipts(session, road, NOON + timedelta(hours=1)) == 2
    receipts.ask_receipts(session, road, NOON + timedelta(hours=49))
    session.expire_all()
    assert (arrived.reach, off.reach, off.why) == (Reach.DELIVERED, Reach.FAILED, Why.SWITCHED_OFF)
    assert (silent.reach, silent.why) == (Reach.FAILED, Why.NO_RECEIPT)


def test_the_wrong_key_closes_the_gateway_and_tells_nothing(session: Session, server: GatewayServer) -> None:
    wrong = HttpGateway(server.url, b"w" * 40)
    with pytest.raises(GatewayClosed):
        wrong.hand_over(Parcel("a" * 32, "13870561489", "一句话"))
    wrong.close()
    assert (server.forged, server.sent) == (1, {})


def test_a_file_lies_there_once_for_its_owner_alone(session: Session, tmp_path: Path) -> None:
    outbox = FileOutbox(tmp_path / "sms")
    told(session, person(session, Phone("13870561489")))
    hand_over(session, outbox)  # type: ignore[arg-type]
    (text,) = session.scalars(select(TextMessage))
    assert (text.stage, text.gateway) == (TextStage.HANDED_OVER, "file")
    parcel = Parcel(text.public_id, "13870561489", "又一次")
    outbox.hand_over(parcel)
    (file,) = tmp_path.glob("sms/*/*.sealed")
    assert b"13870561489" not in file.read_bytes()
    assert [oct(path.stat().st_mode & 0o777) for path in (file, file.parent, file.parent.parent)] == [
        "0o600",
        "0o700",
        "0o700",
    ]
    (taken,) = outbox.take()
    assert (taken.public_id, taken.number) == (text.public_id, "13870561489")
    assert "又一次" not in taken.text
    assert list(outbox.take()) == []
    outbox.hand_over(parcel)
    (file,) = tmp_path.glob("sms/*/*.sealed")
    assert outbox.clear(file.stat().st_mtime + 8 * 86_400) == 1
    assert receipts.ask_receipts(session, outbox, NOON + timedelta(hours=49)) == 0


def test_a_disk_that_refuses_loses_nothing(session: Session, tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("no folder")
    message = told(session, person(session, Phone("13870561489")))
    hand_over(session, FileOutbox(tmp_path / "sms"))
    assert message.reach is Reach.SENDING
    assert session.scalar(select(func.count()).select_from(TextMessage)) == 1
    hand_over(session, FileOutbox(tmp_path / "other"), NOON + CLAIMED_FOR)
    assert message.reach is Reach.HANDED_OVER


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://sms.example.gov.cn/v1", True),
        ("http://127.0.0.1:9000/v1", True),
        ("http://sms.example.gov.cn/v1", False),
        ("https://user:secret@sms.example.gov.cn/v1", False),
        ("https://sms.example.gov.cn/v1?key=secret", False),
        ("sms.example.gov.cn", False),
    ],
)
def test_numbers_travel_over_https_only_and_no_secret_stands_in_an_address(
    tmp_path: Path, url: str, is_safe: bool
) -> None:
    key = tmp_path / "sms.key"
    key.touch(mode=0o600)
    key.write_bytes(KEY)
    assert (list(config.unsafe_gateway({"SMS_URL": url, "SMS_KEY_FILE": str(key)})) == []) is is_safe


def test_a_gateways_key_that_others_may_read_or_guess_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "sms.key"
    named = {"SMS_URL": "https://sms.example.gov.cn/v1", "SMS_KEY_FILE": str(key)}
    assert "SMS_KEY_FILE must be the path" in next(config.unsafe_gateway(named))
    key.write_bytes(KEY)
    key.chmod(0o644)
    assert "chmod 600" in next(config.unsafe_gateway(named))
    key.chmod(0o600)
    key.write_bytes(b"short")
    assert "at least 32" in next(config.unsafe_gateway(named))
