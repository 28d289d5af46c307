"""Scoped reads of what people said about themselves."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.navigation import Task
from models.access import Actor, Permission, visible_to
from models.i18n import N_, Sentence
from models.people.own_word import OwnWord, OwnWordState

PAGE, MOST_COUNTED = 50, 1000


def waiting(session: Session, actor: Actor) -> Sequence[OwnWord]:
    """What nobody has looked at, the oldest first; fifty at a time."""
    statement = (
        select(OwnWord)
        .options(joinedload(OwnWord.worker))
        .where(OwnWord.state == OwnWordState.OPEN)
        .order_by(OwnWord.id)
        .limit(PAGE)
    )
    return session.scalars(visible_to(actor, statement, OwnWord, Permission.WORKER_WRITE)).all()


def own_words(session: Session, actor: Actor) -> Sequence[OwnWord]:
    """What the person said last, with what became of it."""
    statement = select(OwnWord).order_by(OwnWord.id.desc()).limit(10)
    return session.scalars(visible_to(actor, statement, OwnWord, Permission.PORTAL)).all()


def value_kept(row: OwnWord, side: str) -> Any:
    """What stands in ``before`` or ``said``: a column's value, or the words of a fact."""
    kept = getattr(row, side)
    if not row.is_wish or kept is None:
        return kept
    value = json.loads(kept)
    return date.fromisoformat(value) if row.field == "available_on" and value else value


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for a look, as a task."""
    if not actor.can(Permission.WORKER_WRITE):
        return []
    rows = visible_to(actor, select(OwnWord.id), OwnWord, Permission.WORKER_WRITE)
    open_ones = rows.where(OwnWord.state == OwnWordState.OPEN).limit(MOST_COUNTED).subquery()
    count = session.scalar(select(func.count()).select_from(open_ones)) or 0
    if not count:
        return []
    text = Sentence("条是本人在手机上自己说的，还没有人看")
    reason = Sentence("想干的活、最低工资已经照他说的改了；姓名、电话这些要你核实了再改")
    return [Task(count, text, reason, url_for("workers.own_words"), N_("去看"), "workers.index")]
