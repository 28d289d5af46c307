"""Telling people of their interviews: the county's list, and who knows now."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked, turned
from app.placements import bp
from app.placements.forms import ToldForm
from app.placements.operations import interviews
from app.placements.operations.bulk import each
from app.placements.queries import lists
from app.placements.queries.interviews import PAGE, untold_count, untold_page
from app.placements.queries.people import faces
from app.placements.views.bulk import told
from models.access import Permission
from models.clock import utc_now
from models.placement.leaving import Channel


@bp.route("/placements/interviews", methods=["GET", "POST"])
@requires(Permission.PLACEMENT_ANSWER)
def interview_list() -> str | Response:
    """Who has to be told of an interview, the next first. Form: ids, channel."""
    if page := turned("ids"):
        return page
    actor, form = current_actor(), ToldForm()
    if request.method == "POST":
        rows = lists.chosen(db.session, actor, ticked("ids"), Permission.PLACEMENT_ANSWER)
        if rows and form.validate():
            channel, now = Channel(form.channel.data), utc_now()
            outcome = each(
                db.session, rows, lambda row: interviews.note_told(db.session, actor, row, channel, now)
            )
            done = _("已转告 %(n)s 人。", n=len(outcome.done))
            return told(url_for("placements.interview_list"), outcome, done)
    start = request.args.get("after", 0, type=row_number) or 0
    untold = untold_page(db.session, actor, start)
    here = "placements.interview_list"
    return render_template(
        "placements/interviews.html",
        rows=untold[:PAGE],
        count=untold_count(db.session, actor),
        faces=faces(db.session, actor, [one.placement for one in untold]),
        form=form,
        kept=ticked("ids"),
        now=utc_now(),
        first_url=url_for(here) if start else "",
        next_url=url_for(here, after=start + PAGE) if len(untold) > PAGE else "",
    )
