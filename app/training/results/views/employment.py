"""推荐上岗: the graduates of a class on their way into the places kept for them."""

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import translated
from app.kit.web.guards import current_actor, in_scope_or_404, requires, today
from app.kit.web.idempotency import finish
from app.training.results import bp, operations
from app.training.results.forms import BreachForm
from app.training.results.operations.employment import OFFERING, to_offer
from app.training.results.queries.lists import graduates, kept_places
from app.training.results.views.page import class_page
from models.access import Permission
from models.training.training_class import Cohort, Enrolment


@bp.route("/classes/<int:cohort_id>/employment")
@requires(Permission.ENROLMENT_READ)
def employment(cohort_id: int) -> str:
    """The graduates: who has an offer, who went, who did not and why; the wage promised, told and found."""
    return _page(in_scope_or_404(Cohort, cohort_id))


def _page(cohort: Cohort, typed: tuple[int, BreachForm] | None = None) -> str:
    actor, rows = current_actor(), graduates(db.session, cohort)
    is_offering = cohort.state in OFFERING
    return class_page(
        "employment",
        cohort,
        rows=rows,
        order=cohort.agreement.order.job_order,
        kept=kept_places(db.session, cohort),
        unasked=len(to_offer(db.session, cohort)) if is_offering else 0,
        may_offer=is_offering and actor.can(Permission.PLACEMENT_OFFER),
        may_explain=is_offering and actor.can(Permission.COHORT_APPROVE),
        typed=typed,
        empty_form=BreachForm(formdata=None),
        floor=cohort.agreement.terms.get("wage_floor_fen"),
    )


@bp.route("/classes/<int:cohort_id>/offer", methods=["POST"])
@requires(Permission.PLACEMENT_OFFER)
def offer(cohort_id: int) -> Response:
    """Offer the kept job to every graduate who has no offer yet."""
    cohort = in_scope_or_404(Cohort, cohort_id)
    done = operations.offer_all(db.session, current_actor(), cohort, today())
    flash(_("已推荐 %(n)s 人，等本人答复。", n=len(done.made)), "success")
    for worker, reason in done.refused:
        name = worker.name if worker else _("一个人")
        flash(_("%(name)s没有推荐：%(reason)s", name=name, reason=translated(reason)), "warning")
    return finish(url_for("certificates.employment", cohort_id=cohort.id))


@bp.route("/results/learners/<int:enrolment_id>/breach", methods=["POST"])
@requires(Permission.COHORT_APPROVE)
def breach(enrolment_id: int) -> str | Response:
    """Write down why a graduate is not in the promised job."""
    learner, form = in_scope_or_404(Enrolment, enrolment_id), BreachForm()
    if not form.validate():
        return _page(learner.cohort, (learner.id, form))
    operations.record_breach(db.session, current_actor(), learner, form.who, form.reason.data or "")
    flash(_("已记下%(name)s没有上岗的原因。", name=learner.worker.name), "success")
    return finish(url_for("certificates.employment", cohort_id=learner.cohort_id))
