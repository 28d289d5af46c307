"""Tables: columns declared once give the headings, the cells, and what a phone shows beside each value.

Templates write ``kit.table(columns, rows)``; a column is its heading, or ``column(heading, css, ...)``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from app.kit.web.listing import own_view

WITHOUT_LABEL = {"first", "tick"}
# Where a cell stands in a phone's two lines. A column whose class says so need not declare it.
TITLE, STATE, FACT, ACT, TICK, WIDE = "title", "state", "fact", "act", "tick", "wide"
LEFT_OUT = "left-out"  # drawn nowhere; the cells stay, so that each row has them all
RANKS = (TITLE, STATE, FACT, ACT, TICK, WIDE)
RANK_BY_CLASS = {"first": TITLE, "name": TITLE, "tick": TICK, "row-actions": ACT}


@dataclass(frozen=True)
class Column:
    """A heading, and the classes of heading and cells.

    On a phone a row is two lines. ``rank`` says where a cell stands in them: ``title`` and ``state`` in the
    first, facts and what can be done (``act``) in the second, ``tick`` before both; ``wide`` is for wide
    screens only, since the row's own page says it. Unless declared, the class decides (``first``, ``tick``,
    ``row-actions``), a heading that only a screen reader says (``hidden``) is of something to do, and all
    else is a fact; the first fact is the title where there is no other.

    ``label`` stands before a fact: the heading unless a shorter word is given, or "" for nothing. A column
    with a ``key`` can be left out by its reader (app.kit.web.listing).
    """

    heading: str
    css: str = ""
    label: str | None = None
    hidden: bool = False
    rank: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a column that nobody hears named, or that has no place on a phone.

        A heading that is data (a city, a month) may be empty: no page fails for it.
        """
        if self.hidden and not self.heading:
            raise ValueError("a hidden column without the heading that a screen reader says")
        if self.rank and self.rank not in RANKS:
            raise ValueError(f"no rank of a column: {self.rank}")

    @property
    def own_rank(self) -> str:
        by_class = [RANK_BY_CLASS[name] for name in self.css.split() if name in RANK_BY_CLASS]
        return self.rank or next(iter(by_class), ACT if self.hidden else FACT)

    @property
    def phone_label(self) -> str:
        if self.label is not None:
            return self.label
        return "" if self.hidden or WITHOUT_LABEL & set(self.css.split()) else self.heading


def figure_columns(headings: Iterable[str]) -> list[Column]:
    """Columns of numbers under headings that are data: cities, months, schemes."""
    return [Column(heading, "figure") for heading in headings]


class Cells:
    """The attributes of a table's cells in the order of its columns, row after row: ``<td{{ cell() }}>``."""

    def __init__(self, columns: Iterable[Column | str], has_labels: bool = True) -> None:
        """A column that is empty (``column(...) if condition``) is left out; only cards have labels."""
        hidden = own_view().hidden
        given = [one if isinstance(one, Column) else Column(one) for one in columns if one]
        self.columns = [_left_out(one) if one.key in hidden else one for one in given]
        self.ranks = _ranks(self.columns)
        self.has_labels = has_labels
        self.row_number = 1
        self._next = 0
        self._written: dict[tuple[Any, ...], Markup] = {}

    def __call__(self, css: str = "", label: str | None = None, span: int = 1) -> Markup:
        """The next cell's attributes; ``css`` is added to the column's, ``label`` replaces its own."""
        if self._next == len(self.columns):
            self.end_row()
        place = self._next, css, label, span
        key = *place, type(label)  # a label that is Markup equals the same text that is not
        self._next += span
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = self._attributes(*place)
        return written

    def _attributes(self, column: int, css: str, label: str | None, span: int) -> Markup:
        here, rank = self.columns[column], self.ranks[column]
        attributes = {
            "class": f"{here.css} {css}".strip(),
            "data-rank": rank if self.has_labels and rank != FACT else "",
            "data-label": self._label(here, rank, label),
            "colspan": span if span > 1 else "",
        }
        return Markup("").join(Markup(' {}="{}"').format(*item) for item in attributes.items() if item[1])

    def _label(self, here: Column, rank: str, label: str | None) -> str:
        if not self.has_labels or rank != FACT:
            return ""
        return here.phone_label if label is None else label

    @property
    def shown(self) -> int:
        """How many columns are drawn."""
        return sum(LEFT_OUT not in one.css.split() for one in self.columns)

    def end_row(self) -> str:
        """Start the next row. Raises ValueError in tests when this one has not a cell for each column."""
        if current_app.testing and self._next != len(self.columns):
            raise ValueError(f"row {self.row_number}: {self._next} cells for {len(self.columns)} columns")
        self.row_number += 1
        self._next = 0
        return ""


def _left_out(column: Column) -> Column:
    return replace(column, css=f"{column.css} {LEFT_OUT}".strip())


def _ranks(columns: list[Column]) -> list[str]:
    ranks = [column.own_rank for column in columns]
    if TITLE not in ranks and FACT in ranks:
        ranks[ranks.index(FACT)] = TITLE
    return ranks


def page_of(rows: list[Any], size: int) -> tuple[list[Any], int | None]:
    """Split ``rows`` (at most one more than ``size``) into the page and the key (``id``) of the next one."""
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def init_app(app: Flask) -> None:
    """Give the templates what ``kit.table`` is made of."""
    app.jinja_env.globals.update(column=Column, figure_columns=figure_columns, cells_of=Cells)
