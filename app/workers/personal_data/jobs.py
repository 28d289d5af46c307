"""The night's work on personal data."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.workers.personal_data import retention
from models.i18n import N_


@nightly("02:50", N_("清掉到了保存期限的个人资料"))
def end_retention(session: Session, today: date) -> dict[str, int]:
    """What has reached its time."""
    return retention.end(session, today)
