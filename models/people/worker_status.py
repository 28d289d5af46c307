"""Where a person stands between register and job, derived from what became of his offers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_now
from models.people.worker import Worker, WorkerState
from models.placement.placement import OPEN_OFFERS, WORKING, Placement, PlacementState

_BEFORE_ARRIVAL = (PlacementState.HIRED, PlacementState.DEPARTED)


def standing(states: set[PlacementState]) -> WorkerState:
    """Return the state of somebody whose placements are in ``states``: the furthest of them counts."""
    if states.intersection(WORKING):
        return WorkerState.WORKING
    if states.intersection(_BEFORE_ARRIVAL):
        return WorkerState.HIRED
    return WorkerState.OFFERED if states.intersection(OPEN_OFFERS) else WorkerState.POOL


def settle(session: Session, worker: Worker) -> None:
    """Bring ``worker.state`` in line with his placements; somebody who is no longer served stays so."""
    if worker.state is WorkerState.CLOSED:
        return
    states = set(session.scalars(select(Placement.state).where(Placement.worker_id == worker.id)))
    found = standing(states)
    if worker.state is not found:
        worker.state, worker.state_since = found, utc_now()
