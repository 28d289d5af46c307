"""The same step for several people at once: good rows are done, the others named with their reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.i18n import Refusal, Sentence
from models.people.worker import Worker
from models.placement.placement import Placement
from models.workflow import IllegalTransition


@dataclass
class BulkOutcome:
    """What became of each row, in the order given."""

    done: list[Placement] = field(default_factory=list)
    refused: list[tuple[Placement, Sentence]] = field(default_factory=list)


def each(
    session: Session, placements: Sequence[Placement], step: Callable[[Placement], object]
) -> BulkOutcome:
    """Take ``step`` for each of ``placements``, in a savepoint of its own.

    All their people are locked first, by number, so that two who work through crossing lists wait for each
    other once, and not for ever; the places then go in the order of ``placements``.
    """
    people = sorted({placement.worker_id for placement in placements})
    session.execute(select(Worker.id).where(Worker.id.in_(people)).order_by(Worker.id).with_for_update())
    outcome = BulkOutcome()
    for placement in placements:
        try:
            with session.begin_nested():
                step(placement)
                session.flush()
        except Refusal as refusal:
            outcome.refused.append((placement, refusal.sentence))
        except (IllegalTransition, StaleDataError):
            session.refresh(placement)
            outcome.refused.append((placement, _moved_on(placement)))
        else:
            outcome.done.append(placement)
    return outcome


def _moved_on(placement: Placement) -> Sentence:
    return Sentence("现在是“%(state)s”，这一步办不了", {"state": placement.state})
