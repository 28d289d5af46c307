"""Industry and society of the demo: a park at 昭觉 with its works, what was sold, asked for and given.

Through the operations, by an officer of 佛山, on days on which 佛山 helped 凉山.
"""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.commands.demo.accounts import ZHAOJUE
from app.commands.demo.reports import officers
from app.cooperation.operations import entries
from app.cooperation.register import registers
from app.reports.pairs import Pair
from models.access import Actor
from models.clock import utc_now

HELPER, RECIPIENT = "440600", "513400"
MILLION_YUAN = 100_000_000
LINES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("parks", "2018-03-20", {"title": "佛山昭觉产业园", "kind": "model", "planned_fen": 60 * MILLION_YUAN}),
    (
        "enterprises",
        "2018-09-12",
        {"title": "昭觉制衣有限公司", "kind": "manufacturing", "amount_fen": 8 * MILLION_YUAN},
    ),
    (
        "workshops",
        "2019-04-08",
        {"title": "昭觉县彝绣扶贫车间", "village": "三河村", "amount_fen": MILLION_YUAN // 2},
    ),
    (
        "cooperatives",
        "2018-11-05",
        {"title": "三河村养殖专业合作社", "kind": "cooperative", "partner": "西门塔尔牛"},
    ),
    (
        "sales",
        "2020-10-16",
        {"title": "昭觉马铃薯", "kind": "canteen", "partner": "佛山市某学校", "amount_fen": 86_400_00},
    ),
    ("tourism", "2019-07-01", {"title": "谷克德湿地线路", "kind": "route", "people": 420}),
    (
        "science",
        "2019-03-12",
        {"title": "高山蓝莓引种", "kind": "trial", "partner": "佛山市某研究所", "households": 35},
    ),
    ("village_pairs", "2018-10-17", {"title": "佛山某家具厂", "village": "三河村", "households": 20}),
    ("needs", "2019-03-01", {"title": "三河村小学的课桌 60 套", "kind": "works", "village": "三河村"}),
    (
        "donations",
        "2019-04-02",
        {"title": "佛山某家具厂", "kind": "goods", "planned_fen": 18_000_00, "amount_fen": 18_000_00},
    ),
    (
        "volunteers",
        "2019-09-02",
        {"title": "佛山支教队", "kind": "teaching", "partner": "三河村小学", "people": 4},
    ),
    ("relief_days", "2020-10-17", {"title": "扶贫日集市", "people": 300, "amount_fen": 52_600_00}),
    ("business_visits", "2020-12-02", {"title": "看厂房和用工", "partner": "佛山市某纺织厂", "people": 6}),
)
PARENTS = {"enterprises": "parks", "workshops": "parks", "donations": "needs"}


def tell_industry(session: Session, today: date) -> None:
    """Write all of it; the spells of work are there already."""
    helper, _recipient = officers(session, Pair(HELPER, RECIPIENT))
    written: dict[str, int] = {}
    for key, day, told in LINES:
        more = {"parent_id": written[PARENTS[key]]} if key in PARENTS else {}
        written[key] = _write(session, helper, key, date.fromisoformat(day), told | more, today)


def _write(session: Session, actor: Actor, key: str, held_on: date, told: dict[str, Any], today: date) -> int:
    common = {"place_code": ZHAOJUE, "city_code": HELPER, "held_on": held_on, "owner": "陈科长"}
    entry = entries.write(session, actor, registers()[key], common | told, today)
    entries.advance(session, actor, entry, "begin_entry", utc_now())
    return entry.id
