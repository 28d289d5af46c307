"""A register of very many synthetic people in counties that 佛山 helps, and orders, straight into the
database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.commands.demo.names import name_of
from benchmarks.bulk import pour
from matching.generator import draw_orders, draw_workers, load_trade
from models.clock import utc_now
from models.jobs.order import ForbiddenWork, Order, OrderState, Provision
from models.people.name_index import NameKey, NameWaiting
from models.people.name_reading import search_keys
from models.people.worker import Worker
from models.reference.area import Area, AreaLevel

CHUNK = 50_000
COUNTY, PREFECTURE, PROVINCE, CITY = "513431", "513400", "510000", "440600"
OWN_SHARE = 0.25
WHOLE = ("education", "mandarin", "health", "wage_floor_yuan")
SAID = {"1": True, "0": False, "": None}
YES_NO = ("night_shift", "dormitory_needed", "couple_room_needed")
LISTS = ("wishes", "skills", "certificates", "cities")


def fill(session: Session, people: int, seed: int = 7, own_share: float = OWN_SHARE) -> None:
    """Write ``people`` workers, ``own_share`` of them in 昭觉, the others in the rest of 凉山; commits."""
    dice, trade = np.random.default_rng(seed), load_trade()
    counties = list(
        session.scalars(
            select(Area.code).where(Area.prefecture_code == PREFECTURE, Area.level == AreaLevel.COUNTY)
        )
    )
    towns = [
        (code, name)
        for code, name in session.execute(
            select(Area.code, Area.name).where(Area.parent_code == COUNTY).order_by(Area.code)
        )
    ]
    for first in range(0, people, CHUNK):
        count = min(CHUNK, people - first)
        drawn = draw_workers(dice, trade, count, ())
        homes = np.where(dice.random(count) < own_share, COUNTY, dice.choice(counties, count))
        pour(session, Worker, _people(drawn, homes.tolist(), towns, first))
    for county in counties:
        pour(session, NameKey, _keys(session, county))
    session.execute(delete(NameWaiting))
    session.commit()


def _keys(session: Session, county: str) -> Iterator[dict[str, Any]]:
    """The search keys of a county's people, in the order of their tree; a name is read once."""
    of_name: dict[str, list[int]] = {}
    for number, name in session.execute(select(Worker.id, Worker.name).where(Worker.county_code == county)):
        of_name.setdefault(name, []).append(number)
    of_key: dict[str, list[int]] = {}
    for name, numbers in of_name.items():
        for key in search_keys(name):
            of_key.setdefault(key, []).extend(numbers)
    for key in sorted(of_key):
        for number in sorted(of_key[key]):
            yield {"county_code": county, "key": key, "worker_id": number}


def _people(
    drawn: dict[str, Any], homes: Sequence[str], towns: Sequence[tuple[str, str]], first: int
) -> Iterator[dict[str, Any]]:
    now: datetime = utc_now()
    names = Random(first)
    for n, home in enumerate(homes):
        number = first + n + 1
        row = {
            name: drawn[name][n]
            for name in ("birth_date", "sex", "experience", "available_on", *WHOLE, *YES_NO)
        }
        born, (code, town) = row["birth_date"] or "1990-05-03", towns[number % len(towns)]
        yield {
            "created_at": now,
            "updated_at": now,
            "county_code": home,
            "name": name_of(names, "彝族" if number % 10 else "汉族", row["sex"] or "M"),
            "township": town,
            "township_code": code if home == COUNTY else None,
            "id_digest": f"{number:064d}",
            "id_last4": f"{number % 10_000:04d}",
            "willing": True,
            "birth_date": date.fromisoformat(born),
            "sex": row["sex"] or "M",
            "experience": row["experience"],
            "available_on": date.fromisoformat(row["available_on"]) if row["available_on"] else None,
            **{name: int(row[name]) if row[name] else None for name in WHOLE},
            **{name: row[name] == "1" if row[name] else None for name in YES_NO},
            **{name: drawn[name][n].split("|") if drawn[name][n] else [] for name in LISTS},
        }


def post(
    session: Session, enterprise_id: int, count: int, state: OrderState, today: date, seed: int
) -> list[int]:
    """Write ``count`` varied orders of an enterprise in 佛山; returns their numbers; commits."""
    drawn = draw_orders(np.random.default_rng(seed), load_trade(), [str(n) for n in range(count)])
    rows = []
    for n in range(count):
        cells = {name: column[n] for name, column in drawn.items()}
        rows.append(Order(enterprise_id=enterprise_id, state=state, **_order_values(cells, today, n)))
    session.add_all(rows)
    session.commit()
    return [row.id for row in rows]


def _order_values(cells: Mapping[str, str], today: date, number: int) -> dict[str, Any]:
    """What the register keeps of one order of the generator."""
    wholes = ("min_age", "max_age", "min_education", "min_mandarin", "min_health")
    return {
        "title": cells["title"],
        "description": cells["description"],
        "headcount": int(cells["headcount"]),
        "city_code": CITY,
        "posted_on": today,
        "occupation_confirmed": True,
        "valid_until": today + timedelta(days=60),
        "start_on": today + timedelta(days=7 + number % 50),
        "wage_low_fen": int(cells["wage_low_yuan"]) * 100,
        "wage_high_fen": int(cells["wage_low_yuan"]) * 120,
        "night_shift": SAID[cells["night_shift"]],
        "couple_rooms": SAID[cells["couple_room"]],
        "lodging": {"1": Provision.FREE, "0": Provision.SELF}.get(cells["dormitory"]),
        "forbidden_work": ForbiddenWork(cells["forbidden_work"]),
        **{name: int(cells[name]) if cells[name] else None for name in wholes},
        **{name: cells[name].split("|") if cells[name] else [] for name in ("certificates", "skills")},
    }
