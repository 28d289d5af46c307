"""推荐上岗: the graduates of a class on their way into the places kept for them."""

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import translated
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.training.certification import bp, operations
from app.training.certification.forms import BreachForm
from app.training.certification.operations.employment import OFFERING, to_offer
from app.training.certification.page import class_page
from app.training.certification.queries.lists import graduates, kept_places
from models.access import Permission
from models.clock import today
from models.training.enrolment import Enrolment
from models.training.training_class import TrainingClass


@bp.route("/classes/<int:class_id>/employment")
@requires(Permission.ENROLMENT_READ)
def employment(class_id: int) -> str:
    """The graduates: who has an offer, who went, who did not and why; the wage promised, told and found."""
    return _page(in_scope_or_404(TrainingClass, class_id))


def _page(training_class: TrainingClass, typed: tuple[int, BreachForm] | None = None) -> str:
    actor, rows = current_actor(), graduates(db.session, training_class)
    is_offering = training_class.state in OFFERING
    return class_page(
        "employment",
        training_class,
        rows=rows,
        order=training_class.agreement.order.job_order,
        kept=kept_places(db.session, training_class),
        unasked=len(to_offer(db.session, training_class)) if is_offering else 0,
        may_offer=is_offering and actor.can(Permission.PLACEMENT_OFFER),
        may_explain=is_offering and actor.can(Permission.CLASS_APPROVE),
        typed=typed,
        empty_form=BreachForm(formdata=None),
        floor=training_class.agreement.terms.wage_floor_fen,
    )


@bp.route("/classes/<int:class_id>/offer", methods=["POST"])
@requires(Permission.PLACEMENT_OFFER)
def offer(class_id: int) -> Response:
    """Offer the kept job to every graduate who has no offer yet."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    done = operations.offer_all(db.session, current_actor(), training_class, today())
    flash(_("已推荐 %(n)s 人，等本人答复。", n=len(done.made)), "success")
    for worker, reason in done.refused:
        name = worker.name if worker else _("一个人")
        flash(_("%(name)s没有推荐：%(reason)s", name=name, reason=translated(reason)), "warning")
    return finish(url_for("certification.employment", class_id=training_class.id))


@bp.route("/results/learners/<int:enrolment_id>/breach", methods=["POST"])
@requires(Permission.CLASS_APPROVE)
def breach(enrolment_id: int) -> str | Response:
    """Write down why a graduate is not in the promised job."""
    learner, form = in_scope_or_404(Enrolment, enrolment_id), BreachForm()
    if not form.validate():
        return _page(learner.training_class, (learner.id, form))
    operations.record_breach(db.session, current_actor(), learner, form.who, form.reason.data or "")
    flash(_("已记下%(name)s没有上岗的原因。", name=learner.worker.name), "success")
    return finish(url_for("certification.employment", class_id=learner.class_id))
