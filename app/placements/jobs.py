"""The night's work on placements."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.placements.operations import offers, reminders
from models.access import CLOCK
from models.i18n import N_


@nightly("01:35", N_("收回过期没有答复的推荐"))
def expire_offers(session: Session, today: date) -> int:
    """How many offers lapsed, so that their people are free for the next one."""
    return offers.expire_overdue(session, CLOCK, today)


@nightly("06:10", N_("提醒快到期的推荐和快到的回访"))
def remind(session: Session, today: date) -> dict[str, int]:
    """How many were told, before the first text messages of the day leave."""
    return {
        "lapses": reminders.warn_of_lapse(session, CLOCK, today),
        "follow_ups": reminders.announce_follow_ups(session, CLOCK, today),
    }
