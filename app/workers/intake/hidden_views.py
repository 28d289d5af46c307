"""HTTP of what a roster hides."""

from flask import request, url_for
from werkzeug.wrappers import Response

from app.kit.files.hidden import Unhide
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.workers.intake import bp, hidden_parts
from models.access import Permission
from models.people.intake import ImportBatch


@bp.route("/imports/<int:number>/hidden", methods=["POST"])
@requires(Permission.ROSTER_SEND)
def read_hidden(number: int) -> Response:
    """Read the file once more with those of its hidden rows, columns and sheets that are ticked."""
    batch = in_scope_or_404(ImportBatch, number)
    ticked = Unhide(*(name in request.form for name in Unhide._fields))
    hidden_parts.read_hidden(db.session, current_actor(), batch, ticked)
    return finish(url_for("intake.show", number=batch.id))
