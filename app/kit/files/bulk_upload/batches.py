"""What was read from a file, kept until a person confirms it; confirmed once."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.reading import Line, Reading
from app.kit.files.bulk_upload.their_columns import UnknownColumn
from app.kit.files.file_account import FileAccount
from models.bulk_upload import CellProblem, UploadBatch
from models.i18n import Sentence
from models.workflow import TransitionRefused

Batch = TypeVar("Batch", bound=UploadBatch)
CONFIRMED_BEFORE = Sentence("这个文件已经导入过了。")


def keep(session: Session, batch: Batch, reading: Reading, content: bytes | None = None) -> Batch:
    """Keep what was read in ``batch`` until it is confirmed; ``content`` where it may be read once more."""
    batch.content = content
    batch.filename = batch.filename[:200]
    batch.rows = {
        "lines": [_stored(line) for line in reading.lines],
        "unknown": reading.unknown,
        "questions": [asdict(question) for question in reading.questions],
        "file": reading.file.as_json(),
    }
    batch.good, batch.rejected = len(reading.good), len(reading.rejected)
    session.add(batch)
    session.flush()
    return batch


def reading_of(batch: UploadBatch) -> Reading:
    """What a kept file said."""
    kept = batch.rows
    questions = [UnknownColumn(**question) for question in kept.get("questions", ())]
    file = FileAccount.from_json(kept["file"]) if "file" in kept else FileAccount()
    return Reading([_restored(line) for line in kept["lines"]], kept["unknown"], questions, file)


def unconfirmed(batch: UploadBatch) -> Reading:
    """What a file said that waits for its confirm. Raises TransitionRefused for one that does not."""
    if batch.confirmed_at is not None:
        raise TransitionRefused(CONFIRMED_BEFORE)
    return reading_of(batch)


def confirm_once(batch: UploadBatch, now: datetime) -> Reading:
    """Note that the file is confirmed; returns what it said. Raises TransitionRefused the second time."""
    reading = unconfirmed(batch)
    batch.confirmed_at, batch.content = now, None
    return reading


def _stored(line: Line) -> dict[str, Any]:
    problems = [problem.as_json() for problem in line.problems]
    return asdict(line) | {"problems": problems, "warnings": [warning.as_json() for warning in line.warnings]}


def _restored(stored: dict[str, Any]) -> Line:
    problems = [CellProblem.from_json(kept) for kept in stored["problems"]]
    return Line(
        **stored | {"problems": problems, "warnings": [_sentence(kept) for kept in stored["warnings"]]}
    )


def _sentence(kept: dict[str, Any] | str) -> Sentence:
    """Before version 0.3 a warning was kept as text."""
    return Sentence(kept) if isinstance(kept, str) else Sentence.from_json(kept)
