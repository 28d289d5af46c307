"""Why not, what would change it, and what a requirement costs."""

import pytest

from matching import RULES, explain, nearest_changes
from matching.assign.demand import congestion, requirement_costs
from tests.matching.test_score_pair import FAILING
from tests.matching.worlds import random_world, welder, welding_order

UNCHANGEABLE = ("placed", "forbidden_work")


@pytest.mark.parametrize("rule", [rule.name for rule in RULES if rule.name not in UNCHANGEABLE])
def test_every_failing_rule_names_the_nearest_change(rule: str) -> None:
    assert [change.rule for change in nearest_changes(*FAILING[rule])] == (
        [rule] if rule != "forbidden_work" else []
    )


def test_the_change_named_would_really_pass() -> None:
    worker, order = FAILING["wage"]
    (change,) = nearest_changes(worker, order)
    assert (change.field, change.to) == ("wage_floor_yuan", 5000)
    assert explain(welder(wage_floor_yuan=change.to), order)["feasible"]


def test_a_pair_that_fits_has_nothing_to_change() -> None:
    answer = explain(welder(), welding_order())
    assert answer["feasible"]
    assert {rule["verdict"] for rule in answer["rules"]} == {"pass"}


def test_a_requirement_costs_those_it_alone_keeps_out() -> None:
    people = [
        welder(worker_id="A"),
        welder(worker_id="B", education=1),
        welder(worker_id="C", night_shift=False),
    ]
    count, costs = requirement_costs(people, welding_order(min_education=2, night_shift=True))
    assert count == 1
    assert [(cost.name, cost.more) for cost in costs] == [("education", 1), ("night_shift", 1)]


def test_congestion_is_a_share() -> None:
    crowd = congestion([welder(worker_id=str(n)) for n in range(4)], [welding_order()])
    assert (crowd.reachable, crowd.first_choices) == (1.0, 1.0)
    assert 0 <= congestion(*random_world(2, 80, 20)).reachable <= 1
