"""A row of any table, valid as far as the database looks: for tests that go through all tables."""

import itertools
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select
from sqlalchemy.orm import Session

from models.clock import today, utc_now
from models.types import EncryptedBytes, EncryptedJSON, EncryptedText, EnumText, RecordsJSON, UTCDateTime

_numbers = itertools.count(1)
# Subclasses before the type they are made of.
OWN_TYPES: dict[type, Any] = {
    UTCDateTime: utc_now(),
    EncryptedBytes: b"x",
    EncryptedJSON: {},
    EncryptedText: "x",
    RecordsJSON: [],
}


def fill(session: Session | Connection, table: Table, values: dict[str, Any]) -> Any:
    """Insert a row with ``values`` and whatever else the table needs, rows it points at included; returns its
    key."""
    given = dict(values)
    for column in table.columns:
        needs = not column.nullable and column.default is None and column.server_default is None
        if column.name not in given and needs and column is not table.autoincrement_column:
            given[column.name] = _value(session, column)
    result = session.execute(insert(table).values(given))
    return result.inserted_primary_key[0]  # type: ignore[attr-defined]


def _value(session: Session | Connection, column: Column[Any]) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        known = session.scalar(select(key.column).order_by(key.column.desc()).limit(1))
        return known if known is not None else fill(session, key.column.table, {})
    if isinstance(column.type, EnumText):
        return next(iter(column.type.kind))
    for own, value in OWN_TYPES.items():
        if isinstance(column.type, own):
            return value
    kind = column.type.python_type
    number = next(_numbers)
    values: dict[type, Any] = {
        int: number,
        float: 1.0,
        Decimal: Decimal(1),
        bool: False,
        str: f"x{number}"[: getattr(column.type, "length", None) or 40],
        date: today(),
        datetime: utc_now(),
        time: time(8),
        bytes: b"x",
        dict: {},
        list: [],
        object: None,
    }
    return values[kind]
