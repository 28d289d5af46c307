"""Scoped reads of this area."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session, undefer

from app.kit.web.navigation import Task
from app.workers.intake.column_choices import asked_count
from models.access import Actor, Permission, scope_of, visible_to
from models.background_job import Job
from models.i18n import N_, Sentence, counted
from models.people.intake import (
    COUNTED,
    BatchState,
    ColumnMapping,
    Duplicate,
    DuplicateState,
    ImportBatch,
    ImportRow,
    RowOutcome,
)
from models.people.worker import Worker
from models.reference.area import area_names
from models.second_person import others
from models.user import User

PAGE = 50
STAYED = ",stayed,"
PLACE = re.compile(r"(\d\.\d{1,3})-(\d{1,12})")
_IMPORT, _SEND = Permission.WORKER_IMPORT, Permission.ROSTER_SEND


def own_batch(
    session: Session, actor: Actor, number: int, permission: Permission = _SEND
) -> ImportBatch | None:
    """A batch if ``actor`` may work on it."""
    statement = select(ImportBatch).where(ImportBatch.id == number)
    return session.scalar(visible_to(actor, statement, ImportBatch, permission))


def batches(
    session: Session, actor: Actor, before: int | None = None, most: int = PAGE
) -> list[tuple[ImportBatch, str]]:
    """Imports with the name of who made them, newest first; ``before`` continues a list."""
    statement = select(ImportBatch, func.coalesce(User.name, "")).outerjoin(
        User, User.id == ImportBatch.user_id
    )
    statement = statement.where(scope_of(actor, ImportBatch, _SEND))
    if before:
        statement = statement.where(ImportBatch.id < before)
    rows = session.execute(statement.order_by(ImportBatch.id.desc()).limit(most))
    return [(batch, who) for batch, who in rows]


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """All counts of a batch, 0 where nothing was counted."""
    return {key: batch.counts.get(key, 0) for key in COUNTED}


def job_of(session: Session, batch: ImportBatch) -> Job | None:
    """The job that works, or last worked, on a batch."""
    return session.get(Job, batch.job_id) if batch.job_id else None


def good_count(batch: ImportBatch) -> int:
    """How many people the batch adds or changes."""
    return batch.counts.get("new", 0) + batch.counts.get("changed", 0)


def imported_before(session: Session, batch: ImportBatch) -> ImportBatch | None:
    """The last import of the very same file into the same county."""
    return session.scalar(
        select(ImportBatch)
        .where(
            ImportBatch.file_digest == batch.file_digest,
            ImportBatch.county_code == batch.county_code,
            ImportBatch.state == BatchState.CONFIRMED,
            ImportBatch.id != batch.id,
        )
        .order_by(ImportBatch.id.desc())
        .limit(1)
    )


def mappings(session: Session, actor: Actor) -> Sequence[ColumnMapping]:
    """What the actor's county said its own headings mean."""
    statement = visible_to(actor, select(ColumnMapping), ColumnMapping, _IMPORT)
    return session.scalars(statement.order_by(ColumnMapping.header)).all()


@dataclass(frozen=True)
class Line:
    """One row of a preview as the page shows it. ``others`` are those it may be already."""

    row: ImportRow
    name: str
    last4: str
    place: str
    others: list[dict[str, Any]]


def line(session: Session, actor: Actor, batch: ImportBatch, row_id: int) -> Line | None:
    """One row of a batch."""
    row = session.scalar(
        select(ImportRow)
        .where(ImportRow.batch_id == batch.id, ImportRow.id == row_id)
        .options(undefer(ImportRow.payload), undefer(ImportRow.changes))
    )
    return _lines(session, actor, [row])[0] if row else None


def lines_of(session: Session, actor: Actor, row_ids: Sequence[int]) -> list[Line]:
    """Rows of a batch by their ids, in the order of the file."""
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.id.in_(row_ids))
        .order_by(ImportRow.id)
        .options(undefer(ImportRow.payload), undefer(ImportRow.changes))
    ).all()
    return _lines(session, actor, rows)


def lines(
    session: Session, actor: Actor, batch: ImportBatch, tab: str, after: int = 0, kind: str = ""
) -> list[Line]:
    """Up to :data:`PAGE` + 1 rows of one tab, or of one kind of problem, after row ``after`` of the table."""
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.batch_id == batch.id, *_conditions(tab, kind), ImportRow.id > after)
        .order_by(ImportRow.id)
        .limit(PAGE + 1)
        .options(undefer(ImportRow.payload), undefer(ImportRow.changes))
    ).all()
    return _lines(session, actor, rows)


