"""HTTP of the first page and of long work."""

from typing import Any

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import queue
from app.extensions import db
from app.formatters import label
from app.guards import current_actor, signed_in, today
from app.home import queries
from app.once import finish
from models.access import Permission
from models.audit import EventTag, record

bp = Blueprint("home", __name__)


@bp.route("/", endpoint="today")
@signed_in
def today_page() -> str | Response:
    """Today's work."""
    actor = current_actor()
    if actor.can(Permission.PORTAL) and len(actor.rights) == 1:
        return redirect(url_for("portal.offers"))
    tasks = queries.tasks_for(db.session, actor, today())
    badges: dict[str, int] = {}
    for task in tasks:
        badges[task.endpoint] = badges.get(task.endpoint, 0) + task.count
    overview = queries.overview(db.session, actor, today())
    return render_template("home/today.html", tasks=tasks, badges=badges, today=today(), overview=overview)


@bp.route("/jobs/<int:number>")
@signed_in
def job(number: int) -> Response:
    """How far a piece of long work is."""
    row = queries.own_job(db.session, current_actor(), number) or abort(404)
    seen = queue.read_progress(current_app._get_current_object(), number)  # type: ignore[attr-defined]
    done, total = seen.get("done", 0), seen.get("total", 0)
    words: dict[str, Any] = {
        "text": f"{label(row.state)} · {_(seen['stage'])}" if seen.get("stage") else label(row.state),
        "count": _("%(done)s / %(total)s", done=f"{done:,}", total=f"{total:,}") if total else "",
        "done": done,
        "total": total,
        "finished": queue.is_finished(row),
    }
    return jsonify(words)


@bp.route("/jobs/<int:number>/cancel", methods=["POST"])
@signed_in
def cancel_job(number: int) -> Response:
    """Ask a piece of long work to stop."""
    row = queries.own_job(db.session, current_actor(), number) or abort(404)
    queue.ask_to_cancel(current_app._get_current_object(), number)  # type: ignore[attr-defined]
    record(db.session, current_actor(), EventTag.JOB_CANCEL, row)
    back = request.referrer or ""
    inside = back.startswith(request.host_url)
    return finish(back if inside else url_for("home.today"))
