"""Free places for those whose points decide nothing: better any feasible order than none."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matching.pairs.columns import Frame
from matching.pairs.conditions import Conditions
from matching.pairs.factors import split_keys
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.pairs.scanning import scan_all
from matching.pairs.scorecard import Scorecard

if TYPE_CHECKING:
    from matching.pairs.cluster import Cluster

OFFERS = 10


def fill_vacancies(
    workers: Frame,
    orders: Frame,
    free: np.ndarray,
    card: Scorecard,
    today: date,
    jobs: int,
    cluster: "Cluster | None" = None,
    conditions: Conditions = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Give unplaced workers, the lowest id first, the best order that still has a free place.

    ``free`` are the places left per order. Returns positions of workers, rising, and of their orders. Workers
    whose ten best such orders have filled up before their turn stay out.
    """
    open_orders = np.flatnonzero(free > 0)
    index = WorkerIndex(workers)
    tables = build_order_tables(index, orders.take(open_orders), today, conditions=conditions)
    if not len(index) or not len(tables):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    best = (cluster.scan if cluster else scan_all)(index, tables, card, 0, OFFERS, jobs)
    left, placed = free[open_orders].tolist(), np.full(len(index), -1)
    worker, _, order, _ = (each.tolist() for each in split_keys(best.of_worker))
    for person, offer in zip(worker, order, strict=True):
        if placed[person] < 0 and left[offer] > 0:
            placed[person] = offer
            left[offer] -= 1
    filled = np.flatnonzero(placed >= 0)
    return filled, open_orders[placed[filled]]
