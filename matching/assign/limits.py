"""How far a search may go. Counts, never seconds: a time limit would make results differ between machines."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """``options`` is the largest number of pairs that HiGHS is given where groups are among the rows,
    ``nodes`` how many branches it may open.

    Raises ``ValueError`` for numbers below 0 or not whole.

    >>> Limits(nodes=0).options
    25000
    >>> Limits(nodes=-1)
    Traceback (most recent call last):
    ValueError: limits: options and nodes are whole numbers from 0
    """

    options: int = 25_000
    nodes: int = 200

    def __post_init__(self) -> None:
        if any(type(number) is not int or number < 0 for number in (self.options, self.nodes)):
            raise ValueError("limits: options and nodes are whole numbers from 0")


DEFAULT_LIMITS = Limits()
