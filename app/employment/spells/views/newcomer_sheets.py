"""HTTP of the sheet of people already at work here: template, upload, preview, one confirm, one undo."""

from flask import current_app, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.employment.spells import bp, newcomer_batches
from app.employment.spells import newcomer_sheet as sheet
from app.employment.spells.operations import newcomers
from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from models.access import Permission, Role
from models.clock import today, utc_now
from models.employment.newcomer_batch import NewcomerBatch
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused

RECORD = Permission.EMPLOYMENT_RECORD


def _employer() -> Organisation | None:
    """The enterprise that tells; None for a city. Raises TransitionRefused for the home end."""
    actor = current_actor()
    if not actor.has_role(Role.CITY, Role.ENTERPRISE):
        raise TransitionRefused(newcomers.ONLY_THERE)
    own = next(iter(actor.organisations(Role.ENTERPRISE)), None)
    return db.session.get(Organisation, own) if own else None


@bp.route("/employment/newcomers/sheet", methods=["GET", "POST"])
@requires(RECORD)
@reads_files
def newcomer_upload() -> str | Response:
    """Take a sheet and lead to its preview; nothing is written yet."""
    employer, form = _employer(), UploadForm()
    number = employer.id if employer else None
    if form.validate_on_submit():

        def read(sent: Sent) -> Reading:
            own = db.session.get(Organisation, number) if number else None
            return sheet.read(db.session, own, sent, today())

        def kept(reading: Reading, _sent: Sent, filename: str) -> NewcomerBatch:
            return newcomer_batches.keep(db.session, current_actor(), filename, reading)

        if batch := read_upload(form, read, kept):
            return finish(url_for("spells.newcomer_preview", sheet_id=batch.id))
    return render_template("employment/spells/newcomer_upload.html", form=form)


@bp.route("/employment/newcomers/template.xlsx")
@requires(RECORD)
def newcomer_template() -> Response:
    """The blank workbook."""
    return send_workbook(_("已在当地上班的人.xlsx"), sheet.write_template)


@bp.route("/employment/newcomers/sheets/<int:sheet_id>")
@requires(RECORD)
def newcomer_preview(sheet_id: int) -> str:
    """What a sheet would tell, and which rows are rejected, why; afterwards the way to take it back."""
    batch = in_scope_or_404(NewcomerBatch, sheet_id)
    return render_template(
        "employment/spells/newcomer_preview.html", batch=batch, reading=reading_of(batch), layout=sheet.SHEET
    )


@bp.route("/employment/newcomers/sheets/<int:sheet_id>/confirm", methods=["POST"])
@requires(RECORD)
def newcomer_confirm(sheet_id: int) -> Response:
    """Tell the counties of everybody of the good rows."""
    batch = in_scope_or_404(NewcomerBatch, sheet_id)
    done = newcomer_batches.confirm(
        db.session, current_actor(), batch, utc_now(), current_app.config["NEWCOMERS_A_DAY"]
    )
    flash(_("已登记 %(n)s 人，户籍县会看到。", n=done.told), "success")
    for sentence in done.refused[:20]:
        flash(say(sentence), "warning")
    return finish(url_for("spells.newcomer_preview", sheet_id=batch.id))


@bp.route("/employment/newcomers/sheets/<int:sheet_id>/undo", methods=["POST"])
@requires(RECORD)
def newcomer_undo(sheet_id: int) -> Response:
    """Take back what a sheet told."""
    batch = in_scope_or_404(NewcomerBatch, sheet_id)
    done = newcomer_batches.undo(db.session, current_actor(), batch, utc_now())
    flash(_("撤回了 %(n)s 人。", n=done.gone), "success")
    if done.kept:
        flash(_("%(n)s 人没有撤回：户籍县已经处理，或别的单位也登记过。", n=done.kept), "warning")
    return finish(url_for("spells.newcomer_preview", sheet_id=batch.id))


@bp.route("/employment/newcomers/sheets/<int:sheet_id>/refused.xlsx")
@requires(RECORD)
def newcomer_rejected(sheet_id: int) -> Response:
    """The rejected rows with their reasons."""
    batch = in_scope_or_404(NewcomerBatch, sheet_id)
    return send_rejected(_("退回的已在当地上班的人.xlsx"), sheet.SHEET, batch)
