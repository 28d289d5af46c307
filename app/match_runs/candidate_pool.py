"""Which candidates a run counts on: the index for all who did not change, the database for those who did.

Both parts answer with the engine's own figures and are merged: the result is the one that reading all
candidates from the database would give.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

import matching
from app.match_runs import candidate_index, engine_input
from app.match_runs.candidate_index import CandidateIndex
from app.match_runs.reserved_places import finished
from matching import Frame, pack_bits
from models.access import Actor, Permission, Role, scope_of
from models.people.worker import Worker, candidate_condition, sixteen_by
from models.people.worker_change import WorkerChange
from models.reference.area import Area

BY_COUNTY = (Role.COUNTY, Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
MOST_CHANGES = 20_000
# SQLite finds a few workers by their numbers; given a subquery it would walk through the whole county.
MOST_LISTED = 5_000


class _County:
    """The register's scope, asked of counties instead of workers."""

    county_code = Area.code
    __scope__ = {role: rule for role, rule in Worker.__scope__.items() if role in BY_COUNTY}


@dataclass(frozen=True)
class Reach:
    """Whose data counts: a condition on ``worker``, and the same as a condition on ``area.code``.

    ``counties`` is None where only the database can tell. ``is_whole``: everybody of these counties is meant,
    not only the people of some of their townships.
    """

    workers: ColumnElement[bool]
    counties: ColumnElement[bool] | None
    is_whole: bool = True


def reach_of(actor: Actor, permission: Permission = Permission.WORKER_READ) -> Reach:
    """All whom ``actor`` may see under ``permission``."""
    rights = actor.rights_for(permission)
    roles = {right.role for right in rights} & set(Worker.__scope__)
    workers = scope_of(actor, Worker, permission)
    if roles == {Role.TOWNSHIP}:
        codes = {right.area_code[:6] for right in rights if right.area_code}
        return Reach(workers, Area.code.in_(sorted(codes)), is_whole=False)
    return Reach(workers, scope_of(actor, _County, permission) if roles <= set(BY_COUNTY) else None)


def reach_of_counties(codes: Iterable[str]) -> Reach:
    """All workers of some counties."""
    listed = list(codes)
    return Reach(Worker.county_code.in_(listed), Area.code.in_(listed))


@dataclass(frozen=True)
class PoolPart:
    """Some workers, of the index or just read, and their numbers in the register (int64, rising)."""

    workers: matching.Selection
    numbers: np.ndarray

    def __len__(self) -> int:
        return len(self.workers)

    def numbers_of(self, bits: np.ndarray) -> list[int]:
        """The numbers of the workers of a row of bits, rising."""
        numbers: list[int] = self.numbers[self.workers.positions(bits)].tolist()
        return numbers

    def best(self, order: matching.Order, top: int, scorecard: matching.Scorecard) -> list[tuple[int, int]]:
        """(minus points, number) of the best."""
        positions, points = self.workers.best(order, top, scorecard)
        return list(zip((-points.astype(np.int64)).tolist(), self.numbers[positions].tolist(), strict=True))


@dataclass(frozen=True)
class CandidatePool:
    """The candidates of one run, in one or two parts, and the digest of what is known about them."""

    parts: list[PoolPart]
    digest: str

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def best(self, order: matching.Order, top: int, scorecard: matching.Scorecard) -> list[int]:
        """The numbers of the best ``top`` workers of an order, best first; equal points by lower number."""
        pairs = [pair for part in self.parts for pair in part.best(order, top, scorecard)]
        return [number for _points, number in sorted(pairs)[:top]]


def pool_of_frame(frame: Frame, day: date) -> CandidatePool:
    """All workers of a frame."""
    part = PoolPart(matching.Selection(frame, day), frame.ids.astype(np.int64))
    return CandidatePool([part], engine_input.frame_digest(frame))


def open_pool(session: Session, reach: Reach, day: date, renamed: Mapping[str, str]) -> CandidatePool:
    """The candidates of ``reach`` on ``day``; ``renamed`` are the words settled for the asker's unit."""
    wanted = and_(candidate_condition(day), reach.workers)
    index = candidate_index.current(session) if reach.counties is not None else None
    if index is None or reach.counties is None:
        return pool_of_frame(engine_input.worker_frame(session, wanted, renamed=renamed), day)
    later = select(WorkerChange.worker_id).where(WorkerChange.id > index.watermark)
    sources = later, finished()
    changed = np.array(sorted({number for source in sources for number in session.scalars(source)}), np.int64)
    few = len(changed) <= MOST_LISTED
    read = Worker.id.in_(changed.tolist()) if few else or_(*[Worker.id.in_(source) for source in sources])
    fresh = pool_of_frame(engine_input.worker_frame(session, and_(wanted, read), renamed=renamed), day)
    mask = _mask(index, _visible(session, index, reach.counties), changed, day)
    if not reach.is_whole:
        own = session.scalars(select(Worker.id).where(reach.workers).order_by(Worker.id)).all()
        mask &= pack_bits(_found(index, np.array(own, np.int64)))
    names = json.dumps(sorted(renamed.items()))
    digest = hashlib.sha256(f"{index.digest}{fresh.digest}{names}".encode() + mask.tobytes()).hexdigest()
    # Wishes mean what they mean to the asker: the index itself knows no renamed words.
    indexed = PoolPart(matching.Selection(index.engine_index, day, mask, renamed), index.numbers)
    return CandidatePool([indexed, *fresh.parts], digest)


def is_quick(session: Session) -> bool:
    """Whether an order's run is done while its asker waits: by the index, with few changes since."""
    index = candidate_index.current(session)
    return index is not None and changes_since(session, index) <= MOST_CHANGES


def changes_since(session: Session, index: CandidateIndex) -> int:
    """How many changes were noted after an index was built."""
    later = select(func.count()).select_from(WorkerChange).where(WorkerChange.id > index.watermark)
    return session.scalar(later) or 0


def _visible(session: Session, index: CandidateIndex, counties: ColumnElement[bool]) -> set[str]:
    seen = select(Area.code).where(Area.code.in_(index.engine_index.county.values), counties)
    return set(session.scalars(seen))


def _mask(index: CandidateIndex, visible: set[str], changed: np.ndarray, day: date) -> np.ndarray:
    """Bits of those who count: in a visible county, sixteen by now, unchanged since the index was built."""
    county = index.engine_index.county
    mask = pack_bits(np.array([code in visible for code in county.values], bool)[county.codes])
    mask &= index.engine_index.born_by(sixteen_by(day))
    return np.asarray(mask & ~pack_bits(_found(index, changed)))


def _found(index: CandidateIndex, numbers: np.ndarray) -> np.ndarray:
    """Which people of the index are among ``numbers``, which rise."""
    at = np.searchsorted(index.numbers, numbers)
    at = at[at < len(index.numbers)]
    found = np.zeros(len(index.numbers), bool)
    found[at[np.isin(index.numbers[at], numbers)]] = True
    return found
