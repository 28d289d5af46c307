"""Rounds of follow-ups: who has how many, giving them to somebody, notes, the round as a sheet."""

from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.days import coming_day
from app.kit.web.extensions import db
from app.kit.web.fields import Form, text
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm, telephones_a_day
from app.kit.web.request_limits import row_number
from app.kit.web.ticks import ticked, turned
from app.placements import bp, follow_up_sheet
from app.placements.operations import rounds as operations
from app.placements.operations.steps import reveal
from app.placements.queries import lists, rounds
from app.placements.views.bulk import told
from models.access import Permission
from models.audit import record
from models.clock import today, utc_now
from models.event_tags import EventTag
from models.people.calling import FollowUpBatch
from models.placement.placement import FollowUp
from models.workflow import TransitionRefused

RECORD = Permission.FOLLOWUP_RECORD


class NoteForm(Form):
    """A note of a call, and when to ring again."""

    call_note = text(_l("备注"), most=300)
    remind_on = coming_day(_l("哪天再打"), description=_l("到那天会出现在首页"))


@bp.route("/placements/follow-ups/caseload")
@requires(RECORD)
def caseload() -> str:
    """Who has how many follow-ups, open and overdue."""
    actor = current_actor()
    return render_template(
        "placements/caseload.html",
        rows=rounds.caseloads(db.session, actor, today()),
        people=rounds.collectors(db.session, actor, today()),
        purpose=PurposeForm(formdata=None),
        may_reveal=actor.can(Permission.WORKER_REVEAL),
        most=rounds.MOST_AT_ONCE,
    )


@bp.route("/placements/follow-ups/assign", methods=["POST"])
@requires(RECORD)
def assign_follow_ups() -> Response:
    """Give follow-ups to a collector. Form: to; ids, or from: all that somebody ("none": nobody) has."""
    if page := turned("ids"):
        return page
    actor, here = current_actor(), url_for("placements.caseload")
    source, to = request.form.get("from", ""), request.form.get("to", type=row_number)
    if source:
        holder = None if source == "none" else request.form.get("from", type=row_number)
        rows = rounds.of_collector(db.session, actor, holder, today())
    else:
        rows = rounds.chosen(db.session, actor, ticked("ids"))
    try:
        count = operations.assign(db.session, actor, rows, to or None, today())
    except TransitionRefused as problem:
        db.session.rollback()
        flash(say(problem.sentence), "error")
        return redirect(here, 303)
    flash(ngettext("转了 %(num)d 条。", "转了 %(num)d 条。", count), "success")
    return finish(here)


@bp.route("/placements/follow-ups/<int:number>/note", methods=["POST"])
@requires(RECORD)
def follow_up_note(number: int) -> Response:
    """Keep a note with a follow-up, and the day on which to come back to it."""
    statement = lists.follow_ups(current_actor(), RECORD).where(FollowUp.id == number)
    row, form = db.session.scalar(statement) or abort(404), NoteForm()
    here = url_for("placements.follow_up", number=row.id)
    if not form.validate():
        flash("；".join(str(one) for some in form.errors.values() for one in some), "error")
        return redirect(here, 303)
    note, day = form.call_note.data or "", form.remind_on.data
    operations.remember(db.session, current_actor(), row, note, day, today())
    flash(_("记下了。"), "success")
    return finish(here)


@bp.route("/placements/follow-ups/sheet", methods=["POST"])
@requires(Permission.WORKER_REVEAL)
def follow_up_sheet_out() -> Response:
    """The open follow-ups of the actor, or of nobody, as a sheet to fill in; whole telephones go with it."""
    form, actor = PurposeForm(), current_actor()
    if not form.validate():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(url_for("placements.caseload"), 303)
    rows = [*rounds.of_collector(db.session, actor, actor.user_id, today())]
    rows += rounds.of_collector(db.session, actor, None, today())
    rows = rows[: rounds.MOST_AT_ONCE]
    purpose = form.purpose.data
    reveal(db.session, actor, [row.placement for row in rows], purpose, today(), telephones_a_day())
    record(db.session, actor, EventTag.WORKER_EXPORT, "follow_up:sheet", purpose=purpose, rows=len(rows))
    finish(url_for("placements.caseload"))
    name = f"{_('回访表')}-{today():%Y%m%d}.xlsx"
    return send_workbook(name, partial(follow_up_sheet.write, with_numbers=True), rows)


@bp.route("/placements/follow-ups/upload", methods=["GET", "POST"])
@requires(RECORD)
@reads_files
def follow_up_upload() -> str | Response:
    """Take a filled sheet and lead to its preview; nothing is written yet."""
    form = UploadForm()
    if form.validate_on_submit() and (batch := read_upload(form, _read, _keep)):
        return finish(url_for("placements.follow_up_preview", batch_id=batch.id))
    return render_template("placements/follow_up_upload.html", form=form)


def _read(sent: Sent) -> Reading:
    return follow_up_sheet.read(db.session, current_actor(), sent, today())


def _keep(reading: Reading, sent: Sent, filename: str) -> FollowUpBatch:
    return follow_up_sheet.keep(db.session, current_actor(), filename, reading)


@bp.route("/placements/follow-ups/sheets/<int:batch_id>")
@requires(RECORD)
def follow_up_preview(batch_id: int) -> str:
    """What a sheet would write down, and which rows are rejected, why."""
    batch = in_scope_or_404(FollowUpBatch, batch_id)
    return render_template(
        "placements/follow_up_preview.html",
        batch=batch,
        reading=reading_of(batch),
        layout=follow_up_sheet.SHEET,
    )


@bp.route("/placements/follow-ups/sheets/<int:batch_id>/confirm", methods=["POST"])
@requires(RECORD)
def follow_up_confirm(batch_id: int) -> Response:
    """Write the findings of the good rows down; what can no longer be written is named."""
    batch = in_scope_or_404(FollowUpBatch, batch_id)
    outcome, noted = follow_up_sheet.confirm(db.session, current_actor(), batch, today(), utc_now())
    here = url_for("placements.follow_ups")
    text = _("记下了 %(n)s 人的回访，%(notes)s 条备注。", n=len(outcome.done), notes=noted)
    return told(here, outcome, text)


@bp.route("/placements/follow-ups/sheets/<int:batch_id>/refused.xlsx")
@requires(RECORD)
def follow_up_rejected(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    batch = in_scope_or_404(FollowUpBatch, batch_id)
    return send_rejected(_("退回的回访.xlsx"), follow_up_sheet.SHEET, batch)
