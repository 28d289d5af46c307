"""Compiled loops over chosen pairs: their levels factor by factor, and which rules stand in their way."""

import numpy as np

from matching.compiled import Array, Int, compiled
from matching.pairs.kernel import (
    COUNTY_CODE,
    DISTANCE,
    FIRST_WISH,
    FLOOR_CODE,
    OCCUPATION,
    ONE,
    PAIRING,
    SKILLS,
    TRAINING,
    VILLAGERS,
    WAGE,
    OrderArrays,
    WorkerArrays,
)


@compiled
def skill_level(bits: Array, rows: Array, worker: Int) -> Int:
    """Quarters of the wanted skills that one worker has."""
    if len(rows) == 0:
        return 0
    held: Int = 0
    for row in rows:
        held += np.int64((bits[row, worker // 64] >> np.uint64(worker % 64)) & ONE)
    return 4 * held // len(rows)


@compiled
def contains(rising: Array, wanted: Int) -> bool:
    """Whether a rising array holds a value."""
    at = np.searchsorted(rising, wanted)
    return bool(at < len(rising) and rising[at] == wanted)


@compiled
def levels(
    workers: WorkerArrays,
    orders: OrderArrays,
    tables: tuple[Array, Array, Array],
    order_of: Array,
    worker_of: Array,
    out: Array,
) -> None:
    """Levels of chosen pairs, all factors but experience, into ``out`` of shape (pairs, factors).

    ``tables`` hold levels by order row: occupation, wage, and pairing with distance and villagers.
    """
    occupation, wage, county = tables
    for pair in range(len(order_of)):
        order, worker = order_of[pair], worker_of[pair]
        skills = orders.skill_rows[orders.skill_starts[order] : orders.skill_starts[order + 1]]
        trained = orders.trained_workers[orders.trained_starts[order] : orders.trained_starts[order + 1]]
        codes = workers.codes[worker]
        near = county[orders.county_row[order], codes[COUNTY_CODE]]
        best = 0
        for wish in range(FIRST_WISH, len(codes)):
            best = max(best, occupation[orders.occupation_row[order], codes[wish]])
        out[pair, OCCUPATION] = best
        out[pair, SKILLS] = skill_level(workers.bits, skills, worker)
        out[pair, WAGE] = wage[orders.wage_row[order], codes[FLOOR_CODE]]
        out[pair, PAIRING], out[pair, DISTANCE], out[pair, VILLAGERS] = near[0], near[1], near[2]
        out[pair, TRAINING] = contains(trained, worker)


@compiled
def sparse_dot(indices_a: Array, weights_a: Array, indices_b: Array, weights_b: Array) -> Int:
    """Dot product of two sparse vectors with rising indices."""
    a, b, total = 0, 0, 0
    while a < len(indices_a) and b < len(indices_b):
        if indices_a[a] == indices_b[b]:
            total += weights_a[a] * weights_b[b]
        step = indices_a[a] <= indices_b[b]
        b += indices_b[b] <= indices_a[a]
        a += step
    return total


@compiled
def text_levels(
    left: tuple[Array, Array, Array],
    right: tuple[Array, Array, Array],
    left_rows: Array,
    right_rows: Array,
    norm: Int,
    out: Array,
) -> None:
    """Tenths of cosine of chosen pairs of sparse rows (starts, indices, weights) into ``out``."""
    for pair in range(len(left_rows)):
        a, b = left_rows[pair], right_rows[pair]
        left_part, right_part = slice(left[0][a], left[0][a + 1]), slice(right[0][b], right[0][b + 1])
        dot = sparse_dot(left[1][left_part], left[2][left_part], right[1][right_part], right[2][right_part])
        out[pair] = dot // norm * 10 // norm


@compiled
def failing_rules(
    bits: Array, lists: tuple[Array, Array, Array], order: Int, worker: Int, failed: Array
) -> Int:
    """Set which rules of an order a worker does not pass, bool of shape (rules,); returns how many."""
    starts, rules, rows = lists
    word, bit, count = worker // 64, np.uint64(worker % 64), 0
    failed[:] = False
    for at in range(starts[order], starts[order + 1]):
        if not (bits[rows[at], word] >> bit) & ONE and not failed[rules[at]]:
            failed[rules[at]] = True
            count += 1
    return count


@compiled
def count_obstacles(
    bits: Array,
    lists: tuple[Array, Array, Array],
    workers: Array,
    blocked: Array,
    alone: Array,
    sample: Array,
    feasible: Array,
    nearest: Array,
) -> None:
    """Over all orders, what stands between each worker and them: see ``Obstacles`` for the arrays.

    ``lists`` are, per order, the bit rows and the rule of each: (starts, rules, rows).
    """
    failed = np.zeros(blocked.shape[1], np.bool_)
    for number, worker in enumerate(workers):
        fewest: Int = len(failed) + 1
        for order in range(len(lists[0]) - 1):
            count = failing_rules(bits, lists, order, worker, failed)
            feasible[number] += count == 0
            for rule in range(len(failed)):
                blocked[number, rule] += failed[rule]
                if failed[rule] and count == 1:
                    if alone[number, rule] == 0:
                        sample[number, rule] = order
                    alone[number, rule] += 1
            if count < fewest:
                fewest, nearest[number] = count, order
