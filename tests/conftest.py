"""What every test stands on: one application, and a database that is fresh each time.

The reference facts are loaded once into a template; each test starts from a copy of it and commits for real,
on SQLite or on PostgreSQL (tests/databases.py).
"""

import atexit
import copy
import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextvars import Context
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from tests.factories.memory import memory

# What is imported stays, the tests themselves too: no need to look through it again and again (see ``app``).
gc.disable()
SCRATCH = Path(tempfile.mkdtemp(prefix="xieshou-test-", dir=memory()))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
os.environ.update(XIESHOU_ENV="testing", XIESHOU_INSTANCE=str(SCRATCH))
# What is read first is the process that hands out the tests; the others inherit its folder and leave each
# other their compiled templates there, 30 ms of processor a piece. The next run begins anew: what filters
# made of constants lies in them, and a filter may have changed.
TEMPLATES = Path(os.environ.setdefault("XIESHOU_TEST_TEMPLATES", str(SCRATCH / "templates")))
TEMPLATES.mkdir(exist_ok=True)
# Two test processes with a linear algebra of many threads each only wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import config  # noqa: E402
from app import create_app, unlock  # noqa: E402
from app.accounts import operations as auth  # noqa: E402
from app.commands.reference_load import load_all  # noqa: E402
from app.kit.api.problems import PREFIX  # noqa: E402
from app.kit.api.routes import permissions_of  # noqa: E402
from app.kit.web import row_scope  # noqa: E402
from app.kit.web.extensions import db  # noqa: E402
from models.row_security import whole  # noqa: E402
from models.user import User  # noqa: E402
from tests.catalogues import compile_stale  # noqa: E402
from tests.databases import (  # noqa: E402
    database_of,
    elsewhere,
    own_database,
    pytest_generate_tests,  # noqa: F401
)
from tests.drills import (  # noqa: E402, F401
    pytest_collection_modifyitems,
    pytest_terminal_summary,
    pytest_testnodedown,
)
from tests.factories.shelves import PostgresShelf, Shelf, SqliteShelf, put_in_use  # noqa: E402
from tests.factories.tokens import make_token_for  # noqa: E402
from tests.factories.world import World, make_world  # noqa: E402
from tests.groups import pytest_xdist_make_scheduler  # noqa: E402, F401
from tests.midnight import pytest_runtest_setup  # noqa: E402, F401
from tests.trust.leaks import leaks  # noqa: E402
from tests.whole import share  # noqa: E402

# The same examples each time, and as long as they take on a loaded machine: a run that fails is the fault
# of a change. Others are drawn with ``--hypothesis-profile=default``.
settings.register_profile(
    "suite",
    max_examples=share(50, 100),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")
compile_stale(config.ROOT / "app" / "translations")
# argon2 is slow on purpose; tests sign in thousands of times.
auth.hasher = type(auth.hasher)(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def nothing_personal_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """T15: whatever a test does, no identity number and no telephone is logged, in tracebacks neither."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    told = "\n".join(caplog.handler.format(record) for record in records)
    assert leaks(told.encode("utf-8", "surrogatepass")) == set()


@event.listens_for(Engine, "connect")
def _hurry(connection: Any, record: Any) -> None:
    """No test outlives a power cut: do not wait for the disk, and make no file of each transaction's way
    back."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = MEMORY")


class Client(FlaskClient):
    """A browser of tests. Each request has a context of its own, as in life: not the test's session, not its
    g.

    Addresses of the interface are asked by a program of the same person (``account``), with a token for all
    that the interface does: what is tried at every route is tried there, too.
    """

    account: int | None = None
    token = ""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            db.session.rollback()  # let go of the database first
        if self.account and args and str(args[0]).startswith(PREFIX) and "headers" not in kwargs:
            kwargs["headers"] = program_headers(self)
        return Context().run(super().open, *args, **kwargs)


def program_headers(client: Client) -> dict[str, str]:
    """What a program of the client's account sends with every request; the key of a writing one is new."""
    if not client.token:
        user = db.session.get_one(User, client.account)
        client.token = make_token_for(db.session, user, permissions_of(client.application))
    return {"Authorization": f"Bearer {client.token}", "Idempotency-Key": uuid4().hex}


@pytest.fixture(scope="session")
def app() -> Iterator[Flask]:
    application = create_app()
    application.test_client_class = Client
    application.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    from app.kit.web.extensions import limiter

    limiter.enabled = False
    with application.app_context():
        db.engine.dispose()
    application.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(TEMPLATES))
    stock(application, SqliteShelf(SCRATCH))
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
    yield application
    for shelf in SHELVES.values():
        shelf.close()
    shutil.rmtree(SCRATCH, ignore_errors=True)


