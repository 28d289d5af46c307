"""HTTP of this area."""

from flask import Blueprint, render_template

from app.guards import requires
from models.access import Permission

bp = Blueprint("placements", __name__)


@bp.route("/placements")
@requires(Permission.PLACEMENT_READ)
def index() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())


@bp.route("/placements/figures")
@requires(Permission.FIGURE_WRITE)
def figures() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())
