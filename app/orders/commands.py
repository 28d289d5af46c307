"""Commands for job orders: import a spreadsheet, check postings against the law."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.reading import Sent, Unreadable
from app.kit.files.cells.amounts import Misread, read_amount
from app.kit.files.cells.cell import clean
from app.kit.files.cells.dates import parse_date
from app.kit.files.cells.measures import WAGE
from app.kit.files.cells.spoilt import spoilt
from app.kit.files.cells.wages import Hours, by_the_month
from app.kit.files.hidden import EVERYTHING, SEEN_ONLY
from app.kit.files.spreadsheet import Row, SpreadsheetError, open_workbook
from app.kit.web.extensions import db
from app.orders import legal_check
from app.orders.bulk_upload import operations as bulk_upload
from app.orders.bulk_upload.columns import ORDERS
from models.access import SYSTEM
from models.clock import today
from models.posting_law import MinimumWage, Posting
from models.reference.dated_fact import MinimumWage as MinimumWageRow
from models.reference.organisation import Organisation, OrganisationKind

COLUMNS = ("title", "description", "city_code", "base_wage_yuan", "posted_on")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check-orders")
@click.argument("file", type=FILE)
def check_orders(file: Path) -> None:
    """Check every row of FILE (title, description, city_code, base_wage_yuan, posted_on) against the law.

    Prints one JSON line per row; rows are numbered as a spreadsheet shows them, so the first one is 2.
    """
    wages = _wages(db.session)
    for number, posting in _postings(file):
        findings = legal_check.examine(posting, wages)
        objections = [
            {
                "level": finding.level.value,
                "rule": finding.rule,
                "passage": finding.passage,
                "source": finding.source,
            }
            for finding in findings
        ]
        click.echo(json.dumps({"row": number, "findings": objections}, ensure_ascii=False))


def _wages(session: Session) -> MinimumWage:
    """The table's minimum wages, or the shipped ones where there is no table yet."""
    tables = inspect(db.engine)
    if tables.has_table(MinimumWageRow.__tablename__) and session.scalar(select(MinimumWageRow.id).limit(1)):
        return legal_check.wage_table(session)
    return legal_check.shipped_wage_table()


def _postings(file: Path) -> Iterator[tuple[int, Posting]]:
    try:
        with open_workbook(file) as book:
            for sentence in [*book.remarks, *(one for part in book.hidden for one in part.sentences)]:
                click.echo(str(sentence), err=True)
            rows = next(sheet for sheet in book.sheets if sheet.row_count).rows()
            header = [clean(cell).lower() for cell in next(rows).cells]
            if missing := [name for name in ("title", "description") if name not in header]:
                raise click.ClickException(f"the first row names no column {', '.join(missing)}")
            for row in rows:
                yield row.number, _posting(row, header)
    except SpreadsheetError as problem:
        raise click.ClickException(str(problem.sentence)) from problem


def _posting(row: Row, header: list[str]) -> Posting:
    pairs = zip(header, row.cells, strict=False)
    cells = {name: clean(cell) for name, cell in pairs if name in COLUMNS and not spoilt(cell, is_free=True)}
    wage, words = _yuan(cells.get("base_wage_yuan", ""))
    description = cells.get("description", "")
    return Posting(
        title=cells.get("title", ""),
        description="\n".join([description, f"底薪：{words}"]) if words else description,
        city_code=cells.get("city_code") or None,
        base_wage_yuan=wage,
        posted_on=_day(cells.get("posted_on", "")),
    )


def _yuan(text: str) -> tuple[int | None, str]:
    """The base wage by the month, and its words where they say something else: they are checked as text."""
    try:
        wage = read_amount(text, WAGE)
    except Misread:
        return None, text
    if wage is None:
        return None, ""
    monthly = by_the_month(wage, Hours(), only_normal_hours=True)
    lowest = monthly.low if monthly.low is not None else monthly.high
    if wage.period not in ("", "month") or lowest is None:
        return None, text
    return int(lowest), text if wage.remarks else ""


def _day(text: str) -> date:
    """The day a posting is of; without one it is today."""
    if not text:
        return today()
    day: date | None = parse_date(text).value
    if day is None:
        raise click.ClickException(f"posted_on is no date: {text[:20]}")
    return day


@click.command("import-orders")
@click.argument("file", type=FILE)
@click.option("--enterprise", required=True, help="credit code of the enterprise whose orders these are")
@click.option("--dry-run", is_flag=True, help="read and check only, write nothing")
@click.option("--hidden", "with_hidden", is_flag=True, help="read hidden rows, columns and sheets too")
@click.option(
    "--mapping", default="{}", help='meanings of headings, as JSON: {"heading": "field"}; "" leaves it out'
)
def import_orders(file: Path, enterprise: str, dry_run: bool, mapping: str, with_hidden: bool) -> None:
    """Import the job orders of one enterprise from a spreadsheet, as drafts.

    Prints one JSON line: new, unlawful and refused count rows; refused_rows and warnings are
    [sheet, row, ..., sentence]; unknown_columns names the headings that are not read; file_rows, left_rows,
    hidden and remarks are as in import-workers.
    """
    owner = db.session.scalar(select(Organisation).where(Organisation.credit_code == enterprise))
    if owner is None or owner.kind != OrganisationKind.ENTERPRISE:
        raise click.ClickException(f"no enterprise has the credit code {enterprise}")
    try:
        answers = bulk_upload.answers_of(db.session, owner.id) | _meanings(mapping)
        sent = Sent(file.read_bytes(), EVERYTHING if with_hidden else SEEN_ONLY)
        reading = bulk_upload.read(db.session, sent, bulk_upload.home_city_of(owner), answers)
    except Unreadable as problem:
        raise click.ClickException(str(problem)) from problem
    drafts = bulk_upload.write(db.session, SYSTEM, owner, reading.good, today(), file.name)
    unlawful = sum(bool(order.blocking) for order in drafts)
    db.session.rollback() if dry_run else db.session.commit()
    rows = [
        [line.sheet, line.row, problem.header, str(problem.sentence)]
        for line in reading.rejected
        for problem in line.problems
    ]
    answer = {
        "new": len(reading.good),
        "unlawful": unlawful,
        "refused": len(reading.rejected),
        "refused_rows": rows,
        "warnings": [
            [line.sheet, line.row, str(sentence)] for line in reading.good for sentence in line.warnings
        ],
        "unknown_columns": reading.unknown,
        **reading.file.told(),
    }
    click.echo(json.dumps(answer, ensure_ascii=False))


def _meanings(mapping: str) -> dict[str, str]:
    """The meanings of headings given on the command line."""
    try:
        meanings = json.loads(mapping)
    except ValueError as problem:
        raise click.BadParameter("no JSON", param_hint="--mapping") from problem
    fields = {"", *ORDERS.by_field}
    if not isinstance(meanings, dict) or not set(meanings.values()) <= fields:
        raise click.BadParameter(f"fields are: {', '.join(sorted(fields - {''}))}", param_hint="--mapping")
    return meanings
