"""Use cases of reports: draft, count, hand over, check, freeze, correct. The caller commits unless told."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web.queue import JobProblem, Progress, enqueue, is_finished
from app.reports.counting import Counted, count_all, figures_of
from app.reports.pairs import Pair, pair_names, pairing_day, pairs_between
from models.access import Actor, Permission, scope_of
from models.audit import record
from models.employment.difference import Difference
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reference.area import area_names, area_stem, begins_with
from models.reference.calendar import months_after
from models.reports.indicator import indicators_on
from models.reports.report import (
    MONTHS_OF,
    REPORT_WORKFLOW,
    FrozenFigure,
    PeriodKind,
    Report,
    ReportState,
    checksum_of,
    digest_of,
    end_of,
)
from models.workflow import TransitionRefused

COUNTING, KEEPING = N_("正在计算"), N_("正在封存")


def period_of(kind: PeriodKind, day: date) -> tuple[date, date]:
    """First and last day of the month, quarter or year in which ``day`` lies."""
    months = MONTHS_OF[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, months_after(first, months) - timedelta(days=1)


def draft(session: Session, actor: Actor, pair: Pair, kind: PeriodKind, day: date, today: date) -> Report:
    """Begin the report of the period that ``day`` lies in, and queue its counting; see :func:`begin`."""
    report = begin(session, actor, pair, kind, day, today)
    queue_counting(session, actor, report)
    return report


def begin(session: Session, actor: Actor, pair: Pair, kind: PeriodKind, day: date, today: date) -> Report:
    """Note a report that is to be counted, and start nothing yet.

    A pair that ended within the period reports it as of its last day. Raises TransitionRefused for a period
    that is not over or outside the pairing's days, or reported already, and for somebody of neither end.
    """
    first_on, on = period_of(kind, day)
    if pair in pairs_between(session, first_on, on):
        on = pairing_day(session, pair, on)
    report = Report(
        kind=kind, first_on=first_on, on=on, helper_code=pair.helper_code, recipient_code=pair.recipient_code
    )
    if (end := end_of(actor, report)) is None:
        raise TransitionRefused(Sentence("只有结对的两头能起草这一对的报表。"))
    report.drafted_end, report.drafted_by_id = end, actor.user_id
    _refuse_period(session, report, pair, today)
    session.add(report)
    session.flush()
    record(session, actor, EventTag.REPORT_DRAFT, report, kind=kind.value, on=on.isoformat())
    return report


def _refuse_period(session: Session, report: Report, pair: Pair, today: date) -> None:
    if report.on >= today:
        raise TransitionRefused(Sentence("这一期到 %(day)s 才结束，结束以后再起草。", {"day": report.on}))
    if pair not in pairs_between(session, report.first_on, report.on):
        name = pair_names(session, [pair])[pair]
        raise TransitionRefused(
            Sentence("%(day)s 时 %(pair)s 没有结对关系，不能报这一期。", {"day": report.on, "pair": name})
        )
    if there := session.scalar(_of_period(report).order_by(Report.number.desc()).limit(1)):
        raise TransitionRefused(
            Sentence("这一期已经有第 %(n)s 版，请打开它；封存以后要改，请做更正版。", {"n": there.number})
        )


def _of_period(report: Report) -> Any:
    return select(Report).where(
        Report.kind == report.kind,
        Report.on == report.on,
        Report.helper_code == report.helper_code,
        Report.recipient_code == report.recipient_code,
    )


def queue_counting(session: Session, actor: Actor, report: Report) -> None:
    """Have a draft counted (anew). Raises TransitionRefused where it is no draft, or counted just now."""
    if report.state is not ReportState.DRAFT:
        raise TransitionRefused(Sentence("只有起草中的报表能重新计算。"))
    if report.job is not None and not is_finished(report.job):
        raise TransitionRefused(Sentence("正在计算，请等它算完。"))
    report.job = enqueue(session, actor, "count_report", report.id)


def carry_out_count(session: Session, actor: Actor, report_id: int, progress: Progress) -> dict[str, Any]:
    """Count every figure and keep the sums, then commit. Raises PermissionError when the right is gone."""
    report = own_report(session, actor, report_id)
    if report.state is not ReportState.DRAFT:
        raise JobProblem(Sentence("只有起草中的报表能重新计算。"))
    counted = count_with_progress(session, report, progress, COUNTING)
    session.rollback()
    report = own_report(session, actor, report_id)
    if report.state is ReportState.DRAFT:
        keep_counted(session, actor, report, counted)
    session.commit()
    return {"figures": len(counted)}


def keep_counted(session: Session, actor: Actor, report: Report, counted: Sequence[Counted]) -> None:
    """Write the sums of a draft down."""
    report.figures = figures_of(counted)
    report.definitions = {one.indicator.key: one.indicator.version_number for one in counted}
    record(session, actor, EventTag.REPORT_COUNT, report, checksum=digest_of(report.figures))


def count_with_progress(session: Session, report: Report, progress: Progress, stage: str) -> list[Counted]:
    """Every figure of the report's day, told figure by figure."""
    definitions = indicators_on(session, report.on)
    pair, on = Pair(report.helper_code, report.recipient_code), report.on
    counted: list[Counted] = []
    progress.tell(stage, 0, len(definitions))
    for done, figure in enumerate(count_all(session, pair, on), 1):
        counted.append(figure)
        progress.tell(done=done)
    return counted


