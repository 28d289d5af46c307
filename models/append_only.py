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


def protect_when(connection: Connection, table: str, name: str, condition: str) -> None:
    """Keep the rows of ``table`` for which ``condition`` holds (in words of both databases) as they are."""
    if connection.dialect.name == "sqlite":
        old = f"OLD.{condition}"
        for verb in ("update", "delete"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_{name}_no_{verb} BEFORE {verb.upper()} ON {table} WHEN {old} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is {name}'); END"
                )
            )
        return
    for statement in (
        f"CREATE FUNCTION {table}_{name}_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is {name}'; END $$",
        f"CREATE TRIGGER {table}_{name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"WHEN (OLD.{condition}) EXECUTE FUNCTION {table}_{name}_keep()",
    ):
        connection.execute(text(statement))


def unprotect_when(connection: Connection, table: str, name: str) -> None:
    """Take the protection of :func:`protect_when` away."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER {table}_{name}_no_{verb}"))
        return
    connection.execute(text(f"DROP TRIGGER {table}_{name} ON {table}"))
    connection.execute(text(f"DROP FUNCTION {table}_{name}_keep()"))


def unprotect(connection: Connection, table: str = AUDIT) -> None:
    """Take the protection away (a downgrade, or a test that plays the intruder)."""
    for statement in _down(table, connection.dialect.name):
        connection.execute(text(statement))
