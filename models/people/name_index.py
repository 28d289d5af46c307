"""By what people are found: for each name its search keys, by county, in one tree.

Keys are written with the person (through the ORM by the flush, in bulk by whoever inserts: :func:`write`).
The database itself notes whoever was entered or renamed in ``name_waiting``, however that was done; writing
their keys takes them off the list. Who still stands there has no keys or old ones, is searched by characters
meanwhile (app/workers/search.py), and gets keys from :func:`key_waiting` (`make database`, every night,
`key-names`).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    String,
    and_,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from models.base import Base
from models.people.name_reading import IN_ORDER, LONGEST_KEY, order_key, search_keys
from models.people.worker import Worker
from models.triggers import Triggers

CHUNK = 2000
LAST_CHARACTER = "\U0010ffff"
# Keys are searched by their beginning: PostgreSQL does that by index under the "C" collation only.
KEY = String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql")
PLAIN = {"synchronize_session": False}
_RENAMED = "renamed_workers"
_WATCHED = ("name", "county_code", "erased_at")

_CHANGED = "OLD.name <> NEW.name OR OLD.county_code <> NEW.county_code"
_NOTE = "(worker_id) VALUES (NEW.id)"
SQLITE_UP = [
    f"CREATE TRIGGER worker_{verb}_named AFTER {when} BEGIN INSERT OR IGNORE INTO name_waiting {_NOTE}; END"
    for verb, when in (("insert", "INSERT ON worker"), ("update", f"UPDATE ON worker WHEN {_CHANGED}"))
]
POSTGRESQL_UP = [
    "CREATE FUNCTION worker_named() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"INSERT INTO name_waiting {_NOTE} ON CONFLICT DO NOTHING; RETURN NULL; END $$",
    "CREATE TRIGGER worker_insert_named AFTER INSERT ON worker FOR EACH ROW EXECUTE FUNCTION worker_named()",
    "CREATE TRIGGER worker_update_named AFTER UPDATE ON worker "
    f"FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION worker_named()",
]
SQLITE_DOWN = [f"DROP TRIGGER worker_{verb}_named" for verb in ("insert", "update")]
POSTGRESQL_DOWN = [f"{drop} ON worker" for drop in SQLITE_DOWN] + ["DROP FUNCTION worker_named()"]
TRIGGERS = Triggers(SQLITE_UP, SQLITE_DOWN, POSTGRESQL_UP, POSTGRESQL_DOWN)


def begins(column: InstrumentedAttribute[str] | ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """The condition "starts with", in the form that an index answers on either database."""
    return and_(column >= prefix, column < prefix + LAST_CHARACTER)


class NameKey(Base):
    """One key of one person of a county. On SQLite the key tree is the table."""

    __tablename__ = "name_key"
    __table_args__ = {"sqlite_with_rowid": False}

    county_code: Mapped[str] = mapped_column(String(9), primary_key=True)
    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class NameWaiting(Base):
    """A person whose keys are not written yet, or not those of the present name."""

    __tablename__ = "name_waiting"

    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


KEYS = Base.metadata.tables["name_key"]


class Named(NamedTuple):
    """What keys are made of; ``name`` is "" for somebody who shall not be found any more."""

    worker_id: int
    county_code: str
    name: str


def write(session: Session, people: Iterable[Named]) -> None:
    """Write the keys of ``people`` in place of those they had."""
    people = list(people)
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        ids = [person.worker_id for person in some]
        session.execute(delete(NameKey).where(NameKey.worker_id.in_(ids)), execution_options=PLAIN)
        rows = [
            {"county_code": county, "key": key, "worker_id": number}
            for number, county, name in some
            for key in search_keys(name)
        ]
        if rows:
            session.execute(insert(KEYS), sorted(rows, key=lambda row: tuple(row.values())))
        session.execute(delete(NameWaiting).where(NameWaiting.worker_id.in_(ids)), execution_options=PLAIN)


def key_waiting(session: Session, tell: Callable[[int, int], object] = lambda done, total: None) -> int:
    """Write the keys of everybody who waits, :data:`CHUNK` people a transaction; returns how many."""
    total = session.scalar(select(func.count()).select_from(NameWaiting)) or 0
    done = 0
    while rows := session.execute(_next_waiting()).all():
        write(session, (Named(n, county, "" if erased else name) for n, county, name, erased in rows))
        session.commit()
        done += len(rows)
        tell(done, max(total, done))
    session.rollback()
    return done + _put_in_order(session)


def unordered(session: Session) -> Iterator[list[tuple[int, str, str]]]:
    """Those whose name has no place in the order (number, county, name), some at a time: an earlier version
    wrote their keys. Each county is read off two indexes."""
    county, following = "", select(func.min(Worker.county_code))
    while county := session.scalar(following.where(Worker.county_code > county)) or "":
        in_order = NameKey.county_code == county, begins(NameKey.key, IN_ORDER)
        ordered = select(NameKey.worker_id).where(*in_order)
        rows = select(Worker.id, Worker.county_code, Worker.name).where(
            Worker.county_code == county,
            Worker.erased_at.is_(None),
            Worker.name != "",
            Worker.id.not_in(ordered),
        )
        locked = rows.limit(CHUNK).with_for_update(of=Worker)
        while some := session.execute(locked).all():
            yield list(some)


def _put_in_order(session: Session) -> int:
    done = 0
    for some in unordered(session):
        rows = [{"county_code": county, "key": order_key(name), "worker_id": n} for n, county, name in some]
        postgres = session.get_bind().dialect.name == "postgresql"
        put = postgresql.insert(KEYS) if postgres else sqlite.insert(KEYS)
        session.execute(put.on_conflict_do_nothing(), rows)
        session.commit()
        done += len(some)
    session.rollback()
    return done


def _next_waiting() -> Any:
    """Locked (PostgreSQL), so that a name changed at the same moment is not keyed as it was."""
    return (
        select(Worker.id, Worker.county_code, Worker.name, Worker.erased_at)
        .join(NameWaiting, NameWaiting.worker_id == Worker.id)
        .order_by(Worker.id)
        .limit(CHUNK)
        .with_for_update(of=Worker)
    )


def is_anybody_waiting(session: Session) -> bool:
    """Whether somebody cannot be found by all keys yet."""
    return session.scalar(select(NameWaiting.worker_id).limit(1)) is not None


def have_everybody_wait(session: Session) -> None:
    """Have all keys made anew (the table of readings was changed)."""
    everybody = select(Worker.id).where(Worker.id.not_in(select(NameWaiting.worker_id)))
    session.execute(insert(NameWaiting).from_select(["worker_id"], everybody))


@event.listens_for(Session, "before_flush")
def _mark(session: Session, context: Any, instances: Any) -> None:
    session.info[_RENAMED] = [
        row for row in (*session.new, *session.dirty) if isinstance(row, Worker) and _is_renamed(row)
    ]


def _is_renamed(worker: Worker) -> bool:
    state = inspect(worker)
    return not state.persistent or any(state.attrs[name].history.has_changes() for name in _WATCHED)


@event.listens_for(Session, "after_flush")
def _key(session: Session, context: Any) -> None:
    if renamed := session.info.pop(_RENAMED, None):
        write(session, [Named(w.id, w.county_code, "" if w.erased_at else w.name) for w in renamed])


watch, unwatch = TRIGGERS.create, TRIGGERS.drop
TRIGGERS.come_with(NameWaiting)
