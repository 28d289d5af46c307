"""Every night: everybody whom a city's rules concern is asked again, and who newly qualifies is listed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.settlement.rules.effect import CHUNK, Tell, people_of
from app.settlement.rules.knowledge import known_facts
from app.settlement.rules.queries import SIX_CITIES, live_rules
from models.base import utc_now
from models.settlement.evaluation import Answer, Facts, Verdict, evaluate
from models.settlement.fact import Outlook
from models.settlement.rule import SettlementRule
from models.worker import Worker

FORECAST_MONTHS = 24
MOST_MISSING = 3
Key = tuple[int, int]


def evaluate_all(session: Session, day: date, tell: Tell = lambda done: None) -> dict[str, int]:
    """Ask every live rule of the six cities about everybody it concerns, and keep what is worth showing: a yes, a
    yes to come within two years, or a "cannot tell" with few papers missing. Commits per chunk; a second run on
    the same day changes nothing. Returns {"people", "newly"}.
    """
    done = newly = 0
    for city in SIX_CITIES:
        rules, people = live_rules(session, [city], day), people_of(session, city)
        for start in range(0, len(people), CHUNK):
            ids = people[start : start + CHUNK]
            newly += _renew(session, city, rules, known_facts(session, ids, city, day), day)
            session.commit()
            done += len(ids)
            tell(done)
    _forget_old(session, day)
    session.commit()
    return {"people": done, "newly": newly}


def _renew(session: Session, city: str, rules: list[SettlementRule], known: Mapping[int, Facts], day: date) -> int:
    counties = _counties(session, list(known))
    before = _stored(session, city, list(known))
    fresh: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for worker_id, facts in known.items():
        for rule in rules:
            answer = evaluate(rule.conditions, rule.points or {}, facts, day)
            if not _is_worth_keeping(answer, day):
                continue
            row = _row(worker_id, rule.id, counties[worker_id], city, answer, day)
            _compare(row, before.get((worker_id, rule.id)), fresh, changed)
    if fresh:
        session.execute(insert(Outlook), [{"created_at": utc_now(), **row} for row in fresh])
    if changed:
        session.execute(update(Outlook), changed)
    return sum(row["became_on"] == day for row in [*fresh, *changed])


def _is_worth_keeping(answer: Answer, day: date) -> bool:
    if answer.verdict is Verdict.MEETS:
        return True
    if answer.verdict is Verdict.UNKNOWN:
        return 0 < len(answer.missing) <= MOST_MISSING
    return answer.meets_on is not None and answer.meets_on <= day + timedelta(days=31 * FORECAST_MONTHS)


def _row(worker_id: int, rule_id: int, county: str, city: str, answer: Answer, day: date) -> dict[str, Any]:
    return {
        "worker_id": worker_id, "rule_id": rule_id, "county_code": county, "city_code": city,
        "verdict": answer.verdict.value, "missing": answer.missing, "meets_on": answer.meets_on,
        "became_on": day if answer.verdict is Verdict.MEETS else None, "evaluated_on": day,
    }  # fmt: skip


def _compare(
    row: dict[str, Any], before: Outlook | None, fresh: list[dict[str, Any]], changed: list[dict[str, Any]]
) -> None:
    if before is None:
        fresh.append(row)
        return
    if before.verdict == row["verdict"] == Verdict.MEETS.value:
        row["became_on"] = before.became_on
    changed.append(row | {"id": before.id})


def _stored(session: Session, city: str, ids: list[int]) -> dict[Key, Outlook]:
    rows = session.scalars(select(Outlook).where(Outlook.worker_id.in_(ids), Outlook.city_code == city))
    return {(row.worker_id, row.rule_id): row for row in rows}


def _counties(session: Session, ids: list[int]) -> dict[int, str]:
    rows = session.execute(select(Worker.id, Worker.county_code).where(Worker.id.in_(ids)))
    return dict(rows.all())


def _forget_old(session: Session, day: date) -> None:
    # Who left the city, was erased, or no longer comes near any rule: yesterday's answer must not be shown.
    session.execute(delete(Outlook).where(Outlook.evaluated_on < day))
