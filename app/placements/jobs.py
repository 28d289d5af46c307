"""The night's work on placements."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.slices import read
from app.kit.web.nightly import nightly, often
from app.placements.operations import offers, reminders
from models.access import CLOCK
from models.clock import utc_now
from models.i18n import N_
from models.summary import counting


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


@often(10, N_("重新汇总首页上的人数"))
def count_summary(session: Session, today: date) -> int | None:
    """How many kept figures changed; None where nothing happened since, or nothing is kept."""
    read(session)  # a minute at a million people: others write meanwhile
    changed = counting.refresh(session, utc_now(), today)
    session.commit()
    return changed


@nightly("04:20", N_("重新数一遍，核对首页上的人数"))
def check_summary(session: Session, today: date) -> int:
    """How many kept figures agree with a recount; raises SummaryWrong where one does not."""
    count_summary(session, today)
    read(session)
    try:
        return counting.check(session, today)
    finally:
        session.rollback()
