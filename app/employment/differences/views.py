"""HTTP of the difference report: what is open with its buttons, what was settled, the trend."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.employment.differences import bp, operations, queries
from app.employment.differences.resolutions import WAYS, can_undo, effect, story
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import place_asked, row_numbers
from app.kit.web.ticks import ticked
from models.access import Permission
from models.clock import today, utc_now
from models.employment.difference import Difference, DifferenceKind
from models.reference.area import area_names
from models.workflow import TransitionRefused

RECORD = Permission.FOLLOWUP_RECORD


def _kind() -> DifferenceKind | None:
    told = request.values.get("kind", "")
    return DifferenceKind(told) if told in set(DifferenceKind) else None


@bp.route("/employment/differences")
@requires(Permission.PLACEMENT_READ)
def index() -> str:
    """What contradicts, whose it is, how old; with what each button will do."""
    actor, kind, place = current_actor(), _kind(), place_asked()
    rows, following = queries.open_page(db.session, actor, kind, place)
    may = actor.can(RECORD)
    mine = {row.id for row in rows if may and operations.is_owner(row, actor)}
    settled = queries.lately_settled(db.session, actor, today())
    trend = queries.trend(db.session, actor, today())
    codes = {row.county_code for row in (*rows, *settled)} | {row.city_code for row in rows if row.city_code}
    return render_template(
        "employment/differences/index.html",
        rows=rows,
        kind=kind,
        kinds=DifferenceKind,
        counts=queries.open_counts(db.session, actor),
        stories={row.id: story(row) for row in (*rows, *settled)},
        ways=WAYS,
        effects={
            (row.id, way.resolution.value): effect(db.session, row, way)
            for row in rows
            if row.id in mine
            for way in WAYS[row.kind]
        },
        mine=mine,
        settled=settled,
        undoable={row.id for row in settled if may and operations.is_owner(row, actor) and can_undo(row)},
        names=area_names(db.session, codes),
        trend=trend,
        bars=[(one.month, one.left, "") for one in trend],
        here=url_for("differences.index", kind=kind) if place else None,
        following=url_for("differences.index", kind=kind, after=following) if following else None,
    )


@bp.route("/employment/differences", methods=["POST"])
@requires(RECORD)
def settle() -> Response:
    """Settle one difference, or all that are ticked, by the way of the button. Form: one or all, reasons."""
    one, many = request.form.get("one", ""), request.form.get("all", "")
    number, _colon, resolution = one.partition(":")
    numbers = row_numbers(number) if one else ticked("ids", queries.PAGE)
    rows = queries.chosen(db.session, current_actor(), numbers)
    done = 0
    for row in rows:
        reason = request.form.get(f"reason-{row.id}", "") or request.form.get("reason", "")
        try:
            with db.session.begin_nested():
                operations.settle(db.session, current_actor(), row, resolution or many, reason, utc_now())
            done += 1
        except TransitionRefused as refused:
            flash(f"{row.worker.name}{_('：')}{say(refused.sentence)}", "warning")
    if done:
        flash(ngettext("处理了 %(num)d 条。", "处理了 %(num)d 条。", done), "success")
    elif not rows:
        flash(_("请先勾选要处理的。"), "warning")
    return finish(url_for("differences.index", kind=_kind()))


@bp.route("/employment/differences/<int:difference_id>/undo", methods=["POST"])
@requires(RECORD)
def undo(difference_id: int) -> Response:
    """Take back what settled a difference."""
    row = in_scope_or_404(Difference, difference_id)
    operations.undo(db.session, current_actor(), row, utc_now())
    flash(_("已撤销，这一条重新打开。"), "success")
    return finish(url_for("differences.index"))
