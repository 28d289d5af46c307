"""The priced re-scan behind :func:`matching.assign`."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching import kernel
from matching.assignment import MOST_ROUNDS, Assignment, Pair
from matching.auction import NOWHERE
from matching.bidding import price_scale, steps_down
from matching.card import Card
from matching.columns import Frame, order_frame, worker_frame
from matching.factors import pair_points
from matching.groups import GroupMarket, Placement
from matching.policy import PLACEMENT_BONUS, Policy
from matching.reserve import Reserve
from matching.sides import Groups, Singles
from matching.types import Order, Worker


class Province:
    """One assignment problem: who bids, what places there are, what the policy adds to points.

    Columns of the market are the orders and, after them, the reserved parts of orders.
    """

    def __init__(
        self,
        workers: Sequence[Worker] | Frame,
        orders: Sequence[Order] | Frame,
        policy: Policy,
        card: Card,
        jobs: int,
    ) -> None:
        self.policy = policy
        self.card = _with_bonus(card, policy.pairing_bonus)
        self.workers, self.orders = worker_frame(workers), order_frame(orders)
        self.alone, self.together = _split(self.workers)
        self.singles = Singles(self.workers.take(self.alone), self.orders, self.card, jobs)
        self.reserve = Reserve(policy.reserved, self.singles, _headcounts(self.orders))
        self.capacity = self.reserve.capacity
        self.groups = Groups(self.workers.take(self.together), self.orders, self.card, self.capacity)
        self.extra = np.full(len(self.workers), PLACEMENT_BONUS if policy.placements_first else 0, np.int64)
        largest = int(self.extra.max(initial=0)) + sum(row[-1] for row in self.card.points.values())
        placements = min(len(self.workers), int(self.capacity.sum()))
        self.scale = price_scale(largest, placements, kernel.LARGEST_GAIN // self.groups.largest)
        self.largest = largest * self.scale
        self.rounds = 0

    def assign(self) -> Assignment:
        """Alternate pricing and bidding until the bound stands still or is reached, then place."""
        prices = np.zeros(len(self.capacity), np.int64)
        limit, enough = 0, False
        while not enough and self.rounds < MOST_ROUNDS:
            self.rounds += 1
            at_prices, grown = self._price(prices)
            before, limit = limit, min(limit or at_prices, at_prices)
            market = self._market()
            relaxed = market.relax(prices if before else None)
            prices = relaxed.prices
            still = bool(before) and before - limit <= self.policy.gap / 2 * limit
            reached = not len(self.groups) and limit - relaxed.value <= self.policy.gap / 2 * limit
            enough = still or reached or not grown
        return self._result(market.place(relaxed), market, limit)

    def _price(self, prices: np.ndarray) -> tuple[int, bool]:
        """Bound over all feasible pairs at these prices, and whether new candidates turned up."""
        orders = len(self.orders)
        charged = np.where(self.capacity > 0, prices, self.largest + 1)
        extra = self.extra * self.scale
        alone, one = self.singles.price(charged[:orders], self.scale, extra[self.alone])
        together, many = self.groups.price(charged[:orders], self.scale, extra[self.together])
        alone = self.reserve.gains(alone, charged, self.scale, extra[self.alone])
        return int(alone.sum()) + together + int((prices * self.capacity).sum()), one or many

    def _market(self) -> GroupMarket:
        worker, order = self.singles.pairs
        rows = np.concatenate([worker, self.reserve.worker])
        columns = np.concatenate([order, self.reserve.column])
        points = np.concatenate([self.singles.score, self.reserve.score])
        extra = self.extra * self.scale
        values = points * self.scale + extra[self.alone][rows]
        options = self.groups.options(self.scale, extra[self.together])
        steps = steps_down(self.largest)
        return GroupMarket(
            (rows, columns, values), len(self.alone), self.capacity, options, len(self.groups), steps
        )

    def _result(self, found: Placement, market: GroupMarket, limit: int) -> Assignment:
        worker, order = self._places(found, market)
        score = self._scores(worker, order)
        ids = self.workers.ids[worker].tolist(), self.orders.ids[order].tolist(), score.tolist()
        unplaced = np.delete(self.workers.ids, worker).tolist()
        value, limit = found.value // self.scale, limit // self.scale
        gap = (limit - value) / limit if limit else 0.0
        pairs = [Pair(*pair) for pair in zip(*ids, strict=True)]
        return Assignment(pairs, value, limit, gap, unplaced, self.rounds, self.workers, self.orders)

    def _places(self, found: Placement, market: GroupMarket) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the placed workers, rising, and of their orders."""
        placed = np.flatnonzero(found.edge != NOWHERE)
        workers, orders = [self.alone[placed]], [self.reserve.order_of(market.edges.orders[found.edge[placed]])]
        for group, option in enumerate(found.option.tolist()):
            if option != NOWHERE:
                members = slice(self.groups.starts[group], self.groups.starts[group + 1])
                workers.append(self.together[members])
                orders.append(np.array(market.options.orders[option], np.int64))
        worker, order = np.concatenate(workers), np.concatenate(orders)
        rising = np.argsort(worker)
        return worker[rising], order[rising]

    def _scores(self, worker: np.ndarray, order: np.ndarray) -> np.ndarray:
        """Points of pairs given by positions among all workers."""
        score = np.zeros(len(worker), np.int64)
        for side, rows in ((self.singles, self.alone), (self.groups, self.together)):
            place = np.full(len(self.workers), NOWHERE)
            place[rows] = np.arange(len(rows))
            ours = place[worker] != NOWHERE
            points = pair_points(side.index, side.tables, self.card, order[ours], place[worker[ours]])
            score[ours] = points.sum(axis=1)
        return score


def _split(workers: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Positions of those who go alone, and of those in groups of two or more, group by group."""
    column = workers.columns["group_id"]
    sizes = np.bincount(column.codes, minlength=len(column.values))
    named = np.array([bool(value) for value in column.values], bool)
    grouped = ((sizes > 1) & named)[column.codes] if len(column.codes) else np.zeros(0, bool)
    members = np.flatnonzero(grouped)
    return np.flatnonzero(~grouped), members[np.argsort(column.codes[members], kind="stable")]


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
