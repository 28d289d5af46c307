"""The payment, and the ledger it goes into."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.formatters import yuan
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.training.subsidies import bp, operations
from app.training.subsidies.forms import PaymentForm
from app.training.subsidies.operations.notices import current
from app.training.subsidies.operations.payments import day_problem
from app.training.subsidies.page import claim_page
from app.training.subsidies.queries import ledger as reads
from models.access import Permission
from models.clock import today
from models.training.subsidy import Claim, Scheme
from models.training.training_class import ClassState

P = Permission


@bp.route("/<int:claim_id>/pay", methods=["POST"])
@requires(P.CLAIM_PAY)
def pay(claim_id: int) -> str | Response:
    """Note the payment of a claim whose list was up for all its days."""
    claim, form = in_scope_or_404(Claim, claim_id), PaymentForm()
    if not _is_filled(claim, form):
        return claim_page(claim, payment_form=form)
    total = operations.pay(db.session, current_actor(), claim, form.payment(), today())
    flash(_("已登记拨付 %(sum)s，记入台账。", sum=yuan(total)), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id))


def _is_filled(claim: Claim, form: PaymentForm) -> bool:
    """Check the form; before the notice is over the operation says so, not the date field."""
    if not form.validate():
        return False
    notice = current(db.session, claim)
    is_over = (
        claim.training_class.state is ClassState.PUBLISHED and notice is not None and today() > notice.ends_on
    )
    sentence = day_problem(notice, form.payment().paid_on, today()) if is_over else None
    if sentence:
        form.paid_on.errors = [*form.paid_on.errors, sentence]
    return not sentence


@bp.route("/ledger")
@requires(P.CLAIM_READ)
def ledger() -> str:
    """What was paid: entries by key, sums by month, school and subsidy."""
    actor = current_actor()
    rows, after = reads.page_of(db.session, actor, request.args.get("after", type=row_number))
    months = reads.by_month(db.session, actor)
    return render_template(
        "training/subsidies/ledger.html",
        rows=rows,
        after=after,
        months=months,
        bars=reads.bars(months),
        schools=reads.by_school(db.session, actor),
        schemes=list(Scheme),
    )
