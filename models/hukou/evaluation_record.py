"""The answer of a rule as a case keeps it: on which day, and clause by clause with the fact it rested on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.hukou.evaluation import Answer, Clause, FactValue, Verdict


@dataclass(frozen=True)
class DatedAnswer:
    """What a rule said ``on`` a day. Points and alternatives are not kept: a case has its own points."""

    answer: Answer
    on: date

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "DatedAnswer":
        """The answer that :meth:`as_json` wrote."""
        clauses = tuple(_clause(clause) for clause in kept["clauses"])
        answer = Answer(Verdict(kept["verdict"]), clauses, meets_on=_day(kept.get("meets_on")))
        return cls(answer, date.fromisoformat(kept["on"]))

    def as_json(self) -> dict[str, Any]:
        """{"verdict", "on", "meets_on", "clauses": [...]}, what is not known being null.

        A clause is its condition with "verdict", "known", "source", "as_of", "expires_on", "evidence",
        "meets_on".
        """
        return {
            "verdict": self.answer.verdict.value,
            "on": self.on.isoformat(),
            "meets_on": _written(self.answer.meets_on),
            "clauses": [_clause_json(clause) for clause in self.answer.clauses],
        }


def _clause_json(clause: Clause) -> dict[str, Any]:
    fact = clause.known
    return dict(clause.condition) | {
        "verdict": clause.verdict.value,
        "known": clause.value,
        "source": fact.source if fact else "",
        "as_of": _written(fact.as_of if fact else None),
        "expires_on": _written(fact.expires_on if fact else None),
        "evidence": fact.evidence if fact else None,
        "meets_on": _written(clause.meets_on),
    }


def _clause(kept: Mapping[str, Any]) -> Clause:
    fact, as_of = None, _day(kept.get("as_of"))
    if as_of is not None:
        ends, evidence = _day(kept["expires_on"]), kept["evidence"] or 0
        fact = FactValue(kept["known"], as_of, ends, evidence=evidence, source=kept["source"])
    return Clause(kept, Verdict(kept["verdict"]), kept["known"], fact, _day(kept.get("meets_on")))


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
