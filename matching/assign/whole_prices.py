"""Whole-point prices of an assignment by longest paths, and the chains of moves that still improve it.

An order's price is what the best chain of moves that ends there would gain: a worker comes from elsewhere
(who leaves a place that another may want) or from nowhere. While no chain ends at a free place, at a holder
worth less than the price, or where it began, no assignment over these pairs is worth more, and the prices
prove it.
"""

from typing import NamedTuple

import numpy as np

from matching.assign.place_counts import NOWHERE
from matching.compiled import Array, Int, compiled

SETTLED, IMPROVED, MISLED = 0, 1, 2


class Pairs(NamedTuple):
    """Candidate pairs by worker, worth ``values`` whole points each."""

    starts: Array
    orders: Array
    values: Array
    workers: Array


class Held(NamedTuple):
    """Who holds what, changed in place: the pair of every worker or -1, and the holders of every order, in
    the slots from ``slot_starts[o]`` to ``slot_starts[o] + filled[o]``."""

    pair: Array
    capacity: Array
    slot_starts: Array
    filled: Array
    slots: Array


class Labels(NamedTuple):
    """What is known of every order: its price, the pair by which the best chain comes (-1: from nowhere), and
    whether it waits in the ring ``queue``; ``seen`` stamps the orders of one chain."""

    price: Array
    came: Array
    waits: Array
    queue: Array
    seen: Array


@compiled
def left_by(pairs: Pairs, held: Held, worker: Int) -> Int:
    """The order that a worker holds, or -1."""
    return pairs.orders[held.pair[worker]] if held.pair[worker] != NOWHERE else np.int64(NOWHERE)


@compiled
def is_behind(pairs: Pairs, held: Held, labels: Labels, order: Int, last: Int) -> bool:
    """Whether the chain that ends at ``last`` comes through ``order``."""
    at, steps = last, 0
    while at != NOWHERE and steps <= len(labels.price):
        if at == order:
            return True
        if labels.came[at] == NOWHERE:
            return False
        at, steps = left_by(pairs, held, pairs.workers[labels.came[at]]), steps + 1
    return steps > len(labels.price)


@compiled
def cheapest_slot(pairs: Pairs, held: Held, order: Int) -> Int:
    """The slot of the holder who is worth least."""
    first = held.slot_starts[order]
    best: Int = first
    for slot in range(first, first + held.filled[order]):
        if pairs.values[held.pair[held.slots[slot]]] < pairs.values[held.pair[held.slots[best]]]:
            best = slot
    return best


@compiled
def slot_of(held: Held, order: Int, worker: Int) -> Int:
    """The slot in which a worker sits."""
    slot: Int = held.slot_starts[order]
    while held.slots[slot] != worker:
        slot += 1
    return slot


@compiled
def gain_of(pairs: Pairs, held: Held, labels: Labels, order: Int, stamp: Int) -> Int:
    """What the chain into an order gains before anybody leaves it; -1 where it comes by an order twice."""
    gain, at = np.int64(0), order
    while at != NOWHERE and labels.came[at] != NOWHERE:
        if labels.seen[at] == stamp:
            return np.int64(-1) if at != order else gain
        labels.seen[at] = stamp
        pair = labels.came[at]
        here = held.pair[pairs.workers[pair]]
        gain += pairs.values[pair] - (pairs.values[here] if here != NOWHERE else 0)
        at = pairs.orders[here] if here != NOWHERE else np.int64(NOWHERE)
    return gain


@compiled
def move_chain(pairs: Pairs, held: Held, labels: Labels, order: Int, slot: Int) -> None:
    """Let everybody on the chain into an order move; ``slot`` is the one that becomes free at its end."""
    at, into = order, slot
    while labels.came[at] != NOWHERE:
        pair = labels.came[at]
        labels.came[at] = NOWHERE
        worker = pairs.workers[pair]
        here = left_by(pairs, held, worker)
        leaving = slot_of(held, here, worker) if here != NOWHERE else np.int64(NOWHERE)
        held.pair[worker] = pair
        held.slots[into] = worker
        if here == NOWHERE:
            return
        at, into = here, leaving
    last = held.slot_starts[at] + held.filled[at] - 1
    held.slots[into] = held.slots[last]
    held.filled[at] -= 1


