"""One question at a time: one worker against every order, without scanning anybody else."""

import numpy as np

from matching import kernel
from matching.card import DEFAULT_CARD, FACTORS, Card
from matching.factors import pair_points
from matching.index import WorkerIndex
from matching.order_tables import OrderTables
from matching.ranking import Ranking
from matching.scanning import card_table
from matching.titles import NORM


def orders_of(
    index: WorkerIndex, tables: OrderTables, position: int, top: int, card: Card = DEFAULT_CARD
) -> Ranking:
    """The best ``top`` orders of the worker at a position of the index: what ``rank(..., by="worker")`` says.

    Raises ``IndexError`` for a position outside the index.
    """
    if not 0 <= position < len(index):
        raise IndexError(position)
    feasible = np.flatnonzero(_every(index, tables.rule_starts, tables.rule_rows, position))
    scores = _scores(index, tables, position, card)[feasible]
    best = np.lexsort((feasible, -scores))[:top]
    order = feasible[best]
    worker = np.full(len(order), position)
    points = pair_points(index, tables, card, order, worker)
    places = np.arange(1, len(order) + 1, dtype=np.int32)
    return Ranking(
        tables.orders, index.frame, order, worker, places, points.sum(axis=1), index.needs[worker], points
    )


def _bits(index: WorkerIndex, rows: np.ndarray, position: int) -> np.ndarray:
    """One worker's bit in each of some rows."""
    word = index.rows.bits[:, position // 64]
    return ((word >> np.uint64(position % 64)) & np.uint64(1)).astype(np.int64)[rows]


def _every(index: WorkerIndex, starts: np.ndarray, rows: np.ndarray, position: int) -> np.ndarray:
    """For every order, whether the worker's bit is set in all its rows."""
    return _per_order(_bits(index, rows, position), starts) == np.diff(starts)


def _per_order(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    sums = np.concatenate([[0], np.cumsum(values)])
    return sums[starts[1:]] - sums[starts[:-1]]


def _scores(index: WorkerIndex, tables: OrderTables, position: int, card: Card) -> np.ndarray:
    """The worker's points with every order, int64 of shape (orders,)."""
    points = card_table(card).astype(np.int64)
    codes = index.codes[position].astype(np.int64)
    experience, floor, county = codes[: kernel.FIRST_WISH]
    wishes = tables.occupation_levels[:, codes[kernel.FIRST_WISH :]].max(axis=1)
    near = tables.county_levels[:, county]
    vector = index.experiences.vectors[[experience]]
    likeness = (tables.texts @ vector.T).toarray().ravel() // NORM * 10 // NORM
    wanted = np.diff(tables.skill_starts)
    held = _per_order(_bits(index, tables.skill_rows, position), tables.skill_starts)
    levels = {
        "occupation": wishes[tables.occupation_row],
        "experience": likeness[tables.text_row],
        "skills": 4 * held // np.maximum(wanted, 1),
        "wage": tables.wage_levels[:, floor][tables.wage_row],
        "pairing": near[tables.county_row, 0],
        "distance": near[tables.county_row, 1],
        "villagers": near[tables.county_row, 2],
        "training": _per_order((tables.trained_workers == position).astype(np.int64), tables.trained_starts),
    }
    return np.sum([points[number][levels[name]] for number, name in enumerate(FACTORS)], axis=0)
