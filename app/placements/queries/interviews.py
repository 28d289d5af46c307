"""Interviews that the people do not know of yet."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from models.access import Actor, Permission, visible_to
from models.jobs.order import Order
from models.placement.interview import Interview, is_to_be_told
from models.placement.placement import Placement

PAGE = 50


def untold(actor: Actor) -> Select[Interview]:
    """A statement for the interviews that ``actor`` has to tell people of, the next to be held first."""
    statement = (
        select(Interview)
        .join(Placement, Placement.id == Interview.placement_id)
        .where(is_to_be_told())
        .options(
            contains_eager(Interview.placement).joinedload(Placement.worker),
            contains_eager(Interview.placement).joinedload(Placement.order).joinedload(Order.enterprise),
        )
    )
    narrowed: Select[Interview] = visible_to(actor, statement, Placement, Permission.PLACEMENT_ANSWER)
    return narrowed


def untold_count(session: Session, actor: Actor) -> int:
    ids = untold(actor).with_only_columns(Interview.id, maintain_column_froms=True)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def untold_page(session: Session, actor: Actor, start: int = 0) -> Sequence[Interview]:
    """One more than a page holds, from the row at place ``start``."""
    ordered = untold(actor).order_by(Interview.held_at, Interview.id)
    return session.scalars(ordered.offset(start).limit(PAGE + 1)).all()
