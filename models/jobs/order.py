"""Job orders (岗位单): what an enterprise offers, what the legal check says of it, its states."""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    String,
    UniqueConstraint,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Actor, Permission, Right, Role, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.bulk_upload import ExplainedColumn, UploadBatch
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reference.organisation import Organisation
from models.two_person_acts import ORDER_REVIEWED
from models.types import EncryptedText, EnumText, UTCDateTime
from models.workflow import Obstacle, Transition, Workflow


class OrderState(enum.StrEnum):
    """Where a job order is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    OPEN = "open"
    REJECTED = "rejected"
    CLOSED = "closed"


ORDER_STATE_LABELS = {
    OrderState.DRAFT: N_("草稿"),
    OrderState.SUBMITTED: N_("待市局审核"),
    OrderState.RETURNED: N_("退回修改"),
    OrderState.OPEN: N_("招聘中"),
    OrderState.REJECTED: N_("未通过"),
    OrderState.CLOSED: N_("已结束"),
}
PUBLISHED = (OrderState.OPEN, OrderState.CLOSED)
EDITABLE = (OrderState.DRAFT, OrderState.RETURNED)


class Shift(enum.StrEnum):
    """How the day is cut."""

    DAY = "day"
    TWO = "two"
    THREE = "three"
    NIGHT = "night"


SHIFT_LABELS = {
    Shift.DAY: N_("白班"),
    Shift.TWO: N_("两班倒"),
    Shift.THREE: N_("三班倒"),
    Shift.NIGHT: N_("常夜班"),
}


class Provision(enum.StrEnum):
    """Who pays for board, lodging or travel."""

    FREE = "free"
    PART = "part"
    SELF = "self"


BOARD_LABELS = {Provision.FREE: N_("包吃"), Provision.PART: N_("有餐补"), Provision.SELF: N_("自理")}
LODGING_LABELS = {
    Provision.FREE: N_("包住"),
    Provision.PART: N_("交部分房费"),
    Provision.SELF: N_("自己租房"),
}
TRAVEL_LABELS = {Provision.FREE: N_("全额报销"), Provision.PART: N_("部分报销"), Provision.SELF: N_("自理")}


class ContractWith(enum.StrEnum):
    """Whose employee the worker will be."""

    DIRECT = "direct"
    DISPATCH = "dispatch"
    OUTSOURCED = "outsourced"


CONTRACT_LABELS = {
    ContractWith.DIRECT: N_("与企业直签"),
    ContractWith.DISPATCH: N_("劳务派遣"),
    ContractWith.OUTSOURCED: N_("劳务外包"),
}


class ForbiddenWork(enum.StrEnum):
    """Work that the law closes to some (国务院令619号附录; 劳部发〔1994〕498号)."""

    NONE = "none"
    WOMEN = "women"
    MINORS = "minors"
    WOMEN_MINORS = "women+minors"


FORBIDDEN_WORK_LABELS = {
    ForbiddenWork.NONE: N_("没有"),
    ForbiddenWork.WOMEN: N_("女职工禁忌劳动"),
    ForbiddenWork.MINORS: N_("未成年工禁忌劳动"),
    ForbiddenWork.WOMEN_MINORS: N_("女职工和未成年工都禁忌"),
}
INSURANCE = (N_("养老"), N_("医疗"), N_("工伤"), N_("失业"), N_("生育"), N_("公积金"))


def _published(model: Any, right: Right) -> ColumnElement[bool]:
    return Order.state.in_(PUBLISHED)


def _in_city_and_handed_in(model: Any, right: Right) -> ColumnElement[bool]:
    # A draft is the enterprise's own business; the city sees an order from the moment it is handed in.
    return by_area("city_code")(model, right) & (Order.state != OrderState.DRAFT)


class Order(Recorded, Base):
    """One job order. Money in fen a month, hours a day; None is unknown and shown as such.

    ``further_text`` are words of the enterprise's own sheet that no field keeps, a column a line; workers are
    not shown them, the legal check reads them. ``taken`` never passes ``headcount``: it grows only by a
    conditional UPDATE (models.placement.placement.take_place). ``reserved`` places are kept for graduates of
    an agreed class (models.training) and not open to others. Which orders a worker sees, models.placement
    registers.
    """

    __tablename__ = "job_order"
    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= headcount", name="places"),
        CheckConstraint("reserved >= 0 AND taken + reserved <= headcount", name="reserved"),
        CheckConstraint("headcount > 0", name="headcount"),
        Index("ix_job_order_state_city", "state", "city_code", "id"),
        Index("ix_job_order_enterprise_state", "enterprise_id", "state", "id"),
    )

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    enterprise: Mapped[Organisation] = relationship()
    state: Mapped[OrderState] = mapped_column(EnumText(OrderState), default=OrderState.DRAFT)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    title: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(4000), default="")
    further_text: Mapped[str] = mapped_column(String(2000), default="", server_default="")
    occupation_code: Mapped[str] = mapped_column(String(20), default="")
    occupation_name: Mapped[str] = mapped_column(String(60), default="")
    occupation_confirmed: Mapped[bool] = mapped_column(default=False)
    headcount: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0, server_default="0")
    city_code: Mapped[str] = mapped_column(String(9))
    address: Mapped[str] = mapped_column(String(200), default="")

    base_wage_fen: Mapped[int | None]
    wage_low_fen: Mapped[int | None]
    wage_high_fen: Mapped[int | None]
    wage_note: Mapped[str] = mapped_column(String(300), default="")
    pay_day: Mapped[int | None]
    hours_per_day: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    days_per_week: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    overtime_hours_month: Mapped[int | None]
    shift: Mapped[Shift | None] = mapped_column(EnumText(Shift))
    night_shift: Mapped[bool | None]
    standing_work: Mapped[bool | None]
    insurance: Mapped[list[str] | None] = mapped_column(JSON)

    board: Mapped[Provision | None] = mapped_column(EnumText(Provision))
    board_cost_fen: Mapped[int | None]
    lodging: Mapped[Provision | None] = mapped_column(EnumText(Provision))
    lodging_cost_fen: Mapped[int | None]
    utilities_cost_fen: Mapped[int | None]
    room_persons: Mapped[int | None]
    couple_rooms: Mapped[bool | None]
    travel: Mapped[Provision | None] = mapped_column(EnumText(Provision))
    medical_fee_paid: Mapped[bool | None]
    halal_food: Mapped[bool | None]

    contract_with: Mapped[ContractWith | None] = mapped_column(EnumText(ContractWith))
    contract_months: Mapped[int | None]
    probation_months: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    probation_wage_fen: Mapped[int | None]
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str | None] = mapped_column(EncryptedText("job_order.contact_phone"))
    start_on: Mapped[date | None]
    valid_until: Mapped[date]
    posted_on: Mapped[date]
    group_intake: Mapped[bool | None]

    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    min_education: Mapped[int | None]
    min_mandarin: Mapped[int | None]
    min_health: Mapped[int | None]
    certificates: Mapped[list[str]] = mapped_column(JSON, default=list)
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    forbidden_work: Mapped[ForbiddenWork] = mapped_column(EnumText(ForbiddenWork), default=ForbiddenWork.NONE)

    findings: Mapped[list["OrderFinding"]] = relationship(
        order_by="OrderFinding.id", cascade="all, delete-orphan"
    )
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.CITY: _in_city_and_handed_in,
        Role.COUNTY: _published,
        Role.TOWNSHIP: _published,
        Role.SCHOOL: _published,
        Role.PREFECTURE: _published,
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
    }

    # The four below are written once and read by Python and by SQL: hence & and ==, not "and" and "is".
    @hybrid_property
    def places_left(self) -> int:
        """Places without a hired person, and kept for no class."""
        return self.headcount - self.taken - self.reserved

    @hybrid_method
    def has_room(self, places: int = 1) -> bool:
        """Whether it recruits and ``places`` are free; the last day (``valid_until``) is not asked."""
        return (self.state == OrderState.OPEN) & (self.places_left >= places)

    @hybrid_method
    def takes_people(self, day: date) -> bool:
        """Whether people can be recommended to it on ``day``: approved, not expired, places free."""
        return self.has_room() & (self.valid_until >= day)

    @hybrid_property
    def keeps_places(self) -> bool:
        """Whether it recruits and has places kept for graduates, though others find it full."""
        return (self.state == OrderState.OPEN) & (self.reserved > 0)

    @property
    def blocking(self) -> list["OrderFinding"]:
        """Findings that forbid handing the order in."""
        return [finding for finding in self.findings if finding.level == "block"]


class OrderFinding(Recorded, Base):
    """What the legal check found in one order.

    ``field`` is the column the passage stands in; ``start`` and ``end`` cut it out of the column's text, and
    are None for a figure.
    """

    __tablename__ = "order_finding"

    order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id", ondelete="CASCADE"), index=True)
    level: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(String(20))
    passage: Mapped[str] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(String(400))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    source: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(40), default="")
    start: Mapped[int | None]
    end: Mapped[int | None]

    @property
    def sentence(self) -> Sentence:
        """What is wrong with the passage."""
        return Sentence.from_json({"text": self.reason, "params": self.params})


def _ready(order: Order, actor: Actor) -> list[Obstacle]:
    against = []
    if not order.occupation_confirmed:
        against.append(Obstacle(Sentence("请先确认工种，再提交。"), "occupation-panel"))
    if number := len(order.blocking):
        must = Sentence("法律检查还有 %(n)s 处必须改，改好后再提交。", {"n": number})
        against.append(Obstacle(must, "law"))
    return against


def _none_reserved(order: Order, actor: Actor) -> Sentence | None:
    still_kept = Sentence("还有名额留给培训班的学员。请先和县就业局商量放开，再停止招聘。")
    return still_kept if order.reserved else None


S = OrderState
_WRITE, _REVIEW = Permission.ORDER_WRITE, Permission.ORDER_REVIEW
ORDER_WORKFLOW = Workflow(
    "order",
    EventTag.ORDER_ADVANCE,
    (
        Transition(
            "submit",
            (S.DRAFT, S.RETURNED),
            S.SUBMITTED,
            _WRITE,
            N_("提交审核"),
            guard=_ready,
            tone="brand",
        ),
        Transition("recall", (S.SUBMITTED,), S.DRAFT, _WRITE, N_("撤回修改")),
        Transition(
            "approve", (S.SUBMITTED,), S.OPEN, _REVIEW, N_("通过"), second=ORDER_REVIEWED, tone="brand"
        ),
        Transition(
            "return",
            (S.SUBMITTED,),
            S.RETURNED,
            _REVIEW,
            N_("退回修改"),
            second=ORDER_REVIEWED,
            asks_reason=True,
        ),
        Transition(
            "reject",
            (S.SUBMITTED,),
            S.REJECTED,
            _REVIEW,
            N_("不予通过"),
            second=ORDER_REVIEWED,
            asks_reason=True,
            tone="danger",
        ),
        Transition(
            "close",
            (S.OPEN,),
            S.CLOSED,
            _WRITE,
            N_("停止招聘"),
            guard=_none_reserved,
            asks_reason=True,
        ),
        Transition(
            "suspend", (S.OPEN,), S.RETURNED, _REVIEW, N_("下架整改"), asks_reason=True, tone="danger"
        ),
    ),
)


class OrderBatch(UploadBatch, Base):
    """A spreadsheet of one enterprise's orders between its preview and its one confirm."""

    __tablename__ = "order_batch"

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)

    __scope__ = {Role.ENTERPRISE: by_organisation("enterprise_id")}


class OrderColumn(ExplainedColumn, Base):
    """What an enterprise said a heading of its own sheets of orders means."""

    __tablename__ = "order_column"
    __table_args__ = (UniqueConstraint("enterprise_id", "header"),)

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)

    __scope__ = {Role.ENTERPRISE: by_organisation("enterprise_id")}


def programme_order(cities: tuple[str, ...]) -> ColumnElement[bool]:
    """Orders of ``cities`` (prefecture codes): the helping cities of a county."""
    return or_(*[Order.city_code == city for city in cities])
