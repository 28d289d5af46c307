"""HTTP of the job card gone through with a collector: read aloud point by point, then kept."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.labels import label
from app.placements import bp
from app.placements.operations import job_cards
from app.placements.queries.people import faces
from models.access import Permission
from models.clock import today, utc_now
from models.placement import disclosed_terms
from models.placement.acknowledgement import CardPoint, Grasp, card_of, latest_acknowledgements
from models.placement.leaving import Channel
from models.placement.placement import Placement

BY = (Channel.VISIT, Channel.PHONE, Channel.VILLAGE)


@bp.route("/placements/<int:number>/job-card", methods=["GET", "POST"])
@requires(Permission.PLACEMENT_ANSWER)
def job_card(number: int) -> str | Response | tuple[str, int]:
    """Go through the card with the person."""
    row: Placement = in_scope_or_404(Placement, number)
    said = job_cards.points_said(request.form)
    channel = next((one for one in BY if one.value == request.form.get("channel")), BY[0])
    question = request.form.get("question", "")[:300]
    missing = [point for point in CardPoint if point not in said] if request.method == "POST" else []
    if request.method == "GET" or missing:
        page = _page(row, said, missing, channel, question)
        return (page, 422) if missing else page
    done = job_cards.acknowledge(db.session, current_actor(), row, said, question, channel, utc_now())
    clear = _("记下了：每一条都明白。")
    asked = _(
        "记下了。还要问的：%(what)s。问清楚以后再对一次。", what=_("、").join(map(label, done.open_points))
    )
    flash(clear if done.is_clear else asked, "success" if done.is_clear else "warning")
    return finish(url_for("placements.show", number=row.id))


def _page(
    row: Placement, said: dict[CardPoint, Grasp], missing: list[CardPoint], channel: Channel, question: str
) -> str:
    return render_template(
        "placements/job_card.html",
        placement=row,
        face=faces(db.session, current_actor(), [row])[row.id],
        card=card_of(disclosed_terms.terms_of(db.session, row, today())),
        last=latest_acknowledgements(db.session, [row.id]).get(row.id),
        said=said,
        missing=missing,
        channels=BY,
        channel=channel,
        question=question,
    )
