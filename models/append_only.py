"""The database itself refuses to change or delete audit rows; migration 0002 and create_all set this up."""

from sqlalchemy import Connection, text

SQLITE_UP = [
    f"CREATE TRIGGER audit_event_no_{verb} BEFORE {verb.upper()} ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
    for verb in ("update", "delete")
]
POSTGRESQL_UP = [
    "CREATE FUNCTION audit_event_keep() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$",
    "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_keep()",
]
SQLITE_DOWN = [f"DROP TRIGGER audit_event_no_{verb}" for verb in ("update", "delete")]
POSTGRESQL_DOWN = ["DROP TRIGGER audit_event_no_change ON audit_event", "DROP FUNCTION audit_event_keep()"]


def protect(connection: Connection) -> None:
    """Make ``audit_event`` append-only."""
    for statement in SQLITE_UP if connection.dialect.name == "sqlite" else POSTGRESQL_UP:
        connection.execute(text(statement))


def unprotect(connection: Connection) -> None:
    """Take the protection away (a downgrade, or a test that plays the intruder)."""
    for statement in SQLITE_DOWN if connection.dialect.name == "sqlite" else POSTGRESQL_DOWN:
        connection.execute(text(statement))
