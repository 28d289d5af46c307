"""A spreadsheet that people filled in, row by row: every wrong cell with its row, its column and a
sentence."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO

from flask_babel import gettext as _

from app.kit.files.bulk_upload.layout import REASON, Layout, plain_header
from app.kit.files.bulk_upload.their_columns import Questions, TheirColumn, UnknownColumn, columns_of_row
from app.kit.files.cells.above import MergedCells, is_as_above
from app.kit.files.cells.cell import BadCell, Parsed, clean, text_of
from app.kit.files.cells.spoilt import spoilt
from app.kit.files.file_account import FileAccount, RowCounter
from app.kit.files.hidden import EVERYTHING, SEEN_ONLY, Unhide
from app.kit.files.spreadsheet import (
    Cell,
    Column,
    Page,
    Row,
    Sheet,
    SpreadsheetError,
    Workbook,
    open_workbook,
    write_workbook,
)
from app.kit.web.fields import Form
from app.kit.web.formatters import say
from models.bulk_upload import CellProblem
from models.i18n import Refusal, Sentence

HEAD_ROWS = 15
NOT_DATA = ("合计", "总计", "小计", "填表人", "审核人", "填报", "联系电话", "注：", "说明", "制表")
Raw = dict[str, list[str]]
Readers = Mapping[str, Callable[[Cell], Parsed]]
Columns = list[TheirColumn]


BEFORE_HEADING, HEADING = Sentence("表头上面的内容"), Sentence("表头")
TOTALS, NOT_FILLED = Sentence("合计、落款或说明"), Sentence("没有填内容的行")
NO_HEADING = Sentence("这张工作表没有找到表头")
HIDDEN_HEADING = Sentence(
    "表头在隐藏的行、列或工作表里，没有读。请在表格里取消隐藏再传，或勾选“隐藏的行、列和工作表也读”。"
)


class Unreadable(Refusal):
    """The file as a whole is not taken."""


@dataclass(frozen=True)
class Sent:
    """A file as it was sent, and what is read of the things it hides; ``book`` once it is opened."""

    content: bytes
    unhide: Unhide = SEEN_ONLY
    book: Workbook | None = None

    def opened(self) -> "Sent":
        """The file decoded, which may take long: not while anybody waits for what the caller holds.

        Raises Unreadable.
        """
        return replace(self, book=self.open())

    def open(self) -> Workbook:
        """Its sheets, decoded now or before. Raises Unreadable."""
        try:
            return self.book or open_workbook(self.content, self.unhide)
        except SpreadsheetError as problem:
            raise Unreadable(problem.sentence) from problem


@dataclass
class Line:
    """One row of a file, or of a form laid out like one.

    ``cells`` are texts by field, ``unread`` those below columns that mean no field, by heading; ``raw`` is
    what the room's form would have received, ``warnings`` do not keep the row out, ``subject_id`` is the row
    of ours that it means.
    """

    sheet: str
    row: int
    cells: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    raw: Raw = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    warnings: list[Sentence] = field(default_factory=list)
    subject_id: int | None = None

    def reject(self, header: str, sentence: Sentence) -> None:
        """Keep the row out for what stands under ``header``."""
        self.problems.append(CellProblem(header, sentence))

    def warn(self, header: str, sentence: Sentence) -> None:
        """Say beside the row how what stands under ``header`` was understood."""
        self.warnings.append(Sentence("%(column)s：%(what)s", {"column": Sentence(header), "what": sentence}))


@dataclass
class Reading:
    """A whole file: its rows, good and rejected; the headings that mean nothing to us; what their owner was
    or is to be asked about headings; where every row of the file went."""

    lines: list[Line] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    questions: list[UnknownColumn] = field(default_factory=list)
    file: FileAccount = field(default_factory=FileAccount)

    @property
    def good(self) -> list[Line]:
        """Rows that can go in."""
        return [line for line in self.lines if not line.problems]

    @property
    def rejected(self) -> list[Line]:
        """Rows that must be corrected first."""
        return [line for line in self.lines if line.problems]

    @property
    def unanswered(self) -> list[UnknownColumn]:
        """The columns that nobody has said anything of yet."""
        return [column for column in self.questions if column.answer is None]


@dataclass(frozen=True)
class FormRules:
    """How a row becomes what a form would have received, and that form, which judges it.

    ``raw`` reads one cell of a field and raises BadCell; ``complete`` reads what only the whole row tells
    (their columns by field are given with it); ``form`` lays the row into the form; ``given`` is what counts
    where the row says nothing.
    """

    raw: Callable[[str, Cell], Raw]
    form: Callable[[Raw], Form]
    given: Raw = field(default_factory=dict)
    complete: Callable[[Line, Mapping[str, TheirColumn]], None] = lambda line, columns: None


def read(
    sent: bytes | Sent,
    layout: Layout,
    rules: FormRules | None = None,
    readers: Readers | None = None,
    explained: Mapping[str, str] | None = None,
) -> Reading:
    """Read the filled rows of every sheet that has the headings, without what is hidden. Raises Unreadable.

    ``readers`` say how the cells of a field are read (app.kit.files.cells); others are kept as they are seen.
    ``explained`` are the sender's own answers, by heading: the field it means, or "" to leave it out.
    """
    file = sent if isinstance(sent, Sent) else Sent(sent)
    how = Sheets(layout, rules, readers or {}, explained or {})
    with file.open() as book:
        reading, nearest = _read_sheets(book.sheets, how)
        if reading is None:
            raise Unreadable(_no_heading(book, how, nearest))
        reading.file = how.counter.account(book)
        return reading


def _no_heading(book: Workbook, how: "Sheets", nearest: frozenset[str]) -> Sentence:
    """Why no sheet could be read: its headings are hidden, or they are not there."""
    book.show(EVERYTHING)
    is_hidden = book.hidden and any(_find_heading(sheet.rows(), how)[0] for sheet in book.sheets)
    return HIDDEN_HEADING if is_hidden else _wrong_heading(how.layout, nearest)


@dataclass(frozen=True)
class Sheets:
    """How the sheets of a file are read; ``known`` are the fields of the headings we understand."""

    layout: Layout
    rules: FormRules | None
    readers: Readers
    explained: Mapping[str, str]
    known: Mapping[str, str] = field(init=False)
    questions: Questions = field(init=False)
    counter: RowCounter = field(default_factory=RowCounter)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", self.layout.known())
        object.__setattr__(self, "questions", Questions(self.known))


def _read_sheets(sheets: Iterable[Sheet], how: Sheets) -> tuple[Reading | None, frozenset[str]]:
    """What the sheets say; none if no heading was seen, and what the row most like one had of the needed."""
    reading, nearest, headed = Reading(), frozenset[str](), False
    for sheet in sheets:
        rows = sheet.rows()
        columns, seen, above = _find_heading(rows, how)
        nearest = max(nearest, seen, key=len)
        if columns is None:
            _leave(how, sheet.name, [*above, *(row.number for row in rows)], NO_HEADING)
            continue
        headed = True
        _leave(how, sheet.name, above[:-1], BEFORE_HEADING)
        _leave(how, sheet.name, above[-1:], HEADING)
        reading.unknown += [column.header for column in columns if column.is_unread]
        how.questions.see(sheet.name, columns)
        for line in _lines(sheet.name, _filled(rows, sheet, how), columns, how):
            reading.lines.append(line)
            if len(reading.lines) > how.layout.most_rows:
                raise Unreadable(
                    Sentence(
                        "一个文件最多 %(n)s 行，请看看是不是选错了；没选错就分成几个文件。",
                        {"n": how.layout.most_rows},
                    )
                )
    reading.questions, how.counter.taken = how.questions.all, len(reading.lines)
    return (reading if headed else None), nearest


def _leave(how: Sheets, sheet: str, rows: Iterable[int], reason: Sentence) -> None:
    for row in rows:
        how.counter.leave(sheet, row, reason)


def _filled(rows: Iterator[Row], sheet: Sheet, how: Sheets) -> Iterator[Row]:
    """The rows of people, with what merged cells and 同上 say."""
    above: list[Cell] = []
    merged = MergedCells(sheet)
    for row in rows:
        cells = merged.fill(row)
        if not _is_data(row):
            _leave(how, sheet.name, [row.number], TOTALS)
            continue
        for place, cell in enumerate(cells):
            if is_as_above(cell) and place < len(above):
                cells[place] = above[place]
        above = cells
        yield Row(row.number, cells)


def _find_heading(rows: Iterator[Row], how: Sheets) -> tuple[Columns | None, frozenset[str], list[int]]:
    """Walk to the heading; return its columns, or None, what the row most like one had of the needed, and
    the rows walked over, the heading's own last."""
    nearest: frozenset[str] = frozenset()
    walked: list[int] = []
    for row in islice(rows, HEAD_ROWS):
        walked.append(row.number)
        columns = columns_of_row(row.cells, how.layout, how.known, how.explained)
        seen = how.layout.must & {column.field for column in columns if column.field}
        if seen == how.layout.must:
            return columns, seen, walked
        nearest = max(nearest, seen, key=len)
    return None, nearest, walked


