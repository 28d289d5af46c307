"""Writing down notes, reminders and who has a case. The caller has found the case and commits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.kit.care.queries import care_of, colleagues
from models.access import Actor
from models.audit import record
from models.care import Care, CareKind, CareNote, office_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.workflow import TransitionRefused

NOT_A_COLLEAGUE = Sentence("只能交给本单位的同事，请从名单里选。")


@dataclass(frozen=True)
class Wanted:
    """What is to be kept of a case: a note more ("": none), the day of reminding, who has it."""

    note: str
    remind_on: date | None
    assigned_to_id: int | None


def keep(session: Session, actor: Actor, kind: CareKind, subject: Any, wanted: Wanted, today: date) -> Care:
    """Keep what is ``wanted`` of a case. Raises TransitionRefused for a day that lies behind, and for
    somebody of another office."""
    care = care_of(session, actor, kind, subject.id)
    if care is None:
        care = Care(office=office_of(actor), kind=kind, subject_id=subject.id)
        session.add(care)
    new_day = wanted.remind_on if wanted.remind_on != care.remind_on else None
    if new_day is not None and new_day < today:
        raise TransitionRefused(Sentence("提醒日期已经过去了，请填今天或以后的日子。"))
    _refuse_strangers(session, actor, [wanted.assigned_to_id], care.assigned_to_id, today)
    fields = [
        name for name in ("remind_on", "assigned_to_id") if getattr(care, name) != getattr(wanted, name)
    ]
    before = {name: getattr(care, name) for name in fields if name == "assigned_to_id"}
    care.remind_on, care.assigned_to_id = wanted.remind_on, wanted.assigned_to_id
    care.remind_for_id = actor.user_id if wanted.remind_on else None
    session.flush()
    if wanted.note and actor.user_id is not None:
        session.add(CareNote(care_id=care.id, user_id=actor.user_id, text=wanted.note))
        fields.append("text")
    if fields:
        changed = {"from": before, "to": {name: getattr(care, name) for name in before}} if before else {}
        record(session, actor, EventTag.CARE_KEEP, subject, fields=fields, **changed)
    return care


def _refuse_strangers(
    session: Session, actor: Actor, wanted: Iterable[int | None], now: int | None, today: date
) -> None:
    new = {one for one in wanted if one is not None and one != now}
    if new and not new <= {user.id for user in colleagues(session, actor, today)}:
        raise TransitionRefused(NOT_A_COLLEAGUE)
