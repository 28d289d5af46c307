"""The machine: settings, files, disk, clock, programs."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text

from app.commands.doctor.case import Case, Told, check, good, problem, warning
from models.audit import AuditEvent
from models.clock import utc_now

LEAST_FREE, LOW_FREE, MOST_DRIFT, MOST_LISTED = 1 << 30, 5 << 30, timedelta(seconds=5), 5


@check("settings", "every setting of the environment is safe (trust.md T18)")
def settings(case: Case) -> Iterator[Told]:
    """Each unsafe one by its name; the start is refused with them."""
    for unsafe in case.unsafe:
        told, _colon, mend = unsafe.partition(": ")
        yield problem(told, mend)


@check("mode", "the platform runs in production")
def mode(case: Case) -> Iterator[Told]:
    """A trial is no fault, but its accounts and cookies are a trial's."""
    if not case.in_production:
        yield warning(
            "this is a trial (XIESHOU_ENV is not production)", "docs/operations.md leads to production"
        )


@check("files", "its files are mode 600 in folders of mode 700")
def files(case: Case) -> Iterator[Told]:
    """Keys, database, queue, index, anchor: whatever lies in the instance folder or is named beside it."""
    named = [case.settings["INDEX_FOLDER"], case.settings["AUDIT_ANCHOR"]]
    if keys := case.env.get("XIESHOU_KEYS"):
        named.append(Path(keys))
    instance = case.settings["INSTANCE"]
    there = {instance, *instance.rglob("*"), *(path for path in named if path.exists())}
    loose = sorted(
        path for path in there if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    )
    if loose:
        names = ", ".join(map(str, loose[:MOST_LISTED])) + (" ..." if len(loose) > MOST_LISTED else "")
        yield problem(
            f"others may look into {names}", f"chmod -R go= {' '.join(map(str, loose[:MOST_LISTED]))}"
        )
    foreign = [
        path for path in (instance, *named) if path.exists() and not os.access(path, os.R_OK | os.W_OK)
    ]
    for path in foreign:
        yield problem(
            f"{path} cannot be read and written", f"chown it to the account that runs the platform: {path}"
        )


@check("disk", "at least 5 GiB are free where it writes")
def disk(case: Case) -> Iterator[Told]:
    """A full disk loses nothing, but stops every act."""
    free = shutil.disk_usage(case.settings["INSTANCE"]).free
    told = f"{free / (1 << 30):.1f} GiB are free in {case.settings['INSTANCE']}"
    if free < LEAST_FREE:
        yield problem(told, "make room: move old backups to another machine")
    elif free < LOW_FREE:
        yield warning(told, "make room before an import needs it")
    else:
        yield good(told)


@check("clock", "the clock is right, and the database's clock says the same")
def clock(case: Case) -> Iterator[Told]:
    """Deadlines, lessons and the audit rest on it; the newest act of the audit cannot lie ahead."""
    mend = "let the machine keep its time: timedatectl set-ntp true"
    now = utc_now()
    newest = case.session.scalar(select(AuditEvent.at).order_by(AuditEvent.id.desc()).limit(1))
    if newest and newest > now + MOST_DRIFT:
        yield problem(
            f"the clock says {now:%F %T} UTC, the newest act in the audit was at {newest:%F %T}", mend
        )
    if case.is_postgres:
        there: datetime = case.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        apart = abs(there.astimezone(UTC) - utc_now())
        if apart > MOST_DRIFT:
            yield problem(f"the database's clock is {apart.total_seconds():.0f} s away from this one", mend)


@check("programs", "pg_dump and pg_restore are as new as the server (PostgreSQL)")
def programs(case: Case) -> Iterator[Told]:
    """An older pg_dump refuses a newer server, on the night when the backup is needed."""
    if not case.is_postgres:
        yield good("SQLite is backed up by itself")
        return
    version: str = case.connection.execute(text("SHOW server_version")).scalar_one()
    server = int(version.partition(".")[0])
    mend = f"install the client programs of PostgreSQL {server} and put them on the PATH"
    for program in ("pg_dump", "pg_restore"):
        number = _version_of(program)
        if number is None:
            yield problem(f"{program} is not on the PATH", mend)
        elif number < server:
            yield problem(f"{program} is of PostgreSQL {number}, the server is {server}", mend)


def _version_of(program: str) -> int | None:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return None
    major = next((word.partition(".")[0] for word in told.stdout.split() if word[0].isdigit()), "")
    return int(major) if major.isdigit() else None
