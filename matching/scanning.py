"""One pass over every feasible pair: threads own shards of workers and sweep stretch after stretch of orders."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from matching import kernel
from matching.card import FACTORS, LEVELS, Card
from matching.index import WorkerIndex
from matching.order_tables import OrderTables
from matching.sweep import Charge, Heaps, sweep
from matching.titles import NORM

ORDERS_PER_STEP = 256
WORDS_PER_BLOCK = 256
# Pairs, in words of 64, from which it pays to start threads.
WORTH_THREADS = 1 << 18


@dataclass(frozen=True)
class Best:
    """The best keys of each order and each worker, high to low, ``EMPTY`` where there are fewer.

    ``of_order`` is int64 of shape (orders, top workers), ``of_worker`` of shape (workers, top orders);
    ``pairs`` counts the feasible pairs seen.
    """

    of_order: np.ndarray
    of_worker: np.ndarray
    pairs: int


class Part(NamedTuple):
    """A part of all pairs: a stretch of orders and a stretch of the workers' words (64 workers each)."""

    orders: tuple[int, int]
    words: tuple[int, int]


def scan_all(
    index: WorkerIndex,
    tables: OrderTables,
    card: Card,
    top_workers: int,
    top_orders: int,
    jobs: int = 0,
    steps: int = 1,
    prices: np.ndarray | None = None,
    part: Part | None = None,
    lows: np.ndarray | None = None,
) -> Best:
    """Keep the best ``top_workers`` of every order and the best ``top_orders`` of every worker.

    For a worker, a pair counts ``score * steps - prices[order]`` (int64, free of charge by default).
    Of a ``part``, only its pairs are seen and only its orders and workers are returned. ``lows`` (int32 per
    worker) is for who knows of ``top_orders`` pairs that gain at least so much: the result is the same, sooner.

    >>> from matching import DEFAULT_CARD, Order, Worker
    >>> from matching.order_tables import build_order_tables
    >>> index = WorkerIndex([Worker(worker_id="1"), Worker(worker_id="2", placed=True)])
    >>> scan_all(index, build_order_tables(index, [Order(order_id="A")]), DEFAULT_CARD, 1, 1).pairs
    0
    """
    orders, words = part or Part((0, len(tables)), (0, index.rows.words))
    few = (orders[1] - orders[0]) * (words[1] - words[0]) < WORTH_THREADS
    shards = shards_of(words, 1 if few else jobs)
    mine = slice(*orders), slice(64 * words[0], min(64 * words[1], len(index)))
    order_heaps = _empty((len(shards), len(tables), top_workers), (slice(None), mine[0]))
    worker_heaps = _empty((len(index), top_orders), mine[1])
    least = _floors(64 * index.rows.words if top_orders else 0, lows)
    charged = np.zeros(len(tables), np.int64) if prices is None else prices
    arrays = worker_arrays(index), order_arrays(tables, card), Charge(steps, charged)
    heaps = [Heaps(own, worker_heaps, least) for own in order_heaps]
    pairs = _sweep_all(arrays, TextPoints(index, tables, card), sequences(tables, *orders), shards, heaps)
    return Best(_merged(order_heaps[:, mine[0]]), descending(worker_heaps[mine[1]]), pairs)


def _sweep_all(
    arrays: tuple[Any, ...],
    texts: "TextPoints",
    pieces: list[np.ndarray],
    shards: list[tuple[int, int]],
    heaps: list[Heaps],
) -> int:
    """Take pieces of the orders one after another, each with a thread per shard of workers; pairs seen."""
    pairs = 0
    with ThreadPoolExecutor(len(shards)) as pool:
        each = pool.map if len(shards) > 1 else map
        for piece in pieces:
            shared = *arrays, texts.of(piece), piece
            pairs += sum(each(partial(_sweep_shard, shared), shards, heaps))
    return pairs


def sequences(tables: OrderTables, first: int, last: int) -> list[np.ndarray]:
    """Orders ``first`` to ``last``, those with the same title and text together, in pieces of a bearable size."""
    alike = np.lexsort((tables.text_row[first:last], tables.occupation_row[first:last])) + first
    return [alike[start : start + ORDERS_PER_STEP] for start in range(0, len(alike), ORDERS_PER_STEP)]


