"""A training standard changes by a version of its own: written, weighed, released by a second person."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from app.reference.facts.operations import clash
from app.reference.facts.tables import BY_SLUG
from models.access import Actor
from models.audit import record
from models.background_job import Job
from models.event_tags import EventTag
from models.i18n import Sentence
from models.reference.release import WAITING, RuleState
from models.reference.sourced import Basis, Confidence
from models.training.standard import STANDARD_WORKFLOW, TrainingStandard
from models.training.standards import StandardChange
from models.workflow import TransitionRefused

TABLE = BY_SLUG["training-standards"]
HAS_VERSION = Sentence("这条标准已经有一个没批准的改动，先把它批准、退回改好，或者不改了。")
NOT_A_DRAFT = Sentence("这个改动已经提交或已经批准，不能再改；要改，请先退回。")
NOTHING_CHANGED = Sentence("和现在的一样，没有改动。")


def write(
    session: Session, actor: Actor, fact: TrainingStandard | None, typed: Mapping[str, Any], today: date
) -> TrainingStandard:
    """A draft with what was typed, in the place of ``fact`` (a row in force, or the draft itself; None: new).

    Queues its weighing. Raises TransitionRefused where another version waits, or another row stands there.
    """
    base, values = _place_of(session, fact), _stored(typed)
    if refused := refusal(session, fact, typed):
        raise TransitionRefused(refused)
    version = TrainingStandard(state=RuleState.DRAFT) if fact is base or fact is None else fact
    for name, value in values.items():
        setattr(version, name, value)
    version.base_id, version.created_by_id, version.effect = base.id if base else None, actor.user_id, None
    version.checked_on, version.entered = today, True
    if version.verified and not (base and base.verified):
        version.confidence, version.basis = Confidence.HIGH, Basis.DOCUMENT
    session.add(version)
    session.flush()
    record(session, actor, EventTag.REFERENCE_UPDATE, version, fields=sorted(values))
    weigh(session, actor, version)
    return version


def _place_of(session: Session, fact: TrainingStandard | None) -> TrainingStandard | None:
    """The row in force that gives way: what a draft was written for, else ``fact`` itself."""
    return base_of(session, fact) if fact is not None and fact.state in WAITING else fact


def _stored(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: TABLE.stored(name, value) for name, value in typed.items()}


def refusal(session: Session, fact: TrainingStandard | None, typed: Mapping[str, Any]) -> Sentence | None:
    """Why what was typed makes no version of ``fact``."""
    base, values = _place_of(session, fact), _stored(typed)
    if fact is not None and fact.state not in (RuleState.LIVE, RuleState.DRAFT):
        return NOT_A_DRAFT
    if base is not None and all(getattr(base, name) == value for name, value in values.items()):
        return NOTHING_CHANGED
    same = and_(*(getattr(TrainingStandard, name) == values[name] for name in TrainingStandard.SCOPE))
    of_base = TrainingStandard.base_id == (base.id if base else 0)
    waiting = select(TrainingStandard.id).where(TrainingStandard.state.in_(WAITING), or_(of_base, same))
    if fact is not None and fact.state is RuleState.DRAFT:
        waiting = waiting.where(TrainingStandard.id != fact.id)
    if session.scalar(waiting.limit(1)):
        return HAS_VERSION
    return clash(session, TABLE, base, values)


def weigh(session: Session, actor: Actor, version: TrainingStandard) -> Job:
    """Queue the counting of whom the draft would touch (app.training: ``standard_effect``)."""
    if version.state is not RuleState.DRAFT:
        raise TransitionRefused(NOT_A_DRAFT)
    return enqueue(session, actor, "standard_effect", version.id)


def base_of(session: Session, version: TrainingStandard) -> TrainingStandard | None:
    """The row in force in whose place the version stands once it is released."""
    return session.get(TrainingStandard, version.base_id) if version.base_id else None


def advance(session: Session, actor: Actor, version: TrainingStandard, event: str, reason: str = "") -> None:
    """Propose, return, drop or release a version; the row it takes the place of ends or is retired."""
    session.refresh(version, with_for_update=True)
    base = base_of(session, version)
    if event == "release" and (taken := clash(session, TABLE, base, _values(version))):
        raise TransitionRefused(taken)
    STANDARD_WORKFLOW.advance(session, version, event, actor, reason=reason)
    if event == "propose":
        version.proposed_by_id = actor.user_id
    if event == "release":
        version.released_by_id = actor.user_id
        _give_way(session, actor, version, base)


def _values(version: TrainingStandard) -> dict[str, Any]:
    return {name: getattr(version, name) for name in TABLE.field_names}


def _give_way(
    session: Session, actor: Actor, version: TrainingStandard, base: TrainingStandard | None
) -> None:
    if base is None:
        return
    session.refresh(base, with_for_update=True)
    last = StandardChange(version, base).base_ends_on
    if last is None:
        STANDARD_WORKFLOW.advance(session, base, "supersede", actor)
        return
    base.valid_to = last
    record(session, actor, EventTag.REFERENCE_UPDATE, base, fields=["valid_to"])
