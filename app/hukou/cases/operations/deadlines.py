"""Days that are counted in working days, and counted anew when a year's holidays have been entered."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.clock import day_of
from models.hukou.case import CaseState, HukouCase
from models.reference.calendar import WorkCalendar, work_calendar

# Where the clock of the office runs; elsewhere one waits for the person, or for the other office.
OFFICE_STEPS = (CaseState.APPLIED, CaseState.ACCEPTED, CaseState.REVIEWING)


def last_office_day(calendar: WorkCalendar, case: HukouCase, begun_on: date) -> date | None:
    """The last working day of the case's present step; None where the rule names no number of days."""
    days = case.rule.working_days
    return calendar.working_days_after(begun_on, days) if days and case.state in OFFICE_STEPS else None


def recount_deadlines(session: Session, today: date) -> int:
    """Count the days ahead of open cases anew; a list that is up never comes down earlier. Commits; returns
    how many moved."""
    calendar, moved = work_calendar(session), 0
    ahead = or_(HukouCase.due_on >= today, HukouCase.notice_ends_on >= today)
    for case in session.scalars(select(HukouCase).where(ahead).order_by(HukouCase.id)).all():
        before = case.due_on, case.notice_ends_on
        _recount(calendar, case)
        moved += before != (case.due_on, case.notice_ends_on)
    session.commit()
    return moved


def _recount(calendar: WorkCalendar, case: HukouCase) -> None:
    begun_on = next((day_of(step.entered_at) for step in case.steps if step.left_at is None), None)
    if begun_on is None:
        return
    if case.due_on:
        case.due_on = last_office_day(calendar, case, begun_on)
    if case.notice_ends_on and case.state is CaseState.LISTED and case.rule.notice_days:
        ends_on = calendar.working_days_after(begun_on, case.rule.notice_days)
        case.notice_ends_on = max(case.notice_ends_on, ends_on)