def _lines(session: Session, actor: Actor, rows: Sequence[ImportRow]) -> list[Line]:
    people = _people(session, actor, {row.worker_id for row in rows} | _named(rows, "worker"))
    places = _places(session, _named(rows, "row"))
    return [_line(row, people, places) for row in rows]


def _conditions(tab: str, kind: str) -> list[Any]:
    kept = ImportRow.is_left_out.is_(False)
    if kind:
        return [kept, ImportRow.kinds.contains(f",{kind},", autoescape=True)]
    if tab == "stayed":
        return [ImportRow.kinds == STAYED]
    if tab == "left_out":
        return [ImportRow.is_left_out.is_(True)]
    if tab == "doubts":
        return [kept, ImportRow.has_warnings.is_(True), ImportRow.outcome != RowOutcome.REJECTED]
    if tab == "possible":
        return [kept, ImportRow.is_possible.is_(True)]
    return [kept, ImportRow.outcome == RowOutcome(tab)]


def _named(rows: Sequence[ImportRow], kind: str) -> set[int | None]:
    return {match[kind] for row in rows for match in row.matches if kind in match}


def _people(session: Session, actor: Actor, ids: set[int | None]) -> dict[int, tuple[str, str, str]]:
    """Name, last four and place of those of the register whom ``actor`` may see."""
    statement = select(Worker.id, Worker.name, Worker.id_last4, Worker.township + Worker.village)
    statement = visible_to(
        actor, statement.where(Worker.id.in_(ids - {None})), Worker, Permission.WORKER_READ
    )
    rows = session.execute(statement)
    return {number: (name, last4, place) for number, name, last4, place in rows}


def _places(session: Session, ids: set[int | None]) -> dict[int, tuple[str, int]]:
    statement = select(ImportRow.id, ImportRow.sheet, ImportRow.row).where(ImportRow.id.in_(ids))
    return {number: (sheet, row) for number, sheet, row in session.execute(statement)}


def _line(
    row: ImportRow, people: dict[int, tuple[str, str, str]], places: dict[int, tuple[str, int]]
) -> Line:
    payload = row.payload or {}
    values = payload.get("values", {})
    of_file = (
        values.get("name") or payload.get("name", ""),
        values.get("id_number", "")[-4:],
        f"{values.get('township', '')}{values.get('village', '')}",
    )
    name, last4, place = people.get(row.worker_id or 0, of_file)
    others = [
        match | {"person": people.get(match.get("worker", 0)), "place": places.get(match.get("row", 0))}
        for match in row.matches
    ]
    return Line(row, name, last4, place, others)


# --- possible duplicates --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PairOfRecords:
    """A possible duplicate with both records."""

    pair: Duplicate
    first: Worker
    second: Worker


def pairs(session: Session, actor: Actor, state: DuplicateState, after: str = "") -> list[PairOfRecords]:
    """Up to :data:`PAGE` + 1 pairs in one state, the likeliest first; ``after`` is a :func:`place_of`."""
    statement = select(Duplicate).where(Duplicate.state == state)
    statement = visible_to(actor, statement, Duplicate, Permission.WORKER_MERGE)
    order = tuple_(Duplicate.likelihood, Duplicate.id)
    if place := PLACE.fullmatch(after):
        statement = statement.where(order < tuple_(literal(float(place[1])), literal(int(place[2]))))
    statement = statement.order_by(Duplicate.likelihood.desc(), Duplicate.id.desc())
    duplicates = session.scalars(statement.limit(PAGE + 1)).all()
    ids = {number for pair in duplicates for number in (pair.worker_id, pair.other_id)}
    people = {worker.id: worker for worker in session.scalars(select(Worker).where(Worker.id.in_(ids)))}
    return [PairOfRecords(pair, people[pair.worker_id], people[pair.other_id]) for pair in duplicates]


def place_of(item: PairOfRecords) -> str:
    """Where a pair stands in the list, for the address of the next page."""
    return f"{item.pair.likelihood}-{item.pair.id}"


# --- today's work ---------------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this area today."""
    return [
        *_to_correct(session, actor),
        *_to_confirm(session, actor),
        *_to_name(session, actor),
        *_to_decide(session, actor),
    ]


