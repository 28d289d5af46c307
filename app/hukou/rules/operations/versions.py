"""Use cases of hukou rules: a new version, its effect, its release by a second person, its check."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from models.access import Actor
from models.audit import record
from models.background_job import Job
from models.event_tags import EventTag
from models.hukou.rule import RULE_WORKFLOW, HukouRule, RouteKind, RuleState
from models.i18n import Sentence
from models.second_person import second_person
from models.two_person_acts import RULE_COMPARED
from models.workflow import TransitionRefused, refuse_for

COPIED = (
    "city_code",
    "route",
    "kind",
    "version_name",
    "document",
    "valid_from",
    "valid_to",
    "conditions",
    "points",
    "ranking",
    "ranking_text",
    "priority_orders",
    "working_days",
    "notice_days",
    "note",
    "confidence",
)
HAS_DRAFT = Sentence("这条规则已经有一个没批准的新版本，先把它批准或退回改好。")
NOT_A_DRAFT = Sentence("只有草稿能改。已经启用的规则请另写一个新版本，以前的案子仍按旧版本。")


def new_version(session: Session, actor: Actor, rule: HukouRule) -> HukouRule:
    """A draft copied from ``rule``; decided cases keep the version they were decided by.

    Raises TransitionRefused while another version waits.
    """
    waiting = select(HukouRule.id).where(
        HukouRule.city_code == rule.city_code,
        HukouRule.route == rule.route,
        HukouRule.state.in_((RuleState.DRAFT, RuleState.PROPOSED)),
    )
    if session.scalar(waiting.limit(1)):
        raise TransitionRefused(HAS_DRAFT)
    values = {column: getattr(rule, column) for column in COPIED}
    return _add(session, actor, values, base_id=rule.id)


def new_route(
    session: Session, actor: Actor, city_code: str, route: str, kind: RouteKind, values: dict[str, Any]
) -> HukouRule:
    """The first draft of a route that has none; raises TransitionRefused when it has one."""
    known = select(HukouRule.id).where(HukouRule.city_code == city_code, HukouRule.route == route)
    if session.scalar(known.limit(1)):
        raise TransitionRefused(Sentence("这个城市已经有同名的路径，请在它下面写新版本。"))
    return _add(session, actor, values | {"city_code": city_code, "route": route, "kind": kind})


def _add(session: Session, actor: Actor, values: dict[str, Any], base_id: int | None = None) -> HukouRule:
    last = session.scalar(
        select(func.max(HukouRule.version_number)).where(
            HukouRule.city_code == values["city_code"], HukouRule.route == values["route"]
        )
    )
    rule = HukouRule(
        **values,
        version_number=(last or 0) + 1,
        base_id=base_id,
        created_by_id=actor.user_id,
        state=RuleState.DRAFT,
    )
    session.add(rule)
    session.flush()
    record(session, actor, EventTag.RULE_DRAFT, rule, version=rule.version_number, route=rule.route)
    return rule


def save(session: Session, actor: Actor, rule: HukouRule, values: dict[str, Any]) -> None:
    """Write a draft; its effect must be counted again. Raises TransitionRefused for a rule in force."""
    if rule.state is not RuleState.DRAFT:
        raise TransitionRefused(NOT_A_DRAFT)
    changed = sorted(name for name, value in values.items() if getattr(rule, name) != value)
    for name, value in values.items():
        setattr(rule, name, value)
    if changed:
        rule.effect = None
        record(session, actor, EventTag.RULE_DRAFT, rule, version=rule.version_number, fields=changed)


def count_effect(session: Session, actor: Actor, rule: HukouRule) -> Job:
    """Queue the counting of who changes from no to yes and back (:mod:`.effect`)."""
    if rule.state is not RuleState.DRAFT:
        raise TransitionRefused(NOT_A_DRAFT)
    return enqueue(session, actor, "rule_effect", rule.id)


def advance(session: Session, actor: Actor, rule: HukouRule, event: str, reason: str) -> None:
    """Propose, return, release or retire a version; a released one takes the place of the one in force."""
    if event == "release":
        _give_way(session, actor, rule)
    RULE_WORKFLOW.advance(session, rule, event, actor, reason=reason)
    if event == "propose":
        rule.proposed_by_id = actor.user_id
    if event == "release":
        rule.released_by_id = actor.user_id


def _give_way(session: Session, actor: Actor, rule: HukouRule) -> None:
    in_force = select(HukouRule).where(
        HukouRule.city_code == rule.city_code,
        HukouRule.route == rule.route,
        HukouRule.state == RuleState.LIVE,
        HukouRule.id != rule.id,
    )
    for before in session.scalars(in_force):
        RULE_WORKFLOW.advance(session, before, "supersede", actor)


def mark_checked(session: Session, actor: Actor, rule: HukouRule, document: str, day: date) -> None:
    """The rule was compared with the document itself: from now on it is no mere hint.

    Raises TransitionRefused for the rule's own author: a second person has to look.
    """
    refuse_for(second_person(RULE_COMPARED, rule, actor))
    rule.verified_document, rule.verified_on, rule.verified_by_id = document, day, actor.user_id
    told = {"event": "compare", "version": rule.version_number, "name": document, "kind": "checked"}
    record(session, actor, EventTag.RULE_DRAFT, rule, **told)
