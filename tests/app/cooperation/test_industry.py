"""Industry: jobs are counted from spells of work at the place, each person once; investment is yuan."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cooperation.queries.jobs import AtWork, at_work_with
from app.cooperation.registers.industry import MORE_THAN_AGREED, investment
from models.access import Actor, Right, Role
from models.clock import today
from models.cooperation.entry import RegisterEntry
from models.employment.recording import Workplace, begin_spell
from models.employment.spell import SpellKind
from models.people.category import CategoryEvidence, PersonCategory
from models.reference.dated_fact import Pairing
from models.reference.organisation import Organisation
from models.reference.target_category import CategoryUse, TargetCategory
from models.user import User
from tests.factories.codes import text_of
from tests.factories.people import FOSHAN, ZHAOJUE, make_enterprise, make_user, make_worker

WORKSHOP = "三河村彝绣扶贫车间"
BEGAN = date(2024, 1, 1)
COUNTY = Actor(None, "昭觉县", (Right(Role.COUNTY, ZHAOJUE, "county"),))
LINE = {"place_code": ZHAOJUE, "city_code": FOSHAN, "held_on": "2024-03-01", "owner": "陈科长"}


def line(register: str, title: str, firm: Organisation | None = None) -> RegisterEntry:
    return RegisterEntry(
        register=register,
        place_code=ZHAOJUE,
        city_code=FOSHAN,
        title=title,
        organisation_id=firm.id if firm else None,
    )


def put_to_work(session: Session, firm: Organisation, people: int, registered: int, place: str) -> None:
    """``people`` at work with ``firm``, of whom the first ``registered`` are 建档立卡; one more has left."""
    for n in range(people + 1):
        worker = make_worker(session)
        where = Workplace(SpellKind.ENTERPRISE, place, firm.name, firm.id)
        began = today() - timedelta(days=90)
        spell = begin_spell(session, worker, where, began, actor=COUNTY, today=today())
        if n == people:
            spell.ended_on = today() - timedelta(days=1)
        if n < registered or n == people:
            told = {"category": "某类人", "held_from": BEGAN, "seen_on": BEGAN}
            evidence = CategoryEvidence.DOCUMENT
            session.add(PersonCategory(worker_id=worker.id, evidence=evidence, **told))
    session.commit()


@pytest.fixture
def counted(session: Session) -> None:
    use = {"name": "某类人", "use": CategoryUse.SUPPORT, "counts": True}
    session.add(TargetCategory(valid_from=BEGAN, source="某省1号", verified=True, **use))
    session.commit()


@pytest.mark.usefixtures("counted")
def test_jobs_are_who_works_there_now_and_not_who_works_for_the_parent_in_guangdong(session: Session) -> None:
    firm = make_enterprise(session)
    put_to_work(session, firm, 3, 2, ZHAOJUE)
    put_to_work(session, firm, 2, 2, FOSHAN)
    assert at_work_with(session, [line("enterprises", firm.name, firm)], today()) == AtWork(3, 2)
    two = [line("enterprises", firm.name, firm), line("workshops", "一车间", firm)]
    assert at_work_with(session, two, today()) == AtWork(3, 2), "in a park each person counts once"
    assert at_work_with(session, [], today()) == AtWork(0, 0)


def test_people_of_a_workshop_that_is_no_organisation_are_counted_by_its_name(session: Session) -> None:
    for place, name in ((ZHAOJUE, WORKSHOP), (ZHAOJUE, "别的车间"), ("513429", WORKSHOP)):
        where = Workplace(SpellKind.WORKSHOP, place, name)
        begin_spell(
            session, make_worker(session), where, today() - timedelta(days=9), actor=COUNTY, today=today()
        )
    session.commit()
    assert at_work_with(session, [line("workshops", WORKSHOP)], today()).people == 1


@pytest.mark.parametrize(
    ("agreed", "made", "refused"), [(100, 101, True), (100, 100, False), (None, 5, False), (100, None, False)]
)
def test_more_invested_than_agreed_is_asked_about(
    session: Session, agreed: int | None, made: int | None, refused: bool
) -> None:
    entry = RegisterEntry(planned_fen=agreed, amount_fen=made)
    assert list(investment(session, entry, today())) == ([MORE_THAN_AGREED] if refused else [])


@pytest.mark.usefixtures("counted")
def test_an_enterprise_stands_in_its_park_once_and_shows_its_people(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    pair = {"recipient_code": "513400", "recipient_name": "凉山彝族自治州", "helper_name": "佛山市"}
    kind = {"relation": "市帮扶", "kind": "东西部扶贫协作", "valid_from": BEGAN}
    session.add(Pairing(helper_code=FOSHAN, **pair, **kind))
    firm = make_enterprise(session)
    put_to_work(session, firm, 4, 3, ZHAOJUE)
    client = sign_in(make_user(session, Role.PROVINCE, area_code="440000"))
    told = LINE | {"title": "昭觉佛山产业园", "kind": "model"}
    assert client.post("/cooperation/parks/new", data=told).status_code == 303
    park = session.scalars(select(RegisterEntry)).one()
    told = LINE | {"title": "到昭觉办厂", "kind": "manufacturing", "organisation_id": firm.name}
    told |= {"parent_id": str(park.id), "planned_fen": "5000000", "amount_fen": "5000001"}
    assert "请核对单位是元不是万元" in client.post("/cooperation/enterprises/new", data=told).text
    told |= {"amount_fen": "3000000"}
    made = client.post("/cooperation/enterprises/new", data=told)
    assert made.status_code == 303
    again = client.post("/cooperation/enterprises/new", data=told | {"title": "又一行"})
    assert "已经登记过一次" in again.text
    page = client.get(made.location).text
    rows = f'href="/employment?employer={firm.id}&amp;on={today()}'
    assert f'{rows}">4</a>' in page
    assert f'{rows}&amp;counted=1">3</a>' in page
    page = client.get(f"/cooperation/parks/{park.id}").text
    assert "到昭觉办厂" in page
    assert "<dt>现在用工人数</dt><dd>4" in page


@pytest.mark.usefixtures("counted")
def test_who_may_open_no_list_of_the_people_at_work_is_told_tens_and_not_whether_there_is_anybody(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    """A line's figures and a pair's page; a county that sees all of them still has the very number."""
    firm = make_enterprise(session)
    entry = line("enterprises", firm.name, firm)
    session.add(entry)
    session.commit()
    closed = make_user(session, Role.PREFECTURE, area_code="513400", opens=False)
    county = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    pages = (f"/cooperation/enterprises/{entry.id}", f"/cooperation/pairings/{FOSHAN}/513400")

    def told(user: User) -> list[str]:
        pages_of = [sign_in(user).get(page) for page in pages]
        assert [page.status_code for page in pages_of] == [200, 200]
        return [re.sub(r"\s+", "", text_of(page)) for page in pages_of]

    for page in told(closed):
        assert "少于10" in page
    put_to_work(session, firm, 3, 2, ZHAOJUE)
    put_to_work(session, firm, 13, 0, FOSHAN)
    line_page, pair_page = told(closed)
    assert line_page.count("少于10") == 2
    assert "约10人在岗" in pair_page
    line_page, pair_page = told(county)
    assert "现在用工人数3数出来的" in line_page
    assert "13人在岗" in pair_page
