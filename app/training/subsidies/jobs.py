"""The night's work on subsidies."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.training.subsidies.operations import payments
from models.i18n import N_


@nightly("01:48", N_("按新登记的节假日重算公示期"))
def recount_notices(session: Session, today: date) -> int:
    """How many notices stay up longer."""
    return payments.recount_notices(session, today)
