"""T24 and T16: the production guide is followed word by word, from a bare folder to a healthy installation.

Its keys change while people work; the machine is lost and comes back on an empty one with the escrowed keys.

On SQLite the guide's other chapter is followed: one machine, ``make run``.
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

import requests

from drills.database_server import HOST, database_server
from drills.figures import Figure, main
from drills.guide import Chapter, GuideFailed, Host
from drills.proxy import NAME, Traffic
from drills.served import wait_until
from drills.site import Site
from tests.factories.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "operations.md"
RESTORED = "the machine lost, restored on an empty one with the escrowed keys"
MEASURED = (
    'xieshou_requests_total{method="POST",route="/sign-in",status="303"}',
    "xieshou_request_seconds_bucket",
    "xieshou_database_connections",
    "xieshou_database_up 1.0",
    "xieshou_jobs",
    "xieshou_worker_silent_seconds",
    "xieshou_disk_free_bytes",
)
# (what is set, what the doctor has to name)
UNSAFE = (
    ("XIESHOU_KEYS", "/nowhere/keys.json", "XIESHOU_KEYS"),
    ("XIESHOU_ENV", "prod", "XIESHOU_ENV"),
    ("LIMITER_URL", "", "LIMITER_URL"),
    ("LIMITER_URL", "memory://", "LIMITER_URL"),
    ("LIMITER_URL", "redis://127.0.0.1:1/0", "redis"),
    ("HTTPS", "0", "HTTPS"),
    ("FLASK_DEBUG", "1", "FLASK_DEBUG"),
    ("PUBLIC_URL", "http://xieshou.example.gov.cn", "PUBLIC_URL"),
    ("WEB_PROCESSES", "many", "WEB_PROCESSES"),
    ("AUDIT_ANCHOR", "/nowhere/audit.anchor", "/nowhere/audit.anchor"),
    ("DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/xieshou", "did not answer"),
)


ASK_FOR_JOB = """
from sqlalchemy import select
from app import create_app
from app.kit.web.extensions import db
from app.reference.audit.operations import ask_for_check
from models.access import Actor
from models.user import User
with create_app().app_context():
    user = db.session.scalars(select(User).order_by(User.id)).first()
    row = ask_for_check(db.session, Actor(user.id, user.name))
    db.session.commit()
    print(row.id)
"""
STATE_OF_JOB = """
import sys
from app import create_app
from app.kit.web.extensions import db
from models.background_job import Job
with create_app().app_context():
    print(db.session.get(Job, int(sys.argv[1])).state.value)
"""


def _python(host: Host, code: str, *words: str) -> str:
    file = host.top / "probe.py"
    file.write_text(code)
    setting = 'set -a; . "$TOP/settings/web"; set +a; export PYTHONPATH="$TOP/program"\n'
    return host.type(f"{setting}.venv/bin/python {file} {' '.join(words)}").strip().splitlines()[-1]


def job_taken(host: Host) -> float:
    """Ask for a job; how many seconds until the worker had done it."""
    number = _python(host, ASK_FOR_JOB)
    began = time.monotonic()
    wait_until(lambda: _python(host, STATE_OF_JOB, number) == "done", 60, "the worker does a job")
    return time.monotonic() - began


def unsafe_settings(host: Host) -> list[str]:
    """The unsafe settings that the doctor does not name, or calls healthy."""
    missed = []
    for name, value, named in UNSAFE:
        line = '"$TOP/flask" web doctor --json || echo "status $?"'
        wrong = f"""sed "/^{name}=/d" "$TOP/settings/web" > "$TOP/settings/wrong"
        echo "{name}={value}" >> "$TOP/settings/wrong"
        {line.replace(" web ", " wrong ")}"""
        told = host.type(wrong)
        findings = json.loads(told.splitlines()[0])["findings"]
        bad = " ".join(
            one["told"] + one["mend"] for one in findings if one["state"] not in ("good", "warning")
        )
        if named not in bad or "status 1" not in told:
            missed.append(f"{name}={value}")
    return missed


def version_here() -> str:
    """The commit that stands here."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def bare(folder: Path, name: str, port: int, programs: Path, values: dict[str, str]) -> Host:
    """A host with nothing on it but the database's programs."""
    first_step = Chapter.read(PAGE, "Production").shell()[0]
    (folder / "media").mkdir(exist_ok=True)
    filled_in = {
        "TOP": str(folder / name),
        "ESCROW": str(folder / "media"),
        "ANCHOR": str(folder / "media"),
        "SOURCE": str(ROOT),
        "PUBLIC_URL": f"https://{NAME}",
        "PGHOST": HOST,
        "PGPORT": str(port),
        "OWNER_PASSWORD": "Owner2016Trial",
        "WEB_PASSWORD": "Web2016Trial",
        "VERSION": version_here(),
    }
    return Host(filled_in | values, f"{programs}{os.pathsep}{os.environ['PATH']}", first_step)


