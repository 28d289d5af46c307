"""The night's work on problems."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.problems.operations import escalation, staying, warnings
from models.access import CLOCK
from models.clock import utc_now
from models.i18n import N_


@nightly("01:45", N_("把超期的问题上报"))
def escalate_overdue_problems(session: Session, today: date) -> int:
    """How many cases went to the city or to the labour inspection."""
    return escalation.escalate_overdue(session, CLOCK, today, utc_now())


@nightly("02:50", N_("算关心名单"))
def refresh_early_warnings(session: Session, today: date) -> int:
    """How many people at work somebody should ring."""
    return warnings.refresh(session, today)


@nightly("03:00", N_("算谁留下、谁走了"))
def refresh_staying(session: Session, today: date) -> int:
    """How many jobs of how many counties were summed up."""
    return staying.refresh(session, today)
