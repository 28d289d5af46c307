"""The stage of a drill: a database, a web server of many processes, people who said yes."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from tests.factories.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "drill-pass-2016"


def processes() -> int:
    """Of how many processes the server, and the crowd, are."""
    return 4 if os.environ.get("DRILL_SMALL") else 20  # a quick trial; see drills.figures


def set_up(name: str) -> tuple[Flask, str]:
    """Return an application on an empty database and that database's address.

    ``DATABASE_URL`` names it; ``postgres`` starts the embedded server of the test requirements; the default
    is an SQLite file of its own.
    """
    folder = tempfile.mkdtemp(prefix=f"xieshou-{name}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/drill.db"
    if url == "postgres":
        from tests.factories.databases import postgres_url

        url = postgres_url(name)
    os.environ.update(XIESHOU_INSTANCE=folder, DATABASE_URL=url, XIESHOU_ENV="development")
    from app import create_app
    from app.commands.reference_load import load_all
    from app.kit.web.extensions import db
    from models.base import Base

    app = create_app()
    with app.app_context():
        Base.metadata.create_all(db.engine)
        load_all(db.session)
        db.session.commit()
    return app, url


def enterprise_with(session: Any, n: int, headcount: int) -> Any:
    """Return an open order of a new enterprise whose account is ``firm<n>``."""
    from app.accounts.operations import give, make_user
    from models.access import Actor, Role
    from models.clock import today
    from models.jobs.order import Order, OrderState
    from models.reference.organisation import Organisation, OrganisationKind

    firm = Organisation(
        kind=OrganisationKind.ENTERPRISE, credit_code=f"DRILL{n:013d}", name=f"第{n}厂", area_code="440600"
    )
    session.add(firm)
    session.flush()
    drill = Actor(None, "drill")
    user = make_user(session, drill, f"firm{n}", f"第{n}厂人事", PASSWORD, must_change=False)
    give(session, drill, user, Role.ENTERPRISE, organisation_id=firm.id, valid_from=date(2016, 1, 1))
    order = Order(
        enterprise_id=firm.id,
        state=OrderState.OPEN,
        title="普工",
        headcount=headcount,
        city_code="440600",
        posted_on=today(),
        valid_until=today() + timedelta(days=30),
    )
    session.add(order)
    session.flush()
    return order


def people(session: Any, count: int) -> list[Any]:
    """Return ``count`` new people of 昭觉."""
    from models.people.worker import Worker, WorkerState

    made = [
        Worker(
            county_code="513431",
            name=f"阿木{n}",
            id_digest=f"{n:064d}",
            id_last4=f"{n % 10_000:04d}",
            sex="M",
            birth_date=date(1990, 5, 3),
            state=WorkerState.OFFERED,
        )
        for n in range(count)
    ]
    session.add_all(made)
    session.flush()
    return made


def said_yes(session: Any, order: Any, workers: list[Any], county_code: str = "513431") -> list[Any]:
    """Return placements of people who said yes to ``order``, recommended by ``county_code``."""
    from models.clock import utc_now
    from models.placement.placement import Placement, PlacementState

    made = [
        Placement(
            order_id=order.id,
            worker_id=worker.id,
            county_code=county_code,
            city_code=order.city_code,
            enterprise_id=order.enterprise_id,
            state=PlacementState.ACCEPTED,
            consented_at=utc_now(),
        )
        for worker in workers
    ]
    session.add_all(made)
    session.flush()
    return made


@contextmanager
def server() -> Iterator[str]:
    """Serve the application with many processes; yields its address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--preload",
        "--workers",
        str(processes()),
        "--threads",
        "2",
        "--backlog",
        "2048",
        "--timeout",
        "300",
        "--no-control-socket",
        "--log-level",
        "error",
    ]
    child = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(timeout=60)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the server did not come up")
