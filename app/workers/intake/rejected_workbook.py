"""Rejected rows as a workbook: their own columns, and in front of them why. Corrected, it comes in again."""

from collections.abc import Iterable, Iterator
from typing import IO, Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import say
from app.workers.intake.write import rows_of
from models.bulk_upload import CellProblem
from models.i18n import N_
from models.people.intake import ImportBatch, RowOutcome

REASON = N_("原因")
SHEET_NAME_LENGTH = 25


class RejectedRow(NamedTuple):
    """Where a row stood in the file, why it is rejected, its cells by column."""

    sheet: str
    row: int
    errors: Iterable[CellProblem]
    raw: dict[str, str]


def rejected_rows(session: Session, batch: ImportBatch) -> Iterator[RejectedRow]:
    """The rejected rows of a batch."""
    for rows in rows_of(session, batch.id, RowOutcome.REJECTED):
        for row in rows:
            yield RejectedRow(row.sheet, row.row, row.errors, (row.payload or {}).get("raw", {}))


def write_rejected(
    target: IO[bytes], tables: list[dict[str, Any]], rows: Iterable[RejectedRow], batch_id: int | None = None
) -> None:
    """Write the rejected rows, a sheet for each of the file's.

    The sheets' names carry the batch's number, by which the corrected file is known again (see
    operations.corrected_batch).
    """
    by_sheet: dict[str, list[RejectedRow]] = {}
    for row in rows:
        by_sheet.setdefault(row.sheet, []).append(row)
    keys = {table["sheet"][:60]: table["keys"] for table in tables}
    mark = f"退回{batch_id}" if batch_id else ""
    pages = [_page(sheet, mark, keys.get(sheet, []), some) for sheet, some in by_sheet.items()]
    write_workbook(target, pages or [_page("", mark, [], [])])


def _page(sheet: str, mark: str, keys: list[str], rows: list[RejectedRow]) -> Page:
    columns = [key for key in keys if key != _(REASON)]
    cells = ([_reason(row), *(row.raw.get(key, "") for key in columns)] for row in rows)
    headings = [Column(_(REASON), 48), *(Column(key, 22 if len(key) > 3 else 12) for key in columns)]
    return Page(sheet[: SHEET_NAME_LENGTH - len(mark)] + mark, headings, cells)


def _reason(row: RejectedRow) -> str:
    """Why a row is rejected, in words, with the number it had in the file."""
    parts = [
        _("：").join((problem.header, say(problem.sentence))) if problem.header else say(problem.sentence)
        for problem in row.errors
    ]
    return _("原第%(row)d行　", row=row.row) + _("；").join(parts)
