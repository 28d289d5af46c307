"""The tables of an empty SQLite file, made at once instead of by every migration there was.

``migrations/fresh.sql`` holds what all migrations together leave behind, statement for statement, and the
version they lead to; a test holds it against them. Where it is of another version the migrations do it.
"""

from sqlalchemy import Connection, text

import config

FILE = config.ROOT / "migrations" / "fresh.sql"
# Stands between two statements: triggers hold semicolons of their own.
BETWEEN = "\n;;\n"
VERSION = "INSERT INTO alembic_version (version_num) VALUES "
MADE = """
    SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
    ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, name
"""


def statements_of(connection: Connection) -> list[str]:
    """What makes the tables of a migrated SQLite file once more, its version at the end."""
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    made = connection.scalars(text(MADE))
    return [*made, f"{VERSION}('{version}')"]


def begin(connection: Connection, version: str) -> bool:
    """Make all tables of this version in one transaction where there is nothing; False where it cannot."""
    if connection.dialect.name != "sqlite" or connection.scalar(text("SELECT count(*) FROM sqlite_master")):
        return False
    statements = FILE.read_text("utf-8").split(BETWEEN)
    if statements[-1] != f"{VERSION}('{version}')":
        return False
    connection.rollback()
    connection.begin()
    if not connection.connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.commit()
    return True
