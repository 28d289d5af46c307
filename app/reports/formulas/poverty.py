"""Reduction in poverty (article 2, 14): who of the registered is lifted out of it, by the register's rows."""

from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select

from app.reports.formulas.question import Formula, Part, Question, row_columns
from models.access import visible_to
from models.people.category import FILED, LIFTED, PersonCategory
from models.people.worker import Worker

C = PersonCategory


def _registered(asked: Question, since_year: bool) -> Select[Any]:
    """One row a person of the register that is 建档立卡 or 脱贫 by the day. A day that nobody has told is
    unknown for "in the year", and as noted for "by now"."""
    by_now = or_(C.held_from <= asked.on, C.held_from.is_(None) & (C.seen_on <= asked.on))
    counts = C.held_from.between(asked.since, asked.on) if since_year else by_now
    lifted = C.category == LIFTED
    rank = case(
        (lifted & counts, 2),
        (lifted & C.held_from.is_(None) & by_now if since_year else literal(False), 1),
        else_=0,
    )
    best = func.max(rank)
    part = case((best == 2, Part.COUNTED.value), (best == 1, Part.UNKNOWN.value), else_=Part.WHOLE.value)
    rows = (
        select(*row_columns(Worker.county_code, Worker.id, Worker.id, part))
        .join(C, C.worker_id == Worker.id)
        .where(C.category.in_((FILED, LIFTED)), by_now, Worker.merged_into_id.is_(None))
        .group_by(Worker.id, Worker.county_code)
    )
    return visible_to(asked.pair.viewer, rows, Worker)


def lifted_now(asked: Question) -> Select[Any]:
    """Of the registered: who is lifted out of poverty by the day."""
    return _registered(asked, since_year=False)


def lifted_in_year(asked: Question) -> Select[Any]:
    """Of the registered: who was lifted in the year; of whom the day is not told it is not known."""
    return _registered(asked, since_year=True)


FORMULAS = (
    Formula("lifted_now", Worker.__tablename__, lifted_now),
    Formula("lifted_in_year", Worker.__tablename__, lifted_in_year),
)
