"""What a class ends in: the certificate (证书) its public page confirms, and the spreadsheets of results."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import COUNTY_OFFICES, Role, by_area, by_organisation, by_person
from models.base import Base, Recorded
from models.bulk_upload import UploadBatch
from models.i18n import N_
from models.people.worker import Worker
from models.training.enrolment import Enrolment
from models.training.training_class import TrainingClass
from models.training.training_order import SkillLevel
from models.types import EnumText, UTCDateTime


class RevocationGround(enum.StrEnum):
    """Why a certificate was revoked. Whoever only gave the paper back has not lost the skill."""

    ERROR = "error"
    FRAUD = "fraud"
    REQUEST = "request"
    LAPSED = "lapsed"


REVOCATION_GROUND_LABELS = {
    RevocationGround.ERROR: N_("发错了：没有考核合格，或不是这个人"),
    RevocationGround.FRAUD: N_("弄虚作假"),
    RevocationGround.REQUEST: N_("本人要求注销"),
    RevocationGround.LAPSED: N_("已过有效期，或换了新证"),
}
WITHOUT_SKILL = (RevocationGround.ERROR, RevocationGround.FRAUD)


class Certificate(Recorded, Base):
    """One certificate. ``number`` and ``token`` (the public page's address) are unique; revoked is not
    deleted.

    A learner holds one that is not revoked; after a revocation a new one, with a new number, may be issued.

    ``profile_name`` is the word under which it stands in the person's profile, ``in_profile`` whether it
    does. ``brought_skill``: the skill came into the profile with it (None: noted before that was kept).
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("ix_certificate_worker", "worker_id", "id"),
        Index("ix_certificate_county_id", "county_code", "id"),
        Index("ix_certificate_profile_expiry", "in_profile", "expires_on"),
        Index(
            "uq_certificate_held",
            "enrolment_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    enrolment: Mapped[Enrolment] = relationship()
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    worker: Mapped[Worker] = relationship()
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    county_code: Mapped[str] = mapped_column(String(9))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    issuer: Mapped[str] = mapped_column(String(100))
    occupation_code: Mapped[str] = mapped_column(String(20))
    occupation_name: Mapped[str] = mapped_column(String(60))
    skill: Mapped[str] = mapped_column(String(60))
    level: Mapped[SkillLevel] = mapped_column(EnumText(SkillLevel))
    profile_name: Mapped[str] = mapped_column(String(60), default="")
    in_profile: Mapped[bool] = mapped_column(default=False)
    brought_skill: Mapped[bool | None]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_reason: Mapped[str] = mapped_column(String(300), default="")
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_ground: Mapped[RevocationGround | None] = mapped_column(EnumText(RevocationGround))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = COUNTY_OFFICES | {
        Role.SCHOOL: by_organisation("school_id"),
        Role.WORKER: by_person("worker_id"),
    }

    def is_valid_on(self, day: date) -> bool:
        """Whether the certificate counts on ``day``."""
        return self.revoked_at is None and (self.expires_on is None or self.expires_on >= day)

    def standing_on(self, day: date) -> "CertificateStanding":
        """What the public page says on ``day``."""
        if self.revoked_at is not None:
            return CertificateStanding.REVOKED
        return CertificateStanding.VALID if self.is_valid_on(day) else CertificateStanding.EXPIRED


class CertificateStanding(enum.StrEnum):
    """What a certificate is worth on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


CERTIFICATE_STANDING_LABELS = {
    CertificateStanding.VALID: N_("有效"),
    CertificateStanding.EXPIRED: N_("已过期"),
    CertificateStanding.REVOKED: N_("已吊销"),
}


class ResultKind(enum.StrEnum):
    """What a spreadsheet of results brings."""

    MARKS = "marks"
    CERTIFICATES = "certificates"


RESULT_KIND_LABELS = {ResultKind.MARKS: N_("考核成绩"), ResultKind.CERTIFICATES: N_("证书编号")}


class ResultBatch(UploadBatch, Base):
    """A spreadsheet of one class's results; ``held_on`` is the day of the examination it tells of."""

    __tablename__ = "result_batch"

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    county_code: Mapped[str] = mapped_column(String(9))
    kind: Mapped[ResultKind] = mapped_column(EnumText(ResultKind))
    held_on: Mapped[date | None]

    __scope__ = {Role.SCHOOL: by_organisation("school_id"), Role.COUNTY: by_area("county_code")}
