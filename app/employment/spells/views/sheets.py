"""HTTP of the county's sheet: template, upload, preview, one confirm, the rejected rows."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.employment.spells import bp, confirming, sheet
from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.reading import Reading, Sent
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from models.access import Permission, Role
from models.clock import today, utc_now
from models.employment.spell import SPELL_KIND_LABELS
from models.employment.spell_batch import SpellBatch
from models.placement.leaving import LEAVE_REASON_LABELS

WRITE = Permission.WORKER_IMPORT


def _own_county() -> str:
    return next(iter(current_actor().areas(Role.COUNTY)), None) or abort(403)


@bp.route("/employment/sheet", methods=["GET", "POST"])
@requires(WRITE)
@reads_files
def upload() -> str | Response:
    """Take a sheet and lead to its preview; nothing is written yet."""
    form = UploadForm()
    if form.validate_on_submit() and (batch := read_upload(form, _read, _keep)):
        return finish(url_for("spells.preview", batch_id=batch.id))
    return render_template("employment/spells/upload.html", form=form)


def _read(sent: Sent) -> Reading:
    return sheet.read(db.session, current_actor(), _own_county(), sent, today())


def _keep(reading: Reading, sent: Sent, filename: str) -> SpellBatch:
    return confirming.keep(db.session, current_actor(), _own_county(), filename, reading)


@bp.route("/employment/sheets/<int:batch_id>")
@requires(WRITE)
def preview(batch_id: int) -> str:
    """What a sheet would bring, and which rows are rejected, why."""
    batch = in_scope_or_404(SpellBatch, batch_id)
    return render_template(
        "employment/spells/preview.html",
        batch=batch,
        reading=reading_of(batch),
        layout=sheet.SHEET,
        kinds={kind.value: word for kind, word in SPELL_KIND_LABELS.items()},
        reasons={reason.value: word for reason, word in LEAVE_REASON_LABELS.items()},
    )


@bp.route("/employment/sheets/<int:batch_id>/confirm", methods=["POST"])
@requires(WRITE)
def confirm(batch_id: int) -> Response:
    """Write the good rows down."""
    batch = in_scope_or_404(SpellBatch, batch_id)
    done = confirming.confirm(db.session, current_actor(), batch, utc_now())
    flash(
        _(
            "新登记 %(begun)s 段，登记离开 %(ended)s 段，确认还在岗 %(shown)s 段。",
            begun=done.begun,
            ended=done.ended,
            shown=done.shown,
        ),
        "success",
    )
    if done.refused:
        flash(_("有 %(n)s 行和刚才别人登记的不一致，没有写，请再核对。", n=done.refused), "warning")
    return finish(url_for("spells.index"))


@bp.route("/employment/sheets/<int:batch_id>/refused.xlsx")
@requires(WRITE)
def rejected(batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    return send_rejected(_("退回的务工情况.xlsx"), sheet.SHEET, in_scope_or_404(SpellBatch, batch_id))


@bp.route("/employment/template.xlsx")
@requires(WRITE)
def template() -> Response:
    """The blank workbook."""
    return send_workbook(_("务工情况模板.xlsx"), sheet.write_template)
