"""What a drawn line needs besides its values: an axis of round numbers, and where nothing is known."""

from collections.abc import Iterable, Sequence
from itertools import groupby

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


def init_app(app: Flask) -> None:
    """Give both to the templates."""
    app.jinja_env.globals.update(chart_axis=axis, chart_runs=runs)
