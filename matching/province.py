"""The priced re-scan behind :func:`matching.assign`."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching import kernel
from matching.assignment import CANDIDATES, MOST_ROUNDS, Assignment, Pair
from matching.auction import NOWHERE, Edges
from matching.bidding import bid, market, price_scale, steps_down
from matching.card import Card
from matching.columns import Frame
from matching.factors import split_keys
from matching.index import WorkerIndex
from matching.order_tables import build_order_tables
from matching.policy import PLACEMENT_BONUS, Policy
from matching.scanning import scan_all
from matching.types import Order, Worker


class Province:
    """One assignment problem: candidates found so far, prices, and the best placement yet."""

    def __init__(
        self,
        workers: Sequence[Worker] | Frame,
        orders: Sequence[Order] | Frame,
        policy: Policy,
        card: Card,
        jobs: int,
    ) -> None:
        self.policy, self.jobs = policy, jobs
        self.card = _with_bonus(card, policy.pairing_bonus)
        self.index = WorkerIndex(workers)
        self.tables = build_order_tables(self.index, orders)
        self.capacity = _headcounts(self.tables.orders)
        self.bonus = PLACEMENT_BONUS if policy.placements_first else 0
        largest = self.bonus + sum(row[-1] for row in self.card.points.values())
        self.scale = price_scale(largest, min(len(self.index), int(self.capacity.sum())), kernel.LARGEST_GAIN)
        self.largest = largest * self.scale
        self.rounds = 0
        self.candidates = np.empty(0, np.int64)
        self.scores = np.empty(0, np.int64)

    def assign(self) -> Assignment:
        """Alternate pricing and bidding until the gap is small enough or no pair is missing."""
        prices = np.zeros(len(self.tables), np.int64)
        limit, best = None, None
        for self.rounds in range(1, MOST_ROUNDS + 1):
            gains, grown = self._price(prices)
            at_prices = gains + int((prices * self.capacity).sum())
            limit = at_prices if limit is None else min(limit, at_prices)
            if best is not None and (not grown or limit - best[0] <= self.policy.gap * limit):
                break
            edges = self._edges()
            state = bid(edges, self.capacity, steps_down(self.largest))
            prices = state.price
            value = int(edges.values[state.edge[state.edge != NOWHERE]].sum())
            if best is None or value > best[0]:
                best = value, edges, state.edge
        return self._result(*best, limit)

    def _price(self, prices: np.ndarray) -> tuple[int, bool]:
        """Add every worker's best pairs at these prices; returns the sum of best gains, and whether any is new."""
        charged = np.where(self.capacity > 0, prices, self.largest + 1) - self.bonus * self.scale
        best = scan_all(self.index, self.tables, self.card, 0, CANDIDATES, self.jobs, self.scale, charged)
        worker, _, order, gain = split_keys(best.of_worker)
        worth = gain > 0
        worker, order, gain = worker[worth], order[worth], gain[worth]
        gains = int(gain[np.diff(worker, prepend=-1) > 0].sum())
        keys = worker * len(self.tables) + order
        scores = (gain + charged[order]) // self.scale + self.bonus
        merged, first = np.unique(np.concatenate([self.candidates, keys]), return_index=True)
        grown = len(merged) > len(self.candidates)
        self.scores = np.concatenate([self.scores, scores])[first]
        self.candidates = merged
        return gains, grown

    def _edges(self) -> Edges:
        worker, order = np.divmod(self.candidates, max(len(self.tables), 1))
        return market(worker, order, self.scores * self.scale, len(self.index), len(self.tables))

    def _result(self, value: int, edges: Edges, chosen: np.ndarray, limit: int) -> Assignment:
        placed = np.flatnonzero(chosen != NOWHERE)
        order, points = edges.orders[chosen[placed]], edges.values[chosen[placed]] // self.scale - self.bonus
        ids = self.index.frame.ids[placed].tolist(), self.tables.orders.ids[order].tolist(), points.tolist()
        pairs = [Pair(*pair) for pair in zip(*ids, strict=True)]
        unplaced = self.index.frame.ids[chosen == NOWHERE].tolist()
        value, limit = value // self.scale, limit // self.scale
        gap = (limit - value) / limit if limit else 0.0
        return Assignment(pairs, value, limit, gap, unplaced, self.rounds, self.index, self.tables)


def _with_bonus(card: Card, bonus: int) -> Card:
    if not bonus:
        return card
    none, paired = card.points["pairing"]
    points = {**card.points, "pairing": (none, paired + bonus)}
    return replace(card, version=f"{card.version}+pairing{bonus}", points=points)


def _headcounts(orders: Frame) -> np.ndarray:
    column = orders.columns["headcount"]
    values = np.array([max(count or 0, 0) for count in column.values], np.int64)
    return values[column.codes] if len(values) else np.zeros(0, np.int64)
