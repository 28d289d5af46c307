"""The scorecard: which factor is worth how many points at which level. Integers only.

A factor of a pair has a small integer *level* (``matching.pairs.reference_scorer`` defines them); the card
turns each level into points. A learned card is the same card with other numbers.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from matching.i18n import N_

FACTORS: dict[str, str] = {
    "occupation": N_("工种对口"),
    "experience": N_("干过类似的活"),
    "skills": N_("技能符合"),
    "wage": N_("工资高于期望"),
    "pairing": N_("结对帮扶优先"),
    "distance": N_("离家近"),
    "villagers": N_("有同乡在"),
    "training": N_("为这个岗位培训过"),
}
LEVELS: dict[str, int] = {
    "occupation": 21,
    "experience": 11,
    "skills": 5,
    "wage": 6,
    "pairing": 2,
    "distance": 3,
    "villagers": 2,
    "training": 2,
}
MOST_POINTS = 4000


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Points per factor and level. ``points[factor][level]`` never falls as the level rises.

    Raises ``ValueError`` when a factor is missing, has the wrong number of levels, is not a whole number, is
    negative, falls, or exceeds :data:`MOST_POINTS`.

    >>> dearer = Scorecard("mine", {**DEFAULT_SCORECARD.points, "pairing": (0, 120)})
    >>> dearer.points["pairing"], Scorecard.from_json(dearer.as_json()) == dearer, len(dearer.digest())
    ((0, 120), True, 64)
    >>> Scorecard("wrong", {**DEFAULT_SCORECARD.points, "pairing": (80, 0)})
    Traceback (most recent call last):
    ValueError: card wrong: pairing needs 2 rising whole numbers
    """

    version: str
    points: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        if list(self.points) != list(FACTORS):
            raise ValueError(f"card {self.version}: factors must be {', '.join(FACTORS)}")
        object.__setattr__(self, "points", {factor: tuple(row) for factor, row in self.points.items()})
        for factor, row in self.points.items():
            self._check(factor, row)

    def __hash__(self) -> int:
        return hash(self.version)

    def _check(self, factor: str, row: tuple[int, ...]) -> None:
        whole = all(type(value) is int and 0 <= value <= MOST_POINTS for value in row)
        if len(row) != LEVELS[factor] or not whole or list(row) != sorted(row):
            raise ValueError(f"card {self.version}: {factor} needs {LEVELS[factor]} rising whole numbers")

    def as_json(self) -> str:
        """The card as canonical JSON text: the same card always gives the same text."""
        content = {"version": self.version, "points": {name: list(row) for name, row in self.points.items()}}
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """SHA-256 of :meth:`as_json`, hexadecimal."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> "Scorecard":
        """The card that :meth:`as_json` wrote. Raises ``ValueError`` for anything else."""
        try:
            content = json.loads(text)
            points = {name: tuple(content["points"][name]) for name in FACTORS}
            return cls(str(content["version"]), points)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a scorecard: {error}") from error


DEFAULT_SCORECARD = Scorecard(
    version="2026.3",
    points={
        "occupation": tuple(20 * level for level in range(21)),
        "experience": tuple(15 * level for level in range(11)),
        "skills": (0, 30, 60, 90, 120),
        "wage": (0, 10, 40, 60, 80, 100),
        "pairing": (0, 80),
        "distance": (0, 25, 50),
        "villagers": (0, 40),
        "training": (0, 200),
    },
)
