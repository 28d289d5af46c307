"""Cooperation in the demo: 佛山 with 黔东南 this year, an older project in 昭觉, a town's pairing."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.commands.demo.accounts import FOSHAN, ZHAOJUE, actor_named
from app.cooperation.operations import entries, pairings
from app.cooperation.register import registers
from models.access import Actor
from models.clock import utc_now
from models.cooperation.entry import Owes, RegisterEntry

QIANDONGNAN = "522600"
SOURCE = "《携手奔小康结对协议》（演示）"
TOWN = {
    "relation": "携手奔小康",
    "kind": "东西部协作",
    "helper_code": "440606",
    "helper_name": "佛山市顺德区容桂街道",
    "recipient_code": "522631",
    "recipient_name": "黎平县",
    "valid_from": date(2022, 1, 1),
    "source": SOURCE,
}
HELPER = {"owed_by": Owes.HELPER, "owner": "陈科长"}
RECIPIENT = {"owed_by": Owes.RECIPIENT, "owner": "杨主任"}


def tell_cooperation(session: Session, today: date) -> None:
    """Write all of it as the city's officer, through the operations; the prefecture accepts what is done."""
    city = actor_named(session, "city", today)
    _organisation(session, city, today)
    _plans(session, city, today)
    _finished_project(session, city, today)
    pairings.begin(session, city, TOWN, today)


def _write(session: Session, city: Actor, today: date, register: str, **values: Any) -> RegisterEntry:
    ends = {"place_code": QIANDONGNAN, "city_code": FOSHAN}
    return entries.write(session, city, registers()[register], ends | values, today)


def _organisation(session: Session, city: Actor, today: date) -> None:
    held = today - timedelta(days=60)
    meeting = {"title": "佛山黔东南结对双方联席会议", "kind": "pair", "held_on": held, "owner": "李副市长"}
    number = _write(session, city, today, "meetings", **meeting, people=26).id
    for title, days, owes in (
        ("在佛山工作站增派两名会苗语侗语的联络员", -5, HELPER),
        ("各县按月报送想出去打工的人员名单", 30, RECIPIENT),
    ):
        due = today + timedelta(days=days)
        _write(session, city, today, "decisions", title=title, parent_id=number, due_on=due, **owes)
    visit = {"title": "看望在佛山打工的黔东南老乡", "kind": "in", "owner": "吴副州长", "people": 12}
    _write(session, city, today, "visits", **visit, held_on=held + timedelta(days=20))
    team = {"title": "佛山市驻黔东南工作组", "owner": "何组长", "people": 9, "partner": "凯里市（演示地址）"}
    months = {"held_on": today - timedelta(days=300), "due_on": today + timedelta(days=430)}
    _write(session, city, today, "teams", **team, **months)


def _plans(session: Session, city: Actor, today: date) -> None:
    year = {"held_on": date(today.year, 1, 1), "due_on": date(today.year, 12, 31)}
    for title, kind, target in (
        ("年度帮扶计划：帮助就业", "people_at_work", 3000),
        ("年度帮扶计划：技能培训", "trained", 800),
    ):
        _write(session, city, today, "plans", title=title, kind=kind, target=target, **year, **HELPER)
    project = {
        "title": "黎平县返乡创业园",
        "kind": "employment",
        "households": 140,
        "planned_fen": 260_000_000,
    }
    number = _write(
        session, city, today, "projects", **project, amount_fen=90_000_000, **year, **RECIPIENT
    ).id
    for title, days in (("厂房封顶", -40), ("第一批企业进园", 45)):
        step = {"title": title, "parent_id": number, "due_on": today + timedelta(days=days)} | RECIPIENT
        line = _write(session, city, today, "milestones", **step)
        if days < 0:
            entries.advance(session, city, line, "finish_entry", utc_now())


def _finished_project(session: Session, city: Actor, today: date) -> None:
    """Built while 佛山 helped 凉山, so that the county's and the prefecture's pages show a whole line."""
    own = {"place_code": ZHAOJUE, "held_on": date(2019, 3, 11), "due_on": date(2020, 6, 30)}
    project = {"title": "昭觉县易地搬迁安置点就业车间", "kind": "relocation", "households": 85}
    money = {"planned_fen": 120_000_000, "amount_fen": 118_600_000}
    built = _write(session, city, today, "projects", **project, **money, **own, **RECIPIENT)
    done = {"place_code": ZHAOJUE, "parent_id": built.id, "due_on": date(2020, 5, 20)}
    step = _write(session, city, today, "milestones", title="设备装好", **done, **RECIPIENT)
    prefecture = actor_named(session, "prefecture", today)
    for line in (step, built):
        entries.advance(session, city, line, "finish_entry", utc_now())
        line.done_on = line.due_on
        entries.advance(session, prefecture, line, "accept_entry", utc_now())
