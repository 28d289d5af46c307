"""Groups on their way: who joins late or leaves, who was rung, and the list that is signed at the factory."""

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.kit.files.document_sanitizer import MEDIA_TYPE, Paper
from app.kit.web.days import past_day
from app.kit.web.extensions import db, let_go
from app.kit.web.fields import Form
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.paper_upload import drawn_anew
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked
from app.placements import bp
from app.placements.forms import HandOverForm, ReasonForm
from app.placements.operations import departures, passengers, spring_return
from app.placements.operations import hand_over as operations
from app.placements.queries import lists
from app.placements.queries.people import faces
from models.access import Permission
from models.clock import today, utc_now
from models.i18n import Sentence
from models.placement.departure import Departure
from models.placement.leaving import LEAVE_REASON_LABELS, LeaveReason
from models.placement.placement import Placement
from models.reference.area import area_names
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused

DEPART, ARRIVE = Permission.PLACEMENT_DEPART, Permission.PLACEMENT_ARRIVE
REACHED = {"yes": True, "no": False}


@bp.route("/placements/departures/<int:number>/join", methods=["POST"])
@requires(DEPART)
def departure_join(number: int) -> Response:
    """Let the ticked people join a group that has not left. Form: ids."""
    row: Departure = in_scope_or_404(Departure, number, DEPART)
    people = lists.chosen(db.session, current_actor(), ticked("ids"), DEPART)
    count = passengers.join(db.session, current_actor(), row, people, utc_now())
    flash(ngettext("加了 %(num)d 人，已通知本人。", "加了 %(num)d 人，已通知本人。", count), "success")
    return finish(url_for("placements.departure", number=row.id))


@bp.route("/placements/departures/<int:number>/postpone", methods=["POST"])
@requires(DEPART)
def departure_postpone(number: int) -> Response:
    """Put a group off whose new day nobody knows yet. Form: reason."""
    row: Departure = in_scope_or_404(Departure, number, DEPART)
    form = ReasonForm()
    count = departures.postpone(db.session, current_actor(), row, form.reason.data, utc_now())
    told = ngettext("已推迟，通知了 %(num)d 人。", "已推迟，通知了 %(num)d 人。", count)
    flash(told, "success")
    return finish(url_for("placements.departure", number=row.id))


@bp.route("/placements/departures/<int:number>/contact", methods=["POST"])
@requires(DEPART)
def departure_contact(number: int) -> Response:
    """Note seat, emergency contact and whether the person was reached. Form: worker, seat, emergency_contact,
    reached."""
    row: Departure = in_scope_or_404(Departure, number, DEPART)
    place = passengers.places_of(db.session, row).get(request.form.get("worker", type=row_number) or 0)
    if place is None:
        abort(404)
    said = passengers.Contact(
        request.form.get("seat", "")[:20],
        request.form.get("emergency_contact", "")[:60],
        REACHED.get(request.form.get("reached", "")),
    )
    passengers.note_contact(db.session, current_actor(), row, place, said, utc_now())
    flash(_("记下了。"), "success")
    return finish(url_for("placements.departure", number=row.id))


@bp.route("/placements/departures/<int:number>/hand-over/<int:organisation_id>", methods=["GET", "POST"])
@requires(ARRIVE)
@reads_files
def departure_hand_over(number: int, organisation_id: int) -> str | Response:
    """The list to print and sign at the factory, and what was signed: who arrived, who did not and why."""
    row: Departure = in_scope_or_404(Departure, number, ARRIVE)
    _refuse_others(row, organisation_id)
    done = operations.hand_overs(db.session, row).get(organisation_id)
    people = operations.expected(db.session, row, organisation_id)
    if not people and done is None:
        abort(404)
    form = HandOverForm(data=None if request.method == "POST" else {"received_on": today()})
    if request.method == "POST" and form.validate():
        paper = drawn_anew(form.file) if form.file.data else None
        if not form.file.errors:
            let_go()
            try:
                return _record(row, organisation_id, form, paper)
            except TransitionRefused as problem:
                db.session.rollback()
                row = in_scope_or_404(Departure, number, ARRIVE)
                people = operations.expected(db.session, row, organisation_id)
                form.received_by.errors = [say(problem.sentence)]
    return render_template(
        "placements/hand_over.html",
        departure=row,
        done=done,
        enterprise=db.session.get(Organisation, organisation_id),
        rows=people,
        faces=faces(db.session, current_actor(), people),
        form=form,
        sees_leader=departures.sees_leader(current_actor(), people),
        reasons=LEAVE_REASON_LABELS,
        typed=request.form,
        names=area_names(db.session, {row.county_code, row.city_code}),
        places=passengers.places_of(db.session, row),
        today=today(),
    )


