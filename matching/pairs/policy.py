"""What the province wants of an assignment besides points."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

# Worth more than any pair's points: one more person placed always pays for any better fit elsewhere
# of a few others.
PLACEMENT_BONUS = 100_000


@dataclass(frozen=True, slots=True)
class Policy:
    """Knobs of :func:`matching.assign`; the default is the largest total of points.

    ``placements_first`` places as many people as possible before it looks at points; ``pairing_bonus`` adds
    points to pairs of counties that the order gives priority to; ``reserved`` keeps places of an order for
    workers trained for it (order id -> places); ``county_floors`` asks for at least so many placements from a
    county (county code -> people), as far as feasible pairs allow. ``gap`` is the relative distance from the
    bound at which to stop.

    Raises ``ValueError`` for negative numbers or a gap outside 0 .. 1.

    >>> Policy(placements_first=True, county_floors={"441802": 20}).gap
    0.0001
    >>> Policy(gap=2)
    Traceback (most recent call last):
    ValueError: policy: gap must lie between 0 and 1
    """

    placements_first: bool = False
    pairing_bonus: int = 0
    reserved: Mapping[str, int] = field(default_factory=dict)
    county_floors: Mapping[str, int] = field(default_factory=dict)
    gap: float = 1e-4

    def __post_init__(self) -> None:
        amounts = [self.pairing_bonus, *self.reserved.values(), *self.county_floors.values()]
        if any(type(amount) is not int or amount < 0 for amount in amounts):
            raise ValueError("policy: pairing_bonus, reserved and county_floors take whole numbers from 0")
        if type(self.placements_first) is not bool:
            raise ValueError("policy: placements_first is true or false")
        if not 0 <= self.gap <= 1:
            raise ValueError("policy: gap must lie between 0 and 1")

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Policy":
        """The policy of a JSON object. Raises ``ValueError`` for unknown names.

        >>> Policy.from_dict({"pairing_bonus": 40}).pairing_bonus
        40
        """
        known = {knob.name for knob in fields(cls)}
        if not isinstance(content, Mapping) or set(content) - known:
            raise ValueError(f"policy: knobs are {', '.join(sorted(known))}")
        return cls(**content)
