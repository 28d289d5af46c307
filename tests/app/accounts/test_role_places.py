"""Every role is given where it is held, and nowhere else."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations
from models.access import Grant, Role
from models.account_request import AccountRequest
from models.clock import today
from models.i18n import Refusal
from models.reference.area import Area
from models.user import User
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_enterprise, make_user
from tests.factories.training import make_school

SICHUAN, LIANGSHAN, TOWN, NANHAI, GUANGDONG = "510000", "513400", "513431100", "440605", "440000"
PLACES = (SICHUAN, LIANGSHAN, ZHAOJUE, TOWN, GUANGDONG, FOSHAN, NANHAI, "enterprise", "school", "nowhere")
# In words of their own, not read from the application.
HELD_AT = {
    Role.COUNTY: {ZHAOJUE},
    Role.TOWNSHIP: {TOWN},
    Role.ENTERPRISE: {"enterprise"},
    Role.SCHOOL: {"school"},
    Role.TEACHER: {"school"},
    Role.CITY: {FOSHAN},
    Role.REGISTRATION: {FOSHAN},
    Role.PREFECTURE: {LIANGSHAN},
    Role.PROVINCE: {SICHUAN, GUANGDONG},
    Role.AUDITOR: {SICHUAN, LIANGSHAN, ZHAOJUE, GUANGDONG, FOSHAN, NANHAI},
    Role.ADMIN: set(PLACES),  # needs no place: what is typed beside it is not looked at
}


@pytest.fixture
def admin(session: Session) -> User:
    return make_user(session, Role.ADMIN)


@pytest.fixture
def client(admin: User, sign_in) -> FlaskClient:
    return sign_in(admin)


def sent(**values: object) -> dict[str, object]:
    return {"role": "county", "area_code": "", "credit": "", "valid_from": today(), "reason": "任命"} | values


def grants_of(session: Session, person: User) -> list[Grant]:
    session.rollback()
    return list(session.scalars(select(Grant).where(Grant.user_id == person.id).order_by(Grant.id)))


@pytest.mark.parametrize("role", HELD_AT)
def test_every_role_is_given_completely_and_an_impossible_place_is_refused(
    client: FlaskClient, session: Session, role: Role
) -> None:
    codes = {
        "enterprise": make_enterprise(session).credit_code,
        "school": make_school(session).credit_code,
        "nowhere": "",
    }
    given = set()
    for place in PLACES:
        person = make_user(session)
        code = codes.get(place, place)
        answer = client.post(
            f"/admin/users/{person.id}", data=sent(role=role.value, area_code=code, credit=code)
        )
        rows = grants_of(session, person)
        if role is Role.ADMIN:  # waits for another administrator (test_two_administrators.py)
            rows += session.scalars(select(AccountRequest).where(AccountRequest.user_id == person.id)).all()
        assert len(rows) == (answer.status_code == 303), place
        if rows:
            given.add(place)
            if role is not Role.ADMIN:
                assert bool(rows[0].organisation_id) == (place in ("enterprise", "school"))
                assert bool(rows[0].area_code) == (place not in ("enterprise", "school"))
    assert given == HELD_AT[role]


@pytest.mark.parametrize(
    ("role", "typed", "sentence"),
    [
        ("county", "四川省", "“县级经办”要授在县（市、区）一级，四川省是省（自治区）。"),
        ("county", "513431100", "“县级经办”要授在县（市、区）一级，"),
        ("city", LIANGSHAN, "“帮扶市人社局”要授在广东的市，凉山彝族自治州不是。"),
        ("prefecture", "佛山市", "“市州督导”要授在广东以外，佛山市不是。"),
        ("county", "没有县", "没有“没有县”这个区划"),
        ("township", "龙场镇", "请填代码："),
    ],
)
def test_the_reason_stands_beside_the_field(client, session, role, typed, sentence) -> None:
    person = make_user(session)
    page = client.post(f"/admin/users/{person.id}", data=sent(role=role, area_code=typed)).text
    assert sentence in page
    assert f'value="{typed}"' in page, "what was typed stays"
    assert grants_of(session, person) == []


def test_a_place_is_given_by_its_name(client: FlaskClient, session: Session) -> None:
    person, school = make_user(session), make_school(session, name="凉山第一技工学校")
    client.post(f"/admin/users/{person.id}", data=sent(area_code="昭觉县"))
    both = sent(role="teacher", credit="凉山第一技工学校", aware="y")
    client.post(f"/admin/users/{person.id}", data=both)
    assert [(row.area_code, row.organisation_id) for row in grants_of(session, person)] == [
        (ZHAOJUE, None),
        (None, school.id),
    ]


def test_a_renamed_county_is_the_county_of_the_programme(client: FlaskClient, session: Session) -> None:
    """田阳区 451003 was 田阳县 451021 in the list of 2016; its people are registered under that code."""
    person = make_user(session)
    client.post(f"/admin/users/{person.id}", data=sent(area_code="451003"))
    programme = session.get_one(Area, "451003").programme_code
    assert programme == "451021"
    assert [row.area_code for row in grants_of(session, person)] == [programme]


def test_an_end_before_the_beginning_and_a_second_same_right_are_refused(
    client: FlaskClient, session: Session, admin: User
) -> None:
    person, yesterday = make_user(session), today() - timedelta(days=1)
    actor, place = actor_of(session, admin), {"area_code": ZHAOJUE}
    with pytest.raises(Refusal, match="截止日期不能早于开始日期"):
        operations.give(session, actor, person, Role.COUNTY, **place, valid_from=today(), valid_to=yesterday)
    assert client.post(f"/admin/users/{person.id}", data=sent(area_code=ZHAOJUE)).status_code == 303
    assert "已经有同样的授权" in client.post(f"/admin/users/{person.id}", data=sent(area_code=ZHAOJUE)).text
    assert len(grants_of(session, person)) == 1


def test_a_right_that_begins_later_does_not_say_that_it_holds_now(
    client: FlaskClient, session: Session
) -> None:
    person, start = make_user(session), today() + timedelta(days=30)
    page = client.post(
        f"/admin/users/{person.id}", data=sent(area_code=ZHAOJUE, valid_from=start), follow_redirects=True
    ).text
    assert "马上生效" not in page
    assert "起生效" in page
