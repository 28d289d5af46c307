"""HTTP of a preview: how the file was understood, and what people say to it."""

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.cells.masked import masked
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.labels import label
from app.kit.web.request_limits import row_number, wanted
from app.workers.field_values import change_shower
from app.workers.intake import answers, bp, column_choices, handover, queries, townships, understood
from app.workers.intake.hidden_parts import account_of
from models.access import Permission
from models.clock import utc_now
from models.people.intake import BATCH_WORKFLOW, ImportBatch, ImportRow, RowOutcome, may_answer, waits

FIRST_TABS = ("refused", "possible", "new", "changed")


def place_on_page(number: int, form: Any, after: int | None = None) -> str:
    """The address of the rows that the reader had before them, or of those that follow."""
    where = {name: form.get(name, "")[:20] for name in ("tab", "kind") if form.get(name)}
    after = after if after is not None else form.get("after", 0, type=row_number)
    return url_for("intake.show", number=number, after=after or None, _anchor="rows", **where)


def preview(batch: ImportBatch) -> dict[str, Any]:
    """What the page of a preview shows."""
    counts, kinds = queries.counts_of(batch), understood.kinds(batch)
    tab = request.args.get("tab", "")
    if tab not in counts:
        tab = next((name for name in FIRST_TABS if counts[name]), "unchanged")
    kind = next((one for one in kinds if one.key == request.args.get("kind")), None)
    after = request.args.get("after", 0, type=row_number)
    lines = queries.lines(db.session, current_actor(), batch, tab, after, kind.key if kind else "")
    more = lines[queries.PAGE - 1].row.id if len(lines) > queries.PAGE else None
    lines = lines[: queries.PAGE]
    shown = change_shower(db.session, understood.shown_values(batch, [line.row for line in lines]))
    return {
        "tab": tab,
        "kind": kind,
        "kinds": kinds,
        "lines": lines,
        "after": after,
        "more": more,
        "counts": counts,
        "columns": understood.columns(batch, shown),
        "fields_of": understood.RowReadings(batch, shown).of,
        "good": queries.good_count(batch),
        "file": account_of(batch),
        "amendments": handover.amendments(batch),
        "returned": (batch.answers or {}).get("returned"),
        "may_confirm": _may_confirm(batch),
        "may_answer": waits(batch) and may_answer(current_actor(), batch),
        "masked": masked,
        "is_collector": handover.is_collector(current_actor()),
        "by_column": queries.rejected_by_column(batch),
        "shown": shown,
        "before": queries.imported_before(db.session, batch),
        "can_undo": any(step.event == "undo" for step in BATCH_WORKFLOW.available(batch, current_actor())),
        "unread": column_choices.unread(batch),
        "townships": townships.assumed(batch.reading),
        "assumed": column_choices.assumed(batch),
    }


def _may_confirm(batch: ImportBatch) -> bool:
    step, actor = BATCH_WORKFLOW.by_event["confirm"], current_actor()
    is_open = batch.state in step.sources and actor.can(step.permission)
    return is_open and not (step.guard and step.guard(batch, actor))


@bp.route("/imports/<int:number>/rows/<int:row_id>")
@requires(Permission.ROSTER_SEND)
def row(number: int, row_id: int) -> str:
    """One row, cell by cell, each of which can be corrected while the batch is a preview."""
    batch = in_scope_or_404(ImportBatch, number)
    line = queries.line(db.session, current_actor(), batch, row_id) or abort(404)
    shown = change_shower(db.session, understood.shown_values(batch, [line.row]))
    fields = understood.RowReadings(batch, shown).of(line.row, with_blank=True)
    about = {"batch": batch, "line": line, "fields": fields, "shown": shown}
    can_correct = waits(batch) and may_answer(current_actor(), batch)
    return render_template(
        "workers/intake/row.html", tab="", after=0, kind=None, may_answer=can_correct, **about
    )


@bp.route("/imports/<int:number>/correct", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def correct(number: int) -> Response:
    """Put something else in the place of a cell, and read its row again."""
    batch = in_scope_or_404(ImportBatch, number)
    line = _row_or_404(batch, request.form.get("row", 0, type=row_number))
    key, text = request.form.get("key", "")[:200], request.form.get("text", "")
    outcome = answers.correct_cell(db.session, current_actor(), batch, line, key, text, utc_now())
    if outcome is RowOutcome.REJECTED:
        flash(_("第 %(row)d 行重新读过了，还是退回，请看原因。", row=line.row), "warning")
    else:
        told = _("第 %(row)d 行读懂了：%(outcome)s。", row=line.row, outcome=label(outcome))
        flash(told, "success")
    if request.form.get("on") == "row":
        return finish(url_for("intake.row", number=number, row_id=line.id))
    return finish(place_on_page(number, request.form))


def _row_or_404(batch: ImportBatch, row_id: int) -> ImportRow:
    line = queries.line(db.session, current_actor(), batch, row_id) or abort(404)
    return line.row


@bp.route("/imports/<int:number>/rows", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def tick_rows(number: int) -> Response:
    """Keep which of the rows on a page are to be registered; on to the next page where that was asked."""
    batch = in_scope_or_404(ImportBatch, number)
    shown, ticked = (
        {row for row in request.form.getlist(name, type=row_number)[: queries.PAGE] if row}
        for name in ("shown", "ticked")
    )
    answers.tick_rows(db.session, current_actor(), batch, shown, ticked, utc_now())
    more = request.form.get("more", type=row_number) if request.form.get("go") == "next" else None
    return finish(place_on_page(number, request.form, more))


@bp.route("/imports/<int:number>/kinds", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def leave_out_kind(number: int) -> Response:
    """Leave out every row with a problem of one kind."""
    batch = in_scope_or_404(ImportBatch, number)
    answers.leave_out_kind(db.session, current_actor(), batch, request.form.get("kind", "")[:20], utc_now())
    return finish(url_for("intake.show", number=number, tab="left_out", _anchor="rows"))


@bp.route("/imports/<int:number>/columns/tick", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def tick_column(number: int) -> Response:
    """Leave out a column, or take it in again; the file is read once more."""
    batch = in_scope_or_404(ImportBatch, number)
    key, is_left_out = request.form.get("key", "")[:200], wanted("out")
    answers.tick_column(db.session, current_actor(), batch, key, is_left_out, utc_now())
    return finish(url_for("intake.show", number=number))
