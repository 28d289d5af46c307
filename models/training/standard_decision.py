"""How a county decides where a standard that is not verified (待核) would say no: it asks, they answer."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import COUNTY_OFFICES
from models.base import Base, Recorded
from models.training.enrolment import Enrolment
from models.training.standard import StandardName
from models.training.training_class import TrainingClass
from models.types import EnumText


class StandardDecision(Recorded, Base):
    """One decision with its reason, about a class or one learner of it; a later one takes its place.

    Never changed: whoever checks the claim reads all of them.
    """

    __tablename__ = "standard_decision"

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    enrolment: Mapped[Enrolment | None] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    name: Mapped[StandardName] = mapped_column(EnumText(StandardName))
    allowed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(300))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_by_name: Mapped[str] = mapped_column(String(60))

    __scope__ = dict(COUNTY_OFFICES)
