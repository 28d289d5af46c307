"""What was read from a file, kept until somebody confirms it; confirmed once."""

from dataclasses import asdict
from typing import TypeVar

from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.reading import Line, Reading
from models.bulk_upload import SheetBatch
from models.clock import utc_now
from models.i18n import N_
from models.workflow import TransitionRefused

Batch = TypeVar("Batch", bound=SheetBatch)
CONFIRMED_BEFORE = N_("这个文件已经导入过了。")


def keep(session: Session, batch: Batch, reading: Reading) -> Batch:
    """Keep what was read in ``batch`` until somebody confirms it."""
    batch.filename, batch.rows = batch.filename[:200], asdict(reading)
    batch.good, batch.refused = len(reading.good), len(reading.refused)
    session.add(batch)
    session.flush()
    return batch


def reading_of(batch: SheetBatch) -> Reading:
    """Return what a kept file said."""
    return Reading([Line(**line) for line in batch.rows["lines"]], batch.rows["unknown"])


def confirm_once(batch: SheetBatch) -> Reading:
    """Note that the file is confirmed, and return what it said. Raises TransitionRefused the second time."""
    if batch.confirmed_at is not None:
        raise TransitionRefused(CONFIRMED_BEFORE)
    batch.confirmed_at = utc_now()
    return reading_of(batch)
