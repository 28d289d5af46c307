"""Whom a question is asked of: the stored index for all who did not change, the database for those who did.

Both halves answer with the engine's own numbers and are merged: the answer is the one that reading everybody
from
the database would give.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

import matching
from app.match_runs import candidate_index, engine_input
from app.match_runs.candidate_index import NOBODY_PLACED, Stored
from app.match_runs.reserved_places import finished
from matching import Frame, WorkerIndex
from models.access import Actor, Permission, Role, scope_of
from models.people.worker import Worker, candidate_condition, sixteen_by
from models.people.worker_change import WorkerChange
from models.reference.area import Area

BY_COUNTY = (Role.COUNTY, Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
MOST_CHANGES = 20_000
# SQLite finds a few people by their numbers; given a subquery it would walk through the whole county.
NAMED_ONE_BY_ONE = 5_000


class _County:
    """The register's scope, asked of counties instead of people."""

    county_code = Area.code
    __scope__ = {role: rule for role, rule in Worker.__scope__.items() if role in BY_COUNTY}


@dataclass(frozen=True)
class Reach:
    """Whose data counts: a condition on ``worker``, and the same as a condition on ``area.code``.

    ``counties`` is None where the reach is not made of whole counties; then only the database is asked.
    """

    workers: ColumnElement[bool]
    counties: ColumnElement[bool] | None


def reach_of(actor: Actor, permission: Permission = Permission.WORKER_READ) -> Reach:
    """Return everybody whom ``actor`` may see under ``permission``."""
    roles = {right.role for right in actor.rights_for(permission)} & set(Worker.__scope__)
    counties = scope_of(actor, _County, permission) if roles <= set(BY_COUNTY) else None
    return Reach(scope_of(actor, Worker, permission), counties)


def reach_of_counties(codes: Iterable[str]) -> Reach:
    """Return everybody of some counties."""
    listed = list(codes)
    return Reach(Worker.county_code.in_(listed), Area.code.in_(listed))


class Part:
    """Some workers, stored or just read; only those whose bit is set in ``mask`` (uint64 words) count.

    ``renamed``: see :func:`open_pool`; a frame was read with it.
    """

    def __init__(
        self, source: Frame | Stored, mask: np.ndarray | None = None, renamed: Mapping[str, str] | None = None
    ) -> None:
        self._home, self._renamed = source if isinstance(source, Stored) else None, renamed or {}
        self.frame = source.index.frame if isinstance(source, Stored) else source
        self.mask = packed(np.ones(len(self.frame), bool)) if mask is None else mask

    def __len__(self) -> int:
        return count(self.mask)

    @cached_property
    def index(self) -> WorkerIndex:
        """These workers as the engine reads them."""
        return self._home.index if self._home else WorkerIndex(self.frame)

    @contextmanager
    def alone(self) -> Iterator[WorkerIndex]:
        """Let nobody else into the index's rows of bits, and nobody but these people into a scan.

        Every order asks that nobody is placed, and no candidate is: while this lasts, that row is the mask.
        The
        wishes mean what they mean to the asker.
        """
        with self._home.lock if self._home else nullcontext():
            index = self.index
            row = index.rows.number([NOBODY_PLACED])[NOBODY_PLACED]
            everybody, wishes = index.rows.bits[row].copy(), index.wishes
            index.rows.bits[row] = self.mask
            if self._home:
                index.wishes = self._home.wishes_as(self._renamed)
            try:
                yield index
            finally:
                index.rows.bits[row] = everybody
                index.wishes = wishes

    def numbers(self, bits: np.ndarray) -> np.ndarray:
        """Return the register's numbers of the people of a row of bits, int64, rising."""
        known = self._home.numbers if self._home else self.frame.ids.astype(np.int64)
        return known[unpacked(bits, len(known))]

    def unknown(self, column: str) -> np.ndarray:
        """Return who has told nothing in a column, as bits."""
        values = self.frame.columns[column]
        silent = np.array([value in (None, "", ()) for value in values.values], bool)
        return packed(silent[values.codes])


@dataclass(frozen=True)
class Pool:
    """The people of one question, in one or two parts, and the digest of what is known about them."""

    parts: list[Part]
    digest: str

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def best(self, order: matching.Order, top: int, card: matching.Scorecard) -> list[int]:
        """Return the numbers of the best ``top`` workers of an order, best first; equal points by lower
        number."""
        found = [pair for part in self.parts for pair in _best(part, order, top, card)]
        return [number for _points, number in sorted(found)[:top]]


