"""Rosters back out: the blank template, the export with the same columns, refused rows with their reasons."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import IO, Any, NamedTuple

from app.spreadsheet import Column, Page, write_workbook
from app.workers.roster.fields import FIELDS, TEMPLATE_FIELDS, Field
from app.workers.roster.places import show_cities
from models.words import N_
from models.worker import MANDARIN_LABELS, Mandarin

PEOPLE_SHEET = N_("名册")
HELP_SHEET = N_("填写说明")
REASON = N_("未导入原因")
TEMPLATE_ROWS = 5000

_WIDTHS = {field.label: field.width for field in FIELDS}


class RefusedRow(NamedTuple):
    """A row to correct: the sheet it came from, what the file showed (RosterRow.raw), sentences why."""

    sheet: str
    raw: Mapping[str, str]
    reasons: list[str]


def template_columns() -> list[Column]:
    """Return the columns of template and export."""
    return [Column(field.label, field.width, field.choices, field.hint) for field in TEMPLATE_FIELDS]


def write_template(target: IO[bytes]) -> None:
    """Write the blank template with drop-downs, and a sheet that says how to fill it in."""
    helps = ([field.label, field.hint or "、".join(field.choices)] for field in TEMPLATE_FIELDS)
    people = Page(PEOPLE_SHEET, template_columns(), spare_rows=TEMPLATE_ROWS)
    write_workbook(target, [people, Page(HELP_SHEET, [Column(N_("列名"), 18), Column(N_("怎么填"), 80)], helps)])


def write_people(target: IO[bytes], people: Iterable[Mapping[str, Any]]) -> None:
    """Write people (values under the register's names, as RosterRow.values) in the template's columns."""
    rows = ([show(field, person.get(field.name)) for field in TEMPLATE_FIELDS] for person in people)
    write_workbook(target, [Page(PEOPLE_SHEET, template_columns(), rows)])


def write_refused(target: IO[bytes], rows: Iterable[RefusedRow]) -> None:
    """Write refused rows, sheet by sheet as they came, with the reasons in a last column.

    Corrected in place, the workbook can be imported again: headings and sheet names are the file's own.
    """
    write_workbook(target, _refused_pages(rows))


def show(field: Field, value: Any) -> str | int:
    """Return what a cell of a field shows; reading it again gives the same value."""
    if value is None or value == []:
        return ""
    if field.name == "cities":
        return show_cities(value)
    if field.name == "mandarin" and not isinstance(value, str):
        return MANDARIN_LABELS[Mandarin(value)]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value)
    return value.isoformat() if isinstance(value, date) else value


def _refused_pages(rows: Iterable[RefusedRow]) -> Iterator[Page]:
    for (sheet, keys), group in groupby(rows, key=lambda row: (row.sheet, tuple(row.raw))):
        columns = [Column(key, _WIDTHS.get(key, 14)) for key in keys]
        cells = ([*row.raw.values(), "；".join(row.reasons)] for row in group)
        yield Page(sheet or PEOPLE_SHEET, [*columns, Column(REASON, 60)], cells)
