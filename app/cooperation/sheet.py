"""A register's sheet: what goes out comes back in; read, previewed, confirmed once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cooperation import forms
from app.cooperation.operations import entries as operations
from app.cooperation.queries.entries import Choices, choices
from app.cooperation.register import Column, Form, Register
from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of, in_each_language
from app.kit.files.bulk_upload.reading import FormRules, Line, Raw, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.cell import BadCell, clean
from app.kit.files.cells.dates import parse_day
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from app.kit.unseen import write_unseen
from models.access import Actor
from models.cooperation.entry import EntryBatch, RegisterEntry
from models.i18n import Sentence
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused

MOST_ROWS = 3000
SAME = ("title", "place_code", "city_code", "held_on", "parent_id")
"""What two rows of a sheet share that tell of the same thing."""
_DAYS = (Form.DAY, Form.PAST)


def layout_of(register: Register) -> Layout:
    """The columns of a register's sheet, in the order of its form."""
    headings = tuple(
        Heading(column.name, column.word, column.also, 24 if column.most > 60 else 16, column.hint)
        for column in register.columns
    )
    return Layout(headings, must=register.must, most_rows=MOST_ROWS, filled=frozenset({"title"}))


def read(session: Session, actor: Actor, register: Register, sent: bytes | Sent, today: date) -> Reading:
    """Read a sheet of one register; every row is judged by its form and by the register's rules."""
    offered = choices(session, actor, register, today)
    form_of = forms.form_of_rows(session, register, offered)
    rules = FormRules(lambda name, cell: _raw(register.by_name[name], cell, offered), form_of)
    reading = read_sheet(sent, layout_of(register), rules)
    known = _known(session, register, {line.raw.get("title", [""])[0] for line in reading.good})
    seen: dict[tuple[str, ...], int] = {}
    for line in reading.good:
        _judge(session, actor, register, form_of(line.raw), line, today)
        key = tuple(line.raw.get(name, [""])[0] for name in SAME)
        if key in known:
            line.reject(register.by_name["title"].word, Sentence("这一行台账里已经有了，没有重复登记。"))
        elif key in seen:
            line.reject(
                register.by_name["title"].word,
                Sentence("和第 %(n)s 行是同一件事，请只留一行。", {"n": seen[key]}),
            )
        else:
            seen[key] = line.row
    return reading


def _known(session: Session, register: Register, titles: set[str]) -> set[tuple[str, ...]]:
    told: set[tuple[str, ...]] = set()
    wanted = sorted(titles)
    for start in range(0, len(wanted), 500):
        rows = select(RegisterEntry).where(
            RegisterEntry.register == register.key, RegisterEntry.title.in_(wanted[start : start + 500])
        )
        for row in session.scalars(rows):
            held = row.held_on.isoformat() if row.held_on and "held_on" in register.by_name else ""
            told.add((row.title, row.place_code, row.city_code, held, str(row.parent_id or "")))
    return told


def _judge(session: Session, actor: Actor, register: Register, form: Any, line: Any, today: date) -> None:
    """The rules beyond the form: the writer's own place, the pairing's days, the register's."""
    form.validate()
    entry = RegisterEntry(register=register.key, **forms.values(session, register, form))
    for sentence in operations.against(session, actor, register, entry, today):
        line.reject(register.by_name["place_code"].word, sentence)


def _raw(column: Column, cell: Cell, offered: Choices) -> Raw:
    """What the form would have received. Raises BadCell."""
    text = clean(cell)
    if not text:
        return {column.name: [""]}
    if column.form in _DAYS:
        told = parse_day(cell).read()
        return {column.name: [told.isoformat() if told else ""]}
    if column.form is Form.CHOICE:
        return {column.name: [_chosen(column, text)]}
    if column.form in (Form.PLACE, Form.CITY, Form.PARENT):
        return {column.name: [_offered(column, text, offered.of(column))]}
    return {column.name: [text]}


def _chosen(column: Column, text: str) -> str:
    for said in in_each_language(lambda: {_(word): value for value, word in column.choices}):
        if text in said:
            return said[text]
    allowed = [Sentence(word) for _value, word in column.choices]
    told = {"text": text[:20], "what": Sentence(column.word), "allowed": allowed}
    raise BadCell(Sentence("“%(text)s”不是“%(what)s”里的，请填：%(allowed)s。", told))


