"""`python -m benchmarks.load.pressure FOLDER [USERS [SECONDS [ROWS]]]`: the platform under its users.

Serves what `make load` built in FOLDER, lets USERS of all roles work for SECONDS, then once more beside an
import of ROWS people and a county's matching run; prints a table. Ends with 1 where something fails, where
95 of 100 readings take longer than READ or writings than WRITE, or the second round more than MORE times the
first.
DATABASE_URL says where the database is, where it is not SQLite in FOLDER (postgres: as `make load`).
"""

import csv
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests

from benchmarks.load.build import PASSWORD
from benchmarks.load.crowd import invite
from benchmarks.load.own_address import speak_from_an_own_address
from benchmarks.load.pages import TOKEN
from benchmarks.load.where import as_in_production, settle
from models.row_security import look_as, whole
from tests.factories.browser_form import untouched
from tests.factories.large_rosters import write_roster
from tests.factories.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
READ, WRITE, MORE = 500, 1000, 2.0  # milliseconds of 95 in 100; how many times slower beside other work
SIGNED_IN_A_SECOND, PATIENCE = 2, 120
AFTER = 60  # seconds that the long work is waited for when the second round is over


class Line(NamedTuple):
    """One kind of request: how many, how many failed, milliseconds."""

    asked: int
    failed: int
    median: float
    most: float


@contextmanager
def served(folder: Path, users: int) -> Iterator[str]:
    """The platform with its job worker, as it is deployed, and an account for each; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port), "--quiet"]
    settle(folder)
    _open_doors(users)
    child = subprocess.Popen(command, cwd=ROOT)
    host = f"http://127.0.0.1:{port}"
    try:
        _wait_for(host)
        yield host
    finally:
        child.terminate()
        child.wait(timeout=60)


def _open_doors(users: int) -> None:
    from app import create_app
    from app.commands import prepare
    from app.kit.web.extensions import db

    with create_app().app_context():
        prepare.upgrade()
        look_as(db.session, whole("load"))
        invite(db.session, users)
        as_in_production(db.engine)


def _wait_for(host: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if requests.get(f"{host}/sign-in", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise RuntimeError("the server did not come up")


def work(host: str, users: int, seconds: int) -> dict[str, Line]:
    """Let them work; what each kind of request took, after all have signed in."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "locust", "-f", "benchmarks/load/users.py", "--headless"]
        settings = {
            "--host": host,
            "-u": users,
            "-r": SIGNED_IN_A_SECOND,
            "-t": f"{users / SIGNED_IN_A_SECOND + seconds:.0f}s",
            "--csv": f"{folder}/told",
            "--loglevel": "ERROR",
            "--exit-code-on-error": 0,
        }
        given = [str(part) for pair in settings.items() for part in pair]
        command += [*given, "--reset-stats"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for failure in _told(Path(folder) / "told_failures.csv"):
            print(f"{failure['Occurrences']} times {failure['Name']}: {failure['Error']}", flush=True)
        rows = _told(Path(folder) / "told_stats.csv")
    return {row["Name"]: _line(row) for row in rows if row["Name"] != "Aggregated" and row["50%"] != "N/A"}


def _told(file: Path) -> list[dict[str, str]]:
    with file.open() as lines:
        return list(csv.DictReader(lines))


def _line(row: dict[str, str]) -> Line:
    count, failed = int(row["Request Count"]), int(row["Failure Count"])
    return Line(count, failed, float(row["50%"]), float(row["95%"]))


class Clerk:
    """The county's clerk, who starts what takes long."""

    def __init__(self, host: str) -> None:
        self.host, self.session = host, requests.Session()
        speak_from_an_own_address(self.session)
        self.session.headers["Connection"] = "close"  # else the server ends it meanwhile
        form = {"csrf_token": self._token("/sign-in"), "username": "county", "password": PASSWORD}
        self._post("/sign-in", form)

    def _page(self, path: str) -> str:
        return self.session.get(self.host + path, timeout=PATIENCE).text

    def _token(self, path: str) -> str:
        token = TOKEN.search(self._page(path))
        return token.group(1) if token else ""

    def _post(self, path: str, form: dict[str, str], files: dict[str, Path] | None = None) -> str:
        sent = {name: (file.name, file.read_bytes()) for name, file in (files or {}).items()}
        answer = self.session.post(
            self.host + path, data=form, files=sent or None, timeout=PATIENCE, allow_redirects=False
        )
        if answer.status_code not in (302, 303):
            raise RuntimeError(f"{path}: {answer.status_code}")
        return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])

    def match(self) -> None:
        """Make a plan for the whole county; returns when it is there."""
        page = self._page("/match-runs")
        run = self._post("/match-runs/county", untouched(page, "/match-runs/county").to_dict())
        self._until(run, lambda page: "data-job" not in page)

    def bring_in(self, roster: Path) -> None:
        """Send a roster, wait for its preview, confirm it, wait for its people."""
        form = untouched(self._page("/imports"), "/imports", "county_code").to_dict()
        batch = self._post("/imports", form, {"file": roster})
        confirm = f"{batch}/confirm"
        page = self._until(batch, lambda page: f'action="{confirm}"' in page)
        self._post(confirm, untouched(page, confirm).to_dict())
        self._until(batch, lambda page: "data-job" not in page)

    def _until(self, path: str, is_there: Callable[[str], bool]) -> str:
        end = time.monotonic() + 10 * PATIENCE
        while not is_there(page := self._page(path)):
            if time.monotonic() > end:
                raise RuntimeError(f"{path} is not ready")
            time.sleep(2)
        return page