def _refuse_others(row: Departure, organisation_id: int) -> None:
    """404 where the actor may see nobody of the group who goes to this enterprise: another one's list."""
    people = lists.members(db.session, current_actor(), row, ARRIVE)
    if organisation_id not in {one.enterprise_id for one in people}:
        abort(404)


def _record(row: Departure, organisation_id: int, form: HandOverForm, paper: Paper | None) -> Response:
    people = [one.id for one in operations.expected(db.session, row, organisation_id)]
    came = {number for number in people if request.form.get(f"came-{number}") == "yes"}
    absent = {}
    for number in people:
        if request.form.get(f"came-{number}") == "no":
            reason = request.form.get(f"reason-{number}", "")
            if reason not in {one.value for one in LeaveReason}:
                raise TransitionRefused(Sentence("没到的人，请选没到的原因。"))
            absent[number] = (LeaveReason(reason), request.form.get(f"heard-{number}", "")[:300])
    receipt = operations.Receipt(
        organisation_id,
        form.received_on.data,
        form.received_by.data,
        frozenset(came),
        absent,
        form.note.data or "",
    )
    operations.hand_over(db.session, current_actor(), row, receipt, paper, today())
    flash(_("交接登记好了：%(n)s 人到岗，%(absent)s 人没到。", n=len(came), absent=len(absent)), "success")
    return finish(url_for("placements.departure", number=row.id))


@bp.route("/placements/departures/<int:number>/hand-over/<int:organisation_id>/scan", methods=["POST"])
@requires(ARRIVE)
def departure_hand_over_scan(number: int, organisation_id: int) -> FlaskResponse:
    """Show the scan of a signed list; looking is noted."""
    row: Departure = in_scope_or_404(Departure, number, ARRIVE)
    _refuse_others(row, organisation_id)
    done = operations.hand_overs(db.session, row).get(organisation_id) or abort(404)
    content = operations.open_list(db.session, current_actor(), row, done) or abort(404)
    db.session.commit()
    return FlaskResponse(content, mimetype=MEDIA_TYPE, headers={"Content-Disposition": "inline"})


@bp.route("/placements/departures/<int:number>/set-off", methods=["POST"])
@requires(DEPART)
def departure_set_off(number: int) -> Response:
    """A group that goes home or comes back has left."""
    row: Departure = in_scope_or_404(Departure, number, DEPART)
    count = spring_return.set_off(db.session, current_actor(), row, utc_now())
    flash(_("%(n)s 人已出发，到了再来登记。", n=count), "success")
    return finish(url_for("placements.departure", number=row.id))


class ArrivedForm(Form):
    """On which day a group arrived."""

    on = past_day(_l("哪天到的"), must=True)


@bp.route("/placements/departures/<int:number>/arrived", methods=["POST"])
@requires(ARRIVE)
def departure_arrived(number: int) -> Response:
    """A group that goes home or comes back is there. Form: on; came: the persons who came."""
    row: Departure = in_scope_or_404(Departure, number, ARRIVE)
    form, here = ArrivedForm(), url_for("placements.departure", number=number)
    if not form.validate():
        flash("；".join(str(one) for some in form.errors.values() for one in some), "error")
        return redirect(here, 303)
    came = frozenset(request.form.getlist("came", type=row_number))
    count = spring_return.arrive(db.session, current_actor(), row, came, form.on.data, today())
    flash(_("记下了：%(n)s 人到了。", n=count), "success")
    return finish(here)


@bp.route("/placements/<int:number>/drop", methods=["POST"])
@requires(DEPART)
def drop(number: int) -> Response:
    """Take a person out of a group that has not left. Form: reason."""
    row = in_scope_or_404(Placement, number)
    group, form = row.departure_id, ReasonForm()
    here = url_for("placements.departure", number=group) if group else url_for("placements.index")
    try:
        passengers.leave(db.session, current_actor(), row, form.reason.data, utc_now())
    except TransitionRefused as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
        return redirect(here, 303)
    return finish(here)
