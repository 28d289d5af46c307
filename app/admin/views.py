"""HTTP of this area."""

from flask import Blueprint, render_template

from app.guards import requires
from models.access import Permission

bp = Blueprint("admin", __name__)


@bp.route("/admin/users")
@requires(Permission.USER_ADMIN)
def users() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())


@bp.route("/admin/reference")
@requires(Permission.REFERENCE_READ)
def reference() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())


@bp.route("/admin/audit")
@requires(Permission.AUDIT_READ)
def audit() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())
