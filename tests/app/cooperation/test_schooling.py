"""Pupils whom schools take are people of the county's own register, found by number and never guessed."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cooperation.register import registers
from app.cooperation.registers.schooling import MORE_PEOPLE
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.cooperation.entry import RegisterEntry
from models.cooperation.entry_person import EntryPerson
from models.people.category import settle_people
from models.people.worker import Worker
from models.reference.dated_fact import Pairing
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_user, make_worker

BEGAN = date(2019, 9, 1)


@pytest.fixture
def school(session: Session) -> RegisterEntry:
    """A school of 佛山 that takes two pupils of 昭觉."""
    pair = {"recipient_code": "513400", "recipient_name": "凉山彝族自治州", "helper_name": "佛山市"}
    kind = {"relation": "市帮扶", "kind": "东西部扶贫协作", "valid_from": date(2016, 12, 25)}
    session.add(Pairing(helper_code=FOSHAN, **pair, **kind))
    ends = {"place_code": ZHAOJUE, "city_code": FOSHAN, "owner": "王科长"}
    term = {"held_on": BEGAN, "due_on": date(2029, 7, 1), "target": 2}
    entry = RegisterEntry(register="pupils", title="佛山某技工学校", partner="数控加工", **ends, **term)
    session.add(entry)
    session.commit()
    return entry


def pupil(session: Session, county: str = ZHAOJUE, registered: bool = True) -> Worker:
    """Somebody in the register, of a registered household since before the term."""
    worker = make_worker(session, county_code=county, registered_poor=registered)
    session.flush()
    settle_people(session, [worker], date(2019, 1, 1))
    session.commit()
    return worker


def test_pupils_are_added_by_their_numbers_and_every_other_line_says_why(
    session: Session, sign_in: Callable[..., FlaskClient], school: RegisterEntry
) -> None:
    one, two, three = (pupil(session) for _n in range(3))
    stranger, richer = pupil(session, BUTUO), pupil(session, registered=False)
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    lines = (
        f"{one.name} {one.id_number}",
        two.id_number,
        one.id_number,
        stranger.id_number,
        richer.id_number,
        "513431200801",
        three.id_number,
    )
    address = f"/cooperation/pupils/{school.id}"
    page = client.post(f"{address}/people", data={"numbers": "\n".join(lines)}).text
    assert "加了 2 人" in page
    for row, why in (
        (3, "写了两次"),
        (4, "没有这个人"),
        (5, "不算帮扶对象"),
        (6, "应为18位"),
        (7, "已经满了"),
    ):
        assert f"第 {row} 行" in page
        assert why in page, why
    assert three.id_number in page, "what was refused is still in the box"
    assert session.scalar(select(EntryPerson.worker_id).where(EntryPerson.worker_id == two.id)) == two.id
    assert "entry_person:change" in session.scalars(select(AuditEvent.tag)).all()
    shown = client.get(address).text
    assert one.name in shown
    assert one.id_number not in shown
    person = session.scalars(select(EntryPerson).where(EntryPerson.worker_id == one.id)).one()
    gone = client.post(f"{address}/people/leave", data={"person": person.id, "left_on": today().isoformat()})
    assert gone.status_code == 303
    assert client.post(f"{address}/people", data={"numbers": three.id_number}).status_code == 303


def test_a_pupil_of_one_school_is_not_taken_by_a_second(
    session: Session, sign_in: Callable[..., FlaskClient], school: RegisterEntry
) -> None:
    worker = pupil(session)
    values = {
        name: getattr(school, name) for name in ("place_code", "city_code", "held_on", "due_on", "target")
    }
    other = RegisterEntry(register="pupils", title="佛山另一所学校", partner="护理", owner="李科长", **values)
    session.add(other)
    session.commit()
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    told = {"numbers": worker.id_number}
    assert client.post(f"/cooperation/pupils/{school.id}/people", data=told).status_code == 303
    assert "已经在别的学校的名单里" in client.post(f"/cooperation/pupils/{other.id}/people", data=told).text


def test_the_helping_city_sees_how_many_in_bands_and_nobody_by_name(
    session: Session, sign_in: Callable[..., FlaskClient], school: RegisterEntry
) -> None:
    worker = pupil(session)
    ends = {"worker_id": worker.id, "county_code": ZHAOJUE, "joined_on": BEGAN}
    session.add(EntryPerson(entry_id=school.id, **ends))
    session.commit()
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    page = city.get(f"/cooperation/pupils/{school.id}").text
    assert "少于 10" in page
    assert worker.name not in page
    sent = city.post(f"/cooperation/pupils/{school.id}/people", data={"numbers": worker.id_number})
    assert sent.status_code == 404, "a city does not learn who is in a county's register"


def test_of_a_course_no_more_come_from_poor_villages_than_come() -> None:
    course = registers()["courses"]
    line = RegisterEntry(register="courses", people=30, target=31)
    assert list(course.rules(None, line, today())) == [MORE_PEOPLE]  # type: ignore[arg-type]
    line.target = 30
    assert list(course.rules(None, line, today())) == []  # type: ignore[arg-type]


def test_posted_teachers_are_counted_at_the_school_they_are_posted_to(
    session: Session, sign_in: Callable[..., FlaskClient], school: RegisterEntry
) -> None:
    ends = {"place_code": ZHAOJUE, "city_code": FOSHAN}
    unit = RegisterEntry(
        register="paired_units", title="昭觉县民族中学", partner="佛山一中", held_on=date(2019, 1, 1), **ends
    )
    session.add(unit)
    for last in (date(2020, 1, 1), date(2099, 1, 1)):
        term = {"held_on": date(2019, 2, 1), "due_on": last}
        session.add(RegisterEntry(register="postings", title="某老师", partner=unit.title, **term, **ends))
    session.commit()
    page = sign_in(make_user(session, Role.CITY, area_code=FOSHAN)).get(
        f"/cooperation/paired_units/{unit.id}"
    )
    facts = "".join(page.text.split())
    assert "现在派来的人</dt><dd>1<" in facts
    assert "先后派来的人</dt><dd>2<" in facts
