"""The walks over the audit: every night, and when somebody asks."""

import logging
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from app.kit.web.queue import Progress, job
from app.reference.audit.operations import check_chain
from models.access import SYSTEM, Actor, Permission
from models.audit import tail
from models.i18n import N_

log = logging.getLogger(__name__)


@nightly("01:30", N_("核对审计记录"))
def check_audit(session: Session, today: date) -> str:
    """First of all: whatever fails later, the audit was looked at."""
    broken = check_chain(session, SYSTEM, current_app.config["AUDIT_ANCHOR"])
    if broken:
        log.error("the audit chain is broken at %s", broken)
    return f"broken at {broken}" if broken else "whole"


CHECKING = N_("正在核对")


@job
def check_chain_now(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """The same walk for somebody who waits for it. Runs again without harm."""
    if not actor.can(Permission.AUDIT_READ):
        raise PermissionError(Permission.AUDIT_READ)
    last = tail(db.session)
    progress.tell(CHECKING, 0, last[0] if last else 0)
    anchor = current_app.config["AUDIT_ANCHOR"]
    broken = check_chain(db.session, actor, anchor, lambda number: progress.tell(done=number))
    return {"rows": last[0] if last else 0, "broken": broken}
