"""What a roster hides: where its rows went, and reading the hidden ones after all."""

from sqlalchemy.orm import Session

from app.kit.files.file_account import FileAccount
from app.kit.files.hidden import SEEN_ONLY, Unhide
from app.workers.intake.operations import read_again
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.people.intake import ImportBatch


def unhidden(batch: ImportBatch) -> Unhide:
    """What a person said to read although the file hides it."""
    return Unhide(*(batch.answers or {}).get("unhide", SEEN_ONLY))


def account_of(batch: ImportBatch) -> FileAccount | None:
    """Where the rows of a batch's file went; none for batches read before this was kept."""
    kept = (batch.reading or {}).get("file")
    return FileAccount.from_json(kept) if kept else None


def read_hidden(session: Session, actor: Actor, batch: ImportBatch, unhide: Unhide) -> None:
    """Have the file read once more, with ``unhide`` of what it hides. Raises as read_again."""
    batch.answers = (batch.answers or {}) | {"unhide": list(unhide)}
    read_again(session, actor, batch)
    ticked = [name for name, is_ticked in unhide._asdict().items() if is_ticked]
    record(session, actor, EventTag.IMPORT_ADVANCE, batch, event="unhide", fields=ticked)