@compiled
def improve(pairs: Pairs, held: Held, labels: Labels, order: Int, source: Int, stamp: Int) -> int:
    """Carry out the chain that was just seen to end at ``order``, if there is one worth something.

    ``source`` is the order from which the last of it moved, or -1. Returns SETTLED where the chain may go on.
    An order without a place for single workers just becomes dearer.
    """
    if held.capacity[order] == 0:
        return SETTLED
    if source != NOWHERE and is_behind(pairs, held, labels, order, source):
        gain = gain_of(pairs, held, labels, order, stamp)
        if gain <= 0:
            return MISLED
        turn_ring(pairs, held, labels, order)
        return IMPROVED
    first = held.slot_starts[order]
    if held.filled[order] < held.capacity[order]:
        if gain_of(pairs, held, labels, order, stamp) <= 0:
            return MISLED
        held.filled[order] += 1
        move_chain(pairs, held, labels, order, first + held.filled[order] - 1)
        return IMPROVED
    slot = cheapest_slot(pairs, held, order)
    worth = pairs.values[held.pair[held.slots[slot]]]
    if labels.price[order] > worth:
        if gain_of(pairs, held, labels, order, stamp) <= worth:
            return MISLED
        held.pair[held.slots[slot]] = NOWHERE
        move_chain(pairs, held, labels, order, slot)
        return IMPROVED
    return SETTLED


@compiled
def turn_ring(pairs: Pairs, held: Held, labels: Labels, order: Int) -> None:
    """Let everybody on a ring of orders move one on."""
    at, count = order, 0
    into: Int = np.int64(NOWHERE)
    first_pair = labels.came[order]
    while True:
        pair = labels.came[at]
        labels.came[at] = NOWHERE
        worker = pairs.workers[pair]
        here = left_by(pairs, held, worker)
        leaving = slot_of(held, here, worker)
        if count:
            held.pair[worker] = pair
            held.slots[into] = worker
        count += 1
        at, into = here, leaving
        if at == order:
            break
    first_worker = pairs.workers[first_pair]
    held.pair[first_worker] = first_pair
    held.slots[into] = first_worker


@compiled
def start_over(labels: Labels) -> None:
    """Forget all prices and chains."""
    labels.price[:] = 0
    labels.came[:] = NOWHERE
    labels.waits[:] = False


@compiled
def enqueue(labels: Labels, order: Int, tail: int, waiting: int) -> tuple[int, int]:
    """Put an order at the end of the ring, unless it waits already."""
    if labels.waits[order]:
        return tail, waiting
    labels.waits[order] = True
    labels.queue[tail] = order
    return (tail + 1) % len(labels.queue), waiting + 1


@compiled
def raise_from(
    pairs: Pairs, held: Held, labels: Labels, worker: Int, ring: tuple[int, int], stamp: Int
) -> tuple[int, int, int]:
    """Raise the prices of the orders that a worker would rather hold; returns how it went, and the ring's
    tail and length."""
    tail, waiting = ring
    here = left_by(pairs, held, worker)
    base: Int = np.int64(0)
    if here != NOWHERE:
        base = labels.price[here] - pairs.values[held.pair[worker]]
    for pair in range(pairs.starts[worker], pairs.starts[worker + 1]):
        order = pairs.orders[pair]
        price = pairs.values[pair] + base
        if price > labels.price[order] and order != here:
            labels.price[order], labels.came[order] = price, pair
            outcome = improve(pairs, held, labels, order, here, stamp)
            if outcome != SETTLED:
                return outcome, tail, waiting
            tail, waiting = enqueue(labels, order, tail, waiting)
    return SETTLED, tail, waiting


@compiled
def settle(pairs: Pairs, held: Held, labels: Labels, stamp: Int) -> int:
    """Raise prices from everybody on until nobody would rather be elsewhere, or a chain ended somewhere."""
    labels.waits[:] = False
    tail, waiting, head = 0, 0, 0
    for worker in range(len(held.pair)):
        outcome, tail, waiting = raise_from(pairs, held, labels, worker, (tail, waiting), stamp)
        if outcome != SETTLED:
            return outcome
    while waiting > 0:
        order = labels.queue[head]
        head, waiting = (head + 1) % len(labels.queue), waiting - 1
        labels.waits[order] = False
        first = held.slot_starts[order]
        for slot in range(first, first + held.filled[order]):
            outcome, tail, waiting = raise_from(pairs, held, labels, held.slots[slot], (tail, waiting), stamp)
            if outcome != SETTLED:
                return outcome
    return SETTLED


@compiled
def settle_all(pairs: Pairs, held: Held, labels: Labels, most: int) -> int:
    """Improve the assignment until prices from nothing settle; returns the chains carried out, or -1 where
    ``most`` rounds were not enough."""
    improved, is_fresh = 0, True
    start_over(labels)
    for stamp in range(1, most + 1):
        outcome = settle(pairs, held, labels, stamp)
        if outcome == SETTLED and is_fresh:
            return improved
        is_fresh = outcome != IMPROVED
        if is_fresh:
            start_over(labels)
        else:
            improved += 1
    return NOWHERE
