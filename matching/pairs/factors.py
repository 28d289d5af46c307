"""What the points of chosen pairs are made of."""

import numpy as np

from matching.pairs import kernel, pair_kernel
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables
from matching.pairs.prepared import card_table, order_arrays, worker_arrays
from matching.pairs.scorecard import FACTORS, Scorecard
from matching.text.titles import NORM

LOW_BITS = np.int64(0xFFFFFFFF)


def split_keys(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows, places, positions and scores of the keys of a (rows, k) array that are not empty.

    >>> rows, places, positions, scores = split_keys(np.array([[(400 << 32) - 7, kernel.EMPTY]]))
    >>> rows.tolist(), places.tolist(), positions.tolist(), scores.tolist()
    ([0], [0], [7], [400])
    """
    rows, places = np.nonzero(keys != kernel.EMPTY)
    kept = keys[rows, places]
    positions = -kept & LOW_BITS
    return rows, places, positions, ((kept + positions) >> 32).astype(np.int32)


def pair_levels(
    index: WorkerIndex, tables: OrderTables, card: Scorecard, order: np.ndarray, worker: np.ndarray
) -> np.ndarray:
    """Levels of the pairs (``order[k]``, ``worker[k]``), uint8 of shape (pairs, factors)."""
    out = np.empty((len(order), len(FACTORS)), np.uint8)
    levels = tables.occupation_levels, tables.wage_levels, tables.county_levels
    pair_kernel.levels(worker_arrays(index), order_arrays(tables, card), levels, order, worker, out)
    out[:, kernel.EXPERIENCE] = _experience_levels(index, tables, order, worker)
    return out


def pair_points(
    index: WorkerIndex, tables: OrderTables, card: Scorecard, order: np.ndarray, worker: np.ndarray
) -> np.ndarray:
    """Points of the pairs, int16 of shape (pairs, factors); each row sums to the pair's score.

    >>> from matching import DEFAULT_SCORECARD, Order, Worker
    >>> from matching.pairs.order_tables import build_order_tables
    >>> index = WorkerIndex([Worker(worker_id="1", wishes=("焊工",))])
    >>> tables = build_order_tables(index, [Order(order_id="A", title="焊工")])
    >>> pair_points(index, tables, DEFAULT_SCORECARD, np.array([0]), np.array([0])).tolist()
    [[400, 0, 0, 0, 0, 0, 0, 0]]
    """
    levels = pair_levels(index, tables, card, order, worker)
    points = card_table(card).astype(np.int16)
    return np.stack([points[factor][levels[:, factor]] for factor in range(len(FACTORS))], axis=1)


def _experience_levels(
    index: WorkerIndex, tables: OrderTables, order: np.ndarray, worker: np.ndarray
) -> np.ndarray:
    out = np.empty(len(order), np.uint8)
    sides = index.experiences.rows, tables.texts.rows
    pair_kernel.text_levels(
        *sides, index.codes[worker, kernel.EXPERIENCE_CODE], tables.text_row[order], NORM, out
    )
    return out
