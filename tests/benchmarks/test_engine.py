"""The measure of "final thresholds known from the start" computes what the engine computes."""

import numpy as np

from benchmarks.engine import thresholds
from matching import DEFAULT_SCORECARD
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.pairs.pair_scan import Charge
from matching.pairs.prepared import prepare
from matching.pairs.scanning import scan
from tests.matching.worlds import random_world


def test_thresholds_known_from_the_start_change_no_result() -> None:
    workers, orders = random_world(61, 700, 40)
    index = WorkerIndex(workers)
    tables = build_order_tables(index, orders)
    arrays, charge = prepare(index, tables, DEFAULT_SCORECARD), Charge(1, np.zeros(len(orders), np.int64))
    for top in ((5, 3), (60, 0)):
        plain = scan(arrays, top, charge, jobs=1)
        floors, lows = thresholds(scan(arrays, (top[0], 3), charge, jobs=1))
        known = scan(arrays, top, charge, lows if top[1] else None, jobs=1, floors=floors)
        assert (known.of_order == plain.of_order).all()
        assert (known.of_worker == plain.of_worker).all()
