"""What a rule says of a person: meets, fails, or cannot tell; clause by clause, with the fact used.

The logic has three values (Kleene): "cannot tell" is never "meets", and a fact that becomes known can turn
"cannot tell" into "meets" or "fails", never the other way round.
"""

import enum
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.hukou.catalogue import FACTS, FactType
from models.i18n import N_
from models.reference.calendar import months_after, months_between


class Verdict(enum.StrEnum):
    """The three answers."""

    MEETS = "meets"
    FAILS = "fails"
    UNKNOWN = "unknown"


VERDICT_LABELS = {
    Verdict.MEETS: N_("符合"),
    Verdict.FAILS: N_("还不符合"),
    Verdict.UNKNOWN: N_("还不清楚"),
}
V = Verdict
COMPARE = {">=": operator.ge, "<=": operator.le, "==": operator.eq}
NEVER = 60  # months, as far as no waiting leads


@dataclass(frozen=True)
class FactValue:
    """One known fact: its value as of a day, until when it counts, how well proven and by what.

    ``growing`` counts of months go on by one a month after ``as_of``; a date is a birthday and stands for an
    age.
    """

    value: Any
    as_of: date
    expires_on: date | None = None
    growing: bool = False
    evidence: int = 0
    source: str = ""

    def on(self, day: date) -> Any:
        """The value on ``day``; None once it has expired."""
        if self.expires_on is not None and self.expires_on < day:
            return None
        if isinstance(self.value, date):
            return months_between(self.value, day) // 12
        if self.growing and day > self.as_of:
            return self.value + months_between(self.as_of, day)
        return self.value


Facts = Mapping[str, FactValue]


def choose(facts: Iterable[tuple[str, FactValue]], day: date) -> dict[str, FactValue]:
    """The fact to use of each name on ``day``: not expired, best proven, then newest."""
    best: dict[str, FactValue] = {}
    for name, known in facts:
        if known.on(day) is None:
            continue
        rival = best.get(name)
        if rival is None or (known.evidence, known.as_of) > (rival.evidence, rival.as_of):
            best[name] = known
    return best


@dataclass(frozen=True)
class Clause:
    """One condition and what became of it. ``value`` is the person's on the day, None when unknown.

    ``meets_on`` is the first day the condition will be met if nothing changes (None: not by waiting);
    ``until`` the last day it still can be (upper ages; a paper that expires can be fetched anew).
    """

    condition: Mapping[str, Any]
    verdict: Verdict
    value: Any = None
    known: FactValue | None = None
    meets_on: date | None = None
    until: date | None = None

    @property
    def fact(self) -> str:
        """The name of the fact it asks for."""
        return str(self.condition["fact"])


@dataclass(frozen=True)
class Answer:
    """What one rule says of one person on one day.

    ``branch`` is the alternative that counts (the best of the rule's ``any``); ``meets_on`` the first day on
    which the whole rule will be met by waiting alone; ``earliest_on`` that day if all that is unknown turns
    out met (None: not by waiting). ``points`` lowest and highest possible, None without a table.
    """

    verdict: Verdict
    clauses: tuple[Clause, ...]
    branch: int | None = None
    meets_on: date | None = None
    points: tuple[int, int] | None = None
    earliest_on: date | None = None

    @property
    def missing(self) -> list[str]:
        """Names of facts that are not known and would decide."""
        return list(dict.fromkeys(c.fact for c in self.clauses if c.verdict is V.UNKNOWN))

    @property
    def failing(self) -> list[Clause]:
        """The clauses that are not met."""
        return [clause for clause in self.clauses if clause.verdict is V.FAILS]

    @property
    def cheapest(self) -> Clause | None:
        """The open clause that takes the least effort and does not come with time; None where all is met."""
        todo = [c for c in self.clauses if c.verdict is not V.MEETS and c.meets_on is None]
        return min(todo, key=lambda clause: FACTS[clause.fact].effort, default=None)


def distance(answer: Answer, day: date) -> int:
    """How far a yes is, in months: the waiting, and the effort of what waiting does not bring.

    The effort is squared: 1 for a paper to fetch, 25 for years of school. 0 where it is met already.
    """
    todo = {c.fact for c in answer.clauses if c.verdict is not V.MEETS and c.meets_on is None}
    wait = NEVER if answer.earliest_on is None else months_between(day, answer.earliest_on)
    return wait + sum(FACTS[name].effort ** 2 for name in todo)


def evaluate(rule: Mapping[str, Any], points: Mapping[str, Any], facts: Facts, day: date) -> Answer:
    """What ``rule`` (a HukouRule's ``conditions``) says of a person with ``facts`` on ``day``.

    A rule without any condition cannot tell. Raises KeyError for a fact that is not in the catalogue.
    """
    score = points_range(points, facts, day) if points.get("items") else None
    required = [judge(condition, facts, day, score) for condition in rule.get("all", ())]
    branches = [[judge(c, facts, day, score) for c in branch] for branch in rule.get("any", ())]
    if not required and not branches:
        return Answer(V.UNKNOWN, (), points=score)
    if not branches:
        return _answer(required, None, score, day)
    answers = [_answer([*required, *branch], number, score, day) for number, branch in enumerate(branches)]
    return min(answers, key=_closeness)