def own_report(session: Session, actor: Actor, report_id: int) -> Report:
    """The report if the actor makes it; raises PermissionError."""
    seen = scope_of(actor, Report, Permission.REPORT_MAKE)
    report = session.scalar(select(Report).where(Report.id == report_id, seen))
    if report is None:
        raise PermissionError(Permission.REPORT_MAKE)
    return report


def disputes(session: Session, report: Report) -> Sentence | None:
    """What the two ends contradict each other about, of the report's counties and days; None for nothing."""
    rows = select(Difference).where(
        begins_with(Difference.county_code, area_stem(report.recipient_code)),
        Difference.closed_on.is_(None),
        Difference.month.between(date(report.on.year, 1, 1), report.on),
    )
    first = session.scalar(rows.order_by(Difference.due_on, Difference.id).limit(1))
    if first is None:
        return None
    number = session.scalar(select(func.count()).select_from(rows.subquery()))
    named = area_names(session, [first.county_code])
    return Sentence(
        "还有 %(n)s 处两头对不上没有处理，最早到期的在%(county)s：%(kind)s。"
        "先在“两头对账”里处理，再交对方核对。",
        {"n": number, "county": named.get(first.county_code, first.county_code), "kind": first.kind},
    )


def advance(session: Session, actor: Actor, report: Report, event: str, reason: str = "") -> None:
    """Hand over, take back, check or return. Raises PermissionError, IllegalTransition, TransitionRefused."""
    if event == "submit" and (said := disputes(session, report)):
        raise TransitionRefused(said)
    REPORT_WORKFLOW.advance(session, report, event, actor, reason=reason)
    if event == "check":
        report.figures_digest, report.checked_by_id = digest_of(report.figures), actor.user_id
    if event in ("return", "recall"):
        report.figures_digest, report.checked_by_id = "", None


def queue_freezing(session: Session, actor: Actor, report: Report) -> None:
    """Have a checked report frozen. Raises TransitionRefused where it is not checked, or frozen just now."""
    if report.state is not ReportState.CHECKED:
        raise TransitionRefused(Sentence("对方核对过的报表才能封存。"))
    if report.job is not None and not is_finished(report.job):
        raise TransitionRefused(Sentence("正在封存，请等它做完。"))
    report.job = enqueue(session, actor, "freeze_report", report.id)


def carry_out_freeze(session: Session, actor: Actor, report_id: int, progress: Progress) -> dict[str, Any]:
    """Count again, and keep every row with the report, in one transaction; done before, nothing happens.

    Raises JobProblem where the figures are no more those that the other end checked.
    """
    report = own_report(session, actor, report_id)
    if report.state is ReportState.FROZEN:
        return {"checksum": report.checksum}
    counted = count_with_progress(session, report, progress, KEEPING)
    session.rollback()
    report = own_report(session, actor, report_id)
    if report.state is not ReportState.CHECKED:
        raise JobProblem(Sentence("对方核对过的报表才能封存。"))
    if digest_of(figures_of(counted)) != report.figures_digest:
        raise JobProblem(changed_since(report, counted))
    freeze(session, actor, report, counted)
    session.commit()
    return {"checksum": report.checksum}


def changed_since(report: Report, counted: Sequence[Counted]) -> Sentence:
    """Which figures are no more those that were checked."""
    names = [one.indicator.name for one in counted if report.figures.get(one.indicator.key) != one.cells]
    return Sentence(
        "核对以后数字变了：%(names)s。请拿回来重新计算，再交对方核对。",
        {"names": [Sentence(name) for name in names]},
    )


def freeze(session: Session, actor: Actor, report: Report, counted: Sequence[Counted]) -> None:
    """Keep the rows of every figure, and the checksum over them in report and audit."""
    kept = [
        FrozenFigure(
            report=report,
            key=one.indicator.key,
            definition_version=one.indicator.version_number,
            subject=one.subject,
            cells=one.cells,
            rows=one.rows,
        )
        for one in counted
    ]
    for figure in kept:
        figure.checksum = figure.own_checksum()
    session.add_all(kept)
    report.checksum = checksum_of(report, kept)
    REPORT_WORKFLOW.advance(session, report, "freeze", actor)
    record(session, actor, EventTag.REPORT_FREEZE, report, checksum=report.checksum)
    session.flush()


def correct(session: Session, actor: Actor, report: Report, reason: str) -> Report:
    """A new version in the place of a frozen one, drafted by the actor's end.

    Raises TransitionRefused without a reason, for a report that is not frozen, or corrected already.
    """
    if not reason.strip():
        raise TransitionRefused(Sentence("请写明为什么更正。"))
    if report.state is not ReportState.FROZEN:
        raise TransitionRefused(Sentence("还没有封存，直接拿回来改就行。"))
    if session.scalar(select(Report.id).where(Report.corrects_id == report.id)) is not None:
        raise TransitionRefused(Sentence("这一版已经有更正版了，请打开更正版。"))
    end = end_of(actor, report)
    if end is None:
        raise TransitionRefused(Sentence("只有结对的两头能起草这一对的报表。"))
    new = Report(
        **{
            name: getattr(report, name)
            for name in ("kind", "first_on", "on", "helper_code", "recipient_code")
        },
        number=report.number + 1,
        corrects=report,
        reason=reason.strip(),
        drafted_end=end,
        drafted_by_id=actor.user_id,
    )
    session.add(new)
    session.flush()
    record(
        session, actor, EventTag.REPORT_DRAFT, new, kind=new.kind.value, on=new.on.isoformat(), reason=reason
    )
    queue_counting(session, actor, new)
    return new
