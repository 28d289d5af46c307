"""The engine as a library: one object that keeps workers ready, ranks, assigns and follows changes."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from matching.assign.assignment import assign
from matching.assign.result import Assignment
from matching.clock import as_of
from matching.pairs.columns import Column, Frame
from matching.pairs.conditions import Condition
from matching.pairs.policy import Policy
from matching.pairs.ranking import Ranking, ranking_of
from matching.pairs.reference_scorer import score_pair
from matching.pairs.scorecard import DEFAULT_SCORECARD, Scorecard
from matching.types import Match, Order, Worker

if TYPE_CHECKING:
    import pyarrow as pa

    from matching.pairs.index import WorkerIndex
    from matching.pairs.scanning import Progress

    Rows: TypeAlias = Sequence[Any] | Frame | str | Path | pa.Table


class Matcher:
    """Workers kept ready for any number of questions.

    ``scorecard`` says what agreement is worth, ``conditions`` are hard rules besides the engine's own, each
    declared once (:class:`Condition`). ``today`` is the day on which ages are counted while an order's start
    is unknown (China's day by default), ``jobs`` the number of threads (0: as many as cores; results are the
    same). ``progress(stage, done, of)`` is told how far a ranking or an assignment is.

    Workers and orders may be lists of :class:`Worker` and :class:`Order`, frames, Arrow tables, or paths of
    CSV and Parquet files that have some of the contract's columns.

    >>> from datetime import date
    >>> born = date(1990, 1, 1)
    >>> matcher = Matcher().fit([Worker(worker_id=i, birth_date=born, wishes=("焊工",)) for i in "12"])
    >>> orders = [Order(order_id="A", title="焊工", headcount=1)]
    >>> [(row.worker_id, row.score) for row in matcher.rank(orders, top=2)]
    [('1', 400), ('2', 400)]
    >>> _ = matcher.update(Worker(worker_id="1", birth_date=born, wishes=("保安",)))
    >>> [pair.worker_id for pair in matcher.assign(orders).pairs]
    ['2']
    """

    def __init__(
        self,
        scorecard: Scorecard = DEFAULT_SCORECARD,
        conditions: Sequence[Condition] = (),
        today: date | None = None,
        jobs: int = 0,
        progress: "Progress | None" = None,
    ) -> None:
        """Raises ``ValueError`` for two conditions of one name."""
        names = [condition.name for condition in conditions]
        if len(set(names)) < len(names):
            raise ValueError(f"conditions of one name: {', '.join(sorted(names))}")
        self.scorecard, self.conditions = scorecard, tuple(conditions)
        self.today, self.jobs, self.progress = as_of(today), jobs, progress
        self._index: WorkerIndex | None = None

    def fit(self, workers: "Rows") -> "Matcher":
        """Make workers ready. Raises ``InputError`` for bad values, and for ids that occur twice."""
        from matching.pairs.index import WorkerIndex

        self._index = WorkerIndex(self._frame(workers, Worker))
        return self

    def rank(self, orders: "Rows", top: int, by: str = "order") -> Ranking:
        """The best ``top`` workers of every order, or orders of every worker; see :func:`matching.rank`."""
        from matching.pairs.order_tables import build_order_tables
        from matching.pairs.scanning import scan_all

        if by not in ("order", "worker") or type(top) is not int or top < 1:
            raise ValueError("rank needs top >= 1 and by='order' or by='worker'")
        index, frame = self.index, self._frame(orders, Order)
        tables = build_order_tables(index, frame, self.today, conditions=self.conditions)
        asked = (min(top, len(index)), 0) if by == "order" else (0, min(top, len(tables)))
        best = scan_all(index, tables, self.scorecard, *asked, jobs=self.jobs, progress=self.progress)
        keys = best.of_order if by == "order" else best.of_worker
        return ranking_of(index, tables, self.scorecard, keys, by)

    def assign(self, orders: "Rows", policy: Policy | None = None) -> Assignment:
        """All workers at once within headcounts; see :func:`matching.assign`."""
        asked = self.index.frame, self._frame(orders, Order), policy, self.scorecard, self.jobs
        return assign(*asked, today=self.today, conditions=self.conditions, progress=self.progress)

    def score(self, worker_id: str, order: Order) -> Match:
        """The plain definition for one worker: points by factor, failing rules, what to ask first.

        Raises ``KeyError`` for an id that nobody has.
        """
        worker = self.index.frame.row(self.index.frame.position(worker_id))
        return score_pair(worker, order, self.scorecard, self.today, self.conditions)

    def update(self, worker: Worker) -> "Matcher":
        """Take in a worker who changed, or is new.

        A change of somebody known takes a fraction of a millisecond; a new person, and a wish, experience,
        county or wage floor that nobody had, make the index anew (a million workers: about two seconds).
        """
        index = self.index
        try:
            index.replace(index.frame.position(worker.worker_id), worker)
        except (KeyError, LookupError):
            return self.fit(_with(index.frame, worker))
        return self

    @property
    def index(self) -> "WorkerIndex":
        """The workers made ready. Raises ``RuntimeError`` before :meth:`fit`."""
        if self._index is None:
            raise RuntimeError("no workers yet: call fit(workers) first")
        return self._index

    def _frame(self, rows: "Rows", kind: type) -> Frame:
        if isinstance(rows, str | Path) or type(rows).__module__.startswith("pyarrow"):
            from matching.files.tables import rows_of

            return rows_of(rows, kind, self.today)
        return Frame.of(kind, rows)


def _with(frame: Frame, worker: Worker) -> Frame:
    """The frame with one worker changed or added."""
    known = frame.ids == worker.worker_id
    ids = [*frame.ids[~known].tolist(), worker.worker_id]
    columns = {}
    for name, column in frame.columns.items():
        codes = np.append(column.codes[~known], len(column.values)).astype(np.int32)
        columns[name] = Column(codes, [*column.values, getattr(worker, name)])
    return Frame.sorted_by_id(Worker, ids, columns, is_checked=True)
