"""The list of claims, the way from a class to its claim, and the claim itself."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kit.web.extensions import db
from app.kit.web.guards import current_actor, in_scope_or_404, requires
from app.kit.web.idempotency import finish
from app.kit.web.request_limits import row_number
from app.training.classes.queries.classes import tabs_for
from app.training.subsidies import bp, operations
from app.training.subsidies.forms import ClaimForm
from app.training.subsidies.labels import computed, reason_of
from app.training.subsidies.operations import claims as making
from app.training.subsidies.page import claim_page
from app.training.subsidies.queries import claims as reads
from app.training.subsidies.queries.claims import totals
from app.training.subsidies.rules import assess
from models.access import Permission
from models.clock import today
from models.reference.area import area_names
from models.training.subsidy import Claim
from models.training.training_class import TrainingClass

P = Permission


@bp.route("")
@requires(P.CLAIM_READ)
def index() -> str:
    """The claims the reader may see, by stage; a school finds above them what it may claim now."""
    actor, stage = current_actor(), reads.STAGE_BY_NAME.get(request.args.get("stage", ""))
    rows, after = reads.page_of(db.session, actor, stage, request.args.get("after", type=row_number))
    return render_template(
        "training/subsidies/index.html",
        rows=rows,
        after=after,
        stage=stage,
        stages=reads.STAGES,
        names=area_names(db.session, {claim.county_code for claim, _fen in rows}),
        to_claim=reads.to_claim(db.session, actor) if actor.can(P.CLAIM_MAKE) else [],
    )


@bp.route("/classes/<int:class_id>")
@requires(P.CLAIM_READ)
def of_class(class_id: int) -> str | Response:
    """The claim of a class; before there is one, what its school could claim."""
    training_class = in_scope_or_404(TrainingClass, class_id)
    claim = making.claim_of(db.session, training_class)
    is_open = making.problem(db.session, training_class) is None
    if claim and not (is_open and current_actor().can(P.CLAIM_MAKE)):
        return redirect(url_for("subsidies.show", claim_id=claim.id))
    known = None
    if claim:
        known = {
            "account_name": claim.account_name,
            "bank_name": claim.bank_name,
            "account_number": claim.account_number,
        }
    return _preview(
        training_class, ClaimForm(formdata=None, data=known or {"account_name": training_class.school.name})
    )


def _preview(training_class: TrainingClass, form: ClaimForm) -> str:
    problem = making.problem(db.session, training_class)
    may_make = current_actor().can(P.CLAIM_MAKE)
    found = assess(db.session, training_class, today()) if may_make and not problem else None
    claim = making.claim_of(db.session, training_class)
    return render_template(
        "training/subsidies/preview.html",
        training_class=training_class,
        tabs=tabs_for(current_actor()),
        problem=problem,
        form=form,
        may_make=may_make,
        found=found,
        totals=totals(found.lines) if found else [],
        claim=claim,
        computed=computed,
        reason_of=reason_of,
    )


@bp.route("/classes/<int:class_id>", methods=["POST"])
@requires(P.CLAIM_MAKE)
def make(class_id: int) -> str | Response:
    """Claim for the class, as the preview showed it."""
    training_class, form = in_scope_or_404(TrainingClass, class_id), ClaimForm()
    if not form.validate():
        return _preview(training_class, form)
    claim = operations.make(db.session, current_actor(), training_class, form.account(), today())
    flash(_("已申报，编号 %(number)s。等县人社局审核。", number=claim.number), "success")
    return finish(url_for("subsidies.show", claim_id=claim.id))


@bp.route("/<int:claim_id>")
@requires(P.CLAIM_READ)
def show(claim_id: int) -> str:
    """One claim: where it is, its lines, its list, its money."""
    return claim_page(in_scope_or_404(Claim, claim_id))
