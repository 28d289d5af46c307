"""HTTP of a person's data: whole numbers once, the whole record, its erasure."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.files.bulk_upload.web import send_content
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm
from app.workers import bp
from app.workers.forms import ReasonForm
from app.workers.personal_data import operations
from app.workers.personal_data.queries.history import timeline
from app.workers.personal_data.queries.record import whole_record
from app.workers.personal_data.queries.workbook import as_json, as_workbook
from app.workers.queries import placements_of
from models.access import Permission
from models.clock import today, utc_now
from models.opening_budget import spend_opening
from models.people.worker import Worker


@bp.route("/workers/<int:worker_id>/reveal", methods=["POST"])
@requires(Permission.WORKER_REVEAL)
def reveal(worker_id: int) -> str | Response:
    """Show the whole numbers once, to those who say what for."""
    worker, form = in_scope_or_404(Worker, worker_id), PurposeForm()
    back = url_for("workers.show", worker_id=worker_id)
    if worker.erased_at or not form.validate_on_submit():
        flash(_("请写明用途，再查看完整号码。"), "warning")
        return redirect(back, 303)
    _spend_opening()
    operations.note_reveal(db.session, current_actor(), worker, form.purpose.data)
    finish(back)
    return render_template("workers/personal_data/reveal.html", worker=worker, purpose=form.purpose.data)


@bp.route("/workers/<int:worker_id>/health", methods=["POST"])
@requires(Permission.WORKER_READ)
def health(worker_id: int) -> str | Response:
    """Show what is known of a person's health once, to those who say what for."""
    worker, form = in_scope_or_404(Worker, worker_id), PurposeForm()
    back = url_for("workers.show", worker_id=worker_id)
    if worker.erased_at or not form.validate_on_submit():
        flash(_("请写明用途，再查看健康情况。"), "warning")
        return redirect(back, 303)
    _spend_opening()
    operations.note_health(db.session, current_actor(), worker, form.purpose.data)
    finish(back)
    return render_template("workers/personal_data/health.html", worker=worker, purpose=form.purpose.data)


def _spend_opening() -> None:
    spend_opening(db.session, current_actor(), today(), current_app.config["NUMBERS_OPENED_A_DAY"])


@bp.route("/workers/<int:worker_id>/data", methods=["POST"])
@requires(Permission.WORKER_EXPORT)
def own_data(worker_id: int) -> Response:
    """Everything kept about one person, who asks for it."""
    worker, form = in_scope_or_404(Worker, worker_id), PurposeForm()
    back = url_for("workers.show", worker_id=worker_id)
    if worker.erased_at or not form.validate_on_submit():
        flash(_("请写明用途，再导出。"), "warning")
        return redirect(back, 303)
    placements = placements_of(db.session, current_actor(), worker)
    whole = whole_record(db.session, worker, placements, timeline(db.session, worker, placements))
    _spend_opening()
    operations.note_export(db.session, current_actor(), worker, form.purpose.data)
    finish(back)
    name = f"{_('本人资料 %(name)s', name=worker.name)}-{today():%Y%m%d}"
    if request.form.get("format") == "json":
        return send_content(as_json(whole), f"{name}.json", "application/json")
    return send_content(as_workbook(whole), f"{name}.xlsx")


@bp.route("/workers/<int:worker_id>/erase", methods=["POST"])
@requires(Permission.WORKER_ERASE)
def erase(worker_id: int) -> Response:
    """Wipe the data of one person, who asks for it."""
    worker, form = in_scope_or_404(Worker, worker_id), ReasonForm()
    back = url_for("workers.show", worker_id=worker_id)
    if worker.erased_at or not form.validate_on_submit():
        flash(_("请写明理由，再清除。"), "warning")
        return redirect(back, 303)
    operations.erase(db.session, current_actor(), worker, form.reason.data, utc_now())
    flash(_("个人资料已清除。"), "success")
    return finish(url_for("workers.index"))
