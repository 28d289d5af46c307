"""Many rows by one statement: SQLAlchemy begins another one at each row whose empty columns are others."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

Row = dict[str, Any]


def write(session: Session, model: Any, rows: Iterable[Row]) -> list[int]:
    """Insert rows as they would be one by one, each column's default where a row says nothing or None; their
    numbers, in the order of the rows."""
    whole = list(_whole(model, list(rows)))
    if not whole:
        return []
    # The database draws the numbers: rows that brought theirs along left its sequence behind.
    drawn = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(drawn, whole, execution_options={"render_nulls": True}).all())


def _whole(model: Any, rows: list[Row]) -> Iterable[Row]:
    """The rows with the same columns each: None is written as NULL, so that a default has to stand there."""
    told = sorted({name for row in rows for name in row})
    columns = {name: model.__mapper__.columns[name] for name in told}
    for row in rows:
        yield {name: _or_default(columns[name], row.get(name)) for name in told}


def _or_default(column: Column[Any], value: Any) -> Any:
    if value is not None or (column.default is None and column.server_default is None):
        return value
    default = column.default
    if not isinstance(default, ScalarElementColumnDefault):
        raise ValueError(
            f"{column} has a default that is drawn for each row: leave it out of all, or of none"
        )
    return default.arg
