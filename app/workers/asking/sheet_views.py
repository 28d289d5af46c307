"""HTTP of the round as a sheet: out with a purpose, in with a preview and one confirm."""

from functools import partial

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import telephones_a_day
from app.workers import bp
from app.workers.asking import queries, sheet
from app.workers.asking.forms import RoundForm
from app.workers.queries import own_county
from models.access import Permission
from models.clock import today, utc_now
from models.people.calling import AskingBatch

WRITE = Permission.WORKER_WRITE


@bp.route("/workers/asking/sheet", methods=["POST"])
@requires(Permission.WORKER_EXPORT)
def asking_sheet() -> Response:
    """Who is not asked to the end, as a sheet to fill in; whole telephones go with it, hence the purpose."""
    form = RoundForm()
    if not form.validate():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(url_for("workers.asking"), 303)
    actor = current_actor()
    rows = queries.waiting(db.session, actor, today(), utc_now(), sheet.MOST_ROWS)
    workers = [worker for worker, _call in rows]
    sheet.note_sheet(db.session, actor, workers, form.purpose.data, today(), telephones_a_day())
    finish(url_for("workers.asking"))
    name = f"{_('问卷')}-{today():%Y%m%d}.xlsx"
    return send_workbook(name, partial(sheet.write, with_numbers=True), workers)


@bp.route("/workers/asking/upload", methods=["GET", "POST"])
@requires(WRITE)
@reads_files
def asking_upload() -> str | Response:
    """Take a filled sheet and lead to its preview; nothing is written into the register yet."""
    form = UploadForm()
    if form.validate_on_submit() and (batch := read_upload(form, _read, _keep)):
        return finish(url_for("workers.asking_preview", batch_id=batch.id))
    return render_template("workers/asking/upload.html", form=form)


def _read(sent: Sent) -> Reading:
    return sheet.read(db.session, current_actor(), sent, today())


def _keep(reading: Reading, sent: Sent, filename: str) -> AskingBatch:
    actor = current_actor()
    county = own_county(db.session, actor) or abort(403)
    return sheet.keep(db.session, actor, county, filename, reading)


@bp.route("/workers/asking/sheets/<int:batch_id>")
@requires(WRITE)
def asking_preview(batch_id: int) -> str:
    """What a sheet would bring, and which rows are rejected, why."""
    batch = in_scope_or_404(AskingBatch, batch_id)
    return render_template(
        "workers/asking/preview.html", batch=batch, reading=reading_of(batch), layout=sheet.SHEET
    )


@bp.route("/workers/asking/sheets/<int:batch_id>/confirm", methods=["POST"])
@requires(WRITE)
def asking_confirm(batch_id: int) -> Response:
    """Write the answers of the good rows down, all or none."""
    batch = in_scope_or_404(AskingBatch, batch_id)
    people, answers = sheet.confirm(db.session, current_actor(), batch, utc_now())
    flash(_("%(n)s 人的回答已记下，填了 %(answers)s 项。", n=people, answers=answers), "success")
    return finish(url_for("workers.asking"))


@bp.route("/workers/asking/sheets/<int:batch_id>/refused.xlsx")
@requires(WRITE)
def asking_rejected(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    return send_rejected(_("退回的问卷.xlsx"), sheet.SHEET, in_scope_or_404(AskingBatch, batch_id))
