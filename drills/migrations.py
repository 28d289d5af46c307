"""T17: every migration up and down with a row in every table, on either database.

``python -m drills.migrations`` (SQLite) or ``DATABASE_URL=postgres python -m drills.migrations``.
"""

import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import JSON, Connection, Integer, MetaData, Table, create_engine, func, inspect, select

import config
from drills.figures import Figure, main
from models.base import Base

Rows = dict[str, list[dict[str, Any]]]
# What the checks of tables would not take a one for.
CHECKED = {"headcount": 3, "days": 90, "day": 3, "amount_fen": 2}
# Of which of its columns that may be empty a table wants one: the row that it points at.
POINTS_AT = {"evidence_paper": "follow_up_id"}
# Written again by itself: changes to people, keys of their names.
COMPUTED = {"alembic_version", "worker_change", "name_waiting", "name_key"}
# What an upgrade takes away and a downgrade makes anew without its value.
NOT_BROUGHT_BACK = {
    ("worker", "name_initials"): "the program of that time wrote it with the name",
    ("user_account", "failed_count"): "failed sign-ins of a quarter of an hour",
    ("message", "channel"): "was the same word in every row",
}
# Rows that an upgrade brings and its downgrade leaves on purpose; those of before have to be as they were.
LEFT_ON_PURPOSE = {
    ("0060", "indicator"): "reports may have been counted by the definitions, and a frozen one tells of them",
}


