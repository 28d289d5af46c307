"""What waits in the cooperation today, shown to whoever owes it."""

from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from app.cooperation.register import registers
from app.kit.web.navigation import Task
from models.access import Actor, Permission, Role, count_and_first, visible_to
from models.cooperation.entry import OPEN_STATES, EntryState, Owes, RegisterEntry
from models.i18n import N_, Sentence, counted
from models.second_person import others
from models.waiting import in_line

HERE = "cooperation.index"
ROTATION_DAYS = 30  # enough to find and send the next
_OWES = {
    Role.CITY: Owes.HELPER,
    Role.COUNTY: Owes.RECIPIENT,
    Role.PREFECTURE: Owes.RECIPIENT,
    Role.PROVINCE: Owes.PROVINCE,
}


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    if not actor.can(Permission.COOPERATION_WRITE):
        return []
    sides = [owes for role, owes in _OWES.items() if actor.has_role(role)]
    late = (
        RegisterEntry.state.in_(OPEN_STATES),
        RegisterEntry.due_on < today,
        RegisterEntry.owed_by.in_(sides),
    )
    done = (RegisterEntry.state == EntryState.DONE, others(session, actor, RegisterEntry.entered_by_id))
    return [
        *_rotation(session, actor, sides, today),
        *_lines(session, actor, late, N_("去办"), "late", today),
        *_lines(session, actor, done, N_("去验收"), "done", today),
    ]


def _rotation(session: Session, actor: Actor, sides: list[Owes], today: date) -> list[Task]:
    """People whose term ends within ``ROTATION_DAYS``, for the end that sent them and sends the next."""
    sent_by = case((RegisterEntry.kind == "received", Owes.RECIPIENT.value), else_=Owes.HELPER.value)
    soon = (
        RegisterEntry.register == "postings",
        RegisterEntry.state.in_(OPEN_STATES),
        RegisterEntry.due_on <= today + timedelta(days=ROTATION_DAYS),
        sent_by.in_([side.value for side in sides]),
    )
    count, first = count_and_first(session, actor, RegisterEntry, Permission.COOPERATION_WRITE, *soon)
    if first is None:
        return []
    reason = Sentence("最先到期的：%(who)s", {"who": first.title})
    url = url_for("cooperation.entries", register="postings", order="due")
    words = counted(count, "名互派干部人才要轮换")
    return [Task(count, words, reason, url, N_("去安排"), HERE, first.due_on)]


def _lines(
    session: Session,
    actor: Actor,
    where: tuple[ColumnElement[bool], ...],
    button: str,
    what: str,
    today: date,
) -> list[Task]:
    """One task a register in which something waits; its reason names the first in line."""
    told = []
    for key, (count, first) in sorted(_by_register(session, actor, where).items()):
        if (register := registers().get(key)) is None:
            continue
        noun = {"noun": Sentence(register.noun), "title": first.title}
        late = what == "late"
        text = counted(count, "件到期没有办完") if late else counted(count, "件办完了等验收")
        reason = Sentence("%(noun)s：%(title)s", noun)
        filters: dict[str, Any] = (
            {"overdue": "1", "order": "due"} if late else {"state": EntryState.DONE.value}
        )
        url = url_for("cooperation.entries", register=key, **filters)
        told.append(Task(count, text, reason, url, button, HERE, first.due_on if late else None))
    return told


def _by_register(
    session: Session, actor: Actor, where: tuple[ColumnElement[bool], ...]
) -> dict[str, tuple[int, RegisterEntry]]:
    """How many lines of each register meet ``where``, and the first in line of them; one query for all."""
    own = RegisterEntry.register
    places = func.row_number().over(partition_by=own, order_by=in_line(RegisterEntry))
    rows = select(RegisterEntry.id, func.count().over(partition_by=own).label("count"), places.label("place"))
    seen = visible_to(actor, rows.where(*where), RegisterEntry, Permission.COOPERATION_WRITE).subquery()
    firsts = select(RegisterEntry, seen.c.count).join(seen, seen.c.id == RegisterEntry.id)
    return {
        entry.register: (count, entry) for entry, count in session.execute(firsts.where(seen.c.place == 1))
    }
