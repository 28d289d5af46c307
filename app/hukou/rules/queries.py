"""Reads of hukou rules, and what they say of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.hukou.rules.fact_resolution import known_facts
from app.kit.web.navigation import Task
from app.kit.web.queue import is_finished
from models.access import Actor, Permission, visible_to
from models.background_job import Job
from models.clock import day_of
from models.hukou.evaluation import Answer, Facts, Verdict, distance, evaluate
from models.hukou.labels import Difference, difference
from models.hukou.rule import HukouRule, RuleState
from models.hukou.rule_effect import RuleEffect
from models.i18n import N_, Sentence, counted
from models.people.worker import Worker
from models.reference.area import area_names

SIX_CITIES = ("440100", "440300", "440400", "440600", "441900", "442000")
Answered = tuple[HukouRule, Answer]


def live_rules(session: Session, cities: Sequence[str], day: date) -> list[HukouRule]:
    """The live rules of ``cities`` (codes) that hold on ``day``, those of all cities included."""
    return list(
        session.scalars(
            select(HukouRule)
            .where(HukouRule.state == RuleState.LIVE, HukouRule.city_code.in_(("", *cities)))
            .where(or_(HukouRule.valid_from.is_(None), HukouRule.valid_from <= day))
            .where(or_(HukouRule.valid_to.is_(None), HukouRule.valid_to >= day))
            .order_by(HukouRule.city_code.desc(), HukouRule.kind, HukouRule.id)
        )
    )


def ask(rules: Sequence[HukouRule], facts: Facts, day: date) -> list[Answered]:
    """What each rule says of a person with ``facts``, the nearest to a yes first."""
    answered = [(rule, evaluate(rule.conditions, rule.points or {}, facts, day)) for rule in rules]
    return sorted(answered, key=lambda pair: _nearness(pair[1], day))


def _nearness(answer: Answer, day: date) -> tuple[bool, bool, int]:
    return not answer.clauses, answer.verdict is not Verdict.MEETS, distance(answer, day)


def answers(session: Session, worker_id: int, city_code: str, day: date) -> list[Answered]:
    """What every live rule of ``city_code`` says of one worker, read through the asker's scope."""
    facts = known_facts(session, [worker_id], city_code, day)[worker_id]
    return ask(live_rules(session, [city_code], day), facts, day)


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Live rules that nobody has compared with their document for a year, for those who write them."""
    if not actor.can(Permission.RULE_WRITE):
        return []
    live = visible_to(actor, select(HukouRule).where(HukouRule.state == RuleState.LIVE), HukouRule)
    count = sum(rule.is_old(today) for rule in session.scalars(live))
    text = counted(count, "条启用的落户规则从没有或一年多没有对照过原文")
    reason = Sentence("政策常改；对照以前只出预审提示")
    return [Task(count, text, reason, url_for("hukou_rules.index"), N_("去对照"), "hukou_rules.index")]


def all_rules(session: Session, city: str, with_old: bool) -> list[HukouRule]:
    """The rules of ``city`` ("" for every city) by city and route, retired versions only if asked for."""
    query = select(HukouRule).order_by(HukouRule.city_code, HukouRule.route, HukouRule.version_number.desc())
    if city:
        query = query.where(HukouRule.city_code.in_(("", city)))
    if not with_old:
        query = query.where(HukouRule.state != RuleState.RETIRED)
    return list(session.scalars(query))


def versions(session: Session, rule: HukouRule) -> list[HukouRule]:
    """All versions of the rule's route, newest first."""
    same = (HukouRule.city_code == rule.city_code, HukouRule.route == rule.route)
    return list(session.scalars(select(HukouRule).where(*same).order_by(HukouRule.version_number.desc())))


@dataclass(frozen=True)
class Replacement:
    """Since when a rule does not hold any more (None: not noted), and what took its place, if anything."""

    since: date | None
    successor: HukouRule | None
    changes: Sequence[Difference] = ()


def replacement(session: Session, rule: HukouRule) -> Replacement | None:
    """None while the rule holds, and for a draft that never did."""
    if rule.state is not RuleState.RETIRED:
        return None
    same = (HukouRule.city_code == rule.city_code, HukouRule.route == rule.route)
    live = select(HukouRule).where(*same, HukouRule.state == RuleState.LIVE)
    successor = session.scalar(live.order_by(HukouRule.version_number.desc()).limit(1))
    since = day_of(rule.state_since) if rule.state_since else None
    return Replacement(since, successor, difference(rule, successor) if successor else ())


def effect_job(session: Session, rule: HukouRule) -> Job | None:
    """The unfinished counting of the rule's effect, if one is under way."""
    job = session.scalar(
        select(Job)
        .where(Job.name == "rule_effect", Job.subject_id == rule.id)
        .order_by(Job.id.desc())
        .limit(1)
    )
    return job if job and not is_finished(job) else None


@dataclass(frozen=True)
class ShownEffect:
    """A counted effect for the page: the people it would touch by person, county, answer now and then."""

    counted: RuleEffect
    changed: list[tuple[Worker, str, Verdict, Verdict]]


def effect_of(session: Session, rule: HukouRule) -> ShownEffect | None:
    """The rule's counted effect; people erased since are left out."""
    if rule.effect is None:
        return None
    counted = RuleEffect.from_json(rule.effect)
    numbers = [person.worker_id for person in counted.changed]
    rows = session.scalars(select(Worker).where(Worker.id.in_(numbers), Worker.erased_at.is_(None)))
    workers = {worker.id: worker for worker in rows}
    counties = area_names(session, {worker.county_code for worker in workers.values()})
    changed = [
        (
            workers[person.worker_id],
            counties.get(person.county_code, person.county_code),
            person.before,
            person.after,
        )
        for person in counted.changed
        if person.worker_id in workers
    ]
    return ShownEffect(counted, changed)
