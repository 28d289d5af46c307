"""How long a command takes and how much memory it and its children hold together."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from app.kit.files.sandbox import Used

STEP_SECONDS = 0.02


ROOT = Path(__file__).resolve().parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
PREPARE = "from tests.factories.watched_process import prepare; prepare()"


def prepare() -> None:
    """Make the tables and load the reference facts of a fresh instance."""
    from app import create_app
    from app.commands.reference_load import load_all
    from app.kit.web.extensions import db
    from models.base import Base

    with create_app().app_context():
        Base.metadata.create_all(db.engine)
        load_all(db.session)
        db.session.commit()


class Seen(NamedTuple):
    """What was seen of a command: seconds by the clock and of processor, the most memory (MiB) its whole tree
    held at one moment, its output."""

    seconds: float
    processor_seconds: float
    peak_mib: float
    output: str


def watch(command: list[str], environment: dict[str, str]) -> Seen:
    """Run a command to its end. Raises RuntimeError when it fails."""
    start, used = time.perf_counter(), processor_seconds()
    with subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    ) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(resident(number) for number in tree(process.pid)))
            time.sleep(STEP_SECONDS)
        output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Seen(time.perf_counter() - start, processor_seconds() - used, peak / 1024**2, output)


def processor_seconds() -> float:
    """Return what all children that ended have used of a processor, so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def own_seconds() -> float:
    """Return what this process, all its children that ended and its readers of files have used of a
    processor; a machine with company does not lengthen it."""
    return time.process_time() + processor_seconds() + Used.seconds


def tree(root: int) -> list[int]:
    """Return a process and all that it started."""
    found = [root]
    for number in found:
        try:
            found += map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split())
        except OSError:
            continue
    return found


def worked(number: int) -> float:
    """Return the seconds of processor a process has used so far; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(number: int) -> int:
    """Return the bytes of memory a process holds; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{number}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
