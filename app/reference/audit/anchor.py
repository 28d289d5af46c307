"""The anchor: a file outside the database to which the chain's newest number and hash are added every hour.

Each line is sealed under the audit's key together with the line before it. Who holds the database and the
file, but not the key, can write no line that fits, and leave none out between two; who cuts the end off
leaves a line that is too old, and later two with more than two hours between them.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import IO

from models import vault
from models.audit import GENESIS
from models.audit_alarms import Alarm

LATE = timedelta(hours=2)


@dataclass(frozen=True)
class Line:
    """The chain's newest ``number`` and ``hash`` at an instant; ``mac`` covers them and the line before."""

    number: int
    hash: str
    at: datetime
    key_id: int
    mac: str

    def written(self) -> str:
        """The line as it stands in the file."""
        values = {"number": self.number, "hash": self.hash, "at": self.at.isoformat(), "key": self.key_id}
        return json.dumps(values | {"mac": self.mac}) + "\n"


def _mac(number: int, kept: str, at: datetime, key_id: int, before: str) -> str:
    parts = "anchor", number, kept, at.isoformat(), key_id, before
    return vault.audit_mac(json.dumps(parts).encode(), key_id)


@dataclass(frozen=True)
class Anchor:
    """What a file says. ``forged_at`` is its first line that does not fit.

    ``old`` is the one pair that was kept before lines were sealed; ``seam`` what the next line is tied to.
    """

    exists: bool
    lines: tuple[Line, ...] = ()
    forged_at: int | None = None
    old: tuple[int, str] | None = None
    seam: str = GENESIS

    @property
    def hashes(self) -> dict[int, str]:
        """What must stand in the chain, by number."""
        kept = {line.number: line.hash for line in self.lines}
        return kept | dict([self.old] if self.old else [])

    @property
    def gaps(self) -> list[tuple[datetime, datetime]]:
        """When more than two hours passed between two lines: nobody wrote, or what was written was cut."""
        times = [line.at for line in self.lines]
        return [(one, two) for one, two in pairwise(times) if two - one > LATE]

    def alarms(self, now: datetime) -> list[Alarm]:
        """What is wrong with the file itself."""
        if not self.exists:
            return [Alarm.ANCHOR_MISSING]
        if self.forged_at is not None:
            return [Alarm.ANCHOR_FORGED]
        if not self.lines:
            return [Alarm.ANCHOR_EMPTY]  # an old pair was sealed by nobody: it does not count by itself
        return [Alarm.ANCHOR_STALE] if now - self.lines[-1].at > LATE else []


def read(path: Path) -> Anchor:
    """What the file says."""
    return _parsed(path.read_text("utf-8", "replace")) if path.exists() else Anchor(False)


def _parsed(text: str) -> Anchor:
    told, old, seam, key_id = text.splitlines(), None, GENESIS, 0
    lines: list[Line] = []
    if told and told[0].startswith("["):  # before lines were sealed there was one pair
        old, seam = _old_pair(told[0]), hashlib.sha256(told[0].encode()).hexdigest()
        if old is None:
            return Anchor(True, forged_at=1)
        told = told[1:]
    for number, one in enumerate(told, 1 + (old is not None)):
        line = _fitting(one, seam, lines[-1] if lines else None, key_id)
        if line is None:
            return Anchor(True, tuple(lines), number, old, seam)
        lines.append(line)
        seam, key_id = line.mac, line.key_id
    return Anchor(True, tuple(lines), None, old, seam)


def _old_pair(text: str) -> tuple[int, str] | None:
    try:
        number, kept = json.loads(text)
        return int(number), str(kept)
    except (TypeError, ValueError):
        return None


def _fitting(text: str, seam: str, before: Line | None, least_key: int) -> Line | None:
    """The line, or None for one that no holder of the key wrote in this place."""
    try:
        told = json.loads(text)
        at = datetime.fromisoformat(told["at"])
        line = Line(int(told["number"]), told["hash"], at, int(told["key"]), told["mac"])
        right = _mac(line.number, line.hash, line.at, line.key_id, seam)
    except (KeyError, TypeError, ValueError, vault.VaultLocked):
        return None
    in_order = before is None or (before.number <= line.number and before.at <= line.at)
    return line if in_order and line.mac == right and line.key_id >= least_key else None


@contextmanager
def _held(path: Path, flags: int) -> Iterator[IO[str]]:
    """The file, opened for its owner alone; nobody else writes meanwhile."""
    with os.fdopen(os.open(path, flags, 0o600), "r+", encoding="utf-8", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def begin(path: Path, newest: tuple[int, str], now: datetime) -> None:
    """Write the first sealed line of a file that is missing, empty or holds the pair of old. Raises
    FileExistsError for any other."""
    with _held(path, os.O_RDWR | os.O_CREAT) as file:
        anchor = _parsed(file.read())
        if anchor.lines or anchor.forged_at is not None:
            raise FileExistsError(path)
        _add(file, newest, now, anchor.seam)


def append(path: Path, newest: tuple[int, str], now: datetime) -> None:
    """Add a line. Raises ValueError where the file as it stands does not fit, or is ahead of ``newest``."""
    with _held(path, os.O_RDWR) as file:
        anchor = _parsed(file.read())
        last = anchor.lines[-1] if anchor.lines else None
        if anchor.forged_at is not None or (last and last.number > newest[0]):
            raise ValueError("the anchor does not fit the chain")
        _add(file, newest, now, anchor.seam)


def _add(file: IO[str], newest: tuple[int, str], now: datetime, seam: str) -> None:
    key_id = vault.audit_key_in_use()
    line = Line(*newest, now, key_id, _mac(*newest, now, key_id, seam))
    end = file.seek(0, os.SEEK_END)
    file.seek(max(end - 1, 0))
    if end and file.read(1) != "\n":
        file.write("\n")
    file.seek(0, os.SEEK_END)
    file.write(line.written())
    file.flush()
    os.fsync(file.fileno())
