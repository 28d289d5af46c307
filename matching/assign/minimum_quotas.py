"""A floor of placements per county: its people are worth more until enough of them are placed."""

from collections.abc import Mapping

import numpy as np

from matching.pairs.columns import Frame
from matching.pairs.rules import county

FIRST_WORTH = 25
QUOTA_ROUNDS = 7


class MinimumQuotas:
    """Lagrange multipliers of the floors, in points: ``worth`` is what every worker counts extra."""

    def __init__(self, quotas: Mapping[str, int], workers: Frame) -> None:
        column = workers.columns["county_code"]
        self._counties = sorted(quotas)
        self._quotas = np.array([quotas[code] for code in self._counties], np.int64)
        numbers = {code: number for number, code in enumerate(self._counties)}
        of_value = np.array([numbers.get(county(value), -1) for value in column.values], np.int64)
        self._county = of_value[column.codes] if len(column.codes) else np.empty(0, np.int64)
        self._multiplier = np.zeros(len(self._counties) + 1, np.int64)

    @property
    def worth(self) -> np.ndarray:
        """Extra points of every worker, int64; 0 for counties without a floor."""
        return self._multiplier.take(self._county)

    @property
    def most_worth(self) -> int:
        """The largest extra that :meth:`raise_worth` can reach."""
        return FIRST_WORTH << QUOTA_ROUNDS if self._counties else 0

    def worth_of_quotas(self) -> int:
        """What the floors themselves are worth: taken off the bound."""
        return int((self._multiplier[:-1] * self._quotas).sum())

    def below(self, placed: np.ndarray) -> np.ndarray:
        """Numbers of the counties with too few among the placed."""
        county = self._county[placed]
        return np.flatnonzero(np.bincount(county[county >= 0], minlength=len(self._quotas)) < self._quotas)

    def raise_worth(self, counties: np.ndarray) -> None:
        """Double the multipliers of some counties."""
        self._multiplier[counties] = np.maximum(2 * self._multiplier[counties], FIRST_WORTH)
