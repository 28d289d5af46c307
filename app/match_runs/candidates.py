"""The candidates of one order as a list to choose from: who is free first of all, sorted and narrowed.

A run is a snapshot. Whoever was taken by a class, an offer or a job since then stands in it all the same, so
the list asks anew what each person is doing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.match_runs import queries
from app.match_runs.bands import SeenPair
from app.match_runs.reserved_places import trained_for
from models.access import Actor
from models.jobs.order import Order
from models.match_run import MatchPair, MatchRun
from models.people.preference import stated_ranks
from models.people.standing import EMPLOYED, Pursuit, Standing, binding_for, standings, taken_elsewhere
from models.people.worker import Worker, WorkerState, candidate_condition
from models.placement.placement import FINAL, Placement
from models.row_security import looking_everywhere

ASKED = (Pursuit.OFFERED, Pursuit.ACCEPTED)
FREE, TAKEN, TRAINED, EVERYBODY = "", "taken", "trained", "all"
BY_RANK, BY_SCORE, BY_AGE, BY_NAME, BY_PLACE = "", "score", "age", "name", "place"
COMPLETE, TO_ASK = "complete", "ask"


@dataclass(frozen=True)
class Narrowing:
    """What the list shows and how it is sorted, as it stands in the address; "" is the usual."""

    q: str = ""
    show: str = FREE
    gaps: str = ""
    county: str = ""
    sort: str = BY_RANK

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Narrowing":
        """Take the known names from a query string."""
        return cls(**{one.name: values.get(one.name, "").strip()[:40] for one in fields(cls)})

    def filled(self) -> dict[str, Any]:
        """What is set."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}


@dataclass(frozen=True)
class Candidate:
    """One person of the list. ``taken`` is what keeps this person from being free for the order.

    ``wanted``: as which of three jobs (1 to 3) the person named this order; 0 for none. Not ``is_fit`` is who
    left the pool since the run, and who said no to this order or was turned down.
    """

    pair: MatchPair | SeenPair
    person: queries.Person
    is_trained: bool
    wanted: int
    is_fit: bool
    taken: tuple[Standing, ...]
    binding: Standing | None

    @property
    def is_free(self) -> bool:
        """Whether this person can be asked without taking anything from anybody."""
        return self.is_fit and not self.taken

    @property
    def can_be_asked(self) -> bool:
        """Whether the order may be offered at all: with a reason, where there is a ``binding``."""
        return self.is_fit and not any(
            one.pursuit in EMPLOYED or (one.pursuit in ASKED and one.order_id == self.pair.order_id)
            for one in self.taken
        )


@dataclass(frozen=True)
class CandidateList:
    """One page of the candidates, and what is true of all of them.

    ``lacking`` are required skills that nobody has; ``next_start`` is the place of the next page's first row.
    """

    page: Sequence[Candidate]
    count: int
    free: int
    taken: int
    trained: int
    lacking: tuple[str, ...]
    counties: dict[str, str]
    next_start: int | None


def candidate_list(
    session: Session, actor: Actor, run: MatchRun, order: Order, today: date, asked: Narrowing, start: int
) -> CandidateList:
    """The page of ``asked`` that begins at row ``start``; at most 200 people stand in a run."""
    everybody = _candidates(session, actor, run, order, today)
    rows = sorted((one for one in everybody if _is_asked_for(one, asked)), key=_SORTED[_sort_of(asked)])
    end = start + queries.PAGE
    return CandidateList(
        page=rows[start:end],
        count=len(rows),
        free=sum(one.is_free for one in everybody),
        taken=sum(not one.is_free for one in everybody),
        trained=sum(one.is_trained for one in everybody),
        lacking=_lacked_by_all(everybody),
        counties={one.person.county: one.person.county for one in everybody},
        next_start=end if len(rows) > end else None,
    )


def _candidates(session: Session, actor: Actor, run: MatchRun, order: Order, today: date) -> list[Candidate]:
    statement = select(MatchPair).where(MatchPair.run_id == run.id, MatchPair.order_id == order.id)
    pairs = session.scalars(statement.order_by(MatchPair.rank)).all()
    ids = [pair.worker_id for pair in pairs]
    known = queries.people(session, actor, ids, today)
    doing = standings(session, ids)
    wanted = stated_ranks(session, ids) if not run.enterprise_id else {}
    with looking_everywhere(session, "who of a run's list is still free, and who was trained for its order"):
        trained = trained_for(session, Worker.id.in_(ids))
        fit = _fit(session, ids, today) - _finished_with(session, order)
    return [
        Candidate(
            pair=SeenPair.of(pair) if run.enterprise_id else pair,
            person=known[pair.worker_id],
            is_trained=str(order.id) in trained.get(pair.worker_id, ()),
            wanted=wanted.get(pair.worker_id, {}).get(order.id, 0),
            is_fit=pair.worker_id in fit,
            taken=taken_elsewhere(doing[pair.worker_id], order.id),
            binding=binding_for(doing[pair.worker_id], order.id),
        )
        for pair in pairs
        if pair.worker_id in known
    ]


def _fit(session: Session, ids: list[int], today: date) -> set[int]:
    """Those who may still be recommended at all; one with offers may choose between them."""
    offered = and_(
        Worker.state == WorkerState.OFFERED, Worker.merged_into_id.is_(None), Worker.erased_at.is_(None)
    )
    wanted = select(Worker.id).where(Worker.id.in_(ids), or_(candidate_condition(today), offered))
    return set(session.scalars(wanted))


def _finished_with(session: Session, order: Order) -> set[int]:
    said_no = select(Placement.worker_id).where(Placement.order_id == order.id, Placement.state.in_(FINAL))
    return set(session.scalars(said_no))


def _lacked_by_all(everybody: Sequence[Candidate]) -> tuple[str, ...]:
    if not everybody:
        return ()
    shared = set.intersection(*(set(one.pair.missing_skills) for one in everybody))
    return tuple(name for name in everybody[0].pair.missing_skills if name in shared)


def _is_asked_for(one: Candidate, asked: Narrowing) -> bool:
    shown = {TAKEN: not one.is_free, TRAINED: one.is_trained, EVERYBODY: True}.get(asked.show, one.is_free)
    gap = {
        COMPLETE: not one.pair.missing_skills and not one.pair.needs,
        TO_ASK: bool(one.pair.needs),
    }.get(asked.gaps, True)
    person = one.person
    called = not asked.q or person.masked or asked.q in person.name or asked.q in person.place
    return shown and gap and called and asked.county in ("", person.county)


def _sort_of(asked: Narrowing) -> str:
    return asked.sort if asked.sort in _SORTED else BY_RANK


_SORTED: dict[str, Any] = {
    BY_RANK: lambda one: (not one.is_trained, one.pair.rank),
    BY_SCORE: lambda one: one.pair.rank,
    BY_AGE: lambda one: (one.person.age, one.pair.rank),
    BY_NAME: lambda one: (one.person.name, one.pair.rank),
    BY_PLACE: lambda one: (one.person.county, one.person.place, one.pair.rank),
}
