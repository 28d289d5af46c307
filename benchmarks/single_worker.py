"""One question at a time: one worker against every order, without scanning the others."""

from typing import NamedTuple

import numpy as np

from matching.compiled import Array, Int, compiled
from matching.pairs import kernel
from matching.pairs.factors import pair_points, split_keys
from matching.pairs.index import WorkerIndex
from matching.pairs.kernel import (
    EMPTY,
    EXPERIENCE,
    ONE,
    SKILLS,
    TRAINING,
    OrderArrays,
    most_besides,
    push,
    score_of,
    trained_for,
)
from matching.pairs.order_tables import OrderTables
from matching.pairs.prepared import card_table, order_arrays
from matching.pairs.ranking import Ranking
from matching.pairs.scanning import descending
from matching.pairs.scorecard import DEFAULT_SCORECARD, Scorecard
from matching.text.titles import NORM, features


class Turned(NamedTuple):
    """Order tables read by worker: bits of the orders that need a bit row, and levels by (wish, title)."""

    needed_by: Array
    levels_by_wish: Array


class Asking(NamedTuple):
    """One worker: the bit in every row, the small numbers, the points for each title and each text."""

    position: int
    bits: Array
    codes: Array
    titles: Array
    texts: Array


def orders_of(
    index: WorkerIndex, tables: OrderTables, position: int, top: int, card: Scorecard = DEFAULT_SCORECARD
) -> Ranking:
    """The best ``top`` orders of the worker at a position of the index: what ``rank(..., by="worker")`` says.

    The first question to order tables turns them, which takes as long as a hundred questions. Raises
    ``IndexError`` for a position outside the index, ``ValueError`` for a ``top`` below 1.

    >>> from datetime import date
    >>> from matching import Order, Worker
    >>> from matching.pairs.order_tables import build_order_tables
    >>> index = WorkerIndex([Worker(worker_id="1", birth_date=date(1990, 1, 1), wishes=("焊工",))])
    >>> orders = [Order(order_id="A", title="焊工"), Order(order_id="B", title="保安")]
    >>> tables = build_order_tables(index, orders)
    >>> [(row.order_id, row.score) for row in orders_of(index, tables, 0, 1)]
    [('A', 400)]
    """
    if not 0 <= position < len(index):
        raise IndexError(position)
    if top < 1:
        raise ValueError("top must be at least 1")
    turned = _turned(tables)
    heap = np.full(min(top, max(len(tables), 1)), EMPTY, np.int64)
    asking = _asking(index, tables, turned, position, card_table(card))
    best_orders(order_arrays(tables, card), asking, tables.text_row, turned.needed_by, heap)
    _, place, order, score = split_keys(descending(heap[None]))
    worker = np.full(len(order), position)
    points = pair_points(index, tables, card, order, worker)
    ranks = (place + 1).astype(np.int32)
    return Ranking(tables.orders, index.frame, order, worker, ranks, score, index.needs[worker], points)


def _turned(tables: OrderTables) -> Turned:
    """The tables turned, once."""
    if "turned" not in tables.in_points:
        rows = int(tables.rule_rows.max(initial=-1)) + 1
        needed_by = np.zeros((rows, (len(tables) + 63) // 64), np.uint64)
        mark_needed(tables.rule_starts, tables.rule_rows, needed_by)
        tables.in_points["turned"] = Turned(needed_by, np.ascontiguousarray(tables.occupation_levels.T))
    turned: Turned = tables.in_points["turned"]
    return turned


def _asking(
    index: WorkerIndex, tables: OrderTables, turned: Turned, position: int, points: np.ndarray
) -> Asking:
    word, codes = index.rows.bits[:, position // 64], np.asarray(index.codes[position])
    bits = ((word >> np.uint64(position % 64)) & ONE).astype(np.uint8)
    levels = turned.levels_by_wish[codes[kernel.FIRST_WISH :]].max(axis=0)
    likeness = np.empty(len(tables.texts), np.int32)
    starts, numbers, weights = index.experiences.rows
    own_text = slice(*starts[codes[kernel.EXPERIENCE_CODE] :][:2])
    vector = np.zeros(len(features()), np.int32)
    vector[numbers[own_text]] = weights[own_text]
    text_likeness(*tables.texts.rows, vector, NORM, likeness)
    return Asking(position, bits, codes, points[kernel.OCCUPATION][levels], points[EXPERIENCE][likeness])


@compiled
def mark_needed(starts: Array, rows: Array, needed_by: Array) -> None:
    """Set the bit of every order in each row that it needs."""
    for order in range(len(starts) - 1):
        for row in rows[starts[order] : starts[order + 1]]:
            needed_by[row, order >> 6] |= ONE << np.uint64(order & 63)


@compiled
def text_likeness(
    starts: Array, features: Array, weights: Array, vector: Array, norm: Int, out: Array
) -> None:
    """Tenths of cosine of one text, given by feature, with every order text."""
    for text in range(len(out)):
        total = np.int32(0)
        for at in range(starts[text], starts[text + 1]):
            total += weights[at] * vector[features[at]]
        out[text] = total // norm * 10 // norm


@compiled
def open_to(needed_by: Array, bits: Array, orders: Int) -> Array:
    """Bits of the orders that need no row in which the worker's bit is not set."""
    closed = np.zeros(needed_by.shape[1], np.uint64)
    for row in range(len(needed_by)):
        if not bits[row]:
            for word in range(len(closed)):
                closed[word] |= needed_by[row, word]
    words = ~closed
    if orders % 64:
        words[-1] &= (ONE << np.uint64(orders % 64)) - ONE
    return words


@compiled
def points_of(orders: OrderArrays, asking: Asking, order: Int) -> Int:
    """The points of a pair besides title and text."""
    points: Int = np.int64(orders.wage[orders.wage_row[order], asking.codes[kernel.FLOOR_CODE]])
    points += orders.county[orders.county_row[order], asking.codes[kernel.COUNTY_CODE]]
    first, last = orders.skill_starts[order], orders.skill_starts[order + 1]
    if last > first:
        held = 0
        for row in orders.skill_rows[first:last]:
            held += asking.bits[row]
        points += orders.card[SKILLS, 4 * held // (last - first)]
    trained = trained_for(orders, order)
    place = np.searchsorted(trained, asking.position)
    if place < len(trained) and trained[place] == asking.position:
        points += orders.card[TRAINING, 1]
    return points


@compiled
def best_orders(orders: OrderArrays, asking: Asking, text_row: Array, needed_by: Array, heap: Array) -> None:
    """Keep the best orders of one worker among all that are feasible."""
    words = open_to(needed_by, asking.bits, len(text_row))
    candidates = np.empty(64 * len(words), np.uint32)
    low = score_of(heap[0])
    for at in range(kernel.listed(words, candidates)):
        order = np.int64(candidates[at])
        points = asking.titles[orders.occupation_row[order]] + asking.texts[text_row[order]]
        if points + most_besides(orders, order) > low:
            score = points + points_of(orders, asking, order)
            low = max(low, push(heap, (score << 32) - order))
