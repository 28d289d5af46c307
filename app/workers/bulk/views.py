"""HTTP of one thing for many: the choice, its preview, the confirm, the way back."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.kit.care.queries import colleagues
from app.kit.files.cells.cell import BadCell
from app.kit.files.cells.dates import parse_day
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.ticks import MOST as MOST_CARRIED
from app.kit.web.ticks import every_tick, turned, with_ticks
from app.workers import bp
from app.workers import queries as register
from app.workers.bulk import operations
from models.access import Permission
from models.bulk_act import BulkAct
from models.clock import today, utc_now
from models.i18n import Refusal, Sentence

WRITE = Permission.WORKER_WRITE
SHOWN = 50
VALUE_OF = {
    "township": "township_name",
    "close": "reason",
    "assign": "assigned_to_id",
    "call": "remind_on",
    "offer": "order_id",
}
CHANGED_MEANWHILE = Sentence("有人刚刚改过其中一个人的资料，这次没有办，请再点一次。")


@bp.route("/workers/bulk", methods=["POST"])
@requires(WRITE)
def bulk() -> Response:
    """Keep the choice and lead to its preview. Form: workers or all with the filter; act and its values."""
    if page := turned("workers"):
        return page
    actor, name = current_actor(), request.form.get("act", "")
    if name not in operations.ACTS:
        abort(400)
    search = register.Search.read(request.form)
    chosen = (
        register.ids_of(db.session, actor, search, today(), operations.MOST + 1)
        if "all" in request.form
        else every_tick("workers")
    )
    values = _values(name)
    try:
        act = operations.choose(db.session, actor, name, chosen, values)
    except Refusal as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
        back = url_for("workers.index", pick=1, **search.filled())
        kept = [] if "all" in request.form else chosen
        return redirect(with_ticks(back, kept), 303)
    return finish(url_for("workers.bulk_preview", act_id=act.id))


def _values(name: str) -> dict[str, str]:
    """What the act is done with. Raises TransitionRefused for a day that is none."""
    typed = request.form.get(VALUE_OF[name], "").strip()[:300]
    if name == "call":
        typed = day.isoformat() if (day := _day(typed)) else ""
    values = {VALUE_OF[name]: typed} if typed else {}
    return values | {"day": today().isoformat()} if name == "offer" else values


def _day(typed: str) -> date | None:
    try:
        read: date | None = parse_day(typed).read()
    except BadCell:
        return None
    return read


def _act_or_404(act_id: int) -> BulkAct:
    own = BulkAct.id == act_id, BulkAct.user_id == current_actor().user_id
    row: BulkAct = db.session.scalar(select(BulkAct).where(*own)) or abort(404)
    return row


@bp.route("/workers/bulk/<int:act_id>")
@requires(WRITE)
def bulk_preview(act_id: int) -> str:
    """What would be done to whom; after it was done, the way back."""
    act, actor = _act_or_404(act_id), current_actor()
    back = url_for("workers.index", pick=1)
    about: dict[str, Any] = {
        "act": act,
        "word": operations.ACTS[act.act].word,
        "given": _given(act),
        "shown": SHOWN,
        "back": back if len(act.chosen) > MOST_CARRIED else with_ticks(back, act.chosen),
    }
    if act.done is None:
        about["outlook"] = operations.outlook(db.session, actor, act)
    elif act.undone_at is None:
        about["newer"] = operations.newer(db.session, actor, act)
    return render_template("workers/bulk.html", **about)


def _given(act: BulkAct) -> str:
    """What everybody is given, as the page says it: a township, colleague, day, job or reason."""
    actor, value = current_actor(), str(act.values.get(VALUE_OF[act.act], ""))
    if act.act == "assign":
        return next((one.name for one in colleagues(db.session, actor, today()) if str(one.id) == value), "")
    if act.act == "offer":
        orders = register.open_orders(db.session, actor, today())
        return next((f"{one.title} · {one.enterprise.name}" for one in orders if str(one.id) == value), "")
    return value


@bp.route("/workers/bulk/<int:act_id>/do", methods=["POST"])
@requires(WRITE)
def bulk_do(act_id: int) -> Response:
    """Do it."""
    return _step(act_id, operations.do, lambda n: ngettext("办好了 %(num)d 人。", "办好了 %(num)d 人。", n))


@bp.route("/workers/bulk/<int:act_id>/undo", methods=["POST"])
@requires(WRITE)
def bulk_undo(act_id: int) -> Response:
    """Take it back."""
    return _step(act_id, operations.undo, lambda n: ngettext("撤销了 %(num)d 人。", "撤销了 %(num)d 人。", n))


def _step(act_id: int, take: Any, said: Any) -> Response:
    act, here = _act_or_404(act_id), url_for("workers.bulk_preview", act_id=act_id)
    try:
        count = take(db.session, current_actor(), act, utc_now())
    except (Refusal, StaleDataError) as problem:
        db.session.rollback()
        flash(say(problem.sentence if isinstance(problem, Refusal) else CHANGED_MEANWHILE), "error")
        return redirect(here, 303)
    flash(said(count), "success")
    return finish(here)
