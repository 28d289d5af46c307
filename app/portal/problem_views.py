"""What the worker reported, what became of it, and the worker's word that ends it or opens it again."""

from collections.abc import Callable

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import wanted
from app.portal import bp
from app.problems.operations import cases as operations
from app.problems.queries.cases import own_problems
from models.access import Actor, Permission
from models.clock import today, utc_now
from models.problems.flow import OVER
from models.problems.problem import LONGEST_WORDS, Problem
from models.reference.deadline import Deadlines

OWN_STEPS: dict[str, Callable[[Session, Actor, Problem, str], None]] = {
    "solve_own": lambda session, actor, row, said: operations.close_own(
        session, actor, row, "solve_own", said, utc_now()
    ),
    "withdraw_own": lambda session, actor, row, said: operations.close_own(
        session, actor, row, "withdraw_own", said, utc_now()
    ),
    "go_on_own": lambda session, actor, row, said: operations.go_on(
        session, actor, row, said, utc_now(), "go_on_own"
    ),
    "reopen_own": lambda session, actor, row, said: operations.reopen(
        session, actor, row, said, utc_now(), "reopen_own"
    ),
}


@bp.route("/my/problems")
@requires(Permission.PORTAL)
def problems() -> str:
    """Everything the worker reported, and how far it is."""
    rows = own_problems(db.session, current_actor())
    day = today()
    deadlines = Deadlines(db.session, day)
    ended = [row for row in rows if row.state in OVER]
    return render_template(
        "portal/problems.html",
        rows=rows,
        today=day,
        reopens={row.id for row in ended if operations.last_day_to_reopen(row, deadlines) >= day},
    )


@bp.route("/my/problems/<int:problem_id>", methods=["POST"])
@requires(Permission.PORTAL)
def answer_problem(problem_id: int) -> Response:
    """The worker's word. Form: event, words."""
    row: Problem = in_scope_or_404(Problem, problem_id)
    step = OWN_STEPS.get(request.form.get("event", ""))
    if step is None:
        abort(400)
    step(db.session, current_actor(), row, request.form.get("words", "").strip()[:LONGEST_WORDS])
    flash(_("记下了。"), "success")
    return finish(url_for("portal.problems"))


@bp.route("/my/problems/<int:problem_id>/agreement", methods=["POST"])
@requires(Permission.PORTAL)
def agree_problem(problem_id: int) -> Response:
    """Let the enterprise learn of it, or no longer. Form: open."""
    row: Problem = in_scope_or_404(Problem, problem_id)
    agrees = wanted("open")
    operations.set_agreement(db.session, current_actor(), row, agrees, utc_now())
    flash(_("好，企业会知道是你说的。") if agrees else _("好，企业看不到是你说的。"), "success")
    return finish(url_for("portal.problems"))
