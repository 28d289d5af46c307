"""Which categories a person is in, as somebody says with a paper or by word of mouth. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.fact_dates import refuse_day
from models.i18n import Sentence
from models.people.category import (
    KNOWN,
    CategoryEvidence,
    Counted,
    PersonCategory,
    categories_of,
    counted,
)
from models.people.worker import Worker
from models.reference.target_category import CategoryUse, TargetCategory, categories_on
from models.workflow import REASON_MISSING, TransitionRefused

FROM_REGISTER = Sentence("这一条来自台账里的列，请修改资料里的那一项。")
KNOWN_ALREADY = Sentence("已经登记过这个人是“%(category)s”，日期重叠；要改日期，请先删掉原来那一条。")


@dataclass(frozen=True)
class Said:
    """What somebody says: a category, its first and last day (None: nobody has told), on what it rests."""

    category: str
    held_from: date | None
    held_to: date | None
    evidence: CategoryEvidence
    source: str


def note(session: Session, actor: Actor, worker: Worker, said: Said, today: date) -> PersonCategory:
    """Write a category of a person down.

    Raises TransitionRefused for a day to come, an end before its beginning, the columns as evidence, and a
    category of which a row holds on one of the days.
    """
    if said.evidence is CategoryEvidence.REGISTER:
        raise TransitionRefused(FROM_REGISTER)
    if not said.source.strip():
        raise TransitionRefused(Sentence("请写明依据：哪份材料，或谁说的。"))
    rows = categories_of(session, [worker.id]).get(worker.id, [])
    if any(row.category == said.category and _meets(row, said) for row in rows):
        raise TransitionRefused(Sentence(KNOWN_ALREADY.text, {"category": said.category}))
    row = PersonCategory(
        worker_id=worker.id,
        category=said.category,
        held_to=said.held_to,
        seen_on=today,
        over_seen_on=today if said.held_to else None,
        evidence=said.evidence,
        source=said.source.strip(),
        noted_by_id=actor.user_id,
    )
    for name, day in (("held_from", said.held_from), ("held_to", said.held_to)):
        if day is not None:
            refuse_day(row, name, day, today)
            setattr(row, name, day)
    row.held_from = said.held_from
    session.add(row)
    session.flush()
    record(session, actor, EventTag.WORKER_UPDATE, worker, fields=["person_category"], reason=said.source)
    return row


def _meets(row: PersonCategory, said: Said) -> bool:
    """Whether a row and what is said hold on one day, an unknown day being any."""
    first, last = row.held_from or date.min, row.held_to or date.max
    return (said.held_from or date.min) <= last and first <= (said.held_to or date.max)


def remove(session: Session, actor: Actor, worker: Worker, number: int, reason: str) -> None:
    """Take back what somebody wrote down, with the reason; a row of the register is refused."""
    row = session.scalar(
        select(PersonCategory).where(PersonCategory.id == number, PersonCategory.worker_id == worker.id)
    )
    if row is None or row.evidence is CategoryEvidence.REGISTER:
        raise TransitionRefused(FROM_REGISTER)
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    record(session, actor, EventTag.WORKER_UPDATE, worker, fields=["person_category"], reason=reason)
    session.delete(row)


def named(session: Session) -> list[str]:
    """The categories to choose from: those we know, and those that an administrator entered."""
    entered = session.scalars(select(TargetCategory.name).distinct().order_by(TargetCategory.name))
    return list(dict.fromkeys((*KNOWN, *entered)))


def standing(session: Session, worker: Worker, day: date) -> tuple[Sequence[PersonCategory], Counted]:
    """The categories of a person, and whether the register is for them on ``day``."""
    rows = categories_of(session, [worker.id]).get(worker.id, [])
    return rows, counted(rows, categories_on(session, CategoryUse.SUPPORT, day), day)
