"""HTTP of what everybody may see of the money: no sign-in, no person."""

from flask import abort, render_template, request, url_for

from app.cooperation.funds import bp, public, queries
from app.cooperation.funds.forms import FIRST_YEAR, LAST_YEAR
from app.kit.web.extensions import db, limiter
from app.kit.web.guards import looks_everywhere, open_to_all
from app.kit.web.request_limits import row_number
from models.reference.area import area_names

WHY = "published money: projects and counties, no person"


@bp.route("/public")
@open_to_all
@limiter.limit("60/minute")
def public_index() -> str:
    """Every county's money of a year."""
    looks_everywhere(WHY)
    years = public.years(db.session)
    year = request.args.get("year", years[0] if years else FIRST_YEAR, row_number)
    return render_template(
        "cooperation/funds/public_index.html",
        year=min(max(year, FIRST_YEAR), LAST_YEAR),
        years=years,
        rows=public.counties(db.session, year),
    )


@bp.route("/public/counties/<code>")
@open_to_all
@limiter.limit("60/minute")
def public_county(code: str) -> str:
    """A county's projects and subsidies of a year."""
    looks_everywhere(WHY)
    name = area_names(db.session, {code}).get(code) or abort(404)
    year = request.args.get("year", FIRST_YEAR, row_number)
    after = request.args.get("after", 0, row_number)
    rows = public.items_page(db.session, code, year, after)
    more = len(rows) > queries.PAGE
    rows = rows[: queries.PAGE]
    following = url_for("funds.public_county", code=code, year=year, after=rows[-1].item.id) if more else None
    return render_template(
        "cooperation/funds/public_county.html", name=name, year=year, rows=rows, following=following
    )


@bp.route("/public/items/<project>")
@open_to_all
@limiter.limit("60/minute")
def public_item(project: str) -> str:
    """One project's money: what it was given, paid, accepted, by whom borne and when."""
    looks_everywhere(WHY)
    is_number = project.isascii() and project.isdigit() and len(project) < 10
    told = (public.item(db.session, int(project)) if is_number else None) or abort(404)
    return render_template(
        "cooperation/funds/public_item.html",
        told=told,
        is_few=public.is_few(told.item.households),
        months=public.months(db.session, told.item.id) if told.sums else [],
    )
