"""Who helps whom, from when to when: a new pairing, and the end of one. What was stays as it was."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.reference.dated_fact import Pairing, overlapping
from models.workflow import TransitionRefused

NOT_YOURS = Sentence("省里登记各级结对；帮扶市只登记本市的县（市、区）、乡镇、村、学校、医院结对。")


def begin(session: Session, actor: Actor, values: Mapping[str, Any], today: date) -> Pairing:
    """Enter a pairing with its source. Raises TransitionRefused beside another of the same days."""
    row = Pairing(**values, checked_on=today, entered=True)
    if not may_write(actor, row.helper_code, row.recipient_code):
        raise TransitionRefused(NOT_YOURS)
    if other := overlapping(session, row):
        told = {"first": other.valid_from, "last": other.valid_to or Sentence("今"), "source": other.source}
        raise TransitionRefused(
            Sentence(
                "这一对从%(first)s到%(last)s已经有了（依据：%(source)s）。"
                "先登记原来那一条到哪天为止，再登记新的。",
                told,
            )
        )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.REFERENCE_UPDATE, row, fields=["valid_from", "source"])
    return row


def end(session: Session, actor: Actor, row: Pairing, last_day: date, source: str) -> None:
    """Say until when a pairing holds, by which document; nothing else of it changes.

    Raises TransitionRefused for one that has ended, for a day before its beginning, and for a foreign one.
    """
    if not may_write(actor, row.helper_code, row.recipient_code):
        raise TransitionRefused(NOT_YOURS)
    if row.valid_to is not None:
        raise TransitionRefused(Sentence("这一条到%(day)s已经结束，历史不再改。", {"day": row.valid_to}))
    if last_day < row.valid_from:
        raise TransitionRefused(
            Sentence("结束的日子不能早于开始的日子（%(day)s）。", {"day": row.valid_from})
        )
    row.valid_to, row.entered = last_day, True
    row.note = f"{row.note}；{source}".strip("；")[:200]
    record(session, actor, EventTag.REFERENCE_UPDATE, row, fields=["valid_to"], reason=source)


def may_write(actor: Actor, helper_code: str, recipient_code: str) -> bool:
    """The province all; a city what is below the prefecture, of its own."""
    if actor.has_role(Role.PROVINCE):
        return True
    own = {code[:4] for code in actor.areas(Role.CITY)}
    return helper_code[:4] in own and not recipient_code[:6].endswith("00")
