"""HTTP of a supervisor's openings: say what for, and the lists of persons are open for an hour."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import bp, openings
from app.kit.web.addresses import page_inside
from app.kit.web.extensions import db
from app.kit.web.formatters import moment
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.kit.web.purposes import PurposeForm
from models.access import Permission
from models.clock import utc_now


@bp.route("/people-opening", methods=["GET", "POST"])
@requires(Permission.PERSON_OPEN)
def open_people() -> str | Response:
    """What for; then on to the page that was asked for."""
    form, actor = PurposeForm(), current_actor()
    wanted = page_inside(request.args.get("next"))
    if form.validate_on_submit():
        opening = openings.open_people(db.session, actor, form.purpose.data, utc_now())
        flash(_("个人名单打开了，到 %(at)s 自动关上。", at=moment(opening.ends_at)), "success")
        return finish(wanted or url_for("home.today"))
    return render_template(
        "accounts/open_people.html",
        form=form,
        wanted=wanted,
        until=actor.opened_until,
        openings=openings.openings_of(db.session, actor),
        minutes=openings.OPEN_FOR.seconds // 60,
    )


@bp.route("/people-opening/close", methods=["POST"])
@requires(Permission.PERSON_OPEN)
def close_people() -> Response:
    """Close them before the hour is over."""
    openings.close_people(db.session, current_actor(), utc_now())
    flash(_("个人名单关上了。"), "success")
    return finish(url_for("home.today"))
