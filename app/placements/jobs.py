"""The night's work on placements."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.placements.operations import offers
from models.access import CLOCK
from models.i18n import N_


@nightly("01:35", N_("收回过期没有答复的推荐"))
def expire_offers(session: Session, today: date) -> int:
    """How many offers lapsed, so that their people are free for the next one."""
    return offers.expire_overdue(session, CLOCK, today)
