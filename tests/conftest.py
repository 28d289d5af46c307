"""What every test stands on: one application, and a database that is fresh each time.

The reference facts are loaded once into a template; each test starts from a copy of it and commits for real.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

SCRATCH = Path(tempfile.mkdtemp(prefix="xieshou-test-"))
os.environ.update(XIESHOU_ENV="testing", XIESHOU_INSTANCE=str(SCRATCH))

from app import create_app  # noqa: E402
from app.auth import operations as auth  # noqa: E402
from app.extensions import db  # noqa: E402
from app.reference import load_all  # noqa: E402
from models.base import Base  # noqa: E402

# argon2 is slow on purpose; tests sign in thousands of times.
auth.hasher = type(auth.hasher)(time_cost=1, memory_cost=8, parallelism=1)


@event.listens_for(Engine, "connect")
def _hurry(connection: Any, record: Any) -> None:
    """No test outlives a power cut: do not wait for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


class Client(FlaskClient):
    """A browser of tests. Each request has a context of its own, as in life: not the test's session, not its g."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.rollback()  # let go of the database first
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    application = create_app()
    application.test_client_class = Client
    application.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    from app.extensions import limiter

    limiter.enabled = False
    with application.app_context():
        Base.metadata.create_all(db.engine)
        load_all(db.session)
        db.session.commit()
        db.engine.dispose()
        shutil.copy(SCRATCH / "xieshou.db", SCRATCH / "template.db")
    yield application
    shutil.rmtree(SCRATCH, ignore_errors=True)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A fresh database and a session on it, inside an application context."""
    with app.app_context():
        db.engine.dispose()
        shutil.copy(SCRATCH / "template.db", SCRATCH / "xieshou.db")
        app.extensions["huey"].flush()  # jobs are numbered from 1 again
        yield db.session
        db.session.close()
        db.engine.dispose()


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """Return a function: (user) -> a client that is signed in as that user."""

    def enter(user: object) -> FlaskClient:
        token = auth.open_session(db.session, user)  # type: ignore[arg-type]
        db.session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
        return client

    return enter
