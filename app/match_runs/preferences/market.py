"""A plan asked again where people said what they want: the same places, their words worth points.

No table is read here. The engine's plan comes first. Then everybody who said something, and everybody who
stands where they want to be, bid once more (``matching.solve``, the proven optimum of the pairs listed) for
their own places, the jobs they named and each other's; nobody else moves, nobody loses a place for it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import matching
from app.match_runs.run_input import RunInput
from app.match_runs.run_results import subset
from models.people.preference import Ranks

POINTS = (0, 120, 80, 40)  # of the first, second and third job named
DOUBLINGS = 8
# That somebody stays placed is worth more than any points.
PLACED = 100_000
ALTERNATIVES = 10


@dataclass(frozen=True)
class Bids:
    """Who takes part, with the points of each feasible pair (the county's bonus for paired cities in them),
    where they stand, and how many places each order has for them."""

    points: dict[tuple[str, str], int]
    now: dict[str, str]
    capacity: Mapping[str, int]


def with_preferences(
    run_input: RunInput, pairs: Sequence[tuple[str, str]], ranks: Ranks, floor_percent: int = 0
) -> list[tuple[str, str]]:
    """``pairs`` (worker, order) with the places given anew among those whom preferences concern.

    ``floor_percent``: the share of those who said something that should get one of their jobs; where the
    points alone do not reach it, they are doubled until they do, or until nothing moves any more.
    """
    bids = _bids(run_input, pairs, ranks)
    if not bids.points:
        return list(pairs)
    best = _given(bids, ranks, 1)
    for doubling in range(1, DOUBLINGS + 1):
        if _share(best, ranks) >= floor_percent:
            break
        best = _given(bids, ranks, 2**doubling)
    moved = dict(best)
    return [(worker, moved.get(worker, order)) for worker, order in pairs] + [
        (worker, order) for worker, order in best.items() if worker not in dict(pairs)
    ]


def _bids(run_input: RunInput, pairs: Sequence[tuple[str, str]], ranks: Ranks) -> Bids:
    """Groups travel whole and graduates have places of their own: neither is moved."""
    now, orders = dict(pairs), {order.order_id: order for order in run_input.orders}
    free = _movable(run_input)
    named = {str(order) for of_person in ranks.values() for order in of_person} & set(orders)
    sayers = {str(worker) for worker in ranks} & free
    standing = {worker for worker, order in pairs if order in named and worker in free}
    taking_part = sorted(sayers | standing, key=int)
    rows = {number: row for row, number in enumerate(run_input.workers.ids.tolist())}
    held = Counter(order for worker, order in pairs if worker not in set(taking_part))
    spare = run_input.policy.reserved
    capacity = {
        number: max(0, (order.headcount or 0) - spare.get(number, 0) - held[number])
        for number, order in orders.items()
    }
    ranking = matching.rank(
        subset(run_input.workers, [rows[number] for number in taking_part]),
        run_input.orders,
        ALTERNATIVES,
        "worker",
        run_input.scorecard,
        today=run_input.as_of,
    )
    options: defaultdict[str, set[str]] = defaultdict(set)
    for row in ranking:
        options[row.worker_id].add(row.order_id)
    points: dict[tuple[str, str], int] = {}
    for worker in taking_part:
        wanted = {str(order) for order in ranks.get(int(worker), {})} | {now.get(worker, "")}
        asked = sorted((options[worker] | wanted) & set(orders), key=int)
        points |= _scored(run_input, rows[worker], worker, [orders[number] for number in asked])
    return Bids(points, now, capacity)


def _movable(run_input: RunInput) -> set[str]:
    groups, trained = run_input.workers.columns["group_id"], run_input.workers.columns["trained_for"]
    return {
        number
        for row, number in enumerate(run_input.workers.ids.tolist())
        if not groups.values[groups.codes[row]] and not trained.values[trained.codes[row]]
    }


def _scored(
    run_input: RunInput, row: int, worker: str, orders: Iterable[matching.Order]
) -> dict[tuple[str, str], int]:
    person, bonus = run_input.workers.row(row), run_input.policy.pairing_bonus
    points: dict[tuple[str, str], int] = {}
    for order in orders:
        match = matching.score_pair(person, order, run_input.scorecard, run_input.as_of)
        if match.feasible:
            points[worker, order.order_id] = match.score + bonus * (
                person.county_code in order.priority_counties
            )
    return points


def _given(bids: Bids, ranks: Ranks, times: int) -> dict[str, str]:
    """Who gets which order when what people said is worth ``times`` its points."""
    workers = sorted({worker for worker, _order in bids.points}, key=int)
    orders = sorted({order for _worker, order in bids.points}, key=int)
    row_of = {worker: row for row, worker in enumerate(workers)}
    column_of = {order: column for column, order in enumerate(orders)}
    pairs = list(bids.points)
    values = [
        bids.points[worker, order]
        + times * POINTS[ranks.get(int(worker), {}).get(int(order), 0)]
        + (PLACED if worker in bids.now else 1)
        for worker, order in pairs
    ]
    solution = matching.solve(
        [row_of[worker] for worker, _order in pairs],
        [column_of[order] for _worker, order in pairs],
        values,
        [bids.capacity[order] for order in orders],
    )
    return {
        workers[row]: orders[column] for row, column in enumerate(solution.assignment.tolist()) if column >= 0
    }


def _share(given: Mapping[str, str], ranks: Ranks) -> float:
    got = sum(int(order) in ranks.get(int(worker), {}) for worker, order in given.items())
    return 100 * got / len(ranks) if ranks else 100
