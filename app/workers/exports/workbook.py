"""The register as a workbook: the blank template, and the export that can be imported again unchanged.

Both have the roster's columns (app.workers.roster.fields).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

from flask_babel import gettext as _

from app.kit.files.cells.above import is_as_above
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.labels import label
from app.workers.operations import LISTS, value_of
from app.workers.roster.fields import BY_NAME, TEMPLATE_FIELDS, VERBATIM, Field
from models.people.worker import Mandarin, Worker

SPARE_ROWS = 2000
BETWEEN = "、"
NOT_KNOWN = "-"
APOSTROPHES = ("'", "‘", "’")

Tell = Callable[[int], None]


def columns(towns: Sequence[str] = ()) -> list[Column]:
    """The roster's columns, with the county's townships to choose from."""
    return [_column(field, tuple(towns)) for field in TEMPLATE_FIELDS]


def _column(field: Field, towns: tuple[str, ...]) -> Column:
    choices = towns if field.name == "township" else field.choices
    return Column(field.label, field.width, choices, field.hint)


def write_template(target: IO[bytes], towns: Sequence[str]) -> None:
    """Write the blank roster: drop-downs, ID columns as text."""
    write_workbook(target, [Page(_("花名册"), columns(towns), spare_rows=SPARE_ROWS)])


def write_roster(
    target: IO[bytes], workers: Iterable[Worker], cities: Mapping[str, str], tell: Tell = lambda count: None
) -> int:
    """Write workers as the roster's rows; returns how many. ``cities``: names of prefectures by code."""
    count = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal count
        for count, worker in enumerate(workers, 1):
            tell(count)
            yield row_of(worker, cities)

    write_workbook(target, [Page(_("花名册"), columns(), rows())])
    return count


def row_of(worker: Worker, cities: Mapping[str, str]) -> list[Any]:
    """One person as cells that the import reads back to the same values."""
    return [cell_of(worker, field.name, cities) for field in TEMPLATE_FIELDS]


def cell_of(worker: Worker, name: str, cities: Mapping[str, str]) -> Any:
    """One cell; what is unknown is blank, or a dash where a blank would mean "as above"."""
    cell = _cell(name, value_of(worker, name), worker, cities)
    if cell is None or cell == "" or is_as_above(cell):
        return NOT_KNOWN if BY_NAME[name].carried else None
    return cell


def _cell(name: str, value: Any, worker: Worker, cities: Mapping[str, str]) -> Any:
    if value is None:
        return None
    if name == "id_number":
        return f"{value}{worker.disability}"
    if name == "mandarin":
        return label(Mandarin(value))
    if name in LISTS:
        names = cities if name == "cities" else {}
        return _kept_as_it_is(BETWEEN.join(names.get(item, item) for item in value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return value if name in VERBATIM else _kept_as_it_is(value)
    return value.isoformat() if isinstance(value, date) else value


def _kept_as_it_is(text: str) -> str:
    """Text whose own apostrophe at its beginning is not taken for the one that only marks a text."""
    return f"'{text}" if text.startswith(APOSTROPHES) else text
