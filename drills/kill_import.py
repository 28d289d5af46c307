"""T8 of the trust page: an import killed at random moments.

SIGKILL while it reads, while it writes, while it lets in what it wrote: a roster of 50,000 rows as it is sent
on the pages, which goes on where it was killed, and a short one by the command line, which begins anew.
After each kill the register must hold all of the file or nothing of it, and the last run, over whatever the
kills left, must lead to the same rows as an undisturbed one.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from drills.figures import Figure, main, size
from drills.killing import Act, Does, Killed, in_application
from drills.killing import run as run_apart
from drills.snapshots import Snapshot
from drills.soundness import troubles_of
from tests.factories import stage
from tests.factories.large_rosters import COUNTY, write_roster

# What an import writes, in readable columns: the sealed ones differ from run to run by design.
REGISTER = (
    """
    SELECT w.id_digest, w.name, w.id_last4, w.birth_date, w.sex, w.township, w.village,
           w.relation, w.ethnicity, w.education, w.health, w.months_away, w.wishes, w.cities,
           w.wage_floor_yuan, w.phone_digest, w.version, h.code, h.poverty_cause
    FROM worker w JOIN household h ON h.id = w.household_id
    WHERE w.id NOT IN (SELECT worker_id FROM arrival) ORDER BY w.id_digest
    """,
    "SELECT count(*) FROM worker WHERE id NOT IN (SELECT worker_id FROM arrival)",
    # Whom an import has written and not let in is nobody yet, and lives nowhere.
    "SELECT count(DISTINCT household_id) FROM worker WHERE id NOT IN (SELECT worker_id FROM arrival)",
    """
    SELECT w.id_digest, c.category, c.evidence FROM person_category c JOIN worker w ON w.id = c.worker_id
    WHERE w.id NOT IN (SELECT worker_id FROM arrival) ORDER BY w.id_digest, c.category, c.evidence
    """,
    "SELECT count(*) FROM import_batch WHERE state = 'confirmed'",
    "SELECT count(*) FROM audit_event WHERE tag = 'import:confirm'",
)
GOAL = "0 half imports; run again over it, the same rows; sound"
# One moment for all runs: a category of a person is dated.
NOW = datetime.now(UTC)


class Import:
    """A roster in three steps, each taken up where it was left. Within the application."""

    def __init__(self, content: bytes) -> None:
        from app.kit.web.extensions import db
        from app.workers.intake.operations import new_batch
        from models.access import Actor, Right, Role
        from models.reference.area import AreaLevel

        self.actor = Actor(None, "drill", (Right(Role.COUNTY, COUNTY, AreaLevel.COUNTY),))
        self.number = new_batch(db.session, self.actor, COUNTY, "roster.xlsx", content).id
        db.session.commit()
        db.engine.dispose()

    def _batch(self) -> Any:
        from app.kit.web.extensions import db
        from models.people.intake import ImportBatch

        return db.session.get_one(ImportBatch, self.number)

    def read(self) -> None:
        """Read and plan it, up to its preview."""
        from app.kit.web.extensions import db
        from app.workers.intake.read import read_batch

        read_batch(db.session, self.actor, self._batch(), NOW.date(), _silent)

    def write(self) -> None:
        """Write its people, whom nobody sees yet."""
        from app.kit.web.extensions import db
        from app.workers.intake.write import enter_rows

        enter_rows(db.session, self._batch(), _silent, NOW.date())

    def go_on(self) -> None:
        """Do all that is still to do."""
        from app.kit.web.extensions import db
        from app.workers.intake.operations import confirm, tidy
        from models.people.intake import BatchState

        if self._batch().state is BatchState.READING:
            self.read()
        if self._batch().state is BatchState.PREVIEWED:
            confirm(db.session, self.actor, self._batch(), _silent, NOW)
            db.session.commit()
        tidy(db.session, self.number)


def _silent(stage: str | None = None, done: int | None = None, total: int | None = None) -> None:
    """Nobody waits for it."""


def long_roster(app: Flask, url: str, roster: Path) -> Killed:
    """Kill it in each of its three steps, from a copy of the database as it was when the step began."""
    killed = Killed()
    with app.app_context():
        coming = Import(roster.read_bytes())
    act = Act(url, in_application(app, coming.go_on), REGISTER, troubles_of(app))
    sent = Snapshot(url, "sent")
    reading = _timed("reading", in_application(app, coming.read))
    read = Snapshot(url, "read")
    writing = _timed("writing", in_application(app, coming.write))
    written = Snapshot(url, "written")
    act.undisturbed()
    times = size(5, 2)
    act.kill(killed, times, written, act.seconds)
    act.kill(killed, size(2, 1), sent, reading)
    act.kill(killed, times, read, 2 * writing / times)  # each goes on where the one before was killed
    act.end(killed)
    return killed


def _timed(step: str, does: Does) -> float:
    seconds, _was_running = run_apart(does)
    print(f"{step}: {seconds:.1f} s", flush=True)
    return seconds


def short_roster(app: Flask, url: str, roster: Path) -> Killed:
    """Kill the command, which throws away what a killed one left and begins anew."""

    def command() -> None:
        done = app.test_cli_runner().invoke(args=["import-workers", str(roster), "--county", COUNTY])
        if done.exit_code:
            raise RuntimeError(done.output) from done.exception

    killed, empty = Killed(), Snapshot(url, "alone")
    act = Act(url, in_application(app, command), REGISTER, troubles_of(app))
    act.undisturbed()
    act.kill(killed, size(38, 3), empty, act.seconds)
    act.end(killed)
    return killed


def run(database: str) -> list[Figure]:
    """Kill imports 50 times: 12 times the long roster, 38 times the command with a short one."""
    app, url = stage.set_up("kill_import")
    folder = Path(os.environ["XIESHOU_INSTANCE"])
    figures = []
    kinds = (
        (long_roster, size(50_000, 2_000), "taken up after each kill"),
        (short_roster, size(500, 300), "by the command line, begun anew after each kill"),
    )
    empty = Snapshot(url, "empty")
    for kind, rows, how in kinds:
        roster = folder / f"roster-{rows}.xlsx"
        write_roster(roster, rows)
        empty.restore()
        killed = kind(app, url, roster)
        claim = f"an import of {rows:,} rows {how}, killed at {killed.times} random moments"
        figures.append(Figure("T8", claim, GOAL, killed.said(), killed.is_met(), database))
        print(figures[-1], flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main(run))
