"""HTTP of one thing for many rows of a list: the choice, its preview, the confirm, the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.home.lists import bp
from app.kit.bulk import operations
from app.kit.bulk.acts import CHOICE, DAY, Act, Choice, Many
from app.kit.files.cells.cell import BadCell
from app.kit.files.cells.dates import parse_day
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, signed_in
from app.kit.web.idempotency import finish
from app.kit.web.listing import LISTINGS, PICK, Listing, listing_here
from app.kit.web.ticks import MOST as MOST_CARRIED
from app.kit.web.ticks import every_tick, turned, with_ticks
from models.bulk_act import BulkAct
from models.care import office_of
from models.clock import today, utc_now
from models.i18n import Refusal, Sentence

SHOWN = 50
TICKS = "rows"
ASKED = "asked"  # among the values of a choice: the filter of the list it was made in, the way back
CHANGED_MEANWHILE = Sentence("有人刚刚改过其中一条，这次没有办，请再点一次。")


def _many_or_404(name: str) -> tuple[Listing, Many]:
    """The list of an address and what can be done to many of its rows, for those who may."""
    listing, actor = LISTINGS.get(name), current_actor()
    if listing is None or listing.many is None or not actor.can(listing.permission):
        abort(404)
    return listing, listing.many if actor.can(listing.many.permission) else abort(403)


@bp.route("/lists/<name>/bulk", methods=["POST"])
@signed_in
def bulk(name: str) -> Response:
    """Keep the choice and lead to its preview. Form: rows or all with the filter; act and its value."""
    listing, many = _many_or_404(name)
    if page := turned(TICKS):
        return page
    actor, act = current_actor(), many.act(request.form.get("act", "")) or abort(400)
    if act not in many.offered(actor):
        abort(403)
    asked = listing.asked(request.form)
    chosen = _all(listing, asked) if "all" in request.form else every_tick(TICKS)
    values = {act.value: _typed(act), "day": today().isoformat(), ASKED: urlencode(asked)}
    try:
        row = operations.choose(db.session, actor, name, act, chosen, values)
    except Refusal as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
        back = _back(listing, asked, [] if "all" in request.form else chosen, many)
        return redirect(back, 303)
    return finish(url_for("lists.bulk_preview", act_id=row.id))


def _back(listing: Listing, asked: dict[str, str], ticks: Sequence[int], many: Many) -> str:
    """The list as it was left: its filter, its ticks, and what was chosen for the acts."""
    given = {one.value: text for one in many.acts if (text := request.form.get(one.value, "").strip()[:60])}
    taken = set(listing.names)
    kept: dict[str, Any] = {name: text for name, text in given.items() if name not in taken}
    return with_ticks(url_for(listing.endpoint, **(asked | kept), pick=1), ticks)


def _all(listing: Listing, asked: dict[str, str]) -> list[int]:
    if listing.whole is None:
        abort(400)
    whole = listing.whole(db.session, current_actor(), asked, today())
    return list(db.session.scalars(whole.numbers.order_by(*whole.order).limit(operations.MOST + 1)))


def _typed(act: Act) -> str:
    """What the form gives everybody, "" for a day that is none."""
    typed = request.form.get(act.value, "").strip()[:300]
    if act.asks == DAY:
        return day.isoformat() if (day := _day(typed)) else ""
    return typed


def _day(typed: str) -> date | None:
    try:
        read: date | None = parse_day(typed).read()
    except BadCell:
        return None
    return read


def _act_or_404(act_id: int) -> tuple[BulkAct, Listing, Many]:
    own = BulkAct.id == act_id, BulkAct.user_id == current_actor().user_id
    row: BulkAct = db.session.scalar(select(BulkAct).where(*own)) or abort(404)
    return (row, *_many_or_404(row.listing))


@bp.route("/lists/bulk/<int:act_id>")
@signed_in
def bulk_preview(act_id: int) -> str:
    """What would be done to which rows; after it was done, the way back."""
    row, listing, many = _act_or_404(act_id)
    act, actor = many.act(row.act) or abort(404), current_actor()
    asked: dict[str, Any] = {**listing.asked(dict(parse_qsl(row.values.get(ASKED, ""))))}
    back = url_for(listing.endpoint, **asked, pick=1)
    about: dict[str, Any] = {
        "act": row,
        "own": act,
        "listing": listing,
        "given": _given(act, row),
        "shown": SHOWN,
        "home": url_for(listing.endpoint, **asked),
        "back": back if len(row.chosen) > MOST_CARRIED else with_ticks(back, row.chosen),
    }
    if row.done is None:
        outlook = operations.outlook(db.session, actor, many, row)
        shown = [*outlook.goes[:SHOWN], *(one for one, _why in outlook.stays[:SHOWN] if one is not None)]
        about |= {"outlook": outlook, "names": many.names(db.session, actor, shown)}
    elif row.undone_at is None:
        about["newer"] = operations.newer(db.session, actor, many, row)
    return render_template("lists/bulk.html", **about)


def _given(act: Act, row: BulkAct) -> str:
    """What everybody is given, as the page says it: a township, colleague, day, job or reason."""
    value = str(row.values.get(act.value, ""))
    if act.asks != CHOICE:
        return value
    choices = act.choices(db.session, current_actor(), today())
    return next((word for known, word in choices if known == value), value)


@bp.route("/lists/bulk/<int:act_id>/do", methods=["POST"])
@signed_in
def bulk_do(act_id: int) -> Response:
    """Do it."""
    return _step(act_id, operations.do, lambda n: ngettext("办好了 %(num)d 条。", "办好了 %(num)d 条。", n))


@bp.route("/lists/bulk/<int:act_id>/undo", methods=["POST"])
@signed_in
def bulk_undo(act_id: int) -> Response:
    """Take it back."""
    return _step(act_id, operations.undo, lambda n: ngettext("撤销了 %(num)d 条。", "撤销了 %(num)d 条。", n))


def _step(act_id: int, take: Any, said: Any) -> Response:
    row, _listing, many = _act_or_404(act_id)
    here = url_for("lists.bulk_preview", act_id=act_id)
    try:
        count = take(db.session, current_actor(), many, row, utc_now())
    except (Refusal, StaleDataError) as problem:
        db.session.rollback()
        flash(say(problem.sentence if isinstance(problem, Refusal) else CHANGED_MEANWHILE), "error")
        return redirect(here, 303)
    flash(said(count), "success")
    return finish(here)


@dataclass(frozen=True)
class Bulk:
    """What stands above a list whose rows are ticked: the acts with their choices, the rows ticked so far."""

    acts: list[tuple[Act, Sequence[Choice]]]
    kept: list[int]
    today: date
    most: int = operations.MOST


def may_bulk() -> bool:
    """Whether the reader of the list being answered may do something to many of its rows."""
    listing, actor = listing_here(), current_actor()
    if listing is None or listing.many is None or not office_of(actor):
        return False
    return actor.can(listing.many.permission)


def bulk_here() -> Bulk | None:
    """What can be done to many rows of the list being answered, where its address asks for boxes to tick."""
    listing = listing_here()
    if listing is None or listing.many is None or request.args.get(PICK) != "1" or not may_bulk():
        return None
    actor = current_actor()
    acts = [(one, one.choices(db.session, actor, today())) for one in listing.many.offered(actor)]
    offered = [(one, some) for one, some in acts if some or one.asks != CHOICE]
    return Bulk(offered, every_tick(TICKS), today())


@bp.record_once
def _tell_templates(state: Any) -> None:
    state.app.jinja_env.globals.update(bulk_here=bulk_here, may_bulk=may_bulk)