def _latest(session: Session, actor: Actor, state: BatchState, *where: Any) -> Sequence[ImportBatch]:
    statement = select(ImportBatch).where(ImportBatch.state == state, ImportBatch.is_closed.is_(False))
    statement = visible_to(actor, statement.where(*where), ImportBatch, _SEND)
    return session.scalars(statement.order_by(ImportBatch.id.desc()).limit(3)).all()


def _task(batch: ImportBatch, count: int, text: Sentence, button: str, tab: str | None = None) -> Task:
    url = url_for("intake.show", number=batch.id, tab=tab)
    title = title_of(batch.filename)
    refused = rejected_by_column(batch) if tab else []
    reason = Sentence("%(title)s · %(refused)s", {"title": title, "refused": refused})
    if not refused:
        reason = Sentence(title)
    return Task(count, text, reason, url, button, "intake.index")


def rejected_by_column(batch: ImportBatch) -> list[Sentence]:
    """In which columns the rejected rows are wrong: 证件号码 31 行, 姓名 2 行."""
    return [
        Sentence("%(column)s %(count)d 行", {"column": column, "count": count})
        for column, count in batch.refused_columns.items()
        if column
    ]


def _to_correct(session: Session, actor: Actor) -> list[Task]:
    return [
        _task(
            batch,
            count := counts_of(batch)["refused"],
            counted(count, "行花名册待更正"),
            N_("去更正"),
            tab="refused",
        )
        for batch in _latest(session, actor, BatchState.CONFIRMED)
    ]


def _to_confirm(session: Session, actor: Actor) -> list[Task]:
    """Previews that wait for ``actor``: the county's own, and those that townships handed in; a collector's
    before they are handed in, and what became of them."""
    if not actor.can(_IMPORT):
        return [*_to_hand_in(session, actor), *_to_read(session, actor)]
    own = _latest(session, actor, BatchState.PREVIEWED, ImportBatch.township_code.is_(None))
    other = others(session, actor, ImportBatch.user_id)
    handed_in = _latest(session, actor, BatchState.SUBMITTED, other)
    names = area_names(session, {batch.township_code or "" for batch in handed_in})
    return [
        *(
            _task(batch, count := good_count(batch), counted(count, "行花名册等你确认导入"), N_("去确认"))
            for batch in own
        ),
        *(
            Task(
                count := good_count(batch),
                counted(count, "行乡镇花名册等你确认"),
                Sentence(
                    "%(town)s交来 · %(title)s",
                    {"town": names[batch.township_code or ""], "title": title_of(batch.filename)},
                ),
                url_for("intake.show", number=batch.id),
                N_("去确认"),
                "intake.index",
            )
            for batch in handed_in
        ),
    ]


def _to_hand_in(session: Session, actor: Actor) -> list[Task]:
    return [
        _task(batch, count := good_count(batch), counted(count, "行花名册等你交给县里"), N_("去看看"))
        for batch in _latest(session, actor, BatchState.PREVIEWED)
    ]


def _to_read(session: Session, actor: Actor) -> list[Task]:
    unread = (ImportBatch.township_code.is_not(None), ImportBatch.seen_at.is_(None))
    statement = select(ImportBatch).where(ImportBatch.state == BatchState.CONFIRMED, *unread)
    statement = visible_to(actor, statement, ImportBatch, _SEND).order_by(ImportBatch.id.desc()).limit(3)
    return [
        _task(batch, count := good_count(batch), counted(count, "人的花名册县里确认了"), N_("去看看"))
        for batch in session.scalars(statement)
    ]


def _to_name(session: Session, actor: Actor) -> list[Task]:
    where = () if not actor.can(_IMPORT) else (ImportBatch.township_code.is_(None),)
    return [
        _task(batch, count := asked_count(batch), counted(count, "列看不懂，等你说明"), N_("去认列"))
        for batch in _latest(session, actor, BatchState.MAPPING, *where)
    ]


def _to_decide(session: Session, actor: Actor) -> list[Task]:
    if not actor.can(Permission.WORKER_MERGE):
        return []
    own = scope_of(actor, Duplicate, Permission.WORKER_MERGE)
    count = session.scalar(select(func.count()).where(Duplicate.state == DuplicateState.OPEN, own)) or 0
    text, reason = counted(count, "对记录可能是同一个人"), Sentence("由你判定，判定可以撤回")
    return [Task(count, text, reason, url_for("intake.duplicates"), N_("去判定"), "intake.index")]


def title_of(filename: str) -> str:
    """A file's name without its ending: 河头乡5月表.xlsx is 河头乡5月表."""
    return filename.rsplit(".", 1)[0]
