"""Scoped reads of reports: the list, a report's versions and definitions, what a version changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.access import Actor, Permission, visible_to
from models.reports.indicator import Indicator
from models.reports.report import Cell, PeriodKind, Report

READ = Permission.REPORT_READ
NOTHING: Cell = [0, 0, 0]


def latest_reports(session: Session, actor: Actor, kind: PeriodKind, on: date) -> list[Report]:
    """The newest version of each pair's report of a period, as far as ``actor`` may see them."""
    newer = aliased(Report)
    rows = (
        select(Report)
        .outerjoin(newer, newer.corrects_id == Report.id)
        .where(Report.kind == kind, Report.on == on, newer.id.is_(None))
        .order_by(Report.recipient_code, Report.helper_code)
    )
    return list(session.scalars(visible_to(actor, rows, Report, READ)))


def versions(session: Session, actor: Actor, report: Report) -> Sequence[Report]:
    """All versions of the same report, the newest first."""
    rows = (
        select(Report)
        .where(
            Report.kind == report.kind,
            Report.on == report.on,
            Report.helper_code == report.helper_code,
            Report.recipient_code == report.recipient_code,
        )
        .order_by(Report.number.desc())
    )
    return session.scalars(visible_to(actor, rows, Report, READ)).all()


def definitions_of(session: Session, report: Report) -> list[Indicator]:
    """The versions of the definitions that the report was counted by, in their order."""
    rows = session.scalars(select(Indicator).where(Indicator.key.in_(report.definitions)))
    used = [one for one in rows if report.definitions[one.key] == one.version_number]
    return sorted(used, key=lambda one: (one.place, one.key))


@dataclass(frozen=True)
class Change:
    """What a figure of the whole pair was in the version before, and is; None: it was not in it."""

    indicator: Indicator
    before: int | None
    after: int | None


def changes(session: Session, report: Report) -> list[Change]:
    """The figures that differ from the version that ``report`` corrects."""
    if report.corrects is None:
        return []
    before = report.corrects.figures
    told = []
    for one in definitions_of(session, report):
        old, new = before.get(one.key), report.figures.get(one.key)
        if old != new:
            told.append(Change(one, _value(old), _value(new)))
    return told


def _value(cells: dict[str, Cell] | None) -> int | None:
    return None if cells is None else cells.get("", NOTHING)[0]
