"""The walks over the audit: every night, and when somebody asks."""

import logging
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.nightly import hourly, nightly
from app.kit.web.queue import Progress, long_job
from app.reference.audit import operations
from models.access import SYSTEM, Actor, Permission
from models.audit import tail
from models.clock import utc_now
from models.i18n import N_

log = logging.getLogger(__name__)


@nightly("01:30", N_("核对审计记录"))
def check_audit(session: Session, today: date) -> str:
    """First of all: whatever fails later, the audit was looked at."""
    check = operations.check_chain(session, SYSTEM, current_app.config["AUDIT_ANCHOR"], utc_now())
    if check.is_whole:
        return "whole"
    log.error("the audit is not whole: %s, broken at %s", ", ".join(check.alarms), check.broken)
    return f"{', '.join(check.alarms)}, broken at {check.broken}"


def _at_once() -> bool:
    return True


@hourly(5, N_("把审计记录的最后一条记到库外的锚点"), is_due_at_start=_at_once)
def anchor_audit(session: Session, today: date) -> int:
    """What was done since is bound outside the database."""
    return operations.go_on(session, current_app.config["AUDIT_ANCHOR"], utc_now())


CHECKING = N_("正在核对")


@long_job
def check_chain_now(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """The same walk for somebody who waits for it. Runs again without harm."""
    if not actor.can(Permission.AUDIT_READ):
        raise PermissionError(Permission.AUDIT_READ)
    last = tail(db.session)
    progress.tell(CHECKING, 0, last[0] if last else 0)
    path = current_app.config["AUDIT_ANCHOR"]
    check = operations.check_chain(
        db.session, actor, path, utc_now(), lambda number: progress.tell(done=number)
    )
    return {"rows": check.rows, "broken": check.broken, "alarms": list(check.alarms)}
