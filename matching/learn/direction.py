"""Whether the outcomes contradict the direction of a card: more points where fewer people stayed.

A learned card's points never fall as a level rises, so a factor that works the other way round cannot be
shown by the card itself; it keeps a point or more a level and the rest of the card can still look better on
the whole. A free logistic regression on the same factors shows the sign that the outcomes ask for.
"""

import numpy as np

from matching.pairs.scorecard import FACTORS, Scorecard

# One-sided 5 % over all factors together (Bonferroni), a little harmless shrinkage, Newton's steps.
CONTRADICTED, RIDGE, STEPS = 2.5, 1e-3, 25
# The programme's own rule and no forecast (see ``fit.KEPT``).
NO_FORECAST = ("pairing",)


def slopes(levels: np.ndarray, stayed: np.ndarray, card: Scorecard) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of staying from the lowest to the highest points of each factor, and standard errors.

    ``levels`` has shape (rows, factors), ``stayed`` is 0 or 1 a row. A factor that never varies has slope 0
    and error infinity.

    >>> from matching import DEFAULT_SCORECARD
    >>> dice = np.random.default_rng(1)
    >>> levels = dice.integers(0, 2, (4000, 8))
    >>> stayed = dice.random(4000) < np.where(levels[:, 3] == 1, 0.3, 0.5)
    >>> slope, error = slopes(levels, stayed, DEFAULT_SCORECARD)
    >>> bool(slope[3] < -2.5 * error[3]), bool(abs(slope[0]) < 2.5 * error[0])
    (True, True)
    """
    shares = [np.array(row, float) / max(row[-1], 1) for row in card.points.values()]
    columns = np.stack([share[levels[:, n]] for n, share in enumerate(shares)], axis=1)
    varies = columns.std(axis=0) > 0
    design = np.column_stack([np.ones(len(columns)), columns[:, varies]])
    weights = np.zeros(design.shape[1])
    hessian = np.eye(len(weights))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        hessian = (design * (chance * (1 - chance))[:, None]).T @ design + RIDGE * np.eye(len(weights))
        step = np.linalg.solve(hessian, design.T @ (stayed - chance) - RIDGE * weights)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    slope, error = np.zeros(len(FACTORS)), np.full(len(FACTORS), np.inf)
    slope[varies] = weights[1:]
    error[varies] = np.sqrt(np.diag(np.linalg.inv(hessian)))[1:]
    return slope, error


def contradicted(levels: np.ndarray, stayed: np.ndarray, card: Scorecard) -> list[str]:
    """The factors for which the card gives more points where, beyond chance, fewer people stayed.

    >>> from matching import DEFAULT_SCORECARD
    >>> contradicted(np.zeros((4, 8), int), np.array([0, 1, 0, 1]), DEFAULT_SCORECARD)
    []
    """
    slope, error = slopes(levels, stayed, card)
    return [
        name
        for n, name in enumerate(FACTORS)
        if name not in NO_FORECAST and card.points[name][-1] > 0 and slope[n] < -CONTRADICTED * error[n]
    ]
