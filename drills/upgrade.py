"""T24: the last version, with data, is upgraded while people sign in and read; and the way back, twice.

``FROM`` is the commit of the last version (default: the newest tag, else the last commit before the day of
the newest). On PostgreSQL the guide's chapter is followed word by word: tables first, then one web server
after the other; then back to the old program, and last back to the data of the backup. On SQLite: stop, new
program, start.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, select
from sqlalchemy import func as sql
from sqlalchemy import table as sql_table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from drills.database_server import HOST, database_server
from drills.figures import Figure, main, size
from drills.guide import PACKAGES_HERE, Chapter, GuideFailed, Host
from drills.production import PAGE, ROOT, bare, job_taken, version_here
from drills.proxy import PATIENCE, Traffic
from drills.served import wait_until
from drills.site import MATCHER, SCHEDULER, Site
from drills.soundness import said, troubles, troubles_of_any_version

CLERK, PASSWORD, COUNTY = "ma.xiaolan.31", "Zhaojue-2016-trial", "513431"
PAGES = ("/workers", "/orders", "/placements")
# What the platform itself takes away again, every minute or every night.
GOES = {"worker_change", "name_waiting", "form_receipt", "login_session"}
Counted = dict[str, int]


def last_version() -> str:
    """The commit to upgrade from."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout

    if told := os.environ.get("FROM", "").strip():
        return git("rev-parse", told).strip()
    if tag := git("describe", "--tags", "--abbrev=0").strip():
        return git("rev-parse", f"{tag}^{{commit}}").strip()
    day = git("log", "-1", "--format=%cs").strip()
    return git("rev-list", "-1", f"--before={day} 00:00", "HEAD").strip()


class Rehearsal:
    """An installation of the old version on PostgreSQL, with the demo's people in it."""

    def __init__(self, host: Host) -> None:
        self.host = host
        # Whoever sits at the server is believed.
        self.owner = f"postgresql+psycopg://postgres@{HOST}:{host.filled_in['PGPORT']}/xieshou"
        self.new, self.old = host.filled_in["VERSION"], last_version()
        self.upgrade = Chapter.read(PAGE, "Upgrade").shell()

    def install(self) -> None:
        """Follow the production chapter with the old version, and put people in."""
        self.host.filled_in["VERSION"] = self.old
        for block in Chapter.read(PAGE, "Production").shell()[1:-1]:
            self.host.type(block)
        people, orders = size(2000, 100), size(100, 10)
        secret = f"--password {PASSWORD} --keep-password"
        self.host.type(f"""
        sed "s/^XIESHOU_ENV=.*/XIESHOU_ENV=development/" "$TOP/settings/web" > "$TOP/settings/trial"
        cp "$TOP/settings/keys.json" "$TOP/data/keys.json"
        "$TOP/flask" trial seed-demo --workers {people} --orders {orders}
        rm "$TOP/data/keys.json" "$TOP/settings/trial"
        "$TOP/flask" web close-demo-accounts
        "$TOP/flask" web create-user {CLERK} --role county --area {COUNTY} --name 马小兰 {secret}
        for one in web owner; do echo REQUIRE_TOTP=0 >> "$TOP/settings/$one"; done
        """)
        self.host.filled_in["VERSION"] = self.new

    def look(self) -> tuple[Counted, list[str]]:
        """Rows by table, and what is not sound."""
        engine = create_engine(self.owner)
        try:
            return rows(engine), self._audit() + sound(engine)
        finally:
            engine.dispose()

    def _audit(self) -> list[str]:
        try:
            self.host.type('"$TOP/flask" web verify-audit')
        except GuideFailed as problem:
            return [f"verify-audit: {str(problem)[:200]}"]
        return []


def rows(engine: Engine) -> Counted:
    """How many rows each table has."""
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(sql.count()).select_from(sql_table(name))) or 0
            for name in inspect(connection).get_table_names()
        }


def sound(engine: Engine) -> list[str]:
    """What the drills' own check of soundness says, without the audit: that one needs the keys."""
    with Session(engine) as session:
        try:
            return [one for one in troubles(session) if not one.startswith("the audit")]
        except DBAPIError:  # back at tables of an older version, without columns that are asked for today
            return troubles_of_any_version(session)


