"""The night's work on places kept for classes."""

from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.training.agreements.operations import release_overdue
from models.access import CLOCK
from models.clock import utc_now
from models.i18n import N_


@nightly("01:45", N_("放开培训班不再用的名额"))
def open_places(session: Session, today: date) -> int:
    """How many agreements' places were opened: their classes are long over (RESERVED_PLACE_DAYS)."""
    agreements = release_overdue(session, CLOCK, utc_now(), current_app.config["RESERVED_PLACE_DAYS"])
    session.commit()
    return agreements
