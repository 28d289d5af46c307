"""HTTP of what a worker says of jobs: the card gone through before departure, the three jobs wanted most."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs.preferences import operations
from app.match_runs.preferences import queries as jobs
from app.placements.operations import job_cards
from app.portal import bp, queries
from models.access import Permission
from models.clock import today, utc_now
from models.people.preference import MOST
from models.people.worker import Worker
from models.placement import disclosed_terms
from models.placement.acknowledgement import (
    BEFORE_DEPARTURE,
    CardPoint,
    card_of,
    is_up_to_date,
    latest_acknowledgements,
)
from models.placement.leaving import Channel


@bp.route("/my/offers/<int:number>/card", methods=["GET", "POST"])
@requires(Permission.PORTAL)
def card(number: int) -> str | Response | tuple[str, int]:
    """Go through the card of a job, point by point."""
    row = queries.own_offer(db.session, current_actor(), number) or abort(404)
    said, question = job_cards.points_said(request.form), request.form.get("question", "")[:300]
    missing = [point for point in CardPoint if point not in said] if request.method == "POST" else []
    if request.method == "POST" and not missing:
        done = job_cards.acknowledge(
            db.session, current_actor(), row, said, question, Channel.PORTAL, utc_now()
        )
        asked = _("记下了。你还要问的，县里会给你回电话。")
        flash(
            _("好，每一条都对过了。") if done.is_clear else asked, "success" if done.is_clear else "warning"
        )
        return finish(url_for("portal.offer", number=row.id))
    told = disclosed_terms.terms_of(db.session, row, today())
    last = latest_acknowledgements(db.session, [row.id]).get(row.id)
    page = render_template(
        "portal/card.html",
        row=row,
        told=told,
        card=card_of(told),
        last=last,
        is_done=last is not None and last.is_clear and is_up_to_date(last, row),
        can_answer=row.state in BEFORE_DEPARTURE,
        said=said,
        missing=missing,
        question=question,
    )
    return (page, 422) if missing else page


def _person() -> Worker:
    return queries.own_record(db.session, current_actor()) or abort(404)


@bp.route("/my/wishes")
@requires(Permission.PORTAL)
def wishes() -> str:
    """The three jobs the worker would take, and the others that fit."""
    start = request.args.get("start", 0, row_number) or 0
    told = jobs.board(db.session, _person(), today(), start)
    return render_template("portal/wishes.html", board=told, most=MOST, start=start)


@bp.route("/my/wishes/change", methods=["POST"])
@requires(Permission.PORTAL)
def change_wishes() -> Response:
    """Put a job in, take one out, or move one up. Form: put, out or up (an order's number)."""
    what, number = operations.change_asked(request.form) or abort(400)
    operations.change(
        db.session, current_actor(), _person(), what, number, Channel.PORTAL, utc_now(), today()
    )
    flash(_("存好了，县里安排岗位的时候会看。"), "success")
    return finish(url_for("portal.wishes"))
