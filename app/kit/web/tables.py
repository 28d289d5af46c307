"""Tables: columns declared once give the headings, the cells, and what a phone shows beside each value.

Templates write ``kit.table(columns, rows)``; a column is its heading, or ``column(heading, css, ...)``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

WITHOUT_LABEL = {"first", "tick"}


@dataclass(frozen=True)
class Column:
    """A heading, and the classes of heading and cells.

    On a phone ``label`` stands before the value: the heading unless a shorter word is given, or "" for
    nothing. There is none for the title of a row (class ``first``), for a box to tick, and where only a
    screen reader says the heading (``hidden``).
    """

    heading: str
    css: str = ""
    label: str | None = None
    hidden: bool = False

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
        self.columns = [one if isinstance(one, Column) else Column(one) for one in columns if one]
        self.has_labels = has_labels
        self.row_number = 1
        self._next = 0

    def __call__(self, css: str = "", label: str | None = None, span: int = 1) -> Markup:
        """The next cell's attributes; ``css`` is added to the column's, ``label`` replaces its own."""
        if self._next == len(self.columns):
            self.end_row()
        here = self.columns[self._next]
        self._next += span
        attributes = {
            "class": f"{here.css} {css}".strip(),
            "data-label": (here.phone_label if label is None else label) if self.has_labels else "",
            "colspan": span if span > 1 else "",
        }
        return Markup("").join(Markup(' {}="{}"').format(*item) for item in attributes.items() if item[1])

    def end_row(self) -> str:
        """Start the next row. Raises ValueError in tests when this one has not a cell for each column."""
        if current_app.testing and self._next != len(self.columns):
            raise ValueError(f"row {self.row_number}: {self._next} cells for {len(self.columns)} columns")
        self.row_number += 1
        self._next = 0
        return ""


def page_of(rows: list[Any], size: int) -> tuple[list[Any], int | None]:
    """Split ``rows`` (at most one more than ``size``) into the page and the key (``id``) of the next one."""
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def init_app(app: Flask) -> None:
    """Give the templates what ``kit.table`` is made of."""
    app.jinja_env.globals.update(column=Column, figure_columns=figure_columns, cells_of=Cells)
