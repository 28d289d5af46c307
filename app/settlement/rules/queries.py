"""Reads of settlement rules, and what they say of people."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.settlement.rules.knowledge import known_facts
from models.settlement.evaluation import Answer, Facts, evaluate
from models.settlement.rule import RuleState, SettlementRule

Answered = tuple[SettlementRule, Answer]


def live_rules(session: Session, cities: Sequence[str], day: date) -> list[SettlementRule]:
    """Return the live rules of ``cities`` (codes) that hold on ``day``, those of all cities included."""
    return list(
        session.scalars(
            select(SettlementRule)
            .where(SettlementRule.state == RuleState.LIVE, SettlementRule.city_code.in_(("", *cities)))
            .where(or_(SettlementRule.valid_from.is_(None), SettlementRule.valid_from <= day))
            .where(or_(SettlementRule.valid_to.is_(None), SettlementRule.valid_to >= day))
            .order_by(SettlementRule.city_code.desc(), SettlementRule.kind, SettlementRule.id)
        )
    )


def ask(rules: Sequence[SettlementRule], facts: Facts, day: date) -> list[Answered]:
    """Return what each rule says of somebody with ``facts``, the nearest to a yes first."""
    found = [(rule, evaluate(rule.conditions, rule.points or {}, facts, day)) for rule in rules]
    return sorted(found, key=lambda pair: _nearness(pair[1]))


def _nearness(answer: Answer) -> tuple[int, int, date, int]:
    order = ("meets", "unknown", "fails").index(answer.verdict)
    return order, len(answer.failing), answer.meets_on or date.max, len(answer.missing)


def answers(session: Session, worker_id: int, city_code: str, day: date) -> list[Answered]:
    """Return what every live rule of ``city_code`` says of one worker (read through the asker's scope)."""
    facts = known_facts(session, [worker_id], city_code, day)[worker_id]
    return ask(live_rules(session, [city_code], day), facts, day)
