"""What a card's order of the lists of before would have been worth, told from whom offices offered from them.

An office reads a list and offers to some of it, those at the top more often. How often, by place in the list,
is the chance that somebody was offered (inverse propensity); the other way offers to as many, from the top of
the same list ordered by another card. See :mod:`matching.learn.off_policy`.
"""

from dataclasses import dataclass

import numpy as np

from matching.learn.evaluation import probability
from matching.learn.fit import POINTS_PER_UNIT, scores_of
from matching.learn.off_policy import Estimate, off_policy
from matching.learn.outcomes import UNKNOWN
from matching.pairs.scorecard import Scorecard

# Fewer known outcomes, or as few of equal weight, are not worth an interval.
LEAST_KNOWN, LEAST_EFFECTIVE = 100, 30


@dataclass(frozen=True, slots=True)
class PastLists:
    """Lists from which somebody was offered, one entry a person listed.

    ``of`` numbers the list, ``rank`` is the place in it from 1, ``offered`` whether it became an offer,
    ``there`` (int8) whether the offer led to somebody still there: 1, 0, or -1 while unknown and without an
    offer. ``levels`` is uint8 of shape (entries, factors).

    >>> one_list = np.array([0, 0]), np.array([1, 2]), np.array([True, False]), np.array([1, -1])
    >>> past = PastLists(*one_list, np.zeros((2, 8), np.uint8))
    >>> chance_of_offer(past).tolist()
    [1.0, 0.0]
    """

    of: np.ndarray
    rank: np.ndarray
    offered: np.ndarray
    there: np.ndarray
    levels: np.ndarray


@dataclass(frozen=True, slots=True)
class ListsValue:
    """Offers of whose outcome we know, the share of them that led to somebody still there, and that share had
    as many been offered from the top by the other card: by weights alone, and doubly robust.

    >>> told = Estimate(0.4, 0.35, 0.45, 380.0)
    >>> ListsValue(lists=120, offers=600, known=450, done=0.31, weighted=told, robust=told).weighted.value
    0.4
    """

    lists: int
    offers: int
    known: int
    done: float
    weighted: Estimate
    robust: Estimate


def value_of_lists(past: PastLists, card: Scorecard) -> ListsValue | None:
    """What ``card`` would have been worth on the lists of before; None where too little is known.

    Assumed: who of a list was offered depends, besides chance, on the place in it alone.

    >>> from matching import DEFAULT_SCORECARD
    >>> nobody = np.empty(0, np.int64)
    >>> empty = PastLists(nobody, nobody, nobody.astype(bool), nobody, np.empty((0, 8), np.uint8))
    >>> value_of_lists(empty, DEFAULT_SCORECARD) is None
    True
    """
    known = past.offered & (past.there != UNKNOWN)
    stayed = past.there[known].astype(float)
    if len(stayed) < LEAST_KNOWN or len(np.unique(stayed)) < 2:
        return None
    chosen = from_the_top(past, card)
    if not (chosen & known).any():
        return None
    foretold = probability(past.levels, card, _line(past.levels[known], stayed, card))
    lists, place = np.unique(past.of, return_inverse=True)
    wanted = np.bincount(place[chosen], foretold[chosen], len(lists)) / np.bincount(
        place[chosen], None, len(lists)
    ).clip(1)
    chances = chance_of_offer(past)[known], chosen[known].astype(float)
    weighted = off_policy(stayed, *chances)
    robust = off_policy(stayed, *chances, foretold[known], wanted[place[known]])
    if weighted.effective < LEAST_EFFECTIVE:
        return None
    offers = int(past.offered.sum())
    return ListsValue(len(lists), offers, len(stayed), float(stayed.mean()), weighted, robust)


def chance_of_offer(past: PastLists) -> np.ndarray:
    """The share of those listed at such a place who were offered: at the first, second and third, fourth to
    seventh and so on."""
    band = np.log2(past.rank).astype(np.int64)
    offered, listed = np.bincount(band, past.offered), np.bincount(band)
    chance: np.ndarray = (offered / np.maximum(listed, 1))[band]
    return chance


def from_the_top(past: PastLists, card: Scorecard) -> np.ndarray:
    """Whether each entry is among as many of its list, ordered by ``card``, as were offered; at equal points
    the list's own order holds."""
    order = np.lexsort((past.rank, -scores_of(past.levels, card), past.of))
    _, firsts, sizes = np.unique(past.of[order], return_index=True, return_counts=True)
    within = np.arange(len(order)) - np.repeat(firsts, sizes)
    as_many = np.add.reduceat(past.offered[order].astype(np.int64), firsts)
    chosen = np.zeros(len(order), bool)
    chosen[order] = within < np.repeat(as_many, sizes)
    return chosen


def _line(levels: np.ndarray, stayed: np.ndarray, card: Scorecard) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    points = scores_of(levels, card)[:, None] / POINTS_PER_UNIT
    line = LogisticRegression(C=1e6).fit(points, stayed)
    return float(line.intercept_[0]), float(line.coef_[0, 0])
