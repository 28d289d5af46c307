"""T16 of the trust page: sealing keys change while people work and a roster is imported.

The old key is taken out of the file at the end, and everything still opens: nothing was left under it.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import requests

from drills.client import PATIENCE, Person
from drills.figures import Figure, main, size
from drills.served import machine
from tests.factories.large_rosters import COUNTY, write_roster
from tests.factories.stage import ROOT

CLERK, PASSWORD = "drill.clerk", "drill-pass-2016"
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
PAGES = ("/workers", "/workers?per=100", "/")


class Clerk(threading.Thread):
    """Somebody who reads the register without a break."""

    def __init__(self, person: Person) -> None:
        super().__init__(daemon=True)
        self.person = person
        self.over, self.read = threading.Event(), 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            for page in PAGES:
                try:
                    answer = self.person.get(page)
                except requests.RequestException as problem:
                    self.wrong.append(type(problem).__name__)
                    continue
                self.read += 1
                if answer.status_code != 200 or "/sign-in" in answer.url:
                    self.wrong.append(f"{page} {answer.status_code}")


def command(*words: str) -> dict[str, Any]:
    """Run a command of the platform; its last line. Raises RuntimeError with its complaint."""
    done = subprocess.run([*FLASK, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr[-600:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def prepare(folder: Path) -> None:
    """A platform with the demo's people, and a clerk of the county."""
    os.environ |= {"XIESHOU_ENV": "development", "XIESHOU_INSTANCE": str(folder)}
    if os.environ.get("DATABASE_URL") == "postgres":
        from tests.factories.databases import postgres_programs, postgres_url

        os.environ["DATABASE_URL"] = postgres_url("rotation")
        os.environ["PATH"] = f"{postgres_programs()}{os.pathsep}{os.environ['PATH']}"
    command("migrate")
    command("seed-demo", "--workers", str(size(3000, 200)), "--orders", str(size(60, 15)))
    account = ("--role", "county", "--area", COUNTY, "--password", PASSWORD, "--keep-password")
    command("create-user", CLERK, *account)


def without_old_keys(folder: Path) -> int:
    """Take every key but the one in use out of the file; how many rows a backup then reads and opens."""

    file = folder / "keys.json"
    keys = json.loads(file.read_text())
    current = keys["sealing_key_current"]
    keys["sealing_keys"] = {current: keys["sealing_keys"][current]}
    file.write_text(json.dumps(keys))
    return int(command("backup", str(folder / "kept"))["rows"])


def turn(folder: Path) -> tuple[Clerk, dict[str, Any], int, int]:
    """Import, read, draw two keys: the clerk, the import's end, cells sealed again and cells left."""
    roster = folder / "roster.xlsx"
    write_roster(roster, size(20_000, 500))
    with machine(folder) as served:
        clerk = Clerk(Person(served.address, CLERK, PASSWORD))
        clerk.start()
        words = ("import-workers", str(roster), "--county", COUNTY)
        at_work = subprocess.Popen([*FLASK, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        again = 0
        for _turn in range(2):
            command("new-sealing-key")
            again += command("reseal")["resealed"]
        out, complaint = at_work.communicate(timeout=1800)
        # The import was begun under the first key and sealed with it to its end.
        last = command("reseal")
        clerk.over.set()
        clerk.join(PATIENCE)
    lines = out.decode().splitlines()
    ended = (
        json.loads(lines[-1]) if at_work.returncode == 0 and lines else {"problem": complaint.decode()[-300:]}
    )
    return clerk, ended, again + last["resealed"], last["left"]


def run(database: str) -> list[Figure]:
    """Change keys twice, look at everything."""
    folder = Path(tempfile.mkdtemp(prefix="xieshou-rotation-"))
    try:
        prepare(folder)
        clerk, ended, again, left = turn(folder)
        rows = without_old_keys(folder) if left == 0 else 0
        problems = [*clerk.wrong[:2], *filter(None, [ended.get("problem")])]
    except (RuntimeError, TimeoutError, subprocess.TimeoutExpired) as problem:
        return [
            Figure("T16", "two new sealing keys at work", "0 errors", str(problem)[:600], False, database)
        ]
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
    imported = "not done" if ended.get("problem") else "done"
    return [
        Figure(
            "T16",
            "two new sealing keys while people read the register and a roster is imported",
            "0 errors, nothing left under an old key, everything opens without it",
            f"{clerk.read} pages, {len(clerk.wrong)} errors, the import {imported}; "
            f"{again} cells sealed again, {left} left; {rows} rows opened with the newest key alone"
            + "".join(f"; {one}" for one in problems),
            not problems and left == 0 and rows > 0 and clerk.read > 0,
            database,
        )
    ]


if __name__ == "__main__":
    sys.exit(main(run))
