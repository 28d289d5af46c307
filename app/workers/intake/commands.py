"""The command line's import: the same reading, planning and writing as on the pages."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.kit.files.file_account import FileAccount
from app.kit.files.hidden import EVERYTHING, SEEN_ONLY
from app.kit.files.spreadsheet import SpreadsheetError
from app.kit.web.extensions import db, read_only
from app.workers.intake.column_choices import reports_of
from app.workers.intake.operations import confirm, new_batch, remembered, tidy
from app.workers.intake.plan import CHUNK, Planned, Planner
from app.workers.intake.read import chunks, counts_of, fill, tally
from app.workers.intake.rejected_workbook import RejectedRow, rejected_rows, write_rejected
from app.workers.intake.write import take_back_arrivals
from app.workers.roster.fields import BY_NAME
from app.workers.roster.reader import RosterError, RosterReading, read_roster
from app.workers.roster.skipped_rows import HIDDEN_TABLE, NO_TABLE
from models.access import Actor, Right, Role
from models.clock import today, utc_now
from models.i18n import Sentence
from models.people.intake import BatchState, ImportBatch, ImportRow, RowOutcome
from models.reference.area import Area, resolve_county

NOT_WRITTEN = Sentence("数据库正忙或写不进去，台账没有改动，请再试一次")


@dataclass
class Outcome:
    """What came of a file: the counts, and the rejected rows."""

    counts: dict[str, int]
    rejected: list[RejectedRow] = field(default_factory=list)


@click.command("import-workers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--county", "county_code", required=True, help="code of the county, an old code or today's")
@click.option("--dry-run", is_flag=True, help="say what the file would do, and do nothing")
@click.option(
    "--refused",
    "rejected_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="write the refused rows with their reasons to this .xlsx",
)
@click.option(
    "--mapping", default="{}", help='meanings of headings, as JSON: {"heading": "field"}; "" leaves it out'
)
@click.option("--hidden", "with_hidden", is_flag=True, help="read hidden rows, columns and sheets too")
def import_workers(
    file: Path, county_code: str, dry_run: bool, rejected_to: Path | None, mapping: str, with_hidden: bool
) -> None:
    """Import a roster of workers into a county's register.

    The last line printed is JSON: new, changed, unchanged and refused count rows; doubts counts the rows with
    warnings (they go in all the same); refused_rows lists [sheet, row, column, reason], one for each reason,
    rows numbered as the spreadsheet shows them, sheet "" where the file has none; unknown_columns names the
    headings that were left out because their meaning is not known; unread_columns lists [sheet, heading,
    cells that are not blank] of every column that is not read, whatever the reason; file_rows counts all rows
    that can be seen, left_rows those that are no person, by reason; hidden and remarks are sentences on the
    file.
    """
    county = resolve_county(db.session, county_code) or _no_county(county_code)
    about: dict[str, Any] = {
        "county_code": county.code,
        "mapping": _meanings(mapping),
        "remembered": remembered(db.session, county.code),
    }
    db.session.rollback()
    try:
        unhide = EVERYTHING if with_hidden else SEEN_ONLY
        with read_roster(file, today=today(), unhide=unhide, filename=file.name, **about) as reading:
            if not reading.is_readable:
                raise RosterError(HIDDEN_TABLE if reading.file.needs_hidden else NO_TABLE)
            unknown = [column.key for column in reading.unknown_columns]
            unread = [[c.sheet, c.header, c.filled] for c in reading.columns if not c.field and c.filled]
            outcome = (
                try_out(db.session, county, reading)
                if dry_run
                else bring_in(db.session, county, file, reading)
            )
            if rejected_to:
                with rejected_to.open("wb") as target:
                    write_rejected(target, reports_of(reading), outcome.rejected)
    except (SpreadsheetError, RosterError) as problem:
        _give_up(problem.sentence)
    except (DBAPIError, StaleDataError):
        _give_up(NOT_WRITTEN)
    _tell(outcome, {"unknown_columns": unknown, "unread_columns": unread}, reading.file)


def try_out(session: Session, county: Area, reading: RosterReading) -> Outcome:
    """Plan every row, and keep nothing."""
    planner = Planner(session, county.code)
    counts: Counter[str] = Counter()
    rejected: list[RejectedRow] = []
    for chunk in chunks(reading.rows(), CHUNK):
        read_only()
        planned = planner.plan(chunk)
        session.rollback()
        tally(counts, planned)
        rejected += [_rejected(row) for row in planned if row.outcome is RowOutcome.REJECTED]
    return Outcome(counts_of(counts), rejected)


def _rejected(row: Planned) -> RejectedRow:
    return RejectedRow(row.sheet, row.row, row.errors, (row.payload or {}).get("raw", {}))


def bring_in(session: Session, county: Area, file: Path, reading: RosterReading) -> Outcome:
    """Plan every row, then write the good ones: all or nothing, whoever looks."""
    actor = Actor(None, "import-workers", (Right(Role.COUNTY, county.code, county.level),))
    _forget_broken_off(session, county.code)
    batch = new_batch(session, actor, county.code, file.name, file.read_bytes())
    fill(session, actor, batch, reading, _silent)
    counts = confirm(session, actor, batch, _silent, utc_now())
    session.commit()
    tidy(session, batch.id)
    return Outcome(counts, list(rejected_rows(session, batch)))


def _forget_broken_off(session: Session, county_code: str) -> None:
    """Throw away what an import that was killed had read, and whom it had written: nobody ever saw them."""
    unfinished = select(ImportBatch.id).where(
        ImportBatch.user_id.is_(None),
        ImportBatch.county_code == county_code,
        ImportBatch.state.in_((BatchState.READING, BatchState.PREVIEWED)),
    )
    for number in session.scalars(unfinished).all():
        take_back_arrivals(session, number)
    session.execute(delete(ImportRow).where(ImportRow.batch_id.in_(unfinished)))
    session.execute(delete(ImportBatch).where(ImportBatch.id.in_(unfinished)))


def _silent(stage: str | None = None, done: int | None = None, total: int | None = None) -> None:
    """A command is waited for: no progress is told."""


def _meanings(text: str) -> dict[str, str]:
    try:
        meanings: dict[str, str] = json.loads(text)
        is_valid = all(name == "" or name in BY_NAME for name in meanings.values())
    except (ValueError, TypeError, AttributeError):
        is_valid = False
    if not is_valid:
        raise click.BadParameter(
            f"say {{heading: field}}; fields are {', '.join(sorted(filter(None, BY_NAME)))}",
            param_hint="--mapping",
        )
    return meanings


def _no_county(code: str) -> NoReturn:
    raise click.BadParameter(f"no county has the code {code}", param_hint="--county")


def _give_up(problem: Sentence) -> NoReturn:
    click.echo(json.dumps({"error": str(problem)}, ensure_ascii=False), err=True)
    raise SystemExit(1)


def _tell(outcome: Outcome, columns: dict[str, Any], account: FileAccount) -> None:
    rows: list[list[Any]] = [
        [row.sheet, row.row, problem.header, str(problem.sentence)]
        for row in outcome.rejected
        for problem in row.errors
    ]
    counts = {key: outcome.counts[key] for key in ("new", "changed", "unchanged", "refused", "doubts")}
    click.echo(json.dumps(counts | {"refused_rows": rows} | columns | account.told(), ensure_ascii=False))
