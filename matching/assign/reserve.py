"""Places of an order kept for workers trained for it: a second column of the market, open to them alone."""

from collections.abc import Mapping

import numpy as np

from matching.assign.bidders import Singles
from matching.pairs.reference_scorer import score_pair


class Reserve:
    """Reserved parts of orders: ``capacity`` of all columns, and pairs (``worker``, ``column``, ``score``).

    Trained workers may take an open or a reserved place; groups take open places only.
    """

    def __init__(self, reserved: Mapping[str, int], singles: Singles, headcounts: np.ndarray) -> None:
        positions = {
            identifier: position for position, identifier in enumerate(singles.tables.orders.ids.tolist())
        }
        self._orders = np.array(sorted(positions[name] for name in reserved if name in positions), np.int64)
        names = singles.tables.orders.ids[self._orders].tolist()
        kept = np.minimum([reserved[name] for name in names], headcounts[self._orders]).astype(np.int64)
        open_places = headcounts.copy()
        open_places[self._orders] -= kept
        self.capacity = np.concatenate([open_places, kept])
        self._first = len(headcounts)
        trained = [
            self._trained(singles, position, number) for number, position in enumerate(self._orders.tolist())
        ]
        table = np.array([pair for pairs in trained for pair in pairs], np.int64).reshape(-1, 3)
        self.worker, self.column, self.score = table.T

    def order_of(self, columns: np.ndarray) -> np.ndarray:
        """The order to which each column belongs."""
        return np.concatenate([np.arange(self._first), self._orders]).take(columns)

    def kept_free(self, placed: np.ndarray) -> np.ndarray:
        """Places per order that stay empty for trained workers, given the orders of all placed."""
        used = np.bincount(placed, minlength=self._first)
        spare = self.capacity[: self._first] + np.bincount(
            self._orders, self.capacity[self._first :], self._first
        )
        spare = spare.astype(np.int64) - used
        reserved = np.zeros(self._first, np.int64)
        reserved[self._orders] = np.minimum(self.capacity[self._first :], spare[self._orders])
        return reserved

    def gains(self, best: np.ndarray, charged: np.ndarray, steps: int, extra: np.ndarray) -> np.ndarray:
        """Every worker's best gain when reserved places count too."""
        reserved = self.score * steps - charged[self.column] + extra[self.worker]
        out = best.copy()
        np.maximum.at(out, self.worker, reserved)
        return out

    def _trained(self, singles: Singles, position: int, number: int) -> list[tuple[int, int, int]]:
        order = singles.tables.orders.row(position)
        pairs = []
        for worker in singles.index.trained.get(order.order_id, np.empty(0, np.int64)).tolist():
            match = score_pair(
                singles.index.frame.row(worker), order, singles.card, conditions=singles.conditions
            )
            if match.feasible:
                pairs.append((worker, self._first + number, match.score))
        return pairs
