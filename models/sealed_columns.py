"""Which columns are sealed, and with which keys their cells were."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, func, select, type_coerce

from models.base import Base
from models.types import EncryptedText


def sealed_columns() -> list[Column[Any]]:
    """Every column whose cells only open with the keys."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    ]


def place_of(column: Column[Any]) -> str:
    """What a cell of ``column`` is bound to: moved elsewhere it does not open."""
    kind = column.type
    assert isinstance(kind, EncryptedText)
    return kind.place


def raw(column: Column[Any]) -> Any:
    """The sealed bytes of a cell, not opened."""
    return type_coerce(column, LargeBinary)


def key_of(column: Column[Any]) -> Any:
    """The first byte of a cell: the number of its key."""
    return func.substr(raw(column), 1, 1, type_=LargeBinary)


def one_of_each(
    connection: Connection, column: Column[Any], numbers: Iterable[int]
) -> Iterator[tuple[int, bytes]]:
    """(key number, a cell) for each of ``numbers`` that sealed some cell of ``column``."""
    wanted = set(numbers)
    for key in connection.scalars(select(key_of(column)).where(column.is_not(None)).distinct()).all():
        if key[0] in wanted:
            cell = connection.scalar(select(raw(column)).where(key_of(column) == key).limit(1))
            if cell is not None:
                yield key[0], bytes(cell)