def _offered(column: Column, text: str, pairs: Sequence[tuple[str, Any]]) -> str:
    """By code, by full name, or by its end (昭觉县 of 凉山彝族自治州昭觉县), where that is one only."""
    fitting = {code for code, name in pairs if text in (code, str(name))}
    fitting = fitting or {code for code, name in pairs if str(name).endswith(text)}
    fitting = fitting or {code for code, name in pairs if len(text) > 1 and str(name).startswith(text)}
    if len(fitting) == 1:
        return fitting.pop()
    told = {"text": text[:20], "what": Sentence(column.word), "n": len(fitting)}
    if fitting:
        raise BadCell(Sentence("“%(what)s”里叫“%(text)s”的有 %(n)s 个，请写全名。", told))
    raise BadCell(Sentence("“%(text)s”不是你能登记的“%(what)s”，请写全名；别处的由当地登记。", told))


def keep(
    session: Session, actor: Actor, register: Register, area_code: str, filename: str, reading: Reading
) -> EntryBatch:
    """Keep what was read until it is confirmed."""
    batch = EntryBatch(register=register.key, area_code=area_code, user_id=actor.user_id, filename=filename)
    return batches.keep(session, batch, reading)


def confirm(
    session: Session, actor: Actor, register: Register, batch: EntryBatch, today: date, now: datetime
) -> tuple[int, int]:
    """Write the good rows; how many were written, and how many the rules refuse by now."""
    batch_id, good = batch.id, batches.unconfirmed(batch).good

    def write(lines: Sequence[Line], _nothing: None) -> int:
        return _write_lines(session, actor, register, lines, today)

    written = sum(write_unseen(session, good, write))
    batches.confirm_once(session.get_one(EntryBatch, batch_id), now)
    return written, len(good) - written


def _write_lines(
    session: Session, actor: Actor, register: Register, lines: Sequence[Line], today: date
) -> int:
    form_of, written = forms.form_of_rows(session, register, choices(session, actor, register, today)), 0
    for line in lines:
        form = form_of(line.raw)
        if not form.validate():
            continue
        try:
            with session.begin_nested():
                operations.write(session, actor, register, forms.values(session, register, form), today)
        except TransitionRefused:
            continue
        written += 1
    return written


def write_template(target: IO[bytes], register: Register, offered: Choices) -> None:
    """Write the blank workbook, with the words to choose from."""
    write_workbook(
        target, [Page(_(register.noun), columns_of(layout_of(register), _words(register, offered)), [])]
    )


def write_lines(
    target: IO[bytes], register: Register, rows: Iterable[RegisterEntry], names: dict[str, str]
) -> None:
    """Write lines under the headings of the template, so that they can be corrected and read again."""
    columns = columns_of(layout_of(register))
    cells = ([cell_of(column, row, names) for column in register.columns] for row in rows)
    write_workbook(target, [Page(_(register.noun), columns, cells)])


def _words(register: Register, offered: Choices) -> Any:
    def words(name: str) -> Sequence[str]:
        column = register.by_name[name]
        if column.form is Form.CHOICE:
            return [_(word) for _value, word in column.choices]
        if column.form in (Form.PLACE, Form.CITY):
            return [str(name) for _code, name in offered.of(column)][:200]
        return ()

    return words


def cell_of(column: Column, row: RegisterEntry, names: dict[str, str]) -> Any:
    """What a line says in a column, in words."""
    value = getattr(row, column.name)
    if value is None or value == "":
        return ""
    match column.form:
        case Form.PLACE | Form.CITY | Form.PARENT:
            return str(names.get(str(value), value))
        case Form.CHOICE:
            return _(dict(column.choices).get(str(value), str(value)))
        case Form.DAY | Form.PAST:
            return value.isoformat()
        case Form.YUAN:
            return value / 100 if value % 100 else value // 100
        case Form.ORGANISATION:
            organisation: Organisation | None = row.organisation
            return organisation.name if organisation else ""
        case _:
            return value
