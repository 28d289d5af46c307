"""A register that is exported and imported again says what it said: nothing changed, nothing in doubt."""

from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.cells.wages import HIGHEST_WAGE, LOWEST_WAGE
from app.workers.exports.queries import prefecture_names
from app.workers.exports.workbook import write_roster
from app.workers.intake.plan import Planned, Planner
from app.workers.operations import HOUSEHOLD_FIELDS, PLAIN_FIELDS, register_worker
from app.workers.roster.fields import BY_NAME
from app.workers.roster.reader import read_roster
from models.access import Role
from models.clock import today
from models.people.intake import RowOutcome
from models.people.worker import Worker
from tests.factories.people import FOSHAN, GUANGZHOU, ZHAOJUE, actor_of, id_number, make_user

PEOPLE = 120
UNKNOWN = 0.3
LETTERS = "阿木吉克沙马日火普工电焊村组一二三AZaz09 .-()（）、，。：;/'\"“”=+*%#@\n"
NAMES = ("阿木", "吉克·阿牛", "沙马伍各木", "Li Na", "买买提·艾力", "王芳", "的日伍哈")
DAYS = (date(1999, 12, 31), date(2014, 1, 1), date(2016, 2, 29), today(), today() + timedelta(days=40))
SEVERAL = ("health_text", "poverty_cause")
PHONES = (
    "13800001111",
    "13800001111、13900002222",
    "13900002222(父亲)",
    "0834-7221234",
    "13800001111、13900002222(母亲)",
)
LISTS: dict[str, tuple[str, ...]] = {
    "wishes": ("普工", "缝纫工", "焊工 A 级", "CNC operator", "什么都行的工"),
    "skills": ("电焊", "叉车", "Excel 表格", "开挖掘机"),
    "certificates": ("焊工证", "叉车证(N1)", "C1 驾照"),
    "cities": (FOSHAN, GUANGZHOU, "441900"),
}
WHOLE = {
    "months_away": (0, 1, 6, 12),
    "wage_floor_yuan": (LOWEST_WAGE, 1800, 4500, 12000, HIGHEST_WAGE),
    "mandarin": (0, 1, 2, 3),
    "lifted_year": (2014, 2019, 2020),
}
NUMBERS = ("household_code", "person_code")


def words(rng: Random, most: int) -> str:
    """Return what a form lets pass: something, without blanks around it."""
    text = "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, min(most, 30))))
    return text.strip() or "阿"


def value(rng: Random, name: str) -> Any:
    """Return a value of a field as the form would hand it on."""
    field = BY_NAME[name]
    if name in LISTS:
        return rng.sample(LISTS[name], rng.randint(1, len(LISTS[name])))
    if name in WHOLE:
        return rng.choice(WHOLE[name])
    if name in ("monitored_on", "risk_cleared_on"):  # nothing is cleared before it was seen
        return min(DAYS) if name == "monitored_on" else today()
    if name in ("available_on", "identified_on"):
        return rng.choice([day for day in DAYS if name == "available_on" or day <= today()])
    if name in ("phone", "household_phone"):
        return rng.choice(PHONES)
    if name in NUMBERS:
        return str(rng.randint(10**9, 10**14))
    if field.choices == ("是", "否"):
        return rng.random() < 0.5
    if name in SEVERAL:
        return ",".join(word for word in field.choices if rng.random() < 0.3) or field.choices[0]
    if field.choices:
        return rng.choice(field.choices)
    text = words(rng, field.longest)
    return text if name in ("note", "experience") else " ".join(text.split())


def people(rng: Random) -> list[dict[str, Any]]:
    """Return people with every field, known or not; some of one household, which has one head."""
    names = [
        name for name in (*PLAIN_FIELDS, *HOUSEHOLD_FIELDS, "phone") if name in BY_NAME and name != "name"
    ]
    made: list[dict[str, Any]] = []
    for number in range(PEOPLE):
        data = {name: None if rng.random() < UNKNOWN else value(rng, name) for name in names}
        if made and rng.random() < 0.3:  # a member of the household before
            data |= {name: made[-1][name] for name in HOUSEHOLD_FIELDS}
        heads = {other["household_code"] for other in made if other["relation"] == "户主"}
        if data["relation"] == "户主" and data["household_code"] in heads:
            data["relation"] = "之子"
        card = rng.choice(("", "", "44", "13"))
        born = date(1960 + number % 50, 1 + number % 12, 1 + number % 28)
        made.append(
            data | {"name": rng.choice(NAMES), "id_number": id_number(born=born, order=number + 1) + card}
        )
    return made


def exported(session: Session) -> bytes:
    target = BytesIO()
    write_roster(target, session.scalars(select(Worker).order_by(Worker.id)), prefecture_names(session))
    return target.getvalue()


def planned(session: Session, content: bytes) -> list[Planned]:
    with read_roster(content, county_code=ZHAOJUE, today=today()) as reading:
        assert [column.key for column in reading.columns if column.is_asked] == []
        return Planner(session, ZHAOJUE).plan(reading.rows())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_register_exported_and_imported_again_changes_nothing_and_doubts_nothing(
    seed: int, session: Session
) -> None:
    clerk = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    for data in people(Random(seed)):
        register_worker(session, clerk, ZHAOJUE, data, today())
    session.commit()
    rows = planned(session, exported(session))
    told = [(row.row, p.header, str(p.sentence)) for row in rows for p in (*row.errors, *row.warnings)]
    changed = [(row.row, row.changes) for row in rows if row.changes]
    assert (told, changed) == ([], [])
    assert Counter(row.outcome for row in rows) == {RowOutcome.UNCHANGED: PEOPLE}
