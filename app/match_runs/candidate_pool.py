"""Whom a question is asked of: the stored index for all who did not change, the database for those who did.

Both halves answer with the engine's own numbers and are merged: the answer is the one that reading everybody
from
the database would give.
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


@dataclass(frozen=True)
class Part:
    """Some workers, stored or just read, and everybody's number in the register (int64, rising)."""

    people: matching.Selection
    numbers: np.ndarray

    def __len__(self) -> int:
        return len(self.people)

    def numbers_of(self, bits: np.ndarray) -> list[int]:
        """The numbers of the people of a row of bits, rising."""
        numbers: list[int] = self.numbers[self.people.positions(bits)].tolist()
        return numbers

    def best(self, order: matching.Order, top: int, card: matching.Scorecard) -> list[tuple[int, int]]:
        """(minus points, number) of the best."""
        positions, points = self.people.best(order, top, card)
        return list(zip((-points.astype(np.int64)).tolist(), self.numbers[positions].tolist(), strict=True))


def part_of_index(
    home: CandidateIndex, day: date, mask: np.ndarray | None = None, renamed: Mapping[str, str] | None = None
) -> Part:
    """The workers of the index whose bit is set in ``mask``; wishes mean what they mean to the asker."""
    return Part(matching.Selection(home.index, day, mask, renamed), home.numbers)


@dataclass(frozen=True)
class CandidatePool:
    """The people of one question, in one or two parts, and the digest of what is known about them."""

    parts: list[Part]
    digest: str

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def best(self, order: matching.Order, top: int, card: matching.Scorecard) -> list[int]:
        """Return the numbers of the best ``top`` workers of an order, best first; equal points by lower
        number."""
        pairs = [pair for part in self.parts for pair in part.best(order, top, card)]
        return [number for _points, number in sorted(pairs)[:top]]


def pool_of_frame(frame: Frame, day: date) -> CandidatePool:
    """Everybody of a frame."""
    part = Part(matching.Selection(frame, day), frame.ids.astype(np.int64))
    return CandidatePool([part], engine_input.frame_digest(frame))


def open_pool(session: Session, reach: Reach, day: date, renamed: Mapping[str, str]) -> CandidatePool:
    """Return the candidates of ``reach`` on ``day``; ``renamed`` are the words settled for the asker's
    unit."""
    wanted = and_(candidate_condition(day), reach.workers)
    home = candidate_index.current(session) if reach.counties is not None else None
    if home is None or reach.counties is None:
        return pool_of_frame(engine_input.worker_frame(session, wanted, renamed=renamed), day)
    later = select(WorkerChange.worker_id).where(WorkerChange.id > home.watermark)
    sources = later, finished()
    changed = np.array(sorted({number for source in sources for number in session.scalars(source)}), np.int64)
    few = len(changed) <= NAMED_ONE_BY_ONE
    read = Worker.id.in_(changed.tolist()) if few else or_(*[Worker.id.in_(source) for source in sources])
    fresh = pool_of_frame(engine_input.worker_frame(session, and_(wanted, read), renamed=renamed), day)
    mask = _mask(home, _visible(session, home, reach.counties), changed, day)
    said = json.dumps(sorted(renamed.items()))
    digest = hashlib.sha256(f"{home.digest}{fresh.digest}{said}".encode() + mask.tobytes()).hexdigest()
    return CandidatePool([part_of_index(home, day, mask, renamed), *fresh.parts], digest)


def is_quick(session: Session) -> bool:
    """Tell whether a question can be answered while somebody waits: by the index, with few changes since."""
    home = candidate_index.current(session)
    return home is not None and changes_since(session, home) <= MOST_CHANGES


def changes_since(session: Session, home: CandidateIndex) -> int:
    """Return how many changes were noted after an index was built."""
    later = select(func.count()).select_from(WorkerChange).where(WorkerChange.id > home.watermark)
    return session.scalar(later) or 0


def _visible(session: Session, home: CandidateIndex, counties: ColumnElement[bool]) -> set[str]:
    known = select(Area.code).where(Area.code.in_(home.index.county.values), counties)
    return set(session.scalars(known))


def _mask(home: CandidateIndex, visible: set[str], changed: np.ndarray, day: date) -> np.ndarray:
    """Who of the index counts: in a visible county, sixteen by now, unchanged since it was built."""
    county = home.index.county
    mask = pack_bits(np.array([code in visible for code in county.values], bool)[county.codes])
    mask &= home.index.born_by(sixteen_by(day))
    at = np.searchsorted(home.numbers, changed)
    at = at[at < len(home.numbers)]
    gone = np.zeros(len(home.numbers), bool)
    gone[at[np.isin(home.numbers[at], changed)]] = True
    return mask & ~pack_bits(gone)
