"""HTTP of what a worker says of jobs: the card gone through before departure, the three jobs wanted most."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.match_runs.preferences import queries as jobs
from app.orders.queries.orders import take_homes
from app.placements.operations import job_cards
from app.portal import bp, queries
from models.access import Permission
from models.clock import today, utc_now
from models.jobs.good_and_hard import good_points, hard_points
from models.people.preference import MOST, preferences_of, state_preferences
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
from models.reference.area import area_names


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
    person, day = _person(), today()
    stated = preferences_of(db.session, person.id)
    fitting = jobs.fitting_jobs(db.session, person, day)
    chosen = {row.order_id for row in stated}
    others = [job.order for job in fitting if job.order.id not in chosen]
    orders = {order.id: order for order in (*(row.order for row in stated), *others)}
    return render_template(
        "portal/wishes.html",
        stated=stated,
        others=others,
        most=MOST,
        gone={row.order_id for row in stated if not row.order.takes_people(day)},
        points={order.id: (good_points(order), hard_points(order)) for order in orders.values()},
        lines=take_homes(db.session, orders.values(), person.county_code, day),
        names=area_names(db.session, {order.city_code for order in orders.values()}),
    )


@bp.route("/my/wishes/change", methods=["POST"])
@requires(Permission.PORTAL)
def change_wishes() -> Response:
    """Put a job in, take one out, or move one up. Form: put, out or up (an order's number)."""
    person, day = _person(), today()
    wanted = [row.order_id for row in preferences_of(db.session, person.id)]
    number = next(
        (value for name in ("put", "out", "up") if (value := request.form.get(name, type=row_number))), 0
    )
    if number == request.form.get("put", type=row_number):
        if number not in {job.order.id for job in jobs.fitting_jobs(db.session, person, day)}:
            flash(_("这个活现在不招人了，或者和你说的对不上，没有放进去。"), "warning")
            return finish(url_for("portal.wishes"))
        wanted = [*(one for one in wanted if one != number), number]
    elif number not in wanted:
        abort(400)
    elif "out" in request.form:
        wanted.remove(number)
    else:
        at = wanted.index(number)
        wanted.insert(max(0, at - 1), wanted.pop(at))
    state_preferences(
        db.session, person, wanted, actor=current_actor(), channel=Channel.PORTAL, now=utc_now()
    )
    flash(_("存好了，县里安排岗位的时候会看。"), "success")
    return finish(url_for("portal.wishes"))
