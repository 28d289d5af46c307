"""What the role that serves pages may do on PostgreSQL: read and write rows, never change the tables, the
audit or the ledger.

The tables belong to another role, the owner, who migrates. A stolen connection of the web server can then
neither rewrite what is append-only nor take its triggers away, and row security holds for it
(models/row_security.py).
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

# The queue makes its own tables (app/kit/web/postgres_queue.py): in a room of its own.
QUEUE_SCHEMA = "jobs"
_OF_A_ROLE = text(
    "SELECT rolsuper OR rolbypassrls OR rolcreaterole AS mighty, "
    "pg_has_role(oid, current_user, 'MEMBER') AS owns FROM pg_roles WHERE rolname = :role"
)
_APPEND_ONLY = text(
    "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = c.relname || '_no_change' ORDER BY 1"
)
_NOT_OWN = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') "
    "AND NOT pg_has_role(relowner, 'MEMBER') ORDER BY 1"
)


class GrantProblem(Exception):
    """The rights were not given; ``args[0]`` says why and what to do."""


def append_only_tables(connection: Connection) -> list[str]:
    """The tables whose rows the database keeps as they are (models/append_only.py), by their trigger: none is
    left out."""
    return list(connection.scalars(_APPEND_ONLY))


def grant_runtime(connection: Connection, role: str) -> list[str]:
    """Give ``role`` what serving needs, and no more; returns the append-only tables. Twice does the same.

    Must be run by the owner, after each upgrade. Raises GrantProblem, before anything is changed.
    """
    if problem := _obstacle(connection, role):
        raise GrantProblem(problem)
    kept = append_only_tables(connection)
    for statement in _statements(connection, role, kept):
        connection.execute(text(statement))
    return kept


def _obstacle(connection: Connection, role: str) -> str | None:
    if connection.dialect.name != "postgresql":
        return "only PostgreSQL has roles; on SQLite the file's owner may do anything"
    row = connection.execute(_OF_A_ROLE, {"role": role}).one_or_none()
    if row is None:
        return f"there is no role {role}: createuser --no-superuser --no-createrole --pwprompt {role}"
    if row.mighty:
        return (
            f"{role} is a superuser, makes roles or passes by row security: take a role that may only sign in"
        )
    if row.owns:
        return f"{role} is the owner's role or a member of it: run this as the owner, for another role"
    if foreign := list(connection.scalars(_NOT_OWN)):
        return f"{foreign[0]} does not belong to the role that runs this: run it as the owner of the tables"
    return None


def _statements(connection: Connection, role: str, kept: list[str]) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote
    name = quote(role)
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {name}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}"
    for table in kept:
        yield f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {name}"
    if connection.scalar(text("SELECT to_regclass('public.alembic_version')")):
        yield f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}"
    yield f"CREATE SCHEMA IF NOT EXISTS {QUEUE_SCHEMA}"
    yield f"GRANT USAGE, CREATE ON SCHEMA {QUEUE_SCHEMA} TO {name}"


def may_change_audit(connection: Connection) -> bool:
    """Whether the connection's role could rewrite what is append-only: as owner, or by a right too many."""
    if connection.dialect.name != "postgresql":
        return True
    may = text(
        "SELECT bool_or(has_table_privilege(name, 'UPDATE, DELETE, TRUNCATE, TRIGGER')) "
        "FROM unnest(CAST(:names AS text[])) AS name"
    )
    return bool(connection.scalar(may, {"names": append_only_tables(connection)}))
