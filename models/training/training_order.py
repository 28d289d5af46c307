"""What an enterprise needs trained for one of its job orders, and the schools' bids (订单培训)."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Permission, Right, Role, ScopeRule, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_
from models.jobs.order import Order
from models.reference.organisation import Organisation
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class SkillLevel(enum.StrEnum):
    """What the training ends in (国家职业技能等级; 专项职业能力 and 合格证 stand below them)."""

    COMPLETION = "completion"
    SPECIAL = "special"
    FIVE = "5"
    FOUR = "4"
    THREE = "3"


SKILL_LEVEL_LABELS = {
    SkillLevel.COMPLETION: N_("培训合格证"),
    SkillLevel.SPECIAL: N_("专项职业能力"),
    SkillLevel.FIVE: N_("初级工（五级）"),
    SkillLevel.FOUR: N_("中级工（四级）"),
    SkillLevel.THREE: N_("高级工（三级）"),
}


class TrainingOrderState(enum.StrEnum):
    """Where an enterprise's training order is."""

    DRAFT = "draft"
    OPEN = "open"
    CHOSEN = "chosen"
    AGREED = "agreed"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


TRAINING_ORDER_STATE_LABELS = {
    TrainingOrderState.DRAFT: N_("草稿"),
    TrainingOrderState.OPEN: N_("征集学校"),
    TrainingOrderState.CHOSEN: N_("已选学校，待签协议"),
    TrainingOrderState.AGREED: N_("协议已签"),
    TrainingOrderState.ENDED: N_("已结束"),
    TrainingOrderState.WITHDRAWN: N_("已撤回"),
}
S = TrainingOrderState


def _published(model: Any, right: Right) -> ColumnElement[bool]:
    mine = select(TrainingBid.order_id).where(TrainingBid.school_id == (right.organisation_id or 0))
    published: ColumnElement[bool] = model.state.not_in((S.DRAFT, S.WITHDRAWN)) | model.id.in_(mine)
    return published


def _published_in(column: str) -> ScopeRule:
    # A draft is the enterprise's own business; offices see an order from the moment schools may bid.
    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        published: ColumnElement[bool] = model.state.not_in((S.DRAFT, S.WITHDRAWN))
        return by_area(column)(model, right) & published

    return rule


def _with_its_order(model: Any, right: Right) -> ColumnElement[bool]:
    mine = TrainingOrder.__scope__[right.role](TrainingOrder, right)
    inside: ColumnElement[bool] = model.order_id.in_(select(TrainingOrder.id).where(mine))
    return inside


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
    state: Mapped[TrainingOrderState] = mapped_column(EnumText(TrainingOrderState), default=S.DRAFT)
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


_P = Permission
TRAINING_ORDER_WORKFLOW = Workflow(
    "training_order",
    EventTag.TRAINING_ORDER_ADVANCE,
    (
        Transition("publish", (S.DRAFT,), S.OPEN, _P.TRAINING_ORDER, N_("发布，请学校报名"), tone="brand"),
        Transition(
            "withdraw", (S.DRAFT, S.OPEN), S.WITHDRAWN, _P.TRAINING_ORDER, N_("撤回"), asks_reason=True
        ),
        Transition("choose", (S.OPEN,), S.CHOSEN, _P.TRAINING_CHOOSE, N_("选定学校"), shown=False),
        Transition("reopen", (S.CHOSEN,), S.OPEN, _P.TRAINING_SIGN, N_("协议没有签成"), shown=False),
        Transition("agree", (S.CHOSEN,), S.AGREED, _P.TRAINING_SIGN, N_("协议签齐"), shown=False),
        Transition("end", (S.AGREED,), S.ENDED, _P.CLASS_APPROVE, N_("结束"), shown=False),
    ),
)
