"""A sheet of people already at work in Guangdong, between its preview, its one confirm and its undo."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_area, by_organisation
from models.base import Base
from models.bulk_upload import UploadBatch
from models.types import UTCDateTime


class NewcomerBatch(UploadBatch, Base):
    """One sheet of an enterprise or of a city.

    ``written``: what its confirm wrote, by kind ({"newcomer": [number, ...], "spell": ..., "evidence": ...});
    whoever sent the sheet is never shown the kinds, since they tell who is in a register.
    """

    __tablename__ = "newcomer_batch"

    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    city_code: Mapped[str | None] = mapped_column(String(9), index=True)
    written: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __scope__ = {Role.ENTERPRISE: by_organisation("enterprise_id"), Role.CITY: by_area("city_code")}
