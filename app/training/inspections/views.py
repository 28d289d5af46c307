"""HTTP of visits: the draw of the day, the form on the spot, what was found in a class."""

from flask import flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.classes.queries.classes import tabs_for
from app.training.inspections import bp, operations, queries
from app.training.inspections.forms import InspectionForm
from app.training.inspections.operations import SEEN
from models.access import Permission
from models.clock import today, utc_now
from models.training.training_class import TrainingClass

INSPECT = Permission.CLASS_INSPECT


@bp.route("/lessons/inspections")
@requires(INSPECT)
def index() -> str:
    """The classes that are taught today, in the order drawn."""
    actor, day = current_actor(), today()
    return render_template(
        "training/inspections/index.html",
        candidates=queries.candidates(db.session, actor, day),
        day=day,
        seed=queries.seed_of(actor, day),
    )


@bp.route("/classes/<int:class_id>/inspect", methods=["GET", "POST"])
@requires(INSPECT)
def inspect(class_id: int) -> str | Response:
    """The form on the spot."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    form = InspectionForm()
    if form.validate_on_submit():
        operations.inspect(
            db.session, current_actor(), training_class, {name: form[name].data for name in SEEN}
        )
        flash(_("巡查记下了。"), "success")
        return finish(url_for("inspections.visits", class_id=training_class.id))
    lesson = queries.lesson_now(db.session, training_class.id, utc_now())
    return render_template(
        "training/inspections/inspect.html", form=form, training_class=training_class, lesson=lesson
    )


@bp.route("/classes/<int:class_id>/visits")
@requires(Permission.TRAINING_READ)
def visits(class_id: int) -> str:
    """Who came to see the class, and what they found."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    return render_template(
        "training/inspections/visits.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        visits=queries.visits_of(db.session, training_class.id),
        may_inspect=current_actor().can(INSPECT),
    )
