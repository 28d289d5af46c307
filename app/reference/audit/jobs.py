"""The night's walk over the audit."""

import logging
from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from app.kit.web.nightly import nightly
from app.reference.audit.operations import check_chain
from models.access import SYSTEM
from models.i18n import N_

log = logging.getLogger(__name__)


@nightly("01:30", N_("核对审计记录"))
def check_audit(session: Session, today: date) -> str:
    """First of all: whatever fails later, the audit was looked at."""
    broken = check_chain(session, SYSTEM, current_app.config["AUDIT_ANCHOR"])
    if broken:
        log.error("the audit chain is broken at %s", broken)
    return f"broken at {broken}" if broken else "whole"
