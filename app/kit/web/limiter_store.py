"""The counters of the limiter in a store that all processes share, without a server of its own.

PostgreSQL: an unlogged table of the database itself. SQLite: a file beside it, because the database has one
writer, and a sign-in must not wait for an import. ``redis://...`` works too, where there is one.
"""

import hashlib
import time
from functools import cached_property
from typing import Any

from limits.storage import Storage
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Float,
    MetaData,
    String,
    Table,
    case,
    create_engine,
    delete,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app.kit.web.connections import engine_options
from models.runtime_role import QUEUE_SCHEMA

SCHEME = "limits"
SWEEP_EVERY = 500
COUNTERS = Table(
    "limit_counter",
    MetaData(),
    Column("key", String(64), primary_key=True),
    Column("hits", BigInteger, nullable=False),
    Column("ends", Float, nullable=False, index=True),
)


class DatabaseStorage(Storage):
    """Counters in a table. A key names an address and is kept as its digest only."""

    STORAGE_SCHEME = [f"{SCHEME}+sqlite", f"{SCHEME}+postgresql+psycopg"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self.url = uri.removeprefix(f"{SCHEME}+")
        self.calls = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    @cached_property
    def engine(self) -> Engine:
        """Opened at the first request: a platform starts while its database is away."""
        options = engine_options(self.url)
        if self.url.startswith("sqlite"):
            engine = create_engine(**options)
            event.listen(engine, "connect", _do_not_wait_for_the_disk)
        else:
            # Beside the queue's tables, where the serving role may make its own (models/runtime_role.py).
            place = {"options": f"-c search_path={QUEUE_SCHEMA},public"}
            few = {"pool_size": 1, "max_overflow": 3, "connect_args": options["connect_args"] | place}
            engine = create_engine(**options | few)
        _make_table(engine)
        return engine

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now, dialect = time.time(), self.engine.dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        row = insert(COUNTERS).values(key=_digest(key), hits=amount, ends=now + expiry)
        is_over, old = COUNTERS.c.ends <= now, COUNTERS.c
        counted: Any = row.on_conflict_do_update(
            index_elements=[old.key],
            set_={
                "hits": case((is_over, row.excluded.hits), else_=old.hits + amount),
                "ends": case((is_over, row.excluded.ends), else_=old.ends),
            },
        ).returning(old.hits)
        with self.engine.begin() as connection:
            self._sweep(connection, now)
            return int(connection.scalar(counted))

    def _sweep(self, connection: Any, now: float) -> None:
        self.calls += 1
        if self.calls % SWEEP_EVERY == 0:
            connection.execute(delete(COUNTERS).where(COUNTERS.c.ends <= now))

    def get(self, key: str) -> int:
        return int(self._read(COUNTERS.c.hits, key) or 0)

    def get_expiry(self, key: str) -> float:
        return float(self._read(COUNTERS.c.ends, key) or time.time())

    def _read(self, column: Any, key: str) -> Any:
        alive = select(column).where(COUNTERS.c.key == _digest(key), COUNTERS.c.ends > time.time())
        with self.engine.connect().execution_options(readonly=True) as connection:
            return connection.scalar(alive)

    def check(self) -> bool:
        try:
            with self.engine.connect().execution_options(readonly=True) as connection:
                connection.execute(select(func.count()).select_from(COUNTERS))
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        with self.engine.begin() as connection:
            return int(connection.execute(delete(COUNTERS)).rowcount)

    def clear(self, key: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(delete(COUNTERS).where(COUNTERS.c.key == _digest(key)))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _make_table(engine: Engine) -> None:
    """The table, where it is missing: one who may not make tables finds its owner's."""
    with engine.connect().execution_options(readonly=True) as connection:
        if inspect(connection).has_table(COUNTERS.name):
            return
    try:
        with engine.begin() as connection:
            COUNTERS.create(connection)
    except SQLAlchemyError as problem:  # another process was in the same moment
        with engine.connect().execution_options(readonly=True) as connection:
            if not inspect(connection).has_table(COUNTERS.name):
                raise problem


def _do_not_wait_for_the_disk(connection: Any, record: Any) -> None:
    """A power cut may forget who tried how often; each try must not cost a write to the disk."""
    connection.execute("PRAGMA synchronous = OFF")
