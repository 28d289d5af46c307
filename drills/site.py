"""An installation as the guide leaves it, running: two web servers behind the proxy, two job workers."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import requests

from drills.database_server import HOST
from drills.figures import size
from drills.guide import Chapter, GuideFailed, Host
from drills.proxy import PATIENCE, Nginx
from drills.served import wait_until
from tests.factories.ports import free_port

LIVE, READY = "/health/live", "/health/ready/web"
WEB, WORKER = "xieshou-web@.service", "xieshou-worker.service"
SCHEDULER, MATCHER = "xieshou-scheduler.service", "xieshou-matcher.service"


class Site:
    """Services by name, started and ended as systemd does it. Use it in a ``with`` statement."""

    def __init__(self, host: Host, workers: int = 2) -> None:
        self.host, self.workers = host, workers
        self.ports = [str(free_port()), str(free_port())]
        self.metrics = {port: free_port() for port in self.ports}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        site = self._file("deploy/nginx/xieshou.conf") or _site_of_today()
        self.proxy = Nginx(host.top.parent / f"{host.top.name}-proxy", site, self.ports)

    def __enter__(self) -> "Site":
        self.proxy.__enter__()
        try:
            for port in self.ports:
                self.start_web(port)
            for port in self.ports:
                self.wait_for(port)
            self.start_workers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.running):
            self.stop(name)
        self.proxy.__exit__()

    def _file(self, path: str) -> str:
        """A file of the version that the installation runs now; "" where that has none."""
        file = self.host.top / "program" / path
        return file.read_text("utf-8") if file.exists() else ""

    def unit(self, name: str) -> str:
        """The unit of the version that runs now; an older one had one for everything, on its page."""
        if told := self._file(f"deploy/systemd/{name}"):
            return told
        return Chapter.read(self.host.top / "program" / "docs" / "operations.md", "Production").unit()

    @property
    def has_units(self) -> bool:
        """Whether the version that runs now has a unit for each service."""
        return bool(self._file(f"deploy/systemd/{WEB}"))

    def start(self, name: str, unit: str, port: str = "", **settings: str) -> None:
        """Start a service under ``name``."""
        self.running[name] = self.host.start_unit(self.unit(unit), self.log_of(name), port, **settings)

    def start_web(self, port: str) -> None:
        """A web server, which tells monitoring what it does."""
        told = {"LOG_FORMAT": "json", "METRICS": f"{HOST}:{self.metrics[port]}"}
        told |= {"WEB_PROCESSES": str(size(4, 1))}
        self.start(f"web@{port}", WEB, port, **told)

    def start_workers(self) -> None:
        """The job workers; those of an older version came with its web servers."""
        for number in range(self.workers if self.has_units else 0):
            self.start(f"worker{number}", WORKER)

    def stop(self, name: str, number: int = signal.SIGTERM) -> None:
        """End a service, and whatever it left."""
        process = self.running.pop(name)
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    def wait_for(self, port: str) -> float:
        """Until that web server says that people can be sent to it; how long it took. Raises GuideFailed."""
        name = f"web@{port}"
        path = READY if self.has_units else "/sign-in"

        def answers() -> bool:
            if self.running[name].poll() is not None:
                raise GuideFailed(f"{name} ended: {self.log_of(name).read_text()[-800:]}")
            with contextlib.suppress(requests.RequestException):
                return requests.get(f"http://{HOST}:{port}{path}", timeout=10).status_code == 200
            return False

        return wait_until(answers, PATIENCE, f"{name} is ready", step=0.3)

    def log_of(self, name: str) -> Path:
        """What a service wrote."""
        return self.host.top.parent / f"{self.host.top.name}-{name}.log"

    def restart_one_by_one(self) -> float:
        """As the guide says: a web server, wait until it is ready, the next one; then the job workers."""
        began = time.monotonic()
        for port in self.ports:
            self.stop(f"web@{port}")
            self.start_web(port)
            self.wait_for(port)
            time.sleep(3)  # the proxy looks at a server again after two seconds
        for name in [name for name in self.running if name.startswith("worker")]:
            self.stop(name)
        self.start_workers()
        return time.monotonic() - began


def _site_of_today() -> str:
    return (Path(__file__).resolve().parents[1] / "deploy" / "nginx" / "xieshou.conf").read_text("utf-8")
