"""The two kinds of bidders of a province, single workers and groups: the candidates so far, and pricing."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matching.assign.candidates import Candidates
from matching.assign.group_kernel import best_cities, scan_groups
from matching.assign.options import Options
from matching.pairs import kernel
from matching.pairs.attributes import prefecture
from matching.pairs.columns import Frame
from matching.pairs.conditions import Conditions
from matching.pairs.factors import split_keys
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.pairs.pair_scan import Charge
from matching.pairs.prepared import TextPoints, alike, order_arrays, text_points, worker_arrays
from matching.pairs.scanning import pieces_of, scan_all, shards_of
from matching.pairs.scorecard import Scorecard

if TYPE_CHECKING:
    from matching.pairs.cluster import Cluster

CANDIDATES = 10
PER_CITY = 4


class Singles:
    """Workers who go alone, and the ``pairs`` that they may bid for.

    A ``cluster`` does the pricing passes, as for :func:`matching.assign`.
    """

    def __init__(
        self,
        workers: Frame,
        orders: Frame,
        card: Scorecard,
        today: date,
        jobs: int,
        cluster: "Cluster | None" = None,
        conditions: Conditions = (),
    ) -> None:
        self.index, self.card, self.jobs = WorkerIndex(workers), card, jobs
        self.conditions = conditions
        self._cluster = cluster
        self.tables = build_order_tables(self.index, orders, today, conditions=conditions)
        self.pairs = Candidates(len(self.index))

    def price(self, charged: np.ndarray, steps: int, extra: np.ndarray) -> tuple[np.ndarray, bool]:
        """Add every worker's best pairs at these prices; returns the best gains, and whether any pair is new.

        A pair gains ``score * steps - charged[order] + extra[worker]``; only gains above 0 count.
        """
        before, charge = len(self.pairs), Charge(steps, charged)
        lows = self.pairs.lows(charge, CANDIDATES)
        asked = self.index, self.tables, self.card, 0, CANDIDATES, self.jobs, steps, charged, lows
        best = (self._cluster.scan if self._cluster else scan_all)(*asked)
        gains = self.pairs.add(best.of_worker, charge, extra)
        return gains, len(self.pairs) > before


class GroupPass(NamedTuple):
    """What a pass over groups reads: both sides as the kernel does, the groups (first members, group of every
    member, whether all go to one city), the number of every order's city, and places per order."""

    workers: kernel.WorkerArrays
    orders: kernel.OrderArrays
    texts: TextPoints
    alike: np.ndarray
    groups: tuple[np.ndarray, np.ndarray, np.ndarray]
    city_of: np.ndarray
    capacity: np.ndarray


