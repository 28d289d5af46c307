"""People who only go together: whole or not at all.

A group's *option* names one order per member (the same order for all, or orders of one city) and is worth the
sum of the members' points. Prices come out as if members could go separately; groups that come out whole keep
their places; the others choose one by one at what the places cost; then the single workers bid for what is
left. Where a problem is small enough, HiGHS starts from what came out (``matching.assign.branching``).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np

from matching.assign import auction
from matching.assign.bidding import bid, edges_between, market
from matching.assign.branching import better_by_branching
from matching.assign.limits import DEFAULT_LIMITS, Limits
from matching.assign.options import Options, Placement
from matching.assign.place_costs import PlaceCosts
from matching.assign.place_counts import NOWHERE, Edges, State
from matching.assign.swaps import improved

FINE_STEPS = 3


@dataclass(frozen=True)
class Relaxed:
    """What comes of members bidding one by one: the order of every unit or -1, prices per place, the
    value."""

    held: np.ndarray
    prices: np.ndarray
    value: int


class GroupMarket:
    """Single workers' edges (``rows``, ``columns``, ``values`` in price steps) and the groups' options."""

    def __init__(
        self,
        singles: tuple[np.ndarray, np.ndarray, np.ndarray],
        units: int,
        capacity: np.ndarray,
        options: Options,
        groups: int,
        steps: Sequence[int],
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.limits = limits
        self.singles, self.units, self.capacity, self.steps = singles, units, capacity, steps
        self.options = options
        self.by_group = options.of_group(groups)
        self.takes = [Counter(orders) for orders in options.orders]

    @cached_property
    def edges(self) -> Edges:
        """The single workers' edges, sorted; not needed before placing."""
        return market(*self.singles, self.units, len(self.capacity))

    def relax(self, prices: np.ndarray | None = None) -> Relaxed:
        """Let all members bid as if they went alone, from free places on or, in fine steps, from known
        prices."""
        units, members = self._members()
        rows, columns, values = (np.concatenate(pair) for pair in zip(self.singles, members, strict=True))
        together = market(rows, columns, values, units, len(self.capacity))
        del rows, columns, values
        state = bid(
            together, self.capacity, self.steps if prices is None else self.steps[-FINE_STEPS:], prices
        )
        placed = state.edge != NOWHERE
        held = np.full(units, NOWHERE)
        held[placed] = together.orders[state.edge[placed]]
        return Relaxed(held, state.price, int(together.values[state.edge[placed]].sum()))

    def _members(self) -> tuple[int, tuple[np.ndarray, ...]]:
        """Number of units with all members of groups, and their edges: each has an equal share of an
        option."""
        options, sizes = self.options, np.fromiter(map(len, self.options.orders), np.int64)
        of_group = np.zeros(len(self.by_group), np.int64)
        of_group[options.group] = sizes
        firsts = self.units + np.cumsum(of_group) - of_group
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        rows = (np.repeat(firsts[options.group], sizes) + within).astype(np.int32)
        columns = np.fromiter(chain.from_iterable(options.orders), np.int32, len(rows))
        by_row = np.lexsort((columns, rows))
        shares = np.repeat(options.value // np.maximum(sizes, 1), sizes)
        return self.units + int(of_group.sum()), (rows[by_row], columns[by_row], shares[by_row])

    def place(self, relaxed: Relaxed, enough: int) -> Placement:
        """Place all units from where the members went alone; groups choose anew a few times, or until the
        value is ``enough``; HiGHS then looks for better where the problem is small enough."""
        placed = self._by_bidding(relaxed, enough)
        pairs = len(self.options.orders) + len(self.singles[0])
        if placed.value >= enough or not self.options.orders or pairs > self.limits.options:
            return placed
        problem = self.edges, self.options, self.takes, self.capacity
        return better_by_branching(*problem, placed, self.limits.nodes)

    def _by_bidding(self, relaxed: Relaxed, enough: int) -> Placement:
        grouped = bool(self.options.orders)
        whole = self._whole(relaxed.held[self.units :])
        edge = edges_between(self.edges, relaxed.held[: self.units])
        if not grouped:
            return Placement(edge, whole, relaxed.prices, relaxed.value)
        state, best = self._with_singles(whole, relaxed.prices, edge)
        nothing = np.full(len(self.by_group), NOWHERE)
        for kept in (best.option, nothing, nothing):
            if best.value >= enough:
                break
            chosen = self._choose(best.option, kept, state)
            state, placement = self._with_singles(chosen, state.price, state.edge)
            best = max(best, placement, key=lambda placement: placement.value)
        if best.value < enough:
            best = self._swapped(best)
        return replace(best, prices=relaxed.prices)

    def _swapped(self, placed: Placement) -> Placement:
        """Groups exchange places among themselves and take what is free; single workers stay."""
        held = np.bincount(
            self.edges.orders[placed.edge[placed.edge != NOWHERE]], minlength=len(self.capacity)
        )
        left = self.capacity - held - self.taken(placed.option)
        option, gain = improved(self.options.group, self.options.value, self.takes, placed.option, left)
        return replace(placed, option=option, value=placed.value + gain)

    def _worth(self, edge: np.ndarray) -> int:
        return int(self.edges.values[edge[edge != NOWHERE]].sum())

    def _whole(self, held: np.ndarray) -> np.ndarray:
        """The option that each group's members came to hold together, -1 where they hold none."""
        chosen, first = np.full(len(self.by_group), NOWHERE), 0
        for group, options in enumerate(self.by_group):
            size = len(self.options.orders[options[0]]) if options else 0
            wanted = Counter(held[first : first + size].tolist())
            chosen[group] = next((option for option in options if self.takes[option] == wanted), NOWHERE)
            first += size
        return chosen

    def _with_singles(
        self, chosen: np.ndarray, prices: np.ndarray, placed: np.ndarray
    ) -> tuple[State, Placement]:
        """Let the single workers bid for what the groups leave."""
        left = self.capacity - self.taken(chosen)
        state = bid(self.edges, left, self.steps[-FINE_STEPS:], prices, placed)
        value = self._worth(state.edge) + int(self.options.value[chosen[chosen != NOWHERE]].sum())
        return state, Placement(state.edge, chosen, state.price, value)

    def taken(self, chosen: np.ndarray) -> np.ndarray:
        """The places that chosen options (-1 for none) take of every order."""
        taken = np.zeros(len(self.capacity), np.int64)
        for option in chosen[chosen != NOWHERE].tolist():
            for order, places in self.takes[option].items():
                taken[order] += places
        return taken

    def _choose(self, before: np.ndarray, kept: np.ndarray, state: State) -> np.ndarray:
        """Groups without a kept option choose anew, the most worthwhile first, at what the places cost.

        ``state`` is where the single workers are while the groups hold the options ``before``.
        """
        counter = PlaceCosts(self.capacity, self.taken(before), state)
        chosen = kept.copy()
        for option in kept[kept != NOWHERE].tolist():
            counter.hold(self.takes[option])
        worth = [self._best(options, state.price) for options in self.by_group]
        for group in sorted(np.flatnonzero(kept == NOWHERE).tolist(), key=lambda g: (-worth[g], g)):
            gains = [(self.options.value[o] - counter.cost(self.takes[o]), -o) for o in self.by_group[group]]
            gain, option = max(gains, default=(0, 0))
            if gain > 0:
                chosen[group] = -option
                counter.take(self.takes[-option])
        return chosen

    def _best(self, options: list[int], prices: np.ndarray) -> float:
        """The best gain per place at linear prices."""
        gains = [
            (self.options.value[o] - sum(prices[order] * n for order, n in self.takes[o].items()))
            / len(self.options.orders[o])
            for o in options
        ]
        return max(gains, default=0.0)


def group_gains(options: Options, prices: np.ndarray) -> np.ndarray:
    """Gain of every option at linear prices, int64."""
    return options.value - np.array([prices[list(orders)].sum() for orders in options.orders], np.int64)


def solve_groups(
    rows: np.ndarray,
    columns: np.ndarray,
    values: np.ndarray,
    capacity: np.ndarray,
    sizes: np.ndarray,
    steps: Sequence[int],
    limits: Limits,
) -> tuple[np.ndarray, int, int, np.ndarray, bool]:
    """Rows of several places: the column of every row or -1, the value, a bound, the prices, and whether the
    search ended at a limit.

    Arguments as for :func:`matching.solve`, values in price steps.
    """
    single = sizes[rows] == 1
    grouped, number = np.unique(rows[~single], return_inverse=True)
    orders = [(int(c),) * int(sizes[r]) for r, c in zip(rows[~single], columns[~single], strict=True)]
    options = Options(number, values[~single], orders)
    singles = rows[single], columns[single], values[single]
    problem = GroupMarket(singles, len(sizes), capacity, options, len(grouped), steps, limits)
    placement = problem.place(problem.relax(), int(values.sum()))
    assignment = np.full(len(sizes), NOWHERE)
    placed = np.flatnonzero(placement.edge != NOWHERE)
    assignment[placed] = problem.edges.orders[placement.edge[placed]]
    for group, option in enumerate(placement.option.tolist()):
        assignment[grouped[group]] = orders[option][0] if option != NOWHERE else NOWHERE
    edges = problem.edges
    limit = auction.bound(placement.prices, capacity, edges.starts, edges.orders, edges.values)
    best = np.zeros(len(grouped), np.int64)
    np.maximum.at(best, options.group, group_gains(options, placement.prices))
    limit += int(best.sum())
    if placement.limit is not None:
        limit = min(limit, placement.limit)
    return assignment, placement.value, limit, placement.prices, placement.is_stopped
