"""Every night: everybody whom a city's rules concern is asked again, and who newly qualifies is listed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from app.hukou.rules.fact_resolution import known_facts
from app.hukou.rules.operations.effect import CHUNK, Tell, people_of
from app.hukou.rules.queries import SIX_CITIES, live_rules
from models.hukou.catalogue import FACTS
from models.hukou.evaluation import Answer, Facts, Verdict, evaluate
from models.hukou.fact import EligibilityForecast
from models.hukou.rule import HukouRule
from models.people.worker import Worker

FORECAST_MONTHS = 24
MOST_MISSING = 3
HIGHEST = 2**31 - 1  # what a worker's number can be in PostgreSQL
COMPARED = ("county_code", "verdict", "missing", "meets_on", "became_on")
STORED = (
    EligibilityForecast.id,
    EligibilityForecast.worker_id,
    EligibilityForecast.rule_id,
    *(getattr(EligibilityForecast, name) for name in COMPARED),
)
Key = tuple[int, int]


def evaluate_all(session: Session, day: date, tell: Tell = lambda done: None) -> dict[str, int]:
    """Ask every live rule of the six cities about everybody it concerns, and keep what is worth showing: a
    yes, a yes to come within two years, or a "cannot tell" with few papers missing. Commits per chunk, so
    that a run that was stopped begins anew without harm; a second run on the same day changes nothing.
    Returns {"people", "newly"}.
    """
    done = newly = 0
    for city in SIX_CITIES:
        rules = live_rules(session, [city], day)
        for span in _spans(people_of(session, city)):
            newly += _renew(session, city, rules, span, day)
            session.commit()
            done += len(span.ids)
            tell(done)
    return {"people": done, "newly": newly}


@dataclass(frozen=True)
class Span:
    """Some thousands of people, and the range of numbers they are all of: who else is stored there has
    left."""

    ids: list[int]
    first: int
    last: int


def _spans(people: list[int]) -> Iterator[Span]:
    first = 0
    for start in range(0, max(len(people), 1), CHUNK):
        ids = people[start : start + CHUNK]
        last = ids[-1] if start + CHUNK < len(people) else HIGHEST
        yield Span(ids, first, last)
        first = last + 1


@dataclass
class Changes:
    """What one span changes in the database."""

    fresh: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    newly: int = 0


def _renew(session: Session, city: str, rules: Sequence[HukouRule], span: Span, day: date) -> int:
    known: Mapping[int, Facts] = known_facts(session, span.ids, city, day)
    counties, before, changes = _counties(session, span.ids), _stored(session, city, span), Changes()
    for worker_id, facts in known.items():
        for rule in rules:
            answer = evaluate(rule.conditions, rule.points or {}, facts, day)
            if _is_worth_keeping(answer, day):
                row = _row(counties[worker_id], answer, day)
                _compare((worker_id, rule.id), row, before.pop((worker_id, rule.id), None), changes, day)
    _write(session, city, changes, [row.id for row in before.values()], day)
    return changes.newly


def _write(session: Session, city: str, changes: Changes, gone: Sequence[int], day: date) -> None:
    if changes.fresh:
        whole = {"city_code": city, "evaluated_on": day}
        session.execute(insert(EligibilityForecast), [row | whole for row in changes.fresh])
    if changes.changed:
        session.execute(update(EligibilityForecast), [row | {"evaluated_on": day} for row in changes.changed])
    # Who left the city, was erased, or no longer comes near a rule: yesterday's answer must not be shown.
    for start in range(0, len(gone), CHUNK):
        session.execute(
            delete(EligibilityForecast).where(EligibilityForecast.id.in_(gone[start : start + CHUNK]))
        )


def _is_worth_keeping(answer: Answer, day: date) -> bool:
    if answer.verdict is Verdict.MEETS:
        return True
    few = len(answer.missing) <= MOST_MISSING
    if answer.verdict is Verdict.UNKNOWN:
        return few and _rests_on_proof(answer)
    last = day + timedelta(days=31 * FORECAST_MONTHS)
    return few and answer.earliest_on is not None and answer.earliest_on <= last


def _rests_on_proof(answer: Answer) -> bool:
    """Whether as much is met as is missing, and not the age alone: else every young person were "nearly
    there"."""
    met = [clause for clause in answer.clauses if clause.verdict is Verdict.MEETS]
    return len(met) >= len(answer.missing) > 0 and any(FACTS[c.fact].papers != ("id_card",) for c in met)


def _row(county: str, answer: Answer, day: date) -> dict[str, Any]:
    # What is not known could be met today: a day that moves on every night is no forecast, and would be
    # rewritten.
    meets, fails = answer.verdict is Verdict.MEETS, answer.verdict is Verdict.FAILS
    return {
        "county_code": county,
        "verdict": answer.verdict.value,
        "missing": answer.missing,
        "meets_on": answer.earliest_on if fails else None,
        "became_on": day if meets else None,
    }


def _compare(key: Key, row: dict[str, Any], before: Row[Any] | None, changes: Changes, day: date) -> None:
    if before is not None and before.verdict == row["verdict"] == Verdict.MEETS.value:
        row["became_on"] = before.became_on
    changes.newly += row["became_on"] == day
    if before is None:
        changes.fresh.append({"worker_id": key[0], "rule_id": key[1], **row})
    elif any(row[name] != getattr(before, name) for name in COMPARED):
        changes.changed.append({"id": before.id, **row})


def _stored(session: Session, city: str, span: Span) -> dict[Key, Row[Any]]:
    rows = session.execute(
        select(*STORED).where(
            EligibilityForecast.city_code == city,
            EligibilityForecast.worker_id.between(span.first, span.last),
        )
    )
    return {(row.worker_id, row.rule_id): row for row in rows}


def _counties(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(select(Worker.id, Worker.county_code).where(Worker.id.in_(ids)))
    return dict(rows.all())
