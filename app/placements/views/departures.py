"""Groups that leave together."""

from dataclasses import fields

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked, turned
from app.placements import bp
from app.placements.forms import ChangeDepartureForm, DepartureForm, start_of
from app.placements.operations import departures, hand_over, passengers
from app.placements.queries import lists
from app.placements.queries.people import faces
from app.placements.workbooks import write_tickets
from models.access import Permission
from models.clock import CHINA, day_of, today, utc_now
from models.placement.acknowledgement import latest_acknowledgements, without_card
from models.placement.departure import Departure, Way
from models.placement.placement import Placement
from models.reference.area import area_names
from models.reference.local_day import local_days


@bp.route("/placements/departures")
@requires(Permission.PLACEMENT_READ)
def departure_list() -> str:
    """The groups, the newest first."""
    rows, after = lists.departures(db.session, current_actor(), request.args.get("after", type=row_number))
    names = area_names(db.session, {code for row in rows for code in (row.county_code, row.city_code)})
    return render_template("placements/departures.html", rows=rows, after=after, names=names)


@bp.route("/placements/departures/new", methods=["GET", "POST"])
@requires(Permission.PLACEMENT_DEPART)
def new_departure() -> str | Response:
    """Make a group of the ticked people."""
    if page := turned("ids"):
        return page
    actor = current_actor()
    rows = lists.chosen(db.session, actor, ticked("ids"), Permission.PLACEMENT_DEPART)
    form = DepartureForm(data=None if request.method == "POST" else {"departs_at": start_of(today())})
    if request.method == "POST" and form.validate():
        departure = departures.group(db.session, actor, rows, form.journey, utc_now())
        flash(_("已编成一队，%(n)s 人。花名册可以打印了。", n=len(rows)), "success")
        return finish(url_for("placements.departure", number=departure.id))
    return render_template(
        "placements/new_departure.html",
        form=form,
        rows=rows,
        faces=faces(db.session, actor, rows),
        names=area_names(db.session, {row.city_code for row in rows}),
    )


@bp.route("/placements/departures/<int:number>")
@requires(Permission.PLACEMENT_READ)
def departure(number: int) -> str:
    """One group: who leads it, who is in it."""
    actor = current_actor()
    row: Departure = in_scope_or_404(Departure, number)
    rows = lists.members(db.session, actor, row)
    left = lists.left_group(db.session, actor, row)
    free = lists.free_to_join(db.session, actor, row) if actor.can(Permission.PLACEMENT_DEPART) else []
    leaves_on, is_to_leave = day_of(row.departs_at), departures.is_to_leave(row, rows)
    return render_template(
        "placements/departure.html",
        departure=row,
        rows=rows,
        faces=faces(db.session, actor, rows),
        names=area_names(db.session, {row.county_code, row.city_code}),
        today=today(),
        is_to_leave=is_to_leave,
        sees_leader=departures.sees_leader(actor, rows),
        tickets=PurposeForm(formdata=None) if is_to_leave and actor.can(Permission.WORKER_REVEAL) else None,
        without_card={
            one.id
            for one in without_card(rows, latest_acknowledgements(db.session, [r.id for r in rows]))
            if row.way is Way.OUT
        },
        may_send=actor.can(Permission.PLACEMENT_DEPART),
        may_arrive=actor.can(Permission.PLACEMENT_ARRIVE),
        places=passengers.places_of(db.session, row),
        left=left,
        faces_left=faces(db.session, actor, [one for _place, one in left]),
        free=free,
        faces_free=faces(db.session, actor, free),
        handed=hand_over.hand_overs(db.session, row),
        feasts=local_days(db.session, row.county_code, leaves_on, leaves_on) if is_to_leave else [],
    )


@bp.route("/placements/departures/<int:number>/change", methods=["GET", "POST"])
@requires(Permission.PLACEMENT_DEPART)
def departure_change(number: int) -> Response | tuple[str, int]:
    """Put the arrangement of a group right; its people are told anew."""
    row: Departure = in_scope_or_404(Departure, number, Permission.PLACEMENT_DEPART)
    known = {field.name: getattr(row, field.name) for field in fields(departures.Journey)}
    known["departs_at"] = row.departs_at.astimezone(CHINA)  # a form takes its ``obj`` before its ``data``
    form = ChangeDepartureForm(data=known)
    if form.is_ready():
        departures.change(db.session, current_actor(), row, form.journey, form.reason.data, utc_now())
        flash(_("改好了，等着出发的人都通知了。"), "success")
        return finish(url_for("placements.departure", number=row.id))
    names = area_names(db.session, {row.city_code})
    page = render_template("placements/change_departure.html", departure=row, form=form, names=names)
    return page, form.status


@bp.route("/placements/departures/<int:number>/depart", methods=["POST"])
@requires(Permission.PLACEMENT_DEPART)
def depart(number: int) -> Response:
    """Send the group off."""
    row = in_scope_or_404(Departure, number)
    count = departures.depart(db.session, current_actor(), row)
    flash(_("%(n)s 人已出发，等企业或市局确认到岗。", n=count), "success")
    return finish(url_for("placements.departure", number=row.id))


@bp.route("/placements/departures/<int:number>/roster")
@requires(Permission.PLACEMENT_READ)
def departure_roster(number: int) -> str:
    """The roster of a group: A4 landscape, with columns for signature and fingerprint."""
    row: Departure = in_scope_or_404(Departure, number)
    return _roster(row, lists.members(db.session, current_actor(), row))


@bp.route("/placements/departures/<int:number>/tickets", methods=["POST"])
@requires(Permission.WORKER_REVEAL)
def tickets(number: int) -> str | Response:
    """What buys the group's tickets, once the reader has said what for: to print, or as a file."""
    actor, form = current_actor(), PurposeForm()
    row: Departure = in_scope_or_404(Departure, number)
    here = url_for("placements.departure", number=row.id)
    if not form.validate():
        flash(_("请写明用途，再看证件号和电话。"), "warning")
        return redirect(here, 303)
    rows = lists.members(db.session, actor, row, Permission.WORKER_REVEAL)
    as_file = "file" in request.form
    departures.reveal_for_tickets(
        db.session, actor, row, rows, form.purpose.data, today(), telephones_a_day(), as_file=as_file
    )
    finish(here)
    if not as_file:
        return _roster(row, rows, with_numbers=True)
    name = area_names(db.session, {row.city_code}).get(row.city_code, "")
    return send_workbook(
        f"{_('去%(city)s的乘车名单', city=name)}-{today():%Y%m%d}.xlsx",
        write_tickets,
        rows,
        passengers.places_of(db.session, row),
    )


def _roster(row: Departure, rows: list[Placement], *, with_numbers: bool = False) -> str:
    return render_template(
        "print/roster.html",
        departure=row,
        rows=rows,
        faces=faces(db.session, current_actor(), rows),
        names=area_names(db.session, {row.county_code, row.city_code}),
        today=today(),
        places=passengers.places_of(db.session, row),
        with_numbers=with_numbers,
        sees_leader=departures.sees_leader(current_actor(), rows),
    )
