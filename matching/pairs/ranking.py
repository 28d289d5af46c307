"""Exact ranking of every worker for every order and of every order for every worker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matching.pairs.columns import Frame
from matching.pairs.conditions import Conditions
from matching.pairs.rules import NEEDS
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, Scorecard
from matching.types import Order, RankedPair, Worker

if TYPE_CHECKING:
    import pyarrow as pa

    from matching.pairs.cluster import Cluster
    from matching.pairs.index import WorkerIndex
    from matching.pairs.order_tables import OrderTables


@dataclass(frozen=True)
class Ranking(Sequence[RankedPair]):
    """A ranking as arrays of equal length; also a sequence of :class:`RankedPair`.

    ``order`` and ``worker`` are positions in the two frames, ``factors`` is int16 of shape (rows, factors),
    ``needs`` a bit mask over NEEDS.

    >>> found = rank([Worker(worker_id="1", birth_date=date(1990, 1, 1))], [Order(order_id="A")], 1, "order")
    >>> found[0].worker_id, found[0].rank, found.score.tolist(), found.factors.shape
    ('1', 1, [0], (1, 8))
    """

    orders: Frame
    workers: Frame
    order: np.ndarray
    worker: np.ndarray
    rank: np.ndarray
    score: np.ndarray
    needs: np.ndarray
    factors: np.ndarray

    def __len__(self) -> int:
        return len(self.rank)

    def __getitem__(self, row: int) -> RankedPair:  # type: ignore[override]
        return RankedPair(
            str(self.orders.ids[self.order[row]]),
            str(self.workers.ids[self.worker[row]]),
            int(self.rank[row]),
            int(self.score[row]),
            needs_names(int(self.needs[row])),
            dict(zip(FACTORS, self.factors[row].tolist(), strict=True)),
        )

    def __iter__(self) -> Iterator[RankedPair]:
        return (self[row] for row in range(len(self)))

    def arrow(self) -> "pa.Table":
        """The ranking as an Arrow table: the columns that ``python -m matching rank`` writes.

        >>> from datetime import date
        >>> people = [Worker(worker_id="1", birth_date=date(1990, 1, 1))]
        >>> rank(people, [Order(order_id="A")], 1, "order").arrow().column_names[:5]
        ['order_id', 'worker_id', 'rank', 'score', 'needs']
        """
        import pyarrow as pa

        names = pa.array(["|".join(needs_names(mask)) for mask in range(1 << len(NEEDS))])
        asked = pa.DictionaryArray.from_arrays(self.needs.astype(np.int32), names).dictionary_decode()
        columns = {
            "order_id": self.orders.ids[self.order],
            "worker_id": self.workers.ids[self.worker],
            "rank": self.rank,
            "score": self.score,
            "needs": asked,
        }
        points = zip(FACTORS, self.factors.T, strict=True)
        return pa.table(columns | {name: np.ascontiguousarray(column) for name, column in points})


def rank(
    workers: Sequence[Worker] | Frame,
    orders: Sequence[Order] | Frame,
    top: int,
    by: str,
    card: Scorecard = DEFAULT_SCORECARD,
    jobs: int = 0,
    cluster: "Cluster | None" = None,
    today: date | None = None,
    conditions: Conditions = (),
) -> Ranking:
    """The best ``top`` workers of every order (``by="order"``) or orders of every worker (``by="worker"``).

    Exact: equal to scoring all pairs with ``score_pair``, dropping the infeasible, sorting by score and, at
    equal scores, by lower id. The result does not depend on ``jobs`` (threads; 0 for all cores) or on the
    order of the input. Rows are grouped by rising id of the asking side. A ``cluster`` does the pass in place
    of this machine's threads. While an order's start is unknown, ages are counted ``today`` (China's day by
    default). ``conditions`` are hard rules of the user's besides the engine's own.

    Raises ``ValueError`` for another ``by`` or a ``top`` below 1, ``InputError`` for ids that occur twice.

    >>> wishes = {"1": ("保安",), "2": ("焊工",)}
    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), wishes=wishes[i]) for i in "12"]
    >>> [(row.worker_id, row.score) for row in rank(people, [Order(order_id="A", title="焊工")], 1, "order")]
    [('2', 400)]
    """
    if by not in ("order", "worker") or type(top) is not int or top < 1:
        raise ValueError("rank needs top >= 1 and by='order' or by='worker'")
    from matching.pairs.index import WorkerIndex
    from matching.pairs.order_tables import build_order_tables
    from matching.pairs.scanning import scan_all

    index = WorkerIndex(workers)
    tables = build_order_tables(index, orders, today, conditions=conditions)
    asked = (min(top, len(index)), 0) if by == "order" else (0, min(top, len(tables)))
    best = (cluster.scan if cluster else scan_all)(index, tables, card, *asked, jobs=jobs)
    return ranking_of(index, tables, card, best.of_order if by == "order" else best.of_worker, by)


def ranking_of(
    index: "WorkerIndex", tables: "OrderTables", card: Scorecard, keys: np.ndarray, by: str
) -> Ranking:
    """Turn the best keys of one side into rows with ranks, scores and factors."""
    from matching.pairs.factors import pair_points, split_keys

    asking, place, asked, score = split_keys(keys)
    order, worker = (asking, asked) if by == "order" else (asked, asking)
    factors = pair_points(index, tables, card, order, worker)
    rank_column = (place + 1).astype(np.int32)
    return Ranking(
        tables.orders, index.frame, order, worker, rank_column, score, index.needs[worker], factors
    )


def needs_names(mask: int) -> tuple[str, ...]:
    """The names of NEEDS whose bits are set."""
    return tuple(name for bit, name in enumerate(NEEDS) if mask >> bit & 1)
