"""The compiled auction: forward bids by workers, reverse bids by orders with free places, in whole numbers.

With step ``eps`` it ends at prices where no worker would gain more than ``eps`` by moving and no order with a
free place asks a price, so the total falls short of the best possible by at most ``eps`` per placed worker
(D. P. Bertsekas and D. A. Castañon, "A forward/reverse auction algorithm for asymmetric assignment problems",
1992; the places of an order are "similar objects" in their sense).
"""

from typing import NamedTuple

import numpy as np

from matching.assign.place_counts import NOWHERE, Edges, State, add, remove, sift_down, sift_up, slot_of
from matching.compiled import Array, Int, compiled


class Queue(NamedTuple):
    """Orders that wait for their turn, and for every order whether it is among them."""

    orders: Array
    queued: Array


@compiled
def best_two(state: State, edges: Edges, worker: Int) -> tuple[int, Int, Int]:
    """A worker's best edge at present prices, its net gain, and the second best gain (staying out is 0)."""
    best_edge, best, second = NOWHERE, np.int64(0), np.int64(0)
    for edge in range(edges.starts[worker], edges.starts[worker + 1]):
        net = edges.values[edge] - state.price[edges.orders[edge]]
        if net > best:
            if state.capacity[edges.orders[edge]] > 0:
                best_edge, best, second = edge, net, best
        elif net > second and state.capacity[edges.orders[edge]] > 0:
            second = net
    return best_edge, best, second


@compiled
def all_profits(state: State, edges: Edges) -> Array:
    """Net gain of every worker at the present place: 0 without one."""
    profits = np.zeros(len(state.edge), np.int64)
    for worker in range(len(profits)):
        edge = state.edge[worker]
        if edge != NOWHERE:
            profits[worker] = edges.values[edge] - state.price[edges.orders[edge]]
    return profits


@compiled
def take_bid(state: State, edges: Edges, edge: Int, bid: Int) -> Int:
    """Let an order answer a bid; returns the worker now without a place: the bidder, one outbid, or -1."""
    order, bidder = edges.orders[edge], np.int64(edges.workers[edge])
    outbid: Int = NOWHERE
    if state.filled[order] == state.capacity[order]:
        lowest = state.slot_bid[state.slot_starts[order]]
        if bid <= lowest:
            state.price[order] = bid
            return bidder
        outbid = remove(state, order, 0)
    add(state, edges, edge, bid)
    if state.filled[order] == state.capacity[order]:
        state.price[order] = max(state.price[order], state.slot_bid[state.slot_starts[order]])
    return outbid


@compiled
def forward(state: State, edges: Edges, queue: Array, waiting: int, eps: Int) -> None:
    """Let the first ``waiting`` workers of the queue bid, and those they outbid, until no bid gains."""
    while waiting > 0:
        edge, best, second = best_two(state, edges, queue[waiting - 1])
        waiting -= 1
        if edge == NOWHERE:
            continue
        displaced = take_bid(state, edges, edge, state.price[edges.orders[edge]] + best - second + eps)
        if displaced != NOWHERE:
            queue[waiting] = displaced
            waiting += 1


@compiled
def keep_largest(keys: Array, items: Array, count: int, key: Int, item: Int) -> int:
    """Keep (key, item) among the largest seen, the smallest of them first; returns how many are kept."""
    if count < len(keys):
        keys[count], items[count] = key, item
        sift_up(keys[: count + 1], items[: count + 1], count)
        return count + 1
    if key > keys[0]:
        keys[0], items[0] = key, item
        sift_down(keys, items, 0)
    return count


@compiled
def best_offers(state: State, edges: Edges, profits: Array, order: Int, offers: Array, bidding: Array) -> int:
    """What the workers elsewhere would at most pay to come: the best offers and their edges; their number."""
    count, least = 0, np.int64(0)
    for at in range(edges.order_starts[order], edges.order_starts[order + 1]):
        worker = edges.order_workers[at]
        offer = edges.order_values[at] - profits[worker]
        if offer > least:
            here = state.edge[worker]
            if here == NOWHERE or edges.orders[here] != order:
                count = keep_largest(offers, bidding, count, offer, edges.order_edges[at])
                if count == len(offers):
                    least = offers[0]
    return count


@compiled
def move(state: State, edges: Edges, profits: Array, edge: Int, bid: Int) -> Int:
    """Bring the worker of an edge to the edge's order; returns the order left behind, or -1."""
    worker = edges.workers[edge]
    here, order = state.edge[worker], NOWHERE
    if here != NOWHERE:
        order = edges.orders[here]
        remove(state, order, slot_of(state, order, worker))
    add(state, edges, edge, bid)
    profits[worker] = edges.values[edge] - state.price[edges.orders[edge]]
    return order


