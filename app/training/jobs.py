"""The night's work on training: certificates that expire, places kept for classes, notices up longer."""

from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.training.agreements.operations import release_overdue
from app.training.certification.operations import certificates
from app.training.subsidies.operations import notices
from models.access import CLOCK
from models.clock import utc_now
from models.i18n import N_


@nightly("01:40", N_("把过期的证书移出档案"))
def expire_certificates(session: Session, today: date) -> int:
    """How many certificates left profiles."""
    return certificates.expire_certificates(session, CLOCK, utc_now())


@nightly("01:45", N_("放开培训班不再用的名额"))
def open_places(session: Session, today: date) -> int:
    """How many agreements' places were opened: their classes are long over (RESERVED_PLACE_DAYS)."""
    agreements = release_overdue(session, CLOCK, utc_now(), current_app.config["RESERVED_PLACE_DAYS"])
    session.commit()
    return agreements


@nightly("01:48", N_("按新登记的节假日重算公示期"))
def recount_notices(session: Session, today: date) -> int:
    """How many notices stay up longer."""
    return notices.recount_notices(session, today)
