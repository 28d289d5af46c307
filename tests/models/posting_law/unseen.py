"""The sets of phrasings written before anything was made for them, and what the check says to each.

Used by ``test_unseen.py`` and by ``make bench-law``; the classifier learns from none of them.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.orders.legal_check import shipped_wage_table
from models.posting_law import Finding, Floor, Level, MinimumWage, Posting, check_posting
from models.posting_law.doubts import machine_doubts

HERE = Path(__file__).parent
FOSHAN, DAY = "440600", date(2026, 10, 1)


class Phrasing(NamedTuple):
    """A passage and what it offends, "ok" for a lawful one; city and day where the passage names them."""

    kind: str
    text: str
    city: str
    day: date


class Setting(NamedTuple):
    """The day on which a set's passages are posted, and the minimum wages they are held against.

    The independent set names cities and years, so it is held against the shipped table.
    """

    day: date
    wages: MinimumWage


class Outcome(NamedTuple):
    """What rules and machine said to a passage."""

    findings: list[Finding]
    doubts: list[Finding]

    @property
    def blocked(self) -> bool:
        return any(finding.level is Level.BLOCK for finding in self.findings)


def _proven(city: str, day: date) -> Floor:
    return Floor(2080, "粤府函〔2025〕23号", True)


SETS = {
    "first_seen": Setting(DAY, _proven),
    "second_seen": Setting(DAY, _proven),
    "independent": Setting(DAY, shipped_wage_table()),
}


def phrasings(name: str) -> list[Phrasing]:
    """Every line "kind|text" or "kind@city@day|text" of a set."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    heads = [line.partition("|")[::2] for line in lines if not line.startswith("#")]
    return [_phrasing(head, text, SETS[name].day) for head, text in heads]


def _phrasing(head: str, text: str, day: date) -> Phrasing:
    kind, *place = head.split("@")
    if not place:
        return Phrasing(kind, text, FOSHAN, day)
    city, posted_on = place
    return Phrasing(kind, text, city, date.fromisoformat(posted_on))


def look(name: str, phrasing: Phrasing) -> Outcome:
    """What the rules find in a phrasing of the set ``name``, and what the machine doubts besides."""
    posting = Posting("", phrasing.text, phrasing.city, None, phrasing.day)
    findings = check_posting(posting, SETS[name].wages)
    return Outcome(findings, machine_doubts(posting, findings))
