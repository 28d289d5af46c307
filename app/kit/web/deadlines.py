"""The filter that says, beside a day counted in working days, that its year's holidays are not known yet."""

from datetime import date, datetime

from flask import Flask, g

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from models.clock import day_of
from models.reference.calendar import WorkCalendar, work_calendar


def _calendar() -> WorkCalendar:
    if "work_calendar" not in g:  # read once a request
        g.work_calendar = work_calendar(db.session)
    calendar: WorkCalendar = g.work_calendar
    return calendar


def deadline_doubt(day: date | None) -> str:
    """The doubt about ``day`` (or an instant), translated, or "" where there is none."""
    if isinstance(day, datetime):
        day = day_of(day)
    doubt = _calendar().doubt(day) if day else None
    return say(doubt) if doubt else ""


def init_app(app: Flask) -> None:
    """Give the filter to the templates."""
    app.add_template_filter(deadline_doubt)
