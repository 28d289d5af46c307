"""The night's work on hukou cases."""

from datetime import date

from sqlalchemy.orm import Session

from app.hukou.cases.operations import deadlines
from app.kit.web.nightly import nightly
from models.i18n import N_


@nightly("01:47", N_("按新登记的节假日重算落户期限"))
def recount_hukou_deadlines(session: Session, today: date) -> int:
    """How many days moved."""
    return deadlines.recount_deadlines(session, today)
