"""SQLite's one writer is waited for in a queue.

SQLite's own waiting polls, the longest waiting the least often: of many at once the newest get in and the
oldest starve. Here they stand one behind the other (a lock of the file system serves them in order), and only
the first one asks. A queue that moves is waited in; where nobody got in for ``seconds`` all are told so.
"""

import fcntl
import os
import sqlite3
import time

from sqlalchemy import Connection

STEP, MOST_SECONDS, BUSY, PATIENT_SECONDS = 0.005, 30.0, 5, 2.0


def begin_in_turn(connection: Connection, seconds: float) -> bool:
    """Begin a writing transaction as the first of the queue; False where none was begun."""
    raw, came = connection.connection.dbapi_connection, time.time()
    path = connection.engine.url.database
    if not path or path == ":memory:" or not isinstance(raw, sqlite3.Connection):
        return False
    try:
        door = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a folder that may not be written: SQLite will say so
        return False
    try:
        if not _comes_first(door, came + seconds if seconds < PATIENT_SECONDS else None):
            return False
        raw.execute("PRAGMA busy_timeout = 0")
        while not _begins(raw):
            last = os.fstat(door).st_mtime
            if time.time() > min(max(came, last) + seconds, came + MOST_SECONDS):
                return False
            time.sleep(STEP)
        os.utime(door)
        return True
    except sqlite3.OperationalError:
        return False  # asked once more through SQLAlchemy, which says what is wrong
    finally:
        os.close(door)


def _comes_first(door: int, until: float | None) -> bool:
    """Stand in the queue; who may not wait long (see patience) only looks in until then."""
    if until is None:
        fcntl.flock(door, fcntl.LOCK_EX)
        return True
    while True:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.time() > until:
                return False
            time.sleep(STEP)


def _begins(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode & 0xFF == BUSY:
            return False
        raise
    return True
