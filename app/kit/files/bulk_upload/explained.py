"""What people said the headings of their own sheets mean: remembered for them, asked once, taken back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.their_columns import LONGEST_HEADER
from models.access import Actor
from models.audit import record
from models.bulk_upload import ExplainedColumn
from models.event_tags import EventTag


def answers(session: Session, model: type[ExplainedColumn], **owner: Any) -> dict[str, str]:
    """The field by each heading that ``owner`` explained; "" to leave it out."""
    rows = session.scalars(select(model).filter_by(**owner))
    return {row.header: row.field for row in rows}


def as_kept(told: Mapping[str, str]) -> dict[str, str]:
    """What is told of headings, by as much of each as is kept."""
    return {header[:LONGEST_HEADER]: field for header, field in told.items()}


def remember(
    session: Session,
    actor: Actor,
    model: type[ExplainedColumn],
    told: Mapping[str, str],
    **owner: Any,
) -> None:
    """Keep what ``owner`` says its headings mean, and note it."""
    known = {row.header: row for row in session.scalars(select(model).filter_by(**owner))}
    for header, field in told.items():
        row = known.get(header[:LONGEST_HEADER])
        if row is not None and row.field == field:
            continue
        if row is None:
            row = model()
            row.header = header[:LONGEST_HEADER]
            for name, value in owner.items():
                setattr(row, name, value)
            session.add(row)
        row.field = field
        session.flush()
        record(session, actor, EventTag.COLUMN_EXPLAIN, row, fields=[field] if field else [])


def forget(session: Session, actor: Actor, row: ExplainedColumn) -> None:
    """Forget what a heading means: the next sheet with it asks again."""
    record(session, actor, EventTag.COLUMN_EXPLAIN, row, event="forget")
    session.delete(row)
