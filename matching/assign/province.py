"""The priced re-scan behind :func:`matching.assign`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matching.assign.bidders import Groups, Singles
from matching.assign.bidding import STEPS, edges_between, price_scale, steps_down
from matching.assign.fill_vacancies import fill_vacancies
from matching.assign.groups import GroupMarket, Relaxed
from matching.assign.minimum_quotas import QUOTA_ROUNDS, MinimumQuotas
from matching.assign.options import Placement
from matching.assign.place_counts import NOWHERE
from matching.assign.proof import prove
from matching.assign.reserve import Reserve
from matching.assign.result import MOST_ROUNDS, Assignment, Pair, Status
from matching.assign.tie_breaking import lower_ids_first
from matching.pairs import kernel
from matching.pairs.columns import Frame, order_frame, worker_frame
from matching.pairs.conditions import Conditions
from matching.pairs.factors import pair_points
from matching.pairs.policy import PLACEMENT_BONUS, Policy
from matching.pairs.scanning import Progress
from matching.pairs.scorecard import Scorecard
from matching.types import CellError, InputError, Order, Worker

if TYPE_CHECKING:
    from matching.pairs.cluster import Cluster

# How near the bound, as a share, the bids must come before placing is tried.
NEAR = 0.001
# The last bidding step of large provinces, in points per unit of gap and at most: at a gap of 1e-4 an eighth
# of a point, which was seen to leave a tenth of the gap.
LAST_PER_GAP, LARGEST_LAST = 1250, 1 / 8
# Bidding stops at this gap, for a proof is cheaper than bidding any finer; most passes that a proof may take.
ENOUGH, PROOF_PASSES = 1e-4, 4


@dataclass(frozen=True)
class Arrangement:
    """Positions of the placed workers, rising, and of their orders; value and bound in points."""

    worker: np.ndarray
    order: np.ndarray
    value: int
    limit: int
    rounds: int
    status: Status


class Province:
    """One assignment problem: who bids, what places there are, what the policy adds to points.

    Columns of the market are the orders and, after them, the reserved parts of orders.
    """

    def __init__(
        self,
        workers: Sequence[Worker] | Frame,
        orders: Sequence[Order] | Frame,
        policy: Policy,
        card: Scorecard,
        today: date,
        jobs: int,
        cluster: "Cluster | None" = None,
        conditions: Conditions = (),
        progress: Progress | None = None,
    ) -> None:
        self.conditions, self.progress, self.cluster = conditions, progress, cluster
        self.policy, self.today = policy, today
        self.card = _with_bonus(card, policy.pairing_bonus)
        self.workers, self.orders = worker_frame(workers), order_frame(orders)
        self.alone, self.together = _split(self.workers)
        alone, together = self.workers.take(self.alone), self.workers.take(self.together)
        self.singles = Singles(alone, self.orders, self.card, today, jobs, cluster, conditions)
        self.reserve = Reserve(policy.reserved, self.singles, _headcounts(self.orders))
        self.capacity = self.reserve.capacity
        asked = self.orders, self.card, today, self.capacity, jobs, cluster, conditions
        self.groups = Groups(together, *asked)
        self.bonus = PLACEMENT_BONUS if policy.placements_first else 0
        self.quotas = MinimumQuotas(policy.county_floors, self.workers)
        largest = self.bonus + self.quotas.most_worth + sum(row[-1] for row in self.card.points.values())
        placements = min(len(self.workers), int(self.capacity.sum()))
        self.scale = price_scale(largest, placements, kernel.LARGEST_GAIN // self.groups.largest)
        self.largest = largest * self.scale
        if largest * self.groups.largest > kernel.LARGEST_GAIN:
            problem = f"a group of {self.groups.largest} people is too large"
            raise InputError([CellError("Worker", 0, "group_id", problem)])
        self.gap = max(policy.gap, ENOUGH)
        last = min(LARGEST_LAST, self.gap * LAST_PER_GAP)
        self.last_step = 1 if self.scale > STEPS else max(1, int(self.scale * last))

    def assign(self) -> Assignment:
        """Solve; while a county stays below its floor, raise what its people are worth and solve again."""
        arrangement = self._solve()
        for _ in range(QUOTA_ROUNDS):
            short = self.quotas.below(arrangement.worker)
            if not len(short):
                break
            self.quotas.raise_worth(short)
            arrangement = self._solve()
        return self._result(arrangement)

    def _solve(self) -> Arrangement:
        """Alternate pricing, bidding and placing until value and bound meet, or no round could help."""
        prices = np.zeros(len(self.capacity), np.int64)
        bounds: list[int] = []
        while True:
            at_prices, grown = self._price(prices, self.scale)
            bounds.append(at_prices)
            self._tell("pricing", len(bounds))
            market = self._market()
            relaxed = market.relax(prices if len(bounds) > 1 else None)
            prices = relaxed.prices
            near = min(bounds) - relaxed.value <= NEAR * relaxed.value
            helpless = len(bounds) > 1 and (not grown or (near and self._still(bounds)))
            last = helpless or len(bounds) == MOST_ROUNDS
            if near or last:
                target = self._target(min(bounds), relaxed)
                placement = market.place(relaxed, target)
                if last or placement.value >= target:
                    del relaxed
                    return self._arrangement(*self._proven(placement, market, bounds), bounds)
            del market, relaxed

    def _proven(
        self, placement: Placement, market: GroupMarket, bounds: list[int]
    ) -> tuple[Placement, GroupMarket]:
        """The placement, its single workers moved until nothing is better, and the market it stands on.

        A pricing pass at whole-point prices bounds all feasible pairs; while it finds pairs that could still
        help, they join. What groups hold stays as it is.
        """
        passes = PROOF_PASSES if self.policy.gap <= ENOUGH else 0
        while passes and placement.value // self.scale < min(bounds) // self.scale:
            room = self.capacity - market.taken(placement.option)
            proof = prove(market.edges, room, placement.edge, self.scale)
            value = placement.value + proof.gained * self.scale
            placement, passes = replace(placement, edge=proof.edge, value=value), passes - 1
            if not proof.is_settled:
                break
            bound, grown = self._price(proof.prices, 1)
            bounds.append(bound * self.scale)
            self._tell("proof", len(bounds))
            if value // self.scale >= bound or not grown or not passes:
                break
            market, placement = self._grown(market, placement)
        return placement, market

    def _grown(self, market: GroupMarket, placement: Placement) -> tuple[GroupMarket, Placement]:
        """The market with the pairs and options that a pricing pass added, and the placement on it."""
        held = np.where(placement.edge != NOWHERE, market.edges.orders[placement.edge], NOWHERE)
        new = self._market()
        return new, replace(placement, edge=edges_between(new.edges, held))

    def _tell(self, stage: str, passes: int) -> None:
        if self.progress:
            self.progress(stage, passes, MOST_ROUNDS + PROOF_PASSES)

    def _target(self, limit: int, relaxed: Relaxed) -> int:
        """The value that is enough: the policy's gap counts in points, not in bonuses for being placed."""
        if self.scale > STEPS and not len(self.groups):
            return limit - self.scale + 1
        points = relaxed.value - self.bonus * self.scale * np.count_nonzero(relaxed.held != NOWHERE)
        return limit - int(self.gap * points)

    def _still(self, bounds: list[int]) -> bool:
        """Whether, with groups, the bound stands still: they may leave a gap that no price can close."""
        return len(self.groups) > 0 and abs(bounds[-1] - bounds[-2]) <= self.gap / 2 * bounds[-1]

    def _arrangement(self, placement: Placement, market: GroupMarket, bounds: list[int]) -> Arrangement:
        worker, order = self._places(placement, market)
        value = placement.value - self.scale * int(self.quotas.worth[worker].sum())
        limit = min(bounds) - self.scale * self.quotas.worth_of_quotas()
        value, limit = value // self.scale, limit // self.scale
        status: Status = "stopped" if placement.is_stopped else "bounded"
        return Arrangement(worker, order, value, limit, len(bounds), status)

    def _price(self, prices: np.ndarray, steps: int) -> tuple[int, bool]:
        """Bound over all feasible pairs at these prices, and whether new candidates turned up; both count
        ``steps`` to a point."""
        orders = len(self.orders)
        charged = np.where(self.capacity > 0, prices, self.largest + 1)
        extra = (self.bonus + self.quotas.worth) * steps
        gains, more_pairs = self.singles.price(charged[:orders], steps, extra[self.alone])
        together, more_options = self.groups.price(charged[:orders], steps, extra[self.together])
        gains = self.reserve.gains(gains, charged, steps, extra[self.alone])
        bound = int(gains.sum()) + together + int((prices * self.capacity).sum())
        return bound, more_pairs or more_options

    def _market(self) -> GroupMarket:
        pairs, reserve = self.singles.pairs, self.reserve
        rows = np.concatenate([pairs.workers, reserve.worker.astype(np.int32)])
        columns = np.concatenate([pairs.orders, reserve.column.astype(np.int32)])
        values = np.concatenate([pairs.points, reserve.score]).astype(np.int64)
        extra = (self.bonus + self.quotas.worth) * self.scale
        values *= self.scale
        values += extra[self.alone][rows]
        options = self.groups.options(self.scale, extra[self.together])
        steps = steps_down(self.largest, self.last_step)
        return GroupMarket(
            (rows, columns, values), len(self.alone), self.capacity, options, len(self.groups), steps
        )

    def _result(self, arrangement: Arrangement) -> Assignment:
        worker, order = self._filled(arrangement)
        ids = self.workers.ids[worker].tolist(), self.orders.ids[order].tolist()
        score = self._scores(worker, order).tolist()
        pairs = [Pair(*pair) for pair in zip(*ids, score, strict=True)]
        unplaced = np.delete(self.workers.ids, worker).tolist()
        value = sum(score) + self.bonus * len(pairs)
        limit, rounds = arrangement.limit, arrangement.rounds
        gap = (limit - value) / limit if limit else 0.0
        status: Status = "optimal" if value == limit else arrangement.status
        frames = self.workers, self.orders
        return Assignment(pairs, value, limit, gap, unplaced, status, rounds, *frames, self.conditions)

    def _filled(self, arrangement: Arrangement) -> tuple[np.ndarray, np.ndarray]:
        """The placed and those who, alone and unplaced, can still fill a free place."""
        free = _headcounts(self.orders) - np.bincount(arrangement.order, minlength=len(self.orders))
        free -= self.reserve.kept_free(arrangement.order)
        left = np.setdiff1d(self.alone, arrangement.worker)
        worker, order = fill_vacancies(
            self.workers.take(left),
            self.orders,
            free,
            self.card,
            self.today,
            self.singles.jobs,
            self.cluster,
            self.conditions,
        )
        workers, orders = (
            np.concatenate([arrangement.worker, left[worker]]),
            np.concatenate([arrangement.order, order]),
        )
        rising = np.argsort(workers)
        return workers[rising], orders[rising]

    def _places(self, placement: Placement, market: GroupMarket) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the placed workers, rising, and of their orders."""
        columns = np.full(len(self.alone), NOWHERE)
        columns[placement.edge != NOWHERE] = market.edges.orders[placement.edge[placement.edge != NOWHERE]]
        edges = market.edges
        columns = lower_ids_first((edges.workers, edges.orders, edges.values), columns, len(self.capacity))
        placed = np.flatnonzero(columns != NOWHERE)
        workers, orders = [self.alone[placed]], [self.reserve.order_of(columns[placed])]
        for group, option in enumerate(placement.option.tolist()):
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
            on_side = place[worker] != NOWHERE
            points = pair_points(side.index, side.tables, self.card, order[on_side], place[worker[on_side]])
            score[on_side] = points.sum(axis=1)
        return score


def _split(workers: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Positions of those who go alone, and of those in groups of two or more, group by group."""
    column = workers.columns["group_id"]
    sizes = np.bincount(column.codes, minlength=len(column.values))
    named = np.array([bool(value) for value in column.values], bool)
    grouped = ((sizes > 1) & named)[column.codes] if len(column.codes) else np.zeros(0, bool)
    members = np.flatnonzero(grouped)
    return np.flatnonzero(~grouped), members[np.argsort(column.codes[members], kind="stable")]


def _with_bonus(card: Scorecard, bonus: int) -> Scorecard:
    if not bonus:
        return card
    none, paired = card.points["pairing"]
    points = {**card.points, "pairing": (none, paired + bonus)}
    return replace(card, version=f"{card.version}+pairing{bonus}", points=points)


def _headcounts(orders: Frame) -> np.ndarray:
    column = orders.columns["headcount"]
    values = np.array([max(count or 0, 0) for count in column.values], np.int64)
    return values[column.codes] if len(values) else np.zeros(0, np.int64)
