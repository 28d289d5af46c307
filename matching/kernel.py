"""The compiled inner loops. Every function here works on plain arrays and holds no interpreter lock.

Keys order candidates: ``(score << 32) - position``, so that a higher score wins and, at equal scores, the
lower id. A heap of keys keeps the best ``k``; its smallest key stands first.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import compiled, trailing_zeros

EMPTY = np.iinfo(np.int64).min
LARGEST_GAIN = 1 << 30
OCCUPATION, EXPERIENCE, SKILLS, WAGE, PAIRING, DISTANCE, VILLAGERS, TRAINING = range(8)


class WorkerArrays(NamedTuple):
    """The workers' side as the kernel reads it; shapes as in :mod:`matching.index`."""

    bits: np.ndarray
    wish_starts: np.ndarray
    wish_numbers: np.ndarray
    experience: np.ndarray
    floor: np.ndarray
    county: np.ndarray


class OrderArrays(NamedTuple):
    """The orders' side as the kernel reads it: tables of levels, or of points already."""

    rule_starts: np.ndarray
    rule_rows: np.ndarray
    skill_starts: np.ndarray
    skill_rows: np.ndarray
    trained_starts: np.ndarray
    trained_workers: np.ndarray
    occupation_row: np.ndarray
    occupation_levels: np.ndarray
    wage_row: np.ndarray
    wage_points: np.ndarray
    county_row: np.ndarray
    county_points: np.ndarray


@compiled
def push(heap: np.ndarray, key: int) -> None:
    """Put ``key`` in the place of the smallest key of a heap."""
    size, at = len(heap), 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key


@compiled
def text_levels(starts, features, weights, posting_starts, posting_texts, posting_weights, norm, out):
    """Tenths of cosine of some order texts (rows of ``out``) with every distinct experience text."""
    sums = np.zeros(out.shape[1], np.int32)
    for row in range(out.shape[0]):
        sums[:] = 0
        for at in range(starts[row], starts[row + 1]):
            feature, weight = features[at], weights[at]
            for p in range(posting_starts[feature], posting_starts[feature + 1]):
                sums[posting_texts[p]] += weight * posting_weights[p]
        for text in range(out.shape[1]):
            out[row, text] = sums[text] // norm * 10 // norm


@compiled
def feasible(bits, rows, first, last, out):
    """AND the given bit rows over words ``first`` to ``last`` into ``out``."""
    for word in range(last - first):
        out[word] = bits[rows[0], first + word]
    for row in rows[1:]:
        for word in range(last - first):
            out[word] &= bits[row, first + word]


@compiled
def skill_level(bits, rows, word, bit):
    """Quarters of the wanted skills that one worker has."""
    if len(rows) == 0:
        return 0
    held = 0
    for row in rows:
        held += (bits[row, word] >> bit) & np.uint64(1)
    return np.int64(held) * 4 // len(rows)


@compiled
def wish_level(levels, starts, numbers, worker):
    """The best occupation level over a worker's wishes."""
    best = 0
    for at in range(starts[worker], starts[worker + 1]):
        best = max(best, levels[numbers[at]])
    return best


@compiled
def scan(
    workers, orders, card, steps, prices, texts, text_row, order_range, word_range, order_heaps, worker_heaps
):
    """Score every feasible pair of a stretch of orders and a stretch of workers into both sides' heaps.

    In a worker's heap a pair counts ``score * steps - prices[order]``.
    ``texts[text_row[k]]`` holds the experience levels of the ``k``-th order of the stretch. Heaps of width 0
    are left alone. Returns how many feasible pairs there were.
    """
    first_word, last_word = word_range
    found = np.empty(last_word - first_word, np.uint64)
    seen = 0
    for order in range(order_range[0], order_range[1]):
        rules = orders.rule_rows[orders.rule_starts[order] : orders.rule_starts[order + 1]]
        skills = orders.skill_rows[orders.skill_starts[order] : orders.skill_starts[order + 1]]
        trained = orders.trained_workers[orders.trained_starts[order] : orders.trained_starts[order + 1]]
        occupation = orders.occupation_levels[orders.occupation_row[order]]
        wage = orders.wage_points[orders.wage_row[order]]
        county = orders.county_points[orders.county_row[order]]
        text = texts[text_row[order - order_range[0]]]
        heap, price = order_heaps[order], prices[order]
        next_trained = np.searchsorted(trained, first_word * 64)
        feasible(workers.bits, rules, first_word, last_word, found)
        for word in range(last_word - first_word):
            left = found[word]
            while left != 0:
                bit = trailing_zeros(left)
                left &= left - np.uint64(1)
                worker = (first_word + word) * 64 + np.int64(bit)
                level = wish_level(occupation, workers.wish_starts, workers.wish_numbers, worker)
                score = card[OCCUPATION, level] + card[EXPERIENCE, text[workers.experience[worker]]]
                score += wage[workers.floor[worker]] + county[workers.county[worker]]
                score += card[SKILLS, skill_level(workers.bits, skills, first_word + word, bit)]
                while next_trained < len(trained) and trained[next_trained] < worker:
                    next_trained += 1
                here = next_trained < len(trained) and trained[next_trained] == worker
                score += card[TRAINING, np.int64(here)]
                seen += 1
                key = (np.int64(score) << 32) - worker
                if len(heap) and key > heap[0]:
                    push(heap, key)
                key = ((np.int64(score) * steps - price) << 32) - order
                if worker_heaps.shape[1] and key > worker_heaps[worker, 0]:
                    push(worker_heaps[worker], key)
    return seen


