"""The early-warning list, people who came back, and who stayed or left."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.problems import bp, forms
from app.problems.operations import calls
from app.problems.queries import staying as staying_queries
from app.problems.queries import warnings as queries
from app.problems.views.contacts import answer_of
from models.access import Permission
from models.clock import today, utc_now
from models.problems.warning import EarlyWarning

P = Permission


@bp.route("/warnings", endpoint="warnings")
@requires(P.WARNING_READ)
def warning_list() -> str:
    """Whom to ring because something was noticed."""
    rows = queries.warning_list(db.session, current_actor(), today())
    return render_template("problems/warnings.html", rows=rows, days=queries.CALLED_DAYS)


def _warning(warning_id: int) -> EarlyWarning:
    return queries.warning(db.session, current_actor(), warning_id, today()) or abort(404)


@bp.route("/warnings/<int:warning_id>", methods=["GET", "POST"])
@requires(P.WARNING_READ)
def warning(warning_id: int) -> str | Response:
    """One person: the reasons in words, the calls made, and what this one brought."""
    row, form = _warning(warning_id), forms.CallForm()
    if not form.validate_on_submit():
        made = queries.calls_about(db.session, row.placement_id)
        return render_template("problems/warning.html", row=row, form=form, calls=made)
    calls.record_warning_call(db.session, current_actor(), row, answer_of(form), "", utc_now())
    flash(_("已记下。"), "success")
    return finish(url_for("problems.warnings"))


@bp.route("/warnings/<int:warning_id>/missed", methods=["POST"])
@requires(P.WARNING_READ)
def missed_warning_call(warning_id: int) -> Response:
    """Nobody answered."""
    calls.record_warning_call(db.session, current_actor(), _warning(warning_id), None, "", utc_now())
    return finish(url_for("problems.warnings"))


@bp.route("/returned")
@requires(P.WORKER_WRITE)
def returned() -> str:
    """People who came back and have not been asked what they would take now."""
    rows = queries.returned(db.session, current_actor(), today())
    return render_template("problems/returned.html", rows=rows)


@bp.route("/staying")
@requires(P.PROBLEM_READ)
def staying() -> str:
    """Who stayed and who left, by job or enterprise, reason and promise."""
    return _staying_page("problems.staying")


@bp.route("/staying-figures")
@requires(P.STATISTICS_READ)
def staying_figures() -> str:
    """The same for those who may not see the persons: no group of fewer than ten."""
    return _staying_page("problems.staying_figures")


def _staying_page(endpoint: str) -> str:
    by = "enterprise" if request.args.get("by") == "enterprise" else "order"
    page = staying_queries.staying_page(db.session, current_actor(), by)
    if page.hides:
        by = "enterprise"
    return render_template("problems/staying.html", page=page, by=by, endpoint=endpoint)
