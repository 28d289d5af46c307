"""HTTP of what a meeting looks at: charts, and the scores of both assessments."""

import math
from datetime import date

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.reports import bp, charts
from app.reports.assessing import Score, ranked, score, targets
from app.reports.pairs import Pair, pair_names, seen_pairs
from models.access import Permission, visible_to
from models.clock import today
from models.published import sees_exact
from models.reports.indicator import ASPECTS, Scheme, indicators_on
from models.reports.report import PeriodKind, Report, ReportState

P = Permission
FEW = 10


@bp.route("/reports/charts", endpoint="charts")
@requires(P.REPORT_READ)
def charts_page() -> str:
    """Trend, pair against pair, the counties as tiles, where people went, who stayed."""
    actor = current_actor()
    shown = charts.followed(db.session, actor, today())
    is_exact = sees_exact(actor)
    drawn = {
        name: [value if is_exact or not value or value >= FEW else None for value in line]
        for name, line in shown.trend.items()
    }
    return render_template(
        "reports/charts.html",
        meeting=shown,
        drawn=drawn,
        months=[_("%(year)s 年 %(n)s 月", year=month.year, n=month.month) for month in shown.months],
        most=max([one.went for one in shown.pairs] + [one.plan or 0 for one in shown.pairs], default=0) or 1,
        destinations=[word for _key, word in charts.DESTINATIONS],
        exact=is_exact,
        few=FEW,
    )


def _place(score: Score | None) -> float:
    """Where a pair stands in the list: by rank, those without one last."""
    return score.rank if score is not None and score.rank else math.inf


@bp.route("/reports/assessment")
@requires(P.REPORT_READ)
def assessment() -> str:
    """Points and ranks of a year: of frozen yearly reports, or of the newest monthly ones."""
    actor = current_actor()
    scheme = Scheme(request.args["scheme"]) if request.args.get("scheme") in set(Scheme) else Scheme.DOCUMENT
    year = _year()
    day = min(date(year, 12, 31), today())
    pairs = seen_pairs(db.session, actor, day)
    reports = _latest(year)
    definitions, plan = indicators_on(db.session, day), targets(db.session, year)
    scored = [one for one in definitions if one.aspect(scheme) and one.weight]
    scores = ranked(
        {
            pair: score(pair, reports[pair].figures, definitions, scheme, plan)
            for pair in pairs
            if pair in reports
        }
    )
    return render_template(
        "reports/assessment.html",
        scheme=scheme,
        schemes=list(Scheme),
        year=year,
        years=range(today().year, 2015, -1),
        pairs=sorted(pairs, key=lambda pair: _place(scores.get(pair))),
        names=pair_names(db.session, pairs),
        reports=reports,
        scores=scores,
        aspects=ASPECTS[scheme],
        scored=scored,
    )


def _year() -> int:
    text = request.args.get("year", "")
    return int(text) if text.isdecimal() and 2016 <= int(text[:4]) <= today().year else today().year


def _latest(year: int) -> dict[Pair, Report]:
    """The frozen report of each pair that says most of the year: the yearly one, else the latest."""
    rows = select(Report).where(
        Report.on.between(date(year, 1, 1), date(year, 12, 31)), Report.state == ReportState.FROZEN
    )
    rows = visible_to(current_actor(), rows, Report, P.REPORT_READ)
    newest: dict[Pair, Report] = {}
    for one in db.session.scalars(rows.order_by(Report.on, Report.number)):
        pair = Pair(one.helper_code, one.recipient_code)
        if pair not in newest or newest[pair].kind is not PeriodKind.YEAR or one.kind is PeriodKind.YEAR:
            newest[pair] = one
    return newest
