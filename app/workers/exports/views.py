"""HTTP of the register as a file: the blank roster, what a search finds."""

import io

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_content
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm
from app.workers import bp
from app.workers import queries as register
from app.workers.exports import operations, queries
from app.workers.exports.workbook import write_template
from models.access import Permission
from models.background_job import Job
from models.clock import today


@bp.route("/workers/template")
@requires(Permission.WORKER_WRITE)
def template() -> Response:
    """The blank roster."""
    county = register.own_county(db.session, current_actor())
    target = io.BytesIO()
    write_template(target, register.town_names(db.session, current_actor(), county))
    return send_content(target.getvalue(), f"{_('花名册模板')}-{today():%Y%m%d}.xlsx")


@bp.route("/workers/exports", methods=["POST"])
@requires(Permission.WORKER_EXPORT)
def export() -> Response:
    """Have the rows of a search written to a file."""
    search, form = register.Search.read(request.form), PurposeForm()
    if not form.validate_on_submit():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(url_for("workers.index", **search.filled()), 303)
    wanted = operations.ask_for(db.session, current_actor(), search, form.purpose.data)
    return finish(url_for("workers.exported", export_id=wanted.id))


@bp.route("/workers/exports/<int:export_id>")
@requires(Permission.WORKER_EXPORT)
def exported(export_id: int) -> str:
    """How far the file is; then the button to take it."""
    wanted = queries.own_export(db.session, current_actor(), export_id) or abort(404)
    return render_template(
        "workers/exports/show.html",
        wanted=wanted,
        search=queries.search_of(wanted),
        job=db.session.get(Job, wanted.job_id),
    )


@bp.route("/workers/exports/<int:export_id>/file")
@requires(Permission.WORKER_EXPORT)
def export_file(export_id: int) -> Response:
    """The file, for the account that asked for it."""
    wanted = queries.own_export(db.session, current_actor(), export_id)
    if wanted is None or wanted.content is None:
        abort(404)
    return send_content(wanted.content, f"{_('花名册')}-{today():%Y%m%d}.xlsx")
