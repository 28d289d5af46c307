"""Everything kept of one person, as plain values by field name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.history import Entry
from app.workers.operations import HOUSEHOLD_FIELDS, PLAIN_FIELDS, value_of
from app.workers.personal_data import held
from models.hukou.case import HukouCase, HukouDocument
from models.hukou.fact import PersonFact
from models.messages.message import Message
from models.people.worker import Worker
from models.placement.interview import Interview
from models.placement.placement import Placement
from models.reference.area import area_names

KEPT = ("birth_date", "sex", "is_synthetic")
FACT_COLUMNS = (
    "name",
    "value",
    "city_code",
    "as_of",
    "expires_on",
    "growing",
    "evidence",
    "source",
    "superseded_at",
)


def whole_record(
    session: Session, worker: Worker, placements: Sequence[Placement], history: Sequence[Entry]
) -> dict[str, Any]:
    """The person, placements, messages, household registration, history (its sentences not yet said), and
    under ``held`` every row of every table that is about the person, papers included."""
    names = ("id_number", "phone", *PLAIN_FIELDS, *HOUSEHOLD_FIELDS)
    person = {name: value_of(worker, name) for name in names} | {name: getattr(worker, name) for name in KEPT}
    person["cities"] = list(area_names(session, set(worker.cities)).values())
    messages = session.scalars(select(Message).where(Message.worker_id == worker.id).order_by(Message.id))
    return {
        "person": person | {"state": worker.state.value, "registered_at": worker.created_at},
        "placements": [_placement(placement) for placement in placements],
        "messages": [
            {"at": message.created_at, "reach": message.reach, "text": message.text} for message in messages
        ],
        "hukou": hukou_record(session, worker),
        "held": held.told(session, worker),
        "history": [
            {"at": entry.at, "who": entry.who, "what": entry.what, "why": entry.why} for entry in history
        ],
    }


def _placement(placement: Placement) -> dict[str, Any]:
    steps = [
        {"months": step.months, "due_on": step.due_on, "outcome": step.outcome, "wage_fen": step.wage_fen}
        for step in placement.follow_ups
    ]
    return {
        "order": placement.order.title,
        "enterprise": placement.order.enterprise.name,
        "state": placement.state.value,
        "offered_at": placement.created_at,
        "consented_at": placement.consented_at,
        "hired_on": placement.hired_on,
        "on_site_on": placement.on_site_on,
        "left_on": placement.left_on,
        "interview": _interview(placement.interview),
        "follow_ups": steps,
    }


def _interview(interview: Interview | None) -> dict[str, Any] | None:
    if interview is None:
        return None
    names = ("held_at", "place", "contact", "is_cancelled", "cancel_reason", "told_at")
    return {name: getattr(interview, name) for name in names}


def has_open_case(session: Session, worker: Worker) -> bool:
    """Whether an application of this person for household registration is under way."""
    open_case = select(HukouCase.id).where(HukouCase.active_digest == worker.id_digest)
    return session.scalar(open_case.limit(1)) is not None


def hukou_record(session: Session, worker: Worker) -> dict[str, list[dict[str, Any]]]:
    """Facts, cases and papers of household registration; a paper by its kind, not its picture."""
    facts = session.scalars(
        select(PersonFact).where(PersonFact.worker_id == worker.id).order_by(PersonFact.id)
    )
    papers = session.scalars(select(HukouDocument).where(HukouDocument.worker_id == worker.id))
    cases = session.scalars(select(HukouCase).where(HukouCase.worker_id == worker.id))
    return {
        "facts": [{name: getattr(fact, name) for name in FACT_COLUMNS} for fact in facts],
        "cases": [_case(case) for case in cases],
        "papers": [_paper(document) for document in papers],
    }


def _paper(document: HukouDocument) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "state": document.state.value,
        "handed_in": document.created_at,
        "valid_until": document.valid_until,
        "pages": document.pages,
        "refused_reason": document.refused_reason,
    }


def _case(case: HukouCase) -> dict[str, Any]:
    family = [
        {"relation": member.relation, "name": member.name, "birth_date": member.birth_date}
        for member in case.family
    ]
    return {
        "number": case.number,
        "city_code": case.city_code,
        "route": case.rule.route,
        "state": case.state.value,
        "applied_on": case.applied_on,
        "decided_on": case.decided_on,
        "decision_reason": case.decision_reason,
        "settled_on": case.registered_on,
        "priority_basis": case.priority_basis,
        "evaluation": case.evaluation,
        "points": case.points,
        "family": family,
        "steps": [
            {"state": step.state.value, "from": step.entered_at, "to": step.left_at, "reason": step.reason}
            for step in case.steps
        ],
    }
