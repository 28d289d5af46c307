"""HTTP of a register's sheet: template, upload, preview, one confirm, rejected rows, the list as a file."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.cooperation import articles, bp, sheet
from app.cooperation.queries import entries as queries
from app.cooperation.queries.entries import Search
from app.cooperation.views.entries import READ, WRITE, register_or_404
from app.kit.files.bulk_upload.batches import reading_of
from app.kit.files.bulk_upload.web import UploadForm, read_upload, send_rejected, send_workbook
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, reads_files, requires
from app.kit.web.idempotency import finish
from models.clock import today, utc_now
from models.cooperation.entry import EntryBatch, RegisterEntry

MOST_EXPORTED = 20_000


@bp.route("/<register>/sheet", methods=["GET", "POST"])
@requires(WRITE)
@reads_files
def upload(register: str) -> str | Response:
    """Take a sheet and lead to its preview; nothing is written yet."""
    here, actor, form = register_or_404(register), current_actor(), UploadForm()
    area = next((right.area_code for right in actor.rights_for(WRITE) if right.area_code), None) or abort(403)
    if form.validate_on_submit():
        batch = read_upload(
            form,
            lambda sent: sheet.read(db.session, current_actor(), here, sent, today()),
            lambda reading, _sent, name: sheet.keep(db.session, current_actor(), here, area, name, reading),
        )
        if batch:
            return finish(url_for("cooperation.preview", register=register, batch_id=batch.id))
    return render_template(
        "cooperation/upload.html", register=here, article=articles.BY_NUMBER[here.article], form=form
    )


def _batch(register: str, batch_id: int) -> EntryBatch:
    batch: EntryBatch = in_scope_or_404(EntryBatch, batch_id)
    return batch if batch.register == register else abort(404)


@bp.route("/<register>/sheets/<int:batch_id>")
@requires(WRITE)
def preview(register: str, batch_id: int) -> str:
    """What a sheet would bring, value by value as understood, and which rows are rejected, why."""
    here = register_or_404(register)
    batch = _batch(register, batch_id)
    reading = reading_of(batch)
    return render_template(
        "cooperation/preview.html",
        register=here,
        batch=batch,
        reading=reading,
        layout=sheet.layout_of(here),
    )


@bp.route("/<register>/sheets/<int:batch_id>/confirm", methods=["POST"])
@requires(WRITE)
def confirm(register: str, batch_id: int) -> Response:
    """Write the good rows down."""
    here, batch = register_or_404(register), _batch(register, batch_id)
    written, refused = sheet.confirm(db.session, current_actor(), here, batch, today(), utc_now())
    flash(_("登记了 %(n)s 行。", n=written), "success")
    if refused:
        flash(
            _("有 %(n)s 行现在登记不了（结对或台账刚才变了），没有写，请再导一次看原因。", n=refused),
            "warning",
        )
    return finish(url_for("cooperation.entries", register=register))


@bp.route("/<register>/sheets/<int:batch_id>/refused.xlsx")
@requires(WRITE)
def rejected(register: str, batch_id: int) -> Response:
    """The rejected rows with their reasons."""
    here = register_or_404(register)
    name = _("退回的%(noun)s.xlsx", noun=_(here.noun))
    return send_rejected(name, sheet.layout_of(here), _batch(register, batch_id))


@bp.route("/<register>/template.xlsx")
@requires(WRITE)
def template(register: str) -> Response:
    """The blank workbook."""
    here = register_or_404(register)
    offered = queries.choices(db.session, current_actor(), here, today())
    return send_workbook(_("%(noun)s模板.xlsx", noun=_(here.noun)), sheet.write_template, here, offered)


@bp.route("/<register>/lines.xlsx")
@requires(READ)
def export(register: str) -> Response:
    """The lines of the list as it is narrowed, under the headings of the template."""
    here = register_or_404(register)
    lines = queries.lines(current_actor(), here.key, Search.read(request.args), today())
    rows = db.session.scalars(lines.order_by(RegisterEntry.id).limit(MOST_EXPORTED)).all()
    names = queries.names(db.session, rows)
    return send_workbook(_("%(noun)s.xlsx", noun=_(here.noun)), sheet.write_lines, here, rows, names)
