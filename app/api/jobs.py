"""What the interface does by itself: it tells of changes, and forgets old receipts."""

from datetime import date
from functools import partial
from time import monotonic

from flask import current_app
from sqlalchemy.orm import Session

from app.api import webhooks
from app.api.delivery import Allowed, tell
from app.kit.api.receipts import A_SLICE, forget_receipts
from app.kit.web.nightly import nightly, often
from models.clock import utc_now
from models.i18n import N_

EVERY_MINUTES, MOST_SECONDS = 2, 45.0


@often(EVERY_MINUTES, N_("把变化告诉别的系统"))
def tell_of_changes(session: Session, today: date) -> dict[str, int]:
    """Each address whose turn it is, as long as there is time; the others in two minutes."""
    begun, told = monotonic(), 0
    allowed = Allowed.of(current_app.config)
    for number in webhooks.due(session, utc_now()):
        if monotonic() - begun > MOST_SECONDS:
            break
        told += webhooks.tell_one(session, number, partial(tell, allowed=allowed), utc_now())
    return {"told": told}


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
