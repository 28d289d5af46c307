"""T8 of the trust page: an import killed at random moments.

Each time the process is killed with SIGKILL while it reads, plans or writes. Afterwards the register must
hold all of the file or nothing of it, and the next run, over whatever the killed one left, must lead to the
same rows as an undisturbed run.
"""

import contextlib
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from drills.figures import Figure, main, size
from tests.factories.large_rosters import COUNTY, write_roster
from tests.factories.watched_process import FLASK, PREPARE, ROOT, watch

# What an import writes, in readable columns: the sealed ones differ from run to run by design.
REGISTER = """
    SELECT w.id_digest, w.name, w.id_last4, w.birth_date, w.sex, w.township, w.village,
           w.relation, w.ethnicity, w.education, w.health, w.months_away, w.wishes, w.cities,
           w.wage_floor_yuan,
           w.phone_digest, w.version, h.code, h.poverty_cause
    FROM worker w JOIN household h ON h.id = w.household_id ORDER BY w.id_digest
"""


class Left(NamedTuple):
    """What is in the database: people, households, batches that say they are in, the register's
    fingerprint."""

    people: int
    households: int
    confirmed: int
    fingerprint: str

    def is_whole(self, undisturbed: "Left") -> bool:
        """Whether everything is in or nothing is."""
        return self == undisturbed or self == Left(0, 0, 0, fingerprint([]))


def fingerprint(rows: list[tuple[object, ...]]) -> str:
    """One hash over rows."""
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def _count(database: sqlite3.Connection, rows: str) -> int:
    (number,) = database.execute(f"SELECT count(*) FROM {rows}").fetchone()
    return int(number)


def look(folder: Path) -> Left:
    """Read the database as it lies there. Raises AssertionError when it is damaged."""
    with contextlib.closing(sqlite3.connect(folder / "xieshou.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return Left(
            _count(database, "worker"),
            _count(database, "household"),
            _count(database, "import_batch WHERE state = 'confirmed'"),
            fingerprint(database.execute(REGISTER).fetchall()),
        )


def run_and_kill(command: list[str], environment: dict[str, str], after: float) -> bool:
    """Start the import and kill it with all its children; tell whether it was still running."""
    process = subprocess.Popen(
        command, env=os.environ | environment, start_new_session=True, stdout=subprocess.DEVNULL
    )
    time.sleep(after)
    running = process.poll() is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


@contextlib.contextmanager
def scene(rows: int) -> Iterator[tuple[Path, list[str], dict[str, str]]]:
    """Yield a folder with a fresh database, the command that imports, and its environment."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_roster(folder / "roster.xlsx", rows)
        environment = {"XIESHOU_INSTANCE": name, "PYTHONPATH": str(ROOT), "XIESHOU_ENV": "development"}
        watch([sys.executable, "-c", PREPARE], environment)
        shutil.copy(folder / "xieshou.db", folder / "fresh.db")
        yield folder, [*FLASK, "import-workers", str(folder / "roster.xlsx"), "--county", COUNTY], environment


def reset(folder: Path) -> None:
    """Put the fresh database back."""
    (folder / "xieshou.db-journal").unlink(missing_ok=True)
    shutil.copy(folder / "fresh.db", folder / "xieshou.db")


def run(database: str) -> list[Figure]:
    """Kill an import 100 times; then let it run over what was left."""
    times, rows = size(100, 5), size(50_000, 2_000)
    moments, halves, caught = random.Random(1), 0, 0
    with scene(rows) as (folder, command, environment):
        seconds = watch(command, environment).seconds
        undisturbed = look(folder)
        print(f"undisturbed: {seconds:.1f} s, {undisturbed}", flush=True)
        reset(folder)
        for time_ in range(1, times + 1):
            after = moments.uniform(0.05, 1.1) * seconds
            caught += run_and_kill(command, environment, after)
            left = look(folder)
            halves += not left.is_whole(undisturbed)
            print(f"{time_}/{times}: killed after {after:.1f} s: {left.people} people", flush=True)
            if left.people:
                reset(folder)
        watch(command, environment)
        same = look(folder) == undisturbed
    return [
        Figure(
            "T8",
            f"an import of {rows} rows killed at {times} random moments",
            "0 half imports; run again over it, the same rows",
            f"{halves} half imports ({caught} killed while it ran); same rows: {'yes' if same else 'no'}",
            not halves and same,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
