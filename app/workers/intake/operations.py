"""What can be done with a roster on its way in: sent, its columns explained, confirmed, taken back."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.kit import slices
from app.kit.slices import Slices
from app.kit.web.queue import enqueue
from app.workers.intake import changes, column_choices
from app.workers.intake.categories import settle_batch
from app.workers.intake.changes import CHANGED_MEANWHILE
from app.workers.intake.duplicates import note_duplicates, pairs_of
from app.workers.intake.undo import Undoing, outlook, take_back, work_out
from app.workers.intake.write import Tell, enter_rows, reject
from app.workers.roster.columns import may_be_remembered
from models.access import Actor, Permission, scope_of
from models.audit import record
from models.background_job import FINISHED, Job
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.arrival import Arrival, arrive, is_arriving
from models.people.intake import (
    BATCH_WORKFLOW,
    BatchState,
    ColumnMapping,
    ImportBatch,
    ImportRow,
    RowOutcome,
    may_answer,
)
from models.reference.area import Area, AreaLevel
from models.workflow import IllegalTransition, TransitionRefused, refuse_for

LEFT_AFTER = timedelta(hours=6)
REJECTED_SHEET = re.compile(r"退回(\d{1,9})$")
BUSY = Sentence("这个文件正在处理，请等它做完。")
ALL_TOUCHED = Sentence("没有能撤回的：这次导入的人都已经有人办过事或改过资料。")
NOT_FOR_ALL_FILES = Sentence(
    "模板自己的列名、认得的列名，不能对以后所有文件都不登记；请在那个文件的预览里改。"
)
NOTHING_TO_IMPORT = Sentence("没有可以导入的行。请按退回的原因改好表格，再导入一次。")


def send_file(session: Session, actor: Actor, area_code: str, filename: str, content: bytes) -> ImportBatch:
    """Keep a file, sealed, and have it read: a county's, or that of a township's collector.

    Raises PermissionError for an area that is not the actor's.
    """
    if area_code not in {right.area_code for right in actor.rights_for(Permission.ROSTER_SEND)}:
        raise PermissionError(area_code)
    area = session.scalars(select(Area).where(Area.code == area_code)).one()
    is_town = area.level == AreaLevel.TOWN
    county_code = area.parent_code if is_town and area.parent_code else area_code
    township_code = area_code if is_town else None
    batch = new_batch(session, actor, county_code, filename, content, township_code)
    _have_it_read(session, actor, batch)
    return batch


def new_batch(
    session: Session,
    actor: Actor,
    county_code: str,
    filename: str,
    content: bytes,
    township_code: str | None = None,
) -> ImportBatch:
    """Note a file that came in, and keep it sealed."""
    batch = ImportBatch(
        county_code=county_code,
        township_code=township_code,
        filename=plain_filename(filename),
        content=content,
        user_id=actor.user_id,
        file_digest=hashlib.sha256(content).hexdigest(),
        state=BatchState.READING,
    )
    session.add(batch)
    session.flush()
    area = township_code or county_code
    record(session, actor, EventTag.IMPORT_UPLOAD, batch, area=area, file=batch.file_digest)
    return batch


def plain_filename(filename: str) -> str:
    """The last part of a path, without what a name cannot hold, at most 200 characters."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f]", "", name)[-200:] or "roster"


def _have_it_read(session: Session, actor: Actor, batch: ImportBatch) -> None:
    refuse_busy(session, batch)
    batch.job_id = enqueue(session, actor, "read_roster", batch.id).id


def refuse_busy(session: Session, batch: ImportBatch) -> None:
    """Raise TransitionRefused while a job works on the batch."""
    state = session.scalar(select(Job.state).where(Job.id == batch.job_id))
    if state is not None and state not in FINISHED:
        raise TransitionRefused(BUSY)


