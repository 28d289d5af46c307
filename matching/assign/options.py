"""What groups may choose among, and who ends up where."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Options:
    """``orders[k]`` are the orders of the members of group ``group[k]`` under option ``k``, worth
    ``value[k]``."""

    group: np.ndarray
    value: np.ndarray
    orders: list[tuple[int, ...]]

    def of_group(self, groups: int) -> list[list[int]]:
        """The option numbers of every group."""
        numbers: list[list[int]] = [[] for _ in range(groups)]
        for option, group in enumerate(self.group.tolist()):
            numbers[group].append(option)
        return numbers


@dataclass(frozen=True)
class Placement:
    """The edge of every single worker, the option of every group, and the prices.

    ``limit`` bounds every placement on the same edges and options, ``None`` where only prices do;
    ``is_stopped`` says that a search for a better one ended at its limit.
    """

    edge: np.ndarray
    option: np.ndarray
    prices: np.ndarray
    value: int
    limit: int | None = None
    is_stopped: bool = False
