"""A register from its first line to its acceptance: form, list, sheet in and out, papers, tasks, history."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cooperation.operations import entries
from app.cooperation.queries.entries import choices
from app.cooperation.register import registers
from models.access import Actor, Role, load_actor
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.cooperation.entry import EntryState, Owes, RegisterEntry
from models.reference.dated_fact import Pairing
from models.user import User
from models.workflow import TransitionRefused
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_user

DECISION: dict[str, str] = {
    "place_code": ZHAOJUE,
    "city_code": FOSHAN,
    "title": "补齐昭觉驻佛山工作站的人手",
    "owed_by": Owes.HELPER.value,
    "owner": "陈科长",
}
MEETING = {
    "place_code": "513400",
    "city_code": FOSHAN,
    "title": "佛山凉山第三次联席会议",
    "kind": "pair",
    "held_on": "2018-05-03",
}


@pytest.fixture
def paired(session: Session) -> None:
    """佛山 helps 凉山 from 2016-12-25 to 2021-03-31, and again from 2024 on."""
    for start, end in ((date(2016, 12, 25), date(2021, 3, 31)), (date(2024, 1, 1), None)):
        session.add(
            Pairing(
                recipient_code="513400",
                recipient_name="凉山彝族自治州",
                helper_code=FOSHAN,
                helper_name="佛山市",
                relation="市帮扶",
                kind="东西部扶贫协作",
                valid_from=start,
                valid_to=end,
            )
        )
    session.commit()


def entry_of(session: Session, title: str) -> RegisterEntry:
    session.expire_all()
    return session.scalars(select(RegisterEntry).where(RegisterEntry.title == title)).one()


def acting(session: Session, user: User) -> Actor:
    return load_actor(session, user, today(), utc_now())


@pytest.mark.usefixtures("paired")
def test_a_decision_goes_from_its_meeting_to_acceptance_by_another_person(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    city, colleague = (make_user(session, Role.CITY, area_code=FOSHAN) for _n in range(2))
    client, other = sign_in(city), sign_in(colleague)
    assert client.post("/cooperation/meetings/new", data=MEETING).status_code == 303
    meeting = entry_of(session, MEETING["title"])
    late = (today() - timedelta(days=3)).isoformat()
    told = DECISION | {"parent_id": str(meeting.id), "due_on": late}
    assert client.post("/cooperation/decisions/new", data=told).status_code == 303
    decision = entry_of(session, DECISION["title"])
    assert DECISION["title"] in client.get(f"/cooperation/meetings/{meeting.id}").text
    overdue = client.get("/cooperation/decisions/?overdue=1&order=due").text
    assert DECISION["title"] in overdue
    assert "已超期 3 天" in overdue
    assert "件到期没有办完" in client.get("/").text, "whoever owes it sees it on the first page"
    step = f"/cooperation/decisions/{decision.id}/step"
    assert client.post(step, data={"event": "finish_entry"}).status_code == 303
    assert "换一位同事" in client.post(step, data={"event": "accept_entry"}).text
    assert other.post(step, data={"event": "accept_entry"}).status_code == 303
    page = other.get(f"/cooperation/decisions/{decision.id}").text
    assert all(text in page for text in ("已验收", "验收通过", "第 12 条"))
    assert entry_of(session, DECISION["title"]).state is EntryState.ACCEPTED
    assert "entry:advance" in session.scalars(select(AuditEvent.tag)).all()


@pytest.mark.usefixtures("paired")
def test_a_day_outside_the_pairing_is_refused_with_the_days_of_the_pairing(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    answer = client.post("/cooperation/meetings/new", data=MEETING | {"held_on": "2022-06-01"}).text
    assert "不在佛山市和凉山彝族自治州的结对期内" in answer
    assert "2021 年 3 月 31 日" in answer
    assert MEETING["title"] in answer, "what was typed is still there"
    assert session.scalars(select(RegisterEntry)).all() == []


@pytest.mark.usefixtures("paired")
def test_a_county_writes_no_line_of_another_county(session: Session) -> None:
    clerk = acting(session, make_user(session, Role.COUNTY, area_code=BUTUO))
    values: dict[str, Any] = {"place_code": ZHAOJUE, "city_code": FOSHAN, "title": "别县的事"}
    with pytest.raises(TransitionRefused) as refused:
        entries.write(session, clerk, registers()["decisions"], values, today())
    assert entries.NOT_YOURS in refused.value.sentences


def sheet(rows: list[list[str]]) -> tuple[io.BytesIO, str]:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in [["2018 年联席会议情况表"], ["被帮扶地方", "帮扶市", "会议名称", "会议类别", "日期"], *rows]:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return io.BytesIO(target.getvalue()), "会议.xlsx"


@pytest.mark.usefixtures("paired")
def test_a_sheet_keeps_its_good_rows_and_says_row_and_rule_of_the_others(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    rows = [
        ["凉山彝族自治州", "佛山市", "第一次会议", "结对双方联席会议", "2017.5.3"],
        ["凉山彝族自治州", "佛山市", "第二次会议", "茶话会", "2018-05-03"],
        ["毕节市", "佛山市", "第三次会议", "结对双方联席会议", "2018-05-03"],
        ["凉山彝族自治州", "佛山市", "第四次会议", "结对双方联席会议", "2022-05-03"],
        ["凉山彝族自治州", "佛山市", "第一次会议", "结对双方联席会议", "2017年5月3日"],
    ]
    answer = client.post("/cooperation/meetings/sheet", data={"file": sheet(rows)})
    page = client.get(answer.location).text
    assert "1 行可以登记，4 行退回" in page
    assert "“茶话会”不是“会议类别”里的" in page
    assert "“毕节市”不是你能登记的“被帮扶地方”" in page
    assert "不在佛山市和凉山彝族自治州的结对期内" in page
    assert "和第 3 行是同一件事" in page
    assert client.post(f"{answer.location}/confirm").status_code == 303
    assert [row.title for row in session.scalars(select(RegisterEntry))] == ["第一次会议"]
    out = client.get("/cooperation/meetings/lines.xlsx")
    told = load_workbook(io.BytesIO(out.data)).active
    assert told is not None
    assert "第一次会议" in [cell.value for row in told.rows for cell in row]
    again = client.post("/cooperation/meetings/sheet", data={"file": (io.BytesIO(out.data), "out.xlsx")})
    assert "台账里已经有了" in client.get(again.location).text, "what went out is read, and not written twice"


@pytest.mark.usefixtures("paired")
def test_every_register_has_a_list_a_form_and_a_template(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    assert len(registers()) >= 5
    for key, register in registers().items():
        assert f"第 {register.article} 条" in client.get(f"/cooperation/{key}/").text, key
        assert client.get(f"/cooperation/{key}/new").status_code == 200, key
        headings = next(
            iter(load_workbook(io.BytesIO(client.get(f"/cooperation/{key}/template.xlsx").data)))
        ).rows
        assert {cell.value for cell in next(headings)} >= {"被帮扶地方", "帮扶市"}, key


@pytest.mark.usefixtures("paired")
def test_a_form_offers_first_whoever_is_helped_today(session: Session) -> None:
    """凉山 stands before 百色, whose pairing with 佛山 has ended, though its code is the lower one."""
    ends = {
        "recipient_code": "451000",
        "recipient_name": "百色市",
        "helper_code": FOSHAN,
        "helper_name": "佛山市",
    }
    days = {"valid_from": date(2016, 12, 25), "valid_to": date(2021, 3, 31)}
    session.add(Pairing(relation="市帮扶", kind="东西部扶贫协作", **ends, **days))
    session.commit()
    city = acting(session, make_user(session, Role.CITY, area_code=FOSHAN))
    offered = [code for code, _name in choices(session, city, registers()["decisions"], today()).places]
    assert offered.index("513400") < offered.index(ZHAOJUE) < offered.index("451000")
