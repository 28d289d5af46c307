"""PostgreSQL draws a row's number from a sequence, which knows nothing of rows that brought theirs along.

After such rows the next insert collides with one of them. Who copies rows with their numbers calls
:func:`catch_up`; migrations do it at their end.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from models.base import Base

_STANDS_AT = text(
    "SELECT coalesce(last_value, start_value - 1) FROM pg_sequences "
    "WHERE (quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass "
    "= pg_get_serial_sequence(:table, 'id')::regclass"
)


class Behind(NamedTuple):
    """A sequence whose next number is taken: the table, the last number it gave, the largest in use."""

    table: str
    at: int
    largest: int


def behind(connection: Connection) -> Iterator[Behind]:
    """The sequences that would draw a number that a row has already; none on SQLite, which looks itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" not in table.columns:
            continue
        at = connection.scalar(_STANDS_AT, {"table": table.name})
        largest = connection.scalar(select(func.max(table.columns["id"]))) or 0
        if at is not None and largest > at:
            yield Behind(table.name, at, largest)


def catch_up(connection: Connection) -> list[str]:
    """Let every sequence go on after the largest number in use; the tables whose sequence was behind."""
    late = list(behind(connection))
    for one in late:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :largest)"),
            {"table": one.table, "largest": one.largest},
        )
    return [one.table for one in late]
