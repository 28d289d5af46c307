"""What an enterprise needs trained, who offers to train it, and the agreement they all sign
(订单培训协议)."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import OFFICES_OF_BOTH, Right, Role, ScopeRule, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.i18n import N_
from models.jobs.order import Order
from models.reference.organisation import Organisation
from models.training.training_order_flow import (
    AGREEMENT_STATE_LABELS,
    AGREEMENT_WORKFLOW,
    SKILL_LEVEL_LABELS,
    TRAINING_ORDER_STATE_LABELS,
    TRAINING_ORDER_WORKFLOW,
    AgreementState,
    SkillLevel,
    TrainingOrderState,
)
from models.types import EnumText, UTCDateTime

__all__ = [
    "AGREEMENT_STATE_LABELS",
    "AGREEMENT_WORKFLOW",
    "SKILL_LEVEL_LABELS",
    "TRAINING_ORDER_STATE_LABELS",
    "TRAINING_ORDER_WORKFLOW",
    "AgreementState",
    "SkillLevel",
    "TrainingOrderState",
]
A, O = AgreementState, TrainingOrderState  # noqa: E741


def _published(model: Any, right: Right) -> ColumnElement[bool]:
    mine = select(TrainingBid.order_id).where(TrainingBid.school_id == (right.organisation_id or 0))
    return model.state.not_in((O.DRAFT, O.WITHDRAWN)) | model.id.in_(mine)


def _published_in(column: str) -> ScopeRule:
    # A draft is the enterprise's own business; offices see an order from the moment schools may bid.
    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        return by_area(column)(model, right) & model.state.not_in((O.DRAFT, O.WITHDRAWN))

    return rule


def _with_its_order(model: Any, right: Right) -> ColumnElement[bool]:
    mine = TrainingOrder.__scope__[right.role](TrainingOrder, right)
    return model.order_id.in_(select(TrainingOrder.id).where(mine))


class TrainingOrder(Recorded, Base):
    """N people for one job order, trained before they start (粤办发〔2016〕32号, 订单培训、定向就业).

    ``job_order`` is where they go afterwards; its places are reserved for the class (``PlaceReservation``).
    ``certificate`` is the one the enterprise accepts ("" for any of the level). Money in fen a month.
    ``asked_school_id`` is a school asked by name; without it any school may bid.
    """

    __tablename__ = "training_order"
    __table_args__ = (
        CheckConstraint("headcount > 0", name="headcount"),
        Index("ix_training_order_state", "state", "id"),
        Index("ix_training_order_county_state", "county_code", "state", "id"),
        Index("ix_training_order_enterprise", "enterprise_id", "id"),
    )

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    enterprise: Mapped[Organisation] = relationship(foreign_keys=enterprise_id)
    job_order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id"), index=True)
    job_order: Mapped[Order] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    state: Mapped[TrainingOrderState] = mapped_column(EnumText(TrainingOrderState), default=O.DRAFT)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    occupation_code: Mapped[str] = mapped_column(String(20))
    occupation_name: Mapped[str] = mapped_column(String(60))
    skill: Mapped[str] = mapped_column(String(60))
    level: Mapped[SkillLevel] = mapped_column(EnumText(SkillLevel))
    certificate: Mapped[str] = mapped_column(String(80), default="")
    headcount: Mapped[int]
    ready_by: Mapped[date]
    wage_floor_fen: Mapped[int]
    hire_share_percent: Mapped[int] = mapped_column(default=100)
    note: Mapped[str] = mapped_column(String(1000), default="")
    asked_school_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    asked_school: Mapped[Organisation | None] = relationship(foreign_keys=asked_school_id)
    bids: Mapped[list["TrainingBid"]] = relationship(back_populates="order", order_by="TrainingBid.id")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.SCHOOL: _published,
        Role.COUNTY: _published_in("county_code"),
        Role.CITY: _published_in("city_code"),
        Role.PREFECTURE: _published_in("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }


class TrainingBid(Recorded, Base):
    """What one school offers for one training order: price in fen a person, hours (课时), how and where.

    A school sees its own offer and never another's.
    """

    __tablename__ = "training_bid"
    __table_args__ = (UniqueConstraint("order_id", "school_id"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("training_order.id"), index=True)
    order: Mapped[TrainingOrder] = relationship(back_populates="bids")
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    school: Mapped[Organisation] = relationship()
    price_fen: Mapped[int]
    periods: Mapped[int]
    starts_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100))
    plan: Mapped[str] = mapped_column(String(2000), default="")
    chosen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.SCHOOL: by_organisation("school_id"),
        Role.ENTERPRISE: _with_its_order,
        Role.COUNTY: _with_its_order,
        Role.CITY: _with_its_order,
        Role.PREFECTURE: _with_its_order,
        Role.PROVINCE: _with_its_order,
        Role.AUDITOR: _with_its_order,
    }

    @property
    def fen_per_period(self) -> int:
        """The price of one period for one person, to the nearest fen."""
        return round(self.price_fen / self.periods)


class Agreement(Recorded, Base):
    """Three or four parties and what they promised; ``terms`` are frozen the moment signing begins.

    ``terms`` are plain values: parties (names), job, occupation, skill, level, certificate, headcount,
    periods, price_fen, starts_on, ready_by, place, plan, wage_floor_fen, hire_share_percent, follow_months,
    other,
    breach (msgids). Domain.md 4: 协议要素.
    """

    __tablename__ = "training_agreement"
    # One agreement an order; one that came to nothing makes room for the next.
    __table_args__ = (
        Index("ix_training_agreement_county_state", "county_code", "state", "id"),
        Index(
            "uq_training_agreement_live",
            "order_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("training_order.id"), index=True)
    order: Mapped[TrainingOrder] = relationship()
    number: Mapped[str] = mapped_column(String(40), unique=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    enterprise: Mapped[Organisation] = relationship(foreign_keys=enterprise_id)
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    school: Mapped[Organisation] = relationship(foreign_keys=school_id)
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    state: Mapped[AgreementState] = mapped_column(EnumText(AgreementState), default=A.SIGNING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id", back_populates="agreement")
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = OFFICES_OF_BOTH | {
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.SCHOOL: by_organisation("school_id"),
    }

    @property
    def is_signed_by_all(self) -> bool:
        """Whether no party's signature is missing."""
        return all(signature.signed_at is not None for signature in self.signatures)


