"""T9 of the trust page: what fails under load (disk, lock, database, processes) leaves nothing half written.

While clerks enter people, something is broken and mended again. Nobody sees a traceback, whoever was told
that his entry is kept finds it, a person is there exactly where the audit says so, and everybody works on.
"""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.exc import OperationalError

from drills import soundness
from drills.client import Person
from drills.database_server import execute
from drills.figures import Figure, main, size
from drills.full_disk import disk_full
from drills.served import Machine, machine, wait_until
from tests.factories import stage
from tests.factories.people import id_number

CLERKS, COUNTY, WORKS_ON = 4, "513431", 30
LINES_SHOWN = 300
BARE = ("Traceback", "Internal Server Error", "sqlalchemy", "psycopg")
Break = Callable[[Machine, str], Any]


@dataclass
class Load:
    """What clerks were answered: statuses (0: no answer), people they were told are kept, bare pages."""

    statuses: Counter[int] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    bare: int = 0

    def said(self) -> str:
        """In one line."""
        return ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))


class Clerks:
    """Clerks who enter one person after the other, each under a name of its own."""

    def __init__(self, address: str) -> None:
        self.people = [Person(address, f"county{n}", stage.PASSWORD) for n in range(CLERKS)]
        self.number = 0
        self.lock = threading.Lock()

    def enter(self, clerk: Person, load: Load) -> None:
        """Enter one more person."""
        with self.lock:
            self.number += 1
            number = self.number
        name = f"罗{number}"
        form = {"name": name, "id_number": id_number(order=number), "version": "1", "once": f"fault-{number}"}
        try:
            answer = clerk.post("/workers/new", form, follow=False)
        except requests.RequestException:
            load.statuses[0] += 1
            return
        load.statuses[answer.status_code] += 1
        load.bare += any(word in answer.text for word in BARE)
        if answer.status_code == 303:
            load.kept.append(name)

    @contextmanager
    def working(self) -> Iterator[Load]:
        """All of them at work, until the block ends."""
        load, over = Load(), threading.Event()

        def work(clerk: Person) -> None:
            while not over.is_set():
                self.enter(clerk, load)
                over.wait(0.05)

        threads = [threading.Thread(target=work, args=(clerk,)) for clerk in self.people]
        for thread in threads:
            thread.start()
        try:
            yield load
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def works_again(self) -> float:
        """How long it takes until an entry is kept again."""
        load = Load()

        def is_kept() -> bool:
            self.enter(self.people[0], load)
            return bool(load.kept)

        return wait_until(is_kept, WORKS_ON, "an entry is kept again", 0.2)


# --- what is broken -------------------------------------------------------------------------------------


