"""Spreadsheets in and out: bytes to rows through a limited process, rows to a workbook. Knows no model.

Reading: ``open_workbook(bytes or path)`` answers sheets whose rows can be walked any number of times; the
rows lie in an unnamed temporary file, so that 100,000 of them cost this process no memory.
"""

import itertools
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from app.kit.files.file_remarks import FileRemark
from app.kit.files.hidden import LONGEST_HEADING, SEEN_ONLY, HiddenParts, Spans, Unhide
from app.kit.files.sandbox import Killed, Limits, run
from models.i18n import Refusal, Sentence

if TYPE_CHECKING:  # a web process is in no hurry to write
    from xlsxwriter import Workbook as Book
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MEMORY_LIMIT = 448 * 1024 * 1024
OUTPUT_LIMIT = 400 * 1024 * 1024
SECONDS = 7
BYTES_A_SECOND = 16 * 1024 * 1024
CELL_CHARACTERS = 32_767
A4, UPRIGHT_CHARACTERS = 9, 95
CHOICES_SHEET = "choices"

Cell = str | int | float | bool | date | datetime


class Formula(str):
    """A formula without a result: the program that wrote the file never calculated it."""


class SpreadsheetProblem(Enum):
    """Why a file is not taken, in words for the person who sent it."""

    EMPTY = Sentence("这个文件是空的，请选择有内容的表格")
    NOT_A_SHEET = Sentence("这不是表格文件，请选择Excel、WPS表格或CSV文件；压缩包请先解压")
    NO_TABLE = Sentence("这个网页文件里没有表格，请在原系统里重新导出，或另存为.xlsx后再导入")
    PASSWORD = Sentence("这个文件有密码，请先去掉密码：在Excel或WPS里打开，去掉密码，保存后再导入")
    LOCKED_ARCHIVE = Sentence("这是有密码的压缩包，请先用密码解压，再选择里面的表格")
    ENCODING = Sentence(
        "这个文件的文字编码认不出来，或几种编码混在一起；请在Excel或WPS里打开，另存为.xlsx后再导入"
    )
    DAMAGED = Sentence("这个文件打不开，可能已损坏或没有传完；请在Excel或WPS里打开，另存为.xlsx后再导入")
    TOO_LARGE = Sentence(
        "这个表格太大，或在很远的单元格里有内容；请把名册复制到新的工作簿，或分成几个文件再导入"
    )
    TOO_SLOW = Sentence("这个文件读得太久，已停止；请把名册复制到新的工作簿，或分成几个文件再导入")
    BUSY = Sentence("系统正忙，这个文件没有读完；文件不用改，请过几分钟再导入一次")

    @property
    def sentence(self) -> Sentence:
        """What to tell the sender."""
        return self.value


