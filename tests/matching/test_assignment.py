"""The whole province at once: the optimum, groups, policies, reasons."""

import random
from dataclasses import replace

import numpy as np
import pytest

from matching import Assignment, Limits, Order, Policy, Worker, assign, score_pair, solve
from matching.assign.unplaced import reasons
from tests.matching.test_solver import best_by_flow
from tests.matching.worlds import random_world, welder, welding_order


def feasible_points(workers: list[Worker], orders: list[Order]) -> dict[tuple[str, str], int]:
    found = {(w.worker_id, o.order_id): score_pair(w, o) for w in workers for o in orders}
    return {pair: match.score for pair, match in found.items() if match.feasible}


def assert_possible(result: Assignment, workers: list[Worker], orders: list[Order]) -> None:
    """Nobody twice, nobody where a rule forbids it, no order over its places, points as the definition
    says."""
    points = feasible_points(workers, orders)
    assert len({pair.worker_id for pair in result.pairs}) == result.placed
    for pair in result.pairs:
        assert points[pair.worker_id, pair.order_id] == pair.score
    used = [pair.order_id for pair in result.pairs]
    assert all(used.count(order.order_id) <= (order.headcount or 0) for order in orders)
    assert sorted([pair.worker_id for pair in result.pairs] + result.unplaced) == sorted(
        w.worker_id for w in workers
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_province_gets_the_proven_optimum(seed: int) -> None:
    workers, orders = random_world(seed, 250, 30)
    result = assign(workers, orders)
    assert_possible(result, workers, orders)
    points = feasible_points(workers, orders)
    numbers = {w.worker_id: n for n, w in enumerate(workers)}, {o.order_id: n for n, o in enumerate(orders)}
    rows, cols = (np.array([numbers[side][pair[side]] for pair in points]) for side in (0, 1))
    capacity = np.array([order.headcount or 0 for order in orders])
    best = best_by_flow(rows, cols, np.array(list(points.values())), capacity, len(workers))
    assert (result.value, result.bound, result.gap) == (best, best, 0.0)
    assert sum(pair.score for pair in result.pairs) == best


def test_input_order_and_threads_change_nothing() -> None:
    workers, orders = random_world(4, 200, 25)
    shuffled = random.Random(1).sample(workers, len(workers)), random.Random(2).sample(orders, len(orders))
    assert assign(*shuffled, jobs=3) == assign(workers, orders, jobs=1)


def test_groups_of_many_threads_are_placed_the_same() -> None:
    workers, orders = random_world(5, 200, 25)
    grouped = [
        replace(w, group_id=f"G{n // 2}" if n < 120 else "", group_rule="") for n, w in enumerate(workers)
    ]
    assert assign(grouped, orders, jobs=5) == assign(grouped, orders, jobs=1)


def test_a_better_pair_elsewhere_makes_room() -> None:
    both = welder(worker_id="A", wishes=("电焊工", "保安"), cities=())
    only = welder(worker_id="B", wishes=("电焊工",), cities=("440300",))
    orders = [welding_order(), welding_order(order_id="O2", title="保安员", city_code="440100")]
    assert [(pair.worker_id, pair.order_id) for pair in assign([both, only], orders).pairs] == [
        ("A", "O2"),
        ("B", "O1"),
    ]


def family(size: int, rule: str = "order", **changed: object) -> list[Worker]:
    return [welder(worker_id=f"G{n}", group_id="family", group_rule=rule, **changed) for n in range(size)]


def test_a_group_goes_whole_or_not_at_all() -> None:
    assert assign(family(3), [welding_order(headcount=2)]).placed == 0
    assert assign(family(3), [welding_order(headcount=3)]).placed == 3


def test_a_group_stays_out_when_one_member_may_not_go() -> None:
    members = [*family(2), welder(worker_id="G9", group_id="family", night_shift=False)]
    assert assign(members, [welding_order(headcount=5, night_shift=True)]).placed == 0


def test_a_group_of_one_city_may_spread_over_its_orders() -> None:
    orders = [welding_order(), welding_order(order_id="O2"), welding_order(order_id="O3", city_code="440100")]
    assert assign(family(2, cities=()), orders).placed == 0
    result = assign(family(2, "city", cities=()), orders)
    assert sorted(pair.order_id for pair in result.pairs) == ["O1", "O2"]


def test_a_group_makes_way_for_more_points() -> None:
    singles = [welder(worker_id=f"S{n}", skills=("氩弧焊",)) for n in range(3)]
    result = assign(family(3) + singles, [welding_order(headcount=3, skills=("氩弧焊",))])
    assert {pair.worker_id for pair in result.pairs} == {"S0", "S1", "S2"}


@pytest.mark.parametrize("options", [25_000, 0])
@pytest.mark.parametrize("seed", range(4))
def test_groups_of_several_sizes_stay_between_a_feasible_value_and_the_bound(seed: int, options: int) -> None:
    dice = np.random.default_rng(seed)
    sizes = np.where(dice.random(80) < 0.3, dice.integers(2, 6, 80), 1)
    pairs = np.unique(np.repeat(np.arange(80), 4) * 10 + dice.integers(0, 10, 320))
    rows, cols = np.divmod(pairs, 10)
    values, capacity = dice.integers(1, 500, len(rows)) * sizes[rows], dice.integers(0, 12, 10)
    found = solve(rows, cols, values, capacity, sizes, Limits(options=options))
    worth = dict(zip(zip(rows.tolist(), cols.tolist(), strict=True), values.tolist(), strict=True))
    placed = [(row, col) for row, col in enumerate(found.assignment.tolist()) if col >= 0]
    used = np.zeros(10, int)
    np.add.at(used, [col for _, col in placed], [sizes[row] for row, _ in placed])
    assert (used <= capacity).all()
    assert found.value == sum(worth[pair] for pair in placed) <= found.bound
    assert found.gap <= (0 if options else 0.02)


def test_placements_first_places_more_people() -> None:
    workers, orders = random_world(6, 250, 30)
    first, points = assign(workers, orders, Policy(placements_first=True)), assign(workers, orders)
    assert first.placed >= points.placed
    assert sum(p.score for p in first.pairs) <= points.value


def test_pairing_priority_sends_people_where_their_county_is_paired() -> None:
    ours, theirs = welder(worker_id="A"), welder(worker_id="B", county_code="533323", skills=("氩弧焊",))
    orders = [welding_order(skills=("氩弧焊",), priority_counties=("451021",))]
    assert assign([ours, theirs], orders).pairs[0].worker_id == "B"
    assert assign([ours, theirs], orders, Policy(pairing_bonus=100)).pairs[0].worker_id == "A"


def test_reserved_places_are_kept_for_those_trained() -> None:
    crowd = [welder(worker_id=f"W{n}", skills=("氩弧焊",)) for n in range(5)]
    trained = welder(worker_id="T", wishes=("木工",), trained_for=("O1",))
    order = welding_order(headcount=3, skills=("氩弧焊",))
    assert "T" in assign([*crowd, trained], [order]).unplaced
    result = assign([*crowd, trained], [order], Policy(reserved={"O1": 2}))
    assert [pair.worker_id for pair in result.pairs] == ["T", "W0"]


def test_between_equals_the_lower_id_is_placed() -> None:
    equals = [welder(worker_id=f"W{n}") for n in range(5)]
    assert [pair.worker_id for pair in assign(equals, [welding_order(headcount=2)]).pairs] == ["W0", "W1"]


def test_a_county_floor_is_met_where_it_can_be() -> None:
    near = [welder(worker_id=f"A{n}", skills=("氩弧焊",)) for n in range(4)]
    far = [welder(worker_id=f"B{n}", county_code="533323") for n in range(4)]
    order = welding_order(headcount=4, skills=("氩弧焊",))
    counties = {w.worker_id: w.county_code for w in near + far}
    result = assign(near + far, [order], Policy(county_floors={"533323": 2}))
    assert sum(counties[pair.worker_id] == "533323" for pair in result.pairs) >= 2
    assert result.value <= result.bound


@pytest.mark.parametrize(
    "knobs", [{"pairing_bonus": -1}, {"reserved": {"O1": 1.5}}, {"gap": 2}, {"county_floors": {"4": True}}]
)
def test_an_impossible_policy_is_refused(knobs: dict) -> None:
    with pytest.raises(ValueError, match="policy"):
        Policy.from_dict(knobs)


def test_everybody_left_out_is_told_why_and_what_would_change_it() -> None:
    people = [
        welder(worker_id="A", skills=("氩弧焊",)),
        welder(worker_id="B"),
        welder(worker_id="C", cities=("440100",)),
        welder(worker_id="D", birth_date=None),
        replace(family(1)[0], worker_id="E"),
        replace(family(1)[0], worker_id="F", night_shift=False),
    ]
    result = assign(people, [welding_order(skills=("氩弧焊",))])
    found = {reason.worker_id: reason for reason in reasons(result)}
    assert found["B"].reason == "outbid"
    assert found["B"].nearest_change == "order O1: in the place of A, -120 points"
    assert found["C"].reason == "rule:city (opens 1 orders)"
    assert found["C"].nearest_change == "order O1; worker.cities: 440100 -> 440100|440300"
    assert found["D"].reason.startswith("rule:")
    assert found["E"].reason == "group"


def test_an_empty_province_has_an_empty_assignment() -> None:
    result = assign([], [])
    assert (result.pairs, result.unplaced, result.value, result.bound) == ([], [], 0, 0)
    assert assign([welder()], []).unplaced == ["W1"]
    assert assign([], [welding_order()]).placed == 0
