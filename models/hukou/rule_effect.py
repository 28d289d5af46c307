"""What releasing a rule's new version would change: for how many people, and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.hukou.evaluation import Verdict

Move = tuple[Verdict, Verdict]


@dataclass(frozen=True)
class ChangedPerson:
    """A person whose answer the new version would turn."""

    worker_id: int
    county_code: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True)
class RuleEffect:
    """Both versions asked about ``people``; ``moves`` holds changes only, ``changed`` at most 200 people."""

    people: int
    before: dict[Verdict, int]
    after: dict[Verdict, int]
    moves: dict[Move, int]
    changed: list[ChangedPerson]
    day: date

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "RuleEffect":
        """The effect that :meth:`as_json` wrote."""
        return cls(
            kept["people"],
            {Verdict(verdict): n for verdict, n in kept["before"].items()},
            {Verdict(verdict): n for verdict, n in kept["after"].items()},
            {_move(text): n for text, n in sorted(kept["moves"].items())},
            [
                ChangedPerson(number, county, Verdict(a), Verdict(b))
                for number, county, a, b in kept["changed"]
            ],
            date.fromisoformat(kept["day"]),
        )

    def as_json(self) -> dict[str, Any]:
        """{"people", "before", "after": {verdict: n}, "moves": {"fails>meets": n}, "changed": [[worker_id,
        county_code, from, to]], "day"}.
        """
        return {
            "people": self.people,
            "before": {verdict.value: n for verdict, n in self.before.items()},
            "after": {verdict.value: n for verdict, n in self.after.items()},
            "moves": {f"{old.value}>{new.value}": n for (old, new), n in self.moves.items()},
            "changed": [
                [person.worker_id, person.county_code, person.before.value, person.after.value]
                for person in self.changed
            ],
            "day": self.day.isoformat(),
        }


def _move(text: str) -> Move:
    old, new = text.split(">")
    return Verdict(old), Verdict(new)
