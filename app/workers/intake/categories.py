"""What an import says of the categories of people, settled into dated rows after it is in the register."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.kit import slices
from app.kit.slices import Slices
from models.people.category import settle_people
from models.people.intake import ImportRow, RowOutcome
from models.people.worker import Worker


def settle_batch(session: Session, batch_id: int, on: date) -> None:
    """Settle the people whom a file changed, and those of the households it spoke of, a slice at a time.

    Done again it finds its work done; new people were settled when they were written.
    """
    pieces, last = Slices(), 0
    of_batch = (ImportRow.batch_id == batch_id) & ImportRow.worker_id.is_not(None) & ~ImportRow.is_left_out
    told = or_(ImportRow.outcome == RowOutcome.CHANGED, ImportRow.changes.is_not(None))
    while True:
        slices.read(session)
        rows = session.execute(
            select(ImportRow.id, ImportRow.worker_id)
            .where(of_batch, told, ImportRow.id > last)
            .order_by(ImportRow.id)
            .limit(pieces.size)
        ).all()
        if not rows:
            break
        last = rows[-1].id
        with pieces.one(session):
            settle_people(session, _with_families(session, [row.worker_id for row in rows]), on)
    session.rollback()


def _with_families(session: Session, ids: list[int]) -> list[Worker]:
    homes = select(Worker.household_id).where(Worker.id.in_(ids), Worker.household_id.is_not(None))
    either: ColumnElement[bool] = or_(Worker.id.in_(ids), Worker.household_id.in_(homes))
    people = select(Worker).where(either, Worker.erased_at.is_(None)).options(joinedload(Worker.household))
    return list(session.scalars(people).unique())
