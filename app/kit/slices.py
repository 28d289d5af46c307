"""Work that holds the database's one writer, cut into slices that hold it no longer than a moment."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

# SQLite's waiting writers look again every tenth of a second: they get in between two slices.
GOAL_SECONDS, PAUSE_SECONDS = 0.4, 0.12
LEAST, FIRST, MOST = 25, 200, 2000


def read(session: Session) -> None:
    """End the present transaction, and begin one that can only read: each statement what is committed by
    then, so that nobody's commit waits for more than a statement."""
    session.rollback()
    session.connection(execution_options={"readonly": True, "by_statement": True})


class Slices:
    """How much is written at a time: as much as the last slice showed to take :data:`GOAL_SECONDS`."""

    def __init__(self, first: int | None = None) -> None:
        self.size = FIRST if first is None else first
        self.longest = 0.0

    @contextmanager
    def one(self, session: Session) -> Iterator[None]:
        """A slice: what is done inside is committed at its end, and the writer is let go for a moment."""
        with self._held(session):
            yield
            session.commit()

    @contextmanager
    def tried(self, session: Session) -> Iterator[None]:
        """A slice that leaves nothing: what is done inside is rolled back at its end."""
        with self._held(session):
            yield
            session.rollback()

    @contextmanager
    def _held(self, session: Session) -> Iterator[None]:
        session.rollback()
        begun = time.monotonic()
        session.connection()  # the wait for the writer is not the slice's
        taken = time.monotonic()
        yield
        held = time.monotonic() - taken
        self.longest = max(self.longest, held)
        self.size = max(LEAST, min(MOST, int(self.size * min(2.0, GOAL_SECONDS / max(held, 0.001)))))
        if session.get_bind().dialect.name == "sqlite":
            time.sleep(max(PAUSE_SECONDS, min(1.0, taken - begun)))
