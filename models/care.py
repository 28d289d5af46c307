"""Who looks after a case, the day to come back to it, and what was noted: the same for every kind of case.

Problems have an owner and a reminder of their own (models.problems.problem), follow-ups a collector
(models.placement.placement): those two belong to their steps. All else is here.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Actor, Permission
from models.base import Base, Recorded
from models.hukou.case import HukouCase
from models.i18n import N_
from models.jobs.order import Order
from models.people.worker import Worker
from models.placement.placement import Placement
from models.training.training_class import TrainingClass
from models.types import EnumText
from models.user import User

LONGEST_NOTE = 300


class CareKind(enum.StrEnum):
    """What can be looked after."""

    WORKER = "worker"
    ORDER = "order"
    PLACEMENT = "placement"
    HUKOU = "hukou"
    CLASS = "class"


CARE_KIND_LABELS = {
    CareKind.WORKER: N_("台账里的人"),
    CareKind.ORDER: N_("岗位"),
    CareKind.PLACEMENT: N_("推荐和上岗"),
    CareKind.HUKOU: N_("落户申请"),
    CareKind.CLASS: N_("培训班"),
}


class Care(Recorded, Base):
    """Who of an office has a case in hand (None: nobody), and the day to come back to it.

    ``office`` is whose note it is (:func:`office_of`): an order is seen by every county, its enterprise and
    its city, and each has its own. ``remind_for_id``: whom the day reminds where nobody has the case.
    """

    __tablename__ = "care"
    __table_args__ = (
        UniqueConstraint("office", "kind", "subject_id"),
        Index("ix_care_assigned", "assigned_to_id", "kind", "subject_id"),
        Index("ix_care_remind", "remind_for_id", "remind_on"),
    )

    office: Mapped[str] = mapped_column(String(20))
    kind: Mapped[CareKind] = mapped_column(EnumText(CareKind))
    subject_id: Mapped[int]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])
    remind_on: Mapped[date | None]
    remind_for_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)
    notes: Mapped[list["CareNote"]] = relationship(back_populates="care", order_by="CareNote.id.desc()")

    __mapper_args__: dict[str, Any] = {"version_id_col": version}


class CareNote(Recorded, Base):
    """One note, and who wrote it."""

    __tablename__ = "care_note"

    care_id: Mapped[int] = mapped_column(ForeignKey("care.id"), index=True)
    care: Mapped[Care] = relationship(back_populates="notes")
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship()
    text: Mapped[str] = mapped_column(String(LONGEST_NOTE))


def office_of(actor: Actor) -> str:
    """Whose notes an actor reads and writes: the county's, in its townships too, else the own organisation's
    or area's; "" for somebody without an office."""
    if area := next(iter(actor.areas()), ""):
        return area[:6]
    own = next(iter(actor.organisations()), None)
    return f"organisation-{own}" if own else ""


def assigned_to(actor: Actor, kind: CareKind) -> Select[int]:
    """The numbers of the cases of one kind that the actor has in hand."""
    own = Care.office == office_of(actor), Care.kind == kind, Care.assigned_to_id == actor.user_id
    return select(Care.subject_id).where(*own)


@dataclass(frozen=True)
class Cared:
    """A kind of case: its rows, who may see them, its page (endpoint and the name of the number there)."""

    model: Any
    permission: Permission
    endpoint: str
    parameter: str


CARED: Mapping[CareKind, Cared] = {
    CareKind.WORKER: Cared(Worker, Permission.WORKER_READ, "workers.show", "worker_id"),
    CareKind.ORDER: Cared(Order, Permission.ORDER_READ, "orders.show", "order_id"),
    CareKind.PLACEMENT: Cared(Placement, Permission.PLACEMENT_READ, "placements.show", "number"),
    CareKind.HUKOU: Cared(HukouCase, Permission.HUKOU_READ, "hukou.show", "case_id"),
    CareKind.CLASS: Cared(TrainingClass, Permission.TRAINING_READ, "training_classes.show", "class_id"),
}
