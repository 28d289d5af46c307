"""HTTP of a worker's first page, of the way into a job, and of what a phone keeps for use without network."""

from flask import Response, abort, jsonify, render_template

from app.kit.web import kept_pages
from app.kit.web.extensions import db
from app.kit.web.form_tokens import form_token
from app.kit.web.guards import current_actor, requires
from app.portal import bp, queries
from app.portal.contacts import numbers_of_job
from app.portal.today import Thing, things_to_do
from models.access import Permission
from models.clock import today, utc_now
from models.placement import disclosed_terms
from models.placement.placement import WORKING

MOST_THINGS = 8
A_FORTNIGHT = 14 * 24  # hours a phone keeps its owner's own pages: longer than any way to Guangdong


@bp.after_request
def _kept(response: Response) -> Response:
    return kept_pages.kept(response, A_FORTNIGHT)


@bp.route("/my/page-worker.js")
@requires(Permission.PORTAL)
def page_worker() -> Response:
    """The script that keeps the worker's pages in the phone; from here it may serve /my/ and no more."""
    return kept_pages.page_worker()


@bp.route("/my/token")
@requires(Permission.PORTAL)
def token() -> Response:
    """The token for answers that waited in the phone, and whose they have to be."""
    return jsonify({"owner": kept_pages.page_owner(), "token": form_token()})


@bp.route("/my/today", endpoint="today")
@requires(Permission.PORTAL)
def first_page() -> str:
    """The next thing to do first."""
    actor, day = current_actor(), today()
    offers, classes = queries.own_offers(db.session, actor), queries.own_classes(db.session, actor)
    things = things_to_do(db.session, actor, offers, classes, utc_now(), day)[:MOST_THINGS]
    about = {
        todo.row for todo in things if todo.thing not in (Thing.MESSAGE, Thing.TRIP) and todo.row in offers
    }
    return render_template(
        "portal/today.html",
        things=things,
        told={row.id: disclosed_terms.terms_of(db.session, row, day) for row in about},
        numbers={row.id: numbers_of_job(db.session, row, day) for row in about if row.state in WORKING},
        day=day,
    )


@bp.route("/my/offers/<int:number>/journey")
@requires(Permission.PORTAL)
def journey(number: int) -> str:
    """The way into the job: when, where, who leads, what to bring."""
    row = queries.own_offer(db.session, current_actor(), number) or abort(404)
    return render_template(
        "portal/journey.html", row=row, told=disclosed_terms.terms_of(db.session, row, today()), day=today()
    )
