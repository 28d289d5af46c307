"""HTTP of one's own webhooks: addresses of other systems that are told of changes."""

from flask import abort, current_app, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.api import bp, webhooks
from app.api.changes import KINDS
from app.api.delivery import Allowed
from app.api.forms import KIND_WORDS, WebhookForm
from app.kit.web.extensions import db
from app.kit.web.fields import options
from app.kit.web.formatters import say
from app.kit.web.guards import current_actor, signed_in
from app.kit.web.idempotency import finish
from app.kit.web.proof import shows_who_it_is
from models.api.webhook import Webhook
from models.clock import utc_now
from models.i18n import Refusal


@bp.route("/account/webhooks", methods=["GET", "POST"])
@signed_in
def own_webhooks() -> str | Response:
    """The addresses there are, and a form for a new one, whose key is shown this once."""
    actor = current_actor()
    kinds = [name for name, kind in KINDS.items() if actor.can(kind.permission)]
    form = WebhookForm()
    form.kinds.choices = options((name, _(KIND_WORDS[name])) for name in kinds)
    if kinds and form.validate_on_submit() and shows_who_it_is(form):
        allowed = Allowed.of(current_app.config)
        try:
            row, secret = webhooks.add_webhook(db.session, actor, form.url.data, form.kinds.data, allowed)
        except Refusal as problem:
            db.session.rollback()
            form.url.errors = [say(problem.sentence)]
        else:
            finish(url_for("api.own_webhooks"))
            return render_template("api/webhook_shown.html", row=row, secret=secret)
    rows = webhooks.own_webhooks(db.session, actor)
    return render_template(
        "api/webhooks.html", form=form if kinds else None, rows=rows, words=KIND_WORDS, now=utc_now()
    )


def _own(number: int) -> Webhook:
    return webhooks.own_webhook(db.session, current_actor(), number) or abort(404)


@bp.route("/account/webhooks/<int:webhook_id>/start", methods=["POST"])
@signed_in
def start_webhook(webhook_id: int) -> Response:
    """Try again; what happened meanwhile is told, too."""
    webhooks.start_again(db.session, current_actor(), _own(webhook_id))
    flash(_("重新开始通知，停下以后发生的也会补上。"), "success")
    return finish(url_for("api.own_webhooks"))


@bp.route("/account/webhooks/<int:webhook_id>/remove", methods=["POST"])
@signed_in
def remove_webhook(webhook_id: int) -> Response:
    """Tell it nothing any more."""
    webhooks.remove(db.session, current_actor(), _own(webhook_id))
    flash(_("通知地址删掉了。"), "success")
    return finish(url_for("api.own_webhooks"))
