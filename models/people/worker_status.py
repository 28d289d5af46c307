"""Where a person stands between register and job, derived from placements and employment spells."""

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from models.clock import utc_now
from models.employment.spell import EmploymentSpell
from models.people.worker import Worker, WorkerState
from models.placement.placement import OPEN_OFFERS, WORKING, Placement, PlacementState

_BEFORE_ARRIVAL = (PlacementState.HIRED, PlacementState.DEPARTED)


def worker_status(states: set[PlacementState], has_work: bool = False) -> WorkerState:
    """The state of a person whose placements are in ``states``: the furthest of them counts.

    ``has_work``: works somewhere, through the platform or not, and has not asked for another job. Where
    nothing is known of work (unknown is no "no"), the person stays in the pool.
    """
    if states.intersection(WORKING):
        return WorkerState.WORKING
    if states.intersection(_BEFORE_ARRIVAL):
        return WorkerState.HIRED
    if has_work:
        return WorkerState.WORKING
    return WorkerState.OFFERED if states.intersection(OPEN_OFFERS) else WorkerState.POOL


def update_worker_status(session: Session, worker: Worker) -> None:
    """Bring ``worker.state`` in line with placements and spells; a closed record stays closed."""
    if worker.state is WorkerState.CLOSED:
        return
    status = worker_status(*_known_of(session, worker.id))
    if worker.state is not status:
        worker.state, worker.state_since = status, utc_now()


def _known_of(session: Session, worker_id: int) -> tuple[set[PlacementState], bool]:
    """The states of a person's placements, and whether a spell goes on: one question, asked at every step."""
    spell = EmploymentSpell
    goes_on = select(literal(None)).where(
        spell.worker_id == worker_id, spell.ended_on.is_(None), spell.seeks_other.is_not(True)
    )
    states = select(Placement.state).where(Placement.worker_id == worker_id)
    said = set(session.scalars(states.union_all(goes_on)))
    return said - {None}, None in said
