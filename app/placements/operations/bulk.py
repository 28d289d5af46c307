"""The same step for several people at once: good rows are done, the others named with their reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models.i18n import Refusal, Sentence
from models.people.worker import Worker
from models.placement.placement import FollowUp, Placement
from models.workflow import IllegalTransition

Row = TypeVar("Row", Placement, FollowUp)


@dataclass
class BulkOutcome(Generic[Row]):
    """What became of each row, in the order given."""

    done: list[Row] = field(default_factory=list)
    refused: list[tuple[Row, Sentence]] = field(default_factory=list)


def placement_of(row: Placement | FollowUp) -> Placement:
    """Whom and which job a row is about."""
    return row.placement if isinstance(row, FollowUp) else row


def each(session: Session, rows: Sequence[Row], step: Callable[[Row], object]) -> BulkOutcome[Row]:
    """Take ``step`` for each of ``rows``, in a savepoint of its own.

    All their people are locked first, by number, so that two who work through crossing lists wait for each
    other once, and not for ever; the places then go in the order of ``rows``.
    """
    people = sorted({placement_of(row).worker_id for row in rows})
    session.execute(select(Worker.id).where(Worker.id.in_(people)).order_by(Worker.id).with_for_update())
    outcome = BulkOutcome[Row]()
    for row in rows:
        try:
            with session.begin_nested():
                step(row)
                session.flush()
        except Refusal as refusal:
            outcome.refused.append((row, refusal.sentence))
        except (IllegalTransition, StaleDataError):
            session.refresh(row)
            outcome.refused.append((row, _moved_on(placement_of(row))))
        else:
            outcome.done.append(row)
    return outcome


def _moved_on(placement: Placement) -> Sentence:
    return Sentence("现在是“%(state)s”，这一步办不了", {"state": placement.state})
