"""Reports for programs: which there are of a period, and their figures with what small groups hide hidden."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kit.api.problems import Unacceptable, Wrong
from app.kit.api.routes import reads
from app.kit.api.shapes import DAY, NUMBER, ROW, TEXT, many, maybe, obj, one_of
from app.kit.api.values import plain
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.reports import bp, queries, sheets
from app.reports.pairs import Pair, pair_names
from app.reports.views import period_asked
from models.access import Permission
from models.published import sees_exact
from models.reports.report import PeriodKind, Report, ReportState

READ = Permission.REPORT_READ
LISTED = obj(
    id=ROW,
    pair=TEXT,
    helper_code=TEXT,
    recipient_code=TEXT,
    kind=one_of(PeriodKind),
    on=DAY,
    number=NUMBER,
    state=one_of(ReportState),
)
FIGURE = obj(
    key=TEXT,
    name=TEXT,
    unit=TEXT,
    value=maybe({"type": "number"}),
    whole=maybe(NUMBER),
    unknown=maybe(NUMBER),
    target=maybe({"type": "number"}),
    by_county=many(obj(county=TEXT, value=maybe({"type": "number"}))),
)


def _listed(report: Report, name: str) -> dict[str, Any]:
    return {
        "id": report.id,
        "pair": name,
        "helper_code": report.helper_code,
        "recipient_code": report.recipient_code,
        "kind": report.kind.value,
        "on": plain(report.on),
        "number": report.number,
        "state": report.state.value,
    }


@bp.route("/api/v1/reports")
@requires(READ)
@reads(
    _l("一个时期的报表，每对一份最新的"),
    answer=obj(items=many(LISTED)),
    query={"kind": one_of(PeriodKind), "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}},
)
def api_index() -> dict[str, Any]:
    """The newest version of each pair; unless named, of last month."""
    period = period_asked()
    if period.said:
        raise Unacceptable(Wrong("month", period.said), status=400)
    rows = queries.latest_reports(db.session, current_actor(), period.kind, period.on)
    names = pair_names(db.session, [Pair(one.helper_code, one.recipient_code) for one in rows])
    return {"items": [_listed(one, names[Pair(one.helper_code, one.recipient_code)]) for one in rows]}


@bp.route("/api/v1/reports/<int:report_id>")
@requires(READ)
@reads(_l("一份报表的数字"), answer=obj(report=LISTED, figures=many(FIGURE)))
def api_show(report_id: int) -> dict[str, Any]:
    """Its figures as its page shows them: null for what is hidden because few people stand behind it."""
    report: Report = in_scope_or_404(Report, report_id)
    sheet = sheets.sheet_of(db.session, report, sees_exact(current_actor()))
    return {"report": _listed(report, sheet.name), "figures": [_figure(sheet, one) for one in sheet.lines]}


def _figure(sheet: sheets.ReportSheet, line: sheets.SheetLine) -> dict[str, Any]:
    def shown(value: int | None) -> int | float | None:
        return value if value is None or line.divisor == 1 else value / line.divisor

    return {
        "key": line.indicator.key,
        "name": _(line.indicator.name),
        "unit": line.indicator.unit.value,
        "value": shown(line.value),
        "whole": line.whole,
        "unknown": line.unknown,
        "target": shown(line.target),
        "by_county": [
            {"county": str(name), "value": shown(value)}
            for name, value in zip(sheet.county_names, line.by_county, strict=False)
        ],
    }
