"""Scoped reads of reports: the list, a report's versions and definitions, what a version changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.kit.web.history import Entry
from app.kit.web.navigation import Task
from app.reports.charts import Meeting, followed
from app.reports.counting import NOTHING
from app.reports.operations import period_of
from app.reports.overall import Overall, overall
from app.reports.pairs import Pair, pair_names, seen_pairs
from models.access import Actor, Permission, visible_to
from models.audit import AuditEvent, events_of
from models.event_tags import EventTag
from models.i18n import N_, Sentence, counted
from models.published import sees_exact
from models.reference.release import RuleState
from models.reports.indicator import Indicator
from models.reports.report import REPORT_WORKFLOW, Cell, PeriodKind, Report, ReportState, end_of
from models.second_person import others

READ = Permission.REPORT_READ
MOST_WAITING = 100


def latest_reports(session: Session, actor: Actor, kind: PeriodKind, on: date) -> list[Report]:
    """The newest version of each pair's report of a period, as far as ``actor`` may see them."""
    newer, (first, last) = aliased(Report), period_of(kind, on)
    rows = (
        select(Report)
        .outerjoin(newer, newer.corrects_id == Report.id)
        .where(Report.kind == kind, Report.on.between(first, last), newer.id.is_(None))
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
class Month:
    """What a first page says of the pairs: where they stand, who has not reported last month, and the report
    behind each pair's figures (None: there is none yet)."""

    meeting: Meeting
    last_month: date
    unreported: list[str]
    reports: dict[Pair, Report]
    exact: bool
    overall: Overall


def month(session: Session, actor: Actor, today: date) -> Month | None:
    """For those who report or look; None for others, and while nothing has been kept yet."""
    if not actor.can(READ):
        return None
    meeting = followed(session, actor, today)
    if meeting.on is None:
        return None
    last = today.replace(day=1) - timedelta(days=1)
    reports = {
        Pair(one.helper_code, one.recipient_code): one
        for one in latest_reports(session, actor, PeriodKind.MONTH, last)
    }
    reported = {pair for pair, one in reports.items() if one.is_reported}
    missing = [pair for pair in seen_pairs(session, actor, last) if pair not in reported]
    names = pair_names(session, missing)
    exact = sees_exact(actor)
    unreported = [names[pair] for pair in missing]
    return Month(meeting, last, unreported, reports, exact, overall(meeting, exact))


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits: reports of the other end to check, checked ones to freeze."""
    if not actor.can(Permission.REPORT_CHECK):
        return []
    waiting: dict[ReportState, list[Report]] = {ReportState.SUBMITTED: [], ReportState.CHECKED: []}
    rows = select(Report).where(Report.state.in_(waiting)).order_by(Report.on, Report.id).limit(MOST_WAITING)
    for one in session.scalars(visible_to(actor, rows, Report, Permission.REPORT_CHECK)):
        is_own = end_of(actor, one) is one.drafted_end
        if is_own is (one.state is ReportState.CHECKED):
            waiting[one.state].append(one)
    told = [*_returned(session, actor), *_definitions(session, actor)]
    for state, words, button in (
        (ReportState.SUBMITTED, "份报表等你核对", N_("去核对")),
        (ReportState.CHECKED, "份报表对方核对过了，可以封存", N_("去封存")),
    ):
        if some := waiting[state]:
            since = Sentence("最早的一份截至 %(day)s", {"day": some[0].on})
            url = url_for("reports.show", report_id=some[0].id)
            told.append(Task(len(some), counted(len(some), words), since, url, button, "reports.index"))
    return told


def _returned(session: Session, actor: Actor) -> list[Task]:
    """Drafts that the other end sent back to the actor's, with why the oldest was."""
    drafts = (
        select(Report)
        .where(Report.state == ReportState.DRAFT, Report.state_since.is_not(None))
        .order_by(Report.on, Report.id)
        .limit(MOST_WAITING)
    )
    rows = session.scalars(visible_to(actor, drafts, Report, Permission.REPORT_MAKE))
    back = [
        (one, why)
        for one in rows
        if end_of(actor, one) is one.drafted_end and (why := _why_back(session, one))
    ]
    if not back:
        return []
    first, why = back[0]
    url = url_for("reports.show", report_id=first.id)
    words = counted(len(back), "份报表被对方退回，等你改")
    return [Task(len(back), words, Sentence("理由：%(why)s", {"why": why}), url, N_("去改"), "reports.index")]


def _why_back(session: Session, report: Report) -> str:
    """Why the other end sent a draft back; "" where its last step was another."""
    last = events_of(session, report, (EventTag.REPORT_ADVANCE,), 1)
    told = last[0].details if last else {}
    return str(told.get("reason", "")) if told.get("event") == "return" else ""


def history(session: Session, report: Report) -> list[Entry]:
    """What happened to a version, the latest first, from the audit."""
    tags = (EventTag.REPORT_DRAFT, EventTag.REPORT_COUNT, EventTag.REPORT_ADVANCE)
    return [_told(event) for event in events_of(session, report, tags)]


def _told(event: AuditEvent) -> Entry:
    details = event.details
    if event.tag == EventTag.REPORT_ADVANCE:
        step = REPORT_WORKFLOW.by_event[details["event"]]
        return Entry(event.at, event.actor_name, Sentence(step.label), Sentence(details.get("reason", "")))
    what = Sentence("计算") if event.tag == EventTag.REPORT_COUNT else Sentence("起草")
    return Entry(event.at, event.actor_name, what, Sentence(details.get("reason", "")))


def _definitions(session: Session, actor: Actor) -> list[Task]:
    """Versions of definitions that a second person is asked to release."""
    if not actor.can(Permission.INDICATOR_WRITE):
        return []
    proposed = select(Indicator).where(
        Indicator.state == RuleState.PROPOSED, others(session, actor, Indicator.created_by_id)
    )
    some = session.scalars(proposed.order_by(Indicator.id).limit(MOST_WAITING)).all()
    if not some:
        return []
    why = Sentence("%(name)s，%(day)s起", {"name": Sentence(some[0].name), "day": some[0].valid_from})
    url = url_for("reports.definition", indicator_id=some[0].id)
    words = counted(len(some), "个指标口径等你批准")
    return [Task(len(some), words, why, url, N_("去看"), "reports.index")]


@dataclass(frozen=True)
class Change:
    """What a figure of the whole pair was in the version before, and is; None: it was not in it."""

    indicator: Indicator
    before: int | None
    after: int | None
    counties: int = 0
    """In how many counties it differs: a sum may stay the same over counties that do not."""


def changes(session: Session, report: Report) -> list[Change]:
    """The figures that differ from the version that ``report`` corrects."""
    if report.corrects is None:
        return []
    before = report.corrects.figures
    told = []
    for one in definitions_of(session, report):
        old, new = before.get(one.key), report.figures.get(one.key)
        if old != new:
            places = {place for place in {*(old or {}), *(new or {})} if place}
            differ = sum((old or {}).get(place) != (new or {}).get(place) for place in places)
            told.append(Change(one, _value(old), _value(new), differ))
    return told


def _value(cells: dict[str, Cell] | None) -> int | None:
    return None if cells is None else cells.get("", NOTHING)[0]
