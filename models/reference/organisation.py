"""Enterprises and training schools."""

import enum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.i18n import N_
from models.types import EncryptedText, EnumText


class OrganisationKind(enum.StrEnum):
    """What an organisation does in the programme."""

    ENTERPRISE = "enterprise"
    SCHOOL = "school"


ORGANISATION_KIND_LABELS = {OrganisationKind.ENTERPRISE: N_("企业"), OrganisationKind.SCHOOL: N_("培训学校")}


class Organisation(Recorded, Base):
    """An enterprise or school, known by its 统一社会信用代码 (GB 32100).

    ``area_code`` is where it sits: an enterprise in its city of Guangdong, a school as a rule in the county
    whose people it teaches.
    ``merged_into_id``: it was registered twice, and what it had is the other's now.
    """

    __tablename__ = "organisation"

    kind: Mapped[OrganisationKind] = mapped_column(EnumText(OrganisationKind))
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    area_code: Mapped[str] = mapped_column(String(9), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    industry: Mapped[str] = mapped_column(String(60), default="")
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str | None] = mapped_column(EncryptedText("organisation.contact_phone"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

    __scope__ = {
        Role.ENTERPRISE: by_organisation("id"),
        Role.SCHOOL: by_organisation("id"),
        Role.CITY: by_area("area_code"),
        Role.REGISTRATION: by_area("area_code"),
        Role.COUNTY: everything,
        Role.PREFECTURE: everything,
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
        Role.ADMIN: everything,
    }
