"""HTTP of the three jobs a person would take, as county or township writes them down for who has no phone."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs import bp
from app.match_runs.preferences import operations
from app.match_runs.preferences.queries import board
from models.access import Permission
from models.clock import today, utc_now
from models.people.preference import MOST
from models.people.worker import Worker, candidate_refusal
from models.placement.leaving import Channel

BY = (Channel.PHONE, Channel.VISIT, Channel.VILLAGE)


@bp.route("/workers/<int:worker_id>/wanted-jobs", methods=["GET", "POST"])
@requires(Permission.WORKER_WRITE)
def wanted_jobs(worker_id: int) -> str | Response:
    """What the person said. Form: put, out or up (an order's number), channel."""
    person: Worker = in_scope_or_404(Worker, worker_id, Permission.WORKER_WRITE)
    asked = request.form.get("channel", request.args.get("channel", ""))
    channel = next((one for one in BY if one.value == asked), BY[0])
    if request.method == "POST":
        what, number = operations.change_asked(request.form) or abort(400)
        operations.change(db.session, current_actor(), person, what, number, channel, utc_now(), today())
        flash(_("记下了，安排岗位的时候会看。"), "success")
        return finish(url_for("match_runs.wanted_jobs", worker_id=person.id, channel=channel.value))
    start = request.args.get("start", 0, row_number) or 0
    return render_template(
        "match_runs/wanted_jobs.html",
        person=person,
        board=board(db.session, person, today(), start),
        refusal=candidate_refusal(person, today()),
        most=MOST,
        channels=BY,
        channel=channel,
        start=start,
    )