SHELVES: dict[str, Shelf] = {}


def stock(app: Flask, shelf: Shelf) -> Shelf:
    """Put the reference facts on a shelf, as its ``template``."""
    put_in_use(app, shelf)
    with app.app_context():
        load_all(db.session)
        db.session.info.clear()  # every test's audit begins empty
        db.session.commit()
    shelf.keep("template")
    return SHELVES.setdefault(shelf.kind, shelf)


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> str:
    """Which database the module's tests run on (tests/databases.py)."""
    return getattr(request, "param", None) or database_of(request.path, own_database(request.module))


@pytest.fixture(autouse=True)
def on_its_own_database(request: pytest.FixtureRequest) -> None:
    """A test that names its database runs on no other."""
    mark = request.node.get_closest_marker("only_on")
    if mark and (why := elsewhere(mark.args[0], request.getfixturevalue("database"))):
        pytest.skip(why)


@pytest.fixture(scope="module")
def shelf(app: Flask, database: str) -> Shelf:
    """The database of the module's tests, in use."""
    unlock(app)  # a story in this process has had keys of its own
    shelf = SHELVES.get(database) or stock(app, PostgresShelf())
    put_in_use(app, shelf)
    return shelf


@pytest.fixture
def session(request: pytest.FixtureRequest, app: Flask, shelf: Shelf) -> Iterator[Session]:
    """A fresh database and a session on it, inside an application context."""
    unlock(app)
    with app.app_context():
        row_scope.show(db.session, whole("tests"))
        if "world" not in request.fixturenames:  # which brings its own
            shelf.bring("template")
        # An earlier test's people are no candidates.
        shutil.rmtree(app.config["INDEX_FOLDER"], ignore_errors=True)
        Path(app.config["AUDIT_ANCHOR"]).unlink(missing_ok=True)  # it vouches for another test's chain
        app.extensions["huey"].flush()  # jobs are numbered from 1 again
        yield db.session
        db.session.close()


@pytest.fixture
def intruder(shelf: Shelf, session: Session) -> Iterator[Session]:
    """A session of somebody who owns the database and may change its tables; nothing of it stays."""
    with shelf.intruder() as mighty:
        yield mighty


@pytest.fixture(scope="session")
def grown(app: Flask) -> Callable[[Shelf], World]:
    """Return a function: shelf -> the three tenants, built once and kept on it; ``users`` has their ids."""

    @cache
    def made(shelf: Shelf) -> World:
        with app.app_context():
            shelf.bring("template")
            row_scope.show(db.session, whole("tests"))
            world = make_world(db.session)
            ids: dict[Any, Any] = {role: user.id for role, user in world.users.items()}
            db.session.close()
        shelf.keep("world")
        return World(world.tenants, ids)

    return made


@pytest.fixture
def world(grown: Callable[[Shelf], World], shelf: Shelf, session: Session) -> World:
    """A fresh database with the three tenants in it."""
    kept = grown(shelf)
    shelf.bring("world")
    users = {user.id: user for user in session.scalars(select(User).where(User.id.in_(kept.users.values())))}
    session.rollback()
    return World(copy.deepcopy(kept.tenants), {role: users[number] for role, number in kept.users.items()})


@pytest.fixture
def sign_in(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """Return a function: (user) -> a client that is signed in as that user."""

    def enter(user: object) -> FlaskClient:
        token = auth.open_session(db.session, user)  # type: ignore[arg-type]
        account = user.id  # type: ignore[attr-defined]  # asked after the commit it would hold SQLite's read lock
        db.session.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["locale"] = token, True, "zh"
        client.account = account
        return client

    return enter
