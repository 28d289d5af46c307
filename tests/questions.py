"""What a page asks the database."""

from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session


def asked(
    session: Session, client: FlaskClient, path: str, *, any_answer: bool = False
) -> list[tuple[str, object]]:
    """The statements of one page, with their values."""
    seen: list[tuple[str, object]] = []

    def note(connection: object, cursor: object, statement: str, values: object, *rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")) and "set_config(" not in statement:
            seen.append((statement, values))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200 or any_answer, path
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return seen