@compiled
def sparse_dot(indices_a, weights_a, indices_b, weights_b):
    """Dot product of two sparse vectors with rising indices."""
    a, b, total = 0, 0, 0
    while a < len(indices_a) and b < len(indices_b):
        if indices_a[a] == indices_b[b]:
            total += weights_a[a] * weights_b[b]
            a += 1
            b += 1
        elif indices_a[a] < indices_b[b]:
            a += 1
        else:
            b += 1
    return total


@compiled
def contains(rising, wanted):
    """Whether a rising array holds a value."""
    at = np.searchsorted(rising, wanted)
    return at < len(rising) and rising[at] == wanted


@compiled
def pair_levels(workers, orders, wage_levels, county_levels, order_of, worker_of, out):
    """The levels of chosen pairs, all factors but experience, into ``out`` of shape (pairs, factors)."""
    for pair in range(len(order_of)):
        order, worker = order_of[pair], worker_of[pair]
        skills = orders.skill_rows[orders.skill_starts[order] : orders.skill_starts[order + 1]]
        trained = orders.trained_workers[orders.trained_starts[order] : orders.trained_starts[order + 1]]
        occupation = orders.occupation_levels[orders.occupation_row[order]]
        near = county_levels[orders.county_row[order], workers.county[worker]]
        out[pair, OCCUPATION] = wish_level(occupation, workers.wish_starts, workers.wish_numbers, worker)
        out[pair, SKILLS] = skill_level(workers.bits, skills, worker // 64, np.uint64(worker % 64))
        out[pair, WAGE] = wage_levels[orders.wage_row[order], workers.floor[worker]]
        out[pair, PAIRING], out[pair, DISTANCE], out[pair, VILLAGERS] = near[0], near[1], near[2]
        out[pair, TRAINING] = contains(trained, worker)


@compiled
def pair_text_levels(a_starts, a_indices, a_weights, b_starts, b_indices, b_weights, a_rows, b_rows, norm, out):
    """Tenths of cosine of chosen pairs of texts into ``out`` of shape (pairs,)."""
    for pair in range(len(a_rows)):
        a, b = a_rows[pair], b_rows[pair]
        left, right = slice(a_starts[a], a_starts[a + 1]), slice(b_starts[b], b_starts[b + 1])
        dot = sparse_dot(a_indices[left], a_weights[left], b_indices[right], b_weights[right])
        out[pair] = dot // norm * 10 // norm


@compiled
def blocking(bits, starts, rules, rows, workers, failing, alone, nearest):
    """Over all orders: how often each rule fails for each worker, how often it alone does, the nearest order.

    The rows of order ``o`` are ``rows[starts[o]:starts[o + 1]]``, each belonging to rule ``rules[k]``.
    ``failing`` and ``alone`` have shape (workers, rules); ``nearest`` gets the order with the fewest failing
    rules, the lowest of equals.
    """
    failed = np.zeros(failing.shape[1], np.bool_)
    for number, worker in enumerate(workers):
        word, bit, fewest = worker // 64, np.uint64(worker % 64), failing.shape[1] + 1
        for order in range(len(starts) - 1):
            failed[:] = False
            for at in range(starts[order], starts[order + 1]):
                if not (bits[rows[at], word] >> bit) & np.uint64(1):
                    failed[rules[at]] = True
            count = failed.sum()
            for rule in range(len(failed)):
                failing[number, rule] += failed[rule]
                alone[number, rule] += failed[rule] and count == 1
            if count < fewest:
                fewest, nearest[number] = count, order
