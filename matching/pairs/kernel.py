"""The compiled inner loops. Every function here works on plain arrays and holds no interpreter lock.

Keys order candidates: ``(score << 32) - position``, so that a higher score wins and, at equal scores, the
lower id. A heap of keys keeps the best ``k``; its smallest key stands first.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import Array, Int, compiled, count_ones, trailing_zeros

EMPTY = np.iinfo(np.int64).min
LOWEST = np.iinfo(np.int32).min
LARGEST_GAIN = 1 << 30
OCCUPATION, EXPERIENCE, SKILLS, WAGE, PAIRING, DISTANCE, VILLAGERS, TRAINING = range(8)
# Columns of the workers' codes; wishes follow.
EXPERIENCE_CODE, FLOOR_CODE, COUNTY_CODE, FIRST_WISH = range(4)
ONE = np.uint64(1)


class WorkerArrays(NamedTuple):
    """The workers' side: bit rows (rows, words), small numbers (workers, columns) into the orders' tables.

    ``mask`` has one bit per worker, uint64 words: only workers whose bit is set count. Empty, all of them do.
    ``positions`` (uint32) says which worker of the index stands at each place; empty, each at its position.
    """

    bits: Array
    codes: Array
    mask: Array
    positions: Array


class OrderArrays(NamedTuple):
    """The orders' side: ragged lists per order, and tables of points (int16) with each order's row in
    them."""

    rule_starts: Array
    rule_rows: Array
    skill_starts: Array
    skill_rows: Array
    trained_starts: Array
    trained_workers: Array
    occupation_row: Array
    occupation: Array
    wage_row: Array
    wage: Array
    county_row: Array
    county: Array
    card: Array
    rest: Array


class Scratch(NamedTuple):
    """Room for one block of workers: their bits, the numbers of those whose bit is set, and their scores."""

    words: Array
    candidates: Array
    scores: Array


@compiled
def scratch_of(size: Int) -> Scratch:
    """Room for ``size`` words of workers."""
    return Scratch(np.empty(size, np.uint64), np.empty(64 * size, np.uint32), np.empty(64 * size, np.int32))


@compiled
def push(heap: Array, key: Int) -> Int:
    """Put ``key`` in the place of the smallest key of a heap, if it is larger; returns the smallest score
    now."""
    size, at = len(heap), 0
    if key < heap[0]:
        return score_of(heap[0])
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
    return score_of(heap[0])


@compiled
def score_of(key: Int) -> Int:
    """The score part of a key; lower than any score for an empty place."""
    return LOWEST if key == EMPTY else (key + 0xFFFFFFFF) >> 32


@compiled
def text_points(
    texts: tuple[Array, Array, Array],
    rows: Array,
    lists: tuple[Array, Array, Array],
    norm: Int,
    points: Array,
    out: Array,
) -> None:
    """Points of the tenths of cosine of some order texts (rows of ``out``) with every distinct experience
    text.

    ``texts`` and ``lists`` are (starts, numbers, weights): the features of a text, the experiences of a
    feature.
    """
    starts, features, weights = texts
    list_starts, list_texts, list_weights = lists
    sums = np.empty(out.shape[1], np.int32)
    for row in range(out.shape[0]):
        sums[:] = 0
        for at in range(starts[rows[row]], starts[rows[row] + 1]):
            for p in range(list_starts[features[at]], list_starts[features[at] + 1]):
                sums[list_texts[p]] += weights[at] * list_weights[p]
        for text in range(out.shape[1]):
            # A whole number over another is never so near the next that a double rounds it up.
            cosine = np.int32(np.float64(sums[text]) / norm)
            out[row, text] = points[np.int32(np.float64(cosine * 10) / norm)]


@compiled
def trained_for(orders: OrderArrays, order: Int) -> Array:
    """The workers trained for an order, rising."""
    return orders.trained_workers[orders.trained_starts[order] : orders.trained_starts[order + 1]]


@compiled
def most_besides(orders: OrderArrays, order: Int) -> Int:
    """The most points of an order's pairs besides title and text."""
    some_trained = len(trained_for(orders, order)) > 0
    points = orders.card[TRAINING, 1] - orders.card[TRAINING, 0]
    most: Int = orders.rest[order] + some_trained * points
    return most


