"""People already at work, told by a sheet: previewed, told as the form does, taken back as one."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.spells.operations import newcomers
from models.access import Role
from models.clock import today
from models.employment.newcomer import Newcomer, NewcomerState
from models.employment.newcomer_batch import NewcomerBatch
from models.employment.recording import add_evidence
from models.employment.spell import EmploymentSpell, EvidenceKind
from models.placement.leaving import Channel
from tests.app.employment.office import Answer, book_of, rows_of
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    id_number,
    make_enterprise,
    make_user,
    make_worker,
)

NEW, OTHER = id_number(ZHAOJUE, order=801), id_number(ZHAOJUE, order=803)
DAY = f"{today().replace(day=1):%Y-%m-%d}"


def row(name: str, number: str, **more: Any) -> dict[str, Any]:
    cells = {"姓名": name, "证件号码": number, "户籍县": "昭觉县", "开始日期": DAY}
    return cells | {"本人怎么同意登记的": "当面"} | more


def send(client: FlaskClient, rows: list[dict[str, Any]]) -> str:
    answer = client.post(
        "/employment/newcomers/sheet",
        data={"file": (io.BytesIO(book_of(rows)), "在岗.xlsx")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_an_enterprise_tells_by_a_sheet_whom_the_form_would_tell_and_takes_it_back(
    session: Session, sign_in: Answer
) -> None:
    firm = make_enterprise(session)
    clerk = make_user(session, Role.ENTERPRISE, organisation_id=firm.id)
    known, there = make_worker(session, name="吉克阿牛"), make_worker(session, name="吉克阿依")
    city = actor_of(session, make_user(session, Role.CITY, area_code=FOSHAN))
    place = newcomers.workplace_of(city, firm, "")
    newcomers.register(session, city, told_of(there.name, there.id_number), place, today())
    session.commit()
    client = sign_in(clerk)
    blank = rows_of(client.get("/employment/newcomers/template.xlsx").data)
    assert blank == []
    rows = [
        row(known.name, known.id_number),
        row(there.name, there.id_number),
        row("阿甲新", NEW),
    ]
    page = send(client, rows)
    shown = client.get(page).text
    assert "登记 3 人" in shown
    assert "台账里" not in shown
    assert session.scalars(select(Newcomer)).all() == []
    client.post(f"{page}/confirm")
    (waiting,) = session.scalars(select(Newcomer)).all()
    assert (waiting.name, waiting.county_code, waiting.state) == ("阿甲新", ZHAOJUE, NewcomerState.WAITING)
    session.expire_all()
    spells = session.scalars(select(EmploymentSpell).order_by(EmploymentSpell.id)).all()
    assert [(one.worker_id, len(one.evidence)) for one in spells] == [(there.id, 2), (known.id, 1)]

    assert page.removeprefix("http://localhost") in client.get("/employment/newcomers").text
    assert "撤回这张表" in client.get(page).text
    assert "撤回了 3 人" in client.post(f"{page}/undo", follow_redirects=True).text
    session.expire_all()
    assert (waiting.state, waiting.id_number) == (NewcomerState.TAKEN_BACK, None)
    spells = session.scalars(select(EmploymentSpell)).all()
    assert [(one.worker_id, len(one.evidence)) for one in spells] == [(there.id, 1)]
    assert "已经撤回过了" in client.post(f"{page}/undo", follow_redirects=True).text


def told_of(name: str, number: str | None) -> newcomers.Told:
    return newcomers.Told(name, number or "", ZHAOJUE, today().replace(day=1), Channel.PHONE)


def test_an_undo_leaves_whom_the_county_or_another_end_has_dealt_with(
    session: Session, sign_in: Answer
) -> None:
    firm = make_enterprise(session)
    county = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    known = make_worker(session, name="吉克阿牛")
    client = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=firm.id))
    page = send(client, [row(known.name, known.id_number), row("阿甲新", NEW)])
    client.post(f"{page}/confirm")
    (spell,) = session.scalars(select(EmploymentSpell)).all()
    add_evidence(session, spell, EvidenceKind.WAGE, shown_on=today(), actor=county, today=today())
    newcomers.turn_away(session, county, session.scalars(select(Newcomer)).one(), "不是本县的")
    session.commit()
    answer = client.post(f"{page}/undo", follow_redirects=True).text
    assert "2 人没有撤回" in answer
    session.expire_all()
    assert len(session.scalars(select(EmploymentSpell)).one().evidence) == 2


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"户籍县": "北京"}, "请写户籍县"),
        ({"本人怎么同意登记的": ""}, "要先问本人同不同意"),
        ({"本人怎么同意登记的": "村里"}, "要先问本人同不同意"),
        ({"证件号码": "1234"}, "证件号码"),
        ({"单位": "东莞别的厂"}, "不是佛山第"),
        ({"开始日期": ""}, "请填从哪天开始"),
        ({"开始日期": "2099-01-01"}, "还没有到"),
    ],
)
def test_a_row_that_cannot_be_told_comes_back_with_a_sentence_and_the_others_stay(
    session: Session, sign_in: Answer, cells: dict[str, Any], says: str
) -> None:
    firm = make_enterprise(session)
    client = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=firm.id))
    rows = [row("阿甲新", NEW) | cells, row("阿乙新", OTHER)]
    page = client.get(send(client, rows)).text
    assert says in page
    assert "登记 1 人" in page
    batch = session.scalars(select(NewcomerBatch)).one()
    assert (batch.good, batch.rejected) == (1, 1)


def test_a_city_names_the_employer_and_a_county_tells_in_its_register(
    session: Session, sign_in: Answer
) -> None:
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    twice = row("阿甲新", NEW, 单位="佛山顺德某厂")
    page = client.get(send(client, [row("阿乙新", OTHER), twice, twice])).text
    assert "请写在哪家单位上班" in page
    assert "第 3 行已经有了" in page
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert client.get("/employment/newcomers/sheet").status_code == 409


def test_a_page_that_names_no_places_keeps_its_menu(session: Session, sign_in: Answer) -> None:
    """The frame asked for ``places``, and so did pages of employment and of people without work."""
    client = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=make_enterprise(session).id))
    for page in ("/employment", "/employment/newcomers"):
        assert 'aria-label="主菜单"' in client.get(page).text