def follow(folder: Path) -> list[Figure]:
    """The whole story on PostgreSQL."""
    chapter, keys = Chapter.read(PAGE, "Production"), Chapter.read(PAGE, "New keys").shell()
    again = [
        block for name in ("Every day", "Backup and restore") for block in Chapter.read(PAGE, name).shell()
    ]
    steps, figures = chapter.shell(), []
    began = time.monotonic()
    with database_server("county") as server:
        host = bare(folder, "first", server.port, server.programs, {})
        for block in steps[:-1]:
            host.type(block)
        passwords = re.findall(r'"password": "([^"]+)"', "".join(host.said))
        with Site(host) as site:
            site.proxy.browser().sign_in("wang.jianguo.27", passwords[0])
            took = job_taken(host)
            host.type(steps[-1])
            minutes = (time.monotonic() - began) / 60
            figures.append(
                Figure(
                    "T24",
                    "the production guide, word by word from a bare folder",
                    "a healthy installation",
                    f"{host.typed} blocks in {minutes:.1f} min: signed in over nginx with TLS, two "
                    f"web servers and two job workers, a job done in {took:.0f} s, the doctor says healthy",
                    True,
                    "postgresql",
                )
            )
            missed = unsafe_settings(host)
            figures.append(
                Figure(
                    "T24",
                    "each unsafe setting is named by the doctor",
                    f"{len(UNSAFE)} of {len(UNSAFE)}",
                    f"{len(UNSAFE) - len(missed)} of {len(UNSAFE)}"
                    + "".join(f"; not {one}" for one in missed),
                    not missed,
                    "postgresql",
                )
            )
            figures.append(taken_away(site, passwords[1]))
            figures.append(watched(site, passwords[1]))
            figures.append(rotated(site, keys, passwords[1]))
        passphrase = re.findall(r'"passphrase": "([^"]+)"', "".join(host.said))[-1]
        told = host.type(again[0])
        rows = json.loads(told.splitlines()[-1])["rows"]
        kept = Path(shutil.move(host.top / "backups", folder / "kept"))
        shutil.rmtree(host.top)
    with database_server("spare") as server:
        spare = bare(folder, "spare", server.port, server.programs, {})
        for block in (steps[1], steps[2], steps[4]):
            spare.type(block)
        shutil.copytree(kept, spare.top / "backups", dirs_exist_ok=True)
        told = spare.type(again[1], XIESHOU_PASSPHRASE=passphrase)
        back = next(json.loads(line)["rows"] for line in told.splitlines() if '"made_at"' in line)
        with Site(spare) as site:
            site.proxy.browser().sign_in("li.xiulan.84", passwords[1])
            spare.type(steps[-1])
    figures.append(
        Figure(
            "T16",
            RESTORED,
            "every row, the audit whole, sign-in, a healthy installation",
            f"{back} of {rows} rows, audit whole, signed in, the doctor says healthy",
            back == rows,
            "postgresql",
        )
    )
    return figures


def taken_away(site: Site, password: str) -> Figure:
    """One web server ends in order, the other is killed, each while somebody signs in again and again."""
    first, second = (f"web@{port}" for port in site.ports)
    with Traffic(site.proxy, "li.xiulan.84", password) as traffic:
        time.sleep(4)
        site.stop(first)
        time.sleep(8)
        site.start_web(site.ports[0])
        site.wait_for(site.ports[0])
        time.sleep(3)
        asked, wrong = traffic.asked, len(traffic.wrong)
        site.stop(second, signal.SIGKILL)
        time.sleep(8)
    site.start_web(site.ports[1])
    site.wait_for(site.ports[1])
    return Figure(
        "T24",
        "two web servers behind the proxy: one is stopped, later the other killed, while people sign in",
        "0 errors with one stopped; with one killed none but what it had in hand",
        f"stopped: {asked} sign-ins, {wrong} errors; killed: {traffic.told()}",
        wrong == 0 and len(traffic.wrong) <= 1 and traffic.asked > asked,
        "postgresql",
    )


