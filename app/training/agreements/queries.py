"""Agreements: who may sign, the places kept, promises not kept, the classes that came of them, what waits."""

from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.kit.web.history import Entry
from app.kit.web.navigation import Task
from models.access import Actor, Permission, Right, Role, count_and_first, visible_to
from models.audit import AuditEvent, events_of
from models.event_tags import EventTag
from models.i18n import N_, Sentence, counted
from models.people.masks import masked_name
from models.people.worker import Worker
from models.training.agreement import (
    AGREEMENT_WORKFLOW,
    PARTY_LABELS,
    Agreement,
    AgreementState,
    Breach,
    Party,
    Signature,
)
from models.training.enrolment import IN_CLASS, Enrolment
from models.training.reserved_places import PlaceReservation
from models.training.supplement import Supplement, SupplementSignature, SupplementState
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import TrainingOrder, TrainingOrderState
from models.workflow import Transition

P = Permission
ORDERS, LEARNER = "training_orders.index", "learner:"
ROLE_OF = {
    Party.COUNTY: Role.COUNTY,
    Party.SCHOOL: Role.SCHOOL,
    Party.ENTERPRISE: Role.ENTERPRISE,
    Party.CITY: Role.CITY,
}


# --- who may sign ---------------------------------------------------------------------------------------


def parties_of(session: Session, actor: Actor, agreement: Agreement) -> list[Party]:
    """The parties for which ``actor`` may sign: those of its own county, school, enterprise or city."""
    rights = actor.rights_for(P.TRAINING_SIGN)
    return [
        signature.party
        for signature in agreement.signatures
        if any(
            _covers(session, right, agreement) for right in rights if right.role is ROLE_OF[signature.party]
        )
    ]


def _covers(session: Session, right: Right, agreement: Agreement) -> bool:
    inside = Agreement.__scope__[right.role](Agreement, right)
    return session.scalar(select(Agreement.id).where(Agreement.id == agreement.id, inside)) is not None


def transitions(actor: Actor, agreement: Agreement, parties: list[Party]) -> list[Transition]:
    """The events open to ``actor``; only a party gives up an unsigned agreement."""
    available = AGREEMENT_WORKFLOW.available(agreement, actor)
    return [transition for transition in available if transition.event != "cancel" or parties]


# --- places ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """Places of the job order kept for the agreement: ``left`` are kept and not yet used."""

    kept: int
    used: int
    left: int
    released: int
    reason: str


def places_of(session: Session, agreement: Agreement) -> Places | None:
    """What became of the places kept for the agreement; None before it takes force."""
    row = session.scalar(select(PlaceReservation).where(PlaceReservation.agreement_id == agreement.id))
    if row is None:
        return None
    unused = row.places - row.used
    left, released = (unused, 0) if row.released_at is None else (0, unused)
    return Places(row.places, row.used, left, released, row.release_reason)


def came_to_nothing() -> ColumnElement[bool]:
    """Agreements that had classes, every one of which was cancelled."""
    mine = TrainingClass.agreement_id == Agreement.id
    return exists().where(mine) & ~exists().where(mine, TrainingClass.state != ClassState.CANCELLED)


def idle_places(session: Session, agreement: Agreement) -> int:
    """How many places the agreement keeps although all its classes were cancelled."""
    is_idle = session.scalar(select(Agreement.id).where(Agreement.id == agreement.id, came_to_nothing()))
    places = places_of(session, agreement) if is_idle else None
    return places.left if places else 0


# --- promises not kept ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class BreachLine:
    """One breach as the reader may see it: ``learner`` is named only where a learner broke the promise."""

    breach: Breach
    learner: str = ""


