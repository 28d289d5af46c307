"""One SQL query with the engine's rules, points and order, in DuckDB: what a data person would reach for."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.rivals_points import SamplePoints
from matching.generator import FIRST_DAY
from matching.pairs.attributes import prefecture
from matching.pairs.columns import Column, Frame
from matching.pairs.index import FIRST_WISH, WorkerIndex
from matching.pairs.order_tables import OrderTables
from matching.pairs.rules import legal_minimum, promised_wage, work_begins, years_before
from matching.pairs.scorecard import DEFAULT_SCORECARD
from matching.text.cleaning import skill_key
from matching.types import Order

if TYPE_CHECKING:
    import pyarrow as pa

ASKED = (
    "birth_date",
    "sex",
    "education",
    "mandarin",
    "health",
    "wage_floor_yuan",
    "available_on",
    "night_shift",
    "dormitory_needed",
    "couple_room_needed",
    "placed",
)
QUERY = """
WITH fitting AS (
    SELECT o.o, w.*, o.skills AS wanted
    FROM orders o JOIN workers w
      ON w.birth_date <= o.born_by AND (o.born_after IS NULL OR w.birth_date > o.born_after)
     AND w.placed IS DISTINCT FROM TRUE
     AND (NOT o.men OR w.sex = 'M')
     AND (o.education = 0 OR w.education >= o.education)
     AND (o.mandarin = 0 OR w.mandarin >= o.mandarin)
     AND (o.health = 0 OR w.health >= o.health)
     AND (w.wage_floor_yuan IS NULL OR w.wage_floor_yuan <= o.wage)
     AND (o.start_on IS NULL OR w.available_on IS NULL OR w.available_on <= o.start_on)
     AND (NOT coalesce(o.night_shift, TRUE) OR w.night_shift IS DISTINCT FROM FALSE)
     AND (o.dormitory OR w.dormitory_needed IS DISTINCT FROM TRUE)
     AND (o.couple_room OR w.couple_room_needed IS DISTINCT FROM TRUE)
     AND (len(w.cities) = 0 OR list_contains(w.cities, o.city))
     AND (len(o.certificates) = 0 OR list_has_all(w.certificates, o.certificates))
), scored AS (
    SELECT f.o, f.w, greatest({best}) + e.points + g.points + n.points + coalesce(t.points, 0)
         + CASE WHEN len(f.wanted) = 0 THEN 0
           ELSE {skills}[1 + 4 * len(list_intersect(f.skills, f.wanted)) // len(f.wanted)] END AS score
    FROM fitting f {wishes}
    JOIN experience e ON e.o = f.o AND e.number = f.experience
    JOIN wage g ON g.o = f.o AND g.number = f.floor
    JOIN county n ON n.o = f.o AND n.number = f.county
    LEFT JOIN trained t ON t.o = f.o AND t.number = f.w
)
SELECT o, w, score FROM scored
QUALIFY row_number() OVER (PARTITION BY o ORDER BY score DESC, w) <= {top} ORDER BY o, score DESC, w
"""


class SqlRanking:
    """The tables in a database in memory, and the query."""

    def __init__(self, index: WorkerIndex, prepared: OrderTables, points: SamplePoints, top: int) -> None:
        """Load everything; not part of what is timed. Raises ``ImportError`` where DuckDB is not
        installed."""
        import duckdb

        self._connection = duckdb.connect()
        # It expects one survivor and builds its hash tables on the wrong side: a fifth slower.
        self._connection.execute("SET disabled_optimizers='join_order,build_side_probe_side'")
        slots = range(index.codes.shape[1] - FIRST_WISH)
        self._load("workers", _workers(index))
        self._load("orders", _orders([prepared.orders.row(number) for number in range(points.orders)]))
        for name, table in points.by_name().items():
            self._load(name, _long(table))
        self._load("trained", _trained(prepared, points.orders))
        joins = (f"JOIN occupation c{n} ON c{n}.o = f.o AND c{n}.number = f.wish{n}" for n in slots)
        best = ", ".join(f"c{n}.points" for n in slots)
        skills = list(DEFAULT_SCORECARD.points["skills"])
        self._query = QUERY.format(best=best, wishes=" ".join(joins), skills=skills, top=top)

    def run(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Order, worker and score of every row of the ranking."""
        found = self._connection.execute(self._query).fetchnumpy()
        return found["o"], found["w"], found["score"]

    def _load(self, name: str, table: "pa.Table") -> None:
        self._connection.from_arrow(table).create(name)


def _workers(index: WorkerIndex) -> "pa.Table":
    import pyarrow as pa

    columns: dict[str, Any] = {"w": np.arange(len(index), dtype=np.int32)}
    columns |= {name: _spread(index.frame, name) for name in ASKED}
    columns["cities"] = _lists(index.frame.columns["cities"], prefecture)
    columns |= {name: _lists(index.frame.columns[name], skill_key) for name in ("skills", "certificates")}
    names = "experience", "floor", "county"
    codes = [np.ascontiguousarray(column).astype(np.int32) for column in index.codes.T]
    columns |= dict(zip(names, codes, strict=False))
    columns |= {f"wish{n}": column for n, column in enumerate(codes[FIRST_WISH:])}
    return pa.table(columns)


def _spread(frame: Frame, name: str) -> Any:
    import pyarrow as pa

    column = frame.columns[name]
    return pa.array([None if value == "" else value for value in column.values]).take(pa.array(column.codes))


def _lists(column: Column, key: Callable[[str], str]) -> Any:
    import pyarrow as pa

    cells = pa.array([sorted({key(part) for part in cell}) for cell in column.values], pa.list_(pa.string()))
    return cells.take(pa.array(column.codes))


def _orders(orders: list[Order]) -> "pa.Table":
    import pyarrow as pa

    words, day, whole, truth = pa.list_(pa.string()), pa.date32(), pa.int32(), pa.bool_()
    columns = {
        "born_by": ([_born_by(order) for order in orders], day),
        "born_after": ([_born_after(order) for order in orders], day),
        "men": (["women" in order.forbidden_work for order in orders], truth),
        "wage": ([promised_wage(order) for order in orders], whole),
        "start_on": ([order.start_on for order in orders], day),
        "city": ([prefecture(order.city_code) for order in orders], pa.string()),
        "certificates": ([sorted(set(map(skill_key, order.certificates))) for order in orders], words),
        "skills": ([sorted(set(map(skill_key, order.skills))) for order in orders], words),
    }
    for name in ("education", "mandarin", "health"):
        columns[name] = [getattr(order, f"min_{name}") or 0 for order in orders], whole
    for name in ("night_shift", "dormitory", "couple_room"):
        columns[name] = [getattr(order, name) for order in orders], truth
    numbers = {"o": pa.array(range(len(orders)), whole)}
    return pa.table(numbers | {name: pa.array(*column) for name, column in columns.items()})


def _born_by(order: Order) -> date:
    return years_before(work_begins(order, FIRST_DAY), max(legal_minimum(order), order.min_age or 0))


def _born_after(order: Order) -> date | None:
    return None if order.max_age is None else years_before(work_begins(order, FIRST_DAY), order.max_age + 1)


def _long(points: np.ndarray) -> "pa.Table":
    """A table of points by order and number as rows (o, number, points)."""
    import pyarrow as pa

    order, number = (axis.ravel().astype(np.int32) for axis in np.indices(points.shape))
    return pa.table({"o": order, "number": number, "points": points.ravel()})


def _trained(prepared: OrderTables, orders: int) -> "pa.Table":
    import pyarrow as pa

    starts, workers = prepared.trained.lists
    starts = starts[: orders + 1]
    order = np.repeat(np.arange(orders, dtype=np.int32), np.diff(starts))
    points = np.full(len(order), DEFAULT_SCORECARD.points["training"][1], np.int32)
    return pa.table({"o": order, "number": workers[: starts[-1]], "points": points})
