"""Months pass in a story by moving what happened into the past; the platform's own clock stays true."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.placement import FollowUp, Placement


def let_days_pass(session: Session, days: int) -> None:
    """Move every placement and its follow-ups ``days`` back. Commits."""
    back = timedelta(days=days)
    for placement in session.scalars(select(Placement)):
        for name in ("hired_on", "on_site_on"):
            if value := getattr(placement, name):
                setattr(placement, name, value - back)
    for visit in session.scalars(select(FollowUp).where(FollowUp.due_on.is_not(None))):
        visit.due_on -= back
    session.commit()
