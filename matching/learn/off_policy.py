"""What another way of placing people would have been worth, told from what became of those who were placed.

Weights stand for how much likelier the other way sends a person where they were sent (inverse propensity,
Horvitz and Thompson 1952, normalised after Hajek); the doubly robust estimate adds a model of outcomes and is
right when either the propensities or the model are (Robins, Rotnitzky and Zhao 1994).
"""

from dataclasses import dataclass

import numpy as np

CERTAINTY = 1.96
# Weights above this are cut: one person may not stand for a village.
LARGEST_WEIGHT = 50.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of people who stay, ``low`` to ``high`` with 95 % certainty, and how many people it rests on.

    ``effective`` is the number of people of equal weight that would be as certain (Kish).

    >>> Estimate(0.4, 0.35, 0.45, 380.0).value
    0.4
    """

    value: float
    low: float
    high: float
    effective: float


def off_policy(
    stayed: np.ndarray,
    propensity: np.ndarray,
    target: np.ndarray,
    foretold: np.ndarray | None = None,
    foretold_target: np.ndarray | None = None,
) -> Estimate:
    """The share that would stay under another way of placing people.

    One entry a person with a known outcome: ``stayed`` 0 or 1, ``propensity`` the chance that the way in use
    sent the person where they went (above 0), ``target`` the chance that the other way does. With
    ``foretold`` (a model's chance of staying there) and ``foretold_target`` (the same where the other way
    sends the person) the estimate is doubly robust, without them it is by inverse propensity alone.

    Raises ``ValueError`` for propensities not above 0, and where the two ways never agree.

    >>> stayed, same = np.array([1, 0, 1, 1]), np.full(4, 0.5)
    >>> off_policy(stayed, same, np.array([1.0, 0.0, 1.0, 0.0])).value
    1.0
    """
    if not len(stayed) or (propensity <= 0).any() or not (target > 0).any():
        raise ValueError("propensities must be above 0, and the two ways must agree somewhere")
    weight = np.minimum(target / propensity, LARGEST_WEIGHT)
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    if foretold is None or foretold_target is None:
        value = float((weight * stayed).sum() / weight.sum())
        influence = weight * (stayed - value) / weight.mean()
    else:
        terms = foretold_target + weight / weight.mean() * (stayed - foretold)
        value = float(terms.mean())
        influence = terms - value
    error = float(influence.std(ddof=1) / np.sqrt(len(stayed))) if len(stayed) > 1 else float("inf")
    return Estimate(value, value - CERTAINTY * error, value + CERTAINTY * error, effective)
