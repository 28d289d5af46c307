"""A worker's training: the classes with an invitation, and the worker's own yes or no."""

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, requires
from app.kit.web.idempotency import finish
from app.portal import bp, queries
from app.portal.today import coming_lessons
from app.training.classes import operations
from models.access import Permission
from models.clock import today, utc_now
from models.training.enrolment import Enrolment
from models.training.standard import StandardName
from models.training.standards import figure_on


@bp.route("/my/classes/<int:enrolment_id>")
@requires(Permission.PORTAL)
def training_class(enrolment_id: int) -> str:
    """One class: what is learnt, when, where, and which job follows."""
    row, day = _own(enrolment_id), today()
    of_class = row.training_class
    return render_template(
        "portal/class.html",
        row=row,
        day=day,
        lessons=coming_lessons(db.session, of_class.id, day),
        allowance=figure_on(
            db.session, StandardName.LIVING_ALLOWANCE, of_class.county_code, of_class.starts_on
        ),
    )


@bp.route("/my/classes/<int:enrolment_id>/join", methods=["POST"])
@requires(Permission.PORTAL)
def join_class(enrolment_id: int) -> Response:
    """Yes."""
    row = _own(enrolment_id)
    operations.endorse_own(db.session, current_actor(), row, utc_now())
    flash(_("好，县就业局确认以后会告诉你进没进班。"), "success")
    return finish(url_for("portal.training_class", enrolment_id=row.id))


@bp.route("/my/classes/<int:enrolment_id>/decline", methods=["POST"])
@requires(Permission.PORTAL)
def decline_class(enrolment_id: int) -> Response:
    """No."""
    operations.decline_own(db.session, current_actor(), _own(enrolment_id), utc_now())
    flash(_("知道了，这个班不参加。有别的班再告诉你。"), "success")
    return finish(url_for("portal.offers"))


def _own(enrolment_id: int) -> Enrolment:
    return queries.own_enrolment(db.session, current_actor(), enrolment_id) or abort(404)
