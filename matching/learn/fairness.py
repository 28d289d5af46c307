"""Is any group worse off under the new card? Sex, ethnicity and county are counted by here, and nowhere else.

Two questions per group, on the later outcomes. *Selection*: how many of the group stand in the better half of
all, under the old card and under the new one. *Calibration*: how much more of the group stayed than the card
foretold; a positive figure is a group that is sold short. A group is worse off when the harm is larger than
the bound and no chance: with fifty groups, one in twenty audits may raise a false alarm, not nearly every
one. Harm beyond the bound that may be chance is marked to be watched.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.learn.outcomes import History

SMALLEST_GROUP = 50
MOST_SELECTION_LOST = 0.10
MOST_SOLD_SHORT = 0.10
FALSE_ALARMS = 0.05
ROUNDED_TO = 10


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group. Pairs are (champion, challenger); ``people`` is rounded to tens.

    ``place`` is the mean percentile of the group's scores (50 is the middle), ``selected`` the share in the
    better half, ``sold_short`` the share that stayed minus the share foretold. ``worse`` stops the card,
    ``watch`` is beyond the bound but may be chance.
    """

    attribute: str
    group: str
    people: int
    place: tuple[float, float]
    selected: tuple[float, float]
    sold_short: tuple[float, float]
    worse: bool
    watch: bool


@dataclass(frozen=True, slots=True)
class CardView:
    """What one card says of the later outcomes: points and probabilities, row by row."""

    scores: np.ndarray
    chance: np.ndarray


def audit(later: History, stayed: np.ndarray, champion: CardView, challenger: CardView) -> list[GroupResult]:
    """Every group of at least 50 people with a known outcome, largest first within its attribute."""
    from scipy.stats import norm

    views = [(*places_of(card.scores), card.chance) for card in (champion, challenger)]
    judged = [(name, *group) for name, values in later.groups.items() for group in _groups(values)]
    errors = float(norm.isf(FALSE_ALARMS / max(2 * len(judged), 1)))
    return [_group_result(name, group, rows, stayed, views, errors) for name, group, rows in judged]


def too_small(later: History) -> dict[str, int]:
    """How many groups of each attribute are too small to be judged."""
    counts = {
        name: np.unique(values[values != ""], return_counts=True)[1] for name, values in later.groups.items()
    }
    return {name: int((sizes < SMALLEST_GROUP).sum()) for name, sizes in counts.items()}


def places_of(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row's percentile (0 to 1, ties in the middle), and whether it is in the better half.

    Rows that tie at the middle share what is left of the better half: between 0 and 1 each, half of all in
    sum.
    """
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    above = len(scores) - below - counts
    chosen = np.clip((len(scores) / 2 - above) / counts, 0, 1)
    return ((below + counts / 2) / len(scores))[place], chosen[place]


def _groups(values: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    names, counts = np.unique(values, return_counts=True)
    for n in np.argsort(-counts, kind="stable"):
        if names[n] and counts[n] >= SMALLEST_GROUP:
            yield str(names[n]), np.flatnonzero(values == names[n])


def _group_result(
    attribute: str,
    group: str,
    rows: np.ndarray,
    stayed: np.ndarray,
    views: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    errors: float,
) -> GroupResult:
    places = [place[rows] for place, _chosen, _chance in views]
    chosen = [half[rows] for _place, half, _chance in views]
    short = [stayed[rows] - chance[rows] for _place, _chosen, chance in views]
    harms = [_harm(chosen[0] - chosen[1], MOST_SELECTION_LOST, errors)]
    if short[1].mean() > short[0].mean():
        harms.append(_harm(short[1], MOST_SOLD_SHORT, errors))
    return GroupResult(
        attribute=attribute,
        group=group,
        people=round(len(rows) / ROUNDED_TO) * ROUNDED_TO,
        place=(100 * float(places[0].mean()), 100 * float(places[1].mean())),
        selected=(float(chosen[0].mean()), float(chosen[1].mean())),
        sold_short=(float(short[0].mean()), float(short[1].mean())),
        worse=any(sure for _beyond, sure in harms),
        watch=any(beyond and not sure for beyond, sure in harms),
    )


def _harm(values: np.ndarray, bound: float, errors: float) -> tuple[bool, bool]:
    """Whether the mean harm lies beyond the bound, and whether that is no chance besides."""
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    return bool(mean > bound), bool(mean > bound and mean > errors * error)
