"""The places of an auction: who holds which, as one heap of bids per order."""

from typing import NamedTuple

from matching.compiled import Array, Int, compiled

NOWHERE = -1


class Edges(NamedTuple):
    """Candidate pairs, by worker (``starts``, ``orders``, ``values``, ``workers``) and by order.

    ``values`` are int64; from ``order_starts[o]`` to ``order_starts[o + 1]`` stand, rising, the edges that
    lead to order ``o`` with their workers and values once more, so that an order reads its own in one go.
    """

    starts: Array
    orders: Array
    values: Array
    workers: Array
    order_starts: Array
    order_edges: Array
    order_workers: Array
    order_values: Array


class State(NamedTuple):
    """Where the auction stands; the functions below change these arrays in place.

    Order ``o`` has ``capacity[o]`` places; its slots ``slot_starts[o]`` to ``slot_starts[o] + filled[o]`` are
    a heap of workers, the smallest bid first. ``edge[w]`` is the edge of a placed worker.
    """

    price: Array
    edge: Array
    capacity: Array
    filled: Array
    slot_starts: Array
    slot_worker: Array
    slot_bid: Array


@compiled
def sift_up(bids: Array, workers: Array, at: Int) -> None:
    """Move a slot towards the top of its heap until the one above bids no more."""
    while at > 0:
        above = (at - 1) // 2
        if bids[above] <= bids[at]:
            break
        bids[above], bids[at] = bids[at], bids[above]
        workers[above], workers[at] = workers[at], workers[above]
        at = above


@compiled
def sift_down(bids: Array, workers: Array, at: Int) -> None:
    """Move a slot towards the leaves of its heap until those below bid no less."""
    while 2 * at + 1 < len(bids):
        child = 2 * at + 1
        if child + 1 < len(bids) and bids[child + 1] < bids[child]:
            child += 1
        if bids[child] >= bids[at]:
            break
        bids[child], bids[at] = bids[at], bids[child]
        workers[child], workers[at] = workers[at], workers[child]
        at = child


@compiled
def add(state: State, edges: Edges, edge: Int, bid: Int) -> None:
    """Place the worker of an edge at its order, which has a free place, with a bid."""
    order, worker = edges.orders[edge], edges.workers[edge]
    first, count = state.slot_starts[order], state.filled[order]
    state.slot_bid[first + count], state.slot_worker[first + count] = bid, worker
    state.filled[order] = count + 1
    state.edge[worker] = edge
    sift_up(state.slot_bid[first : first + count + 1], state.slot_worker[first : first + count + 1], count)


@compiled
def remove(state: State, order: Int, at: Int) -> Int:
    """Take the worker in slot ``at`` away from an order; returns the worker."""
    first, count = state.slot_starts[order], state.filled[order] - 1
    bids, workers = state.slot_bid[first : first + count + 1], state.slot_worker[first : first + count + 1]
    worker: Int = workers[at]
    bids[at], workers[at] = bids[count], workers[count]
    state.filled[order] = count
    state.edge[worker] = NOWHERE
    if at < count:
        sift_up(bids[:count], workers[:count], at)
        sift_down(bids[:count], workers[:count], at)
    return worker


@compiled
def slot_of(state: State, order: Int, worker: Int) -> Int:
    """The slot, counted from the order's first, in which a worker sits."""
    first = state.slot_starts[order]
    for at in range(state.filled[order]):
        if state.slot_worker[first + at] == worker:
            return at
    return NOWHERE
