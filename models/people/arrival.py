"""People whom an import has written and who are not in the register yet.

A big file is written in slices, each of them committed, so that the one writer of SQLite is nobody's for
long. Until the last step of its batch, which takes these notes away, nobody sees its people: every ORM query
for workers leaves them out (lists, counts, search, matching, the index), as if they were not there. Only who
writes the file, and who asks whether a number is taken, asks for them (``SEES_ARRIVING``).
"""

from typing import Any

from sqlalchemy import ForeignKey, Select, delete, event, func, insert, literal, literal_column, or_, select
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from models.base import Base
from models.people.worker import Worker
from models.people.worker_change import WorkerChange

SEES_ARRIVING = {"sees_arriving": True}


class Arrival(Base):
    """One person who comes with ``batch_id`` and has not come yet, or is being taken back with it."""

    __tablename__ = "arrival"

    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)


# Who is older than all arrivals is told by one comparison: a register of a million pays nothing for it.
_FIRST = func.coalesce(select(func.min(Arrival.worker_id)).scalar_subquery(), literal_column(str(2**62)))
_IS_HERE = or_(Worker.id < _FIRST, Worker.id.not_in(select(Arrival.worker_id)))
_HIDE = with_loader_criteria(Worker, _IS_HERE, include_aliases=True, propagate_to_loaders=False)


@event.listens_for(Session, "do_orm_execute")
def _leave_out(asked: ORMExecuteState) -> None:
    is_query = asked.is_select and not asked.is_column_load and not asked.is_relationship_load
    if is_query and not asked.execution_options.get("sees_arriving"):
        asked.statement = asked.statement.options(_HIDE)


def is_arriving(session: Session, batch_id: int) -> bool:
    """Whether people of a batch are written and not here."""
    return session.scalar(select(Arrival.worker_id).where(Arrival.batch_id == batch_id).limit(1)) is not None


def leave(session: Session, batch_id: int, people: Select[Any], now: int) -> None:
    """Have ``people`` (a statement of their numbers) not be in the register from the caller's commit on: they
    are taken back with a batch, and deleted afterwards."""
    going = people.subquery()
    number = going.c[0]
    session.execute(insert(Arrival).from_select(["worker_id", "batch_id"], select(number, literal(batch_id))))
    session.execute(insert(WorkerChange).from_select(["worker_id", "at"], select(number, literal(now))))


def arrive(session: Session, batch_id: int, now: int) -> None:
    """Have everybody of a batch be in the register from the caller's commit on (``now``: seconds since 1970).

    The index of candidates may have been built meanwhile without them: for it they change now.
    """
    coming = select(Arrival.worker_id, literal(now)).where(Arrival.batch_id == batch_id)
    session.execute(insert(WorkerChange).from_select(["worker_id", "at"], coming))
    session.execute(
        delete(Arrival).where(Arrival.batch_id == batch_id), execution_options={"synchronize_session": False}
    )
