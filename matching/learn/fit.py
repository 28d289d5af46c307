"""From outcomes to integer points: a logistic model whose weights never fall as a level rises.

The model is logistic in steps: ``log-odds = base + sum of the steps up to the pair's level``, every step at
least 0, so that it *is* a scorecard. With few outcomes it stays near the present card: the penalty pulls the
steps towards the present card's own, times one free factor; what the outcomes do not speak of stays as it is.
"""

from dataclasses import dataclass

import numpy as np

from matching.pairs.scorecard import FACTORS, LEVELS, Scorecard

POINTS_PER_UNIT = 100
PENALTIES = (1.0, 10.0, 100.0)
# Not a forecast but the programme's own rule (粤办发〔2016〕32号): helping and helped places exchange people.
KEPT = ("pairing",)
SPEAKS = 1e-3


@dataclass(frozen=True, slots=True)
class Counted:
    """Distinct rows of levels with how many stayed out of how many, float64."""

    steps: np.ndarray
    stayed: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, levels: np.ndarray, stayed: np.ndarray) -> "Counted":
        """Count equal rows together; ``stayed`` is 0 or 1 a row."""
        distinct, row = np.unique(levels, axis=0, return_inverse=True)
        row = row.ravel()
        return cls(steps_of(distinct), np.bincount(row, stayed).astype(float), np.bincount(row).astype(float))


def steps_of(levels: np.ndarray) -> np.ndarray:
    """Levels (rows, factors) as steps climbed, float64 of shape (rows, sum of levels - factors)."""
    climbed = [levels[:, [n]] >= np.arange(1, count) for n, count in enumerate(LEVELS.values())]
    return np.concatenate(climbed, axis=1).astype(float)


def steps_on(card: Scorecard) -> np.ndarray:
    """The points of every step of a card, in units of :data:`POINTS_PER_UNIT`."""
    return np.concatenate([np.diff(row) for row in card.points.values()]) / POINTS_PER_UNIT


def fit_steps(data: Counted, prior: np.ndarray, penalty: float) -> np.ndarray:
    """The log-odds of every step, each at least 0, float64 of the shape of ``prior``."""
    from scipy.optimize import minimize

    start = np.concatenate([[0.0, 0.5], 0.5 * prior])
    bounds = [(None, None)] + [(0, None)] * (1 + len(prior))
    optimum = minimize(_loss, start, (data, prior, penalty), jac=True, method="L-BFGS-B", bounds=bounds)
    steps: np.ndarray = optimum.x[2:]
    return steps


def _loss(values: np.ndarray, data: Counted, prior: np.ndarray, penalty: float) -> tuple[float, np.ndarray]:
    """Negative log likelihood with the pull towards ``scale * prior``, and its gradient."""
    base, scale, steps = values[0], values[1], values[2:]
    odds = base + data.steps @ steps
    away = steps - scale * prior
    loss = (data.known * np.logaddexp(0, odds) - data.stayed * odds).sum() + penalty / 2 * (away @ away)
    error = data.known / (1 + np.exp(-odds)) - data.stayed
    slope = np.concatenate([[error.sum(), -penalty * (away @ prior)], error @ data.steps + penalty * away])
    return float(loss), slope


def choose_steps(levels: np.ndarray, stayed: np.ndarray, champion: Scorecard) -> np.ndarray:
    """Fit with the penalty that foretells the last quarter best (rows stand in order of time)."""
    prior, cut = steps_on(champion), 3 * len(levels) // 4
    first, last = Counted.of(levels[:cut], stayed[:cut]), Counted.of(levels[cut:], stayed[cut:])

    def log_loss_of(penalty: float) -> float:
        odds = last.steps @ fit_steps(first, prior, penalty)
        return _log_loss_at_best_base(odds, last)

    return fit_steps(Counted.of(levels, stayed), prior, min(PENALTIES, key=log_loss_of))


def _log_loss_at_best_base(odds: np.ndarray, data: Counted) -> float:
    from scipy.optimize import minimize_scalar

    def loss(base: float) -> float:
        return float((data.known * np.logaddexp(0, odds + base) - data.stayed * (odds + base)).sum())

    return float(minimize_scalar(loss, bounds=(-30, 30), method="bounded").fun)


def card_of(steps: np.ndarray, champion: Scorecard, version: str) -> Scorecard:
    """Turn steps in log-odds into whole points that add up to as much as the champion's.

    Every level is worth at least one point more than the one below, so that stored points can always be read
    back into levels. Steps that say nothing at all give the champion's points.
    """
    own, before = _rows(steps), _rows(steps_on(champion))
    free = [name for name in FACTORS if name not in KEPT]
    total, target = (sum(rows[name][-1] for name in free) for rows in (own, before))
    if total < SPEAKS:
        return Scorecard(version, dict(champion.points))
    scale = POINTS_PER_UNIT * target / total
    learned = {name: _rising(own[name] * scale) for name in free}
    return Scorecard(version, {name: learned.get(name, champion.points[name]) for name in FACTORS})


def _rows(steps: np.ndarray) -> dict[str, np.ndarray]:
    ends = np.cumsum([count - 1 for count in LEVELS.values()])
    parts = np.split(steps, ends[:-1])
    return {name: np.concatenate([[0.0], np.cumsum(part)]) for name, part in zip(FACTORS, parts, strict=True)}


def _rising(values: np.ndarray) -> tuple[int, ...]:
    whole, rank = np.rint(values).astype(int), np.arange(len(values))
    return tuple((np.maximum.accumulate(whole - rank) + rank).tolist())


def scores_of(levels: np.ndarray, card: Scorecard) -> np.ndarray:
    """Points of every row of levels, int64 of shape (rows,)."""
    columns = [np.array(row, np.int64)[levels[:, n]] for n, row in enumerate(card.points.values())]
    points: np.ndarray = np.sum(columns, axis=0)
    return points
