"""A person's whole history: who, when, what, why. From the audit, the imports, the placements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.kit.web.event_words import WORDS
from app.kit.web.history import Entry
from app.workers.roster.fields import BY_NAME
from models.audit import AuditEvent, subject_name
from models.column_words import column_word
from models.event_tags import EVENT_LABELS, EventTag
from models.i18n import NOTHING, Sentence
from models.people.intake import BatchState, ImportBatch, ImportRow, RowOutcome
from models.people.purpose import purpose_in_words
from models.people.worker import Worker, WorkerState, records_of
from models.placement.placement import PLACEMENT_STATE_LABELS, Placement, PlacementState
from models.user import User

MOST = 200
WHAT = {
    EventTag.WORKER_CREATE: Sentence("登记入册"),
    EventTag.WORKER_UPDATE: Sentence("修改了资料"),
    EventTag.WORKER_REVEAL: Sentence("查看了完整号码"),
    EventTag.WORKER_HEALTH: Sentence("看了健康情况"),
    EventTag.WORKER_DATA: Sentence("导出了本人资料"),
    EventTag.WORKER_ERASE: Sentence("清除了个人资料"),
    EventTag.WORKER_ADVANCE: Sentence("台账状态"),
    EventTag.DUPLICATE_DECIDE: Sentence("判定重复人员"),
    EventTag.DUPLICATE_UNDO: Sentence("撤销重复判定"),
    EventTag.PLACEMENT_CREATE: Sentence("推荐岗位"),
    EventTag.CONSENT_GIVE: Sentence("本人同意把资料给企业"),
    EventTag.CONSENT_WITHDRAW: Sentence("本人收回同意"),
    EventTag.FOLLOWUP_RECORD: Sentence("登记了回访"),
    EventTag.FOLLOWUP_VERIFY: Sentence("核实了回访"),
}


def timeline(session: Session, worker: Worker, placements: Sequence[Placement]) -> list[Entry]:
    """What happened to ``worker``, the latest first. The caller has checked that both may be seen."""
    entries = [*_audited(session, worker, placements), *_imported(session, worker)]
    registered = WHAT[EventTag.WORKER_CREATE]
    if not any(entry.what == registered for entry in entries):
        entries.append(Entry(worker.created_at, "", registered, NOTHING))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST]


def _audited(session: Session, worker: Worker, placements: Sequence[Placement]) -> Iterator[Entry]:
    records = [f"worker:{number}" for number in session.scalars(records_of(worker.id))]
    titles = {subject_name(placement): placement.order.title for placement in placements}
    titles |= {
        subject_name(step): placement.order.title for placement in placements for step in placement.follow_ups
    }
    events = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject.in_([*records, *titles]))
        .order_by(AuditEvent.id.desc())
        .limit(MOST)
    )
    for event in events:
        what, title = _what(event.tag, event.details), titles.get(event.subject, "")
        whole = Sentence("%(what)s · %(title)s", {"what": what, "title": title}) if title else what
        yield Entry(event.at, event.actor_name, whole, _why(event.details))


def _what(tag: str, details: dict[str, Any]) -> Sentence:
    state = details.get("to")
    if tag == EventTag.PLACEMENT_ADVANCE and (event := details.get("event")) in WORDS:
        return Sentence(WORDS[event])
    if tag == EventTag.PLACEMENT_ADVANCE and state in list(PlacementState):
        return Sentence(PLACEMENT_STATE_LABELS[PlacementState(state)])
    what = WHAT[EventTag(tag)] if tag in WHAT else Sentence(EVENT_LABELS[EventTag(tag)])
    if tag == EventTag.WORKER_ADVANCE and state in list(WorkerState):
        return Sentence("%(what)s：%(state)s", {"what": what, "state": WorkerState(state)})
    return what


def _why(details: dict[str, Any]) -> Sentence:
    """Reason, purpose and changed fields, as far as they are known."""
    parts = [Sentence(str(details["reason"]))] if details.get("reason") else []
    parts += [purpose_in_words(details["purpose"])] if details.get("purpose") else []
    if fields := details.get("fields"):
        parts.append(Sentence("改了：%(fields)s", {"fields": field_labels(fields)}))
    return _joined(parts)


def field_labels(names: Iterable[str]) -> list[Sentence]:
    """Fields by the words that the roster has for them."""
    return [Sentence(BY_NAME[name].label) if name in BY_NAME else column_word(name) for name in names]


def _joined(parts: Iterable[Sentence]) -> Sentence:
    first, *more = [part for part in parts if part] or [NOTHING]
    return Sentence("%(first)s；%(more)s", {"first": first, "more": _joined(more)}) if more else first


def _imported(session: Session, worker: Worker) -> Iterator[Entry]:
    rows = session.execute(
        select(ImportRow, ImportBatch, User.name)
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .join(User, User.id == ImportBatch.user_id)
        .where(ImportRow.worker_id.in_(records_of(worker.id)))
        .where(ImportRow.outcome.in_((RowOutcome.NEW, RowOutcome.CHANGED)))
        .where(ImportBatch.state.in_((BatchState.CONFIRMED, BatchState.UNDONE)))
        .options(undefer(ImportRow.changes))
    )
    for row, batch, name in rows:
        yield _import_entry(row, batch, name)


def _import_entry(row: ImportRow, batch: ImportBatch, who: str) -> Entry:
    is_new = row.outcome is RowOutcome.NEW
    place = {"file": batch.filename, "sheet": row.sheet, "row": row.row}
    why = [Sentence("%(file)s，%(sheet)s 第 %(row)s 行", place)]
    if row.changes and not is_new:
        why.append(Sentence("改了：%(fields)s", {"fields": field_labels(row.changes)}))
    if batch.state is BatchState.UNDONE:
        why.append(Sentence("这次导入后来撤销了"))
    what = WHAT[EventTag.WORKER_CREATE] if is_new else Sentence("从花名册更新")
    return Entry(batch.state_since or batch.created_at, who, what, _joined(why))
