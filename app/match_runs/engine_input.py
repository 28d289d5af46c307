"""Rows of the register and of the job orders, turned into what the engine reads. In bulk, a column at a time.

Only what a rule or a factor of the engine asks for is read. Ethnicity, religion, marital state and birthplace
have no column here; sex is read because the law forbids some work to women (国务院令619号 附录).
"""

import hashlib
import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session

import matching
from app.kit.vocabulary.queries import in_other_words
from app.match_runs.reserved_places import Kept, trained_column
from matching import Column, Frame
from models.jobs.order import Order, Provision
from models.people.worker import Worker
from models.placement.placement import HOLDING, Placement
from models.reference.area import Area, AreaLevel
from models.reference.dated_fact import partner_prefectures

CHUNK = 5000
Decode = Callable[[Any], Any]
Fellows = dict[int, tuple[str, ...]]
PLAIN = (
    "birth_date",
    "sex",
    "education",
    "mandarin",
    "health",
    "county_code",
    "wage_floor_yuan",
    "available_on",
    "night_shift",
    "dormitory_needed",
    "couple_room_needed",
)
LISTS = ("wishes", "skills", "certificates", "cities")
DORMITORY = {Provision.FREE: True, Provision.PART: True, Provision.SELF: False}


def worker_frame(
    session: Session,
    condition: ColumnElement[bool],
    groups: dict[int, tuple[str, str]] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Frame:
    """The workers that meet ``condition`` as the engine's columns, ids rising.

    ``groups`` maps a worker's id to (group_id, group_rule), ``renamed`` words that were settled to the
    names of their occupations. A million rows take about 100 MB: every distinct value is kept once.
    """
    lists = [cast(getattr(Worker, name), Text).label(name) for name in LISTS]
    plain = [getattr(Worker, name) for name in PLAIN]
    statement = select(Worker.id, Worker.experience, *plain, *lists).where(condition).order_by(Worker.id)
    names = ("experience", *PLAIN, *LISTS)
    ids, codes, values = _collect(session.execute(statement.execution_options(yield_per=CHUNK)), len(names))
    decoders = dict.fromkeys(LISTS, _as_tuple) | {
        "cities": city_reader(session),
        "wishes": lambda text: in_other_words(_as_tuple(text), renamed or {}),
    }
    columns = {
        name: Column(np.array(numbers, np.int32), _decoded(distinct, decoders.get(name)))
        for name, numbers, distinct in zip(names, codes, values, strict=True)
    }
    columns["trained_for"] = trained_column(session, ids)
    columns["placed"] = constant(False, len(ids))
    columns |= _group_columns(ids, groups or {})
    return Frame.sorted_by_id(matching.Worker, [str(number) for number in ids], columns)


def _collect(rows: Iterable[Any], width: int) -> "tuple[array[int], list[array[int]], list[dict[Any, int]]]":
    """Read rows of (id, cell, cell, ...): ids, the number of each cell's value, and the distinct values."""
    ids, codes = array("q"), [array("i") for _ in range(width)]
    values: list[dict[Any, int]] = [{} for _ in range(width)]
    columns = list(zip(codes, values, strict=True))
    for number, *cells in rows:
        ids.append(number)
        for cell, (column, distinct) in zip(cells, columns, strict=True):
            column.append(distinct.setdefault(cell, len(distinct)))
    return ids, codes, values


def _decoded(values: Iterable[Any], decode: Decode | None) -> list[Any]:
    return [decode(value) for value in values] if decode else list(values)


def _as_tuple(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text) or ()) if text else ()


def joined(frames: Sequence[Frame]) -> Frame:
    """Frames of workers one after another as one; their ids must rise from each to the next."""
    if not frames:
        return Frame.of(matching.Worker, [])
    columns = {name: _joined([frame.columns[name] for frame in frames]) for name in frames[0].columns}
    return Frame(matching.Worker, np.concatenate([frame.ids for frame in frames]), columns)


def _joined(columns: Sequence[Column]) -> Column:
    numbers: dict[Any, int] = {}
    codes = []
    for column in columns:
        merged = [numbers.setdefault(value, len(numbers)) for value in column.values]
        codes.append(np.array(merged, np.int32)[column.codes])
    return Column(np.concatenate(codes), list(numbers))


def constant(value: Any, rows: int) -> Column:
    """A column that says the same of all workers."""
    return Column(np.zeros(rows, np.int32), [value])


def _group_columns(ids: Sequence[int], groups: dict[int, tuple[str, str]]) -> dict[str, Column]:
    cells = [groups.get(number, ("", "")) for number in ids]
    return {
        "group_id": Column.of([group for group, _rule in cells]),
        "group_rule": Column.of([rule for _group, rule in cells]),
    }