def breaches(session: Session, actor: Actor, agreement: Agreement) -> list[BreachLine]:
    """The breaches; a learner's whole name for those who have the learner in the register or in class."""
    statement = (
        select(Breach, Worker.name)
        .outerjoin(Enrolment, Enrolment.id == Breach.enrolment_id)
        .outerjoin(Worker, Worker.id == Enrolment.worker_id)
        .where(Breach.agreement_id == agreement.id)
        .order_by(Breach.id)
    )
    in_full = actor.has_role(Role.COUNTY, Role.SCHOOL)
    return [
        BreachLine(breach, "" if breach.party else (name or "") if in_full else masked_name(name or ""))
        for breach, name in session.execute(statement)
    ]


def possible_breakers(session: Session, agreement: Agreement) -> list[tuple[str, Sentence]]:
    """Value and word of those who can break the agreement: the parties but the county, then the learners."""
    parties = [
        (signature.party.value, Sentence(PARTY_LABELS[signature.party]))
        for signature in agreement.signatures
        if signature.party != Party.COUNTY
    ]
    rows = session.execute(
        select(Enrolment.id, Worker.name, Worker.id_last4)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(TrainingClass.agreement_id == agreement.id, Enrolment.state.in_(IN_CLASS))
        .order_by(Enrolment.seat, Enrolment.id)
    )
    learners = [
        (f"{LEARNER}{enrolment_id}", Sentence("学员 %(name)s（尾号 %(end)s）", {"name": name, "end": end}))
        for enrolment_id, name, end in rows
    ]
    return parties + learners


def learner_of(session: Session, agreement: Agreement, enrolment_id: int) -> Enrolment | None:
    """A learner of one of the agreement's classes."""
    return session.scalar(
        select(Enrolment)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(TrainingClass.agreement_id == agreement.id, Enrolment.id == enrolment_id)
    )


def breach_of(session: Session, agreement: Agreement, breach_id: int) -> Breach | None:
    """A breach of this very agreement."""
    return session.scalar(select(Breach).where(Breach.id == breach_id, Breach.agreement_id == agreement.id))


# --- classes and history --------------------------------------------------------------------------------


def classes_of(session: Session, actor: Actor, agreement: Agreement) -> list[TrainingClass]:
    """The agreement's classes that the actor may see."""
    mine = select(TrainingClass).where(TrainingClass.agreement_id == agreement.id).order_by(TrainingClass.id)
    return list(session.scalars(visible_to(actor, mine, TrainingClass, P.TRAINING_READ)))


def history(session: Session, agreement: Agreement) -> list[Entry]:
    """What happened to an agreement, the latest first, from the audit."""
    return [
        Entry(event.at, event.actor_name, _what(event), Sentence(event.details.get("reason", "")))
        for event in events_of(session, agreement, _TOLD)
    ]


_TOLD = [tag for tag in EventTag if tag.startswith(("agreement:", "breach:", "places:", "supplement:"))]


def _what(event: AuditEvent) -> Sentence:
    details, tag = event.details, EventTag(event.tag)
    step = details.get("event", "")
    if step in AGREEMENT_WORKFLOW.by_event:
        return Sentence(AGREEMENT_WORKFLOW.by_event[step].label)
    if tag is EventTag.SUPPLEMENT_CREATE:
        return Sentence("拟好补充协议")
    if tag is EventTag.SUPPLEMENT_SIGN:
        return Sentence("%(party)s签补充协议", {"party": Party(details["party"])})
    if tag is EventTag.AGREEMENT_SIGN:
        return Sentence("%(party)s签字", {"party": Party(details["party"])})
    if tag is EventTag.PLACES_RESERVE:
        return Sentence("预留 %(n)s 个名额", {"n": details["counts"]})
    if tag is EventTag.PLACES_RELEASE:
        return Sentence("放开 %(n)s 个名额", {"n": details["counts"]})
    if tag is EventTag.AGREEMENT_CREATE:
        return Sentence("选定学校，拟好协议")
    if step == "withdraw":
        return Sentence("撤回违约登记")
    return Sentence("说明违约原因") if step == "answer" else Sentence("登记违约")


