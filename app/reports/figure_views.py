"""HTTP of one figure: exactly the rows it counts, on a page and in a file; a report as a form, on paper."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.purposes import PurposeForm
from app.kit.web.request_limits import place_asked
from app.reports import bp, queries, sheets, workbook
from app.reports.formulas import Part
from app.reports.formulas.question import PART_LABELS
from app.reports.rows import PAGE, chosen, figures_shown, rows_behind, told_lines
from models.access import Permission
from models.audit import record
from models.event_tags import EventTag
from models.published import sees_exact
from models.reference.area import area_names
from models.reports.indicator import Indicator
from models.reports.report import Report
from models.user import User

P = Permission


def _figure(report_id: int, key: str) -> tuple[Report, Indicator]:
    report = in_scope_or_404(Report, report_id)
    used = [one for one in queries.definitions_of(db.session, report) if one.key == key]
    return report, used[0] if used else abort(404)


@bp.route("/reports/<int:report_id>/figures/<key>")
@requires(P.REPORT_READ)
def figure(report_id: int, key: str) -> str:
    """The rows of a figure: by county, then one by one for those who may see them."""
    report, indicator = _figure(report_id, key)
    actor, exact = current_actor(), sees_exact(current_actor())
    county, part = _narrowing(report)
    behind = rows_behind(db.session, report, indicator)
    wanted = chosen(behind.rows, county, part)
    start = _start()
    lines = told_lines(db.session, actor, behind.subject, wanted[start : start + PAGE])
    if not exact:  # who reads published figures learns of no row that is not his own
        lines = [line for line in told_lines(db.session, actor, behind.subject, wanted) if line.name][
            start : start + PAGE
        ]
    cells = report.figures.get(key, {})
    shown = figures_shown(db.session, report, queries.definitions_of(db.session, report), exact)
    return render_template(
        "reports/figure.html",
        report=report,
        indicator=indicator,
        shown=shown.get(key, {}),
        cells=cells if exact else {},
        names=area_names(db.session, set(cells)),
        lines=lines,
        total=len(wanted) if exact else None,
        county=county,
        part=part,
        parts=list(Part),
        part_words=PART_LABELS,
        kept={"county": county, "part": part},
        next_start=start + PAGE if len(wanted) > start + PAGE and len(lines) == PAGE else None,
        first=start > 0,
        may_open=actor.may_open(P.PLACEMENT_READ),
        purpose_form=PurposeForm("export", formdata=None),
    )


def _narrowing(report: Report) -> tuple[str, str]:
    county, part = request.values.get("county", "")[:9], request.values.get("part", "")
    return county if county.isdecimal() else "", part if part in set(Part) else ""


def _start() -> int:
    place = place_asked()
    return int(place) if place.isdecimal() and len(place) < 9 else 0


@bp.route("/reports/<int:report_id>/figures/<key>/export", methods=["POST"])
@requires(P.REPORT_READ)
def export_figure(report_id: int, key: str) -> Response:
    """The same rows as a file: who took them, and what for, is noted, since they may name people."""
    report, indicator = _figure(report_id, key)
    actor, (county, part), form = current_actor(), _narrowing(report), PurposeForm("export")
    if not form.validate():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(
            url_for("reports.figure", report_id=report_id, key=key, county=county, part=part), 303
        )
    behind = rows_behind(db.session, report, indicator)
    lines = told_lines(db.session, actor, behind.subject, chosen(behind.rows, county, part))
    if not sees_exact(actor):
        lines = [line for line in lines if line.name]
    purpose = form.purpose.data or ""
    record(db.session, actor, EventTag.REPORT_EXPORT, report, name=key, rows=len(lines), purpose=purpose)
    db.session.commit()
    names = area_names(db.session, {line.county_code for line in lines})
    title = f"{_(indicator.name)}-{report.on:%Y%m%d}"
    return send_workbook(f"{title}.xlsx", workbook.write_rows, lines, names, title)


@bp.route("/reports/<int:report_id>/workbook")
@requires(P.REPORT_READ)
def report_workbook(report_id: int) -> Response:
    """The report as the form that is sent."""
    given = _paper(report_id)
    name = f"{workbook.title_of(given['sheet'])}-{given['report'].on:%Y%m%d}.xlsx"
    return send_workbook(name, workbook.write_report, given["sheet"], given["filler"], given["checker"])


@bp.route("/reports/<int:report_id>/print")
@requires(P.REPORT_READ)
def print_report(report_id: int) -> str:
    """The report on A4 landscape."""
    given = _paper(report_id)
    return render_template("print/report.html", title=workbook.title_of(given["sheet"]), **given)


def _paper(report_id: int) -> dict[str, Any]:
    report = in_scope_or_404(Report, report_id)
    sheet = sheets.sheet_of(db.session, report, sees_exact(current_actor()))
    return {
        "report": report,
        "sheet": sheet,
        "filler": _name(report.drafted_by_id),
        "checker": _name(report.checked_by_id),
        "back": url_for("reports.show", report_id=report.id),
    }


def _name(user_id: int | None) -> str:
    user = db.session.get(User, user_id) if user_id else None
    return user.name if user else ""
