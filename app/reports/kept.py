"""The kept figures: written by the night, pair by pair; first pages, charts and the telegram read them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from app.kit.slices import read
from app.reports.counting import ManyDays
from app.reports.pairs import Pair, followed_pairs
from models.clock import utc_now
from models.people.worker import Worker
from models.reference.calendar import months_after
from models.reports.kept_figure import KeptFigure

TREND_MONTHS = 12
# What happened in a month is still told in the two after it: these are counted anew every night.
STILL_TOLD = 2
K = KeptFigure
Days = dict[tuple[date, bool], date]
"""By month, and whether it is the same day of the month before: the day counted."""


def refresh(session: Session, today: date, months: int = TREND_MONTHS) -> int:
    """This month as of ``today``, the same day of last month, and the ends of the months before.

    Commits pair by pair; returns how many figures were written.
    """
    return sum(_keep(session, pair, today, months) for pair in followed_pairs(session, today))


def is_waited_for(session: Session) -> bool:
    """Whether somebody is in the register and no figure is kept: leaders would wait for the night."""
    has_people = session.scalar(select(Worker.id).limit(1)) is not None
    return has_people and session.scalar(select(K.id).limit(1)) is None


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return months_after(day.replace(day=1), 1) - timedelta(days=1)


def _keep(session: Session, pair: Pair, today: date, months: int) -> int:
    read(session)
    kept = set(session.scalars(select(K.month).where(_of(pair), K.is_earlier.is_(False))))
    days = _days(today, kept, months)
    figures = ManyDays(session, pair)
    rows = [row for (month, earlier), on in days.items() for row in _rows(figures, month, on, earlier)]
    session.rollback()
    session.execute(delete(K).where(_of(pair), or_(K.is_earlier, K.month.in_([month for month, _ in days]))))
    if rows:
        session.execute(insert(K), rows)
    session.commit()
    return len(rows)


def _of(pair: Pair) -> ColumnElement[bool]:
    return and_(K.helper_code == pair.helper_code, K.recipient_code == pair.recipient_code)


def _days(today: date, kept: set[date], months: int) -> Days:
    this_month = today.replace(day=1)
    days: Days = {(this_month, False): today, (this_month, True): months_after(today, -1)}
    for back in range(1, months):
        month = months_after(this_month, -back)
        if month not in kept or back <= STILL_TOLD:
            days[month, False] = month_end(month)
    return days


def _rows(figures: ManyDays, month: date, on: date, is_earlier: bool) -> Iterator[dict[str, Any]]:
    pair = figures.pair
    for counted in figures.count_all(on):
        for county, (value, whole, unknown) in counted.cells.items():
            yield {
                "created_at": utc_now(),
                "helper_code": pair.helper_code,
                "recipient_code": pair.recipient_code,
                "county_code": county,
                "month": month,
                "on": on,
                "is_earlier": is_earlier,
                "key": counted.indicator.key,
                "value": value,
                "whole": whole,
                "unknown": unknown,
            }
