"""HTTP of one's own tokens: a program acts with one, by its owner's rights."""

from flask import abort, current_app, flash, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import bp, operations
from app.accounts import tokens as own
from app.accounts.forms import TokenForm
from app.accounts.views import is_present
from app.kit.api import tokens
from app.kit.api.routes import permissions_of
from app.kit.web.extensions import db, read_only
from app.kit.web.fields import options
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, signed_in
from app.kit.web.idempotency import finish
from app.kit.web.proof import proven_by, shows_who_it_is
from models.clock import utc_now
from models.i18n import Refusal
from models.permissions import PERMISSION_LABELS, Permission


@bp.route("/account/tokens", methods=["GET", "POST"])
@signed_in
def own_tokens() -> str | Response:
    """The tokens there are, and a form for a new one, whose secret is shown this once."""
    grantable = tokens.grantable(current_actor(), permissions_of(current_app))
    form = TokenForm()
    form.scopes.choices = options((one.value, _(PERMISSION_LABELS[one])) for one in grantable)
    if grantable and form.validate_on_submit() and shows_who_it_is(form):
        try:
            token, secret = own.make_token(
                db.session,
                current_actor(),
                form.name.data,
                [Permission(one) for one in form.scopes.data],
                int(form.days.data),
                utc_now(),
            )
        except Refusal as problem:
            db.session.rollback()
            form.name.errors = [say(problem.sentence)]
        else:
            finish(url_for("accounts.own_tokens"))
            return render_template("accounts/token_shown.html", token=token, secret=secret)
    return render_template(
        "accounts/tokens.html",
        form=form if grantable else None,
        rows=own.own_tokens(db.session, current_actor()),
        now=utc_now(),
        words={one.value: _(word) for one, word in PERMISSION_LABELS.items()},
    )


@proven_by
def _knows(password: str, code: str) -> bool:
    row, now = current_user.row, utc_now()
    stored = row.password_hash
    read_only()  # argon2 is slow on purpose
    is_right = operations.password_matches(stored, password)
    db.session.rollback()
    return is_present(is_right and operations.code_is_right(current_user.row, code, now))


@bp.route("/account/tokens/<int:token_id>/revoke", methods=["POST"])
@signed_in
def revoke_token(token_id: int) -> Response:
    """End one of one's own tokens, at once."""
    if not own.revoke_token(db.session, current_actor(), token_id, utc_now()):
        abort(404)
    flash(_("令牌撤销了，用它的程序从现在起进不来。"), "success")
    return finish(url_for("accounts.own_tokens"))
