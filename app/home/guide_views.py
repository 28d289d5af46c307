"""HTTP of the help: the tour of one's role, which prints as its quick card, and the field manual."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.home import bp
from app.home.guide import TOURS, Stop, roles_of, stops_of
from app.kit.web import manual
from app.kit.web.guards import current_actor, signed_in
from app.kit.web.navigation import has_own_pages_only


@bp.route("/help", endpoint="guide")
@signed_in
def guide_page() -> str | Response:
    """A tour a role, stop by stop; on paper one card."""
    actor = current_actor()
    if has_own_pages_only(actor):
        return redirect(url_for("portal.today"))
    tours = [(role, TOURS[role]) for role in roles_of(actor)]
    return render_template("home/guide.html", tours=tours, has_manual=bool(manual.chapters(actor)))


@bp.app_context_processor
def on_tour() -> dict[str, Any]:
    """The stop of the tour on whose page its reader stands, over the page: ?tour= and its number from 1."""
    number = request.args.get("tour", "") if request else ""
    if not number.isdecimal() or not current_user.is_authenticated:
        return {}
    stops = stops_of(current_actor())
    place = int(number[:3])
    if not 0 < place <= len(stops) or stops[place - 1].endpoint != request.endpoint:
        return {}
    return {
        "tour": {"place": place, "stops": len(stops), "stop": stops[place - 1], "next": _after(stops, place)}
    }


def _after(stops: tuple[Stop, ...], place: int) -> str:
    """Where the tour goes on; "" behind its last stop."""
    return url_for(stops[place].endpoint, tour=place + 1) if place < len(stops) else ""


@bp.route("/help/fields", endpoint="manual")
@signed_in
def manual_page() -> str | Response:
    """What every form of one's own asks, read off the forms."""
    actor = current_actor()
    if has_own_pages_only(actor):
        return redirect(url_for("portal.today"))
    return render_template("home/manual.html", chapters=manual.chapters(actor))
