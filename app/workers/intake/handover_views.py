"""HTTP of a township's file on its way to the county."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.workers.intake import bp, handover
from models.access import Permission
from models.clock import utc_now
from models.people.intake import ImportBatch
from models.workflow import TransitionRefused


@bp.route("/imports/<int:number>/submit", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def submit(number: int) -> Response:
    """Hand a preview in to the county."""
    batch = in_scope_or_404(ImportBatch, number)
    handover.submit(db.session, current_actor(), batch, utc_now())
    flash(_("交上去了，等县里确认。确认了会告诉你。"), "success")
    return finish(url_for("intake.show", number=number))


@bp.route("/imports/<int:number>/recall", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def recall(number: int) -> Response:
    """Take a file back before the county confirmed it."""
    batch = in_scope_or_404(ImportBatch, number)
    handover.recall(db.session, current_actor(), batch, utc_now())
    return finish(url_for("intake.show", number=number))


@bp.route("/imports/<int:number>/hand-back", methods=["POST"])
@requires(Permission.WORKER_IMPORT)
def hand_back(number: int) -> Response:
    """Send a file back to its collector, with the reason."""
    batch = in_scope_or_404(ImportBatch, number)
    here = url_for("intake.show", number=number)
    try:
        reason = request.form.get("reason", "")[:300]
        handover.hand_back(db.session, current_actor(), batch, reason, utc_now())
    except TransitionRefused as refusal:
        db.session.rollback()
        flash(say(refusal.sentence), "error")
        return redirect(here, 303)
    return finish(here)


@bp.route("/imports/<int:number>/seen", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def seen(number: int) -> Response:
    """Stop reminding the collector of what became of a file."""
    handover.note_seen(in_scope_or_404(ImportBatch, number), utc_now())
    return finish(url_for("intake.index"))
