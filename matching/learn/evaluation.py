"""How well a card predicts staying, on outcomes it has not seen."""

from dataclasses import dataclass

import numpy as np

from matching.learn.fit import POINTS_PER_UNIT, scores_of
from matching.learn.outcomes import UNKNOWN, History
from matching.pairs.scorecard import Scorecard

BINS, LEAST_IN_BIN = 10, 30
MOST_QUERIES = 2000


@dataclass(frozen=True, slots=True)
class Ranked:
    """Normalised discounted cumulative gain, averaged over the ``queries`` that have something to order."""

    ndcg: float | None
    queries: int


@dataclass(frozen=True, slots=True)
class Measures:
    """One card on the later outcomes.

    ``bins`` are (mean probability foretold, share that stayed, people) from the lowest to the highest
    forecast; ``calibration_error`` is the mean distance of the two, weighted by people. ``by_order`` orders
    the people of an order, ``by_worker`` the orders of a person, both by how far the offers came.
    """

    version: str
    log_loss: float
    auc: float
    calibration_error: float
    bins: list[tuple[float, float, int]]
    by_order: Ranked
    by_worker: Ranked


def calibrate(history: History, card: Scorecard, months: int) -> tuple[float, float]:
    """Base and slope of the logistic line from points to probability, fitted on ``history``."""
    from sklearn.linear_model import LogisticRegression

    known = history.stayed[months] != UNKNOWN
    points = scores_of(history.levels[known], card)[:, None] / POINTS_PER_UNIT
    line = LogisticRegression(C=1e6).fit(points, history.stayed[months][known])
    return float(line.intercept_[0]), float(line.coef_[0, 0])


def probability(levels: np.ndarray, card: Scorecard, line: tuple[float, float]) -> np.ndarray:
    """The probability of staying of every row of levels, float64."""
    return 1 / (1 + np.exp(-(line[0] + line[1] * scores_of(levels, card) / POINTS_PER_UNIT)))


def measure(later: History, card: Scorecard, line: tuple[float, float], months: int) -> Measures:
    """Judge a card with its probability line on later outcomes; both outcomes must occur among them."""
    from sklearn.metrics import log_loss, roc_auc_score

    known = later.stayed[months] != UNKNOWN
    stayed, chance = later.stayed[months][known], probability(later.levels[known], card, line)
    bins = calibration_bins(chance, stayed)
    apart = sum(abs(foretold - seen) * people for foretold, seen, people in bins) / len(stayed)
    scores = scores_of(later.levels, card)
    return Measures(
        version=card.version,
        log_loss=float(log_loss(stayed, chance, labels=[0, 1])),
        auc=float(roc_auc_score(stayed, chance)),
        calibration_error=apart,
        bins=bins,
        by_order=ndcg(later.order, later.reached, scores),
        by_worker=ndcg(later.worker, later.reached, scores),
    )


def calibration_bins(chance: np.ndarray, stayed: np.ndarray) -> list[tuple[float, float, int]]:
    """Cut the forecasts into up to ten parts of equal size, none under 30 people."""
    count = max(1, min(BINS, len(chance) // LEAST_IN_BIN))
    parts = np.array_split(np.argsort(chance, kind="stable"), count)
    return [(float(chance[part].mean()), float(stayed[part].mean()), len(part)) for part in parts]


def ndcg(query: np.ndarray, gain: np.ndarray, score: np.ndarray) -> Ranked:
    """Mean NDCG over the queries whose known gains differ."""
    gains = ndcg_each(query, gain, score)
    return Ranked(float(gains.mean()) if len(gains) else None, len(gains))


def ndcg_each(query: np.ndarray, gain: np.ndarray, score: np.ndarray) -> np.ndarray:
    """NDCG of every query (at most 2,000) whose known gains differ, float64; ties in the score are
    averaged."""
    from sklearn.metrics import ndcg_score

    rows = np.flatnonzero(gain != UNKNOWN)
    rows = rows[np.argsort(query[rows], kind="stable")]
    bounds = np.flatnonzero(np.diff(query[rows])) + 1
    parts = [part for part in np.split(rows, bounds) if len(part) and np.ptp(gain[part])][:MOST_QUERIES]
    return np.array([ndcg_score([gain[part]], [score[part]]) for part in parts])


def ranking_lost(later: History, champion: Scorecard, challenger: Scorecard) -> list[tuple[float, float]]:
    """By how much NDCG falls, with its standard error, among the people of an order and the orders of a
    person."""
    losses = []
    for query in (later.order, later.worker):
        before, after = (
            ndcg_each(query, later.reached, scores_of(later.levels, card)) for card in (champion, challenger)
        )
        lost, queries = before - after, max(len(before), 2)
        losses.append((float(lost.mean()), float(lost.std() / np.sqrt(queries))) if len(lost) else (0.0, 0.0))
    return losses


def log_losses(chance: np.ndarray, stayed: np.ndarray) -> np.ndarray:
    """Log loss of every row, float64."""
    return -np.log(np.where(stayed == 1, chance, 1 - chance))


def clustered_error(values: np.ndarray, cluster: np.ndarray) -> float:
    """Standard error of the mean of ``values`` when rows of one cluster (one order) hang together."""
    _, numbers = np.unique(cluster, return_inverse=True)
    sums = np.bincount(numbers, values - values.mean())
    return float(np.sqrt((sums**2).sum()) / len(values))
