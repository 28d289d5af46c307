"""The page of one claim, as every view of this room shows it again when a form has errors."""

from types import SimpleNamespace
from typing import Any

from flask import render_template

from app.kit.web.extensions import db
from app.kit.web.formatters import translated
from app.kit.web.guards import current_actor
from app.training.classes.queries.classes import tabs_for
from app.training.subsidies import forms
from app.training.subsidies.labels import computed, reason_of
from app.training.subsidies.operations.notices import current, has_open_objection, is_over
from app.training.subsidies.operations.payments import OBJECTION_OPEN
from app.training.subsidies.operations.review import notice_days
from app.training.subsidies.queries import claims as reads
from models.access import Actor, Permission, Role
from models.clock import today
from models.training.subsidy import Claim, PublicNotice
from models.training.training_class import CLASS_WORKFLOW, ClassState, TrainingClass

C, P = ClassState, Permission
MAY_SEE_ACCOUNT = (P.CLAIM_MAKE, P.CLAIM_CHECK, P.CLAIM_PAY)


def claim_page(claim: Claim, **wrong: Any) -> str:
    """Render one claim; ``wrong`` are forms that came back with errors, by name (answer: by number)."""
    actor, training_class, session = current_actor(), claim.training_class, db.session
    lines, notice = reads.lines_of(session, claim), current(session, claim)
    masks = not actor.can(P.ENROLMENT_READ)
    return render_template(
        "training/subsidies/show.html",
        claim=claim,
        training_class=training_class,
        tabs=tabs_for(actor),
        lines=lines,
        totals=reads.totals(lines),
        steps=[translated(name) for name in reads.STEPS],
        step=reads.step_of(training_class),
        doubts=reads.doubts_of(session, claim, masks) if may_doubt(actor) else [],
        masks=masks,
        sees_account=any(actor.can(one) for one in MAY_SEE_ACCOUNT),
        notice=notice,
        notices=reads.notices_of(session, claim),
        objections=reads.objections_of(session, claim),
        computed=computed,
        reason_of=reason_of,
        today=today(),
        **_checking(actor, claim),
        **_paying(actor, training_class, notice),
        **(_fresh(actor, training_class) | wrong),
    )


def may_doubt(actor: Actor) -> bool:
    """What looks wrong is for those who check; it may tell of a person what his school need not know."""
    return actor.can(P.CLAIM_CHECK) or actor.has_role(Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)


def _checking(actor: Actor, claim: Claim) -> dict[str, Any]:
    """What the checker finds: whether it is his turn, and why not, if he made the claim."""
    training_class, guard = claim.training_class, CLASS_WORKFLOW.by_event["publish"].guard
    is_turn = training_class.state is C.CLAIMED and actor.can(P.CLAIM_CHECK)
    refusal = guard(training_class, actor) if is_turn and guard else None
    return {
        "checks": is_turn and not refusal,
        "check_refusal": refusal,
        "days": notice_days(db.session, claim, today()) if is_turn else None,
    }


def _paying(actor: Actor, training_class: TrainingClass, notice: PublicNotice | None) -> dict[str, Any]:
    """What the payer finds: whether it is his turn, or the sentence that says what stands in the way."""
    if training_class.state is not C.PUBLISHED or notice is None or not actor.can(P.CLAIM_PAY):
        return {"pays": False, "pay_refusal": None}
    # What the guard asks about, as of today: a page that is read does not write it into the class.
    asked = SimpleNamespace(
        notice_over=is_over(notice, today()),
        claimed_by_id=training_class.claimed_by_id,
        checked_by_id=training_class.checked_by_id,
    )
    guard = CLASS_WORKFLOW.by_event["pay"].guard
    refusal = guard(asked, actor) if guard else None
    if refusal is None and has_open_objection(db.session, notice):
        refusal = OBJECTION_OPEN
    return {"pays": refusal is None, "pay_refusal": refusal}


def _fresh(actor: Actor, training_class: TrainingClass) -> dict[str, Any]:
    archive = [t for t in CLASS_WORKFLOW.available(training_class, actor) if t.event == "archive"]
    return {
        "archive": archive,
        "publish_form": forms.PublishForm(formdata=None),
        "back_form": forms.ReasonForm(formdata=None),
        "objection_form": forms.ObjectionForm(formdata=None),
        "answer_form": forms.ObjectionAnswerForm(formdata=None),
        "doubt_form": forms.DoubtForm(formdata=None),
        "line_form": forms.ReasonForm(formdata=None),
        "wrong_doubt": None,
        "wrong_objection": None,
        "wrong_line": None,
        "payment_form": forms.PaymentForm(formdata=None, data={"paid_on": today()}),
        "package_form": forms.PackageForm(formdata=None),
        "file_form": forms.PaymentFileForm(formdata=None),
    }
