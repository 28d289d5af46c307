"""HTTP of this area."""

from flask import Blueprint, render_template

from app.guards import requires
from models.access import Permission

bp = Blueprint("workers", __name__)


@bp.route("/workers")
@requires(Permission.WORKER_READ)
def index() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())

