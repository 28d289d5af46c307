"""Industry of the demo: a park at 昭觉 with an enterprise and a workshop, what was sold, who came to look.

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
    ("business_visits", "2020-12-02", {"title": "看厂房和用工", "partner": "佛山市某纺织厂", "people": 6}),
)
IN_PARK = ("enterprises", "workshops")


def tell_industry(session: Session, today: date) -> None:
    """Write all of it; the spells of work are there already."""
    helper, _recipient = officers(session, Pair(HELPER, RECIPIENT))
    park = 0
    for key, day, told in LINES:
        more = {"parent_id": park} if key in IN_PARK else {}
        number = _write(session, helper, key, date.fromisoformat(day), told | more, today)
        park = park or number


def _write(session: Session, actor: Actor, key: str, held_on: date, told: dict[str, Any], today: date) -> int:
    common = {"place_code": ZHAOJUE, "city_code": HELPER, "held_on": held_on, "owner": "陈科长"}
    entry = entries.write(session, actor, registers()[key], common | told, today)
    entries.advance(session, actor, entry, "begin_entry", utc_now())
    return entry.id