# --- what waits today -----------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` around agreements; a count of zero means nothing does."""
    tasks: list[Task] = []
    if actor.can(P.TRAINING_SIGN):
        mine = [party for party, role in ROLE_OF.items() if actor.has_role(role)]
        tasks += [_to_sign(session, actor, party) for party in mine]
        tasks.append(_supplements_to_sign(session, actor, mine))
    if actor.has_role(Role.SCHOOL, Role.ENTERPRISE):
        tasks.append(_to_answer(session, actor))
    if actor.can(P.CLASS_APPROVE):
        tasks.append(_to_release(session, actor, today))
    return tasks


def _url(count: int, first: Agreement | None, view: TrainingOrderState) -> str:
    """One agreement is opened directly, several as the list of their orders."""
    if count == 1 and first is not None:
        return url_for("agreements.show", agreement_id=first.id)
    return url_for(ORDERS, view=view.value)


def _to_sign(session: Session, actor: Actor, party: Party) -> Task:
    is_empty = exists().where(
        Signature.agreement_id == Agreement.id, Signature.party == party, Signature.signed_at.is_(None)
    )
    where = (Agreement.state == AgreementState.SIGNING, is_empty)
    count, first = count_and_first(session, actor, Agreement, P.TRAINING_SIGN, *where)
    reason = (
        Sentence("例如 %(number)s，签齐才预留名额、才能开班", {"number": first.number}) if first else None
    )
    url = _url(count, first, TrainingOrderState.CHOSEN)
    return Task(count, counted(count, "份培训协议等你这一方签字"), reason, url, N_("去签字"), ORDERS)


def _supplements_to_sign(session: Session, actor: Actor, parties: list[Party]) -> Task:
    is_empty = (
        exists()
        .where(Supplement.agreement_id == Agreement.id, Supplement.state == SupplementState.SIGNING)
        .where(
            SupplementSignature.supplement_id == Supplement.id,
            SupplementSignature.party.in_(parties),
            SupplementSignature.signed_at.is_(None),
        )
    )
    count, first = count_and_first(session, actor, Agreement, P.TRAINING_SIGN, is_empty)
    reason = Sentence("签齐以后日期才改；没签齐按原来的办")
    url = _url(count, first, TrainingOrderState.AGREED)
    return Task(count, counted(count, "份补充协议等你这一方签字"), reason, url, N_("去签字"), ORDERS)


def _to_answer(session: Session, actor: Actor) -> Task:
    parties = [party for party, role in ROLE_OF.items() if actor.has_role(role)]
    is_unanswered = exists().where(
        Breach.agreement_id == Agreement.id, Breach.party.in_(parties), Breach.answered_at.is_(None)
    )
    count, first = count_and_first(session, actor, Agreement, P.TRAINING_SIGN, is_unanswered)
    url, reason = _url(count, first, TrainingOrderState.AGREED), Sentence("你的说明和登记的理由放在一起")
    text = counted(count, "份协议登记了你这一方违约，等你说明")
    return Task(count, text, reason, url, N_("去说明"), ORDERS)


def _to_release(session: Session, actor: Actor, today: date) -> Task:
    is_kept = exists().where(
        PlaceReservation.agreement_id == Agreement.id,
        PlaceReservation.released_at.is_(None),
        PlaceReservation.used < PlaceReservation.places,
    )
    is_due = Agreement.order_id.in_(select(TrainingOrder.id).where(TrainingOrder.ready_by < today))
    in_state = Agreement.state.in_((AgreementState.IN_FORCE, AgreementState.BROKEN))
    where = (in_state, is_kept, or_(is_due, came_to_nothing()))
    count, first = count_and_first(session, actor, Agreement, P.CLASS_APPROVE, *where)
    url = _url(count, first, TrainingOrderState.AGREED)
    reason = Sentence("班取消了，或过了完成日期；用不上就放开给大家")
    return Task(count, counted(count, "份协议还留着没人用的名额"), reason, url, N_("去看看"), ORDERS)
