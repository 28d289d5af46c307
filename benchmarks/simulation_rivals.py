"""Ways to fill the places without assigning all at once. Each returns the order of every worker, or -1."""

import numpy as np

from benchmarks.simulation_world import Season
from matching.assign.assignment import assign
from matching.pairs.scorecard import Scorecard


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