def watched(site: Site, password: str) -> Figure:
    """What monitoring is told: readiness, figures, and a log in which nobody stands."""
    browser = site.proxy.browser()
    browser.sign_in("li.xiulan.84", password)
    ready = browser.get(f"{browser.address}/health/ready", timeout=10)
    address = f"http://{HOST}:{site.metrics[site.ports[0]]}/metrics"
    figures = requests.get(address, timeout=10).text
    named = [name for name in MEASURED if name not in figures]
    lines = site.log_of(f"web@{site.ports[0]}").read_text("utf-8").splitlines()
    other = [line for line in lines if not line.startswith("{")]
    personal = [line for line in lines if any(word in line for word in ("li.xiulan", "李秀兰", "?"))]
    return Figure(
        "T24",
        "what monitoring is told",
        "ready, all figures, a log of JSON lines with nobody in it",
        f"/health/ready {ready.status_code} {ready.text.strip()}; "
        f"{len(MEASURED) - len(named)} of {len(MEASURED)} figures; "
        f"{len(lines)} lines, {len(other)} not JSON, {len(personal)} with somebody in them"
        + (f": {(other + personal)[0][:150]}" if other or personal else ""),
        ready.status_code == 200 and not named and bool(lines) and not other and not personal,
        "postgresql",
    )


def rotated(site: Site, keys: list[str], password: str) -> Figure:
    """Follow the chapter on new keys while somebody signs in again and again."""
    with Traffic(site.proxy, "li.xiulan.84", password) as traffic:
        told = [site.host.type(block) for block in keys][-1]
        time.sleep(6)
    left = json.loads(told.splitlines()[-1])["left"]
    return Figure(
        "T16",
        "sealing keys changed as the guide says, while people sign in",
        "0 errors, nothing left under the old key",
        f"{traffic.asked} sign-ins, {len(traffic.wrong)} errors, {left} cells left"
        + (f"; {traffic.wrong[0]}" if traffic.wrong else ""),
        traffic.asked > 0 and not traffic.wrong and left == 0,
        "postgresql",
    )


def one_machine(folder: Path) -> list[Figure]:
    """The chapter without a database server: ``make run`` in a fresh clone."""
    program, port = folder / "program", free_port()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(program)], check=True)
    (block,) = Chapter.read(PAGE, "One machine, no database server").shell()
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XIESHOU_")}
    environment.pop("DATABASE_URL", None)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            ["bash", "-c", block.replace("PORT=8000", f"PORT={port}")],
            env=environment,
            cwd=program,
            start_new_session=True,
            stdout=log,
            stderr=log,
        )
    try:

        def answers() -> bool:
            if process.poll() is not None:
                raise GuideFailed((folder / "log").read_text()[-800:])
            with contextlib.suppress(requests.RequestException):
                return requests.get(f"http://{HOST}:{port}/sign-in", timeout=5).status_code == 200
            return False

        wait_until(answers, 900, "make run answers")
        minutes = (time.monotonic() - began) / 60
        done = subprocess.run(
            [".venv/bin/flask", "--app", "wsgi", "doctor", "--json"],
            env=environment,
            cwd=program,
            capture_output=True,
            text=True,
            check=False,
        )
        found = json.loads(done.stdout)
        bad = [one["told"] for one in found["findings"] if one["state"] not in ("good", "warning")]
        return [
            Figure(
                "T24",
                "the guide's chapter of one machine: make run in a fresh clone",
                "a healthy installation",
                f"answers after {minutes:.1f} min with the demo's people; the doctor says "
                + ("healthy" if found["healthy"] else "; ".join(bad)),
                bool(found["healthy"]),
                "sqlite",
            )
        ]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)


def run(database: str) -> list[Figure]:
    """Follow the chapter for this database, in a folder that goes away again."""
    folder = Path(tempfile.mkdtemp(prefix="xieshou-guide-"))
    try:
        return follow(folder) if database == "postgresql" else one_machine(folder)
    except (GuideFailed, TimeoutError) as problem:
        claim, goal = "the production guide, word by word from a bare folder", "a healthy installation"
        return [Figure("T24", claim, goal, str(problem)[:900], False, database)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(run))