def lost(before: Counted, after: Counted) -> list[str]:
    """Tables that have fewer rows than before."""
    fewer = {name: (count, after.get(name, -1)) for name, count in before.items() if name not in GOES}
    return [f"{name} {old} -> {new}" for name, (old, new) in fewer.items() if new < old]


def follow(folder: Path) -> list[Figure]:
    """The chapter on PostgreSQL."""
    figures: list[Figure] = []
    with database_server("upgrade") as server:
        host = bare(folder, "county", server.port, server.programs, {})
        story = Rehearsal(host)
        story.install()
        before, _wrong = story.look()
        with Site(host) as site:
            with Traffic(site.proxy, CLERK, PASSWORD, PAGES) as traffic:
                wait_until(lambda: traffic.asked > 1, PATIENCE, f"the clerk is inside ({traffic.wrong})")
                began = time.monotonic()
                host.type(story.upgrade[0])
                migrated = time.monotonic() - began
                time.sleep(4)  # the old program on the new tables
                on_new_tables = traffic.asked, len(traffic.wrong)
                host.type(story.upgrade[1])
                switched = site.restart_one_by_one()
                time.sleep(4)
            after, wrong = story.look()
            told = (
                f"{story.old[:8]} -> {story.new[:8]}, {sum(before.values())} rows: backup and tables in "
                f"{migrated:.0f} s ({on_new_tables[1]} errors in {on_new_tables[0]} rounds), servers one by "
                f"one in {switched:.0f} s; {traffic.told()}; {said(wrong)}"
            )
            missing = lost(before, after)
            figures.append(
                _figure("upgraded while a clerk signs in and reads", told, missing + wrong, traffic)
            )
            figures.append(matched_on_a_cluster(site))
            with Traffic(site.proxy, CLERK, PASSWORD, PAGES) as traffic:
                host.type(story.upgrade[2])
                site.restart_one_by_one()
                time.sleep(4)
            back, wrong = story.look()
            told = f"old program on the new tables; {traffic.told()}; {said(wrong)}"
            figures.append(_figure("back to the old program", told, lost(after, back) + wrong, traffic))
        host.type(story.upgrade[3])
        restored, wrong = story.look()
        with Site(host) as site:
            site.proxy.browser().sign_in(CLERK, PASSWORD)
            took = job_taken(host)
        told = f"{sum(restored.values())} rows, signed in, a job done in {took:.0f} s; {said(wrong)}"
        figures.append(_figure("back to the data of the backup", told, lost(before, restored) + wrong))
    return figures


def _figure(claim: str, told: str, wrong: list[str], traffic: Traffic | None = None) -> Figure:
    is_met = not wrong and (traffic is None or (traffic.asked > 2 and not traffic.wrong))
    more = f"; NOT: {'; '.join(wrong)[:300]}" if wrong else ""
    goal = "0 errors, every row, sound" if traffic else "every row, sound, people inside"
    return Figure("T24", f"upgrade rehearsed: {claim}", goal, told + more, is_met, "postgresql")


def matched_on_a_cluster(site: Site) -> Figure:
    """A county's plan on two dask processes, without a folder in common, and again when they are gone."""
    host = site.host
    host.type(Chapter.read(PAGE, "Several hosts").shell()[0])
    settings = host.top / "settings" / "web"
    plain = settings.read_text()
    match = f'"$TOP/flask" web match --county {COUNTY}'
    alone = _plan(host.type(match))
    site.start("scheduler", SCHEDULER)
    site.start("matcher", MATCHER)
    settings.write_text(f"{plain}DASK_SCHEDULER=tcp://127.0.0.1:8786\n")
    try:
        wait_until(
            lambda: "2 processes" in host.type('"$TOP/flask" web doctor || true'), 120, "two processes"
        )
        many = _plan(host.type(match))
        for name in ("matcher", "scheduler"):
            site.stop(name, signal.SIGKILL)
        without = host.type(f"{match} 2>&1")
    finally:
        settings.write_text(plain)
    is_same = alone == many == _plan(without) and bool(alone.get("value"))
    was_told = "threads instead" in without
    return Figure(
        "T24",
        "a county's plan by a dask cluster of the guide's units, and after the cluster is killed",
        "the same plan three times",
        f"on threads {alone}, on two processes {many}, cluster killed {_plan(without)}"
        + (", which the log says" if was_told else ", and the log says NOTHING"),
        is_same and was_told,
        "postgresql",
    )


