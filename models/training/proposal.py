"""A list of people for a class between its preview and its one confirm."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area
from models.base import Base, Recorded
from models.training.cohort import Cohort
from models.types import EncryptedJSON, UTCDateTime


class ProposalBatch(Recorded, Base):
    """A spreadsheet of people proposed for one class; ``rows`` is what app.training.cohorts.importer read.

    Sealed, for it names people: {lines: [{sheet, row, cells, worker_id, problems}], unknown: [heading, ...]}.
    """

    __tablename__ = "proposal_batch"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    cohort: Mapped[Cohort] = relationship()
    county_code: Mapped[str] = mapped_column(String(9), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    filename: Mapped[str] = mapped_column(String(200))
    rows: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("proposal_batch.rows"), deferred=True)
    good: Mapped[int]
    refused: Mapped[int]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {Role.COUNTY: by_area("county_code")}
