"""What another card's order of past lists would have been worth: against a world in which that is known."""

from dataclasses import replace

import numpy as np

from matching import DEFAULT_SCORECARD, FACTORS, PastLists, value_of_lists
from matching.learn.past_lists import LEAST_KNOWN, chance_of_offer, from_the_top
from matching.pairs.scorecard import LEVELS

LISTS, LISTED = 250, 24
# A card that asks for nothing but the wage, which is what people stay for here.
WAGE = replace(
    DEFAULT_SCORECARD,
    version="wage",
    points={
        name: row if name == "wage" else tuple(range(len(row)))
        for name, row in DEFAULT_SCORECARD.points.items()
    },
)


def world(seed: int) -> tuple[PastLists, np.ndarray]:
    """Lists in an order that says nothing, offered from the more often the higher, and the true chances."""
    dice = np.random.default_rng(seed)
    levels = np.stack([dice.integers(LEVELS[name], size=LISTS * LISTED) for name in FACTORS], axis=1)
    wage = levels[:, list(FACTORS).index("wage")] / (LEVELS["wage"] - 1)
    chance = 0.15 + 0.6 * wage
    rank = np.tile(np.arange(1, LISTED + 1), LISTS)
    offered = dice.random(len(rank)) < 0.7 / np.sqrt(rank)
    there = np.where(offered, dice.random(len(rank)) < chance, -1).astype(np.int8)
    there[offered & (dice.random(len(rank)) < 0.2)] = -1  # not over yet, or not known
    of = np.repeat(np.arange(LISTS), LISTED)
    keeps = np.isin(of, of[offered])
    past = PastLists(of[keeps], rank[keeps], offered[keeps], there[keeps], levels[keeps].astype(np.uint8))
    return past, chance[keeps]


def test_the_order_of_another_card_is_worth_what_it_would_have_been() -> None:
    covered = np.zeros(2)
    for seed in range(12):
        past, chance = world(seed)
        truth = float(chance[from_the_top(past, WAGE)].mean())
        value = value_of_lists(past, WAGE)
        assert value is not None
        assert truth - value.done > 0.1, "what was done is worth less"
        covered += [each.low <= truth <= each.high for each in (value.weighted, value.robust)]
    assert (covered >= 9).all()


def test_as_many_are_taken_from_the_top_as_were_offered() -> None:
    past, _ = world(3)
    chosen = from_the_top(past, WAGE)
    assert np.bincount(past.of, chosen).tolist() == np.bincount(past.of, past.offered).tolist()
    wage = past.levels[:, list(FACTORS).index("wage")]
    assert wage[chosen].mean() > wage.mean() + 1
    chances = chance_of_offer(past)
    assert chances[past.rank == 1][0] > chances[past.rank == 20][0] > 0


def test_too_few_known_outcomes_give_no_figure() -> None:
    past, _ = world(4)
    few = past.there.copy()
    few[np.flatnonzero(few >= 0)[LEAST_KNOWN - 1 :]] = -1
    assert value_of_lists(replace(past, there=few), WAGE) is None
    assert value_of_lists(replace(past, there=np.where(past.there >= 0, 1, -1)), WAGE) is None
