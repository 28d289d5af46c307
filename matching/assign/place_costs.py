"""Small assignment problems with groups, solved to proven optimality by HiGHS."""

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from matching.assign.place_counts import NOWHERE

if TYPE_CHECKING:
    from matching.assign.groups import GroupMarket, Placement


def place_exactly(problem: "GroupMarket", prices: np.ndarray) -> "Placement":
    """One binary variable per edge and per option; every unit at most once, every order within its places."""
    from matching.assign.groups import Placement

    edges, options = problem.edges, problem.options
    if not len(edges.values) + len(options.value):
        return Placement(np.full(problem.units, NOWHERE), np.empty(0, np.int64), prices, 0, exact=True)
    values = np.concatenate([edges.values, options.value])
    singles = len(edges.values)
    once = _matrix(np.concatenate([edges.workers, problem.units + options.group]), np.arange(len(values)))
    takes = [(order, singles + k, n) for k, found in enumerate(problem.takes) for order, n in found.items()]
    orders, columns, places = np.array(takes, int).reshape(-1, 3).T
    rows = np.concatenate([edges.orders, orders, [len(problem.capacity) - 1]])
    taken_places = np.concatenate([np.ones(singles), places, [0]])
    held = _matrix(rows, np.concatenate([np.arange(singles), columns, [len(values) - 1]]), taken_places)
    limits = np.concatenate([np.ones(once.shape[0]), problem.capacity])
    found = milp(
        -(values // np.gcd.reduce(values, initial=0)).astype(float),
        constraints=LinearConstraint(vstack([once, held]), ub=limits),
        integrality=np.ones(len(values)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    taken = np.flatnonzero(found.x > 0.5)
    edge, option = np.full(problem.units, NOWHERE), np.full(len(problem.by_group), NOWHERE)
    edge[edges.workers[taken[taken < singles]]] = taken[taken < singles]
    option[options.group[taken[taken >= singles] - singles]] = taken[taken >= singles] - singles
    return Placement(edge, option, prices, int(values[taken].sum()), exact=True)


def _matrix(rows: np.ndarray, columns: np.ndarray, values: np.ndarray | None = None) -> csr_array:
    return csr_array((np.ones(len(rows)) if values is None else values, (rows, columns)))
