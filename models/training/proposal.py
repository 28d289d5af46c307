"""A list of people for a class between its preview and its one confirm."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area
from models.base import Base
from models.bulk_upload import SheetBatch
from models.training.training_class import TrainingClass


class ProposalBatch(SheetBatch, Base):
    """A spreadsheet of people proposed for one class."""

    __tablename__ = "proposal_batch"

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    county_code: Mapped[str] = mapped_column(String(9), index=True)

    __scope__ = {Role.COUNTY: by_area("county_code")}
