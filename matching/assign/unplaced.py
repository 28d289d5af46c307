"""Why a worker was left out, and the smallest thing that would change it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.assign.result import Assignment
from matching.clock import as_of
from matching.pairs.conditions import Conditions, check_conditions
from matching.pairs.explanation import nearest_changes
from matching.pairs.factors import split_keys
from matching.pairs.index import WorkerIndex
from matching.pairs.obstacles import obstacles_of
from matching.pairs.order_tables import OrderTables, build_order_tables
from matching.pairs.rules import RULES
from matching.pairs.scanning import scan_all
from matching.pairs.scorecard import DEFAULT_SCORECARD, Scorecard


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a worker has no place.

    ``reason`` is ``rule:<name>`` (no feasible order, and this rule stands in the way most), ``outbid`` (all
    feasible orders are full of better pairs), ``group`` (the group found no place together) or ``no_points``.
    """

    worker_id: str
    reason: str
    nearest_change: str


def reasons(
    result: Assignment, card: Scorecard = DEFAULT_SCORECARD, today: date | None = None
) -> list[Reason]:
    """One reason per unplaced worker, in the order of ``result.unplaced``; ``today`` as for ``assign``.

    >>> from matching import Order, Worker, assign
    >>> worker = Worker(worker_id="W1", birth_date=date(1990, 1, 1), night_shift=False)
    >>> for reason in reasons(assign([worker], [Order(order_id="A", headcount=1, night_shift=True)])):
    ...     print(reason.worker_id, reason.reason, "|", reason.nearest_change)
    W1 rule:night_shift (opens 1 orders) | order A; worker.night_shift: 0 -> 1
    """
    if result.workers is None or result.orders is None or not result.unplaced:
        return []
    index, day = WorkerIndex(result.workers), as_of(today)
    tables = build_order_tables(index, result.orders, day, conditions=result.conditions)
    positions = {identifier: position for position, identifier in enumerate(index.frame.ids.tolist())}
    wanted = [positions[identifier] for identifier in result.unplaced]
    reason_of = _cheapest_swaps(result, index, tables, card)
    blocked = np.array([position for position in wanted if position not in reason_of], np.int64)
    reason_of |= _blocked(index, tables, blocked, day, result.conditions)
    return [reason_of[position] for position in wanted]


def lowest_placed(result: Assignment, tables: OrderTables) -> tuple[np.ndarray, list[str]]:
    """Per order, the lowest points of a worker placed there (0 while a place is free), and the worker."""
    where = {identifier: position for position, identifier in enumerate(tables.orders.ids.tolist())}
    column = tables.orders.columns["headcount"]
    left = [column.values[code] or 0 for code in column.codes]
    lowest, who = np.zeros(len(tables), np.int64), [""] * len(tables)
    for pair in sorted(result.pairs, key=lambda pair: -pair.score):
        order = where[pair.order_id]
        left[order] -= 1
        if left[order] == 0:
            lowest[order], who[order] = pair.score, pair.worker_id
    return lowest, who


def _cheapest_swaps(
    result: Assignment, index: WorkerIndex, tables: OrderTables, card: Scorecard
) -> dict[int, Reason]:
    """Workers with a feasible order: where they would cost the fewest points, and in whose place."""
    lowest, who = lowest_placed(result, tables)
    best = scan_all(index, tables, card, 0, 1, prices=lowest)
    reason_of = {}
    for position, _, order, gain in zip(*split_keys(best.of_worker), strict=True):
        worker, place = str(index.frame.ids[position]), str(tables.orders.ids[order])
        alone = not _cell(index, "group_id", position)
        change = f"order {place}: in the place of {who[order]}, {int(gain):+d} points"
        if not alone:
            change = f"worker.group_id: {_cell(index, 'group_id', position)} -> (goes alone)"
        reason = "group" if not alone else "outbid" if who[order] else "no_points"
        reason_of[int(position)] = Reason(worker, reason, change)
    return reason_of


def _blocked(
    index: WorkerIndex, tables: OrderTables, workers: np.ndarray, today: date, conditions: Conditions
) -> dict[int, Reason]:
    """For those with no feasible order: the rule that most often stands alone in the way, else most often.

    Where the engine's own rules leave an order, it is the user's conditions that close it.
    """
    counts = obstacles_of(index.rows, workers, tables.orders, today)
    reason_of = {}
    for number, position in enumerate(workers.tolist()):
        alone, nearest = counts.alone[number], int(counts.nearest[number])
        orders = alone if alone.any() else counts.blocked[number]
        rule = RULES[int(orders.argmax())].name
        change = _nearest_change(index, tables, position, nearest, today) if len(tables) else ""
        opens = f" (opens {int(alone.max())} orders)" if alone.any() else ""
        reason = f"rule:{rule}{opens}" if len(tables) else "no_orders"
        if counts.feasible[number]:
            pair = index.frame.row(position), tables.orders.row(nearest)
            closing = (name for names in check_conditions(conditions, *pair) for name in names)
            reason, change = f"rule:{next(closing)}", f"order {tables.orders.ids[nearest]}"
        reason_of[position] = Reason(str(index.frame.ids[position]), reason, change)
    return reason_of


def _nearest_change(index: WorkerIndex, tables: OrderTables, worker: int, order: int, today: date) -> str:
    row = tables.orders.row(order)
    changes = nearest_changes(index.frame.row(worker), row, today)
    return "; ".join([f"order {row.order_id}", *map(str, changes)])


def _cell(index: WorkerIndex, name: str, position: int) -> str:
    column = index.frame.columns[name]
    return str(column.values[column.codes[position]])
