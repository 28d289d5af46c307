"""A county's plan: all workers against all open orders at once, and why some are left out."""

from collections import Counter
from typing import cast

import numpy as np

import matching
from app.kit.web.queue import Progress
from app.match_runs.constraint_counts import RULE_NAMES
from app.match_runs.pins import Around, around, worst_of
from app.match_runs.preferences.market import with_preferences
from app.match_runs.run_input import RunInput
from app.match_runs.run_results import REASONS, RunResults, pair_rows, subset
from matching import Frame, Obstacles
from models.i18n import N_
from models.match_run import (
    COMPANIONS,
    Congestion,
    CountySummary,
    GroupRow,
    LeftOutReason,
    LeftOutRow,
    NearestChange,
    PairRow,
    PinPrice,
    PolicyPrice,
)
from models.people.preference import Ranks

ASSIGNING = N_("正在统一安排")
ALTERNATIVES = 5


def county_results(run_input: RunInput, progress: Progress) -> RunResults:
    """The proposed assignment with its bound; a reason and nearest change for each worker left out.

    Changes by hand that the run keeps stand before the engine is asked.
    """
    progress.tell(ASSIGNING)
    whole, pinned = run_input, around(run_input)
    run_input = pinned.run_input
    workers, orders, scorecard = run_input.workers, run_input.orders, run_input.scorecard
    result = matching.assign(
        workers, orders, run_input.policy, scorecard, today=run_input.as_of, cluster=run_input.cluster
    )
    proposed = [(pair.worker_id, pair.order_id) for pair in result.pairs]
    given = with_preferences(run_input, proposed, _present(run_input), run_input.preference_floor)
    rows = pair_rows(run_input, given)
    pairs = sorted(rows, key=lambda row: (row["order_id"], -row["score"], row["worker_id"]))
    progress.tell(REASONS)
    unplaced = set(result.unplaced) - {worker for worker, _order in given}
    left_out = _left_out_rows(run_input, unplaced, [*pairs, *pinned.pairs])
    summary = _summary(run_input, pairs, left_out)
    if run_input.preferences:
        summary["preference_price"] = sum(pair.score for pair in result.pairs) - summary["points"]
    if whole.pins:
        summary["pins"] = _pin_price(whole, pinned, pairs)
    unclear = [number for number in run_input.groups.unclear if number not in pinned.points]
    return RunResults(
        pairs=pairs,
        left_out=left_out,
        groups=[GroupRow(reason=COMPANIONS, people=len(unclear), worker_ids=unclear)] if unclear else [],
        summary=summary,
        value=result.value,
        bound=float(result.bound),
        gap=result.gap,
        pinned=pinned.points,
    )


def _present(run_input: RunInput) -> Ranks:
    """What those said who are still to be placed: whoever has a job or is pinned is out of it."""
    here = set(run_input.workers.ids.tolist())
    return {number: ranks for number, ranks in run_input.preferences.items() if str(number) in here}


def _pin_price(whole: RunInput, pinned: Around, pairs: list[PairRow]) -> PinPrice:
    free = matching.assign(
        whole.workers,
        whole.orders,
        whole.policy,
        whole.scorecard,
        today=whole.as_of,
        cluster=whole.cluster,
    )
    standing = [*pairs, *pinned.pairs]
    return PinPrice(
        points=max(0, sum(pair.score for pair in free.pairs) - sum(row["score"] for row in standing)),
        people=max(0, free.placed - len(standing)),
        lost=pinned.lost,
    )


def _summary(run_input: RunInput, pairs: list[PairRow], left_out: list[LeftOutRow]) -> CountySummary:
    only = Counter(
        row["nearest_change"]["rules"][0]
        for row in left_out
        if row["reason"] == LeftOutReason.NO_FIT and len(row["nearest_change"].get("rules", ())) == 1
    )
    crowding = matching.congestion(run_input.workers, run_input.orders, run_input.scorecard, run_input.as_of)
    return CountySummary(
        placed=len(pairs),
        orders_used=len({row["order_id"] for row in pairs}),
        points=sum(row["score"] for row in pairs),
        reasons=dict(Counter(row["reason"] for row in left_out)),
        only=dict(only.most_common()),
        to_ask=sum(bool(row["needs"]) for row in pairs),
        price=_policy_price(run_input, pairs),
        congestion=Congestion(reachable=crowding.reachable, first_choices=crowding.first_choices),
    )