@compiled
def lower(state: State, profits: Array, order: Int, price: Int) -> None:
    """Lower the price of an order, if it was higher, to the good of its holders."""
    first, fall = state.slot_starts[order], state.price[order] - price
    if fall > 0:
        state.price[order] = price
        for slot in range(first, first + state.filled[order]):
            profits[state.slot_worker[slot]] += fall


@compiled
def reverse(
    state: State, edges: Edges, profits: Array, order: Int, eps: Int, queue: Queue, waiting: int
) -> int:
    """Lower the price of an order with free places until it fills or is free of charge.

    The workers who would pay most come, from wherever they are; the orders they leave join the queue unless
    these ask no price. Returns the new length of the queue.
    """
    free = state.capacity[order] - state.filled[order]
    offers, bidding = np.empty(free + 1, np.int64), np.empty(free + 1, np.int64)
    count = best_offers(state, edges, profits, order, offers, bidding)
    crowded = count == free + 1
    price: Int = max(offers[0] - eps, np.int64(0)) if crowded else np.int64(0)
    lower(state, profits, order, price)
    for at in range(1 if crowded else 0, count):
        if price > 0 or offers[at] > eps:
            left = move(state, edges, profits, bidding[at], offers[at])
            if left != NOWHERE and state.price[left] > 0 and not queue.queued[left]:
                queue.orders[waiting], queue.queued[left] = left, True
                waiting += 1
    return waiting


@compiled
def reverse_all(state: State, edges: Edges, eps: Int) -> None:
    """Reverse bids of every order that has a free place and asks a price, until there is none."""
    orders = len(state.price)
    queue, waiting = Queue(np.empty(orders, np.int64), np.zeros(orders, np.bool_)), 0
    profits = all_profits(state, edges)
    for order in range(orders):
        if state.price[order] > 0 and state.filled[order] < state.capacity[order]:
            queue.orders[waiting], queue.queued[order] = order, True
            waiting += 1
    while waiting > 0:
        order = queue.orders[waiting - 1]
        waiting, queue.queued[order] = waiting - 1, False
        if state.price[order] > 0 and state.filled[order] < state.capacity[order]:
            waiting = reverse(state, edges, profits, order, eps, queue, waiting)


@compiled
def empty_all(state: State) -> None:
    """Free all places; prices stay."""
    state.filled[:] = 0
    state.edge[:] = NOWHERE


@compiled
def run(state: State, edges: Edges, placed: Array, eps: Int) -> None:
    """One phase: keep of the edges in ``placed`` (one per worker) those within ``eps`` of the best, then
    bid."""
    queue = np.empty(len(placed) + 1, np.int64)
    waiting = 0
    empty_all(state)
    for worker in range(len(placed) - 1, -1, -1):
        edge, best, second = best_two(state, edges, worker)
        here = placed[worker]
        if here != NOWHERE:
            order = edges.orders[here]
            net = edges.values[here] - state.price[order]
            if net >= 0 and net >= best - eps and state.filled[order] < state.capacity[order]:
                other = second if here == edge else best
                add(state, edges, here, state.price[order] + max(net - other + eps, np.int64(0)))
                continue
        if edge != NOWHERE:
            queue[waiting] = worker
            waiting += 1
    forward(state, edges, queue, waiting, eps)
    reverse_all(state, edges, eps)


@compiled
def in_order(rows: Array, columns: Array) -> bool:
    """Whether pairs rise by row and, within a row, by column."""
    for at in range(1, len(rows)):
        if rows[at] < rows[at - 1] or (rows[at] == rows[at - 1] and columns[at] < columns[at - 1]):
            return False
    return True


@compiled
def by_order(orders: Array, starts: Array) -> Array:
    """The edges of every order, rising, one order after another; ``starts`` is where each order's begin."""
    room, out = starts.copy(), np.empty(len(orders), np.int32)
    for edge in range(len(orders)):
        out[room[orders[edge]]] = edge
        room[orders[edge]] += 1
    return out


@compiled
def bound(prices: Array, capacity: Array, starts: Array, orders: Array, values: Array) -> Int:
    """No assignment over these edges is worth more: the sum of best net gains and of all places' prices."""
    total = np.int64(0)
    for order in range(len(prices)):
        total += prices[order] * capacity[order]
    for worker in range(len(starts) - 1):
        best = np.int64(0)
        for edge in range(starts[worker], starts[worker + 1]):
            best = max(best, values[edge] - prices[orders[edge]])
        total += best
    return total
