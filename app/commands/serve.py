"""The supervisor: a web server and a job worker, started together, watched, ended together."""

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from types import FrameType

import click
from flask import current_app

from app.commands import metrics, prepare
from app.commands.children import Child, Parted, begin_apart, die_with_parent, end_apart
from app.commands.demo.accounts import DEMO_PASSWORD, DEMO_PIN, demo_accounts
from app.commands.demo.telephones import account_numbers, fresh_slip
from app.commands.going_live import refuse_demo_data, stop_at_demo_accounts
from app.kit.web.extensions import db
from app.kit.web.patience import THREADS
from models.clock import today, utc_now

BACKLOG = 2048
# A new start may come at once and wants the port: at this signal gunicorn ends its children without delay.
AT_PARENTS_DEATH = {"web": signal.SIGQUIT}


@click.command("serve")
@click.option("--host", default="127.0.0.1", envvar="HOST", help="address to listen on")
@click.option("--port", default=8000, envvar="PORT", help="port to listen on")
@click.option("--no-worker", is_flag=True, help="only the web server: job workers run elsewhere")
@click.option("--quiet", is_flag=True, help="print nothing but problems")
@click.option(
    "--demo", type=(int, int, int), help="first bring the database up, with WORKERS ORDERS SEED of a demo"
)
def serve(host: str, port: int, no_worker: bool, quiet: bool, demo: tuple[int, int, int] | None) -> None:
    """Serve the application with its job worker; restarts what dies, ends everything on SIGINT or SIGTERM."""
    with _listen(host, port) as door:
        beside = _begin_to_bring_up(demo, quiet) if demo else None
        stop_at_demo_accounts(current_app)
        if current_app.config["METRICS"]:
            metrics.begin(current_app._get_current_object())  # type: ignore[attr-defined]
        workers = {} if no_worker else {"worker": worker_command()}
        supervisor = Supervisor({"web": _web(door), **workers}, door)
        _let_go()
        supervisor.start()
        try:
            if beside:
                end_apart(beside)
            if _answers(host, port) and not quiet:
                announce(host, port)
                _let_go()
            supervisor.watch()
        finally:
            supervisor.end()


def _begin_to_bring_up(demo: tuple[int, int, int], quiet: bool) -> int | None:
    """Bring the database up before anything serves; where that is but to look through the facts again, beside
    the web server's start: the child's number."""
    refuse_demo_data(current_app)
    is_up = prepare.is_up()
    if not (is_up or quiet):
        click.echo("第一次启动：正在建库、装入演示数据。 First start: tables and demo data are made ...")
    _let_go()
    child = begin_apart(partial(bring_up, *demo))
    if is_up:
        return child
    end_apart(child)
    return None


def _let_go() -> None:
    """This process lives long and others part from it: it must not hold the database."""
    db.session.close()
    db.engine.dispose()


def bring_up(workers: int, orders: int, seed: int) -> None:
    """Make the tables, load the facts, and fill an empty platform with the demo."""
    prepare.upgrade()
    # A second start, at the same moment or later, finds the people of the first and keeps them.
    with prepare.alone():
        if prepare.has_people():
            prepare.load_facts()
        else:
            prepare.load_demo(workers, orders, seed, has_worker=True)


def demo_telephones() -> Iterator[str]:
    """Lines about the workers of the demo: who has an account, and a slip that was printed just now."""
    if numbers := account_numbers(db.session):
        yield f"务工者 workers (密码 PIN: {DEMO_PIN}): {', '.join(numbers)}"
    if slip := fresh_slip(db.session, today(), utc_now()):
        name, code, last4 = slip
        yield f"账号单 account slip: /slip/{code}  {name}  证件后四位 last four: {last4}"
    db.session.commit()


def announce(host: str, port: int) -> None:
    """Print the address at once and, where demo data is loaded, one account per role and what workers use."""
    click.echo(f"\n携手 Xieshou  http://{host}:{port}\n")
    if accounts := demo_accounts(db.session):
        click.echo(f"演示账号 demo accounts (密码 password: {DEMO_PASSWORD})")
        for username, role in accounts:
            click.echo(f"  {username:<14}{role}")
        for line in demo_telephones():
            click.echo(line)
    click.echo("\nCtrl+C 停止 stops it.\n")


def _listen(host: str, port: int) -> socket.socket:
    """Take the port now and keep it: between looking and taking, a second start would fit."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
        door.listen(BACKLOG)
    except OSError as problem:
        door.close()
        taken = problem.errno == errno.EADDRINUSE
        advice = "is taken: say another one, as in `make run PORT=8010`" if taken else f"{problem.strerror}"
        raise click.ClickException(f"port {port} {advice}") from None
    door.set_inheritable(True)
    return door


def _answers(host: str, port: int, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        door = http.client.HTTPConnection(host, port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(door):
            door.request("HEAD", "/static/icon.svg")
            door.getresponse()
            return True
        time.sleep(0.1)
    return False


def worker_command() -> list[str]:
    """The job worker's process."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "work"]


def _web(door: socket.socket) -> list[str]:
    processes = current_app.config["PROCESSES"]
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"fd://{door.fileno()}",
        "--workers",
        str(processes),
        "--threads",
        str(THREADS),
        "--worker-class",
        "gthread",
        "--timeout",
        "120",
        "--no-control-socket",
        "--log-level",
        "warning",
        "--config",
        "python:app.commands.warming",
    ]


class Supervisor:
    """Child processes by name; each in a group of its own, so that its children end with it."""

    def __init__(self, commands: dict[str, list[str]], door: socket.socket) -> None:
        self.commands, self.door = commands, door
        self.running: dict[str, Child] = {}
        self.stopping = False

    def start(self) -> None:
        """Start every child and listen for the signals that end them."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for name, command in self.commands.items():
            # Counters are told where to write when they are made: a process that counts begins by itself.
            if current_app.config["METRICS"]:
                self._launch(name)
            else:
                door = None if name == "web" else self.door
                self.running[name] = Parted(command, AT_PARENTS_DEATH.get(name, signal.SIGKILL), door)

    def _launch(self, name: str) -> None:
        doors = (self.door.fileno(),) if name == "web" else ()
        self.running[name] = subprocess.Popen(  # noqa: S603
            self.commands[name],
            start_new_session=True,
            preexec_fn=partial(die_with_parent, AT_PARENTS_DEATH.get(name, signal.SIGKILL)),
            pass_fds=doors,
        )

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def watch(self) -> None:
        """Restart what dies, until told to stop."""
        while not self.stopping:
            for name, child in self.running.items():
                if child.poll() is not None and not self.stopping:
                    click.echo(f"{name} ended ({child.returncode}); starting it again", err=True)
                    _signal_group(child, signal.SIGKILL)  # what it left keeps its port and its locks
                    metrics.forget(child.pid)
                    time.sleep(1)
                    self._launch(name)
            time.sleep(0.3)

    def end(self) -> None:
        """End every group."""
        self.door.close()  # who comes from now on is refused at once, and the proxy asks another server
        for child in self.running.values():
            _signal_group(child, signal.SIGTERM)
        for child in self.running.values():
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                _signal_group(child, signal.SIGKILL)


def _signal_group(child: Child, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
