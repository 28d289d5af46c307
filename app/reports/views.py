"""HTTP of reports: who has reported, one report with its steps and versions."""

from dataclasses import dataclass
from datetime import date

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.cells.cell import BadCell
from app.kit.files.cells.dates import parse_date
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.queue import is_finished
from app.kit.web.transition_forms import asked, row_for
from app.reports import bp, keeping, operations, queries, sheets
from app.reports.forms import CorrectForm
from app.reports.pairs import Pair, ended_pairs, first_day, pair_names, pairs_between, seen_among
from models.access import Permission
from models.clock import today
from models.published import sees_exact
from models.reference.calendar import months_after
from models.reports.indicator import ASPECTS, Scheme
from models.reports.report import REPORT_WORKFLOW, PeriodKind, Report, end_of

P = Permission


@dataclass(frozen=True)
class Period:
    """What an address asks for: the kind, the first and last day, and what was wrong with the month."""

    kind: PeriodKind
    first: date
    on: date
    earliest: date
    latest: date
    said: str = ""


def period_asked() -> Period:
    """Unless a month is named, last month's; one out of reach is the nearest that can be reached."""
    kind_text, text = request.args.get("kind", ""), request.args.get("month", "").strip()
    kind = PeriodKind(kind_text) if kind_text in set(PeriodKind) else PeriodKind.MONTH
    this_month = today().replace(day=1)
    earliest = (first_day(db.session) or this_month).replace(day=1)
    month, said = months_after(this_month, -1), ""
    if text:
        try:
            month = parse_date(text).read() or month
        except BadCell:
            said = _("“%(text)s”看不懂，请写成 2019-05 这样的年月。", text=text[:20])
    if month < earliest:
        said = _("最早的结对关系从 %(month)s 开始，再早没有可以报的。", month=f"{earliest:%Y-%m}")
    elif month > today():
        said = _("%(month)s 还没有到。", month=f"{month:%Y-%m}")
    month = min(max(month, earliest), this_month)
    return Period(kind, *operations.period_of(kind, month), earliest, this_month, said)


def pair_asked(text: str) -> Pair:
    """The pair that an address or a form names, if the reader reports or looks at it; else 404."""
    helper, _dash, recipient = text.partition("-")
    return Pair(helper, recipient)


@bp.route("/reports")
@requires(P.REPORT_READ)
def index() -> str:
    """By pair what there is of a period, who has not reported, and what it waits for."""
    asked_for = period_asked()
    kind, on = asked_for.kind, asked_for.on
    actor = current_actor()
    there = {
        Pair(one.helper_code, one.recipient_code): one
        for one in queries.latest_reports(db.session, actor, kind, on)
    }
    pairs = seen_among(actor, pairs_between(db.session, asked_for.first, on))
    ended = ended_pairs(db.session, actor, today())
    names = pair_names(db.session, [*pairs, *(pair for pair, _day in ended)])
    rows = [(pair, names[pair], there.get(pair)) for pair in pairs]
    return render_template(
        "reports/index.html",
        kind=kind,
        on=on,
        period=asked_for,
        kinds=list(PeriodKind),
        rows=sorted(rows, key=lambda row: (row[2] is not None, row[1])),
        missing=[name for _pair, name, report in rows if report is None or not report.is_reported],
        ended=[(names[pair], day) for pair, day in ended],
        is_over=on < today(),
    )


@bp.route("/reports", methods=["POST"])
@requires(P.REPORT_MAKE)
def draft() -> Response:
    """Begin a report. Form: pair, kind, on (a day of the period)."""
    try:
        kind, day = (
            PeriodKind(request.form.get("kind", "")),
            date.fromisoformat(request.form.get("on", "")[:10]),
        )
    except ValueError:
        abort(400)
    pair = pair_asked(request.form.get("pair", ""))
    report = operations.draft(db.session, current_actor(), pair, kind, day, today())
    return finish(url_for("reports.show", report_id=report.id))


@bp.route("/reports/<int:report_id>")
@requires(P.REPORT_READ)
def show(report_id: int) -> str:
    """One report by aspects, its steps, what differs from the version before."""
    report, actor = in_scope_or_404(Report, report_id), current_actor()
    scheme = Scheme(request.args["scheme"]) if request.args.get("scheme") in set(Scheme) else Scheme.DOCUMENT
    sheet = sheets.sheet_of(db.session, report, sees_exact(actor))
    running = report.job if report.job is not None and not is_finished(report.job) else None
    return render_template(
        "reports/show.html",
        report=report,
        sheet=sheet,
        scheme=scheme,
        schemes=list(Scheme),
        aspects=ASPECTS[scheme],
        job=running,
        failed=report.job if report.job is not None and report.job.problem and not report.is_frozen else None,
        available=REPORT_WORKFLOW.available(report, actor) if running is None else [],
        versions=queries.versions(db.session, actor, report),
        changes=queries.changes(db.session, report),
        history=queries.history(db.session, report),
        tampering=keeping.tampering(db.session, report) if report.is_frozen else [],
        telegram=sheets.telegram(sheet),
        correct_form=CorrectForm(formdata=None) if report.is_frozen and end_of(actor, report) else None,
        exact=sees_exact(actor),
    )


@bp.route("/reports/<int:report_id>/step", methods=["POST"])
@requires(P.REPORT_READ)
def step(report_id: int) -> Response:
    """Hand over, take back, check, return, freeze. Form: event, reason."""
    in_scope_or_404(Report, report_id)
    transition, reason = asked(REPORT_WORKFLOW)
    report = row_for(transition, Report, report_id)
    if transition.event == "freeze":
        operations.queue_freezing(db.session, current_actor(), report)
    else:
        operations.advance(db.session, current_actor(), report, transition.event, reason)
        flash(_("已办：%(what)s", what=_(transition.label)), "success")
    return finish(url_for("reports.show", report_id=report.id))


@bp.route("/reports/<int:report_id>/recount", methods=["POST"])
@requires(P.REPORT_MAKE)
def recount(report_id: int) -> Response:
    """Count a draft anew."""
    report = in_scope_or_404(Report, report_id, P.REPORT_MAKE)
    operations.queue_counting(db.session, current_actor(), report)
    return finish(url_for("reports.show", report_id=report.id))


@bp.route("/reports/<int:report_id>/correct", methods=["POST"])
@requires(P.REPORT_MAKE)
def correct(report_id: int) -> Response:
    """Begin the version that takes the place of a frozen one. Form: reason."""
    report = in_scope_or_404(Report, report_id, P.REPORT_MAKE)
    reason = request.form.get("reason", "")[:300]
    new = operations.correct(db.session, current_actor(), report, reason)
    flash(_("更正版已起草，正在计算。"), "success")
    return finish(url_for("reports.show", report_id=new.id))
