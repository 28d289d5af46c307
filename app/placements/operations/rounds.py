"""Follow-ups given to a collector, a note and a day to be reminded of. The caller commits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.placements.queries.rounds import collectors
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.placement.placement import FollowUp
from models.workflow import TransitionRefused

NOT_A_COLLECTOR = Sentence("这个账号不能登记这里的回访，请换一个人。")


def assign(session: Session, actor: Actor, rows: Sequence[FollowUp], user_id: int | None, today: date) -> int:
    """Give follow-ups to a collector (None: to nobody); how many changed hands.

    Raises TransitionRefused for an account that could not record them, and where nothing was ticked.
    """
    if not rows:
        raise TransitionRefused(Sentence("没有要转的回访。"))
    if user_id is not None and user_id not in {user.id for user in collectors(session, actor, today)}:
        raise TransitionRefused(NOT_A_COLLECTOR)
    moved = [row for row in rows if row.assigned_to_id != user_id]
    for row in moved:
        before, row.assigned_to_id = row.assigned_to_id, user_id
        told = {"months": row.months, "from": {"assigned_to_id": before}, "to": {"assigned_to_id": user_id}}
        record(session, actor, EventTag.FOLLOWUP_RECORD, row.placement, event="assign", **told)
    return len(moved)


def remember(
    session: Session, actor: Actor, row: FollowUp, note: str, remind_on: date | None, today: date
) -> None:
    """Keep a note with a follow-up, and the day on which to come back to it. Raises TransitionRefused for a
    day that lies behind."""
    if remind_on is not None and remind_on < today:
        raise TransitionRefused(Sentence("提醒日期已经过去了，请填今天或以后的日子。"))
    row.call_note, row.remind_on = note.strip(), remind_on
    fields = ["call_note", "remind_on"]
    record(
        session,
        actor,
        EventTag.FOLLOWUP_RECORD,
        row.placement,
        event="note",
        months=row.months,
        fields=fields,
    )
