"""Who works where: persons on site by home and by city, with small groups hidden where supervisors read
them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.queries.statistics import Bar, counted_under
from models.access import Actor
from models.i18n import Sentence
from models.published import PublishedTable, published
from models.reference.area import Area, area_names
from models.summary import reading
from models.summary.figure import Figure
from models.summary.reading import Cells

LONGEST_LIST = 5


@dataclass(frozen=True)
class Row:
    """One home: its name, persons by city, their sum. None: hidden, being few or giving few away."""

    code: str
    name: str
    cells: list[int | None]
    total: int | None


@dataclass(frozen=True)
class Flows:
    """The table: cities across, homes down, the largest first; ``total`` counts persons on site."""

    cities: list[str]
    city_codes: list[str]
    rows: list[Row]
    sums: list[int | None]
    total: int | None
    hides: bool

    def heat(self, persons: int | None) -> int:
        """How deep a cell is shaded, 0 to 4, by its share of the largest."""
        most = max((cell or 0 for row in self.rows for cell in row.cells), default=0)
        return -(-4 * persons // most) if persons else 0


def on_site(session: Session, actor: Actor, today: date) -> Cells:
    """Persons at work by (county, city) among those ``actor`` may see."""
    return reading.cells(session, actor, counted_under(actor), today, Figure.AT_WORK)


def by_prefecture(session: Session, cells: Cells) -> Cells:
    """The same persons by (prefecture, city)."""
    homes = {home for home, _city in cells}
    rows = session.execute(select(Area.code, Area.prefecture_code).where(Area.code.in_(homes)))
    above = {code: prefecture or code for code, prefecture in rows}
    merged: Counter[tuple[str, str]] = Counter()
    for (home, city), persons in cells.items():
        merged[above.get(home, home), city] += persons
    return dict(merged)


def table(session: Session, cells: Cells, hides: bool) -> Flows:
    """``cells`` with names and sums; ``hides``: as they may be published."""
    shown = published(cells) if hides else _in_full(cells)
    down, across = _largest_first(shown.rows), _largest_first(shown.columns)
    names = area_names(session, {*down, *across})
    rows = [
        Row(
            home,
            names.get(home, home),
            [shown.cells.get((home, city), 0) for city in across],
            shown.rows[home],
        )
        for home in down
    ]
    cities = [names.get(city, city).removesuffix("市") for city in across]
    return Flows(cities, across, rows, [shown.columns[city] for city in across], shown.total, hides)


def _in_full(cells: Cells) -> PublishedTable[str, str]:
    down, across = _sums(cells, 0), _sums(cells, 1)
    return PublishedTable(dict(cells), dict(down), dict(across), sum(cells.values()))


def _largest_first(sums: dict[str, int | None]) -> list[str]:
    """What is told by its size; what is not, after it by its code: its place would tell its size."""
    return sorted(sums, key=lambda code: (-(sums[code] or 0), code))


def _sums(cells: Cells, side: int) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for key, persons in cells.items():
        sums[key[side]] += persons
    return dict(sums.most_common())


def longest(session: Session, cells: Cells, side: int) -> list[Bar]:
    """The largest homes (``side`` 0) or cities (1) as rows for kit.bars; the rest in one row."""
    sums = _sums(cells, side)
    names = area_names(session, set(sums))
    bars = [(names.get(code, code), persons, "") for code, persons in sums.items()]
    rest = sum(persons for _name, persons, _remark in bars[LONGEST_LIST:])
    return bars[:LONGEST_LIST] + ([(Sentence("其他地方"), rest, "")] if rest else [])


def places_asked(cells: Cells, side: int) -> list[dict[str, str]]:
    """What an address says to list the people of each row of :func:`longest`; of the rest nothing."""
    codes = list(_sums(cells, side))
    name = ("home", "city")[side]
    return [{name: code} for code in codes[:LONGEST_LIST]] + ([{}] if codes[LONGEST_LIST:] else [])
