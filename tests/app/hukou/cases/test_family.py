"""Who moves along: with a plausible birth date, once, and taken off again with a reason."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.hukou.case import CaseState, FamilyMember
from tests.factories.hukou import MET, make_case, worker_with_facts
from tests.factories.people import BUTUO, ZHAOJUE, id_number, make_user

SignIn = Callable[..., FlaskClient]
CHILD = {"relation": "子女", "name": "阿布都热合曼·买买提", "birth_date": "2015-03-02"}


@pytest.fixture
def county(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def members(session: Session) -> list[FamilyMember]:
    session.expire_all()
    return list(session.scalars(select(FamilyMember).order_by(FamilyMember.id)))


@pytest.mark.parametrize(
    ("relation", "born", "said"),
    [
        ("子女", "2099-01-01", "不能晚于今天"),
        ("子女", "1988-05-03", "父母只比子女大不到"),
        ("父母", "1995-01-01", "父母只比子女大不到"),
        ("父母", "1905-01-01", "请核对年份"),
        ("配偶", "2020-01-01", "配偶不可能不到"),
    ],
)
def test_a_family_member_who_cannot_have_been_born_then_is_refused(
    session: Session, county: FlaskClient, relation: str, born: str, said: str
) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1990, 5, 3)))
    form = {"relation": relation, "name": "吉克小花", "birth_date": born}
    assert said in county.post(f"/hukou/cases/{case.id}/family", data=form, follow_redirects=True).text
    assert members(session) == []


@pytest.mark.parametrize(
    ("relation", "born", "said"),
    [
        ("子女", "2004-06-01", "父母和子女相差 14 岁"),
        ("父母", "1930-01-01", "父母和子女相差 60 岁"),
        ("配偶", "2008-01-01", "没到法定婚龄"),
        ("配偶", "1950-01-01", "夫妻相差 40 岁"),
    ],
)
def test_an_odd_age_is_asked_about_and_not_refused(
    session: Session, county: FlaskClient, relation: str, born: str, said: str
) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1990, 5, 3), sex="M"))
    form = {"relation": relation, "name": "吉克小花", "birth_date": born}
    asked = county.post(f"/hukou/cases/{case.id}/family", data=form)
    assert said in asked.text
    assert 'value="吉克小花"' in asked.text
    assert members(session) == []
    assert county.post(f"/hukou/cases/{case.id}/family", data=form | {"sure": "y"}).status_code == 303
    assert [member.name for member in members(session)] == ["吉克小花"]
    added = session.scalars(select(AuditEvent).where(AuditEvent.tag == "settlement:add_family")).one()
    assert said in added.details["basis"]


def test_a_child_of_thirty_who_is_to_go_to_school_is_asked_about(
    session: Session, county: FlaskClient
) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1970, 5, 3)))
    form = CHILD | {"birth_date": "1995-03-02", "needs_school": "y"}
    assert "却写了要安排入学" in county.post(f"/hukou/cases/{case.id}/family", data=form).text


@pytest.mark.parametrize(
    "again",
    [
        CHILD | {"name": "阿布都热合曼买买提"},
        CHILD | {"relation": "父母", "name": "别人", "birth_date": "1960-01-01"},
    ],
)
def test_one_family_member_is_entered_once_by_name_and_birth_or_by_number(
    session: Session, county: FlaskClient, again: dict[str, str]
) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1985, 5, 3)))
    number = id_number(born=date.fromisoformat(again["birth_date"]), order=77)
    first = CHILD if again["relation"] == "子女" else again | {"name": "吉克老木", "id_number": number}
    twice = again if again["relation"] == "子女" else again | {"id_number": number}
    assert county.post(f"/hukou/cases/{case.id}/family", data=first).status_code == 303
    refused = county.post(f"/hukou/cases/{case.id}/family", data=twice, follow_redirects=True)
    assert "已经登记过了" in refused.text
    assert len(members(session)) == 1


def test_the_person_and_a_second_spouse_are_not_family(session: Session, county: FlaskClient) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1990, 5, 3)))
    spouse = {"relation": "配偶", "name": "沙马阿呷", "birth_date": "1991-01-01"}
    own = {"relation": "配偶", "name": case.worker.name, "birth_date": "1990-05-03"}
    path = f"/hukou/cases/{case.id}/family"
    assert "这是申请人本人" in county.post(path, data=own, follow_redirects=True).text
    assert county.post(path, data=spouse).status_code == 303
    second = spouse | {"name": "吉克阿牛"}
    assert "已经登记了配偶沙马阿呷" in county.post(path, data=second, follow_redirects=True).text


def test_a_number_that_says_another_birthday_is_refused(session: Session, county: FlaskClient) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1990, 5, 3)))
    form = CHILD | {"id_number": id_number(born=date(2014, 3, 2), order=5)}
    page = county.post(f"/hukou/cases/{case.id}/family", data=form, follow_redirects=True).text
    assert "出生日期和证件号码里的不一样" in page


def test_a_family_member_is_taken_off_with_a_reason_and_stays_on_record(
    session: Session, county: FlaskClient, sign_in: SignIn
) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1990, 5, 3)))
    county.post(f"/hukou/cases/{case.id}/family", data=CHILD)
    (member,) = members(session)
    path = f"/hukou/family/{member.id}/remove"
    assert "请填写这一项" in county.post(path, data={"reason": " "}).text
    stranger = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    assert stranger.post(path, data={"reason": "不去"}).status_code == 404
    assert county.post(path, data={"reason": "留在老家上学"}).status_code == 303
    session.expire_all()
    assert case.moving_along == []
    assert "留在老家上学" in county.get(f"/hukou/cases/{case.id}").text
    removed = session.scalars(select(AuditEvent).where(AuditEvent.tag == "settlement:remove_family")).one()
    assert removed.details == {"worker": case.worker_id, "reason": "留在老家上学"}
    assert county.post(f"/hukou/cases/{case.id}/family", data=CHILD).status_code == 303, "may come back"


def test_nobody_is_taken_off_a_case_that_is_over(session: Session, county: FlaskClient) -> None:
    case = make_case(session, worker_with_facts(session, MET, birth_date=date(1990, 5, 3)))
    county.post(f"/hukou/cases/{case.id}/family", data=CHILD)
    case.state, case.active_digest = CaseState.REGISTERED, None
    session.commit()
    (member,) = members(session)
    refused = county.post(f"/hukou/family/{member.id}/remove", data={"reason": "错了"}, follow_redirects=True)
    assert "不能再移出家人" in refused.text
    assert members(session)[0].removed_at is None