def _wrong_heading(layout: Layout, seen: frozenset[str]) -> Sentence:
    wanted = layout.headers_of(layout.must)
    if not seen:
        return Sentence(
            "表格的表头不对：没有找到表头。表头里要有：%(wanted)s。可以先下载模板。", {"wanted": wanted}
        )
    missing = layout.headers_of(layout.must - seen)
    return Sentence(
        "表格的表头不对：缺“%(missing)s”。表头里要有：%(wanted)s。", {"missing": missing, "wanted": wanted}
    )


def _lines(sheet: str, rows: Iterator[Row], columns: Columns, how: Sheets) -> Iterator[Line]:
    by_field = {column.field: column for column in columns if column.field}
    layout, rules = how.layout, how.rules
    for row in rows:
        line = Line(sheet, row.number)
        _take_cells(line, row, columns, how)
        if layout.filled and not layout.filled & line.cells.keys():
            _leave(how, sheet, [row.number], NOT_FILLED)
            continue
        if rules:
            line.raw = rules.given | line.raw
            rules.complete(line, by_field)
            _judge(line, columns, layout, rules.form(line.raw))
        yield line


def _is_data(row: Row) -> bool:
    first = next((text for cell in row.cells if (text := clean(cell))), "")
    return bool(first) and not first.startswith(NOT_DATA)


