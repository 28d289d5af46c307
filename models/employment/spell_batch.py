"""A sheet of people who work at home or elsewhere (务工情况表), between its preview and its one confirm."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_area
from models.base import Base
from models.bulk_upload import UploadBatch


class SpellBatch(UploadBatch, Base):
    """One county's sheet."""

    __tablename__ = "spell_batch"

    county_code: Mapped[str] = mapped_column(String(9), index=True)

    __scope__ = {Role.COUNTY: by_area("county_code")}
