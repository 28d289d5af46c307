"""T26 of the trust page: a job whose worker is killed goes on within 15 seconds, and is done once.

The worker, the supervisor over it, and (where two machines share a database) a whole machine that stands
still: each while a roster is read. A worker comes back by itself, a supervisor by a new start at once.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from drills import soundness
from drills.client import Person
from drills.figures import Figure, main, size
from drills.served import SERVE, WORK, Machine, alive, machine, wait_until
from tests.factories import stage
from tests.factories.large_rosters import write_roster

GOAL, COUNTY = 15.0, "513431"


class Register:
    """What the drill sees of the database."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def job(self) -> Any:
        """Number, state and attempts of the newest job that reads a roster."""
        from app.kit.web.extensions import db, read_only
        from models.background_job import Job

        with self.app.app_context():
            read_only()
            newest = select(Job.id, Job.state, Job.attempts, Job.result).where(Job.name == "read_roster")
            row = db.session.execute(newest.order_by(Job.id.desc()).limit(1)).first()
            db.session.rollback()
            return row

    def is_at(self, attempt: int) -> bool:
        """Whether that job is worked at for the ``attempt``-th time."""
        row = self.job()
        return row is not None and row.state == "running" and row.attempts == attempt

    def is_done(self) -> bool:
        """Whether that job is done."""
        return str(self.job().state) == "done"

    def previews(self) -> list[int]:
        """How many rows each batch holds."""
        from app.kit.web.extensions import db
        from models.people.intake import ImportBatch, ImportRow

        with self.app.app_context():
            counted = select(ImportBatch.id, func.count(ImportRow.id)).outerjoin(ImportRow)
            rows = db.session.execute(counted.group_by(ImportBatch.id).order_by(ImportBatch.id)).all()
            db.session.rollback()
            return [number for _batch, number in rows]

    def troubles(self) -> list[str]:
        """What is not sound."""
        from app.kit.web.extensions import db

        with self.app.app_context():
            return soundness.troubles(db.session)


def _clerk(app: Flask) -> None:
    from datetime import date

    from app.accounts.operations import give, make_user
    from app.kit.web.extensions import db
    from models.access import Actor, Role

    with app.app_context():
        drill = Actor(None, "drill")
        user = make_user(db.session, drill, "county", "county", stage.PASSWORD, must_change=False)
        give(db.session, drill, user, Role.COUNTY, area_code=COUNTY, valid_from=date(2016, 1, 1))
        db.session.commit()
        db.engine.dispose()


def _send(one: Machine, roster: Path) -> None:
    with Person(one.address, "county", stage.PASSWORD) as clerk, roster.open("rb") as file:
        clerk.post("/imports", {"county_code": COUNTY}, {"file": (roster.name, file)})


def _figure(claim: str, seconds: float, more: str, met: bool, database: str) -> Figure:
    goal = f"goes on within {GOAL:.0f} s, done once, sound"
    return Figure("T26", claim, goal, f"{seconds:.1f} s; {more}", met and seconds <= GOAL, database)


def _ended(register: Register, roster: Path, rows: int, seconds: float, claim: str, database: str) -> Figure:
    """Wait for the job's end and look at what it left."""
    wait_until(register.is_done, 600, "the job is done", 0.5)
    unsound, held = register.troubles(), register.previews()
    tries = register.job().attempts
    more = f"done at try {tries}, {held[-1]} of {rows} rows read; {soundness.said(unsound)}"
    return _figure(claim, seconds, more, held[-1] == rows and not unsound, database)


def run(database: str) -> list[Figure]:
    """Kill the worker, then the supervisor, then freeze a machine."""
    app, url = stage.set_up("killed_worker")
    if database == "postgresql":
        os.environ["QUEUE_URL"] = url.replace("+psycopg", "")
    folder, rows = Path(os.environ["XIESHOU_INSTANCE"]), size(50_000, 10_000)
    roster = folder / "roster.xlsx"
    write_roster(roster, rows)
    _clerk(app)
    register = Register(app)
    with machine(folder) as one:
        figures = [
            _worker(one, register, roster, rows, database),
            _supervisor(one, register, roster, rows, database),
        ]
        if database == "postgresql":
            figures.append(_machine(one, register, roster, rows, database))
    return figures


def _worker(one: Machine, register: Register, roster: Path, rows: int, database: str) -> Figure:
    _send(one, roster)
    wait_until(lambda: register.is_at(1), 60, "the job begins")
    time.sleep(1)
    one.kill(WORK[0])
    seconds = wait_until(lambda: register.is_at(2), 120, "the job goes on")
    return _ended(register, roster, rows, seconds, "a job's worker killed (-9)", database)


def _supervisor(one: Machine, register: Register, roster: Path, rows: int, database: str) -> Figure:
    _send(one, roster)
    wait_until(lambda: register.is_at(1), 60, "the job begins")
    time.sleep(1)
    children = one.kill(SERVE[0])
    lingered = wait_until(lambda: not alive(children), 60, "the children end")
    one.start()
    seconds = wait_until(lambda: register.is_at(2), 120, "the job goes on")
    wait_until(one.answers, 60, "the new start serves")
    claim = f"the supervisor killed (-9): its children gone after {lingered:.1f} s; after a new start"
    return _ended(register, roster, rows, seconds, claim, database)


def _machine(one: Machine, register: Register, roster: Path, rows: int, database: str) -> Figure:
    """A second machine takes over from one that stands still; the first wakes up and must not write."""
    other = Machine(Path(tempfile.mkdtemp(dir=one.folder)))
    keys = one.folder / "keys.json"
    (other.folder / keys.name).write_bytes(keys.read_bytes())
    _send(one, roster)
    wait_until(lambda: register.is_at(1), 60, "the job begins")
    time.sleep(1)
    frozen = one.processes(WORK[0])[0]
    os.kill(frozen, signal.SIGSTOP)
    began = time.monotonic()
    other.start(*WORK)
    try:
        wait_until(lambda: register.is_at(2), 120, "the job goes on")
        seconds = time.monotonic() - began
        time.sleep(1)
        os.kill(frozen, signal.SIGCONT)
        claim = "a machine stands still, another goes on; the first wakes up and may not write"
        return _ended(register, roster, rows, seconds, claim, database)
    finally:
        other.stop()


if __name__ == "__main__":
    sys.exit(main(run))
