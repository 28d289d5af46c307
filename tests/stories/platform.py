"""The platform as it is deployed: migrated database, web server and job worker as real processes."""

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
from urllib.request import urlopen

from sqlalchemy import create_engine

import config
from app.commands.demo.accounts import DEMO_PASSWORD
from tests.factories.ports import free_port
from tests.trust.leaks import leaks_in_database, leaks_in_folder

PASSWORD = "a-long-story-2016"
LOG = "server.log"
CREDIT_CODE = "91440606MA4UXM0K0R"


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


def command(env: dict[str, str], *words: str) -> str:
    """Run one of our command lines; its output is returned, a failure raises with it."""
    done = subprocess.run(
        [sys.executable, *words], env=env, cwd=config.ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{words}: {done.stdout[-800:]} {done.stderr[-2000:]}"
    return done.stdout


def prepare(env: dict[str, str], accounts: bool) -> None:
    """Make the tables of a platform, load the reference facts, and where wanted the story's accounts: all in
    one process, for starting one takes longer than the work."""
    command(env, "-m", "tests.stories.accounts", "--prepare", *(["--accounts"] if accounts else []))


@cache
def prepared_folder(accounts: bool) -> Path:
    """A platform on SQLite that nobody has used yet: made once a process, copied by each story."""
    folder = Path(tempfile.mkdtemp(prefix="xieshou-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepare(environment(folder, None), accounts)
    return folder


@contextmanager
def running(
    folder: Path,
    database_url: str | None = None,
    demo: tuple[int, int, int] | None = None,
    accounts: bool = True,
) -> Iterator[str]:
    """Yield the address of a fresh, served platform: with the story's accounts, none, or a demo (size,
    seed)."""
    env = environment(folder, database_url)
    if not demo and database_url:
        prepare(env, accounts)
    elif not demo:
        shutil.copytree(prepared_folder(accounts), folder, dirs_exist_ok=True)
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
        yield _when_it_answers(f"http://127.0.0.1:{port}", server)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        print((folder / LOG).read_text(encoding="utf-8"))
    found = leaks_in_folder(folder, (PASSWORD, DEMO_PASSWORD))
    if database_url:
        engine = create_engine(database_url)
        found |= leaks_in_database(engine, (PASSWORD, DEMO_PASSWORD))
        engine.dispose()
    assert found == {}, "personal numbers or passwords lie in the clear (T15)"


def _when_it_answers(address: str, server: subprocess.Popen[bytes], seconds: float = 300) -> str:
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