def _take_cells(line: Line, row: Row, columns: Columns, how: Sheets) -> None:
    first: dict[str, str] = {}
    for column, cell in zip(columns, row.cells, strict=False):
        header, name = column.header, column.field
        if not header or not (text := clean(cell)):
            continue
        how.questions.sample(header, text)
        if name and (fault := spoilt(cell, is_free=name in how.layout.joined)):
            _note_fault(line, column, text, fault, how)
        elif name is None:
            line.unread[header] = text
        elif name and name not in line.cells:
            line.cells[name], first[name] = text, text
            _take(line, column, cell, how)
        elif name in how.layout.joined:
            line.cells[name] = f"{line.cells[name]}\n{header}：{text}"
            _take(line, column, line.cells[name], how)
        elif name and first[name] != text:
            line.reject(header, _contradiction(columns, column, first[name], text))


def _note_fault(line: Line, column: TheirColumn, text: str, fault: Sentence, how: Sheets) -> None:
    """A cell without a value keeps its row out where the field is needed, else it is blank and told."""
    if column.field in how.layout.must:
        line.cells[column.field or ""] = text
        line.reject(column.header, fault)
    else:
        line.warn(column.header, fault)


def _contradiction(columns: Columns, column: TheirColumn, one: str, other: str) -> Sentence:
    first = next(each.header for each in columns if each.field == column.field)
    told = {"first": first, "text": one[:20], "other": other[:20]}
    return Sentence("“%(first)s”写的是“%(text)s”，这里是“%(other)s”，请只留一个。", told)


def _take(line: Line, column: TheirColumn, cell: Cell, how: Sheets) -> None:
    name = column.field or ""
    try:
        line.raw |= how.rules.raw(name, cell) if how.rules else {}
        if name in how.readers:
            _take_parsed(line, name, how.readers[name](cell))
    except BadCell as problem:
        line.reject(column.header, problem.sentence)


def _take_parsed(line: Line, name: str, parsed: Parsed) -> None:
    """Keep a cell as it was understood. Raises BadCell."""
    value = parsed.read()
    line.cells[name] = "" if value is None else text_of(value)
    if parsed.warning:
        line.warnings.append(parsed.warning)


def _judge(line: Line, columns: Columns, layout: Layout, form: Form) -> None:
    """Add what the form finds wrong, under their heading, where the cell itself could be read."""
    form.validate()
    bad = {problem.header for problem in line.problems}
    theirs = {column.field: column.header for column in columns if column.field}
    theirs |= {
        told: theirs[heading.field]
        for heading in layout.only_read
        if heading.field in theirs
        for told in heading.tells
        if told not in theirs
    }
    for name in (heading.field for heading in layout.headings if heading.field in form.errors):
        header = theirs.get(name) or layout.header_of(name)
        if header not in bad:  # a form says its errors in the language of the sender
            said = " ".join(str(error) for error in form.errors[name])
            line.reject(header, Sentence(said))


def write_rejected(target: IO[bytes], layout: Layout, lines: Iterable[Line]) -> None:
    """Write the rejected rows with their reasons; corrected, the workbook can be imported as it is."""
    lines = list(lines)
    filled = (
        layout.must | {name for line in lines for name in line.cells} | _fields_with_problems(layout, lines)
    )
    headings = [heading for heading in layout.by_field.values() if heading.field in filled]
    columns = [Column(_(heading.header), heading.width) for heading in (REASON, *headings)]
    unread = list(dict.fromkeys(header for line in lines for header in line.unread))
    columns += [Column(header) for header in unread]
    rows = (
        [
            _reasons(line),
            *(line.cells.get(heading.field, "") for heading in headings),
            *(line.unread.get(header, "") for header in unread),
        ]
        for line in lines
    )
    write_workbook(target, [Page(_("退回的行"), columns, rows)])


def _fields_with_problems(layout: Layout, lines: list[Line]) -> set[str | None]:
    known = layout.known()
    return {known.get(plain_header(problem.header)) for line in lines for problem in line.problems}


def _reasons(line: Line) -> str:
    """A row's problems in one text."""
    return _("；").join(_("：").join((_(problem.header), say(problem.sentence))) for problem in line.problems)
