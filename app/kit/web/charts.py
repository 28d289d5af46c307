"""What a drawn line needs besides its values: an axis of round numbers, and where nothing is known."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import groupby
from urllib.parse import quote

from flask import Flask

MOST_STEPS = 5


def axis(values: Iterable[int | None]) -> list[int]:
    """The marks of an axis from 0 past the largest value: steps of 1, 2 or 5 times a power of ten."""
    most = max((value for value in values if value is not None), default=0)
    step, factors = 1, (2, 2.5, 2)  # 1, 2, 5, 10, 20, 50, ...
    turn = 0
    while step * MOST_STEPS < most:
        step = int(step * factors[turn % 3])
        turn += 1
    return [step * number for number in range(max(1, -(-most // step)) + 1)]


def runs(values: Sequence[int | None]) -> list[list[tuple[int, int]]]:
    """(place, value) of what is known, in unbroken runs: no line is drawn across what nobody knows."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    parts = groupby(enumerate(known), key=lambda one: one[1][0] - one[0])
    return [[pair for _number, pair in part] for _gap, part in parts]


def table_file(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """The table of a chart as an address that holds it (RFC 2397), in the bytes that a spreadsheet reads."""
    out = StringIO()
    csv.writer(out).writerows([_harmless(cell) for cell in row] for row in (header, *rows))
    return "data:text/csv;charset=utf-8," + quote("\ufeff" + out.getvalue())


def _harmless(cell: object) -> str:
    """What a spreadsheet would take for a formula is text."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def init_app(app: Flask) -> None:
    """Give them to the templates."""
    app.jinja_env.globals.update(chart_axis=axis, chart_runs=runs, chart_table=table_file)