class LongWork(threading.Thread):
    """A county's plan, and an import of ``rows`` people beside it; ``told`` says how long each took, or what
    went wrong."""

    def __init__(self, host: str, rows: int) -> None:
        super().__init__(daemon=True)
        self.host, self.rows = host, rows
        self.told, self.wrong = list[str](), list[str]()

    def run(self) -> None:
        plan = threading.Thread(target=self._timed, args=("plan", lambda clerk: clerk.match()), daemon=True)
        plan.start()
        with tempfile.TemporaryDirectory() as folder:
            roster = Path(folder) / "roster.xlsx"
            write_roster(roster, self.rows)
            self._timed(f"import of {self.rows:,}", lambda clerk: clerk.bring_in(roster))
        plan.join()

    def _timed(self, what: str, act: Callable[[Clerk], None]) -> None:
        begun = time.monotonic()
        try:
            act(Clerk(self.host))
        except Exception as problem:  # whatever it is: the round is told of it
            self.wrong.append(f"{what}: {problem}")
        else:
            self.told.append(f"{what}: {time.monotonic() - begun:.0f} s")


def over(alone: dict[str, Line], busy: dict[str, Line]) -> list[str]:
    """What is wrong, in words."""
    said = []
    for title, measured in (("alone", alone), ("beside", busy)):
        for name, line in measured.items():
            allowed = READ if name.startswith("read") else WRITE
            if line.failed:
                said.append(f"{name}, {title}: {line.failed} of {line.asked} failed")
            if title == "alone" and line.most > allowed:
                said.append(f"{name}: {line.most:.0f} ms for {allowed}")
    for kind in ("read", "write"):
        first, second = (_worst(measured, kind) for measured in (alone, busy))
        if first and second > MORE * first:
            said.append(f"{kind}: {second:.0f} ms beside other work, {first:.0f} ms without it")
    return said


def _worst(measured: dict[str, Line], kind: str) -> float:
    """The 95 of 100 of all requests of a kind: the mean of their lines, each as often as it was asked."""
    lines = [line for name, line in measured.items() if name.startswith(kind)]
    count = sum(line.asked for line in lines) or 1
    return sum(line.most * line.asked for line in lines) / count


def main(folder: Path, users: int, seconds: int, rows: int) -> int:
    """Two rounds, a table, a verdict."""
    with served(folder, users) as host:
        alone = work(host, users, seconds)
        beside = LongWork(host, rows)
        beside.start()
        busy = work(host, users, seconds)
        still = "still under way when" if beside.is_alive() else "done before"
        beside.join(AFTER)
        told, wrong = [*beside.told], [*beside.wrong]
        if beside.is_alive():
            told.append(f"not all of it ended within {AFTER} s after")
    print(f"\n{users} users, {seconds} s a round; load of the machine {os.getloadavg()}\n")
    print("| request | asked | median ms | p95 | beside: asked | median ms | p95 |\n" + "|---" * 7 + "|")
    for name in sorted(alone.keys() | busy.keys()):
        cells = [
            f"{line.asked} | {line.median:.0f} | {line.most:.0f}" if line else "- | - | -"
            for line in (alone.get(name), busy.get(name))
        ]
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"\nBeside: {', '.join(told)}; {still} the second round ended")
    said = [*wrong, *over(alone, busy)]
    print(f"\n{len(said)} over" + "".join(f"\n{one}" for one in said))
    return 1 if said else 0


if __name__ == "__main__":
    given = sys.argv[1:]
    numbers = [int(one) for one in given[1:4]]
    sys.exit(main(Path(given[0]), *(numbers + [200, 300, 100_000][len(numbers) :])))
