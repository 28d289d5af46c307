"""The database itself refuses to change or delete rows of audit and ledger: migrations, create_all see to
it."""

from sqlalchemy import Connection, text

AUDIT = "audit_event"


def _up(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()",
    ]


def _down(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for verb in ("update", "delete")]
    return [f"DROP TRIGGER {table}_no_change ON {table}", f"DROP FUNCTION {table}_keep()"]


def protect(connection: Connection, table: str = AUDIT) -> None:
    """Make ``table`` append-only."""
    for statement in _up(table, connection.dialect.name):
        connection.execute(text(statement))


def unprotect(connection: Connection, table: str = AUDIT) -> None:
    """Take the protection away (a downgrade, or a test that plays the intruder)."""
    for statement in _down(table, connection.dialect.name):
        connection.execute(text(statement))
