"""Where a person stands between register and job, derived from the person's placements."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import utc_now
from models.people.worker import Worker, WorkerState
from models.placement.placement import OPEN_OFFERS, WORKING, Placement, PlacementState

_BEFORE_ARRIVAL = (PlacementState.HIRED, PlacementState.DEPARTED)


def worker_status(states: set[PlacementState]) -> WorkerState:
    """The state of a person whose placements are in ``states``: the furthest of them counts."""
    if states.intersection(WORKING):
        return WorkerState.WORKING
    if states.intersection(_BEFORE_ARRIVAL):
        return WorkerState.HIRED
    return WorkerState.OFFERED if states.intersection(OPEN_OFFERS) else WorkerState.POOL


def update_worker_status(session: Session, worker: Worker) -> None:
    """Bring ``worker.state`` in line with the person's placements; a closed record stays closed."""
    if worker.state is WorkerState.CLOSED:
        return
    states = set(session.scalars(select(Placement.state).where(Placement.worker_id == worker.id)))
    status = worker_status(states)
    if worker.state is not status:
        worker.state, worker.state_since = status, utc_now()
