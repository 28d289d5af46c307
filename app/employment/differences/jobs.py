"""The night compares both ends of everybody who works, stands on a list of late, or has something open."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from models.employment.comparison import Refreshed, people_to_compare, refresh
from models.i18n import N_


@nightly("02:20", N_("对照两头的用工登记"))
def compare_both_ends(session: Session, day: date) -> Refreshed:
    """Part by part, each in a transaction of its own, so that nobody waits for all."""
    done, after = Refreshed(), 0
    while people := people_to_compare(session, after, day):
        part = refresh(session, people, day)
        done.opened, done.closed = done.opened + part.opened, done.closed + part.closed
        session.commit()
        after = people[-1]
    return done