def shards_of(words: tuple[int, int], jobs: int) -> list[tuple[int, int]]:
    """Cut a stretch of the workers' words into one per thread (0 threads: as many as there are cores)."""
    wanted = max(1, min(jobs or os.cpu_count() or 1, words[1] - words[0]))
    bounds = np.linspace(*words, wanted + 1).astype(int).tolist()
    return list(pairwise(bounds))


def _empty(shape: tuple[int, ...], mine: Any) -> np.ndarray:
    """Heaps of which only ``mine`` are made empty; the others take no memory."""
    heaps = np.empty(shape, np.int64)
    heaps[mine] = kernel.EMPTY
    return heaps


def _floors(size: int, lows: np.ndarray | None) -> np.ndarray:
    """What the next pair of every worker must gain at least, int32, with room for whole words."""
    floors = np.full(size, kernel.LOWEST, np.int32)
    if lows is not None:
        floors[: len(lows)] = lows
    return floors


def worker_arrays(index: WorkerIndex) -> kernel.WorkerArrays:
    """The index as the kernel reads it."""
    return kernel.WorkerArrays(index.rows.bits, index.codes)


def order_arrays(tables: OrderTables, card: Card) -> kernel.OrderArrays:
    """The order tables as the kernel reads them: levels turned into points, once per card."""
    key = card.as_json()
    if key not in tables.in_points:
        tables.in_points[key] = _in_points(tables, card)
    return tables.in_points[key]


def _in_points(tables: OrderTables, card: Card) -> kernel.OrderArrays:
    points = card_table(card)
    near = tables.county_levels
    county = points[kernel.PAIRING][near[..., 0]] + points[kernel.DISTANCE][near[..., 1]]
    county = (county + points[kernel.VILLAGERS][near[..., 2]]).astype(np.int16)
    wage = points[kernel.WAGE][tables.wage_levels].astype(np.int16)
    rest = wage.max(axis=1, initial=0)[tables.wage_row] + county.max(axis=1, initial=0)[tables.county_row]
    skilled = np.diff(tables.skill_starts) > 0
    return kernel.OrderArrays(
        tables.rule_starts,
        tables.rule_rows,
        tables.skill_starts,
        tables.skill_rows,
        tables.trained_starts,
        tables.trained_workers,
        tables.occupation_row,
        points[kernel.OCCUPATION][tables.occupation_levels].astype(np.int16),
        tables.wage_row,
        wage,
        tables.county_row,
        county,
        points,
        rest.astype(np.int32) + skilled * points[kernel.SKILLS].max(),
    )


def card_table(card: Card) -> np.ndarray:
    """The card as int32 of shape (factors, most levels); the columns past a factor's last level are 0."""
    table = np.zeros((len(FACTORS), max(LEVELS.values())), np.int32)
    for row, points in zip(table, card.points.values(), strict=True):
        row[: len(points)] = points
    return table


def _sweep_shard(shared: tuple[Any, ...], words: tuple[int, int], heaps: Heaps) -> int:
    pairs = 0
    for first in range(words[0], words[1], WORDS_PER_BLOCK):
        pairs += sweep(*shared, (first, min(first + WORDS_PER_BLOCK, words[1])), heaps)
    return pairs


class TextPoints:
    """Points of every distinct experience text with the texts of some orders."""

    def __init__(self, index: WorkerIndex, tables: OrderTables, card: Card) -> None:
        by_feature = index.experiences.by_feature
        self._lists = by_feature.indptr.astype(np.int64), by_feature.indices, by_feature.data
        self._experiences = by_feature.shape[1]
        self._tables = tables
        self._points = card_table(card)[kernel.EXPERIENCE].astype(np.int16)

    def of(self, orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points, int16 of shape (distinct texts, experiences), and each order's row among them."""
        distinct, rows = np.unique(self._tables.text_row[orders], return_inverse=True)
        chosen = self._tables.texts[distinct]
        levels = np.empty((len(distinct), self._experiences), np.uint8)
        starts = chosen.indptr.astype(np.int64)
        kernel.text_levels(starts, chosen.indices, chosen.data, self._lists, NORM, levels)
        return self._points[levels], rows


def _merged(heaps: np.ndarray) -> np.ndarray:
    """The best keys over all shards, high to low."""
    kept = heaps.shape[2]
    together = np.concatenate(list(heaps), axis=1)
    return descending(together)[:, :kept]


def descending(keys: np.ndarray) -> np.ndarray:
    """Rows sorted high to low (negating would turn ``EMPTY`` into itself)."""
    return np.sort(keys, axis=1)[:, ::-1]
