"""Proves that an assignment of single workers is the best over its pairs, or makes it so.

The auction stops within a fraction of a point per worker. Chains of moves in whole points close what is left,
and the prices that show that no chain remains bound every assignment, pairs not yet looked at included once a
pricing pass has gone over them.
"""

from typing import NamedTuple

import numpy as np

from matching.assign import whole_prices
from matching.assign.place_counts import NOWHERE, Edges

# Chains and fresh starts; each chain gains a point at least, and the auction was seen to leave none.
MOST_CHAINS = 10_000


class Proof(NamedTuple):
    """``edge`` of every worker or -1, ``prices`` per place in whole points, the points that chains gained,
    and whether the prices prove it over these pairs."""

    edge: np.ndarray
    prices: np.ndarray
    gained: int
    is_settled: bool


def prove(edges: Edges, capacity: np.ndarray, edge: np.ndarray, steps: int, most: int = MOST_CHAINS) -> Proof:
    """Prove that workers who hold the pairs ``edge`` are worth most, or move them until they are.

    ``edges`` count ``steps`` to a point and nothing but whole points.

    >>> from matching.assign.bidding import market
    >>> pairs = market(*(np.array(each) for each in ([0, 0, 1], [0, 1, 0], [5, 4, 3])), 2, 2)
    >>> proof = prove(pairs, np.array([1, 1]), np.array([0, -1]), 1)
    >>> proof.edge.tolist(), proof.prices.tolist(), proof.gained
    ([1, 2], [1, 0], 2)
    """
    values = edges.values // steps
    pairs = whole_prices.Pairs(edges.starts, edges.orders, values, edges.workers)
    held = _held(edges, capacity, edge)
    orders = len(capacity)
    number, nowhere = np.zeros(orders, np.int64), np.full(orders, NOWHERE)
    labels = whole_prices.Labels(number, nowhere, np.zeros(orders, np.bool_), number.copy(), number.copy())
    chains = whole_prices.settle_all(pairs, held, labels, most)
    gained = _worth(values, held.pair) - _worth(values, edge)
    return Proof(held.pair, labels.price, gained, chains != NOWHERE)


def _held(edges: Edges, capacity: np.ndarray, edge: np.ndarray) -> whole_prices.Held:
    """Who holds what; an order needs no more slots than it has pairs."""
    room = np.minimum(capacity, np.diff(edges.order_starts))
    starts = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
    workers = np.flatnonzero(edge != NOWHERE)
    orders = edges.orders[edge[workers]]
    filled = np.bincount(orders, minlength=len(capacity)).astype(np.int64)
    by_order = np.argsort(orders, kind="stable")
    within = np.arange(len(workers)) - (np.cumsum(filled) - filled)[orders[by_order]]
    slots = np.full(starts[-1], NOWHERE)
    slots[starts[orders[by_order]] + within] = workers[by_order]
    return whole_prices.Held(edge.astype(np.int64), room, starts, filled, slots)


def _worth(values: np.ndarray, edge: np.ndarray) -> int:
    return int(values[edge[edge != NOWHERE]].sum())
