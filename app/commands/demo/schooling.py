"""Schooling in the demo: a course for village leaders, a school in a pair, pupils of 昭觉 in 佛山."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.commands.demo.industry import HELPER, RECIPIENT
from app.commands.demo.reports import officers
from app.cooperation.operations import entries, people
from app.cooperation.register import registers
from app.reports.pairs import Pair
from models.people.category import people_who_count
from models.people.worker import Worker
from models.reference.target_category import CategoryUse

TERM = date(2019, 9, 2)
ENDS = {"place_code": ZHAOJUE, "city_code": HELPER, "owner": "陈科长"}
PUPILS = 12


def tell_schooling(session: Session, today: date) -> None:
    """Through the operations: the city's officer writes the lines, the county adds its own pupils."""
    helper, _recipient = officers(session, Pair(HELPER, RECIPIENT))
    course = {"title": "贫困村致富带头人培训班", "kind": "leaders", "partner": "佛山市委党校", "people": 40}
    days = {"held_on": date(2019, 5, 6), "due_on": date(2019, 5, 17), "target": 36}
    entries.write(session, helper, registers()["courses"], ENDS | course | days, today)
    unit = {
        "title": "昭觉县民族中学",
        "kind": "school",
        "partner": "佛山市某中学",
        "held_on": date(2018, 9, 3),
    }
    entries.write(session, helper, registers()["paired_units"], ENDS | unit, today)
    school = {"title": "佛山市某技工学校", "partner": "数控加工", "target": 30, "held_on": TERM}
    line = entries.write(
        session, helper, registers()["pupils"], ENDS | school | {"due_on": date(2022, 7, 1)}, today
    )
    people.add(session, actor_named(session, "county", today), line, _numbers(session), today)


def _numbers(session: Session) -> str:
    """The youngest of the county who were registered when the term began."""
    registered = people_who_count(CategoryUse.SUPPORT, TERM)
    rows = (
        select(Worker)
        .where(Worker.county_code == ZHAOJUE, Worker.id.in_(registered))
        .order_by(Worker.birth_date.desc(), Worker.id)
        .limit(PUPILS)
    )
    return "\n".join(one.id_number or "" for one in session.scalars(rows))