def _policy_price(run_input: RunInput, pairs: list[PairRow]) -> PolicyPrice:
    # Places promised to classes are no wish of the moment, so they have no price.
    neutral = matching.Policy(reserved=run_input.policy.reserved)
    if run_input.policy == neutral:
        return PolicyPrice(points=0, people=0)
    dearest = matching.assign(
        run_input.workers,
        run_input.orders,
        neutral,
        run_input.scorecard,
        today=run_input.as_of,
        cluster=run_input.cluster,
    )
    points = sum(row["score"] for row in pairs)
    return PolicyPrice(
        points=sum(pair.score for pair in dearest.pairs) - points, people=len(pairs) - dearest.placed
    )


def _left_out_rows(run_input: RunInput, unplaced: set[str], pairs: list[PairRow]) -> list[LeftOutRow]:
    if not unplaced:
        return []
    positions = [place for place, number in enumerate(run_input.workers.ids.tolist()) if number in unplaced]
    workers = subset(run_input.workers, positions)
    barriers = matching.obstacles(workers, run_input.orders, run_input.as_of)
    swaps = _cheapest_swaps(run_input, subset(workers, np.flatnonzero(barriers.feasible)), pairs)
    return [
        _left_out_row(run_input, workers, place, barriers, swaps.get(number, NearestChange()))
        for place, number in enumerate(workers.ids.tolist())
    ]


def _left_out_row(
    run_input: RunInput, workers: Frame, place: int, barriers: Obstacles, swap: NearestChange
) -> LeftOutRow:
    feasible = int(barriers.feasible[place])
    group = workers.columns["group_id"]
    in_group = bool(group.values[group.codes[place]])
    if feasible:
        reason = LeftOutReason.GROUP if in_group else LeftOutReason.NO_PLACE
        change = cast(NearestChange, {"orders": feasible, **swap})
    else:
        reason, change = LeftOutReason.NO_FIT, _nearest_change(run_input, workers, place, barriers)
    return LeftOutRow(
        worker_id=int(workers.ids[place]),
        reason=reason.value,
        blocking={name: int(n) for name, n in zip(RULE_NAMES, barriers.blocked[place], strict=True) if n},
        nearest_change=change,
    )


def _nearest_change(run_input: RunInput, workers: Frame, place: int, barriers: Obstacles) -> NearestChange:
    """The one rule whose answer opens most orders, else all rules of the order with the fewest obstacles.

    Empty where there is no order at all.
    """
    if barriers.nearest[place] < 0:
        return {}
    alone = barriers.alone[place]
    if alone.any():
        rule = int(alone.argmax())
        order = run_input.orders[barriers.sample[place, rule]]
        return {"rules": [RULE_NAMES[rule]], "orders": int(alone[rule]), "order_id": int(order.order_id)}
    order = run_input.orders[barriers.nearest[place]]
    match = matching.score_pair(workers.row(place), order, run_input.scorecard, run_input.as_of)
    return {"rules": [*match.blocked, *match.ask], "orders": 1, "order_id": int(order.order_id)}


def _cheapest_swaps(run_input: RunInput, workers: Frame, pairs: list[PairRow]) -> dict[str, NearestChange]:
    """For those who fit somewhere and got no place: whom they could replace, and the points it would
    cost."""
    if not len(workers):
        return {}
    last = worst_of(pairs)
    swaps: dict[str, NearestChange] = {}
    ranking = matching.rank(
        workers,
        run_input.orders,
        ALTERNATIVES,
        "worker",
        run_input.scorecard,
        today=run_input.as_of,
        cluster=run_input.cluster,
    )
    for row in ranking:
        replaced = last.get(int(row.order_id))
        price = (replaced["score"] if replaced else 0) - row.score
        if row.worker_id not in swaps or price < swaps[row.worker_id]["price"]:
            swaps[row.worker_id] = {
                "order_id": int(row.order_id),
                "price": price,
                "instead_of": replaced["worker_id"] if replaced else None,
            }
    return swaps
