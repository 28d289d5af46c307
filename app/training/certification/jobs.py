"""The night's work on certificates."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.training.certification.operations import certificates
from models.access import CLOCK
from models.clock import utc_now
from models.i18n import N_


@nightly("01:40", N_("把过期的证书移出档案"))
def expire_certificates(session: Session, today: date) -> int:
    """How many certificates left profiles."""
    return certificates.expire_certificates(session, CLOCK, utc_now())
