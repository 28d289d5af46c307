"""Ways to fill the places without assigning all at once. Each returns the order of every worker, or -1."""

import numpy as np

from benchmarks.simulation_world import Season
from matching import solve
from matching.assign.assignment import assign
from matching.learn.fit import scores_of
from matching.pairs.scorecard import Scorecard

# What a stated job is worth, as on the platform: the first, second and third; doubled until the floor is met.
STATED, SHOWN, FLOOR, DOUBLINGS = (120, 80, 40), 20, 0.7, 4


def random_feasible(season: Season, random: np.random.Generator) -> np.ndarray:
    """In order of arrival, each takes any order that fits and has a place."""
    luck = random.random(season.score.shape)
    return _one_after_another(season, np.where(season.score >= 0, luck, -1), random)


def first_on_the_list(season: Season, random: np.random.Generator) -> np.ndarray:
    """First come, first served: in order of arrival, each takes the first order on the list that fits."""
    place = np.arange(season.score.shape[1], 0, -1)
    return _one_after_another(season, np.where(season.score >= 0, place, -1), random)


def best_left(season: Season, random: np.random.Generator) -> np.ndarray:
    """First come, first served with a ranking: each takes the best order, by points, that is left."""
    return _one_after_another(season, season.score, random)


def greedy(season: Season, random: np.random.Generator) -> np.ndarray:
    """The pair with the most points first, then the next whose worker and place are free."""
    del random
    placed, left = np.full(len(season.score), -1), season.capacity.copy()
    workers, orders = np.nonzero(season.score >= 0)
    best_first = np.lexsort((orders, workers, -season.score[workers, orders]))
    for worker, order in zip(workers[best_first].tolist(), orders[best_first].tolist(), strict=True):
        if placed[worker] < 0 and left[order] > 0:
            placed[worker] = order
            left[order] -= 1
    return placed


def assigned(season: Season, card: Scorecard) -> np.ndarray:
    """The certified assignment by a card."""
    result = assign(season.workers, season.orders, card=card)
    orders = {order.order_id: n for n, order in enumerate(season.orders)}
    workers = {str(name): n for n, name in enumerate(season.workers.ids)}
    placed = np.full(len(workers), -1)
    for pair in result.pairs:
        placed[workers[pair.worker_id]] = orders[pair.order_id]
    return placed


def free_choice(season: Season, random: np.random.Generator) -> np.ndarray:
    """Everybody chooses in order of arrival, among the orders left, the one on which they would stay most
    surely: they know their trade, the place and their own taste better than any card."""
    return _one_after_another(season, np.where(season.score >= 0, season.chance, -1), random)


def points_of(season: Season, card: Scorecard) -> np.ndarray:
    """Points of all pairs by a card, -1 where infeasible."""
    points = scores_of(season.levels.reshape(-1, season.levels.shape[-1]), card).reshape(season.score.shape)
    return np.where(season.score >= 0, points, -1)


def stated(season: Season, points: np.ndarray) -> np.ndarray:
    """The three jobs that each would take (positions, -1 where there are fewer), best first: those on which
    they would stay most surely among the twenty that the card shows them."""
    shown = np.argsort(-points, axis=1, kind="stable")[:, :SHOWN]
    known = np.take_along_axis(np.where(points >= 0, season.chance, -1), shown, 1)
    best = np.argsort(-known, axis=1, kind="stable")[:, : len(STATED)]
    jobs = np.take_along_axis(shown, best, 1)
    return np.where(np.take_along_axis(known, best, 1) > 0, jobs, -1)


def assigned_as_stated(
    season: Season, card: Scorecard, say: float, random: np.random.Generator
) -> np.ndarray:
    """The assignment once a share ``say`` of the people have stated three jobs: these are worth points,
    doubled until 70 % of those who spoke get one of theirs, or four times."""
    points = points_of(season, card)
    wishes = np.where(random.random((len(points), 1)) < say, stated(season, points), -1)
    worker, place = np.nonzero(wishes >= 0)
    rows, cols = np.nonzero(points >= 0)
    placed = np.full(len(points), -1)
    for doubling in range(DOUBLINGS + 1):
        worth = points.copy()
        worth[worker, wishes[worker, place]] += 2**doubling * np.array(STATED)[place]
        found = solve(rows, cols, worth[rows, cols] + 1, season.capacity, np.ones(len(points), int))
        placed = found.assignment
        spoke = (wishes >= 0).any(axis=1)
        if (wishes[spoke] == placed[spoke, None]).any(axis=1).mean() >= FLOOR:
            break
    return placed


def _one_after_another(season: Season, liking: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Each worker, in a random order of arrival, takes the open order they like most (below 0: none)."""
    placed, left = np.full(len(liking), -1), season.capacity.copy()
    for worker in random.permutation(len(liking)).tolist():
        open_ones = np.where(left > 0, liking[worker], -1)
        order = int(open_ones.argmax())
        if open_ones[order] >= 0:
            placed[worker] = order
            left[order] -= 1
    return placed
