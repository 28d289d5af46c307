"""Long work of reports, and the night's keeping of figures."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from app.kit.web.queue import Progress, job
from app.reports import definitions, kept, operations
from models.access import Actor
from models.clock import today
from models.i18n import N_


@job
def count_report(progress: Progress, actor: Actor, report_id: int) -> dict[str, Any]:
    """Count the report ``report_id``."""
    return operations.carry_out_count(db.session, actor, report_id, progress)


@job
def freeze_report(progress: Progress, actor: Actor, report_id: int) -> dict[str, Any]:
    """Freeze the report ``report_id``."""
    return operations.carry_out_freeze(db.session, actor, report_id, progress)


@job
def indicator_effect(progress: Progress, actor: Actor, version_id: int) -> dict[str, Any]:
    """Count what the version ``version_id`` of a definition would make of every pair's figure."""
    return definitions.carry_out_weighing(db.session, actor, version_id, progress, today())


def _is_due() -> bool:
    return kept.is_waited_for(db.session)


@nightly("04:10", N_("把各对结对的指标算好存着，供首页和图表用"), _is_due)
def keep_figures(session: Session, today: date) -> dict[str, int]:
    """Bring the kept figures up to date."""
    return {"figures": kept.refresh(session, today)}