def scan_span(
    read: GroupPass, asked: tuple[np.ndarray, int], span: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """The best keys of a span of groups (groups, candidates) and of its members in each city (members,
    cities, a few), at the prices and steps ``asked``."""
    charged, steps = asked
    starts, cities = read.groups[0], int(read.city_of.max(initial=0)) + 1
    # Room for all, of which only the span's is ever touched.
    heaps = np.empty((len(starts) - 1, CANDIDATES), np.int64)
    in_cities = np.empty((int(starts[-1]), cities, PER_CITY), np.int64)
    own, members = slice(*span), slice(starts[span[0]], starts[span[1]])
    heaps[own], in_cities[members] = kernel.EMPTY, kernel.EMPTY
    about = read.groups, read.city_of, read.capacity
    for piece in pieces_of(read.alike):
        texts = read.texts.of(piece)
        scan_groups(read.workers, read.orders, steps, charged, texts, piece, span, *about, heaps, in_cities)
    return heaps[own], in_cities[members]


class Groups:
    """Workers who only go together, group by group. Options are kept with the points they are worth."""

    def __init__(
        self,
        workers: Frame,
        orders: Frame,
        card: Scorecard,
        today: date,
        capacity: np.ndarray,
        jobs: int,
        cluster: "Cluster | None" = None,
        conditions: Conditions = (),
    ) -> None:
        self.jobs, self.capacity, self._cluster = jobs, capacity, cluster
        self.index = WorkerIndex(workers)
        self.tables = build_order_tables(self.index, orders, today, conditions=conditions)
        column = workers.columns["group_id"]
        _, first, self.group_of = np.unique(column.codes, return_index=True, return_inverse=True)
        self.starts = np.append(first, len(workers)).astype(np.int64)
        rule = workers.columns["group_rule"]
        member_city = np.array([value == "city" for value in rule.values], bool)[rule.codes]
        self.one_city = np.logical_and.reduceat(member_city, first) if len(first) else np.zeros(0, bool)
        cities = [prefecture(order.city_code) for order in orders]
        city_of = np.unique(np.array(cities, "U4"), return_inverse=True)[1] if cities else np.zeros(0, int)
        # Members stand one after another, so workers are read as they stand.
        arrays = worker_arrays(self.index), order_arrays(self.tables, card)
        texts = text_points(self.index, self.tables, card)
        groups = self.starts, self.group_of, self.one_city
        self._read = GroupPass(*arrays, texts, alike(self.tables), groups, city_of, capacity)
        self._points: dict[tuple[int, tuple[int, ...]], int] = {}

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def largest(self) -> int:
        """Members of the largest group, at least 1."""
        return int(np.diff(self.starts).max(initial=1))

    def price(self, charged: np.ndarray, steps: int, extra: np.ndarray) -> tuple[int, bool]:
        """Add every group's best options at these prices; returns the sum of best gains, and whether any is
        new."""
        before = len(self._points)
        heaps, in_cities = self._scan(charged, steps)
        own = np.add.reduceat(extra, self.starts[:-1]) if len(self) else extra
        gains = np.maximum(
            self._take_orders(heaps, charged, steps, own), self._take_cities(in_cities, charged, steps, own)
        )
        return int(gains.sum()), len(self._points) > before

    def _scan(self, charged: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """The best orders of every group and, by city, of every member, spans of groups side by side."""
        asked = charged, steps
        if self._cluster and len(self):
            done = self._cluster.spread(scan_span, self._read, asked, len(self), "groups")
            found = [each for _, each in sorted(done, key=lambda stretch: stretch[0])]
        else:
            spans = shards_of((0, len(self)), self.jobs)
            with ThreadPoolExecutor(len(spans)) as pool:
                found = list(pool.map(partial(scan_span, self._read, asked), spans))
        heaps, in_cities = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
        return heaps, in_cities

    def options(self, steps: int, extra: np.ndarray) -> Options:
        """All options so far, valued in price steps with the extra gain of each member."""
        own = np.add.reduceat(extra, self.starts[:-1]) if len(self) else extra
        group = np.fromiter((key[0] for key in self._points), np.int64, len(self._points))
        points = np.fromiter(self._points.values(), np.int64, len(self._points))
        return Options(group, points * steps + own[group], [key[1] for key in self._points])

    def _take_orders(self, heaps: np.ndarray, charged: np.ndarray, steps: int, own: np.ndarray) -> np.ndarray:
        best = np.zeros(len(self), np.int64)
        for group, _, order, gain in zip(*(each.tolist() for each in split_keys(heaps)), strict=True):
            members = int(self.starts[group + 1] - self.starts[group])
            if gain + own[group] > 0:
                self._points[group, (order,) * members] = (gain + members * int(charged[order])) // steps
                best[group] = max(best[group], gain + own[group])
        return best

    def _take_cities(self, heaps: np.ndarray, charged: np.ndarray, steps: int, own: np.ndarray) -> np.ndarray:
        gains = np.empty((len(self), heaps.shape[1]), np.int64)
        best_cities(self.starts, heaps, gains)
        gains += own[:, None]
        for group, city in zip(*(each.tolist() for each in np.nonzero(gains > 0)), strict=True):
            choice = self._one_each(heaps[self.starts[group] : self.starts[group + 1], city])
            if choice:
                orders, gain = choice
                self._points[group, orders] = (gain + int(charged[list(orders)].sum())) // steps
        best: np.ndarray = np.maximum(gains.max(axis=1, initial=0), 0)
        return best

    def _one_each(self, heaps: np.ndarray) -> tuple[tuple[int, ...], int] | None:
        """One order of a city for each member, the best that still has a place, and the sum of gains."""
        taken: Counter[int] = Counter()
        chosen, total = [], 0
        for member in np.sort(heaps, axis=1)[:, ::-1]:
            _, _, orders, gains = split_keys(member[None])
            free = [k for k, order in enumerate(orders.tolist()) if taken[order] < self.capacity[order]]
            if not free:
                return None
            chosen.append(int(orders[free[0]]))
            taken[chosen[-1]] += 1
            total += int(gains[free[0]])
        return tuple(chosen), total