def city_reader(session: Session) -> Decode:
    """A function: JSON text of a worker's cities -> prefecture codes.

    A place written by name is looked up; a province stands for all its cities. What cannot be read stays as
    it is, so that a wish that was not understood is not taken for "anywhere".
    """
    codes_of: dict[str, tuple[str, ...]] = {}
    statement = select(Area.code, Area.name, Area.parent_code).where(Area.level == AreaLevel.PREFECTURE)
    for code, name, province in session.execute(statement.order_by(Area.code)):
        codes_of[code] = codes_of[name] = codes_of[name.removesuffix("市")] = (code,)
        codes_of[province or ""] = (*codes_of.get(province or "", ()), code)
    provinces = select(Area.code, Area.name).where(Area.level == AreaLevel.PROVINCE)
    for code, name in session.execute(provinces):
        codes_of[name] = codes_of[name.removesuffix("省")] = codes_of.get(code, (code,))

    def read(text: str | None) -> tuple[str, ...]:
        wished = [codes_of.get(place, (_prefecture(place),)) for place in _as_tuple(text)]
        return tuple(dict.fromkeys(code for codes in wished for code in codes))

    return read


def _prefecture(place: str) -> str:
    return place[:4] + "00" if place.isdecimal() else place


def engine_orders(
    session: Session, orders: Sequence[Order], day: date, fellows: Fellows, kept: Kept | None = None
) -> list[matching.Order]:
    """Job orders as the engine reads them, as of ``day``.

    headcount is what is left to fill: open places, and those ``kept`` for classes the asker may count on.
    """
    helped = helped_counties(session, {order.city_code for order in orders}, day)
    return [
        _engine_order(
            order,
            day,
            helped[order.city_code],
            fellows.get(order.enterprise_id, ()),
            order.places_left + (kept or {}).get(order.id, 0),
        )
        for order in orders
    ]


def _engine_order(
    order: Order, day: date, helped: tuple[str, ...], fellows: tuple[str, ...], places: int
) -> matching.Order:
    low = order.wage_low_fen if order.wage_low_fen is not None else order.base_wage_fen
    return matching.Order(
        order_id=str(order.id),
        title=_title(order),
        description=order.description,
        city_code=order.city_code,
        headcount=places,
        min_age=order.min_age,
        max_age=order.max_age,
        min_education=order.min_education,
        min_mandarin=order.min_mandarin,
        min_health=order.min_health,
        certificates=tuple(order.certificates),
        skills=tuple(order.skills),
        wage_low_yuan=_yuan(low),
        wage_high_yuan=_yuan(order.wage_high_fen),
        # An order that began already takes people from today on; an unknown start stays unknown.
        start_on=max(order.start_on, day) if order.start_on else None,
        night_shift=order.night_shift,
        dormitory=DORMITORY.get(order.lodging) if order.lodging else None,
        couple_room=order.couple_rooms,
        forbidden_work=order.forbidden_work.value,
        priority_counties=helped,
        fellow_counties=fellows,
    )


def _title(order: Order) -> str:
    """The order's title; the confirmed occupation's name where the engine would read another one in it."""
    settled = order.occupation_confirmed and order.occupation_code
    if not settled or settled in matching.occupation_codes(order.title, order.description):
        return order.title
    return order.occupation_name


def _yuan(fen: int | None) -> int | None:
    return None if fen is None else fen // 100


def fellow_counties(session: Session, enterprises: Iterable[int], visible: ColumnElement[bool]) -> Fellows:
    """Per enterprise, the counties that have workers there now, of the placements that are ``visible``."""
    statement = (
        select(Placement.enterprise_id, Placement.county_code)
        .where(Placement.enterprise_id.in_(set(enterprises)), Placement.state.in_(HOLDING), visible)
        .distinct()
        .order_by(Placement.enterprise_id, Placement.county_code)
    )
    fellows: Fellows = {}
    for enterprise, county in session.execute(statement):
        fellows[enterprise] = (*fellows.get(enterprise, ()), county)
    return fellows


def helped_counties(session: Session, city_codes: Iterable[str], day: date) -> dict[str, tuple[str, ...]]:
    """Per city or district code, the counties that its city helps on ``day`` (粤办发〔2016〕32号 二)."""
    cities = {code: code[:4] + "00" for code in city_codes}
    prefectures = {city: partner_prefectures(session, city, day) for city in set(cities.values())}
    wanted = {code for codes in prefectures.values() for code in codes}
    statement = select(Area.prefecture_code, Area.code).where(
        Area.prefecture_code.in_(wanted), Area.level == AreaLevel.COUNTY
    )
    inside: dict[str, list[str]] = {}
    for prefecture, county in session.execute(statement.order_by(Area.code)):
        inside.setdefault(prefecture or "", []).append(county)
    return {
        code: tuple(county for prefecture in prefectures[city] for county in inside.get(prefecture, ()))
        for code, city in cities.items()
    }


def digest_of(settings: dict[str, Any], scorecard: str, pool: str, orders: Sequence[matching.Order]) -> str:
    """SHA-256 (hexadecimal) over everything that decides the result: equal digests, equal results.

    ``pool`` is the digest of the candidates.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, ensure_ascii=False).encode())
    digest.update(scorecard.encode())
    digest.update(pool.encode())
    for order in orders:
        digest.update(repr(order).encode())
    return digest.hexdigest()


def frame_digest(workers: Frame) -> str:
    """SHA-256 (hexadecimal) over everything the engine reads of some workers."""
    digest = hashlib.sha256("\n".join(workers.ids.tolist()).encode())
    for name, column in sorted(workers.columns.items()):
        digest.update(f"{name}{column.values!r}".encode())
        digest.update(column.codes.tobytes())
    return digest.hexdigest()
