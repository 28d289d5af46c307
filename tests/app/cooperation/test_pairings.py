"""Who helps whom: as of a day, changed without touching history, and one pair on one page."""

from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.clock import today
from models.reference.dated_fact import Pairing
from tests.factories.people import BUTUO, FOSHAN, GUANGZHOU, make_user

NEW = {
    "relation": "市帮扶",
    "kind": "东西部协作",
    "helper_code": FOSHAN,
    "helper_name": "佛山市",
    "recipient_code": "513400",
    "recipient_name": "凉山彝族自治州",
    "valid_from": "2016-12-25",
    "source": "粤办发〔2016〕32号 3",
}
HELPED = "522700"
FIRST = NEW | {"recipient_code": HELPED, "recipient_name": "黔南州", "relation": "重点帮扶"}
LATER = FIRST | {
    "helper_code": GUANGZHOU,
    "helper_name": "广州市",
    "valid_from": "2021-04-01",
    "source": "2021年调整",
}


def test_the_change_of_2021_is_entered_and_2016_stays_as_it_was(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.PROVINCE, area_code="440000"))
    assert client.post("/cooperation/pairings/new", data=FIRST).status_code == 303
    assert "先登记原来那一条到哪天为止" in client.post("/cooperation/pairings/new", data=FIRST).text
    row = session.scalars(
        select(Pairing).where(Pairing.recipient_code == HELPED, Pairing.helper_code == FOSHAN)
    ).one()
    end = f"/cooperation/pairings/{row.id}/end"
    assert "不能早于开始的日子" in client.post(end, data={"valid_to": "2016-01-01", "source": "x"}).text
    assert client.post(end, data={"valid_to": "2021-03-31", "source": "2021年调整"}).status_code == 303
    assert "历史不再改" in client.post(end, data={"valid_to": "2020-01-01", "source": "x"}).text
    assert client.post("/cooperation/pairings/new", data=LATER).status_code == 303
    then, now = (client.get(f"/cooperation/pairings?on={day}").text for day in ("2018-05-03", "2022-05-03"))
    assert f"/cooperation/pairings/{FOSHAN}/{HELPED}" in then
    assert f"/cooperation/pairings/{FOSHAN}/{HELPED}" not in now
    assert f"/cooperation/pairings/{GUANGZHOU}/{HELPED}" in now
    session.expire_all()
    old = session.get_one(Pairing, row.id)
    assert (old.valid_from, old.valid_to, old.source) == (
        date(2016, 12, 25),
        date(2021, 3, 31),
        FIRST["source"],
    )


def test_a_city_enters_pairs_of_its_villages_and_not_of_prefectures(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    assert "省里登记各级结对" in client.post("/cooperation/pairings/new", data=NEW).text
    village = NEW | {
        "relation": "村结对",
        "recipient_code": BUTUO,
        "recipient_name": "洛嘎村",
        "helper_name": "大沥镇",
    }
    assert client.post("/cooperation/pairings/new", data=village).status_code == 303
    assert "洛嘎村" in client.get("/cooperation/pairings").text


def test_a_pair_shows_what_waits_and_is_closed_to_others(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    province = sign_in(make_user(session, Role.PROVINCE, area_code="440000"))
    province.post("/cooperation/pairings/new", data=NEW)
    late = today() - timedelta(days=2)
    decision = {
        "place_code": "513400",
        "city_code": FOSHAN,
        "title": "两地互认技能证书",
        "owed_by": "owed_by_province",
        "owner": "李处长",
        "due_on": late.isoformat(),
    }
    assert province.post("/cooperation/decisions/new", data=decision).status_code == 303
    for title, days in (("下月开第一班", 40), ("后年再看", 400)):
        soon = decision | {"title": title, "due_on": (today() + timedelta(days=days)).isoformat()}
        assert province.post("/cooperation/decisions/new", data=soon).status_code == 303
    pair = {"place_code": "513400", "city_code": FOSHAN}
    caller = pair | {"title": "陈科长", "kind": "helper", "partner": "协作办 0757-1", "held_on": "2020-01-01"}
    assert province.post("/cooperation/contacts/new", data=caller).status_code == 303
    page = province.get(f"/cooperation/pairings/{FOSHAN}/513400").text
    assert "陈科长</a> 协作办 0757-1" in page, "whom to call before a visit"
    assert "0 人在岗，1 件到期没办完" in page
    assert "两地互认技能证书" in page
    assert page.index("两地互认技能证书") < page.index("下月开第一班"), "what a visit can still ask about"
    assert "后年再看" not in page
    own, other = (sign_in(make_user(session, Role.CITY, area_code=code)) for code in (FOSHAN, GUANGZHOU))
    assert own.get(f"/cooperation/pairings/{FOSHAN}/513400").status_code == 200
    assert other.get(f"/cooperation/pairings/{FOSHAN}/513400").status_code == 404
