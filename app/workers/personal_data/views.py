"""HTTP of what leaves the register: whole numbers, files, one person's record; and its erasure."""

import io
import re

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import XLSX
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.workers import bp, exports, forms, history, personal_data, queries
from models.access import Permission
from models.audit import EventTag, record
from models.background_job import Job
from models.clock import today
from models.people.worker import Worker


@bp.route("/workers/<int:worker_id>/reveal", methods=["POST"])
@requires(Permission.WORKER_REVEAL)
def reveal(worker_id: int) -> str | Response:
    """Show the whole numbers once, to somebody who says what for."""
    worker, form = in_scope_or_404(Worker, worker_id), forms.PurposeForm()
    back = url_for("workers.show", worker_id=worker_id)
    if worker.erased_at or not form.validate_on_submit():
        flash(_("请写明用途，再查看完整号码。"), "warning")
        return redirect(back, 303)
    record(db.session, current_actor(), EventTag.WORKER_REVEAL, worker, purpose=form.purpose.data)
    finish(back)
    return render_template("workers/reveal.html", worker=worker, purpose=form.purpose.data)


@bp.route("/workers/template")
@requires(Permission.WORKER_WRITE)
def template() -> Response:
    """The blank roster."""
    county = queries.own_county(db.session, current_actor())
    target = io.BytesIO()
    exports.write_template(target, queries.town_names(db.session, current_actor(), county))
    return _file(target.getvalue(), _("花名册模板"))


@bp.route("/workers/exports", methods=["POST"])
@requires(Permission.WORKER_EXPORT)
def export() -> Response:
    """Have the rows of a search written to a file."""
    search, form = queries.Search.read(request.form), forms.PurposeForm()
    if not form.validate_on_submit():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(url_for("workers.index", **search.filled()), 303)
    wanted = exports.ask_for(db.session, current_actor(), search, form.purpose.data)
    return finish(url_for("workers.exported", export_id=wanted.id))


@bp.route("/workers/exports/<int:export_id>")
@requires(Permission.WORKER_EXPORT)
def exported(export_id: int) -> str:
    """How far the file is; then the button to take it."""
    wanted = exports.own_export(db.session, current_actor(), export_id) or abort(404)
    return render_template("workers/export.html", wanted=wanted, job=db.session.get(Job, wanted.job_id))


@bp.route("/workers/exports/<int:export_id>/file")
@requires(Permission.WORKER_EXPORT)
def export_file(export_id: int) -> Response:
    """The file, for whoever asked for it."""
    wanted = exports.own_export(db.session, current_actor(), export_id)
    if wanted is None or wanted.content is None:
        abort(404)
    return _file(wanted.content, _("花名册"))


@bp.route("/workers/<int:worker_id>/data", methods=["POST"])
@requires(Permission.WORKER_EXPORT)
def own_data(worker_id: int) -> Response:
    """Everything kept about one person, because he asks for it."""
    worker, form = in_scope_or_404(Worker, worker_id), forms.PurposeForm()
    back = url_for("workers.show", worker_id=worker_id)
    if worker.erased_at or not form.validate_on_submit():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(back, 303)
    placements = queries.placements(db.session, current_actor(), worker)
    entries = history.timeline(db.session, worker, placements)
    whole = personal_data.whole_record(db.session, worker, placements, entries)
    personal_data.note_export(db.session, current_actor(), worker, form.purpose.data)
    finish(back)
    name = _("本人资料 %(name)s", name=worker.name)
    if request.form.get("format") == "json":
        return _file(personal_data.as_json(whole), name, "application/json", "json")
    return _file(personal_data.as_workbook(whole), name)


@bp.route("/workers/<int:worker_id>/erase", methods=["POST"])
@requires(Permission.WORKER_ERASE)
def erase(worker_id: int) -> Response:
    """Wipe one person's data, because he asks for it."""
    worker, form = in_scope_or_404(Worker, worker_id), forms.ReasonForm()
    back = url_for("workers.show", worker_id=worker_id)
    if worker.erased_at or not form.validate_on_submit():
        flash(_("请写明理由，再清除。"), "warning")
        return redirect(back, 303)
    personal_data.erase(db.session, current_actor(), worker, form.reason.data)
    flash(_("个人资料已清除。"), "success")
    return finish(url_for("workers.index"))


def _file(content: bytes, name: str, kind: str = XLSX, ending: str = "xlsx") -> FlaskResponse:
    plain = re.sub(r"[\\/:*?\"<>|\s]+", "-", f"{name}-{today():%Y%m%d}")
    return send_file(io.BytesIO(content), kind, as_attachment=True, download_name=f"{plain}.{ending}")
