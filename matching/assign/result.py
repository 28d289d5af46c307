"""What an assignment says: the pairs, the certified bound, and those left over."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from matching.pairs.columns import Frame
from matching.pairs.conditions import Conditions

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROUNDS = 12
Status = Literal["optimal", "bounded", "stopped"]


@dataclass(frozen=True)
class Pair:
    """One placement proposed: the pair and its points.

    >>> Pair("W1", "A", 360).score
    360
    """

    worker_id: str
    order_id: str
    score: int


@dataclass(frozen=True)
class Assignment:
    """``value <= best possible <= bound`` in points of the policy; ``gap = (bound - value) / bound``.

    ``status`` is ``optimal`` where both are equal, which single workers reach; ``stopped`` where a search
    over groups ended at its limit; ``bounded`` where the points between value and bound were not closed.
    ``pairs`` are sorted by worker id; ``unplaced`` are the ids of all others, rising. ``workers`` and
    ``orders`` are what the run was made on, kept for the questions that follow it.

    >>> from datetime import date
    >>> from matching import Order, Worker, assign
    >>> born = date(1990, 1, 1)
    >>> people = [Worker(worker_id=name, birth_date=born, wishes=("保安",)) for name in ("W1", "W2")]
    >>> result = assign(people, [Order(order_id="A", title="保安", headcount=1)])
    >>> result.value, result.bound, result.status, result.unplaced
    (400, 400, 'optimal', ['W2'])
    """

    pairs: list[Pair]
    value: int
    bound: int
    gap: float
    unplaced: list[str]
    status: Status = "bounded"
    rounds: int = 0
    workers: Frame | None = field(default=None, repr=False, compare=False)
    orders: Frame | None = field(default=None, repr=False, compare=False)
    conditions: Conditions = field(default=(), repr=False, compare=False)
    placed: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "placed", len(self.pairs))

    def arrow(self) -> "pa.Table":
        """The pairs as an Arrow table of ``worker_id``, ``order_id`` and ``score``.

        >>> Assignment([Pair("1", "A", 360)], 360, 360, 0.0, []).arrow().to_pylist()
        [{'worker_id': '1', 'order_id': 'A', 'score': 360}]
        """
        import pyarrow as pa

        kinds = {"worker_id": pa.string(), "order_id": pa.string(), "score": pa.int64()}
        cells = {name: [getattr(pair, name) for pair in self.pairs] for name in kinds}
        return pa.table({name: pa.array(cells[name], kind) for name, kind in kinds.items()})
