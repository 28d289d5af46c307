"""An order's candidates out of a million, over HTTP: `python -m benchmarks.candidates [PEOPLE [FOLDER]]`.

Promised: an order posted in the application shows its candidates out of a million within a second, and a
person whom a clerk changed is in the next ranking. SQLite, the deployed server (two processes), every order
asked about once.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import requests
from sqlalchemy.orm import Session

from tests.factories.watched_process import FLASK, ROOT, tree, watch, worked

PASSWORD = "bench-pass-2016"
ORDERS, WARMING = 60, 12
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def stage(people: int, own_share: float | None = None) -> None:
    """Fill the database; prints the numbers of the drafts and of the open orders."""
    from benchmarks import register
    from tests.factories.watched_process import prepare

    prepare()
    from app import create_app
    from app.kit.web.extensions import db
    from models.clock import today
    from models.jobs.order import OrderState

    with create_app().app_context():
        begun = time.monotonic()
        register.fill(db.session, people, own_share=own_share or register.OWN_SHARE)
        filled = time.monotonic() - begun
        firm = accounts(db.session, today().replace(year=2016, day=1))
        numbers = {
            state.value: register.post(db.session, firm, ORDERS, state, today(), seed)
            for seed, state in enumerate((OrderState.DRAFT, OrderState.OPEN))
        }
        print(json.dumps(numbers | {"filled": filled}))


def accounts(session: Session, since: date) -> int:
    """One enterprise in 佛山 and an account of each side, commits; the number of the enterprise."""
    from app.accounts.operations import give, make_user
    from benchmarks import register
    from models.access import Actor, Role
    from models.reference.organisation import Organisation, OrganisationKind

    firm = Organisation(
        kind=OrganisationKind.ENTERPRISE,
        credit_code="BENCH0000000000001",
        name="佛山第一厂",
        area_code=register.CITY,
    )
    session.add(firm)
    session.flush()
    places: dict[Role, dict[str, Any]] = {
        Role.ENTERPRISE: {"organisation_id": firm.id},
        Role.COUNTY: {"area_code": register.COUNTY},
        Role.PROVINCE: {"area_code": register.PROVINCE},
    }
    maker = Actor(None, "benchmark")
    for role, place in places.items():
        user = make_user(session, maker, role.value, role.value, PASSWORD, must_change=False)
        give(session, maker, user, role, valid_from=since, **place)
    session.commit()
    return firm.id


def change(numbers: list[int]) -> None:
    """Correct some people as a clerk does: they want to go no more."""
    from app import create_app
    from app.kit.web.extensions import db
    from app.workers.operations import update_worker
    from models.access import SYSTEM
    from models.clock import utc_now
    from models.people.worker import Worker

    with create_app().app_context():
        for number in numbers:
            update_worker(
                db.session, SYSTEM, db.session.get_one(Worker, number), {"willing": False}, utc_now()
            )
        db.session.commit()


class Browser:
    """One account, signed in over HTTP."""

    def __init__(self, address: str, account: str) -> None:
        self.address, self.session = address, requests.Session()
        form = {"csrf_token": self._token("/sign-in"), "username": account, "password": PASSWORD}
        self.session.post(f"{address}/sign-in", data=form, timeout=60).raise_for_status()
        self.token = self._token("/match-runs")

    def _token(self, path: str) -> str:
        token = TOKEN.search(self.session.get(self.address + path, timeout=60).text)
        return token.group(1) if token else ""

    def find(self, order: int) -> tuple[float, str]:
        """Press "find people" and open the page it leads to; returns seconds and the page."""
        begun = time.perf_counter()
        page = self.session.post(
            f"{self.address}/match-runs/orders/{order}", data={"csrf_token": self.token}, timeout=60
        )
        page.raise_for_status()
        return time.perf_counter() - begun, page.text


@contextmanager
def server(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Serve as in life: two web processes and a job worker; yields the address and the process's number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    child = subprocess.Popen([*FLASK, "serve", "--port", str(port), "--quiet"], env=os.environ | environment)
    try:
        _wait_for(address)
        yield address, child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=60)


def _wait_for(address: str) -> None:
    for _attempt in range(300):
        try:
            requests.get(f"{address}/sign-in", timeout=30)
            return
        except requests.RequestException:
            time.sleep(0.2)
    raise RuntimeError("the server did not come up")


def spread(seconds: list[float]) -> str:
    """Median, 95th percentile and maximum, in milliseconds."""
    half, most, slowest = np.percentile(np.array(seconds) * 1000, (50, 95, 100))
    return f"p50 {half:.0f} ms, p95 {most:.0f} ms, slowest {slowest:.0f} ms"


def ask_about(title: str, browser: Browser, orders: list[int], process: int) -> None:
    """Ask about every order once, after some that warm the processes up; print how long it took."""
    cold = [browser.find(order)[0] for order in orders[:WARMING]]
    before = sum(map(worked, tree(process)))
    took = spread([browser.find(order)[0] for order in orders])
    work = 1000 * (sum(map(worked, tree(process))) - before) / len(orders)
    print(f"{title}: {took}; {work:.0f} ms of processor each; first of all {max(cold):.2f} s", flush=True)


def after_a_change(title: str, browser: Browser, order: int, environment: dict[str, str], count: int) -> None:
    """Let a clerk take the order's first ``count`` people out of the pool, and ask again: none is on the
    list."""
    first = people_on(browser.find(order)[1])[:count]
    watch([sys.executable, "-c", f"from benchmarks.candidates import change; change({first})"], environment)
    seconds, page = browser.find(order)
    still = len(set(first) & set(people_on(page)))
    print(f"{title}: {still} of {len(first)} still on the list; {1000 * seconds:.0f} ms", flush=True)


def people_on(page: str) -> list[int]:
    """The numbers of the people on a page of candidates, best first."""
    return [int(number) for number in re.findall(r'name="worker_ids" value="(\d+)"', page)]


def main(people: int, kept: str = "") -> None:
    """Measure and print; a ``kept`` folder is filled once and used again."""
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory() as folder:
        environment = {"XIESHOU_INSTANCE": folder, "PYTHONPATH": str(ROOT), "XIESHOU_ENV": "development"}
        note = Path(folder) / "staged.json"
        if not note.exists():
            run = [sys.executable, "-c", f"from benchmarks.candidates import stage; stage({people})"]
            note.write_text(watch(run, environment).output.splitlines()[-1])
        staged = json.loads(note.read_text())
        print(f"{people:,} people written in {staged['filled']:.0f} s", flush=True)
        for title in ("index built", "index built again"):
            seen = watch([*FLASK, "rebuild-index"], environment)
            built = json.loads(seen.output.splitlines()[-1])
            spent = (
                f"{seen.seconds:.1f} s ({seen.processor_seconds:.1f} s of processor), {seen.peak_mib:.0f} MiB"
            )
            print(
                f"{title}: {spent}; {built['workers']:,} people, {built['bytes'] >> 20} MiB of files",
                flush=True,
            )
        with server(environment) as (address, process):
            county, enterprise = Browser(address, "county"), Browser(address, "enterprise")
            ask_about("a county, a quarter of them its own", county, staged["open"], process)
            ask_about("an enterprise, all of them, before posting", enterprise, staged["draft"], process)
            ask_about("an enterprise, all of them, masked list", enterprise, staged["open"], process)
            after_a_change("one person changed", county, staged["open"][0], environment, 1)
            after_a_change("fifty people changed", county, staged["open"][1], environment, 50)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, *sys.argv[2:3])
