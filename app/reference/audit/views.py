"""HTTP of the audit."""

from flask import render_template, request

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.request_limits import row_number
from app.kit.web.tables import page_of
from app.reference import bp
from app.reference.audit import queries
from models.access import Permission
from models.event_tags import EVENT_LABELS


@bp.route("/admin/audit")
@requires(Permission.AUDIT_READ)
def audit() -> str:
    """Who did what, newest first, in words."""
    subject, tag = request.args.get("subject", "").strip(), request.args.get("tag", "")
    before = request.args.get("before", None, row_number)
    rows, next_key = page_of(queries.audit_page(db.session, subject, tag, before), queries.PAGE)
    return render_template(
        "reference/audit/index.html",
        lines=queries.lines(rows, current_actor()),
        next_key=next_key,
        subject=subject,
        tag=tag,
        tags=EVENT_LABELS,
        check=queries.last_check(db.session),
    )
