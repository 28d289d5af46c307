"""What the interface does by itself."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.api.receipts import A_SLICE, forget_receipts
from app.kit.web.nightly import nightly
from models.clock import utc_now
from models.i18n import N_


@nightly("03:50", N_("清理接口的旧回执"))
def forget_old_receipts(session: Session, today: date) -> int:
    """Keys of a month ago: nobody sends those again."""
    forgotten = A_SLICE
    total = 0
    while forgotten == A_SLICE:
        forgotten = forget_receipts(session, utc_now())
        session.commit()
        total += forgotten
    return total
