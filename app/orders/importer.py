"""A spreadsheet of orders: read, checked row by row with the order form, previewed, written with one confirm."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.fields import TriStateField, options
from app.orders import operations, queries
from app.orders.columns import BY_FIELD, HEADINGS, KNOWN, PAIRS, BadCell, cell_text, plain_header, raw_values
from app.orders.forms import OrderForm
from app.spreadsheet import Column, Page, Row, Sheet, SpreadsheetError, open_workbook, write_workbook
from models.access import Actor
from models.base import utc_now
from models.order import Order, OrderBatch, OrderState
from models.organisation import Organisation
from models.words import N_
from models.workflow import TransitionRefused

HEAD_ROWS, MOST_ROWS, SPARE_ROWS = 15, 1000, 300
REASON = N_("退回原因")
NOT_DATA = ("合计", "总计", "小计", "填表人", "审核人", "填报", "联系电话", "注：", "说明")
YES_NO = (N_("是"), N_("否"))


class Unreadable(Exception):
    """The file as a whole is not taken; ``args[0]`` is the sentence."""


@dataclass
class Line:
    """One row: where it stands, what the form would have received, what its cells say, what is wrong."""

    sheet: str
    row: int
    raw: dict[str, list[str]] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)


@dataclass
class Reading:
    """A whole file: its rows, good and refused, and the headings nobody knew."""

    lines: list[Line]
    unknown: list[str]

    @property
    def good(self) -> list[Line]:
        """Rows that can go in."""
        return [line for line in self.lines if not line.problems]

    @property
    def refused(self) -> list[Line]:
        """Rows that must be corrected first."""
        return [line for line in self.lines if line.problems]


def read(session: Session, data: bytes, home_city: str) -> Reading:
    """Read a file of orders; ``home_city`` is where work is when a row does not say. Raises Unreadable."""
    cities = queries.cities(session)
    try:
        with open_workbook(data) as book:
            return _read_sheets([sheet for sheet in book.sheets if sheet.visible], cities, home_city)
    except SpreadsheetError as problem:
        raise Unreadable(_(problem.sentence)) from problem


def _read_sheets(sheets: Iterable[Sheet], cities: list[tuple[str, str]], home_city: str) -> Reading:
    reading, blank, headed = Reading([], []), order_form({}, cities), 0
    for sheet in sheets:
        rows = sheet.rows()
        columns = _find_heading(rows)
        if columns is None:
            continue
        headed += 1
        reading.unknown += [name for name, known in columns if name and not known and name != REASON]
        for row in rows:
            if not _is_data(row):
                continue
            reading.lines.append(_read_row(sheet.name, row, columns, blank, home_city))
            if len(reading.lines) > MOST_ROWS:
                raise Unreadable(_("一个文件最多 %(n)s 行岗位，请分成几个文件。", n=MOST_ROWS))
    if not headed:
        raise Unreadable(_("没有找到表头。表头里要有“岗位名称”和“招聘人数”，可以先下载模板。"))
    return reading


def _find_heading(rows: Iterator[Row]) -> list[tuple[str, str]] | None:
    """Walk to the heading; return per column its text and the field it means (empty: unknown)."""
    for row, _n in zip(rows, range(HEAD_ROWS), strict=False):
        columns = [(cell_text(cell), KNOWN.get(plain_header(cell), "")) for cell in row.cells]
        if {"title", "headcount"} <= {known for _text, known in columns}:
            return columns
    return None


def _is_data(row: Row) -> bool:
    filled = [cell_text(cell) for cell in row.cells if cell_text(cell)]
    return bool(filled) and not filled[0].startswith(NOT_DATA)


def _read_row(sheet: str, row: Row, columns: list[tuple[str, str]], blank: OrderForm, home_city: str) -> Line:
    line, cities = Line(sheet, row.number), [(one.value, one.label) for one in blank.city_code.choices]
    for (header, known), cell in zip(columns, row.cells, strict=False):
        if known and cell != "":
            line.cells[BY_FIELD[known].header if known in BY_FIELD else header] = cell_text(cell)
            try:
                line.raw |= raw_values(known, cell, blank)
            except BadCell as problem:
                line.problems.append([header, str(problem)])
    line.raw.setdefault("city_code", [home_city])
    bad = {header for header, _sentence in line.problems}
    line.problems += [one for one in _form_problems(line.raw, cities, columns) if one[0] not in bad]
    return line


def order_form(raw: dict[str, list[str]], cities: list[tuple[str, str]]) -> OrderForm:
    """Return the order form as if ``raw`` had been typed into it."""
    form = OrderForm(formdata=MultiDict(raw), meta={"csrf": False})
    form.city_code.choices = options(cities)
    return form


def _form_problems(
    raw: dict[str, list[str]], cities: list[tuple[str, str]], columns: list[tuple[str, str]]
) -> list[list[str]]:
    form = order_form(raw, cities)
    form.validate()
    theirs = {known: header for header, known in columns if known}
    theirs |= {name: theirs[pair] for pair, (names, _also) in PAIRS.items() if pair in theirs for name in names}
    named = {name: theirs.get(name) or BY_FIELD[name].header for name in form.errors if name in BY_FIELD}
    return [[header, " ".join(str(one) for one in form.errors[name])] for name, header in named.items()]


# --- preview and confirm --------------------------------------------------------------------------------


def keep(session: Session, actor: Actor, enterprise: Organisation, filename: str, reading: Reading) -> OrderBatch:
    """Keep what was read until somebody confirms it."""
    batch = OrderBatch(
        enterprise_id=enterprise.id, user_id=actor.user_id, filename=filename[:200],
        good=len(reading.good), refused=len(reading.refused),
        rows={"lines": [asdict(line) for line in reading.lines], "unknown": reading.unknown},
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def reading_of(batch: OrderBatch) -> Reading:
    """Return what a kept file said."""
    return Reading([Line(**line) for line in batch.rows["lines"]], batch.rows["unknown"])


def confirm(session: Session, actor: Actor, batch: OrderBatch, day: date) -> int:
    """Write a draft for every good row; returns how many. Raises TransitionRefused the second time."""
    if batch.confirmed_at is not None:
        raise TransitionRefused(N_("这个文件已经导入过了。"))
    enterprise = session.get_one(Organisation, batch.enterprise_id)
    batch.confirmed_at = utc_now()
    return len(write(session, actor, enterprise, reading_of(batch).good, day, filename=batch.filename))


def write(
    session: Session, actor: Actor, enterprise: Organisation, lines: Iterable[Line], day: date, filename: str
) -> list[Order]:
    """Write a draft for each of ``lines``. The caller commits."""
    cities = queries.cities(session)
    values = [order_form(line.raw, cities).values() for line in lines]
    return operations.create_all(session, actor, enterprise, values, day, file=filename)


def same_titles(session: Session, enterprise_id: int) -> set[str]:
    """Return the titles of the enterprise's orders that are not over, to warn of a file sent twice."""
    alive = Order.state.not_in((OrderState.CLOSED, OrderState.REJECTED))
    return set(session.scalars(select(Order.title).where(Order.enterprise_id == enterprise_id, alive)))


