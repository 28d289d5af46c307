"""A world of three tenants, and ways back to it after each blow."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Integer, String, event, inspect
from sqlalchemy.orm import Session

from tests.factories.shelves import Shelf


@pytest.fixture
def back(shelf: Shelf, session: Session) -> Callable[[], None]:
    """Return a function that puts the database back to where it was when first called."""
    is_kept = False

    def put_back() -> None:
        nonlocal is_kept
        session.rollback()
        if is_kept:
            shelf.bring("saved")
        else:
            shelf.keep("saved")
            is_kept = True

    return put_back


@pytest.fixture
def oversized() -> Iterator[list[str]]:
    """Collect every value that SQLite keeps and PostgreSQL would refuse: too long, too big, with a NUL in
    it."""
    found: list[str] = []

    def look(session: Session, *_rest: Any) -> None:
        for row in [*session.new, *session.dirty]:
            for name, column in inspect(type(row)).columns.items():
                if complaint := _complaint(column.type, row.__dict__.get(name)):
                    found.append(f"{column}: {complaint}")

    event.listen(Session, "before_flush", look)
    yield found
    event.remove(Session, "before_flush", look)


def _complaint(kind: Any, value: Any) -> str:
    if isinstance(kind, String) and isinstance(value, str):
        if "\0" in value:
            return "NUL"
        return f"{len(value)} characters" if kind.length and len(value) > kind.length else ""
    is_big = isinstance(kind, Integer) and isinstance(value, int) and not -(2**31) <= value < 2**31
    return f"{value}" if is_big else ""
