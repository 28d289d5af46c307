"""What became of finished offers, as arrays: the material that a card is learned from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from matching.pairs.scorecard import FACTORS, LEVELS, Scorecard

UNKNOWN = -1
MONTHS = (3, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One finished offer.

    ``levels`` are the pair's levels when it was offered, in the order of ``FACTORS`` (see :func:`levels_of`).
    ``stayed`` says for 3 and 6 months whether the worker hired was still there; a month that is missing is
    unknown. ``reached`` is how far the offer came: 0 no hire or no arrival, 1 arrived, 2 there after three
    months, 3 there after six; None while unknown. ``groups`` holds the person's sex, ethnicity, county: no
    model sees them, the audit counts by them.

    >>> levels = (20, 0, 0, 1, 0, 2, 0, 0)
    >>> offer = Outcome(order_id="A", worker_id="1", offered_on=date(2025, 3, 1), levels=levels)
    >>> History.of([offer]).levels.tolist()
    [[20, 0, 0, 1, 0, 2, 0, 0]]
    """

    order_id: str
    worker_id: str
    offered_on: date
    levels: tuple[int, ...]
    stayed: Mapping[int, bool] = field(default_factory=dict)
    reached: int | None = None
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """Outcomes as arrays of equal length, earliest offer first.

    ``levels`` is uint8 of shape (rows, factors); ``stayed`` int8 by month, ``reached`` int8, both -1 where
    unknown; ``day`` the ordinal of the offer's date; ``order`` and ``worker`` number the two sides;
    ``groups`` holds one text per row and attribute, empty where unknown.

    >>> len(History.of([]))
    0
    """

    levels: np.ndarray
    stayed: Mapping[int, np.ndarray]
    reached: np.ndarray
    day: np.ndarray
    order: np.ndarray
    worker: np.ndarray
    groups: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "History":
        """Turn outcomes into arrays. Raises ``ValueError`` for levels that no card has."""
        rows = sorted(outcomes, key=lambda row: (row.offered_on, row.order_id, row.worker_id))
        levels = np.array([row.levels for row in rows], np.int64).reshape(-1, len(FACTORS))
        if (levels < 0).any() or (levels >= list(LEVELS.values())).any():
            raise ValueError("a level lies outside of its factor")
        names = dict.fromkeys(name for row in rows for name in row.groups)
        return cls(
            levels=levels.astype(np.uint8),
            stayed={month: _known([row.stayed.get(month) for row in rows]) for month in MONTHS},
            reached=_known([row.reached for row in rows]),
            day=np.array([row.offered_on.toordinal() for row in rows], np.int64),
            order=_numbers([row.order_id for row in rows]),
            worker=_numbers([row.worker_id for row in rows]),
            groups={name: np.array([row.groups.get(name, "") for row in rows], np.str_) for name in names},
        )

    def take(self, rows: np.ndarray) -> "History":
        """Some rows, in the order given (positions or a mask)."""
        return History(
            levels=self.levels[rows],
            stayed={month: values[rows] for month, values in self.stayed.items()},
            reached=self.reached[rows],
            day=self.day[rows],
            order=self.order[rows],
            worker=self.worker[rows],
            groups={name: values[rows] for name, values in self.groups.items()},
        )


def levels_of(factors: Mapping[str, int], card: Scorecard) -> tuple[int, ...]:
    """Read stored points back into levels, by the card that gave them.

    Where several levels of a card are worth the same, the lowest of them (a learned card has no such levels).
    Raises ``ValueError`` when a factor is missing or its points are not on the card.

    >>> from matching.pairs.scorecard import DEFAULT_SCORECARD
    >>> levels_of({name: row[-1] for name, row in DEFAULT_SCORECARD.points.items()}, DEFAULT_SCORECARD)
    (20, 10, 4, 5, 1, 2, 1, 1)
    """
    try:
        return tuple(row.index(factors[name]) for name, row in card.points.items())
    except (KeyError, ValueError) as error:
        raise ValueError(f"not points of card {card.version}: {dict(factors)}") from error


def _known(values: Sequence[int | None]) -> np.ndarray:
    return np.array([UNKNOWN if value is None else value for value in values], np.int8)


def _numbers(names: Sequence[str]) -> np.ndarray:
    return (
        np.unique(np.array(names, np.str_), return_inverse=True)[1] if len(names) else np.empty(0, np.int64)
    )
