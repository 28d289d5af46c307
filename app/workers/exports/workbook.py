"""The register as a workbook: the blank template, and the export that can be imported again unchanged.

Both have the roster's columns (app.workers.roster.fields). Rows are read a thousand at a time, each in a
transaction of its own: a long reading one would keep writers waiting on SQLite.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import label
from app.kit.web.queue import enqueue
from app.workers.operations import LISTS, value_of
from app.workers.queries import Search, found
from app.workers.roster.fields import TEMPLATE_FIELDS, Field
from models.access import Actor, Permission
from models.audit import EventTag, record
from models.clock import utc_now
from models.people.worker import Mandarin, Worker, WorkerExport
from models.reference.area import Area

CHUNK = 1000
SPARE_ROWS = 2000
BETWEEN = "、"

Tell = Callable[[int], None]


def columns(towns: Sequence[str] = ()) -> list[Column]:
    """Return the roster's columns, with the county's townships to choose from."""
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
    """Write workers as the roster's rows; return how many. ``cities``: names of prefectures by code."""
    count = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal count
        for count, worker in enumerate(workers, 1):
            tell(count)
            yield row_of(worker, cities)

    write_workbook(target, [Page(_("花名册"), columns(), rows())])
    return count


def row_of(worker: Worker, cities: Mapping[str, str]) -> list[Any]:
    """Return one person as cells that the import reads back to the same values."""
    return [cell_of(worker, field.name, cities) for field in TEMPLATE_FIELDS]


def cell_of(worker: Worker, name: str, cities: Mapping[str, str]) -> Any:
    """Return one cell; what is unknown is blank."""
    value = value_of(worker, name)
    if value is None or value == "":
        return None
    if name == "id_number":
        return f"{value}{worker.disability}"
    if name == "mandarin":
        return label(Mandarin(value))
    if name in LISTS:
        return BETWEEN.join(cities.get(one, one) if name == "cities" else one for one in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else value


def ask_for(session: Session, actor: Actor, search: Search, purpose: str) -> WorkerExport:
    """Note that ``actor`` wants what ``search`` finds as a file, what for, and have the job make it."""
    wanted = WorkerExport(user_id=actor.user_id, purpose=purpose, filters=search.filled())
    session.add(wanted)
    session.flush()
    wanted.job_id = enqueue(session, actor, "export_workers", wanted.id).id
    record(session, actor, EventTag.WORKER_EXPORT, wanted, purpose=purpose, key=wanted.filters)
    return wanted


def own_export(session: Session, actor: Actor, export_id: int) -> WorkerExport | None:
    """Return a file that ``actor`` asked for, as long as he may still have it."""
    if not actor.can(Permission.WORKER_EXPORT):
        return None
    return session.scalar(
        select(WorkerExport).where(WorkerExport.id == export_id, WorkerExport.user_id == actor.user_id)
    )


def keep(session: Session, actor: Actor, wanted: WorkerExport, content: bytes, rows: int) -> None:
    """Keep the finished file, and note how many people are in it. Older files of the same asker are
    dropped."""
    wanted.content, wanted.rows, wanted.ready_at = content, rows, utc_now()
    session.execute(
        update(WorkerExport)
        .where(WorkerExport.user_id == wanted.user_id, WorkerExport.id < wanted.id)
        .values(content=None)
    )
    record(session, actor, EventTag.WORKER_EXPORT, wanted, purpose=wanted.purpose, rows=rows)


def all_found(
    session: Session, actor: Actor, search: Search, today: date, permission: Permission
) -> Iterator[Worker]:
    """Yield every worker that ``search`` finds, by number; reads a thousand at a time and forgets them
    again."""
    last = 0
    while True:
        session.connection(execution_options={"readonly": True})
        statement = found(session, actor, search, today, permission).where(Worker.id > last)
        chunk = session.scalars(
            statement.order_by(Worker.id).limit(CHUNK).options(joinedload(Worker.household))
        ).all()
        session.expunge_all()
        session.rollback()
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].id


def prefecture_names(session: Session) -> dict[str, str]:
    """Return the names of all prefectures by code."""
    rows = session.execute(select(Area.code, Area.name).where(Area.code.like("%00")))
    return dict(rows.all())
