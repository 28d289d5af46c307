"""What a pass over pairs reads, as plain arrays: nothing of index or orders that the kernel does not need."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from matching.pairs import kernel
from matching.pairs.index import WorkerIndex
from matching.pairs.neighbours import WORTH_SEQUENCE, neighbours
from matching.pairs.order_tables import OrderTables
from matching.pairs.scorecard import FACTORS, LEVELS, Scorecard
from matching.text.titles import NORM


class TextPoints(NamedTuple):
    """Experience texts by feature, the orders' texts, and what a tenth of likeness between two is worth.

    ``lists`` and ``texts`` are (starts, numbers, weights); ``text_row`` is the text of every order.
    """

    lists: tuple[np.ndarray, np.ndarray, np.ndarray]
    experiences: int
    texts: tuple[np.ndarray, np.ndarray, np.ndarray]
    text_row: np.ndarray
    points: np.ndarray

    def of(self, orders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points, int16 of shape (distinct texts, experiences), and the row of each order among them."""
        distinct, rows = np.unique(self.text_row[orders], return_inverse=True)
        worth = np.empty((len(distinct), self.experiences), np.int16)
        kernel.text_points(self.texts, distinct, self.lists, NORM, self.points, worth)
        return worth, rows


class Prepared(NamedTuple):
    """One index, its order tables and a card, ready for a pass.

    ``alike`` are the positions of the orders, those with the same title and text together; ``people`` is the
    number of workers.
    """

    workers: kernel.WorkerArrays
    orders: kernel.OrderArrays
    texts: TextPoints
    alike: np.ndarray
    people: int

    def in_index(self, places: slice) -> np.ndarray | slice:
        """The positions in the index of workers at some places."""
        positions = self.workers.positions
        return positions[places] if len(positions) else places


def prepare(
    index: WorkerIndex, tables: OrderTables, card: Scorecard, mask: np.ndarray | None = None
) -> Prepared:
    """Gather what a pass reads; levels turn into points once per card.

    Many orders meet the workers in a sequence of their own (:mod:`matching.pairs.neighbours`), then
    ``workers.positions`` says which.
    """
    workers, orders = worker_arrays(index, mask), order_arrays(tables, card)
    if len(tables) >= WORTH_SEQUENCE:
        workers, orders = in_sequence(index, workers, orders)
    return Prepared(workers, orders, text_points(index, tables, card), alike(tables), len(index))


def alike(tables: OrderTables) -> np.ndarray:
    """Positions of the orders, those with the same title and text together."""
    return np.lexsort((tables.text_row, tables.occupation_row))


def in_sequence(
    index: WorkerIndex, workers: kernel.WorkerArrays, orders: kernel.OrderArrays
) -> tuple[kernel.WorkerArrays, kernel.OrderArrays]:
    """Both sides with places for positions."""
    known = neighbours(index)
    mask = known.words(workers.mask) if len(workers.mask) else workers.mask
    order = np.repeat(np.arange(len(orders.trained_starts) - 1), np.diff(orders.trained_starts))
    places = known.places()[orders.trained_workers]
    trained = places[np.lexsort((places, order))]
    arrays = kernel.WorkerArrays(known.bits, known.codes, mask, known.positions)
    return arrays, orders._replace(trained_workers=trained)


def worker_arrays(index: WorkerIndex, mask: np.ndarray | None = None) -> kernel.WorkerArrays:
    """The index as the kernel reads it, and which of its workers count.

    Raises ``ValueError`` for a mask that is not one uint64 per 64 workers.
    """
    counted = np.empty(0, np.uint64) if mask is None else mask
    if mask is not None and (mask.dtype != np.uint64 or mask.shape != (index.rows.words,)):
        raise ValueError(f"mask must be uint64 of shape ({index.rows.words},)")
    return kernel.WorkerArrays(index.rows.bits, index.codes, counted, np.empty(0, np.uint32))


def text_points(index: WorkerIndex, tables: OrderTables, card: Scorecard) -> TextPoints:
    """The texts of both sides."""
    points = card_table(card)[kernel.EXPERIENCE].astype(np.int16)
    experiences = index.experiences
    return TextPoints(experiences.lists, len(experiences), tables.texts.rows, tables.text_row, points)


def order_arrays(tables: OrderTables, card: Scorecard) -> kernel.OrderArrays:
    """The order tables as the kernel reads them: levels turned into points, once per card."""
    if card not in tables.in_points:
        tables.in_points[card] = _in_points(tables, card)
    arrays: kernel.OrderArrays = tables.in_points[card]
    starts, workers = tables.trained.lists
    return arrays._replace(trained_starts=starts, trained_workers=workers)


def _in_points(tables: OrderTables, card: Scorecard) -> kernel.OrderArrays:
    points, short = card_table(card), card_table(card).astype(np.int16)
    near = tables.county_levels
    county = short[kernel.PAIRING][near[..., 0]] + short[kernel.DISTANCE][near[..., 1]]
    county += short[kernel.VILLAGERS][near[..., 2]]
    # What everybody earns who was not trained for the order comes with the wage; training adds the rest.
    wage = short[kernel.WAGE][tables.wage_levels] + short[kernel.TRAINING][0]
    rest = wage.max(axis=1, initial=0)[tables.wage_row] + county.max(axis=1, initial=0)[tables.county_row]
    skilled = np.diff(tables.skill_starts) > 0
    return kernel.OrderArrays(
        tables.rule_starts,
        tables.rule_rows,
        tables.skill_starts,
        tables.skill_rows,
        *tables.trained.lists,
        tables.occupation_row,
        short[kernel.OCCUPATION].take(tables.occupation_levels),
        tables.wage_row,
        wage,
        tables.county_row,
        county,
        points,
        rest.astype(np.int32) + points[kernel.SKILLS][np.where(skilled, 4, 0)],
    )


@lru_cache(maxsize=8)
def card_table(card: Scorecard) -> np.ndarray:
    """The card as int32 of shape (factors, most levels); the columns past a factor's last level are 0."""
    table = np.zeros((len(FACTORS), max(LEVELS.values())), np.int32)
    for row, points in zip(table, card.points.values(), strict=True):
        row[: len(points)] = points
    return table
