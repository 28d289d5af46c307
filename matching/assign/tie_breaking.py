"""Between equals the lower id is placed: among assignments of equal value, the one people would expect."""

import numpy as np

from matching.assign.place_counts import NOWHERE
from matching.compiled import Array, Int, compiled


@compiled
def last_equal(holders: Array, worth: Array, value: Int, above: Int) -> Int:
    """The place of the holder with the highest id above ``above`` whose worth is ``value``; -1 for none."""
    last = NOWHERE
    for place in range(len(holders)):
        equal = holders[place] > above and worth[place] == value
        if equal and (last == NOWHERE or holders[place] > holders[last]):
            last = place
    return last


@compiled
def swap_equals(
    starts: Array, orders: Array, values: Array, held: Array, slots: tuple[Array, Array, Array]
) -> None:
    """Let each unplaced worker, lowest first, take the place of an equal with a higher id.

    ``starts``, ``orders`` and ``values`` are candidate pairs by worker, ``held`` the order of every worker or
    -1, ``slots`` the placed workers by order: (starts, workers, worth). Both last are changed in place.
    """
    slot_starts, holders, worth = slots
    for worker in range(len(held)):
        if held[worker] != NOWHERE:
            continue
        for pair in range(starts[worker], starts[worker + 1]):
            order = orders[pair]
            here = slice(slot_starts[order], slot_starts[order + 1])
            place = last_equal(holders[here], worth[here], values[pair], worker)
            if place != NOWHERE:
                held[holders[here][place]] = NOWHERE
                holders[here][place], held[worker] = worker, order
                break


def lower_ids_first(
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray], held: np.ndarray, orders: int
) -> np.ndarray:
    """The orders held (-1 for none) once equals have changed places.

    ``pairs`` are candidate workers (rising), orders and values; a worker whose held pair is not among them,
    such as one in a reserved place, keeps it.
    """
    worker, order, value = pairs
    placed = np.flatnonzero(held[worker] == order)
    by_order = placed[np.argsort(order[placed], kind="stable")]
    slot_starts = np.searchsorted(order[by_order], np.arange(orders + 1))
    starts = np.searchsorted(worker, np.arange(len(held) + 1))
    out = held.copy()
    swap_equals(starts, order, value, out, (slot_starts, worker[by_order], value[by_order]))
    return out
