"""T23 of the trust page: somebody else holds the database for a minute, and what an import holds itself.

While the writer of SQLite is held by another process (on PostgreSQL: the rows that are written, and the lock
of the audit), nine forms at a time are sent; others read. Then a roster is confirmed while a process that
tries to write every 50 ms, as everybody's forms would, notes how long it is kept out.
"""

import multiprocessing
import os
import sqlite3
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from flask import Flask

from drills.client import Person
from drills.figures import Figure, main, size
from drills.served import Machine, machine, wait_until
from tests.factories import stage
from tests.factories.large_rosters import COUNTY, write_roster

FORMS, EVERY_SECONDS = 9, 0.05
MOST_ANSWER, MOST_HOLD = 6.0, 2.0
AUDIT_LOCK = 320_161_225
REFUSED = ("/nowhere", "/admin/users", "/workers/999999999")
PERSON = {"name": "阿木", "id_number": "513431199005030015"}


class Answer(NamedTuple):
    """What a request met: status, seconds, whether it was told in words and when to come again."""

    status: int
    seconds: float
    in_words: bool


def _clerk(one: Machine) -> Person:
    return Person(one.address, "county", stage.PASSWORD)


def _ask(send: Callable[[], Any]) -> Answer:
    began = time.monotonic()
    answer = send()
    in_words = "系统正忙" in answer.text and "Retry-After" in answer.headers and "阿木" in answer.text
    return Answer(answer.status_code, time.monotonic() - began, in_words)


def _p95(answers: list[Answer]) -> float:
    return statistics.quantiles([one.seconds for one in answers], n=20)[-1]