def read_again(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Have the file read once more: after its columns were named, or after the reading broke off.

    Raises IllegalTransition for a collector whose file is with the county.
    """
    if not may_answer(actor, batch):
        raise IllegalTransition("read")
    if batch.state is not BatchState.READING:
        _keep_row_ticks(session, batch)
        BATCH_WORKFLOW.advance(session, batch, "read", actor)
    _have_it_read(session, actor, batch)


def _keep_row_ticks(session: Session, batch: ImportBatch) -> None:
    """Remember which rows are left out, for their table is about to be written anew."""
    rows = session.execute(
        select(ImportRow.sheet, ImportRow.row).where(ImportRow.batch_id == batch.id, ImportRow.is_left_out)
    )
    batch.answers = (batch.answers or {}) | {"rows": [list(row) for row in rows]}


def name_columns(session: Session, actor: Actor, batch: ImportBatch, answers: Mapping[str, str]) -> None:
    """Read a file with what was said of its columns ({key: field, "" to leave it out}), and remember for the
    county's other files what holds for them too. A collector's answers hold for the file alone.

    Raises TransitionRefused where the file cannot be read so.
    """
    if objections := column_choices.objections(batch, answers):
        raise TransitionRefused(*objections)
    asked = {choice.key: choice for choice in column_choices.choices(batch)}
    lasting = {
        key: field
        for key, field in answers.items()
        if not (asked[key].is_for_this_file or (asked[key].is_asked and asked[key].field))
        and may_be_remembered(key, field)
    }
    batch.column_answers = batch.column_answers | dict(answers)
    if actor.can(Permission.WORKER_IMPORT):
        _remember(session, actor, batch.county_code, lasting)
    read_again(session, actor, batch)


def _remember(session: Session, actor: Actor, county_code: str, meanings: Mapping[str, str]) -> None:
    known = _mappings(session, county_code)
    for header, field in meanings.items():
        mapping = known.get(header)
        if mapping is None:
            mapping = ColumnMapping(county_code=county_code, header=header, field=field)
            session.add(mapping)
            session.flush()
        elif mapping.field == field:
            continue
        mapping.field = field
        about = {"event": "remember", "area": county_code, "fields": [field]}
        record(session, actor, EventTag.IMPORT_ADVANCE, mapping, **about)


def _mappings(session: Session, county_code: str) -> dict[str, ColumnMapping]:
    mappings = session.scalars(select(ColumnMapping).where(ColumnMapping.county_code == county_code))
    return {mapping.header: mapping for mapping in mappings}


def remembered(session: Session, county_code: str) -> dict[str, str]:
    """The fields of a county's own headings, as it said for earlier files."""
    return {header: mapping.field for header, mapping in _mappings(session, county_code).items()}


def change_column(session: Session, actor: Actor, mapping: ColumnMapping, field: str) -> None:
    """Let a remembered heading mean something else. Raises TransitionRefused where that is not remembered."""
    if not may_be_remembered(mapping.header, field):
        raise TransitionRefused(NOT_FOR_ALL_FILES)
    _remember(session, actor, mapping.county_code, {mapping.header: field})


def forget_column(session: Session, actor: Actor, mapping: ColumnMapping) -> None:
    """Forget what a heading means, and note it."""
    record(session, actor, EventTag.IMPORT_ADVANCE, mapping, event="forget", area=mapping.county_code)
    session.delete(mapping)


def ask_to_confirm(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Have the good rows of a preview written. Raises IllegalTransition or TransitionRefused."""
    _refuse_unless_waiting(actor, batch)
    refuse_busy(session, batch)
    if not batch.counts.get("new", 0) + batch.counts.get("changed", 0):
        raise TransitionRefused(NOTHING_TO_IMPORT)
    batch.job_id = enqueue(session, actor, "import_roster", batch.id).id


def _refuse_unless_waiting(actor: Actor, batch: ImportBatch) -> None:
    step = BATCH_WORKFLOW.by_event["confirm"]
    if batch.state not in step.sources:
        raise IllegalTransition("confirm")
    refuse_for(step.guard(batch, actor) if step.guard else None)


def confirm(session: Session, actor: Actor, batch: ImportBatch, tell: Tell, now: datetime) -> dict[str, int]:
    """Write the good rows of a preview into the register; returns the counts.

    Commits slices as it goes, of which nobody sees anything. All of it comes into the register by the last
    step, which is short and left to the caller to commit; :func:`tidy` comes after it. Raises
    IllegalTransition if it is confirmed already, StaleDataError if another process just does it. Broken off,
    it is done again and goes on, or taken back by :func:`take_back_arrivals`.
    """
    _refuse_unless_waiting(actor, batch)
    enter_rows(session, batch, tell, day_of(now))
    known = changes.work_out(session, batch, now, tell)
    pairs = pairs_of(session, batch)
    session.rollback()
    BATCH_WORKFLOW.advance(session, batch, "confirm", actor)
    session.flush()
    stale = changes.write(session, batch.county_code, known)
    reject(session, stale, CHANGED_MEANWHILE)
    _count(session, batch, len(known.people) + len(known.stale) - len(stale))
    arrive(session, batch.id, int(now.timestamp()))
    batch.counts |= {"possible": note_duplicates(session, pairs)}
    batch.content, batch.is_closed = None, not batch.counts["refused"]
    if batch.reading is not None:
        columns = [column | {"examples": []} for column in batch.reading["columns"]]
        batch.reading = batch.reading | {"columns": columns}
    if batch.corrects_id:
        session.execute(update(ImportBatch).where(ImportBatch.id == batch.corrects_id).values(is_closed=True))
    record(session, actor, EventTag.IMPORT_CONFIRM, batch, area=batch.county_code, counts=dict(batch.counts))
    return dict(batch.counts)


def _count(session: Session, batch: ImportBatch, changed: int) -> None:
    """Count what came of the rows; who could not go in is refused."""
    coming = select(func.count()).select_from(Arrival).where(Arrival.batch_id == batch.id)
    new = session.scalar(coming) or 0
    expected = batch.counts.get("new", 0) + batch.counts.get("changed", 0)
    refused = batch.counts.get("refused", 0) + expected - new - changed
    batch.counts = batch.counts | {"new": new, "changed": changed, "refused": refused}


def tidy(session: Session, batch_id: int) -> None:
    """Of a file that is in the register, keep what rows that did not go in say, and nothing of the others; a
    slice at a time. What the file says of the categories of people it knew is settled first."""
    since = session.scalar(select(ImportBatch.state_since).where(ImportBatch.id == batch_id))
    if since is not None:
        settle_batch(session, batch_id, day_of(since))
    pieces = Slices()
    gone_in = ImportRow.outcome.in_((RowOutcome.NEW, RowOutcome.CHANGED)) & ~ImportRow.is_left_out
    told = select(ImportRow.id).where(
        ImportRow.batch_id == batch_id,
        or_(ImportRow.outcome == RowOutcome.UNCHANGED, gone_in),
        ImportRow.payload.is_not(None),
    )
    while True:
        slices.read(session)
        rows = session.scalars(told.limit(pieces.size)).all()
        if not rows:
            break
        with pieces.one(session):
            forget = update(ImportRow).where(ImportRow.id.in_(rows)).values(payload=None)
            session.execute(forget, execution_options={"synchronize_session": False})
    session.rollback()


def left_behind(session: Session, now: datetime) -> list[int]:
    """Batches with people whom no job brings in or takes away any more."""
    coming = select(Arrival.batch_id).distinct()
    waiting = select(ImportBatch.id).join(Job, Job.id == ImportBatch.job_id)
    waiting = waiting.where(Job.state.not_in(FINISHED))
    since = func.coalesce(ImportBatch.state_since, ImportBatch.created_at)
    batches = select(ImportBatch.id).where(ImportBatch.id.in_(coming), ImportBatch.id.not_in(waiting))
    return list(session.scalars(batches.where(since < now - LEFT_AFTER)))  # a command has no job


def cancel(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Throw a file away that was not imported. Raises TransitionRefused while a job works on it."""
    refuse_busy(session, batch)
    if is_arriving(session, batch.id):
        enqueue(session, actor, "withdraw_arrivals", batch.id)
    throw_away(session, actor, batch)


def throw_away(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Forget a file and all its rows."""
    BATCH_WORKFLOW.advance(session, batch, "cancel", actor)
    forget_rows(session, batch)
    batch.content = batch.reading = batch.answers = None


def forget_rows(session: Session, batch: ImportBatch) -> None:
    """Delete what was read from the file."""
    session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))


def work_out_undo(session: Session, batch: ImportBatch, now: datetime) -> Undoing:
    """What :func:`undo` will do. Only reads; raises TransitionRefused where nobody can be taken back."""
    expected = outlook(session, batch)
    if expected.stay and not expected.going + expected.restored:
        raise TransitionRefused(ALL_TOUCHED)
    return work_out(session, batch, now)


def undo(
    session: Session, actor: Actor, batch: ImportBatch, undoing: Undoing, reason: str, now: datetime
) -> dict[str, int]:
    """Take an import back but for the people whom somebody touched since; returns how many of each.

    One short step for all who look; whom it takes out of the register is deleted by a job.
    """
    BATCH_WORKFLOW.advance(session, batch, "undo", actor, reason=reason)
    counts = take_back(session, batch, undoing, now)
    batch.is_closed, batch.reading, batch.answers = True, None, None
    batch.counts = batch.counts | {f"undone_{name}": count for name, count in counts.items()}
    record(session, actor, EventTag.IMPORT_UNDO, batch, area=batch.county_code, counts=counts)
    if actor.user_id is not None:
        enqueue(session, actor, "withdraw_arrivals", batch.id)
    return counts


def close(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Note that the rejected rows of a batch are not waited for any more."""
    batch.is_closed = True
    record(session, actor, EventTag.IMPORT_ADVANCE, batch, event="settle")


def corrected_batch(session: Session, actor: Actor, county_code: str, sheets: set[str]) -> int | None:
    """The batch whose rejected rows a file brings back, told by its sheets' names."""
    numbers = {int(mark.group(1)) for name in sheets if (mark := REJECTED_SHEET.search(name))}
    if not numbers:
        return None
    own = scope_of(actor, ImportBatch, Permission.ROSTER_SEND)
    statement = select(ImportBatch.id).where(
        ImportBatch.id.in_(numbers), ImportBatch.county_code == county_code, own
    )
    return session.scalar(statement.order_by(ImportBatch.id.desc()).limit(1))
