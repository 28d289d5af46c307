"""Use cases: a person changes a wish or says that a fact is wrong; the county looks at it."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.workers.operations import update_worker, value_of
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.own_word import OWN_FIELDS, OWN_WORD_WORKFLOW, Fact, OwnWord
from models.people.worker import Worker
from models.workflow import TransitionRefused


def _kept(value: Any) -> str:
    return json.dumps(value.isoformat() if isinstance(value, date) else value, ensure_ascii=False)


def change_wishes(
    session: Session, actor: Actor, worker: Worker, data: Mapping[str, Any], now: datetime
) -> list[str]:
    """Put what the person said in the place of what was known, and leave both for the county to see.

    Only OWN_FIELDS: any other is a fact of the register, and raises ValueError.
    """
    if strange := set(data) - set(OWN_FIELDS):
        raise ValueError(f"not for the person to change: {sorted(strange)}")
    before = {name: value_of(worker, name) for name in data}
    changed = update_worker(session, actor, worker, data, now)
    for name in changed:
        _say(session, worker, name, _kept(before[name]), _kept(data[name]), now)
    return changed


def say_fact(
    session: Session, actor: Actor, worker: Worker, fact: Fact, words: str, now: datetime
) -> OwnWord:
    """Tell the county what is wrong in the register; nothing there changes by it.

    Raises TransitionRefused where nothing was said.
    """
    said = words.strip()[:300]
    if not said:
        raise TransitionRefused(Sentence("请写一句哪里不对、应该是什么。"))
    row = _say(session, worker, fact.value, None, said, now)
    session.flush()
    record(session, actor, EventTag.OWN_WORD_SAY, row, kind=fact.value)
    return row


def _say(
    session: Session, worker: Worker, field: str, before: str | None, said: str, now: datetime
) -> OwnWord:
    row = OwnWord(
        worker_id=worker.id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        field=field,
        before=before,
        said=said,
        created_at=now,
        state_since=now,
    )
    session.add(row)
    return row


def look_at(session: Session, actor: Actor, row: OwnWord, event: str, reason: str, now: datetime) -> None:
    """The county has seen it (and put the register right), or changes nothing, and why."""
    OWN_WORD_WORKFLOW.advance(session, row, event, actor, at=now, reason=reason)
    row.answer, row.settled_by_id = reason[:300], actor.user_id
