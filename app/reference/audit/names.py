"""The names of the rows that events speak of, one query a table; people only to those who may see them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference.audit.labels import SUBJECTS
from models.access import Actor, Permission, visible_to
from models.audit import AuditEvent
from models.base import Base
from models.cooperation.entry_person import EntryPerson
from models.hukou.case import HukouCase, HukouDocument
from models.hukou.rule import HukouRule
from models.jobs.order import Order
from models.people.intake import ImportBatch
from models.people.worker import Worker
from models.placement.departure import Departure
from models.placement.placement import FollowUp, Placement
from models.reference.area import area_names
from models.reference.organisation import Organisation
from models.training.agreement import Agreement
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment
from models.training.subsidy import Claim
from models.training.training_class import TrainingClass
from models.training.training_order import TrainingOrder
from models.user import User

NAMED: dict[str, tuple[Any, Any]] = {
    "job_order": (Order.id, Order.title),
    "organisation": (Organisation.id, Organisation.name),
    "cohort": (TrainingClass.id, TrainingClass.name),
    "user": (User.id, User.name),
    "certificate": (Certificate.id, Certificate.number),
    "claim": (Claim.id, Claim.number),
    "training_agreement": (Agreement.id, Agreement.number),
    "training_order": (TrainingOrder.id, TrainingOrder.skill),
    "import_batch": (ImportBatch.id, ImportBatch.filename),
    "departure": (Departure.id, Departure.leader_name),
    "settlement_rule": (HukouRule.id, HukouRule.route),
}
# Rows about one person, called by that person's name.
PERSONS: dict[str, tuple[Any, Any]] = {
    "worker": (Worker.id, Worker.id),
    "placement": (Placement.id, Placement.worker_id),
    "enrolment": (Enrolment.id, Enrolment.worker_id),
    "entry_person": (EntryPerson.id, EntryPerson.worker_id),
    "settlement_case": (HukouCase.id, HukouCase.worker_id),
    "settlement_document": (HukouDocument.id, HukouDocument.worker_id),
}
REFERRED = {
    "order": "job_order",
    "worker": "worker",
    "user": "user",
    "other": "worker",
    "organisation": "organisation",
    "batch": "import_batch",
    "departure": "departure",
    "cohort": "cohort",
}
TRAINING = ("agreement:", "bid:", "training_order:")


class Names:
    """What rows are called, asked for by table and number."""

    def __init__(self, session: Session, actor: Actor, rows: Iterable[AuditEvent]) -> None:
        wanted: dict[str, set[int]] = {}
        areas: set[str] = set()
        for row in rows:
            table, _colon, number = row.subject.partition(":")
            if number.isdecimal():
                wanted.setdefault(table, set()).add(int(number))
            for key, value in row.details.items():
                if (table := referred(row.tag, key)) and isinstance(value, int):
                    wanted.setdefault(table, set()).add(value)
                elif key == "area" and isinstance(value, str):
                    areas.add(value)
        self._areas = area_names(session, areas)
        self._within = _within(session, actor, wanted)
        self._names = _named(session, wanted) | _persons(session, actor, wanted)

    def of(self, table: str, number: int) -> str:
        """The name of a row, "" where it has none or the reader may not know it."""
        return self._names.get((table, number), "")

    def opens(self, table: str, number: int) -> bool:
        """Whether the row lies within what the reader may open."""
        return (table, number) in self._within

    def area(self, code: str) -> str:
        """The name of an area."""
        return self._areas.get(code, code)


def referred(tag: str, key: str) -> str:
    """The table that a noted number points into; "" for a value that is no number of a row."""
    is_training = key == "order" and tag.startswith(TRAINING) and tag != "training_order:create"
    return "training_order" if is_training else REFERRED.get(key, "")


def _within(session: Session, actor: Actor, wanted: dict[str, set[int]]) -> set[tuple[str, int]]:
    """Of the rows that have a page, those that the reader may open: an auditor of one prefecture reads the
    audit of all."""
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    inside: set[tuple[str, int]] = set()
    for table, (_word, _endpoint, _argument, permission) in SUBJECTS.items():
        numbers, model = wanted.get(table), models.get(table)
        if not numbers or (permission and not actor.can(permission)):
            continue
        if model is None or not hasattr(model, "__scope__"):  # accounts: the permission is the scope
            inside |= {(table, number) for number in numbers}
            continue
        rows = visible_to(actor, select(model.id).where(model.id.in_(numbers)), model, permission)
        inside |= {(table, number) for number in session.scalars(rows)}
    return inside


def _named(session: Session, wanted: dict[str, set[int]]) -> dict[tuple[str, int], str]:
    told: dict[tuple[str, int], str] = {}
    for table, (key, name) in NAMED.items():
        if numbers := wanted.get(table):
            rows = session.execute(select(key, name).where(key.in_(numbers)))
            told |= {(table, number): text or "" for number, text in rows}
    return told


def _persons(session: Session, actor: Actor, wanted: dict[str, set[int]]) -> dict[tuple[str, int], str]:
    if not actor.can(Permission.WORKER_READ):
        return {}
    whose = {
        (table, number): worker_id
        for table, (key, worker) in PERSONS.items()
        if (numbers := wanted.get(table))
        for number, worker_id in session.execute(select(key, worker).where(key.in_(numbers)))
    }
    if numbers := wanted.get("follow_up"):
        steps = select(FollowUp.id, Placement.worker_id).join(Placement).where(FollowUp.id.in_(numbers))
        whose |= {("follow_up", number): worker_id for number, worker_id in session.execute(steps)}
    people = select(Worker.id, Worker.name).where(Worker.id.in_(set(whose.values())))
    names = dict(session.execute(visible_to(actor, people, Worker, Permission.WORKER_READ)).all())
    return {row: names.get(worker_id, "") for row, worker_id in whose.items()}
