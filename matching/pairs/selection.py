"""Questions about some workers of an index, which stays as it is: any number of threads may ask at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

import numpy as np

from matching.clock import as_of
from matching.pairs.bitmaps import count_bits, pack_bits, unpack_bits
from matching.pairs.columns import Frame
from matching.pairs.constraints import passing_bits
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.pairs.scorecard import Scorecard
from matching.pairs.shortfall import OneShort, Shortfall, one_short, shortfall
from matching.text.similarity import TitleSide
from matching.types import Order


class Selection:
    """The workers of an index whose bit is set in ``mask`` (uint64 words; all of them by default).

    ``wish_names`` are words (cleaned) that stand for an occupation's name where a worker wishes for them.
    While an order's start is unknown, ages are counted ``today`` (China's day by default).

    >>> from matching import DEFAULT_SCORECARD, Worker
    >>> born = date(1990, 1, 1)
    >>> index = WorkerIndex([Worker(worker_id=i, birth_date=born, wishes=("焊工",)) for i in "123"])
    >>> some = Selection(index, mask=np.array([6], np.uint64))
    >>> len(some), some.best(Order(order_id="A", title="焊工"), 1, DEFAULT_SCORECARD)
    (2, (array([1]), array([400], dtype=int32)))
    """

    def __init__(
        self,
        workers: WorkerIndex | Frame,
        today: date | None = None,
        mask: np.ndarray | None = None,
        wish_names: Mapping[str, str] | None = None,
    ) -> None:
        self._workers, self._today, self._mask = workers, as_of(today), mask
        self._wish_names = wish_names or {}

    def __len__(self) -> int:
        return count_bits(self.mask)

    @property
    def frame(self) -> Frame:
        """All workers of the index, column by column."""
        return self._workers if isinstance(self._workers, Frame) else self._workers.frame

    @cached_property
    def index(self) -> WorkerIndex:
        """All workers of the index, as the kernel reads them."""
        return WorkerIndex(self._workers) if isinstance(self._workers, Frame) else self._workers

    @cached_property
    def mask(self) -> np.ndarray:
        """Who is selected, as bits."""
        return pack_bits(np.ones(len(self.frame), bool)) if self._mask is None else self._mask

    @cached_property
    def _wishes(self) -> TitleSide:
        return self.index.wishes_read_as(self._wish_names)

    def best(self, order: Order, top: int, card: Scorecard) -> tuple[np.ndarray, np.ndarray]:
        """Positions and points of the best ``top`` workers of an order, best first; equal points by lower
        id."""
        from matching.pairs.factors import split_keys
        from matching.pairs.scanning import scan_all

        if not len(self):
            return np.empty(0, np.int64), np.empty(0, np.int32)
        tables = build_order_tables(self.index, [order], self._today, self._wishes)
        keys = scan_all(self.index, tables, card, min(top, len(self)), 0, mask=self._mask).of_order
        _, _, positions, points = split_keys(keys)
        return positions, points

    def points(
        self, orders: Sequence[Order], order: np.ndarray, worker: np.ndarray, card: Scorecard
    ) -> np.ndarray:
        """Points of the pairs (``orders[order[k]]``, the worker at position ``worker[k]``), int64."""
        from matching.pairs.factors import pair_points

        tables = build_order_tables(self.index, orders, self._today, self._wishes)
        rows = {name: row for row, name in enumerate(tables.orders.ids.tolist())}
        placed = np.array([rows[each.order_id] for each in orders], np.int64)[order]
        total: np.ndarray = pair_points(self.index, tables, card, placed, worker).sum(axis=1, dtype=np.int64)
        return total

    def passing(self, order: Order) -> dict[str, np.ndarray]:
        """Rule -> who of the index passes it, as bits, in the order of RULES; rules that ask nothing are
        absent."""
        return passing_bits(self.index.rows, order, self._today)

    def shortfall(self, order: Order, among: np.ndarray | None = None) -> Shortfall:
        """Who of the selected (and of ``among``, as bits) lacks what training gives. About 5 ms per million
        workers."""
        counted = self.mask if among is None else self.mask & among
        return shortfall(self.index.rows, order, self._today, counted)

    def one_short(self, order: Order) -> OneShort:
        """Who of the selected lacks nothing or just one thing that training gives, as bits."""
        return one_short(self.index.rows, order, self._today, self.mask)

    def unknown(self, column: str) -> np.ndarray:
        """Who of the index has told nothing in a column, as bits."""
        cells = self.frame.columns[column]
        silent = np.array([value in (None, "", ()) for value in cells.values], bool)
        return pack_bits(silent[cells.codes])

    def positions(self, bits: np.ndarray) -> np.ndarray:
        """Positions of the workers whose bit is set, rising."""
        return np.flatnonzero(unpack_bits(bits, len(self.frame)))
