"""The night's work on problems."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.problems.operations import escalation
from models.access import CLOCK
from models.clock import utc_now
from models.i18n import N_


@nightly("01:45", N_("把超期的问题上报"))
def escalate_overdue_problems(session: Session, today: date) -> int:
    """How many cases went to the city or to the labour inspection."""
    return escalation.escalate_overdue(session, CLOCK, today, utc_now())
