"""A class (培训班): its states, its figures, its seats; its steps are in ``class_workflow``."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, case
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import OFFICES_OF_BOTH, Role, by_organisation
from models.base import Base, Recorded
from models.i18n import N_
from models.reference.organisation import Organisation
from models.training.agreement import Agreement
from models.training.training_order import SkillLevel
from models.types import EnumText, UTCDateTime


class ClassState(enum.StrEnum):
    """The states of a class."""

    DRAFT = "draft"
    APPLIED = "applied"
    RETURNED = "returned"
    APPROVED = "approved"
    OPENED = "opened"
    TEACHING = "teaching"
    EXAMINED = "examined"
    CERTIFIED = "certified"
    PLACED = "placed"
    FOLLOWED = "followed"
    CLAIMED = "claimed"
    PUBLISHED = "published"
    PAID = "paid"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


CLASS_STATE_LABELS = {
    ClassState.DRAFT: N_("筹备"),
    ClassState.APPLIED: N_("开班申请待审"),
    ClassState.RETURNED: N_("退回补正"),
    ClassState.APPROVED: N_("同意开班"),
    ClassState.OPENED: N_("已到场核查"),
    ClassState.TEACHING: N_("上课中"),
    ClassState.EXAMINED: N_("已考核"),
    ClassState.CERTIFIED: N_("已发证"),
    ClassState.PLACED: N_("已推荐上岗"),
    ClassState.FOLLOWED: N_("已跟踪满期"),
    ClassState.CLAIMED: N_("补贴申报待审"),
    ClassState.PUBLISHED: N_("公示中"),
    ClassState.PAID: N_("已拨付"),
    ClassState.ARCHIVED: N_("已归档"),
    ClassState.CANCELLED: N_("已取消"),
    ClassState.STOPPED: N_("中途停办"),
}
C = ClassState
BEFORE_OPENING = (C.DRAFT, C.APPLIED, C.RETURNED, C.APPROVED)
TAKING_PEOPLE = (*BEFORE_OPENING, C.OPENED, C.TEACHING)


class TrainingClass(Recorded, Base):
    """One class of one agreement. Lengths in periods (课时, 45 minutes unless the standards say otherwise).

    ``number`` has the usual form, school's initials + year + month + serial (TGZX201905008). ``standards``
    are the figures of the day the class was applied for, frozen (models.training.standards reads and writes
    them). ``instalment`` is which part of the training fee is or was claimed last: 0 none or the whole, 1 the
    first (after the certificates), 2 the rest (after employment). ``enrolled`` never passes ``capacity``: it
    grows only by :func:`take_seat`. ``meals``: how people eat and sleep, "" where the school has not said.
    """

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("enrolled >= 0 AND enrolled <= capacity", name="seats"),
        Index("ix_cohort_county_state", "county_code", "state", "id"),
        Index("ix_cohort_school_state", "school_id", "state", "id"),
        Index("ix_cohort_city_state", "city_code", "state", "id"),
        Index("ix_cohort_state", "state", "id"),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), index=True)
    agreement: Mapped[Agreement] = relationship()
    number: Mapped[str | None] = mapped_column(String(24), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    school: Mapped[Organisation] = relationship(foreign_keys=school_id)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    enterprise: Mapped[Organisation] = relationship(foreign_keys=enterprise_id)
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    state: Mapped[ClassState] = mapped_column(EnumText(ClassState), default=C.DRAFT)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    occupation_code: Mapped[str] = mapped_column(String(20))
    occupation_name: Mapped[str] = mapped_column(String(60))
    skill: Mapped[str] = mapped_column(String(60))
    level: Mapped[SkillLevel] = mapped_column(EnumText(SkillLevel))
    capacity: Mapped[int]
    enrolled: Mapped[int] = mapped_column(default=0)
    periods: Mapped[int]
    scheduled_periods: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100))
    meals: Mapped[str] = mapped_column(String(100), default="")
    head_teacher: Mapped[str] = mapped_column(String(60), default="")
    standards: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    site_checked_on: Mapped[date | None]
    graded_on: Mapped[date | None]
    stopped_on: Mapped[date | None]
    ungraded: Mapped[int | None]
    uncertified: Mapped[int | None]
    unplaced: Mapped[int | None]
    unfollowed: Mapped[int | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    notice_ends_on: Mapped[date | None]
    notice_over: Mapped[bool] = mapped_column(default=False)
    instalment: Mapped[int] = mapped_column(default=0)
    # Any: the class of an enrolment stands on this module.
    enrolments: Mapped[list[Any]] = relationship(
        "Enrolment", back_populates="training_class", order_by="Enrolment.id"
    )
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = OFFICES_OF_BOTH | {
        Role.SCHOOL: by_organisation("school_id"),
        Role.TEACHER: by_organisation("school_id"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
    }

    @hybrid_property
    def due_on(self) -> date | None:
        """The day on which what waits now ends: the public notice's."""
        return self.notice_ends_on if self.state is ClassState.PUBLISHED else None

    @due_on.inplace.expression
    @classmethod
    def _due_on(cls) -> ColumnElement[date | None]:
        return case((cls.state == ClassState.PUBLISHED, cls.notice_ends_on), else_=None)

    @property
    def is_early_claim(self) -> bool:
        """Whether the first part of the fee is being claimed: graduates are still placed meanwhile."""
        return self.instalment == 1 and self.state in (C.CLAIMED, C.PUBLISHED)

    @property
    def seats_left(self) -> int:
        """Free seats, waiting list or not."""
        return self.capacity - self.enrolled
