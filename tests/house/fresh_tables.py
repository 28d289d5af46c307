"""Writes ``migrations/fresh.sql``, from which an empty SQLite file gets its tables: ``make fresh-tables``."""

from alembic import command
from sqlalchemy import create_engine

from app.commands.fresh_tables import BETWEEN, FILE, statements_of
from app.commands.prepare import settings_of_migrations


def migrated() -> list[str]:
    """What all migrations together leave behind in an empty SQLite file."""
    settings = settings_of_migrations()
    with create_engine("sqlite://").connect() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
        return statements_of(connection)


def in_order(statements: list[str]) -> list[tuple[list[str], list[str]]]:
    """Statements by lines, each apart from its constraints: a rebuilt table draws their order anew."""
    lines = [[line.strip().rstrip(",") for line in one.splitlines()] for one in statements]
    apart = [[line.startswith(("CONSTRAINT", "CHECK", "UNIQUE", "FOREIGN")) for line in one] for one in lines]
    return [
        (
            [line for line, is_apart in zip(one, some, strict=True) if not is_apart],
            sorted(line for line, is_apart in zip(one, some, strict=True) if is_apart),
        )
        for one, some in zip(lines, apart, strict=True)
    ]


if __name__ == "__main__":
    before = {str(in_order([one])): one for one in FILE.read_text("utf-8").split(BETWEEN)}
    FILE.write_text(BETWEEN.join(before.get(str(in_order([one])), one) for one in migrated()), "utf-8")
