"""Counting: the rows of a figure, and the figure out of exactly these rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.reports.formulas import FORMULAS, Basis, Part, Question
from app.reports.pairs import Pair
from models.asked_day import A_DAY, placed
from models.reports.indicator import Indicator, indicators_on
from models.reports.report import Cell, Figures

Row = list[Any]
COUNTY, SUBJECT, ONCE, PART, AMOUNT = range(5)
WHOLE_PAIR = ""
NOTHING: Cell = [0, 0, 0]
_BEST = {Part.COUNTED: 2, Part.UNKNOWN: 1, Part.WHOLE: 0}


@dataclass(frozen=True)
class Counted:
    """One figure: its definition, its rows, and what they add up to by county and in the whole."""

    indicator: Indicator
    subject: str
    rows: list[Row]
    cells: dict[str, Cell]


def count(
    session: Session, pair: Pair, on: date, indicator: Indicator, least_evidence: int | None = None
) -> Counted:
    """Count one figure as of ``on``; ``least_evidence`` in the place of the definition's: what if."""
    return _count(Basis(session, pair, on), indicator, least_evidence)


def _count(basis: Basis, indicator: Indicator, least_evidence: int | None = None) -> Counted:
    least = indicator.least_evidence if least_evidence is None else least_evidence
    statement = FORMULAS[indicator.formula].rows(Question(basis, indicator.key, least))
    return _counted(indicator, basis.session.execute(statement))


def _counted(indicator: Indicator, told: Iterable[Any]) -> Counted:
    rows = sorted(
        [county, int(number), once, part, int(amount)] for county, number, once, part, amount in told
    )
    return Counted(indicator, FORMULAS[indicator.formula].subject, rows, cells_of(rows))


def count_all(session: Session, pair: Pair, on: date) -> Iterator[Counted]:
    """Every figure of the definitions in force on ``on``."""
    basis = Basis(session, pair, on)
    for indicator in indicators_on(session, on):
        yield _count(basis, indicator)


class ManyDays:
    """The same figures of a pair for one day after another: a statement is built for the first of them."""

    def __init__(self, session: Session, pair: Pair) -> None:
        self.session, self.pair = session, pair
        self._built: dict[tuple[Any, ...], Select[Any]] = {}

    def count_all(self, on: date) -> Iterator[Counted]:
        """As the function of this name counts."""
        basis = Basis(self.session, self.pair, on)
        for indicator in indicators_on(self.session, on):
            yield _counted(indicator, self.session.execute(self._statement(basis, indicator), placed(on)))

    def _statement(self, basis: Basis, indicator: Indicator) -> Select[Any]:
        asked = (indicator.formula, indicator.key, indicator.least_evidence, basis.destinations.pairs)
        if asked not in self._built:
            question = Question(basis, indicator.key, indicator.least_evidence, A_DAY)
            self._built[asked] = FORMULAS[indicator.formula].rows(question)
        return self._built[asked]


def cells_of(rows: Iterable[Row]) -> dict[str, Cell]:
    """[value, of how many, of how many nothing is known] by county, and of all: what is counted once is
    counted once in each of them. Of nothing there is a cell for the whole alone."""
    best: dict[str, dict[str, tuple[int, int]]] = {WHOLE_PAIR: {}}
    for county, _number, once, part, amount in rows:
        told = (_BEST[Part(part)], amount)
        for place in {county, WHOLE_PAIR}:
            known = best.setdefault(place, {})
            known[once] = max(known.get(once, told), told)
    return {place: _cell(known.values()) for place, known in best.items()}


def _cell(told: Iterable[tuple[int, int]]) -> Cell:
    value = whole = unknown = 0
    for rank, amount in told:
        value += amount if rank == 2 else 0
        unknown += rank == 1
        whole += amount if rank == 2 else 1
    return [value, whole, unknown]


def figures_of(counted: Iterable[Counted]) -> Figures:
    """As a report keeps them."""
    return {one.indicator.key: one.cells for one in counted}
