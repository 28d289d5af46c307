"""HTTP of what every list can do: go along as a file, keep a filter, leave columns out."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.home.lists import bp, jumps, operations, queries
from app.kit.files.bulk_upload.web import send_content
from app.kit.web.addresses import page_inside
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, signed_in
from app.kit.web.idempotency import finish
from app.kit.web.listing import LISTINGS, Listing
from app.kit.web.purposes import PurposeForm
from models.background_job import Job
from models.clock import today
from models.workflow import TransitionRefused


def listing_or_404(name: str) -> Listing:
    """The list of an address, for those who may read it."""
    listing = LISTINGS.get(name)
    return listing if listing and current_actor().can(listing.permission) else abort(404)


def list_page_of(listing: Listing) -> str:
    """The page of the list from which somebody came, as it stood."""
    return page_inside(request.form.get("here", "")) or url_for("home.today")


@bp.route("/lists/<name>/export", methods=["POST"])
@signed_in
def export(name: str) -> Response:
    """Have just what is shown written to a file. Form: the list's filter, purpose."""
    listing, actor = listing_or_404(name), current_actor()
    if not listing.may_take(actor):
        abort(403)
    form = PurposeForm()
    if listing.of_persons and not form.validate():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(list_page_of(listing), 303)
    hidden = queries.kept_under(db.session, actor, name, "")
    wanted = operations.ask_for(
        db.session,
        actor,
        listing,
        listing.asked(request.form),
        hidden.hidden if hidden else [],
        form.purpose.data if listing.of_persons else "",
    )
    return finish(url_for("lists.exported", export_id=wanted.id))


@bp.route("/lists/exports/<int:export_id>")
@signed_in
def exported(export_id: int) -> str:
    """How far the file is; then the button to take it."""
    wanted = queries.own_export(db.session, current_actor(), export_id) or abort(404)
    listing = LISTINGS.get(wanted.listing) or abort(404)
    job = db.session.get(Job, wanted.job_id)
    return render_template("lists/export.html", wanted=wanted, listing=listing, job=job)


@bp.route("/lists/exports/<int:export_id>/file")
@signed_in
def export_file(export_id: int) -> Response:
    """The file, for the account that asked for it, while it may still have it."""
    wanted = queries.own_export(db.session, current_actor(), export_id)
    listing = LISTINGS.get(wanted.listing) if wanted else None
    if wanted is None or wanted.content is None or listing is None:
        abort(404)
    if not listing.may_take(current_actor()):
        abort(404)
    return send_content(wanted.content, f"{_(listing.noun)}-{today():%Y%m%d}.xlsx")


@bp.route("/lists/<name>/jump")
@signed_in
def jump(name: str) -> Response:
    """The page of a list that is asked for by its number or by a day. Query: the filter, to."""
    listing = listing_or_404(name)
    asked, typed = listing.asked(request.args), request.args.get("to", "")
    where: dict[str, Any] = dict(asked)
    try:
        if place := jumps.place_of(db.session, current_actor(), listing, asked, typed, today()):
            where[listing.place_name] = place
    except TransitionRefused as problem:
        flash(say(problem.sentence), "error")
    return redirect(url_for(name, **where), 303)


@bp.route("/lists/<name>/filters", methods=["POST"])
@signed_in
def save(name: str) -> Response:
    """Keep the filter that is set under a name. Form: the filter, name, here."""
    listing = listing_or_404(name)
    try:
        row = operations.save_filter(
            db.session,
            current_actor(),
            listing,
            request.form.get("saved_name", ""),
            listing.asked(request.form),
        )
    except TransitionRefused as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
        return redirect(list_page_of(listing), 303)
    flash(_("存好了，下次点“%(name)s”就是这个筛选。", name=row.name), "success")
    return finish(list_page_of(listing))


@bp.route("/lists/filters/<int:saved_id>/remove", methods=["POST"])
@signed_in
def remove(saved_id: int) -> Response:
    """Forget a filter of one's own."""
    row = queries.own_saved(db.session, current_actor(), saved_id) or abort(404)
    here = page_inside(request.form.get("here", "")) or url_for("home.today")
    db.session.delete(row)
    return finish(here)


@bp.route("/lists/<name>/columns", methods=["POST"])
@signed_in
def columns(name: str) -> Response:
    """Remember which columns are shown. Form: shown (keys), here."""
    listing = listing_or_404(name)
    operations.choose_columns(db.session, current_actor(), listing, request.form.getlist("shown")[:60])
    return finish(list_page_of(listing))
