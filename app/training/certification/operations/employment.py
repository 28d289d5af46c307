"""Directed employment: the promised job for every graduate, and the reason where somebody does not get into
it."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.formatters import label
from app.placements.operations.offers import Offered, offer_many
from app.training.agreements import operations as agreements
from app.training.certification.operations.progress import explained_ids, recount
from app.training.certification.rules import classmates
from models.access import Actor
from models.placement.placement import HOLDING, OPEN_OFFERS, Placement
from models.training.agreement import Breach, Party
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import CLASS_WORKFLOW, ClassState, TrainingClass
from models.workflow import REASON_MISSING, TransitionRefused

OFFERING = (ClassState.CERTIFIED, ClassState.PLACED)
COUNTED_STEPS = frozenset({"examine", "certify", "place", "follow"})


def to_offer(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Return the graduates who have neither an offer or job by now nor a reason why they do not go."""
    graduates = [one for one in classmates(session, training_class) if one.state is EnrolmentState.FINISHED]
    busy = set(
        session.scalars(
            select(Placement.worker_id).where(
                Placement.worker_id.in_([one.worker_id for one in graduates]),
                Placement.state.in_((*OPEN_OFFERS, *HOLDING)),
            )
        )
    )
    explained = explained_ids(session, training_class)
    return [one for one in graduates if one.worker_id not in busy and one.id not in explained]


def offer_all(session: Session, actor: Actor, training_class: TrainingClass, today: date) -> Offered:
    """Offer the job kept for the class to every graduate who has no offer yet, by the ordinary offer.

    Raises TransitionRefused before the certificates are out, or when the job takes nobody any more.
    """
    if training_class.state not in OFFERING:
        raise TransitionRefused(
            _("这个班现在是“%(state)s”，证书发完才能推荐上岗。", state=label(training_class.state))
        )
    people = [one.worker_id for one in to_offer(session, training_class)]
    done = offer_many(session, actor, training_class.agreement.order.job_order, people, today)
    recount(session, training_class)
    return done


def record_breach(
    session: Session, actor: Actor, learner: Enrolment, party: Party | None, reason: str
) -> Breach:
    """Write down why a graduate is not in the promised job: he does not go (None), or he is not hired.

    Raises TransitionRefused for somebody who did not finish, a class not yet certified, or no reason.
    """
    training_class = learner.training_class
    if learner.state is not EnrolmentState.FINISHED or training_class.state not in OFFERING:
        raise TransitionRefused(_("只有发了证的班、结业的学员，才能写没有上岗的原因。"))
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    breach = agreements.record_breach(
        session,
        actor,
        training_class.agreement,
        reason.strip(),
        party=party,
        enrolment=None if party else learner,
    )
    breach.enrolment_id = learner.id
    recount(session, training_class)
    return breach


def advance(session: Session, actor: Actor, training_class: TrainingClass, event: str) -> None:
    """Carry the class along one of COUNTED_STEPS, after counting anew what may hold it back."""
    recount(session, training_class)
    CLASS_WORKFLOW.advance(session, training_class, event, actor)
