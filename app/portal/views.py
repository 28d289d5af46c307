"""HTTP of this area."""

from flask import Blueprint, render_template

from app.guards import requires
from models.access import Permission

bp = Blueprint("portal", __name__)


@bp.route("/my/offers")
@requires(Permission.PORTAL)
def offers() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())


@bp.route("/my/profile")
@requires(Permission.PORTAL)
def profile() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())


@bp.route("/my/messages")
@requires(Permission.PORTAL)
def messages() -> str:
    """A list."""
    return render_template("home/today.html", tasks=[], today=__import__("datetime").date.today())
