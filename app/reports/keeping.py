"""Whether a frozen report is still what was frozen."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.reports.counting import cells_of
from models.audit import events_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.reports.report import FrozenFigure, Report, checksum_of


def frozen_figures(session: Session, report: Report) -> dict[str, FrozenFigure]:
    """The figures of a frozen report with their rows, by key."""
    rows = select(FrozenFigure).where(FrozenFigure.report_id == report.id).options(undefer(FrozenFigure.rows))
    return {one.key: one for one in session.scalars(rows)}


def tampering(session: Session, report: Report) -> list[Sentence]:
    """What of a frozen report is not as it was frozen, figure by figure; empty where all is.

    Whoever changes rows and both checksums in the database still contradicts the audit, whose chain is keyed
    outside it.
    """
    kept = frozen_figures(session, report)
    said: list[Sentence] = []
    for figure in kept.values():
        if figure.own_checksum() != figure.checksum or cells_of(figure.rows) != figure.cells:
            said.append(Sentence("“%(key)s”的明细和封存时不一样。", {"key": figure.key}))
    if {key: one.cells for key, one in kept.items()} != report.figures:
        said.append(Sentence("报表上的数字和封存的明细对不上。"))
    noted = events_of(session, report, (EventTag.REPORT_FREEZE,), 1)
    told = noted[0].details["checksum"] if noted else ""
    if not checksum_of(report, kept.values()) == report.checksum == told:
        said.append(Sentence("校验码和审计记录里的不一样。"))
    return said