def _answer(clauses: list[Clause], branch: int | None, score: tuple[int, int] | None, day: date) -> Answer:
    verdict = both(clause.verdict for clause in clauses)
    earliest = _first_day([clause for clause in clauses if clause.verdict is not V.UNKNOWN], day)
    meets_on = None if any(clause.verdict is V.UNKNOWN for clause in clauses) else earliest
    return Answer(verdict, tuple(clauses), branch, meets_on, score, earliest)


def both(verdicts: Iterable[Verdict]) -> Verdict:
    """The conjunction: one failure fails, one unknown leaves it unknown."""
    present = set(verdicts)
    return V.FAILS if V.FAILS in present else V.UNKNOWN if V.UNKNOWN in present else V.MEETS


def _closeness(answer: Answer) -> tuple[int, int, date, int, int]:
    order = (V.MEETS, V.UNKNOWN, V.FAILS).index(answer.verdict)
    effort = sum(FACTS[clause.fact].effort for clause in answer.failing)
    return order, len(answer.failing), answer.meets_on or date.max, effort, answer.branch or 0


def judge(
    condition: Mapping[str, Any], facts: Facts, day: date, score: tuple[int, int] | None = None
) -> Clause:
    """What becomes of one condition; ``score`` is the range of points where the rule has its own table."""
    name = condition["fact"]
    kind = FACTS[name]
    if name == "points" and score is not None:
        return _judge_points(condition, score, day)
    known = facts.get(name)
    value = known.on(day) if known else None
    if known is None or value is None:
        return Clause(condition, V.UNKNOWN)
    verdict = V.MEETS if compare(value, condition["op"], condition["value"]) else V.FAILS
    meets_on = day if verdict is V.MEETS else _by_waiting(condition, known, kind.type)
    return Clause(condition, verdict, value, known, meets_on, _until(condition, known))


def _judge_points(condition: Mapping[str, Any], score: tuple[int, int], day: date) -> Clause:
    low, high = score
    if low >= condition["value"]:
        return Clause(condition, V.MEETS, low, meets_on=day)
    return Clause(condition, V.FAILS if high < condition["value"] else V.UNKNOWN, low)


def compare(value: Any, op: str, wanted: Any) -> bool:
    """``value op wanted``; op is ">=", "<=" or "=="."""
    return bool(COMPARE[op](value, wanted))


def _by_waiting(condition: Mapping[str, Any], known: FactValue, kind: FactType) -> date | None:
    if condition["op"] != ">=":
        return None
    if isinstance(known.value, date):
        return months_after(known.value, 12 * condition["value"])
    if kind is not FactType.MONTHS or not known.growing:
        return None
    return months_after(known.as_of, condition["value"] - known.value)


def _until(condition: Mapping[str, Any], known: FactValue) -> date | None:
    """The day before the birthday that ends an upper age."""
    if not isinstance(known.value, date) or condition["op"] != "<=":
        return None
    return months_after(known.value, 12 * (condition["value"] + 1)) - timedelta(days=1)


def _first_day(clauses: list[Clause], day: date) -> date | None:
    """The first day all ``clauses`` (known ones) are met by waiting; None when one never is or lapses
    before."""
    days = [clause.meets_on for clause in clauses]
    if any(met_on is None for met_on in days):
        return None
    first = max((met_on for met_on in days if met_on is not None), default=day)
    return None if any(clause.until is not None and clause.until < first for clause in clauses) else first


def points_range(table: Mapping[str, Any], facts: Facts, day: date) -> tuple[int, int]:
    """The fewest and the most points a person can have by ``table``, given what is known.

    Within one (fact, group) only the best item counts; a group never gives more than its cap.
    """
    lows: dict[tuple[str, str], int] = {}
    highs: dict[tuple[str, str], int] = {}
    for item in table["items"]:
        key, verdict, points = (
            (item.get("group", ""), item["fact"]),
            judge(item, facts, day).verdict,
            item["points"],
        )
        possible = {V.MEETS: (points,), V.FAILS: (0,), V.UNKNOWN: (0, points)}[verdict]
        lows[key] = _wider(lows.get(key), min(possible), points)
        highs[key] = _wider(highs.get(key), max(possible), points)
    return _capped(lows, table.get("caps", {})), _capped(highs, table.get("caps", {}))


def _wider(before: int | None, now: int, points: int) -> int:
    # Minus points (违法失信) count when they apply; of plus points the best item counts.
    if before is None:
        return now
    return min(before, now) if points < 0 else max(before, now)


def _capped(by_fact: Mapping[tuple[str, str], int], caps: Mapping[str, int]) -> int:
    groups: dict[str, int] = {}
    for (group, _fact), points in by_fact.items():
        groups[group] = groups.get(group, 0) + points
    return sum(min(points, caps.get(group, points)) for group, points in groups.items())
