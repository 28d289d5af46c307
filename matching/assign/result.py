"""What an assignment says: the pairs, the certified bound, and those left over."""

from dataclasses import dataclass, field

from matching.pairs.columns import Frame

MOST_ROUNDS = 12


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

    ``pairs`` are sorted by worker id; ``unplaced`` are the ids of all others, rising. ``workers`` and
    ``orders`` are what the run was made on, kept for the questions that follow it.

    >>> from datetime import date
    >>> from matching import Order, Worker, assign
    >>> born = date(1990, 1, 1)
    >>> people = [Worker(worker_id=name, birth_date=born, wishes=("保安",)) for name in ("W1", "W2")]
    >>> result = assign(people, [Order(order_id="A", title="保安", headcount=1)])
    >>> result.value, result.bound, result.gap, result.unplaced
    (400, 400, 0.0, ['W2'])
    """

    pairs: list[Pair]
    value: int
    bound: int
    gap: float
    unplaced: list[str]
    rounds: int = 0
    workers: Frame | None = field(default=None, repr=False, compare=False)
    orders: Frame | None = field(default=None, repr=False, compare=False)
    placed: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "placed", len(self.pairs))
