"""An enterprise of 佛山 with people of 昭觉 at work, the county, the city, and their sheets."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.clock import today
from models.employment.recording import Workplace, begin_spell
from models.employment.roster import open_months
from models.employment.spell import EmploymentSpell, SpellKind
from models.people.worker import Worker
from models.placement import follow_up
from models.placement.placement import Placement, PlacementState
from models.reference.organisation import Organisation
from models.user import User
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

LAST = open_months(today())[0]
"""The latest month that may be told."""
NAMED = f"{LAST:%Y-%m}"


@dataclass
class Office:
    """One enterprise with its city and the county its people come from."""

    firm: Organisation
    clerk: User
    county: User
    city: User
    colleague: User
    people: list[Worker]
    spells: list[EmploymentSpell]

    def actor(self, session: Session, user: User) -> Actor:
        return actor_of(session, user)


def began() -> date:
    """Long enough ago that the whole of the latest month was worked."""
    return LAST - timedelta(days=100)


def make_office(session: Session, persons: int = 3, told_fen: int | None = 450_000) -> Office:
    """Return the enterprise with so many people at work there by their counties' word."""
    firm = make_enterprise(session)
    county = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    people = [make_worker(session, name=f"阿牛{n:03d}号") for n in range(persons)]
    actor = actor_of(session, county)
    spells = [put_to_work(session, actor, worker, firm, told_fen) for worker in people]
    session.commit()
    return Office(
        firm,
        make_user(session, Role.ENTERPRISE, organisation_id=firm.id),
        county,
        make_user(session, Role.CITY, area_code=FOSHAN),
        make_user(session, Role.CITY, area_code=FOSHAN),
        people,
        spells,
    )


def put_to_work(
    session: Session,
    actor: Actor,
    worker: Worker,
    firm: Organisation,
    told_fen: int | None = None,
    on: date | None = None,
    **more: Any,
) -> EmploymentSpell:
    """Write down that somebody works at an enterprise."""
    place = Workplace(SpellKind.ENTERPRISE, firm.area_code, firm.name, firm.id)
    given = {"told_wage_fen": told_fen, "actor": actor, "today": today()} | more
    return begin_spell(session, worker, place, on or began(), **given)


def place_at_work(session: Session, actor: Actor, worker: Worker, firm: Organisation, on: date) -> Placement:
    """Return a placement on site since ``on`` with its planned follow-ups and its spell."""
    order = make_order(session, firm)
    placement = make_placement(
        session, order, worker, state=PlacementState.ON_SITE, hired_on=on, on_site_on=on
    )
    placement.active_digest = worker.id_digest
    order.taken = 1
    follow_up.plan(session, placement)
    session.flush()
    follow_up.set_due(placement, on)
    put_to_work(session, actor, worker, firm, 450_000, on, placement_id=placement.id)
    session.commit()
    return placement


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """The rows of a workbook by heading."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows if any(row)]


def book_of(rows: Sequence[dict[str, Any]]) -> bytes:
    """A workbook of rows by heading."""
    book, heads = Workbook(), list(dict.fromkeys(name for row in rows for name in row))
    sheet = book.active
    sheet.append(heads)
    for row in rows:
        sheet.append([row.get(name) for name in heads])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def download(client: FlaskClient, month: str = NAMED, **data: str) -> list[dict[str, Any]]:
    """The month's sheet as rows."""
    answer = client.post(f"/employment/months/{month}/sheet", data=data)
    assert answer.status_code == 200, answer.text
    return rows_of(answer.data)


def send(client: FlaskClient, rows: Sequence[dict[str, Any]], month: str = NAMED) -> str:
    """Send a sheet; where its preview is."""
    file = io.BytesIO(book_of(rows)), "花名册.xlsx"
    answer = client.post(
        f"/employment/months/{month}/upload", data={"file": file}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def told(rows: Sequence[dict[str, Any]], **cells: Any) -> list[dict[str, Any]]:
    """The rows with everybody at work and paid, or what ``cells`` say instead."""
    words = {"还在岗吗": "是", "本月实发工资（元）": 5000, "本月缴了社保吗": "是", "出勤天数": 26}
    return [row | words | cells for row in rows]


Answer = Callable[..., FlaskClient]
