"""A card learned from outcomes: it finds what they follow, admits when they are too few, and hurts no
group."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from matching.learn.evaluation import ndcg
from matching.learn.fairness import CardView, audit, too_small
from matching.learn.fit import KEPT, card_of, scores_of, steps_on
from matching.learn.learning import Learned, ScorecardVerdict, learn_scorecard
from matching.learn.off_policy import off_policy
from matching.learn.outcomes import History, Outcome, levels_of
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, LEVELS

WORTH = {"occupation": 1.0, "wage": 2.5, "villagers": 1.0}
EVEN = {"F": 0.0, "M": 0.0}


def outcomes(count: int, seed: int = 1, group_odds: Mapping[str, float] = EVEN) -> list[Outcome]:
    """Offers whose outcome follows WORTH; one person in three said no to a second offer that was worth
    less."""
    random = np.random.default_rng(seed)
    found = []
    for n in range(count):
        day, sex = date(2017, 1, 1) + timedelta(days=n // 5), "FM"[n % 2]
        offers = sorted((_levels(random) for _ in range(2 if n % 3 == 0 else 1)), key=_odds, reverse=True)
        stays = bool(random.random() < 1 / (1 + np.exp(-_odds(offers[0]) - group_odds[sex])))
        taken = {"stayed": {3: stays, 6: stays}, "reached": 1 + 2 * stays}
        for levels, became in zip(offers, (taken, {"reached": 0}), strict=False):
            order, person = f"O{random.integers(60)}", f"W{n}"
            found.append(
                Outcome(
                    order_id=order,
                    worker_id=person,
                    offered_on=day,
                    levels=levels,
                    groups={"sex": sex},
                    **became,
                )
            )
    return found


def _levels(random: np.random.Generator) -> tuple[int, ...]:
    return tuple(int(random.integers(count)) for count in LEVELS.values())


def _odds(levels: tuple[int, ...]) -> float:
    at = dict(zip(FACTORS, levels, strict=True))
    return sum(worth * (2 * at[name] / (LEVELS[name] - 1) - 1) for name, worth in WORTH.items())


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn_scorecard(History.of(outcomes(1800)), DEFAULT_SCORECARD, "learned")


def test_a_better_card_is_found_and_may_be_switched_on(learned: Learned) -> None:
    report = learned.report
    assert report.verdict is ScorecardVerdict.MAY_SWITCH
    assert report.challenger.log_loss < report.champion.log_loss
    assert report.challenger.by_worker.ndcg > report.champion.by_worker.ndcg


def test_points_follow_what_the_outcomes_follow(learned: Learned) -> None:
    most = {name: row[-1] for name, row in learned.card.points.items()}
    assert most["wage"] / most["occupation"] == pytest.approx(2.5, rel=0.25)
    assert most["villagers"] / most["occupation"] == pytest.approx(1.0, rel=0.3)
    assert max(most[name] for name in FACTORS if name not in (*WORTH, *KEPT)) < most["occupation"] / 2


def test_a_learned_card_can_be_read_back_into_levels(learned: Learned) -> None:
    random = np.random.default_rng(2)
    for _ in range(50):
        levels = tuple(int(random.integers(count)) for count in LEVELS.values())
        points = {n: row[lv] for (n, row), lv in zip(learned.card.points.items(), levels, strict=True)}
        assert levels_of(points, learned.card) == levels


def test_a_learned_card_weighs_as_much_as_the_one_before_and_keeps_the_policy(learned: Learned) -> None:
    total = {
        card.version: sum(row[-1] for row in card.points.values())
        for card in (learned.card, DEFAULT_SCORECARD)
    }
    assert total["learned"] == pytest.approx(total[DEFAULT_SCORECARD.version], rel=0.02)
    assert learned.card.points["pairing"] == DEFAULT_SCORECARD.points["pairing"]


def test_the_same_outcomes_in_another_order_give_the_same_card() -> None:
    rows = outcomes(500)
    cards = [learn_scorecard(History.of(each), DEFAULT_SCORECARD, "x").card for each in (rows, rows[::-1])]
    assert cards[0] == cards[1]


@pytest.mark.parametrize("count", [0, 1, 60, 250])
def test_too_few_outcomes_say_how_many_it_takes(count: int) -> None:
    found = learn_scorecard(History.of(outcomes(count)), DEFAULT_SCORECARD, "x").report
    assert found.verdict is ScorecardVerdict.TOO_FEW
    assert found.wanted > count


def test_outcomes_that_follow_the_present_card_give_nothing_better() -> None:
    rows, random = outcomes(1500, seed=4), np.random.default_rng(5)
    scores = scores_of(np.array([row.levels for row in rows]), DEFAULT_SCORECARD)
    same = []
    for row, odds in zip(rows, (scores - scores.mean()) / 100, strict=True):
        stays = bool(random.random() < 1 / (1 + np.exp(-odds)))
        same.append(replace(row, stayed={6: stays} if row.stayed else {}))
    assert (
        learn_scorecard(History.of(same), DEFAULT_SCORECARD, "x").report.verdict
        is ScorecardVerdict.NOT_BETTER
    )


def test_unknown_outcomes_are_counted_and_used_for_nothing(learned: Learned) -> None:
    blind = [replace(row, stayed={}, reached=None) for row in outcomes(200, seed=9)]
    found = learn_scorecard(History.of(outcomes(1800) + blind), DEFAULT_SCORECARD, "learned")
    assert found.report.unknown == len(blind)
    assert found.card == learned.card


def test_a_group_that_stays_more_than_the_new_card_foretells_stops_it() -> None:
    group, stayed = (
        np.array(["a"] * 200 + ["b"] * 200),
        np.array([1.0] * 140 + [0.0] * 60 + [1.0] * 100 + [0.0] * 100),
    )
    scores, fair = np.arange(400), np.where(group == "a", 0.7, 0.5)
    found = audit(_grouped(group), stayed, CardView(scores, fair), CardView(scores, np.full(400, 0.5)))
    assert {row.group: (row.worse, round(row.sold_short[1], 2)) for row in found} == {
        "a": (True, 0.2),
        "b": (False, 0.0),
    }


def test_a_group_that_falls_behind_is_worse_off_and_a_small_one_is_not_judged() -> None:
    group = np.array(["a"] * 180 + ["b"] * 180 + ["few"] * 40)
    fair, chance = np.random.default_rng(6).permutation(400), np.full(400, 0.5)
    before, after = CardView(fair, chance), CardView(fair + 1000 * (group == "a"), chance)
    found = audit(_grouped(group), (np.arange(400) % 2).astype(float), before, after)
    assert {row.group: row.worse for row in found} == {"a": False, "b": True}
    assert too_small(_grouped(group)) == {"kind": 1}


def _grouped(group: np.ndarray) -> History:
    """A history of which only the groups matter."""
    return replace(History.of(outcomes(300)).take(np.arange(len(group)) % 300), groups={"kind": group})


def test_protected_fields_change_no_card(learned: Learned) -> None:
    rows = [replace(row, groups={"sex": "M", "county": str(n % 7)}) for n, row in enumerate(outcomes(1800))]
    assert learn_scorecard(History.of(rows), DEFAULT_SCORECARD, "learned").card == learned.card


def test_a_perfect_order_has_ndcg_one_and_equal_gains_are_no_question() -> None:
    query, gain = np.array([0, 0, 0, 1, 1]), np.array([3, 1, 0, 2, 2])
    found = ndcg(query, gain, np.array([9, 5, 1, 4, 8]))
    assert (found.ndcg, found.queries) == (pytest.approx(1.0), 1)


def test_steps_that_say_nothing_give_the_present_card() -> None:
    assert card_of(0 * steps_on(DEFAULT_SCORECARD), DEFAULT_SCORECARD, "x").points == DEFAULT_SCORECARD.points


def test_points_that_are_on_no_card_are_refused() -> None:
    factors = {name: row[-1] for name, row in DEFAULT_SCORECARD.points.items()}
    with pytest.raises(ValueError, match="not points of card"):
        levels_of(factors | {"wage": 7}, DEFAULT_SCORECARD)
    with pytest.raises(ValueError, match="not points of card"):
        levels_of({}, DEFAULT_SCORECARD)


def test_a_card_that_gives_points_where_fewer_stay_is_refused() -> None:
    """Wages that drive people away: the card cannot say so, and looks better on the whole."""
    turned = {name: -worth if name == "wage" else worth for name, worth in WORTH.items()}
    rows, random = outcomes(1800, seed=6), np.random.default_rng(7)
    found = []
    for row in rows:
        at = dict(zip(FACTORS, row.levels, strict=True))
        odds = sum(worth * (2 * at[name] / (LEVELS[name] - 1) - 1) for name, worth in turned.items())
        stays = bool(random.random() < 1 / (1 + np.exp(-odds)))
        found.append(replace(row, stayed={6: stays}, reached=1 + 2 * stays) if row.stayed else row)
    report = learn_scorecard(History.of(found), DEFAULT_SCORECARD, "x").report
    assert report.contradicted == ["wage"]
    assert report.verdict is ScorecardVerdict.NOT_BETTER
    assert report.gain_least > 0, "by its log loss alone it would have been let through"


def test_a_card_that_follows_the_outcomes_is_contradicted_by_none(learned: Learned) -> None:
    assert learned.report.contradicted == []


@pytest.mark.parametrize("robust", [False, True])
def test_another_way_of_placing_is_told_from_what_became_of_this_one(robust: bool) -> None:
    """Two jobs a person; the way in use mostly gives the first, the other way always the second."""
    dice, people, covered = np.random.default_rng(8), 3000, 0
    for _ in range(20):
        able = dice.random(people)
        chance = np.stack([0.2 + 0.3 * able, 0.4 + 0.4 * able], axis=1)
        second = 0.1 + 0.5 * able
        went = (dice.random(people) < second).astype(int)
        stayed = (dice.random(people) < chance[np.arange(people), went]).astype(float)
        propensity = np.where(went == 1, second, 1 - second)
        model = (chance[np.arange(people), went] - 0.05, chance[:, 1] - 0.05) if robust else ()
        estimate = off_policy(stayed, propensity, went.astype(float), *model)
        covered += estimate.low <= chance[:, 1].mean() <= estimate.high
        assert abs(stayed.mean() - chance[:, 1].mean()) > 0.1, "what was done is worth less"
    assert covered >= 16


def test_ways_that_never_agree_tell_nothing() -> None:
    with pytest.raises(ValueError, match="agree"):
        off_policy(np.ones(3), np.full(3, 0.5), np.zeros(3))
