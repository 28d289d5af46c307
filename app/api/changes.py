"""What has changed, as far as an account may see it: read off the audit, in its order, by number.

A change says which row and what happened to it, never what stands in the row: who wants to know that asks for
the row, under the rights of then.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, visible_to
from models.audit import AuditEvent, tail
from models.employment.roster import MonthlyRoster
from models.event_tags import EventTag as Tag
from models.jobs.order import Order
from models.people.worker import Worker
from models.permissions import Permission
from models.placement.placement import Placement
from models.reports.report import Report

MOST_LOOKED_AT = 2000
MOST_TOLD = 200


@dataclass(frozen=True)
class Kind:
    """Rows that changes are told of: to those who may read them under ``permission``."""

    model: Any
    permission: Permission
    tags: tuple[Tag, ...]


_P = Permission
KINDS = {
    "order": Kind(Order, _P.ORDER_READ, (Tag.ORDER_CREATE, Tag.ORDER_UPDATE, Tag.ORDER_ADVANCE)),
    "worker": Kind(
        Worker, Permission.WORKER_READ, (Tag.WORKER_CREATE, Tag.WORKER_UPDATE, Tag.WORKER_ADVANCE)
    ),
    "placement": Kind(
        Placement,
        Permission.PLACEMENT_READ,
        (Tag.PLACEMENT_CREATE, Tag.PLACEMENT_ADVANCE, Tag.PLACEMENT_CORRECT),
    ),
    "roster": Kind(MonthlyRoster, _P.PLACEMENT_READ, (Tag.MONTH_CONFIRM,)),
    "report": Kind(Report, _P.REPORT_READ, (Tag.REPORT_ADVANCE,)),
}
_KIND_OF = {tag.value: name for name, kind in KINDS.items() for tag in kind.tags}


@dataclass(frozen=True)
class Change:
    """One change: ``number`` is its place, ``event`` the act, ``kind`` and ``row_id`` whose."""

    number: int
    at: Any
    event: str
    kind: str
    row_id: int


@dataclass(frozen=True)
class Changes:
    """Some changes, and up to which number all is told."""

    items: list[Change]
    up_to: int
    has_more: bool


def newest(session: Session) -> int:
    """The number of the last act there is."""
    last = tail(session)
    return last[0] if last else 0


def changes_after(session: Session, actor: Actor, after: int, kinds: list[str]) -> Changes:
    """What happened behind number ``after`` to rows that ``actor`` may see now.

    So many acts are looked at, whatever is among them: the work is the same for a thousand and a million.
    """
    wanted = [name for name in kinds if name in KINDS and actor.can(KINDS[name].permission)]
    acts = select(AuditEvent.id, AuditEvent.at, AuditEvent.tag, AuditEvent.subject)
    behind = acts.where(AuditEvent.id > after, AuditEvent.id <= after + MOST_LOOKED_AT)
    rows = session.execute(behind.order_by(AuditEvent.id)).all()
    seen = [
        Change(row.id, row.at, row.tag, _KIND_OF[row.tag], int(row.subject.rpartition(":")[2]))
        for row in rows
        if _KIND_OF.get(row.tag) in wanted and row.subject.rpartition(":")[2].isdigit()
    ]
    visible = {name: _visible(session, actor, name, seen) for name in wanted}
    told = [one for one in seen if one.row_id in visible[one.kind]]
    last = newest(session)
    if len(told) > MOST_TOLD:
        return Changes(told[:MOST_TOLD], told[MOST_TOLD - 1].number, has_more=True)
    up_to = min(after + MOST_LOOKED_AT, max(last, after))
    return Changes(told, up_to, has_more=up_to < last)


def _visible(session: Session, actor: Actor, name: str, seen: list[Change]) -> set[int]:
    kind = KINDS[name]
    ids = sorted({one.row_id for one in seen if one.kind == name})
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        statement = select(kind.model.id).where(kind.model.id.in_(ids[start : start + 500]))
        found |= set(session.scalars(visible_to(actor, statement, kind.model, kind.permission)))
    return found
