"""All rows of a list as it is narrowed: what is asked of them beside the page that is shown.

How many there are, in which groups they fall, where a page further on begins. Each is answered from an index
or from a bounded part of the rows, however many there are.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.kit.web.lately import lately
from models.i18n import Sentence
from models.one_of import one_of
from models.waiting import in_line, place_in_line

EXACT, SAMPLE, FEWEST_HITS = 1_000, 4_000, 10
FURTHEST = 10_000  # rows that a jump passes over; beyond them the filters are the quicker way


@dataclass(frozen=True)
class Whole:
    """``statement`` asks for rows of ``model``, in no order and with no loading options.

    ``order`` is that of the list, ``keys`` the columns of which ``place`` makes the address of what follows a
    row; without keys a place is how many rows were passed over. ``scope``: what the reader may see of the
    model, however the list is narrowed.
    """

    statement: Select[Any]
    model: Any
    order: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    place: Callable[[Any], str] = lambda row: ""
    scope: Select[Any] | None = None

    @property
    def number(self) -> Any:
        """The number of a row as the list is read along: of a joined index, where it is read by one."""
        last = self.order[-1] if self.order else self.model.id
        mine = self.model.__table__.c.id
        joined = getattr(last, "foreign_keys", ())
        return last if any(key.column is mine for key in joined) else self.model.id

    @property
    def numbers(self) -> Select[int]:
        return self.statement.with_only_columns(self.model.id)


def in_line_whole(statement: Select[Any], model: Any, scope: Select[Any] | None = None) -> Whole:
    """A list in which what is due stands first (models.waiting)."""
    keys = in_line(model)
    return Whole(statement, model, keys, keys, lambda row: place_in_line(row[0], row[1], row[2]), scope)


def newest_whole(statement: Select[Any], model: Any, scope: Select[Any] | None = None) -> Whole:
    """A list in which the newest stand first."""
    return Whole(statement, model, (model.id.desc(),), (model.id,), lambda row: str(row[0]), scope)


@dataclass(frozen=True)
class Total:
    """How many rows; where not all were counted, as far as a sample tells, rounded to what it can tell.

    ``is_least``: the sample holds too few of them to tell; there are more than so many.
    """

    number: int
    is_exact: bool = True
    is_least: bool = False

    @property
    def sentence(self) -> Sentence:
        told = f"{self.number:,}"
        if self.is_exact:
            return Sentence("%(n)s", {"n": told})
        if self.is_least:
            return Sentence("%(n)s 多", {"n": told})
        return Sentence("约 %(n)s", {"n": told})


def _counted(session: Session, whole: Whole) -> int:
    """How many rows, up to one more than :data:`EXACT`."""
    return session.scalar(select(func.count()).select_from(whole.numbers.limit(EXACT + 1).subquery())) or 0


def is_counted(session: Session, whole: Whole) -> bool:
    """Whether all its rows are counted: then so are those of each of its groups."""
    return _counted(session, whole) <= EXACT


def total(session: Session, whole: Whole) -> Total:
    """Exact up to :data:`EXACT` rows; beyond, told from a sample."""
    counted = _counted(session, whole)
    if counted <= EXACT:
        return Total(counted)
    sample = Sample.of(session, whole)
    hits = session.scalar(select(func.count()).select_from(sample.rows(whole).subquery())) or 0
    return sample.told(hits, EXACT)


def total_lately(session: Session, whole: Whole) -> Total:
    """As :func:`total`; what a sample told holds for a while (app.kit.web.lately)."""
    return lately(session, whole.numbers, lambda: total(session, whole), lambda told: not told.is_exact)


@dataclass(frozen=True)
class Sample:
    """``numbers`` drawn from all ``span`` between the first and the last of a list, others' rows among them;
    the same as long as the list ends with the same row."""

    numbers: Sequence[int]
    span: int

    @classmethod
    def of(cls, session: Session, whole: Whole) -> "Sample":
        number = whole.model.id
        numbers = whole.numbers
        if whole.scope is not None and whole.number is not number:
            # Read along a joined index, a name's, all its rows would be put in order for the two: the names
            # of a place are spread over all its people.
            numbers = whole.scope.with_only_columns(number)
        first = session.scalar(numbers.order_by(number).limit(1)) or 0
        last = session.scalar(numbers.order_by(number.desc()).limit(1)) or 0
        every = range(first, last + 1)
        return cls(list(every) if len(every) <= SAMPLE else _drawn(every), len(every))

    def rows(self, whole: Whole) -> Select[Any]:
        """Those of the list that are in the sample."""
        number: Any = whole.number
        if whole.statement.get_final_froms() != [whole.model.__table__]:
            # Not as an index finds it: SQLite tries the whole sample for each row of a joined table.
            number = number + 0
        return whole.numbers.where(one_of(number, self.numbers))

    def told(self, hits: int, least: int) -> Total:
        """What ``hits`` say of a list of over ``least`` rows, rounded to no more than twice its error."""
        if len(self.numbers) == self.span:
            return Total(hits)
        if hits < FEWEST_HITS:
            return Total(least, is_exact=False, is_least=True)
        share = hits / len(self.numbers)
        told = share * self.span
        error = told * math.sqrt((1 - share) / hits)
        unit = 10 ** max(2, math.floor(math.log10(max(1.0, 2 * error))))
        return Total(max(least, round(told / unit) * unit), is_exact=False)


def _drawn(every: range) -> list[int]:
    """One number of each of :data:`SAMPLE` equal parts, the same whenever the last is the same."""
    dice = Random(every[-1])  # noqa: S311
    edges = [len(every) * part // SAMPLE for part in range(SAMPLE + 1)]
    return [every[begin + int(dice.random() * (end - begin))] for begin, end in pairwise(edges)]


def place_of_page(session: Session, whole: Whole, page: int, size: int) -> str | None:
    """Behind which place page number ``page`` begins: "" for the first, None where the list ends before.

    Raises ValueError for a page beyond :data:`FURTHEST` rows.
    """
    passed = (page - 1) * size
    if passed <= 0:
        return ""
    if passed > FURTHEST:
        raise ValueError
    keys = whole.statement.with_only_columns(*(whole.keys or (whole.model.id,))).order_by(*whole.order)
    rows: Sequence[Row[Any]] = session.execute(keys.offset(passed - 1).limit(2)).all()
    if len(rows) < 2:
        return None
    return whole.place(rows[0]) if whole.keys else str(passed)