class SpreadsheetError(Refusal):
    """The file is not taken."""

    def __init__(self, problem: SpreadsheetProblem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


class Range(NamedTuple):
    """A merged range; rows and columns count from 1."""

    top: int
    left: int
    bottom: int
    right: int


class Row(NamedTuple):
    """A row that is not blank: its number as the spreadsheet program shows it, its cells from column A on.

    A blank cell is ``""``; numbers, truth values and dates keep their kind.
    """

    number: int
    cells: list[Cell]


@dataclass
class Sheet:
    """One sheet. ``name`` is empty where the format has none (CSV, HTML); ``row_count`` counts the rows that
    are not blank, hidden ones too; ``unhide``: what is read of what it hides.
    """

    name: str
    visible: bool
    row_count: int = 0
    merged: list[Range] = field(default_factory=list)
    hidden_rows: Spans = field(default_factory=lambda: Spans([]))
    hidden_columns: Spans = field(default_factory=lambda: Spans([]))
    filtered: bool = False
    unhide: Unhide = SEEN_ONLY
    _spool: IO[bytes] = field(repr=False, kw_only=True)
    _lines: list[int] = field(default_factory=list, repr=False, kw_only=True)

    @cached_property
    def merged_from(self) -> dict[int, list[Range]]:
        """The merged ranges by their first row."""
        by_row: dict[int, list[Range]] = {}
        for merged in self.merged:
            by_row.setdefault(merged.top, []).append(merged)
        return by_row

    def rows(self) -> Iterator[Row]:
        """Walk the rows that are not blank and not hidden, from the top; each call walks anew."""
        columns = not self.unhide.columns and self.hidden_columns
        for row in self._all_rows():
            if self.unhide.rows or row.number not in self.hidden_rows:
                yield _without(row, columns) if columns else row

    def hidden_parts(self) -> HiddenParts:
        """What this sheet hides that is not blank, read or not."""
        parts = HiddenParts(self.name, filtered=self.filtered)
        if not self.visible:
            parts.sheet_rows = self.row_count
        if not (self.hidden_rows or self.hidden_columns):
            return parts
        texts: dict[int, str] = {}
        for row in self._all_rows():
            if row.number in self.hidden_rows:
                parts.rows.append(row.number)
            for index in self.hidden_columns.indexes(len(row.cells)):
                if row.cells[index] != "":
                    texts.setdefault(index, str(row.cells[index])[:LONGEST_HEADING])
        from xlsxwriter.utility import xl_col_to_name

        parts.columns = [[xl_col_to_name(index), text] for index, text in sorted(texts.items())]
        return parts

    def _all_rows(self) -> Iterator[Row]:
        for place in self._lines:
            self._spool.seek(place)
            yield from map(Row._make, json.loads(self._spool.readline(), object_hook=_typed))


class Workbook:
    """The sheets of a file that are read, and what the file hides. Closing it forgets the rows.

    ``remarks`` is what the sender must be told of the file as a whole.
    """

    def __init__(self, spool: IO[bytes], unhide: Unhide = SEEN_ONLY) -> None:
        self._spool = spool
        self.remarks: list[Sentence] = []
        self._all = _index(spool, self.remarks)
        self.show(unhide)

    def show(self, unhide: Unhide) -> None:
        """Read ``unhide`` too of what the file hides."""
        self.unhide = unhide
        for sheet in self._all:
            sheet.unhide = unhide
        self.sheets = [sheet for sheet in self._all if sheet.visible or unhide.sheets]

    @cached_property
    def hidden(self) -> list[HiddenParts]:
        """What the sheets hide; the lists our own templates keep in a hidden sheet are not told."""
        parts = (sheet.hidden_parts() for sheet in self._all if sheet.visible or sheet.name != CHOICES_SHEET)
        return [part for part in parts if part]

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forget the rows."""
        self._spool.close()


def open_workbook(source: bytes | Path, unhide: Unhide = SEEN_ONLY) -> Workbook:
    """Read a spreadsheet of any kind counties send, told by its content; ``unhide``: what is read of what it
    hides. Raises SpreadsheetError.
    """
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the workbook
    try:
        with _as_file(source) as file:
            _run_child(file, spool)
        return Workbook(spool, unhide)
    except BaseException:
        spool.close()
        raise


def _as_file(source: bytes | Path) -> IO[bytes]:
    if isinstance(source, Path):
        return source.open("rb")
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(source)
    file.seek(0)
    return file


def _run_child(file: IO[bytes], spool: IO[bytes]) -> None:
    """Let a process of its own read the file. Raises SpreadsheetError when it dies or takes too long."""
    seconds = SECONDS + file.seek(0, 2) // BYTES_A_SECOND
    file.seek(0)
    try:
        run("readers.spreadsheet.main", file, spool, Limits(MEMORY_LIMIT, seconds, OUTPUT_LIMIT))
    except Killed as death:
        raise SpreadsheetError(_DEATHS.get(death.args[0], SpreadsheetProblem.DAMAGED)) from None


_DEATHS = {
    "memory": SpreadsheetProblem.TOO_LARGE,
    "output": SpreadsheetProblem.TOO_LARGE,
    "time": SpreadsheetProblem.TOO_SLOW,
    "clock": SpreadsheetProblem.BUSY,
}


def _index(spool: IO[bytes], remarks: list[Sentence]) -> list[Sheet]:
    """Find the sheets in what the child wrote, and its remarks. Raises SpreadsheetError for a refusal."""
    sheets: list[Sheet] = []
    spool.seek(0)
    while line := spool.readline():
        if line.startswith(b"["):
            sheets[-1]._lines.append(spool.tell() - len(line))
            continue
        about = json.loads(line)
        if "refused" in about:
            raise SpreadsheetError(SpreadsheetProblem[about["refused"]])
        if "sheet" in about:
            sheets.append(Sheet(about["sheet"], about["visible"], _spool=spool))
        elif "remark" in about:
            remarks.append(FileRemark[about["remark"]].sentence(about["params"]))
        elif "rows" in about:
            sheets[-1].row_count = about["rows"]
        elif "hidden_rows" in about:
            _note_hidden(sheets[-1], about)
        else:
            sheets[-1].merged = [Range(*corners) for corners in about["merged"]]
    return sheets


def _note_hidden(sheet: Sheet, about: dict[str, Any]) -> None:
    sheet.hidden_rows, sheet.hidden_columns = Spans(about["hidden_rows"]), Spans(about["hidden_columns"])
    sheet.filtered = about["filtered"]
    sheet.visible = sheet.visible and not about["hidden_sheet"]


def _without(row: Row, columns: Spans) -> Row:
    """The row with its cells in ``columns`` blank."""
    cells = list(row.cells)
    for index in columns.indexes(len(cells)):
        cells[index] = ""
    return Row(row.number, cells)


def _typed(value: dict[str, str]) -> Any:
    if "formula" in value:
        return Formula(value["formula"])
    if "date" in value:
        text = value["date"]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return value["time"]


class Column(NamedTuple):
    """A column to write: heading, width in characters, fixed choices, and an instruction on entering it."""

    header: str
    width: int = 12
    choices: tuple[str, ...] = ()
    hint: str = ""


class Page(NamedTuple):
    """A sheet to write. ``rows`` may be a generator; numbers stay numbers, all else becomes text."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]] = ()
    spare_rows: int = 0


def write_workbook(target: IO[bytes], pages: Iterable[Page]) -> None:
    """Write an .xlsx row by row: headings frozen, every cell in text format, choices as drop-downs.

    Text is always written as text, so that nothing a person typed becomes a formula, and an identity number
    keeps its digits when it is edited (trust.md, T13). ``spare_rows`` blank rows below get the drop-downs
    too.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        heading = book.add_format(
            {
                "bold": True,
                "num_format": "@",
                "bg_color": "#E8EEF4",
                "border": 1,
                "text_wrap": True,
                "valign": "top",
            }
        )
        lists = _ChoiceLists(book)
        for page in pages:
            sheet = book.add_worksheet(
                _sheet_name(page.name, {written.name.lower() for written in book.worksheets()})
            )
            _lay_out(sheet, page, text, heading)
            last = _write_rows(sheet, page.rows)
            lists.attach(sheet, page.columns, last + page.spare_rows)
        lists.write()


def _lay_out(sheet: "Worksheet", page: Page, text: "Format", heading: "Format") -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)  # one page wide, as many long as it takes
    sheet.repeat_rows(0)
    if sum(column.width for column in page.columns) > UPRIGHT_CHARACTERS:
        sheet.set_landscape()
    for place, column in enumerate(page.columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(0, place, column.header, heading)


def _write_rows(sheet: "Worksheet", rows: Iterable[Sequence[Any]]) -> int:
    """Write the rows below the heading; return the number of the last row, counted from 0."""
    last = 0
    for last, cells in enumerate(rows, 1):
        for place, value in enumerate(cells):
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(last, place, value)
            elif value not in (None, ""):
                sheet.write_string(last, place, str(value)[:CELL_CHARACTERS])
    return last


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name the format allows and no other sheet has."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip(" '")[:25] or "Sheet"
    names = itertools.chain([plain], (f"{plain} ({number})" for number in itertools.count(2)))
    return next(name for name in names if name.lower() not in taken)


class _ChoiceLists:
    """The drop-downs' values, in a hidden sheet at the end: a list in the cell itself ends at 255
    characters."""

    def __init__(self, book: "Book") -> None:
        self._book = book
        self._lists: dict[tuple[str, ...], int] = {}

    def attach(self, sheet: "Worksheet", columns: Sequence[Column], last_row: int) -> None:
        """Give the columns their drop-downs and instructions; other values are warned of, not forbidden."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        for place, column in enumerate(columns):
            rule: dict[str, Any] = {"validate": "any", "input_message": column.hint[:255]}
            if column.choices:
                line = self._lists.setdefault(column.choices, len(self._lists))
                end = xl_rowcol_to_cell(line, len(column.choices) - 1, row_abs=True, col_abs=True)
                rule |= {"validate": "list", "source": f"={CHOICES_SHEET}!$A${line + 1}:{end}"}
                rule |= {"error_type": "warning"}
            if last_row and (column.choices or column.hint):
                sheet.data_validation(1, place, last_row, place, rule)

    def write(self) -> None:
        """Write the hidden sheet, if any column has choices."""
        if not self._lists:
            return
        sheet = self._book.add_worksheet(CHOICES_SHEET)
        sheet.hide()
        for choices, line in self._lists.items():
            for place, choice in enumerate(choices):
                sheet.write_string(line, place, choice)