@contextmanager
def writer_held(one: Machine, url: str) -> Iterator[None]:
    """Another process holds SQLite's one writer, or PostgreSQL's audit."""
    engine = create_engine(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw = sqlite3.connect(make_url(url).database or "", isolation_level=None)
            raw.execute("BEGIN IMMEDIATE")
            yield
            raw.close()
        else:
            connection.execute(text("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE"))
            yield
            connection.rollback()
    engine.dispose()


CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def read_only(one: Machine, url: str) -> Iterator[None]:
    """The database takes no writing: its file may not be written, or the server says so."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        file = address.database or ""
        is_root = os.geteuid() == 0
        subprocess.run(["chattr", "+i", file] if is_root else ["chmod", "0444", file], check=True)
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", file] if is_root else ["chmod", "0600", file], check=True)
        return
    execute(url, f'ALTER DATABASE "{address.database}" SET default_transaction_read_only = on', CUT)
    try:
        yield
    finally:
        undo = f'ALTER DATABASE "{address.database}" SET default_transaction_read_only = off'
        execute(url, "SET default_transaction_read_only = off", undo, CUT)


@contextmanager
def no_audit(one: Machine, url: str) -> Iterator[None]:
    """The audit takes no row."""
    if make_url(url).get_backend_name() == "sqlite":
        made = (
            "CREATE TRIGGER drill_no_audit BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        gone = ("DROP TRIGGER drill_no_audit",)
    else:
        made = ("ALTER TABLE audit_event ADD CONSTRAINT drill_no_audit CHECK (false) NOT VALID",)
        gone = ("ALTER TABLE audit_event DROP CONSTRAINT drill_no_audit",)
    execute(url, *made)
    try:
        yield
    finally:
        execute(url, *gone)


@contextmanager
def database_crash(one: Machine, url: str) -> Iterator[None]:
    """A process of PostgreSQL is killed: the server throws everybody out, recovers and starts again."""
    engine = create_engine(url)
    with contextlib.suppress(OperationalError), engine.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
        os.kill(int(backend or 0), signal.SIGKILL)
    engine.dispose()
    yield


def killing(word: str, place: int) -> Break:
    """The ``place``-th process started with ``word`` is killed."""

    @contextmanager
    def broken(one: Machine, url: str) -> Iterator[None]:
        os.kill(one.processes(word)[place], signal.SIGKILL)
        yield

    return broken


FULL_DISK = "the disk is full"
FAULTS: dict[str, tuple[Break, tuple[str, ...]]] = {
    FULL_DISK: (disk_full, ("sqlite", "postgresql")),
    "another holds the lock": (writer_held, ("sqlite", "postgresql")),
    "the database can only be read": (read_only, ("sqlite", "postgresql")),
    "the audit cannot be written": (no_audit, ("sqlite", "postgresql")),
    "the database crashes and starts again": (database_crash, ("postgresql",)),
    "a web process is killed": (killing("gunicorn", 1), ("sqlite", "postgresql")),
    "the web server's master is killed": (killing("gunicorn", 0), ("sqlite", "postgresql")),
}


def _clerks(app: Flask) -> None:
    from datetime import date

    from app.accounts.operations import give, make_user
    from app.kit.web.extensions import db
    from models.access import Actor, Role

    with app.app_context():
        drill = Actor(None, "drill")
        for n in range(CLERKS):
            user = make_user(db.session, drill, f"county{n}", f"经办{n}", stage.PASSWORD, must_change=False)
            give(db.session, drill, user, Role.COUNTY, area_code=COUNTY, valid_from=date(2016, 1, 1))
        db.session.commit()
        db.engine.dispose()


def _lost(app: Flask, kept: list[str]) -> list[str]:
    """What is wrong: people told as kept and not there, or there without an entry of the audit."""
    from app.kit.web.extensions import db
    from models.audit import AuditEvent
    from models.people.worker import Worker

    with app.app_context():
        there = set(db.session.scalars(select(Worker.name)))
        entries = db.session.scalar(select(func.count()).where(AuditEvent.tag == "worker:create"))
        db.session.rollback()
        db.engine.dispose()
    missing = len(set(kept) - there)
    wrong = [f"{missing} told as kept are not there"] if missing else []
    return wrong + ([f"{len(there)} people, {entries} entries"] if len(there) != entries else [])


def _can_be_tried(name: str, database: str) -> bool:
    """A disk of its own for PostgreSQL is mounted by root only; told, never passed over in silence."""
    is_root = os.geteuid() == 0
    if name == FULL_DISK and database == "postgresql" and not is_root:
        print(f"not tried on {database}: {name} (needs root to mount a small disk)", flush=True)
        return False
    return True


def run(database: str) -> list[Figure]:
    """Break everything that breaks on this database, one after the other."""
    app, url = stage.set_up("faults")
    if database == "postgresql":
        os.environ["QUEUE_URL"] = url.replace("+psycopg", "")
        # The tests' server does not wait for its log; a crash must lose nothing that was told as kept.
        execute(url, f'ALTER DATABASE "{make_url(url).database}" SET synchronous_commit = on', CUT)
    _clerks(app)
    figures, kept = [], []
    with machine(Path(os.environ["XIESHOU_INSTANCE"])) as one:
        clerks = Clerks(one.address)
        for name, (broken, databases) in FAULTS.items():
            if database not in databases or not _can_be_tried(name, database):
                continue
            with clerks.working() as load:
                time.sleep(1)
                wait_until(partial(bool, load.kept), WORKS_ON, "the first entry is kept")
                before = len(load.kept)
                with broken(one, url):
                    time.sleep(size(10, 6))
            again = clerks.works_again()
            kept += load.kept
            wrong = [*soundness.troubles_of(app)(), *_lost(app, kept)]
            measured = f"answers {load.said()}; {load.bare} bare; works on after {again:.1f} s; "
            bad = load.bare or wrong or load.statuses[500] or not before
            figures.append(
                Figure(
                    "T9",
                    f"{name} while {CLERKS} clerks enter people",
                    "0 half writes, 0 tracebacks, no act without its audit row, works on",
                    measured + soundness.said(wrong),
                    not bad,
                    database,
                )
            )
            print(figures[-1], flush=True)
            if load.statuses[500]:
                print(_tail(one.log), flush=True)
    return figures


def _tail(log: Path) -> str:
    """The last lines of the server's log: what a 500 came from is told nowhere else."""
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-LINES_SHOWN:])


if __name__ == "__main__":
    sys.exit(main(run))
