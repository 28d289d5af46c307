"""The invented province: learning finds its truth, and assigning everybody at once keeps more people."""

from typing import Any

import numpy as np
import pytest

from benchmarks import simulation_rivals as rivals
from benchmarks.simulation import WAYS, run_once
from benchmarks.simulation_truths import TRUTHS, Truth
from benchmarks.simulation_world import Season, make_season
from matching.pairs.scorecard import DEFAULT_SCORECARD

WORKERS, ORDERS, SEED = 1200, 40, 3


@pytest.fixture(scope="module")
def season() -> Season:
    return make_season(WORKERS, ORDERS, SEED)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return run_once(WORKERS, ORDERS, SEED)


def test_no_way_breaks_a_rule_or_sells_a_place_twice(season: Season) -> None:
    random = np.random.default_rng(1)
    placed = [way(season, random) for way in WAYS.values()] + [rivals.assigned(season, DEFAULT_SCORECARD)]
    for orders in placed:
        workers = np.flatnonzero(orders >= 0)
        assert len(workers) > 100
        assert (season.score[workers, orders[workers]] >= 0).all()
        assert (np.bincount(orders[workers], minlength=ORDERS) <= season.capacity).all()


def test_a_truth_is_never_certain_and_never_below_a_feasible_zero(season: Season) -> None:
    feasible = season.score >= 0
    assert (season.chance[~feasible] == 0).all()
    assert 0 < season.chance[feasible].min() < season.chance[feasible].max() < 1


def test_learning_comes_nearer_to_the_truth_than_the_card_that_was_guessed(figures: dict[str, Any]) -> None:
    assert figures["recovered"]["learned"] > figures["recovered"]["present"]
    assert figures["recovered"]["learned"] > 0.9


def test_assigning_everybody_at_once_keeps_more_people_than_any_other_way(figures: dict[str, Any]) -> None:
    stable = {name: found["stable"] for name, found in figures["filled"].items()}
    assert stable["assigned_present"] > 1.4 * stable["first_on_the_list"]
    assert stable["assigned_present"] > max(stable[way] for way in WAYS)


def test_the_same_seed_gives_the_same_season(season: Season) -> None:
    again = make_season(WORKERS, ORDERS, SEED)
    assert (again.chance == season.chance).all()
    assert (again.levels == season.levels).all()


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.name)
def test_every_truth_keeps_the_rules_and_changes_what_it_names(truth: Truth, season: Season) -> None:
    small, same = make_season(200, 12, 5, truth), make_season(200, 12, 5)
    assert (small.levels == same.levels).all()
    assert (small.chance[small.score < 0] == 0).all()
    assert (small.chance == same.chance).all() == (truth.name == "documented")


def test_stated_preferences_keep_the_rules_and_are_heard(season: Season) -> None:
    points = rivals.points_of(season, DEFAULT_SCORECARD)
    assert (points == season.score).all()
    wishes = rivals.stated(season, points)
    placed = rivals.assigned_as_stated(season, DEFAULT_SCORECARD, 1.0, np.random.default_rng(1))
    plain = rivals.assigned(season, DEFAULT_SCORECARD)
    heard, before = ((wishes == each[:, None]).any(axis=1).sum() for each in (placed, plain))
    assert heard > before
    workers = np.flatnonzero(placed >= 0)
    assert (season.score[workers, placed[workers]] >= 0).all()
    assert (np.bincount(placed[workers], minlength=ORDERS) <= season.capacity).all()


def test_a_card_that_is_not_allowed_is_not_used(figures: dict[str, Any]) -> None:
    if figures["verdict"] != "may_switch":
        assert figures["filled"]["assigned_learned"] == figures["filled"]["assigned_present"]
    assert figures["verdict"] in {"may_switch", "too_few", "not_better", "group_worse"}