def _best(part: Part, order: matching.Order, top: int, card: matching.Scorecard) -> list[tuple[int, int]]:
    """(minus points, number) of the best of one part."""
    if not len(part):
        return []
    with part.alone() as index:
        tables = matching.build_order_tables(index, [order])
        keys = matching.scan_all(index, tables, card, min(top, len(index)), 0).of_order
    _, _, positions, scores = matching.split_keys(keys)
    numbers = index.frame.ids[positions].astype(np.int64)
    return list(zip((-scores.astype(np.int64)).tolist(), numbers.tolist(), strict=True))


def pool_of_frame(frame: Frame) -> Pool:
    """Return everybody of a frame."""
    return Pool([Part(frame)], engine_input.frame_digest(frame))


def open_pool(session: Session, reach: Reach, day: date, renamed: Mapping[str, str]) -> Pool:
    """Return the candidates of ``reach`` on ``day``; ``renamed`` are the words settled for the asker's
    unit."""
    wanted = and_(candidate_condition(day), reach.workers)
    home = candidate_index.current(session) if reach.counties is not None else None
    if home is None or reach.counties is None:
        return pool_of_frame(engine_input.worker_frame(session, wanted, renamed=renamed))
    later = select(WorkerChange.worker_id).where(WorkerChange.id > home.watermark)
    sources = later, finished()
    changed = np.array(sorted({number for source in sources for number in session.scalars(source)}), np.int64)
    few = len(changed) <= NAMED_ONE_BY_ONE
    read = Worker.id.in_(changed.tolist()) if few else or_(*[Worker.id.in_(source) for source in sources])
    fresh = pool_of_frame(engine_input.worker_frame(session, and_(wanted, read), renamed=renamed))
    mask = _mask(home, _visible(session, home, reach.counties), changed, day)
    said = json.dumps(sorted(renamed.items()))
    digest = hashlib.sha256(f"{home.digest}{fresh.digest}{said}".encode() + mask.tobytes()).hexdigest()
    return Pool([Part(home, mask, renamed), *fresh.parts], digest)


def is_quick(session: Session) -> bool:
    """Tell whether a question can be answered while somebody waits: by the index, with few changes since."""
    home = candidate_index.current(session)
    return home is not None and changes_since(session, home) <= MOST_CHANGES


def changes_since(session: Session, home: Stored) -> int:
    """Return how many changes were noted after an index was built."""
    later = select(func.count()).select_from(WorkerChange).where(WorkerChange.id > home.watermark)
    return session.scalar(later) or 0


def _visible(session: Session, home: Stored, counties: ColumnElement[bool]) -> set[str]:
    known = select(Area.code).where(Area.code.in_(home.index.county.values), counties)
    return set(session.scalars(known))


def _mask(home: Stored, visible: set[str], changed: np.ndarray, day: date) -> np.ndarray:
    """Who of the index counts: in a visible county, sixteen by now, unchanged since it was built."""
    county = home.index.county
    mask = packed(np.array([code in visible for code in county.values], bool)[county.codes])
    grown = ("born_by", sixteen_by(day))
    with home.lock:
        row = home.index.rows.number([grown])[grown]  # makes the row where there is none: then look
        mask &= home.index.rows.bits[row]
    at = np.searchsorted(home.numbers, changed)
    at = at[at < len(home.numbers)]
    gone = np.zeros(len(home.numbers), bool)
    gone[at[np.isin(home.numbers[at], changed)]] = True
    return mask & ~packed(gone)


def packed(chosen: np.ndarray) -> np.ndarray:
    """Turn bools of shape (workers,) into uint64 words."""
    words = np.zeros((len(chosen) + 63) // 64, np.uint64)
    found = np.packbits(chosen, bitorder="little")
    words.view(np.uint8)[: len(found)] = found
    return words


def unpacked(words: np.ndarray, workers: int) -> np.ndarray:
    """Turn uint64 words into bools of shape (workers,)."""
    return np.unpackbits(words.view(np.uint8), bitorder="little", count=workers).astype(bool)


def count(words: np.ndarray) -> int:
    """Return how many bits are set."""
    return int(np.bitwise_count(words).sum())
