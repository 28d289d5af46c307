"""A province in which it is known who would stay where: what learning and assignment are tried out on.

Whether a person is still there after six months is drawn with a probability of its own for every pair: the
logistic function of what the factors of the pair are truly worth, of a penalty for strangers to trade and
place (which no sum of factors can express), and of something in the person and in the order that is not
observed.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.simulation_truths import DOCUMENTED, Truth
from matching.files import tables
from matching.generator import county_weights, write_province
from matching.learn.outcomes import History, Outcome
from matching.pairs.columns import Column, Frame
from matching.pairs.ranking import rank
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, LEVELS, Scorecard
from matching.types import Order

FIRST_OFFER = date(2018, 3, 1)
BASE, STRANGER = -1.4, -0.5
UNKNOWN_SHARE, TWO_OFFERS_SHARE = 0.12, 0.3


def true_points(truth: Truth = DOCUMENTED) -> dict[str, np.ndarray]:
    """What every level of the factors is truly worth, in log-odds."""
    shapes = {name: np.linspace(0, 1, count) for name, count in LEVELS.items()}
    return {name: worth * shapes[name] ** power for name, (worth, power) in truth.worth.items()}


def true_card(truth: Truth = DOCUMENTED) -> Scorecard:
    """The same in points, 100 for one unit of log-odds; nothing for what truly counts against a pair."""
    points = {
        name: tuple(np.rint(100 * np.maximum(row, 0)).astype(int).tolist())
        for name, row in true_points(truth).items()
    }
    return Scorecard("truth", points)


@dataclass(frozen=True, slots=True)
class Season:
    """All feasible pairs of one season, as matrices of shape (workers, orders).

    ``chance`` is the true probability of staying six months (0 where infeasible), ``score`` the points of the
    present card (-1 where infeasible), ``levels`` uint8 with a last axis of factors.
    """

    workers: Frame
    orders: list[Order]
    capacity: np.ndarray
    chance: np.ndarray
    score: np.ndarray
    levels: np.ndarray


def make_season(workers: int, orders: int, seed: int, truth: Truth = DOCUMENTED) -> Season:
    """Draw a season without groups."""
    random = np.random.default_rng([seed, 1])
    with tempfile.TemporaryDirectory() as folder:
        write_province(Path(folder), workers, orders, seed)
        people = _alone(tables.read_workers(Path(folder) / "workers.csv"))
        jobs = _with_fellows(random, list(tables.read_orders(Path(folder) / "orders.csv")))
    ranking = rank(people, jobs, orders, "worker")
    shape = len(people), len(jobs)
    levels = np.zeros((*shape, len(FACTORS)), np.uint8)
    rows = list(DEFAULT_SCORECARD.points.values())
    for n, row in enumerate(rows):
        levels[ranking.worker, ranking.order, n] = np.searchsorted(row, ranking.factors[:, n])
    score = np.full(shape, -1, np.int64)
    score[ranking.worker, ranking.order] = ranking.score
    chance = np.where(score >= 0, _true_chance(random, levels, people, jobs, truth), 0.0)
    capacity = np.array([order.headcount or 0 for order in jobs], np.int64)
    return Season(people, jobs, capacity, chance, score, levels)


def _alone(people: Frame) -> Frame:
    nowhere = Column(np.zeros(len(people), np.int32), [""])
    return Frame(people.kind, people.ids, {**people.columns, "group_id": nowhere, "group_rule": nowhere})


def _with_fellows(random: np.random.Generator, orders: Sequence[Order]) -> list[Order]:
    """Give every order up to eight counties that already have people there."""
    codes, weights = county_weights()
    counts = random.integers(0, 9, len(orders))
    drawn = [tuple(sorted(random.choice(codes, count, False, weights).tolist())) for count in counts]
    return [replace(order, fellow_counties=counties) for order, counties in zip(orders, drawn, strict=True)]


def _true_chance(
    random: np.random.Generator, levels: np.ndarray, people: Frame, jobs: list[Order], truth: Truth
) -> np.ndarray:
    odds: np.ndarray = np.full(levels.shape[:2], BASE)
    for n, row in enumerate(true_points(truth).values()):
        odds += row[levels[..., n]]
    names = list(FACTORS)
    occupation, villagers = levels[..., names.index("occupation")], levels[..., names.index("villagers")]
    odds += STRANGER * ((occupation < 10) & (villagers == 0))
    odds += random.normal(0, truth.person_spread, (len(odds), 1)) + random.normal(
        0, truth.order_spread, (1, odds.shape[1])
    )
    if truth.taste_spread:
        odds += random.normal(0, truth.taste_spread, odds.shape)
    if truth.unseen_distance:
        odds -= truth.unseen_distance * _ways(random, people, jobs)
    chance: np.ndarray = 1 / (1 + np.exp(-odds))
    return chance


def _ways(random: np.random.Generator, people: Frame, jobs: list[Order]) -> np.ndarray:
    """How far every order's city is from every worker's home prefecture, drawn between 0 and 1."""
    county = people.columns["county_code"]
    homes = Column.of([code[:4] for code in county.values])
    cities = Column.of([order.city_code[:4] for order in jobs])
    drawn = random.random((len(homes.values), len(cities.values)))
    ways: np.ndarray = drawn[homes.codes[county.codes]][:, cities.codes]
    return ways


def outcomes_of(season: Season, placed: np.ndarray, seed: int, first_day: int) -> list[Outcome]:
    """Draw what became of a season's placements (order of each worker, -1 for none), over 300 days.

    Three in ten had a second offer at the time and took the one they would rather stay on, give or take; the
    other one is recorded as declined. One in eight outcomes stays unknown.
    """
    random = np.random.default_rng([seed, 2])
    outcomes = []
    for worker in np.flatnonzero(placed >= 0).tolist():
        order, day = int(placed[worker]), FIRST_OFFER + timedelta(first_day + int(random.integers(300)))
        if random.random() < TWO_OFFERS_SHARE:
            second_offer = int(random.choice(np.flatnonzero(season.score[worker] >= 0)))
            if second_offer != order:
                order, refused = _preferred(random, season.chance[worker], order, second_offer)
                outcomes.append(_outcome(season, worker, refused, day, {}, 0))
        outcomes.append(_drawn(random, season, worker, order, day))
    return outcomes


def _preferred(random: np.random.Generator, chance: np.ndarray, first: int, second: int) -> tuple[int, int]:
    pull = np.log(chance[[first, second]]) + random.gumbel(0, 0.5, 2)
    return (first, second) if pull[0] >= pull[1] else (second, first)


def _drawn(random: np.random.Generator, season: Season, worker: int, order: int, day: date) -> Outcome:
    if random.random() < UNKNOWN_SHARE:
        return _outcome(season, worker, order, day, {}, None)
    chance = season.chance[worker, order]
    three, six = random.random(2) < np.sqrt(chance)  # each half of the time with the same chance
    return _outcome(
        season, worker, order, day, {3: bool(three), 6: bool(three and six)}, 1 + three + (three and six)
    )


def _outcome(
    season: Season, worker: int, order: int, day: date, stayed: dict[int, bool], reached: int | None
) -> Outcome:
    person = season.workers.row(worker)
    return Outcome(
        order_id=f"{day.year}-{season.orders[order].order_id}",
        worker_id=f"{day.year}-{person.worker_id}",
        offered_on=day,
        levels=tuple(season.levels[worker, order].tolist()),
        stayed=stayed,
        reached=reached,
        groups={"sex": person.sex, "county": person.county_code},
    )


def history_of(seasons: Sequence[tuple[Season, np.ndarray]], seed: int) -> History:
    """What is known after some seasons, one a year, each with its placements."""
    rows = [
        row
        for year, (season, placed) in enumerate(seasons)
        for row in outcomes_of(season, placed, seed + year, 365 * year)
    ]
    return History.of(rows)
