"""What the places of an order cost a group that chooses anew."""

from collections import Counter

import numpy as np

from matching.assign.place_counts import State

NO_PLACE = 1 << 60


class PlaceCosts:
    """What places cost: free ones nothing, those held by groups the price, the others what holders would
    pay."""

    def __init__(self, capacity: np.ndarray, grouped: np.ndarray, state: State) -> None:
        self._free = (capacity - grouped - state.filled).tolist()
        self._grouped, self._price, self._state = grouped.tolist(), state.price.tolist(), state
        self._used: Counter[int] = Counter()
        self._bids: dict[int, list[int]] = {}

    def cost(self, takes: Counter[int]) -> int:
        """The cost of a bundle of places beyond those already used; NO_PLACE where there are not enough."""
        total = 0
        for order, places in takes.items():
            for k in range(places):
                total += self._place(order, self._used[order] + k)
                if total >= NO_PLACE:
                    return NO_PLACE
        return total

    def hold(self, takes: Counter[int]) -> None:
        """Places that a group keeps are not for sale."""
        for order, places in takes.items():
            self._grouped[order] -= places

    def take(self, takes: Counter[int]) -> None:
        """Use the cheapest places of a bundle."""
        self._used.update(takes)

    def _place(self, order: int, number: int) -> int:
        if number < self._free[order]:
            return 0
        number -= self._free[order]
        if number < self._grouped[order]:
            return int(self._price[order])
        number -= self._grouped[order]
        if order not in self._bids:
            first = self._state.slot_starts[order]
            self._bids[order] = sorted(
                self._state.slot_bid[first : first + self._state.filled[order]].tolist()
            )
        return self._bids[order][number] if number < len(self._bids[order]) else NO_PLACE
