"""The candidates' index on this machine's disk: built from the database, opened by memory map.

``INDEX/current`` holds the name of the folder in use; building writes a new folder, then renames the pointer.
A reader has mapped everything when it has opened a folder, so that the old one can go at once: those who were
erased are not in the files any more. No name, number or telephone is in them, only what the engine reads.
"""

import fcntl
import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from flask import current_app
from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

import matching
from app.match_runs import engine_input
from matching import Frame, StoredIndex, WorkerIndex, save_index
from models.jobs.order import Order
from models.people.worker import Worker, candidate_condition
from models.people.worker_change import WorkerChange

DAY = 86_400
# The database forgets changes after KEPT days; an index older than USABLE is not asked any more.
KEPT, USABLE = 7 * DAY, 6 * DAY
# PostgreSQL may show a change later than one with a higher number. In seconds, longer than any transaction.
LATEST_COMMIT = {"sqlite": 0, "postgresql": 3600}
MOST_ROWS = 1200
READ_AT_ONCE = 20_000


@dataclass
class CandidateIndex:
    """An opened index, true for every worker who is not among the changes after ``watermark``.

    ``made_at``: seconds since 1970, by the same clock as ``worker_change.at``.
    """

    name: str
    engine_index: StoredIndex
    watermark: int
    made_at: int
    digest: str

    @cached_property
    def numbers(self) -> np.ndarray:
        """The workers' numbers, int64, rising."""
        return self.engine_index.frame.ids.astype(np.int64)


def folder() -> Path:
    """Where this machine keeps its index."""
    return Path(current_app.config["INDEX_FOLDER"])


def rebuild(session: Session, today: date, reading: Callable[[], None]) -> dict[str, Any]:
    """Build the index anew and put it in the place of the old one; returns workers, seconds and bytes.

    ``reading`` makes the present transaction one that only reads. Candidates of any age are in it: birthdays
    are counted on the day of the run that asks.
    """
    begun = time.monotonic()
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / "building").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        target, workers = _build(session, today, reading)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    return {"workers": workers, "seconds": round(time.monotonic() - begun, 1), "bytes": size}


def _build(session: Session, today: date, reading: Callable[[], None]) -> tuple[Path, int]:
    watermark, made_at = _watermark(session), int(time.time())
    workers = _candidates(session, reading)
    orders = _open_orders(session, today)
    session.rollback()
    index = WorkerIndex(workers)
    index.prepare_for(orders, today)
    target = folder() / f"{made_at}-{uuid4().hex[:8]}"
    save_index(index, target)
    about = {"watermark": watermark, "made_at": made_at, "digest": _digest(target)}
    (target / "about.json").write_text(json.dumps(about), "utf-8")
    _point_to(target.name)
    return target, len(index)


def _candidates(session: Session, reading: Callable[[], None]) -> Frame:
    """Of any age, without what they were trained for: those who finished a class are read for each run.

    Read a piece at a time, each in a transaction of its own: on SQLite a reader keeps writers waiting. What
    changes meanwhile is noted after the watermark.
    """
    last, pieces = session.scalar(select(func.max(Worker.id))) or 0, list[Frame]()
    for first in range(0, last + 1, READ_AT_ONCE):
        inside = Worker.id.between(first, first + READ_AT_ONCE - 1)
        pieces.append(engine_input.worker_frame(session, and_(candidate_condition(date.max), inside)))
        session.rollback()
        reading()
    frame = engine_input.joined(pieces)
    untrained = {"trained_for": engine_input.constant((), len(frame))}
    return Frame(frame.kind, frame.ids, {**frame.columns, **untrained})


def forget_changes(session: Session) -> None:
    """Throw away the notes of changes that no usable index needs."""
    newest = select(func.max(WorkerChange.id)).scalar_subquery()  # stays: numbers must never start again
    session.execute(
        delete(WorkerChange).where(WorkerChange.at < int(time.time()) - KEPT, WorkerChange.id < newest)
    )


def _watermark(session: Session) -> int:
    margin = LATEST_COMMIT[session.get_bind().dialect.name]
    sure = select(func.max(WorkerChange.id))
    if margin:
        sure = sure.where(WorkerChange.at < int(time.time()) - margin)
    return session.scalar(sure) or 0


def _open_orders(session: Session, today: date) -> list[matching.Order]:
    orders = session.scalars(select(Order).where(Order.takes_people(today)).order_by(Order.id)).all()
    return engine_input.engine_orders(session, orders, today, {})


def _digest(target: Path) -> str:
    """SHA-256 over all files: equal registers give equal indexes."""
    digest = hashlib.sha256()
    for path in sorted(path for path in target.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _point_to(name: str) -> None:
    """Rename the new pointer over the old one, then remove every other folder."""
    pointer = folder() / f".{name}"
    pointer.write_text(name, "utf-8")
    os.replace(pointer, folder() / "current")
    for old in folder().iterdir():
        if old.is_dir() and old.name != name:
            shutil.rmtree(old, ignore_errors=True)


_opened: dict[Path, CandidateIndex] = {}
_opening = threading.Lock()


def current(session: Session) -> CandidateIndex | None:
    """The index in use, opened once per process; None where there is none that can be trusted.

    Not trusted: one so old that changes since then are forgotten, and one that knows of changes this database
    has never had (a backup was put back).
    """
    with _opening:
        index = _open()
    if index is None or index.made_at < time.time() - USABLE:
        return None
    newest = session.scalar(select(func.max(WorkerChange.id))) or 0
    return index if newest >= index.watermark else None


def exists() -> bool:
    """Whether this machine has an index."""
    return (folder() / "current").exists()


def is_stale(session: Session, worker_id: int) -> bool:
    """Whether this machine's index holds outdated data of ``worker_id`` (0: of any worker)."""
    try:
        name = (folder() / "current").read_text("utf-8")
        about = json.loads((folder() / name / "about.json").read_text("utf-8"))
    except FileNotFoundError:
        return False
    later = select(WorkerChange.id).where(WorkerChange.id > about["watermark"])
    if worker_id:
        later = later.where(WorkerChange.worker_id == worker_id)
    return session.scalar(later.limit(1)) is not None


def _open() -> CandidateIndex | None:
    place = folder()
    for _attempt in range(3):
        try:
            name = (place / "current").read_text("utf-8")
            opened = _opened.get(place)
            if opened is None or opened.name != name or len(opened.engine_index.rows) > MOST_ROWS:
                _opened[place] = _read(place / name)
            return _opened[place]
        except FileNotFoundError:  # none at all, or just replaced by a newer one
            continue
        except ValueError:  # made by another version of the engine
            break
    return None


def _read(target: Path) -> CandidateIndex:
    """Open a folder and map all its files."""
    index = StoredIndex(target, mode="c")
    index.read_all()
    about = json.loads((target / "about.json").read_text("utf-8"))
    return CandidateIndex(target.name, index, **about)
