"""HTTP of the help: the tour of one's role, which prints as its quick card, and the field manual."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.home import bp
from app.home.guide import TOURS
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
    roles = dict.fromkeys(right.role for right in actor.rights)
    tours = [(role, TOURS[role]) for role in roles if role in TOURS]
    return render_template("home/guide.html", tours=tours, has_manual=bool(manual.chapters(actor)))


@bp.route("/help/fields", endpoint="manual")
@signed_in
def manual_page() -> str | Response:
    """What every form of one's own asks, read off the forms."""
    actor = current_actor()
    if has_own_pages_only(actor):
        return redirect(url_for("portal.today"))
    return render_template("home/manual.html", chapters=manual.chapters(actor))
