"""Groups by branch and bound: HiGHS looks for better than bidding found, and says what cannot be reached.

A placement is a choice of variables, one per pair of a single worker and one per option of a group: every
unit at most once, every order within its places. The linear relaxation gives prices; rounded to whole price
steps they bound every placement in exact arithmetic, and every variable that cannot be part of a better one
is dropped. What is left goes to HiGHS with a limit on the number of branches. HiGHS counts in floating point,
so what it chooses is added up and checked in whole numbers, and its bound is taken with its tolerance added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from matching.assign.options import Options, Placement
from matching.assign.place_counts import NOWHERE, Edges

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# What HiGHS may be off by: a part of the value, and at least a part of one unit.
RELATIVE, ABSOLUTE = 1e-9, 1e-3


class Program(NamedTuple):
    """The variables: the unit of each, its worth in price steps, and its places by order.

    ``once`` has a row per unit (1 where a variable places it), ``held`` one per order (the places taken).
    """

    unit: np.ndarray
    value: np.ndarray
    once: "csr_array"
    held: "csr_array"
    capacity: np.ndarray


def better_by_branching(
    edges: Edges,
    options: Options,
    takes: Sequence[Mapping[int, int]],
    capacity: np.ndarray,
    placed: Placement,
    nodes: int,
) -> Placement:
    """The better of ``placed`` and what HiGHS finds in so many branches, with a bound on every placement.

    ``takes`` are the places of every option by order.
    """
    program = _program(edges, options, takes, capacity, len(placed.option))
    prices = _prices(program)
    gain = program.value - _cost(program, prices)
    best = np.zeros(program.once.shape[0], np.int64)
    np.maximum.at(best, program.unit, gain)
    limit = int(best.sum()) + _sum_of(prices, program.capacity)
    if limit <= placed.value:
        return replace(placed, limit=placed.value)
    could_help = np.flatnonzero(limit - (best[program.unit] - gain) > placed.value)
    chosen, highs_limit, is_stopped = _branch(program, could_help, nodes)
    limit = min(limit, max(highs_limit, placed.value))
    if len(chosen) and _is_possible(program, chosen):
        value = int(program.value[chosen].sum())
        if value > placed.value:
            placed = _placement(edges, options, chosen, placed, value)
    return replace(placed, limit=max(limit, placed.value), is_stopped=is_stopped and limit > placed.value)


def _program(
    edges: Edges,
    options: Options,
    takes: Sequence[Mapping[int, int]],
    capacity: np.ndarray,
    groups: int,
) -> Program:
    alone = len(edges.starts) - 1
    unit = np.concatenate([edges.workers, alone + options.group]).astype(np.int64)
    value = np.concatenate([edges.values, options.value])
    variables, singles, orders = len(value), len(edges.values), len(capacity)
    once = _matrix(unit, np.arange(variables), np.ones(variables, np.int64), (alone + groups, variables))
    entries = [(order, option, n) for option, of_option in enumerate(takes) for order, n in of_option.items()]
    order, option, places = np.array(entries, np.int64).reshape(-1, 3).T
    held = _matrix(
        np.concatenate([edges.orders, order]),
        np.concatenate([np.arange(singles), singles + option]),
        np.concatenate([np.ones(singles, np.int64), places]),
        (orders, variables),
    )
    return Program(unit, value, once, held, capacity)


def _matrix(rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array((values, (rows, columns)), shape=shape)


def _cost(program: Program, prices: np.ndarray) -> np.ndarray:
    """What the places of every variable cost, int64."""
    cost: np.ndarray = program.held.T @ prices
    return cost


def _sum_of(prices: np.ndarray, capacity: np.ndarray) -> int:
    """What all places cost together; a price too many could not be added in 64 bits."""
    return sum(
        price * places for price, places in zip(prices.tolist(), capacity.tolist(), strict=True) if price
    )


def _prices(program: Program) -> np.ndarray:
    """Prices per place from the linear relaxation, in whole price steps; none where it fails."""
    from scipy.optimize import linprog
    from scipy.sparse import vstack

    units = program.once.shape[0]
    relaxed = linprog(
        -program.value.astype(float),
        A_ub=vstack([program.once, program.held]).astype(float),
        b_ub=np.concatenate([np.ones(units), program.capacity]),
        bounds=(0, None),
        method="highs-ds",
    )
    if relaxed.status:
        return np.zeros(len(program.capacity), np.int64)
    prices: np.ndarray = np.maximum(-relaxed.ineqlin.marginals[units:], 0).round().astype(np.int64)
    return prices


def _branch(program: Program, kept: np.ndarray, nodes: int) -> tuple[np.ndarray, int, bool]:
    """Variables that HiGHS chooses among those kept (none where it finds nothing), a bound on all choices
    among them, and whether it stopped before it was through."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import vstack

    unit = int(np.gcd.reduce(program.value[kept]))
    worth = program.value[kept] // unit
    limits = np.concatenate([np.ones(program.once.shape[0]), program.capacity])
    solution: Any = milp(
        -worth.astype(float),
        constraints=LinearConstraint(
            vstack([program.once[:, kept], program.held[:, kept]]).astype(float), ub=limits
        ),
        integrality=np.ones(len(kept)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0, "node_limit": nodes},
    )
    most = int(worth.sum())
    if solution.mip_dual_bound is not None and np.isfinite(solution.mip_dual_bound):
        most = min(most, int(np.floor(-solution.mip_dual_bound * (1 + RELATIVE) + ABSOLUTE)))
    chosen = kept[solution.x > 0.5] if solution.x is not None else kept[:0]
    return chosen, most * unit, solution.status != 0


def _is_possible(program: Program, chosen: np.ndarray) -> bool:
    """Whether every unit is placed at most once and no order is over its places."""
    once = np.bincount(program.unit[chosen], minlength=1).max(initial=0) <= 1
    return bool(once and (program.held[:, chosen].sum(axis=1) <= program.capacity).all())


def _placement(
    edges: Edges, options: Options, chosen: np.ndarray, before: Placement, value: int
) -> Placement:
    edge, option = np.full(len(before.edge), NOWHERE), np.full(len(before.option), NOWHERE)
    singles = len(edges.values)
    alone, together = chosen[chosen < singles], chosen[chosen >= singles] - singles
    edge[edges.workers[alone]] = alone
    option[options.group[together]] = together
    return Placement(edge, option, before.prices, value)
