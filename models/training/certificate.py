"""What somebody can show after the class (证书), and the public page that confirms it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, by_organisation, by_person, everything
from models.base import Base, Recorded
from models.training.cohort import Cohort, Enrolment
from models.training.demand import SkillLevel
from models.types import EnumText, UTCDateTime
from models.worker import Worker


class Certificate(Recorded, Base):
    """One certificate. ``number`` and ``token`` (the public page's address) are unique; revoked is not deleted."""

    __tablename__ = "certificate"
    __table_args__ = (Index("ix_certificate_worker", "worker_id", "id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    cohort: Mapped[Cohort] = relationship()
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    enrolment: Mapped[Enrolment] = relationship()
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    worker: Mapped[Worker] = relationship()
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    county_code: Mapped[str] = mapped_column(String(9), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    issuer: Mapped[str] = mapped_column(String(100))
    occupation_code: Mapped[str] = mapped_column(String(20))
    occupation_name: Mapped[str] = mapped_column(String(60))
    skill: Mapped[str] = mapped_column(String(60))
    level: Mapped[SkillLevel] = mapped_column(EnumText(SkillLevel))
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_reason: Mapped[str] = mapped_column(String(300), default="")
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.SCHOOL: by_organisation("school_id"),
        Role.COUNTY: by_area("county_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
        Role.WORKER: by_person("worker_id"),
    }

    def is_valid_on(self, day: date) -> bool:
        """Whether the certificate counts on ``day``."""
        return self.revoked_at is None and (self.expires_on is None or self.expires_on >= day)