def _plan(told: str) -> dict[str, object]:
    """What the command said of the plan, without its number and its time."""
    line = json.loads([line for line in told.splitlines() if line.startswith("{")][-1])
    return {name: value for name, value in line.items() if name not in ("run", "seconds")}


def one_machine(folder: Path) -> list[Figure]:
    """The other chapter's way: ``make run`` of the old version, stop, the new one, ``make run``."""
    old, new = last_version(), version_here()
    program = folder / "program"
    port = str(int(os.environ.get("DRILL_PORT", "8159")))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XIESHOU_")}
    environment.pop("DATABASE_URL", None)
    environment["PYTHONPATH"] = ""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(program)], check=True)
    if os.environ.get(PACKAGES_HERE):
        (program / ".venv").symlink_to(sys.prefix)
    database = create_engine(f"sqlite:///{program}/instance/xieshou.db")

    def run(commit: str) -> tuple["subprocess.Popen[bytes]", float]:
        subprocess.run(["git", "checkout", "--quiet", commit], cwd=program, check=True)
        packages = "-o .venv/.run -o .venv/bin/python" if os.environ.get(PACKAGES_HERE) else ""
        sizes = f"WORKERS={size(2000, 100)} ORDERS={size(100, 10)}"
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                ["bash", "-c", f"make run {packages} PORT={port} {sizes}"],
                env=environment,
                cwd=program,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

        def answers() -> bool:
            if process.poll() is not None:
                raise GuideFailed((folder / "log").read_text()[-800:])
            return _status(port) == 200

        return process, wait_until(answers, 900, "make run answers")

    def stop(process: "subprocess.Popen[bytes]") -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)

    process, _seconds = run(old)
    try:
        before = rows(database)
        shutil.copytree(program / "instance", folder / "kept")
        stop(process)
        process, away = run(new)
        after, wrong = rows(database), sound(database)
        missing = lost(before, after)
        told = f"{old[:8]} -> {new[:8]}, {sum(before.values())} rows: away for {away:.0f} s; {said(wrong)}"
        upgraded = Figure(
            "T24",
            "upgrade rehearsed: make run of the last version, stopped, the new one",
            "every row, sound",
            told + (f"; NOT: {missing}" if missing else ""),
            not missing and not wrong,
            "sqlite",
        )
        stop(process)
        database.dispose()
        shutil.rmtree(program / "instance")
        shutil.copytree(folder / "kept", program / "instance")
        process, away = run(old)
        restored, wrong = rows(database), sound(database)
        missing = lost(before, restored)
        back = Figure(
            "T24",
            "upgrade rehearsed: back to the old program and the copied instance folder",
            "every row, sound",
            f"{sum(restored.values())} rows, away for {away:.0f} s; {said(wrong)}",
            not missing and not wrong,
            "sqlite",
        )
        return [upgraded, back]
    finally:
        stop(process)
        database.dispose()


def _status(port: str) -> int:
    import requests

    with contextlib.suppress(requests.RequestException):
        return requests.get(f"http://{HOST}:{port}/sign-in", timeout=5).status_code
    return 0


def run(database: str) -> list[Figure]:
    """Rehearse it for this database, in a folder that goes away again."""
    folder = Path(tempfile.mkdtemp(prefix="xieshou-upgrade-"))
    try:
        return follow(folder) if database == "postgresql" else one_machine(folder)
    except (GuideFailed, TimeoutError) as problem:
        told = re.sub(r"\s+", " ", str(problem))[:900]
        return [Figure("T24", "upgrade rehearsed", "every row, sound, people inside", told, False, database)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(run))
