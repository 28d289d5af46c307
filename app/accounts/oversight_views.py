"""HTTP of what takes another administrator: requests, and looking at what one did alone."""

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import bp, oversight, requests
from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number, row_numbers
from app.kit.web.transition_forms import asked
from models.access import Permission
from models.account_request import REQUEST_WORKFLOW, AccountRequest, RequestKind
from models.clock import today, utc_now
from models.user import User
from models.watched_act import WatchedKind
from models.workflow import Transition


def ask_for(person: User, kind: RequestKind) -> str | Response:
    """Ask another administrator; of a new password the first half is shown once, here, in no cookie."""
    reason = request.form.get("reason", "").strip()[:200]
    row, half = requests.ask(db.session, current_actor(), person, kind, reason, utc_now())
    flash(_("申请已经提交，等另一位管理员同意。"), "success")
    answer = finish(url_for("accounts.user", user_id=person.id))
    return _shown_once(row, half, first=True) if half else answer


def _shown_once(row: AccountRequest, half: str, *, first: bool) -> str:
    return render_template("accounts/half.html", row=row, half=half, first=first)


@bp.route("/admin/oversight", endpoint="oversight")
@requires(Permission.USER_ADMIN)
def oversight_page() -> str:
    """What waits for another administrator, and what one did alone since another last looked."""
    actor = current_actor()
    rows = oversight.waiting_requests(db.session, actor)
    acts = oversight.account_acts(db.session, actor)
    return render_template(
        "accounts/oversight.html",
        requests=[(row, _steps(row)) for row in rows],
        done=oversight.in_words(db.session, acts),
        more=oversight.waiting_count(db.session, actor, WatchedKind.ACCOUNT) - len(acts),
        opened=oversight.opened(db.session, actor),
        others=oversight.other_administrators(db.session, actor, today()),
    )


def _steps(row: AccountRequest) -> list[Transition]:
    """What the reader may do: who asked takes it back, everybody else agrees or not."""
    actor = current_actor()
    own = "withdraw" if row.asked_by_id == actor.user_id else "confirm refuse"
    return [step for step in REQUEST_WORKFLOW.available(row, actor) if step.event in own.split()]


@bp.route("/admin/requests/<int:request_id>", methods=["POST"])
@requires(Permission.USER_ADMIN)
def decide(request_id: int) -> str | Response:
    """Agree to a request, refuse it, or take it back."""
    row, (step, reason) = in_scope_or_404(AccountRequest, request_id), asked(REQUEST_WORKFLOW)
    half = requests.decide(db.session, current_actor(), row, step.event, reason, utc_now())
    flash(_("已办：%(what)s", what=_(step.label)), "success")
    answer = finish(url_for("accounts.oversight"))
    return _shown_once(row, half, first=False) if half else answer


@bp.route("/admin/users/<int:user_id>/second-factor", methods=["POST"])
@requires(Permission.USER_ADMIN)
def ask_second_factor(user_id: int) -> str | Response:
    """Ask another administrator to take the one-time code off an account whose telephone is lost."""
    person = db.session.get(User, user_id) or abort(404)
    return ask_for(person, RequestKind.SECOND_FACTOR)


@bp.route("/admin/oversight/look", methods=["POST"])
@requires(Permission.USER_ADMIN)
def look() -> Response:
    """Note that these acts on accounts were looked at."""
    numbers = row_numbers(",".join(request.form.getlist("acts")))
    count = oversight.look(db.session, current_actor(), numbers, utc_now())
    flash(_("记下了：看过 %(n)s 件。", n=count), "success")
    return finish(url_for("accounts.oversight"))


@bp.route("/admin/oversight/opened/<int:user_id>", methods=["POST"])
@requires(Permission.USER_ADMIN)
def look_at_opened(user_id: int) -> Response:
    """Note that what one account opened was looked at, up to what stood on the page."""
    if db.session.get(User, user_id) is None:
        abort(404)
    newest = request.form.get("newest", 0, row_number)
    count = oversight.look_at_opened(db.session, current_actor(), user_id, newest, utc_now())
    flash(_("记下了：看过 %(n)s 次。", n=count), "success")
    return finish(url_for("accounts.oversight"))
