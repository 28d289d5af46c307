"""PostgreSQL draws a row's number from a sequence, which knows nothing of rows that brought theirs along.

After such rows the next insert collides with one of them. Who copies rows with their numbers calls
:func:`catch_up`; migrations do it at their end.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, text

from models.base import Base

_OF_TABLE = text("SELECT pg_get_serial_sequence(:table, 'id')")


class Behind(NamedTuple):
    """A sequence whose next number is taken: the table, the number it stands at, the largest in use."""

    table: str
    at: int
    largest: int


def behind(connection: Connection) -> Iterator[Behind]:
    """The sequences that would draw a number that a row has already; none on SQLite, which looks itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        name = connection.scalar(_OF_TABLE, {"table": table.name}) if "id" in table.columns else None
        if name is None:
            continue
        at = connection.execute(text(f"SELECT last_value, is_called FROM {name}")).one()  # noqa: S608
        largest = connection.scalar(text(f"SELECT max(id) FROM {table.name}")) or 0  # noqa: S608
        if largest >= (at.last_value + 1 if at.is_called else at.last_value):
            yield Behind(table.name, at.last_value, largest)


def catch_up(connection: Connection) -> list[str]:
    """Let every sequence go on after the largest number in use; the tables whose sequence was behind."""
    late = list(behind(connection))
    for one in late:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :largest)"),
            {"table": one.table, "largest": one.largest},
        )
    return [one.table for one in late]