class Party(enum.StrEnum):
    """On which side of the agreement somebody signs; the city is the fourth and may be absent."""

    COUNTY = "county"
    SCHOOL = "school"
    ENTERPRISE = "enterprise"
    CITY = "city"


PARTY_LABELS = {
    Party.COUNTY: N_("县人社局"),
    Party.SCHOOL: N_("培训学校"),
    Party.ENTERPRISE: N_("用工企业"),
    Party.CITY: N_("帮扶市人社局"),
}


class Signature(Recorded, Base):
    """One party's place under an agreement, empty until somebody of that party signs."""

    __tablename__ = "agreement_signature"
    __table_args__ = (UniqueConstraint("agreement_id", "party"),)

    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), index=True)
    agreement: Mapped[Agreement] = relationship(back_populates="signatures")
    party: Mapped[Party] = mapped_column(EnumText(Party))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_name: Mapped[str] = mapped_column(String(60), default="")


class Breach(Recorded, Base):
    """A promise not kept, by whom and why: recorded, answered, never a public blacklist (domain.md 4).

    ``party`` is the side that did not keep it; None for a learner, who is then named by ``enrolment_id``.
    """

    __tablename__ = "agreement_breach"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), index=True)
    agreement: Mapped[Agreement] = relationship()
    party: Mapped[Party | None] = mapped_column(EnumText(Party))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    answer: Mapped[str] = mapped_column(String(400), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PlaceReservation(Recorded, Base):
    """Places of a job order kept for one agreement's graduates: ``places`` kept, ``used`` of them hired into.

    While it stands (``released_at`` is None) ``job_order.reserved`` counts ``places - used`` of it.
    """

    __tablename__ = "place_reservation"
    __table_args__ = (CheckConstraint("used >= 0 AND used <= places", name="places"),)

    job_order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id"), index=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), unique=True)
    agreement: Mapped[Agreement] = relationship()
    places: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    release_reason: Mapped[str] = mapped_column(String(300), default="")
