"""The platform as it is deployed: migrated database, web server and job worker as real processes; and, to be
looked at only, from inside the test's own process."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

import config
from app import create_app, unlock
from app.commands import prepare
from app.commands.demo.accounts import DEMO_PASSWORD
from app.kit.web import row_scope
from app.kit.web.extensions import db
from models.row_security import whole
from tests.factories.memory import memory
from tests.factories.ports import free_port
from tests.stories.accounts import PASSWORD, make_accounts
from tests.trust.leaks import leaks_in_database, leaks_in_folder

LOG = "server.log"


def environment(folder: Path, database_url: str | None) -> dict[str, str]:
    """Return the environment of a platform that keeps everything in ``folder``."""
    given = {
        "XIESHOU_ENV": "development",
        "XIESHOU_INSTANCE": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "OPENBLAS_NUM_THREADS": "1",
        "WEB_PROCESSES": os.environ.get("WEB_PROCESSES", "1"),  # the shared one has two, as in life
    }
    (folder / "tmp").mkdir(exist_ok=True)
    if database_url:
        given["DATABASE_URL"] = database_url
    return {**os.environ, **given}


def command(env: dict[str, str], *words: str, seconds: float = 120) -> str:
    """Run one of our command lines; its output is returned, a failure raises with it."""
    done = subprocess.run(
        [sys.executable, *words], env=env, cwd=config.ROOT, capture_output=True, text=True, timeout=seconds
    )
    assert done.returncode == 0, f"{words}: {done.stdout[-800:]} {done.stderr[-2000:]}"
    return done.stdout


def inside(folder: Path, database_url: str | None = None) -> Flask:
    """A platform's application in this process: a command of its own first loads for two seconds."""
    return create_app(config.load(environment(folder, database_url)))


@contextmanager
def at_work_in(application: Flask) -> Iterator[Session]:
    """A session inside a platform's application, which sees everything; what was done is committed, and the
    database let go of: it is the served processes'."""
    with application.app_context():
        unlock(application)
        row_scope.show(db.session, whole("story"))
        yield db.session
        db.session.commit()
        db.session.close()
        db.engine.dispose()


def make_ready(folder: Path, database_url: str | None = None) -> None:
    """Make the tables of a platform and load the reference facts."""
    with at_work_in(inside(folder, database_url)):
        prepare.upgrade()
        prepare.load_facts()


def add_accounts(folder: Path, database_url: str | None = None) -> None:
    """Give everybody of the stories an account."""
    with at_work_in(inside(folder, database_url)) as session:
        make_accounts(session)


@cache
def prepared_folder(accounts: bool = True) -> Path:
    """A platform on SQLite that nobody has used yet, with the story's accounts or none: made once a process,
    copied by each story."""
    folder = Path(tempfile.mkdtemp(prefix="xieshou-prepared-", dir=memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if not accounts:
        make_ready(folder)
        return folder
    shutil.copytree(prepared_folder(accounts=False), folder, dirs_exist_ok=True)
    add_accounts(folder)
    return folder


@contextmanager
def running(
    folder: Path,
    database_url: str | None = None,
    demo: tuple[int, int, int] | None = None,
) -> Iterator[str]:
    """Yield the address of a fresh, served platform: with the story's accounts, or a demo (size, seed)."""
    env = environment(folder, database_url)
    if not demo and database_url:
        make_ready(folder, database_url)
        add_accounts(folder, database_url)
    elif not demo:
        shutil.copytree(prepared_folder(), folder, dirs_exist_ok=True)
    port = free_port()
    words = ["--port", str(port), "--quiet", *(["--demo", *map(str, demo)] if demo else [])]
    with (folder / LOG).open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve", *words],
            env=env,
            cwd=config.ROOT,
            start_new_session=True,
            stdout=log,
            stderr=log,
        )
    try:
        yield _when_it_answers(f"http://127.0.0.1:{port}", server, 1200 if demo else 300)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        print((folder / LOG).read_text(encoding="utf-8"))
    nothing_lies_in_the_clear(folder, database_url)


def nothing_lies_in_the_clear(folder: Path, database_url: str | None = None) -> None:
    """T15, of every file and every row of a platform."""
    found = leaks_in_folder(folder, (PASSWORD, DEMO_PASSWORD))
    if database_url:
        engine = create_engine(database_url)
        found |= leaks_in_database(engine, (PASSWORD, DEMO_PASSWORD))
        engine.dispose()
    assert found == {}, "personal numbers or passwords lie in the clear (T15)"


class Quiet(WSGIRequestHandler):
    """Keeps a connection for the next question, and writes no line about each."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nobody reads it."""


@contextmanager
def served_inside(application: Flask) -> Iterator[str]:
    """Serve an application from a thread of this process, without a job worker: what is only looked at needs
    none of the four processes of a platform, each of which first loads for two seconds."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _when_it_answers(address: str, server: subprocess.Popen[bytes], seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(f"{address}/sign-in", timeout=5):
                return address
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


def chromium() -> str | None:
    """Return the path of an installed Chromium, the lighter one without windows first, or None."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)
