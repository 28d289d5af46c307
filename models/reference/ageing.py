"""Which facts nobody has looked at for too long.

A fact grows old ``MONTHS_FRESH`` months after it was last looked at, or after it came into force where that
is later. Facts that have ended are history and do not grow old.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from models.reference.calendar import months_after


def is_aged(fact: Any, today: date) -> bool:
    """Whether a row of a :class:`~models.reference.sourced.Sourced` table has grown old."""
    if fact.MONTHS_FRESH is None or (fact.valid_to and fact.valid_to < today):
        return False
    fresh_since = months_after(today, -fact.MONTHS_FRESH)
    return not any(day and day >= fresh_since for day in (fact.checked_on, fact.valid_from))


def aged_on(model: Any, today: date) -> ColumnElement[bool]:
    """The rows of a table for which :func:`is_aged` holds."""
    if model.MONTHS_FRESH is None:
        return false()
    fresh_since = months_after(today, -model.MONTHS_FRESH)
    unseen = [or_(day.is_(None), day < fresh_since) for day in (model.checked_on, model.valid_from)]
    in_force = or_(model.valid_to.is_(None), model.valid_to >= today)
    return and_(in_force, *unseen)


def old_since(fact: Any) -> date | None:
    """The day an aged fact was last known to be right, None where nobody ever looked."""
    known = [day for day in (fact.checked_on, fact.valid_from) if day]
    return max(known) if known else None