@compiled
def feasible(workers: WorkerArrays, orders: OrderArrays, order: Int, first: Int, words: Array) -> None:
    """AND mask and bit rows of an order, from word ``first`` on, into ``words``: who keeps all rules."""
    rows = orders.rule_rows[orders.rule_starts[order] : orders.rule_starts[order + 1]]
    words[:] = workers.bits[rows[0], first : first + len(words)]
    for at in range(1, len(rows) - 1, 2):
        odd = workers.bits[rows[at], first : first + len(words)]
        even = workers.bits[rows[at + 1], first : first + len(words)]
        for word in range(len(words)):
            words[word] &= odd[word] & even[word]
    if len(rows) % 2 == 0:
        last = workers.bits[rows[-1], first : first + len(words)]
        for word in range(len(words)):
            words[word] &= last[word]
    if len(workers.mask):
        counted = workers.mask[first : first + len(words)]
        for word in range(len(words)):
            words[word] &= counted[word]


@compiled
def ones(words: Array) -> Int:
    """Number of bits set."""
    count = np.uint64(0)
    for word in words:
        count += count_ones(word)  # type: ignore[call-arg]
    return np.int64(count)


@compiled
def listed(words: Array, candidates: Array) -> Int:
    """Write the numbers of the bits set to ``candidates``, rising; returns how many there are."""
    count = np.uint64(0)
    for word in range(len(words)):
        left, base = words[word], np.uint64(word) * np.uint64(64)
        while left != np.uint64(0):
            candidates[count] = base + trailing_zeros(left)  # type: ignore[call-arg]
            left &= left - ONE
            count += ONE
    return np.int64(count)


@compiled
def score_tables(
    orders: OrderArrays, order: Int, texts: Array, codes: Array, candidates: Array, scores: Array
) -> None:
    """What can be read from an order's rows of points: occupation, experience, wage, county."""
    occupation = orders.occupation[orders.occupation_row[order]]
    wage = orders.wage[orders.wage_row[order]]
    county = orders.county[orders.county_row[order]]
    for at in range(len(candidates)):
        worker = candidates[at]
        best = occupation[codes[worker, FIRST_WISH]]
        for wish in range(FIRST_WISH + 1, codes.shape[1]):
            best = max(best, occupation[codes[worker, wish]])
        near = wage[codes[worker, FLOOR_CODE]] + county[codes[worker, COUNTY_CODE]]
        scores[at] = np.int32(best) + texts[codes[worker, EXPERIENCE_CODE]] + near


@compiled
def score_skills(
    bits: Array, rows: Array, points: Array, first_word: Int, candidates: Array, scores: Array
) -> None:
    """Add the points of the quarters of wanted skills that each worker has."""
    worth = np.empty(len(rows) + 1, np.int32)
    for held in range(len(rows) + 1):
        worth[held] = points[4 * held // len(rows)]
    for at in range(len(candidates)):
        word, bit = first_word + (candidates[at] >> np.uint32(6)), np.uint64(candidates[at] & np.uint32(63))
        have: Int = 0
        for row in rows:
            have += np.int64((bits[row, word] >> bit) & ONE)
        scores[at] += worth[have]


@compiled
def score_trained(trained: Array, points: Int, first: Int, candidates: Array, scores: Array) -> None:
    """Add the points of having been trained for the order."""
    start = np.searchsorted(trained, first)
    for at in range(start, len(trained)):
        place = np.searchsorted(candidates, trained[at] - first)
        if place == len(candidates):
            break
        if candidates[place] == trained[at] - first:
            scores[place] += points


@compiled
def score(
    workers: WorkerArrays,
    orders: OrderArrays,
    order: Int,
    texts: Array,
    first: Int,
    candidates: Array,
    scores: Array,
) -> None:
    """Points of an order's feasible workers ``candidates``, rising, counted from the first one of word
    ``first``."""
    skills = orders.skill_rows[orders.skill_starts[order] : orders.skill_starts[order + 1]]
    trained = trained_for(orders, order)
    score_tables(orders, order, texts, workers.codes[64 * first :], candidates, scores)
    if len(skills):
        score_skills(workers.bits, skills, orders.card[SKILLS], first, candidates, scores)
    elif orders.card[SKILLS, 0]:
        scores[: len(candidates)] += orders.card[SKILLS, 0]
    if len(trained):
        points = orders.card[TRAINING, 1] - orders.card[TRAINING, 0]
        score_trained(trained, points, 64 * first, candidates, scores)
