"""HTTP of the calendar page."""

import re
from datetime import date

from flask import render_template, request

from app.home import bp, calendar
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from models.access import Permission
from models.clock import today

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@bp.route("/calendar", endpoint="calendar")
@requires(Permission.PLACEMENT_READ)
def calendar_page() -> str:
    """One month of a county. Query: month (2026-12), county."""
    actor = current_actor()
    counties = calendar.counties(db.session, actor)
    county = request.args.get("county", "")
    county = county if county in counties else next(iter(counties), "")
    asked = _MONTH.fullmatch(request.args.get("month", ""))
    first = date(int(asked[1]), int(asked[2]), 1) if asked else today().replace(day=1)
    return render_template(
        "home/calendar.html",
        month=calendar.month_of(db.session, actor, county, first),
        counties=counties,
        county=county,
        words=calendar.EVENT_WORDS,
        today=today(),
    )
