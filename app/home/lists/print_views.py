"""HTTP of a list on paper: its rows and columns as they are shown, for whom and what for."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.home.lists import bp, operations, queries
from app.home.lists.said import said
from app.home.lists.views import list_page_of, listing_or_404
from app.kit.web.extensions import db
from app.kit.web.formatters import in_words
from app.kit.web.guards import current_actor, signed_in
from app.kit.web.idempotency import finish
from app.kit.web.listing import listing_here
from app.kit.web.purposes import PurposeForm
from app.kit.web.tables import Column
from models.clock import today, utc_now
from models.people.purpose import purpose_in_words

MOST = 500


@bp.route("/lists/<name>/print", methods=["POST"])
@signed_in
def print_list(name: str) -> str | Response:
    """The list as it is shown, to be printed. Form: the list's filter, purpose, here."""
    listing, actor = listing_or_404(name), current_actor()
    if not listing.may_take(actor):
        return _refused(listing, _("这张表只能看，不能打印。"))
    form = PurposeForm()
    if listing.of_persons and not form.validate():
        return _refused(listing, _("请写明用途，再打印。"))
    asked, back = listing.asked(request.form), list_page_of(listing)
    hidden = queries.kept_under(db.session, actor, name, "")
    columns = listing.shown(hidden.hidden if hidden else [])
    found = listing.some(db.session, actor, asked, today(), MOST)
    rows = [[_cell(row, one.key) for one in columns] for row in found[:MOST]]
    purpose = form.purpose.data if listing.of_persons else ""
    operations.note_print(db.session, actor, listing, asked, purpose, len(rows))
    finish(back)
    return render_template(
        "lists/print.html",
        listing=listing,
        columns=[Column(_(one.heading), "" if place else "nowrap") for place, one in enumerate(columns)],
        rows=rows,
        is_cut=len(found) > MOST,
        most=MOST,
        told=said(db.session, listing, asked),
        purpose=purpose_in_words(purpose) if purpose else "",
        back=back,
        now=utc_now(),
    )


def _refused(listing: Any, why: str) -> Response:
    flash(why, "warning")
    return redirect(list_page_of(listing), 303)


def _cell(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return str(in_words(value))


def list_said() -> list[str]:
    """What the list of the page being answered is narrowed to, in words."""
    listing = listing_here()
    return said(db.session, listing, listing.asked_here()) if listing else []


@bp.record_once
def _tell_templates(state: Any) -> None:
    state.app.jinja_env.globals.update(list_said=list_said)