# --- workbooks out --------------------------------------------------------------------------------------


def write_template(target: IO[bytes], cities: list[tuple[str, str]]) -> None:
    """Write the blank workbook: the form's fields as columns, drop-downs where the form has choices."""
    columns = [
        Column(one.header, one.width, _choices(one.field, cities), _(one.hint) if one.hint else "")
        for one in HEADINGS
    ]
    write_workbook(target, [Page(_("岗位"), columns, spare_rows=SPARE_ROWS)])


def _choices(name: str, cities: list[tuple[str, str]]) -> tuple[str, ...]:
    item = order_form({}, cities)[name]
    if item.type == "BooleanField":
        return tuple(_(word) for word in YES_NO)
    if item.type == "SelectField" or isinstance(item, TriStateField):
        return tuple(str(one.label) for one in item.choices if one.value != "")
    return ()


def write_refused(target: IO[bytes], lines: Iterable[Line]) -> None:
    """Write the refused rows with their reasons; corrected, the workbook can be imported as it is."""
    lines = list(lines)
    headers = [one.header for one in HEADINGS]
    headers += [
        name for name in dict.fromkeys(name for line in lines for name in line.cells) if name not in headers
    ]
    used = [name for name in headers if any(name in line.cells for line in lines) or name == headers[0]]
    columns = [Column(REASON, 50), *(Column(name, 16) for name in used)]
    rows = ([said(line), *(line.cells.get(name, "") for name in used)] for line in lines)
    write_workbook(target, [Page(_("退回的岗位"), columns, rows)])


def said(line: Line) -> str:
    """Return a row's problems in one text."""
    return _("；").join(_("：").join(problem) for problem in line.problems)
