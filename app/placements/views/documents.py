"""What is printed: the job card, the call list, the roster of a group."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.placements import bp, disclosed_terms
from app.placements.forms import PurposeForm
from app.placements.queries import cases, lists
from app.placements.queries.people import faces
from models.access import Permission
from models.audit import EventTag, record
from models.clock import today
from models.placement.placement import Departure, Placement
from models.reference.area import area_names


@bp.route("/placements/cards")
@requires(Permission.PLACEMENT_READ)
def card() -> str:
    """The job cards of the ticked placements, one A5 page each. Query: ids."""
    actor = current_actor()
    rows = lists.chosen(
        db.session, actor, request.args.getlist("ids", type=row_number), Permission.PLACEMENT_READ
    )
    return render_template(
        "print/cards.html",
        rows=rows,
        faces=faces(db.session, actor, rows),
        terms=disclosed_terms,
        today=today(),
        told={row.id: disclosed_terms.terms_of(db.session, row, today()) for row in rows},
        villagers={row.id: cases.villagers_there(db.session, row) for row in rows},
        names=area_names(db.session, {row.county_code for row in rows}),
    )


@bp.route("/placements/call-list", methods=["GET", "POST"])
@requires(Permission.WORKER_REVEAL)
def call_list() -> str | Response:
    """Whom to call: masked until the reader says what for, which goes into the audit. Query: ids, kind."""
    actor, form = current_actor(), PurposeForm()
    ids, kind = request.values.getlist("ids", type=row_number), request.values.get("kind", "")
    rows = _to_call(ids, kind)
    is_open = request.method == "POST" and form.validate()
    if is_open:
        for row in rows:
            record(
                db.session,
                actor,
                EventTag.WORKER_REVEAL,
                row.worker,
                purpose=form.purpose.data,
                fields=["phone"],
            )
        finish(url_for("placements.call_list", kind=kind))
    return render_template(
        "print/call_list.html",
        rows=rows,
        faces=faces(db.session, actor, rows),
        form=form,
        is_open=is_open,
        kind=kind,
        ids=ids,
        today=today(),
    )


def _to_call(ids: list[int], kind: str) -> list[Placement]:
    """Return the ticked placements; without any, all who have not answered or whose follow-up is due."""
    actor = current_actor()
    if ids:
        return lists.chosen(db.session, actor, ids, Permission.WORKER_REVEAL)
    if kind == "follow_ups":
        return [row.placement for row in lists.due_follow_ups(db.session, actor, today())]
    return lists.page_of(db.session, actor, lists.STAGE_BY_NAME["offered"])[0]


@bp.route("/placements/departures/<int:number>/roster")
@requires(Permission.PLACEMENT_READ)
def departure_roster(number: int) -> str:
    """The roster of a group: A4 landscape, with columns for signature and fingerprint."""
    actor = current_actor()
    row: Departure = in_scope_or_404(Departure, number)
    rows = lists.members(db.session, actor, row)
    return render_template(
        "print/roster.html",
        departure=row,
        rows=rows,
        faces=faces(db.session, actor, rows),
        names=area_names(db.session, {row.county_code, row.city_code}),
        today=today(),
    )
