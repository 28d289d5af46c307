"""HTTP of the night's work: the table, and doing a step again."""

from flask import abort, render_template, request, url_for
from werkzeug.wrappers import Response

from app.home import bp, nightly
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from models.access import Permission
from models.clock import utc_now


@bp.route("/nightly", endpoint="nightly")
@requires(Permission.USER_ADMIN)
def nightly_page() -> str:
    """Every step, when it is done and how it went."""
    return render_template("home/nightly.html", lines=nightly.nightly_lines(db.session, utc_now()))


@bp.route("/nightly/again", methods=["POST"])
@requires(Permission.USER_ADMIN)
def nightly_again() -> Response:
    """Do one step now."""
    if nightly.do_again(db.session, current_actor(), request.form.get("step", "")) is None:
        abort(404)
    return finish(url_for("home.nightly"))