class Ladder:
    """A database that is taken from one revision to the next and back."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.settings = Config(toml_file=str(config.ROOT / "pyproject.toml"))
        self.settings.set_main_option("script_location", str(config.ROOT / "migrations"))
        self.settings.attributes["connection"] = connection
        self.settings.print_stdout = self._told  # type: ignore[method-assign]
        self.told: list[str] = []
        self.at, self.known = "base", dict[str, MetaData]()

    def _told(self, text: str, *values: Any) -> None:
        self.told.append(text % values)

    def revisions(self) -> list[str]:
        """All of them, the oldest first."""
        script = ScriptDirectory.from_config(self.settings)
        return [step.revision for step in reversed(list(script.walk_revisions()))]

    def up(self, revision: str) -> None:
        """Upgrade to ``revision``."""
        command.upgrade(self.settings, revision)
        self.at = revision

    def down(self, revision: str, lose: bool = False) -> None:
        """Downgrade to ``revision``; raises CommandError where rows would be lost and that is not allowed."""
        self.settings.cmd_opts = Namespace(x=["lose-data=yes"] if lose else [])
        try:
            command.downgrade(self.settings, revision)
        except RuntimeError as refusal:  # a migration's own
            self.connection.rollback()
            raise CommandError(str(refusal)) from refusal
        self.at = revision

    def tables(self) -> MetaData:
        """The tables of the revision that the ladder stands at, as they were when it first came there."""
        if self.at not in self.known:
            self.known[self.at] = there = MetaData()
            there.reflect(self.connection)
        return self.known[self.at]

    def columns(self) -> set[str]:
        """Every column that is there now, with its type and whether it may be empty."""
        tables = inspect(self.connection).get_multi_columns()
        told = {
            f"{table}.{column['name']} {column['type']} {column['nullable']}"
            for (_schema, table), columns in tables.items()
            for column in columns
            if table != "alembic_version"
        }
        self.connection.rollback()
        return told

    def fill(self) -> None:
        """Put a row into every table that has none."""
        from tests.factories.any_row import fill

        for table in self.tables().sorted_tables:
            if table.name != "alembic_version" and self.connection.execute(select(table)).first() is None:
                fill(self.connection, table, dict(_plain(table)) | self._pointing(table))
        self.connection.commit()

    def _pointing(self, table: Table) -> dict[str, Any]:
        name = POINTS_AT.get(table.name)
        if name is None:
            return {}
        (key,) = table.c[name].foreign_keys
        return {name: self.connection.scalar(select(func.min(key.column)))}

    def rows(self) -> Rows:
        """Every row of every table."""
        rows = {
            table.name: [dict(row) for row in self.connection.execute(select(table)).mappings()]
            for table in self.tables().sorted_tables
            if table.name not in COMPUTED
        }
        self.connection.rollback()
        return rows

    def equals_the_models(self) -> bool:
        """Whether the tables are those that the code describes."""
        context = MigrationContext.configure(self.connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
        self.connection.rollback()
        return not differences


def _plain(table: Table) -> Iterator[tuple[str, Any]]:
    """Values that the checks of a table accept: each number one, each list empty."""
    for column in table.columns:
        is_told = not (column.nullable or column.foreign_keys or column is table.autoincrement_column)
        if is_told and isinstance(column.type, Integer):
            yield column.name, CHECKED.get(column.name, 1)
        elif is_told and isinstance(column.type, JSON):
            yield column.name, []


def step(ladder: Ladder, below: str, revision: str) -> list[str]:
    """Take one step up, down, up, with data; what was wrong. The ladder stands at ``below`` and ends at
    ``revision``, a row in every table."""
    wrong: list[str] = []
    before, columns = ladder.rows(), ladder.columns()
    ladder.up(revision)
    ladder.down(below, lose=True)
    wrong += [f"{revision} up and down: {column}" for column in sorted(columns ^ ladder.columns())]
    left = {table for of, table in LEFT_ON_PURPOSE if of == revision}
    wrong += changed(before, ladder.rows(), f"{revision} up and down", left)
    ladder.up(revision)
    ladder.fill()
    above = ladder.rows()
    try:
        ladder.down(below)
    except CommandError:
        return wrong + changed(above, ladder.rows(), f"{revision} refused")
    ladder.up(revision)
    return wrong + changed(above, ladder.rows(), f"{revision} down and up, without a word")


def changed(before: Rows, after: Rows, when: str, left: Collection[str] = ()) -> list[str]:
    """What is no longer as it was, by table and column; tables of ``left`` may hold more rows than before."""
    wrong = []
    for table, rows in before.items():
        there = after.get(table, [])
        if table in left:
            known = {row["id"] for row in rows}
            there = [row for row in there if row["id"] in known]
        if len(there) != len(rows):
            wrong.append(f"{when}: {table} {len(rows)} -> {len(there)} rows")
            continue
        for old, new in zip(rows, there, strict=True):
            wrong += [
                f"{when}: {table}.{name} {value!r} -> {new.get(name)!r}"
                for name, value in old.items()
                if new.get(name) != value and (table, name) not in NOT_BROUGHT_BACK
            ]
    return wrong


@contextmanager
def ladder_on(database: str) -> Iterator[Ladder]:
    """A ladder on an empty database."""
    url = f"sqlite:///{tempfile.mkdtemp()}/ladder.db"
    if database == "postgresql":
        from tests.factories.databases import postgres_url

        url = postgres_url("ladder", owner="ladder_owner")
    engine = create_engine(url)
    with engine.connect() as connection:
        yield Ladder(connection)
    engine.dispose()


def run(database: str) -> list[Figure]:
    """Every step, with data."""
    wrong: list[str] = []
    with ladder_on(database) as ladder:
        revisions = ladder.revisions()
        below = "base"
        for revision in revisions:
            wrong += step(ladder, below, revision)
            below = revision
        if not ladder.equals_the_models():
            wrong.append("the tables are not those of the code")
    for line in wrong:
        print(line, flush=True)
    return [
        Figure(
            "T17",
            "each migration up, down and up with a row in every table",
            "0 values changed or lost without a word; tables equal to the models",
            f"{len(revisions)} migrations, {len(wrong)} faults",
            not wrong,
            database,
        )
    ]


if __name__ == "__main__":
    os.environ.setdefault("XIESHOU_ENV", "testing")
    sys.exit(main(run))
