"""The bare solver: who goes where, so that the total is as large as possible, with a bound on what is
possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.assign.limits import DEFAULT_LIMITS, Limits
from matching.assign.result import Status

NOWHERE = -1
Numbers = Sequence[int] | np.ndarray
LARGEST_VALUE = 1 << 44
# What all placements may be worth together in price steps, so that no sum leaves 64 bits.
LARGEST_TOTAL = 1 << 61


@dataclass(frozen=True)
class Solution:
    """``assignment[row]`` is a column or -1; ``value <= optimum <= bound``; ``prices`` are per place.

    ``status`` is ``optimal`` where value and bound are equal; ``stopped`` where a search ended at its limit
    and a higher one may find more; ``bounded`` where the problem was too large for one.

    >>> solution = solve([0, 1], [0, 0], [5, 3], capacity=[1])
    >>> solution.gap, solution.status
    (0.0, 'optimal')
    """

    assignment: np.ndarray
    value: int
    bound: int
    prices: np.ndarray
    status: Status

    @property
    def gap(self) -> float:
        """``(bound - value) / bound``; 0 when nothing can be gained."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def solve(
    rows: Numbers,
    cols: Numbers,
    values: Numbers,
    capacity: Numbers,
    sizes: Numbers | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Solution:
    """Assign rows to columns so that the sum of values is as large as possible.

    ``values[k]`` (whole numbers, above 0 to be worth anything) is the value of row ``rows[k]`` at column
    ``cols[k]``; a pair not listed is impossible. Column ``c`` takes at most ``capacity[c]`` places; a row
    takes ``sizes[row]`` places of one column (1 by default), whole or not at all. Rows may stay out.

    ``bound`` holds for every possible assignment of the listed pairs. With all sizes 1 the result is the
    proven optimum (``value == bound``). With groups HiGHS looks for better than the auction's answer while
    there are no more pairs than ``limits.options``, and stops after
    ``limits.nodes`` branches; the same input gives the same result on every machine.
    Raises ``ValueError`` for arrays of different lengths, numbers out of range, or values not whole.

    >>> solution = solve([0, 0, 1], [0, 1, 0], [5, 4, 3], capacity=[1, 1])
    >>> solution.assignment.tolist(), solution.value, solution.bound
    ([1, 0], 7, 7)
    """
    from matching.assign.bidding import LARGEST, price_scale, steps_down

    row_of, columns, points, places, units = _checked(rows, cols, values, capacity, sizes)
    largest, placements = int(points.max(initial=0)), min(len(units), int(places.sum()))
    most = min(LARGEST, LARGEST_TOTAL // max(placements, 1))
    if largest > most:
        raise ValueError("values are too large for so many placements")
    scale = price_scale(largest, placements, most)
    steps = steps_down(largest * scale)
    problem = row_of, columns, points * scale, places, units, steps
    if (units > 1).any():
        assignment, value, limit, prices, is_stopped = _with_groups(*problem, limits)
        value, limit, prices = value // scale, limit // scale, prices / scale
    else:
        assignment, value, limit, prices, is_stopped = *_alone(*problem, scale), False
    status: Status = "optimal" if value == limit else "stopped" if is_stopped else "bounded"
    return Solution(assignment, value, limit, prices, status)


Answer = tuple[np.ndarray, int, int, np.ndarray]


def _with_groups(*problem: Any) -> tuple[np.ndarray, int, int, np.ndarray, bool]:
    from matching.assign.groups import solve_groups

    return solve_groups(*problem)


def _alone(
    rows: np.ndarray,
    columns: np.ndarray,
    values: np.ndarray,
    places: np.ndarray,
    units: np.ndarray,
    steps: Sequence[int],
    scale: int,
) -> Answer:
    """Rows of one place each: the column of every row or -1, the value, a bound, and the prices, in units of
    value. The values given count ``scale`` to one."""
    from matching.assign import auction
    from matching.assign.bidding import bid, market
    from matching.assign.proof import prove

    edges = market(rows, columns, values, len(units), len(places))
    state = bid(edges, places, steps)
    proof = prove(edges, places, state.edge, scale)
    edge, prices, worth = proof.edge, proof.prices, edges.values // scale
    limit = auction.bound(prices, places, edges.starts, edges.orders, worth)
    if not proof.is_settled:
        prices = state.price // scale
        limit = auction.bound(state.price, places, edges.starts, edges.orders, edges.values) // scale
    placed = edge != NOWHERE
    assignment = np.full(len(units), NOWHERE)
    assignment[placed] = edges.orders[edge[placed]]
    return assignment, int(worth[edge[placed]].sum()), int(limit), prices


def _checked(
    rows: Numbers,
    cols: Numbers,
    values: Numbers,
    capacity: Numbers,
    sizes: Numbers | None,
) -> tuple[np.ndarray, ...]:
    """The arguments as int64 arrays, or ``ValueError``."""
    row_of, columns, points, places = (_whole(each) for each in (rows, cols, values, capacity))
    units = _whole(sizes) if sizes is not None else np.ones(int(row_of.max(initial=-1)) + 1, np.int64)
    if not len(row_of) == len(columns) == len(points):
        raise ValueError("rows, cols and values must be equally long")
    if len(row_of) and not (row_of.min() >= 0 and row_of.max() < len(units)):
        raise ValueError("a row is out of range")
    if len(columns) and not (columns.min() >= 0 and columns.max() < len(places)):
        raise ValueError("a column is out of range")
    if places.min(initial=0) < 0 or units.min(initial=1) < 1:
        raise ValueError("capacities must be 0 or more, sizes 1 or more")
    if len(points) and max(points.max(), -points.min()) > LARGEST_VALUE:
        raise ValueError("values are too large")
    worth = (points > 0) & (places[columns] >= units[row_of])
    return row_of[worth], columns[worth], points[worth], places, units


def _whole(numbers: Numbers) -> np.ndarray:
    given = np.asarray(numbers)
    if given.ndim != 1:
        raise ValueError("rows, cols, values, capacity and sizes are lists of numbers")
    if not len(given):
        return np.empty(0, np.int64)
    try:
        with np.errstate(invalid="ignore"):
            whole = given.astype(np.int64)
    except (OverflowError, TypeError, ValueError):
        raise ValueError("only whole numbers that fit into 64 bits") from None
    if given.dtype == bool or not np.array_equal(whole, given):
        raise ValueError("only whole numbers that fit into 64 bits")
    return whole
