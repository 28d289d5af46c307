"""What a downgrade would lose: tables that hold rows, columns that hold values, rows.

``alembic downgrade`` refuses and changes nothing; ``alembic -x lose-data=yes downgrade ...`` goes on and says
what went.
"""

from dataclasses import dataclass, field
from typing import Any

from alembic.operations import Operations, ops, toimpl
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Numeric,
    String,
    Table,
    cast,
    func,
    inspect,
    select,
    table,
)

FLAG = "lose-data"
# Kept beside the rows of others: derived, or a queue of things to do again.
DERIVED = frozenset(
    {
        *("alembic_version", "worker_change", "name_key", "name_waiting", "early_warning"),
        *("staying_summary", "staying_sum"),
    }
)


@dataclass
class Losses:
    """What the downgrade that is running takes away; nothing is looked at while ``is_watching`` is false."""

    is_watching: bool = False
    found: list[str] = field(default_factory=list)

    def table(self, connection: Connection, name: str) -> None:
        """Note ``name`` when it holds rows."""
        if self.is_watching and name not in DERIVED and (rows := _rows(connection, name)):
            self.found.append(f"{name} ({rows} rows)")

    def column(self, connection: Connection, table: str, name: str) -> None:
        """Note the column when somebody told it something: more than nothing, no, zero or empty."""
        if not self.is_watching or table in DERIVED:
            return
        reflected = Table(table, MetaData(), autoload_with=connection, resolve_fks=False)
        told = select(func.count()).select_from(reflected).where(_says_something(reflected.c[name]))
        if values := connection.scalar(told):
            self.found.append(f"{table}.{name} ({values} values)")

    def fewer(self, before: dict[str, int], after: dict[str, int]) -> None:
        """Note the tables that are still there with fewer rows."""
        lost = {name: rows - after[name] for name, rows in before.items() if after.get(name, rows) < rows}
        self.found.extend(f"{name} ({rows} of its rows)" for name, rows in sorted(lost.items()))


LOSSES = Losses()


def counted(connection: Connection) -> dict[str, int]:
    """The rows of every table that is not derived."""
    names = set(inspect(connection).get_table_names()) - DERIVED
    return {name: _rows(connection, name) for name in sorted(names)}


def _rows(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(table(name))) or 0


def _says_something(column: Column[Any]) -> ColumnElement[bool]:
    if isinstance(column.type, Boolean):
        return column.is_(True)
    if isinstance(column.type, JSON):
        return cast(column, String).not_in(("[]", "{}", "null"))
    if isinstance(column.type, Numeric) or column.type.python_type is int:
        return column != 0
    return column != "" if isinstance(column.type, String) else column.is_not(None)


@Operations.implementation_for(ops.DropTableOp, replace=True)
def _drop_table(operations: Any, operation: Any) -> None:
    LOSSES.table(operations.get_bind(), operation.table_name)
    toimpl.drop_table(operations, operation)


@Operations.implementation_for(ops.DropColumnOp, replace=True)
def _drop_column(operations: Any, operation: Any) -> None:
    LOSSES.column(operations.get_bind(), operation.table_name, operation.column_name)
    toimpl.drop_column(operations, operation)
