"""Changes by hand that a new plan keeps: those people stay where they were put, the engine places the rest.

No table is read here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import matching
from app.match_runs.candidate_pool import pool_of_frame
from app.match_runs.run_input import RunInput
from app.match_runs.run_results import pair_row, subset
from matching import Column, Frame
from models.match_run import PairRow


@dataclass(frozen=True)
class Around:
    """What is left to ask of the engine once the pins stand.

    ``pairs`` are the pinned with an order, ``points`` of all who are pinned by worker, ``lost`` the workers
    whose pin does not hold any more.
    """

    run_input: RunInput
    pairs: list[PairRow]
    points: dict[int, int]
    lost: list[int]


def around(run_input: RunInput) -> Around:
    """Take the pinned people and their places out of the input.

    A pin is lost when its worker is no candidate now, or its order takes nobody, is full, or breaks a rule.
    """
    if not run_input.pins:
        return Around(run_input, [], {}, [])
    places = _Places(run_input)
    pairs: list[PairRow] = []
    out: dict[int, int] = {}
    lost: list[int] = []
    for pin in run_input.pins:
        if not places.knows(pin["worker_id"]):
            lost.append(pin["worker_id"])
        elif pin["order_id"] is None:
            out[pin["worker_id"]] = 0
        elif row := places.take(pin["worker_id"], pin["order_id"]):
            pairs.append(row)
        else:
            lost.append(pin["worker_id"])
    points = out | {row["worker_id"]: row["score"] for row in pairs}
    return Around(places.rest(points), pairs, points, lost)


class _Places:
    """Open and reserved places of every order, as the pins take them."""

    def __init__(self, run_input: RunInput) -> None:
        self._input = run_input
        self._orders = {order.order_id: order for order in run_input.orders}
        self._spare = {number: n for number, n in run_input.policy.reserved.items() if number in self._orders}
        self._open = {
            number: (order.headcount or 0) - self._spare.get(number, 0)
            for number, order in self._orders.items()
        }
        self._row_of = {number: row for row, number in enumerate(run_input.workers.ids.tolist())}

    def knows(self, worker_id: int) -> bool:
        """Whether the worker is a candidate."""
        return str(worker_id) in self._row_of

    def take(self, worker_id: int, order_id: int) -> PairRow | None:
        """The pair with its place taken; None where it cannot be."""
        order = self._orders.get(str(order_id))
        if order is None:
            return None
        worker = self._input.workers.row(self._row_of[str(worker_id)])
        match = matching.score_pair(worker, order, self._input.scorecard, self._input.as_of)
        if not match.feasible or not self._take_place(order.order_id, order.order_id in worker.trained_for):
            return None
        return pair_row(order_id, worker_id, 0, match)

    def _take_place(self, number: str, trained: bool) -> bool:
        for left in (self._spare, self._open) if trained else (self._open,):
            if left.get(number, 0) > 0:
                left[number] -= 1
                return True
        return False

    def rest(self, pinned: dict[int, int]) -> RunInput:
        """The input without the pinned people and the places they have."""
        rows = [row for number, row in self._row_of.items() if int(number) not in pinned]
        frame = _without_lonely_groups(subset(self._input.workers, rows))
        orders = [
            replace(order, headcount=self._open[order.order_id] + self._spare.get(order.order_id, 0))
            for order in self._input.orders
        ]
        policy = replace(self._input.policy, reserved={number: n for number, n in self._spare.items() if n})
        pool = pool_of_frame(frame, self._input.as_of)
        return replace(self._input, pool=pool, orders=orders, policy=policy)


def _without_lonely_groups(frame: Frame) -> Frame:
    """Whose companions are all pinned goes alone."""
    column = frame.columns["group_id"]
    groups = [column.values[code] for code in column.codes.tolist()]
    sizes = Counter(groups)
    alone = [group if group and sizes[group] > 1 else "" for group in groups]
    return Frame(frame.kind, frame.ids, {**frame.columns, "group_id": Column.of(alone)})


def worst_of(pairs: Sequence[PairRow]) -> dict[int, PairRow]:
    """Per order, the pair with the fewest points, which gives way first."""
    worst: dict[int, PairRow] = {}
    for row in pairs:
        if row["order_id"] not in worst or row["score"] <= worst[row["order_id"]]["score"]:
            worst[row["order_id"]] = row
    return worst
