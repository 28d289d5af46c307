"""A person's whole history in plain words: who, when, what, why. From the audit, the imports, the
placements."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.kit.web.formatters import label
from app.kit.web.history import Entry
from app.workers.roster.fields import BY_NAME
from models.audit import AuditEvent, EventTag, subject_name
from models.i18n import N_
from models.people.intake import BatchState, ImportBatch, ImportRow, RowOutcome
from models.people.worker import Worker, WorkerState
from models.placement.placement import Placement, PlacementState
from models.user import User

MOST = 200
WHAT = {
    EventTag.WORKER_CREATE: N_("登记入册"),
    EventTag.WORKER_UPDATE: N_("修改了资料"),
    EventTag.WORKER_REVEAL: N_("查看了完整号码"),
    EventTag.WORKER_DATA: N_("导出了本人资料"),
    EventTag.WORKER_ERASE: N_("清除了个人资料"),
    EventTag.WORKER_ADVANCE: N_("台账状态"),
    EventTag.DUPLICATE_DECIDE: N_("判定重复人员"),
    EventTag.DUPLICATE_UNDO: N_("撤销重复判定"),
    EventTag.PLACEMENT_CREATE: N_("推荐岗位"),
    EventTag.CONSENT_GIVE: N_("本人同意把资料给企业"),
    EventTag.CONSENT_WITHDRAW: N_("本人收回同意"),
    EventTag.FOLLOWUP_RECORD: N_("登记了回访"),
    EventTag.FOLLOWUP_VERIFY: N_("核实了回访"),
}


def timeline(session: Session, worker: Worker, placements: Sequence[Placement]) -> list[Entry]:
    """Return what happened to ``worker``, the latest first. The caller has checked that both may be seen."""
    entries = [*_audited(session, worker, placements), *_imported(session, worker)]
    if not any(entry.what == _(WHAT[EventTag.WORKER_CREATE]) for entry in entries):
        entries.append(Entry(worker.created_at, "", _(WHAT[EventTag.WORKER_CREATE])))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST]


def _audited(session: Session, worker: Worker, placements: Sequence[Placement]) -> Iterator[Entry]:
    titles = {subject_name(one): one.order.title for one in placements}
    titles |= {subject_name(step): one.order.title for one in placements for step in one.follow_ups}
    events = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject.in_([subject_name(worker), *titles]))
        .order_by(AuditEvent.id.desc())
        .limit(MOST)
    )
    for event in events:
        details = event.details
        title = titles.get(event.subject, "")
        what = _what(event.tag, details)
        whole = _("%(what)s · %(title)s", what=what, title=title) if title else what
        yield Entry(event.at, event.actor_name, whole, _why(details))


def _what(tag: str, details: dict[str, Any]) -> str:
    state = details.get("to")
    if tag == EventTag.PLACEMENT_ADVANCE and state in list(PlacementState):
        return label(PlacementState(state))
    word = _(WHAT[EventTag(tag)]) if tag in WHAT else tag
    if tag == EventTag.WORKER_ADVANCE and state in list(WorkerState):
        return _("%(what)s：%(state)s", what=word, state=label(WorkerState(state)))
    return word


def _why(details: dict[str, Any]) -> str:
    """Return reason, purpose and changed fields, whichever there are."""
    parts = [str(details[key]) for key in ("reason", "purpose") if details.get(key)]
    if fields := details.get("fields"):
        parts.append(_("改了：%(fields)s", fields=field_words(fields)))
    return _("；").join(parts)


def field_words(names: Sequence[str]) -> str:
    """Return fields by the words people know them by."""
    return _("、").join(_(BY_NAME[name].label) if name in BY_NAME else name for name in names)


def _imported(session: Session, worker: Worker) -> Iterator[Entry]:
    rows = session.execute(
        select(ImportRow, ImportBatch, User.name)
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .join(User, User.id == ImportBatch.user_id)
        .where(ImportRow.worker_id == worker.id, ImportRow.outcome.in_((RowOutcome.NEW, RowOutcome.CHANGED)))
        .where(ImportBatch.state.in_((BatchState.CONFIRMED, BatchState.UNDONE)))
        .options(undefer(ImportRow.changes))
    )
    for row, batch, name in rows:
        yield _import_entry(row, batch, name)


def _import_entry(row: ImportRow, batch: ImportBatch, who: str) -> Entry:
    is_new = row.outcome is RowOutcome.NEW
    what = _(WHAT[EventTag.WORKER_CREATE]) if is_new else _("从花名册更新")
    place = _("%(file)s，%(sheet)s 第 %(row)s 行", file=batch.filename, sheet=row.sheet, row=row.row)
    changed = (
        "" if is_new or not row.changes else _("改了：%(fields)s", fields=field_words(list(row.changes)))
    )
    undone = _("这次导入后来撤销了") if batch.state is BatchState.UNDONE else ""
    at = batch.state_since or batch.created_at
    return Entry(at, who, what, _("；").join(part for part in (place, changed, undone) if part))
