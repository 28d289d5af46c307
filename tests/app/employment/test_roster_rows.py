"""A row that cannot be true comes back with a sentence; the good rows of its sheet are kept."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.rosters import operations, queries, views
from app.employment.rosters.teller import teller_of
from app.kit.files.bulk_upload.batches import reading_of
from models.access import Role
from models.clock import utc_now
from models.employment.newcomer import Newcomer
from models.employment.recording import spells_of
from models.employment.roster import Presence, RosterBatch, RosterLine, RosterSource
from models.employment.spell import EmploymentSpell
from models.reference.calendar import months_after
from models.workflow import TransitionRefused
from tests.app.employment.office import LAST, NAMED, Answer, download, make_office, rows_of, send, told
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    id_number,
    make_enterprise,
    make_user,
    make_worker,
)

AGREED = {"户籍县": "昭觉县", "本人怎么同意登记的": "当面"}
BEFORE = f"{months_after(LAST, -1):%Y-%m}"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"月份": BEFORE}, f"这一行是 {BEFORE} 的，现在交的是 {NAMED} 的"),
        ({"单位": "东莞别的厂"}, "不是佛山第"),
        ({"本月实发工资（元）": "4.5"}, "千元、万元"),
        ({"本月实发工资（元）": "22元/小时"}, "不是按月的工资"),
        ({"本月实发工资（元）": "4500-5000"}, "不是一个数"),
        ({"本月实发工资（元）": 450000}, "核对单位是不是元"),
        ({"出勤天数": 45}, "不会出勤"),
        ({"本月缴了社保吗": "也许"}, "请填“是”或“否”"),
        ({"还在岗吗": "大概"}, "看不懂"),
        ({"离开日期": f"{NAMED}-03"}, "又写了离开日期"),
        ({"还在岗吗": "否"}, "要写哪天离开"),
        ({"还在岗吗": "否", "离开日期": "2016-01-03"}, "早于开始上班"),
        ({"还在岗吗": "否", "离开日期": "2099-01-03"}, "还没有到"),
        ({"姓名": "另一个人"}, "不是这个人"),
        ({"编号": 987654}, "不在你的名单上"),
        ({"编号": None, "身份证号": None}, "没有身份证号"),
    ],
)
def test_a_row_that_cannot_be_true_comes_back_and_the_others_stay(
    session: Session, sign_in: Answer, cells: dict[str, Any], says: str
) -> None:
    office = make_office(session, persons=2)
    client = sign_in(office.clerk)
    rows = told(download(client))
    rows[0] |= cells
    preview = send(client, rows)
    page = client.get(preview).text
    assert "1 人可以记下，1 行退回" in page
    assert says in page
    client.post(f"{preview}/confirm")
    assert [line.worker_id for line in session.scalars(select(RosterLine))] == [office.people[1].id]
    returned = rows_of(client.get(f"{preview}/rejected.xlsx").data)
    assert says in returned[0]["退回原因"]


def test_a_person_twice_in_a_sheet_stands_once(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=2)
    client = sign_in(office.clerk)
    rows = told(download(client))
    page = client.get(send(client, [*rows, rows[0]])).text
    assert "2 人可以记下，1 行退回" in page
    assert "第 2 行已经有了" in page


def test_what_is_left_empty_is_not_told(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=2)
    client = sign_in(office.clerk)
    page = client.get(send(client, download(client))).text
    assert "表里一行都没有填" in page
    assert office.people[0].name in page


def test_a_month_that_is_closed_is_not_taken(session: Session, sign_in: Answer) -> None:
    client = sign_in(make_office(session).clerk)
    old = f"{months_after(LAST, -3):%Y-%m}"
    assert client.get(f"/employment/months/{old}/upload").status_code == 404
    assert client.get("/employment/months/2099-01/page").status_code == 404


def test_a_second_sheet_of_the_month_puts_the_first_right(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=1)
    client = sign_in(office.clerk)
    rows = told(download(client))
    for wage in (4000, 4600):
        client.post(f"{send(client, told(rows, **{'本月实发工资（元）': wage}))}/confirm")
    (line,) = session.scalars(select(RosterLine)).all()
    assert line.wage_fen == 460_000
    assert len([one for one in office.spells[0].evidence if one.month == LAST]) == 1
    batch, actor = session.scalars(select(RosterBatch)).first(), actor_of(session, office.clerk)
    teller = teller_of(session, actor)
    with pytest.raises(TransitionRefused):
        operations.confirm(session, actor, teller, batch, utc_now())


def test_somebody_of_the_register_whom_nobody_had_there_is_found_by_the_number(
    session: Session, sign_in: Answer
) -> None:
    office = make_office(session, persons=1)
    found = make_worker(session, name="阿果")
    client = sign_in(office.clerk)
    row = {"姓名": "阿果", "身份证号": found.id_number, "还在岗吗": "是", "本月实发工资（元）": 4400} | AGREED
    client.post(f"{send(client, [row])}/confirm")
    line = session.scalars(select(RosterLine)).one()
    assert (line.worker_id, line.is_new) == (found.id, True)
    assert [spell.employer_id for spell in spells_of(session, found.id)] == [office.firm.id]


def test_whom_no_register_has_waits_for_the_county_and_the_enterprise_cannot_tell_the_difference(
    session: Session, sign_in: Answer
) -> None:
    office = make_office(session, persons=0)
    known = make_worker(session, name="阿果")
    numbers = {"阿果": known.id_number, "阿花": id_number(), "阿牛": known.id_number}
    client, seen = sign_in(office.clerk), []
    for name, number in numbers.items():
        row = {"姓名": name, "身份证号": number, "还在岗吗": "是"} | AGREED
        preview = send(client, [row])
        seen.append(client.get(preview).text.count("会请户籍县核对"))
        assert client.post(f"{preview}/confirm").status_code == 303
    assert seen == [1, 1, 1]
    waiting = session.scalars(select(Newcomer).order_by(Newcomer.id)).all()
    assert [(row.name, row.county_code, row.seen_by_number) for row in waiting] == [
        ("阿花", "513431", False),
        ("阿牛", "513431", True),
    ]
    assert [line.worker_id for line in session.scalars(select(RosterLine))] == [known.id]


def test_nobody_new_is_told_of_without_home_county_and_agreement(session: Session, sign_in: Answer) -> None:
    client = sign_in(make_office(session, persons=0).clerk)
    page = client.get(send(client, [{"姓名": "阿花", "身份证号": id_number(), "还在岗吗": "是"}])).text
    assert "要写户籍县" in page
    assert "同不同意登记" in page


def test_two_of_one_name_and_four_digits_ask_for_the_whole_number(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=0)
    for order in (1, 1001):
        number = id_number(order=order)
        make_worker(session, name="阿依", id_number=number, id_last4="0011")
    row = {"姓名": "阿依", "身份证号": "0011", "单位": "佛山某厂", "缴费基数（元）": 4588}
    client = sign_in(office.city)
    assert "不止一个人" in client.get(send(client, [row])).text


def test_a_small_firm_tells_its_month_on_a_page(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=2)
    client, (one, other) = sign_in(office.clerk), office.people
    address = f"/employment/months/{NAMED}/page"
    assert one.name in client.get(address).text
    form = {
        f"presence-{one.id}": "是",
        f"wage-{one.id}": "4800",
        f"presence-{other.id}": "是",
        f"wage-{other.id}": "5元/小时",
    }
    preview = client.post(address, data=form).location
    page = client.get(preview).text
    assert "1 人可以记下，1 行退回" in page
    client.post(f"{preview}/confirm")
    (line,) = session.scalars(select(RosterLine)).all()
    assert (line.worker_id, line.wage_fen, line.presence) == (one.id, 480_000, Presence.WORKING)


def test_a_county_rings_those_whom_no_roster_shows(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=3)
    boss = sign_in(office.clerk)
    rows = told(download(boss))
    boss.post(f"{send(boss, rows[:1])}/confirm")
    client = sign_in(office.county)
    purpose = {"purpose": "contact", "purpose_word": "每月打电话"}
    listed = download(client, **purpose)
    assert [row["姓名"] for row in listed] == [worker.name for worker in office.people[1:]]
    assert all(worker.phone in str(listed) for worker in office.people[1:])
    answers = [
        listed[0] | {"还在岗吗": "是", "本月实发工资（元）": 4200},
        listed[1] | {"还在岗吗": "联系不上"},
    ]
    client.post(f"{send(client, answers)}/confirm")
    lines = session.scalars(select(RosterLine).where(RosterLine.source == RosterSource.COUNTY)).all()
    assert [line.presence for line in lines] == [Presence.WORKING, Presence.UNKNOWN]
    assert client.post(f"/employment/months/{NAMED}/sheet").status_code == 303  # no purpose, no telephones


def test_a_city_keeps_of_its_insurance_list_only_people_of_ours(session: Session, sign_in: Answer) -> None:
    office = make_office(session, persons=1)
    rows = [
        {"姓名": worker.name, "身份证号": worker.id_number, "参保单位": office.firm.name, "缴费基数": 4588}
        for worker in office.people
    ]
    rows.append({"姓名": "本地人", "身份证号": id_number(), "参保单位": "别的厂", "缴费基数": 5000})
    client = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    preview = send(client, rows)
    assert "不在台账里" in client.get(preview).text
    client.post(f"{preview}/confirm")
    (line,) = session.scalars(select(RosterLine)).all()
    assert (line.source, line.worker_id, line.is_insured) == (
        RosterSource.INSURANCE,
        office.people[0].id,
        True,
    )
    assert make_enterprise(session)
    assert reading_of(session.scalars(select(RosterBatch)).one()).rejected


def test_a_page_of_a_month_holds_its_own_people_and_leads_to_the_next(
    session: Session, sign_in: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "ON_A_PAGE", 2)
    office = make_office(session, persons=5)
    client, address, names = sign_in(office.clerk), f"/employment/months/{NAMED}/page", set[str]()
    for start, shown in ((0, 2), (2, 2), (4, 1)):
        page = client.get(f"{address}?start={start}").text
        here = {worker.name for worker in office.people if f"presence-{worker.id}" in page}
        assert len(here) == shown
        assert (f"start={start + 2}" in page) == (start < 4)
        names |= here
    assert names == {worker.name for worker in office.people}
    assert not any(
        f"presence-{worker.id}" in client.get(f"{address}?start=9000").text for worker in office.people
    )


@pytest.mark.parametrize("most", [1, 5])
def test_where_many_are_a_page_of_a_month_begins_with_who_came_last(
    session: Session, sign_in: Answer, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(views, "ON_A_PAGE", 2)
    monkeypatch.setattr(queries, "MOST_BY_NAME", most)
    office = make_office(session, persons=5)
    spells = {row.worker_id: row for row in session.scalars(select(EmploymentSpell))}
    for n, worker in enumerate(office.people):
        worker.name, spells[worker.id].began_on = f"阿{n}", months_after(LAST, -9 + n)
    session.commit()
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    names = list[str]()
    for start in (0, 2, 4):
        page = client.get(f"/employment/months/{NAMED}/page?start={start}").text
        assert ("最近来的在前面" in page) == (most == 1)
        names += sorted((one.name for one in office.people if f"insured-{one.id}" in page), reverse=most == 1)
    by_name = [worker.name for worker in office.people]
    assert names == (by_name[::-1] if most == 1 else by_name)
