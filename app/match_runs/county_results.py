"""The county's question: everybody against all open orders at once, and why somebody is left out."""

from collections import Counter
from dataclasses import asdict
from typing import Any

import numpy as np

import matching
from app.kit.web.queue import Progress
from app.match_runs.constraint_counts import NAMES
from app.match_runs.run_input import Question
from app.match_runs.run_results import ASSIGNING, COMPANIONS, REASONS, Answer, Rows, pair_rows, subset
from matching import Assignment, Frame, Obstacles

NO_FIT, NO_PLACE, GROUP = "no_fit", "no_place", "group"
ALTERNATIVES = 5


def answer_county(question: Question, progress: Progress) -> Answer:
    """The proposed assignment with its bound, and a reason and nearest change for everybody left out."""
    progress.tell(ASSIGNING)
    policy = policy_of(question.settings)
    people, orders, card, day = question.workers, question.orders, question.card, question.day
    result = matching.assign(people, orders, policy, card, today=day)
    best_first = sorted(result.pairs, key=lambda pair: (int(pair.order_id), -pair.score, int(pair.worker_id)))
    pairs = pair_rows(question, [(pair.worker_id, pair.order_id) for pair in best_first])
    progress.tell(REASONS)
    left_out = left_out_rows(question, result, pairs)
    unclear = question.companions.unclear
    return Answer(
        pairs=pairs,
        left_out=left_out,
        groups=[{"reason": COMPANIONS, "people": len(unclear), "worker_ids": unclear}] if unclear else [],
        summary={
            **_summary(pairs, left_out),
            "price": policy_price(question, policy, pairs),
            "congestion": asdict(matching.congestion(people, orders, card, day)),
        },
        value=result.value,
        bound=float(result.bound),
        gap=result.gap,
    )


def policy_of(settings: dict[str, Any]) -> matching.Policy:
    """The engine's policy for a run's settings."""
    return matching.Policy.from_dict(settings.get("policy", {}))


def policy_price(question: Question, policy: matching.Policy, pairs: Rows) -> dict[str, int]:
    """What the policy costs against the largest total of points: points given up, people gained."""
    neutral = matching.Policy(
        reserved=policy.reserved
    )  # places promised to classes are no wish of the moment
    if policy == neutral:
        return {"points": 0, "people": 0}
    plain = matching.assign(question.workers, question.orders, neutral, question.card, today=question.day)
    points = sum(row["score"] for row in pairs)
    return {"points": sum(pair.score for pair in plain.pairs) - points, "people": len(pairs) - plain.placed}


def left_out_rows(question: Question, result: Assignment, pairs: Rows) -> Rows:
    """Rows of match_left_out for everybody who got no place."""
    if not result.unplaced:
        return []
    unplaced = set(result.unplaced)
    positions = [place for place, number in enumerate(question.workers.ids.tolist()) if number in unplaced]
    people = subset(question.workers, positions)
    found = matching.obstacles(people, question.orders, question.day)
    swaps = cheapest_swaps(question, subset(people, np.flatnonzero(found.feasible)), pairs)
    return [
        _left_out(question, people, place, found, swaps.get(number, {}))
        for place, number in enumerate(people.ids.tolist())
    ]


def _left_out(
    question: Question, people: Frame, place: int, found: Obstacles, swap: dict[str, Any]
) -> dict[str, Any]:
    feasible = int(found.feasible[place])
    group = people.columns["group_id"]
    in_group = bool(group.values[group.codes[place]])
    change = {"orders": feasible, **swap} if feasible else nearest_change(question, people, place, found)
    return {
        "worker_id": int(people.ids[place]),
        "reason": NO_FIT if not feasible else GROUP if in_group else NO_PLACE,
        "blocking": {name: int(n) for name, n in zip(NAMES, found.blocked[place], strict=True) if n},
        "nearest_change": change,
    }


def nearest_change(question: Question, people: Frame, place: int, found: Obstacles) -> dict[str, Any]:
    """The one rule whose answer opens most orders, else all rules of the order with the fewest obstacles.

    ``orders`` counts the orders that open with it; empty where there is no order at all.
    """
    if found.nearest[place] < 0:
        return {}
    alone = found.alone[place]
    if alone.any():
        rule = int(alone.argmax())
        order = question.orders[found.sample[place, rule]]
        return {"rules": [NAMES[rule]], "orders": int(alone[rule]), "order_id": int(order.order_id)}
    order = question.orders[found.nearest[place]]
    match = matching.score_pair(people.row(place), order, question.card, question.day)
    return {"rules": [*match.blocked, *match.ask], "orders": 1, "order_id": int(order.order_id)}


def cheapest_swaps(question: Question, people: Frame, pairs: Rows) -> dict[str, dict[str, Any]]:
    """For those who fit somewhere and got no place: whom they could replace, and the points that would
    cost."""
    if not len(people):
        return {}
    last = {row["order_id"]: row for row in pairs}  # rows come best first within an order
    found: dict[str, dict[str, Any]] = {}
    ranking = matching.rank(
        people, question.orders, ALTERNATIVES, "worker", question.card, today=question.day
    )
    for row in ranking:
        taken = last.get(int(row.order_id))
        price = taken["score"] - row.score if taken else -row.score
        if row.worker_id not in found or price < found[row.worker_id]["price"]:
            found[row.worker_id] = {
                "order_id": int(row.order_id),
                "price": price,
                "instead_of": taken and taken["worker_id"],
            }
    return found


def _summary(pairs: Rows, left_out: Rows) -> dict[str, Any]:
    alone = Counter(
        row["nearest_change"]["rules"][0]
        for row in left_out
        if row["reason"] == NO_FIT and len(row["nearest_change"].get("rules", ())) == 1
    )
    return {
        "placed": len(pairs),
        "orders_used": len({row["order_id"] for row in pairs}),
        "points": sum(row["score"] for row in pairs),
        "reasons": dict(Counter(row["reason"] for row in left_out)),
        "only": dict(alone.most_common()),
        "to_ask": sum(bool(row["needs"]) for row in pairs),
    }
