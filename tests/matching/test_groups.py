"""People who only go together: every size, the proven optimum, and what the solver says of its own answer."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ortools.sat.python import cp_model

from matching import Limits, Solution, assign, commands, solve
from matching.__main__ import main
from matching.assign import branching
from tests.matching.worlds import welder, welding_order

Problem = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def families(seed: int, groups: int, sites: int, sizes: tuple[int, int], options: int = 20) -> Problem:
    """Groups of several sizes with a value at some sites, which together are too small for all."""
    dice = np.random.default_rng(seed)
    size, each = dice.integers(*sizes, groups), min(options, sites)
    rows = np.repeat(np.arange(groups), each)
    cols = np.concatenate([dice.choice(sites, each, replace=False) for _ in range(groups)])
    capacity = dice.integers(sizes[1] // 2, max(2, int(1.3 * size.sum() / sites)), sites)
    return rows, cols, dice.integers(50, 900, len(rows)) * size[rows], capacity, size


def best_by_constraints(problem: Problem) -> int:
    rows, cols, values, capacity, sizes = problem
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in rows]
    for row in range(len(sizes)):
        model.add_at_most_one(chosen[k] for k in np.flatnonzero(rows == row).tolist())
    for site, places in enumerate(capacity.tolist()):
        at = np.flatnonzero(cols == site).tolist()
        model.add(sum(int(sizes[rows[k]]) * chosen[k] for k in at) <= places)
    model.maximize(sum(int(value) * one for value, one in zip(values.tolist(), chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


def assert_possible(problem: Problem, found: Solution) -> None:
    rows, cols, values, capacity, sizes = problem
    worth = {(r, c): v for r, c, v in zip(rows.tolist(), cols.tolist(), values.tolist(), strict=True)}
    placed = np.flatnonzero(found.assignment >= 0)
    used = np.bincount(found.assignment[placed], sizes[placed], len(capacity))
    assert (used <= capacity).all()
    assert found.value == sum(worth[r, found.assignment[r]] for r in placed.tolist()) <= found.bound
    assert (found.status == "optimal") == (found.value == found.bound)


@pytest.mark.parametrize("options", [25_000, 0])
@pytest.mark.parametrize("size", [2, 7, 8, 9, 16, 40, 60])
def test_groups_of_every_size_are_placed_without_a_crash(size: int, options: int) -> None:
    problem = families(size, 60, 12, (size, size + 1), options=6)
    found = solve(*problem, Limits(options=options))
    assert_possible(problem, found)
    assert found.value > 0


@pytest.mark.parametrize("size", [8, 9, 25, 60])
def test_a_village_party_is_assigned_whole_or_not_at_all(size: int) -> None:
    party = [welder(worker_id=f"G{n:02}", group_id="village", skills=("氩弧焊",)) for n in range(size)]
    others = [
        welder(worker_id=f"S{n:03}", group_id=f"kin{n // 2}" if n < 2500 else "") for n in range(2500 + size)
    ]
    orders = [welding_order(order_id=f"O{n}", headcount=size + n, skills=("氩弧焊",)) for n in range(3)]
    placed = {pair.worker_id: pair.order_id for pair in assign([*party, *others], orders).pairs}
    assert len({placed.get(worker.worker_id) for worker in party}) == 1
    short = [welding_order(headcount=size - 1)]
    assert not {w.worker_id for w in party} & {pair.worker_id for pair in assign(party, short).pairs}


@pytest.mark.parametrize("seed", range(6))
def test_the_optimum_of_groups_is_found_and_proven(seed: int) -> None:
    problem = families(seed, 30, 6, (1, 11), options=4)
    found = solve(*problem)
    assert_possible(problem, found)
    assert (found.value, found.status) == (best_by_constraints(problem), "optimal")


@pytest.mark.parametrize(("seed", "groups"), [(1, 400), (2, 600)])
def test_hundreds_of_families_on_twenty_sites_come_within_a_thousandth_of_the_optimum(
    seed: int, groups: int
) -> None:
    problem = families(seed, groups, 20, (1, 11), options=8)
    found = solve(*problem)
    assert_possible(problem, found)
    assert found.value >= 0.999 * found.bound
    assert found.value > solve(*problem, Limits(options=0)).value


def test_a_search_that_ends_at_its_limit_says_so_and_never_falls_below_the_start() -> None:
    problem = families(3, 200, 20, (2, 31), options=10)
    start, found = solve(*problem, Limits(options=0)), solve(*problem, Limits(nodes=0))
    assert_possible(problem, found)
    assert (start.status, found.status) == ("bounded", "stopped")
    assert start.value <= found.value <= found.bound <= start.bound


def test_a_solver_that_answers_nonsense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = families(4, 80, 10, (2, 12), options=5)
    everything = lambda program, kept, nodes: (kept, int(program.value[kept].sum()), False)  # noqa: E731
    monkeypatch.setattr(branching, "_branch", everything)
    found, start = solve(*problem), solve(*problem, Limits(options=0))
    assert_possible(problem, found)
    assert found.value == start.value


def test_values_whose_sum_leaves_64_bits_are_refused_and_others_add_up() -> None:
    rows = np.arange(3000)
    found = solve(rows, np.zeros(3000, int), np.full(3000, 1 << 44), [2900])
    assert found.value == 2900 << 44 <= found.bound
    with pytest.raises(ValueError, match="too large"):
        solve(np.arange(400_000), np.zeros(400_000, int), np.full(400_000, 1 << 44), [400_000])


@pytest.mark.parametrize("wrong", [[[1]], ["1"], [float("nan")], [True], [1 << 70], [None]])
def test_what_is_no_list_of_whole_numbers_is_refused(wrong: list) -> None:
    with pytest.raises(ValueError, match="number"):
        solve([0], [0], wrong, [1])


def test_the_command_prints_one_line_of_json_whatever_a_library_says(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = commands.matching.assign

    def loud(*given: Any, **named: Any) -> Any:
        os.write(1, b"HiGHS\n")
        return real(*given, **named)

    monkeypatch.setattr(commands.matching, "assign", loud)
    main(["generate", "--workers", "40", "--orders", "5", "--seed", "1", "--out", str(tmp_path)])
    capfd.readouterr()
    files = ["--workers", f"{tmp_path}/workers.csv", "--orders", f"{tmp_path}/orders.csv"]
    assert main(["assign", *files, "--out", f"{tmp_path}/out.csv"]) == 0
    said = capfd.readouterr()
    assert json.loads(said.out)["placed"] > 0
    assert "HiGHS" in said.err