def _bare(url: str) -> Any:
    """A connection of the driver's own: the application's would wait as the application does."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@contextmanager
def held(url: str) -> Iterator[None]:
    """The database's writer is another's, until the block ends."""
    with closing(_bare(url)) as other:
        if url.startswith("sqlite"):
            other.execute("BEGIN IMMEDIATE")
        else:
            other.execute("BEGIN")
            other.execute("LOCK TABLE worker, role_grant IN EXCLUSIVE MODE")
            other.execute(f"SELECT pg_advisory_xact_lock({AUDIT_LOCK})")
        yield
        other.execute("ROLLBACK")


def _reading(reader: Person, seconds: float) -> list[Answer]:
    """Somebody looks at the register, page after page."""
    until, answers = time.monotonic() + seconds, []
    while time.monotonic() < until:
        answers.append(_ask(lambda: reader.get("/workers")))
        time.sleep(0.1)
    return answers


def _writing(writer: Person, seconds: float) -> list[Answer]:
    """Nine forms at once, and again when they are answered."""
    until, answers = time.monotonic() + seconds, []
    with ThreadPoolExecutor(FORMS) as pool:
        while time.monotonic() < until:
            forms = [pool.submit(_ask, lambda: writer.post("/workers/new", PERSON)) for _form in range(FORMS)]
            answers += [form.result() for form in forms]
    return answers


def _errors(reader: Person, seconds: float) -> list[Answer]:
    """Pages that say no: no address, no right, no such row."""
    until, answers = time.monotonic() + seconds, []
    while time.monotonic() < until:
        answers += [_ask(partial(reader.get, path)) for path in REFUSED]
        time.sleep(0.5)
    return answers


def hold(one: Machine, url: str, database: str) -> list[Figure]:
    """Hold the writer while people read and write."""
    seconds = size(60, 40)
    with _clerk(one) as reader, _clerk(one) as writer:
        _reading(reader, 5)  # every process has drawn the page
        before = _reading(reader, size(20, 5))
        with held(url), ThreadPoolExecutor(3) as pool:
            busy = pool.submit(_writing, writer, seconds)
            refused = pool.submit(_errors, reader, seconds)
            during = _reading(reader, seconds)
            wrote, told = busy.result(), refused.result()
    calm, slow = _p95(before), _p95(during)
    slowest, statuses = max(one.seconds for one in wrote), dict(Counter(one.status for one in wrote))
    all_in_words = all(one.status == 503 and one.in_words for one in wrote)
    wrong = [one for one in told if one.status not in (403, 404)]
    held_for = f"the writer held {seconds} s by another process, {FORMS} forms at a time"
    return [
        Figure(
            "T23",
            f"{held_for}: reading",
            "p95 as before (at most 0.25 s more), no failure",
            f"p95 {calm:.2f} s before, {slow:.2f} s during ({len(during)} pages)",
            slow <= calm + 0.25 and all(one.status == 200 for one in during),
            database,
        ),
        Figure(
            "T23",
            f"{held_for}: writing",
            f"503 in words, nothing lost, within {MOST_ANSWER:.0f} s",
            f"{len(wrote)} forms ({statuses}), slowest {slowest:.1f} s, all in words: {all_in_words}",
            all_in_words and slowest <= MOST_ANSWER,
            database,
        ),
        Figure(
            "T23",
            f"{held_for}: error pages",
            "ask no database: p95 below 1 s",
            f"p95 {_p95(told):.2f} s of {len(told)}, {len(wrong)} other answers",
            _p95(told) < 1 and not wrong,
            database,
        ),
    ]


def _try_to_write(url: str, begins: Event, ends: Event, answers: Any) -> None:
    """As a form would: the longest time that nobody could write, from outside."""
    longest, kept_out_since, tries = 0.0, None, 0
    with closing(_bare(url)) as connection:
        if url.startswith("sqlite"):
            connection.execute("PRAGMA busy_timeout = 0")
        begins.set()
        while not ends.is_set():
            began, tries = time.monotonic(), tries + 1
            if _could_write(connection):
                longest = max(longest, time.monotonic() - (kept_out_since or began))
                kept_out_since = None
            else:
                kept_out_since = kept_out_since or began
            time.sleep(EVERY_SECONDS)
    answers.put((longest, tries))


def _could_write(connection: Any) -> bool:
    is_sqlite = isinstance(connection, sqlite3.Connection)
    try:
        connection.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
    except sqlite3.OperationalError:
        return False
    try:
        if is_sqlite:
            return True
        connection.execute("SELECT id FROM worker WHERE id = 1 FOR UPDATE NOWAIT")
        (is_free,) = connection.execute(f"SELECT pg_try_advisory_xact_lock({AUDIT_LOCK})").fetchone()
        return bool(is_free)
    except psycopg.OperationalError:
        return False
    finally:
        connection.execute("ROLLBACK")


@contextmanager
def watched(url: str) -> Iterator[list[tuple[float, int]]]:
    """Whoever tries to write, from outside; what was seen is in the list when the block has ended."""
    context = multiprocessing.get_context("spawn")
    begins, ends, answers = context.Event(), context.Event(), context.Queue()
    process = context.Process(target=_try_to_write, args=(url, begins, ends, answers))
    process.start()
    begins.wait(timeout=120)
    seen: list[tuple[float, int]] = []
    yield seen
    ends.set()
    seen.append(answers.get(timeout=60))
    process.join()


def confirm(one: Machine, app: Flask, url: str, database: str, roster: Path, rows: int, what: str) -> Figure:
    """Send a roster, have it read, and confirm it."""
    with _clerk(one) as clerk:
        with roster.open("rb") as file:
            page = clerk.post("/imports", {"county_code": COUNTY}, {"file": (roster.name, file)})
        number = int(page.url.rpartition("/")[2])
        wait_until(lambda: _batch(app, number)[0] == "previewed", 1800, "the preview", 1)
        began = time.monotonic()
        with watched(url) as seen:
            clerk.post(f"/imports/{number}/confirm", {})
            halves = _halves(app, number, rows)
        seconds = time.monotonic() - began
    longest, tries = seen[0]
    state, good = _batch(app, number)
    measured = f"{longest:.2f} s; {good} rows in {seconds:.0f} s, {tries} tries to write, {halves} half views"
    met = longest <= MOST_HOLD and state == "confirmed" and good == rows and not halves
    goal = f"nobody kept out longer than {MOST_HOLD:.0f} s, all or nothing to every reader"
    return Figure("T23", f"a confirm of {rows:,} {what}", goal, measured, met, database)


def _batch(app: Flask, number: int) -> tuple[str, int]:
    from app.kit.web.extensions import db, read_only
    from models.people.intake import ImportBatch

    with app.app_context():
        read_only()
        batch = db.session.get_one(ImportBatch, number)
        told = str(batch.state), batch.counts.get("new", 0) + batch.counts.get("changed", 0)
        db.session.rollback()
        return told


def _halves(app: Flask, number: int, rows: int) -> int:
    """Look at the register until the batch is in; how often a part of it was seen."""
    halves, first = 0, _seen(app)
    while (state := _batch(app, number)[0]) == "previewed":
        seen = _seen(app)
        halves += seen != first and _batch(app, number)[0] == "previewed"
        time.sleep(0.5)
    return halves + (state != "confirmed")


def _seen(app: Flask) -> tuple[int, int]:
    """How many people the register shows, and how many of them are away for six months."""
    from sqlalchemy import func, select

    from app.kit.web.extensions import db, read_only
    from models.people.worker import Worker

    with app.app_context():
        read_only()
        away = func.count(Worker.id).filter(Worker.months_away == 6)
        row = db.session.execute(select(func.count(Worker.id), away)).one()
        db.session.rollback()
        return int(row[0]), int(row[1])


def run(database: str) -> list[Figure]:
    """Hold the writer, then import."""
    app, url = stage.set_up("lock")
    if database == "postgresql":
        os.environ["QUEUE_URL"] = url.replace("+psycopg", "")
    folder, rows = Path(os.environ["XIESHOU_INSTANCE"]), size(100_000, 5_000)
    roster, again = folder / "roster.xlsx", folder / "again.xlsx"
    write_roster(roster, rows)
    write_roster(again, rows, months_away="3")
    _people(app)
    with machine(folder) as one:
        return [
            *hold(one, url, database),
            confirm(one, app, url, database, roster, rows, "new people"),
            confirm(one, app, url, database, again, rows, "known people who changed"),
        ]


def _people(app: Flask) -> None:
    from datetime import date

    from app.accounts.operations import give, make_user
    from app.kit.web.extensions import db
    from models.access import Actor, Role

    with app.app_context():
        drill = Actor(None, "drill")
        user = make_user(db.session, drill, "county", "county", stage.PASSWORD, must_change=False)
        give(db.session, drill, user, Role.COUNTY, area_code=COUNTY, valid_from=date(2016, 1, 1))
        stage.people(db.session, 3_000)
        db.session.commit()
        db.engine.dispose()


if __name__ == "__main__":
    sys.exit(main(run))
