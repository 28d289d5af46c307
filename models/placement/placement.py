"""From recommendation to staying: the offer, the hire, the follow-ups, the leaving."""

import enum
from collections.abc import Callable
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
    case,
    false,
    select,
    text,
    update,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from models.access import (
    Right,
    Role,
    by_area,
    by_organisation,
    by_person,
    everything,
    register_scope,
)
from models.base import Base, Recorded
from models.clock import utc_now
from models.i18n import N_, Sentence
from models.jobs.order import Order
from models.people.consent import FIRST_VERSION, ConsentKind, least_version
from models.people.worker import Worker
from models.placement.departure import Departure
from models.placement.flow import (
    CONSENTED,
    FINAL,
    HOLDING,
    OPEN_OFFERS,
    PLACEMENT_STATE_LABELS,
    PLACEMENT_WORKFLOW,
    WORKING,
    PlacementState,
)
from models.placement.leaving import Channel, DeclineReason, LeaveReason
from models.types import EnumText, UTCDateTime
from models.workflow import TransitionRefused

__all__ = [
    "CONSENTED",
    "FINAL",
    "HOLDING",
    "OPEN_OFFERS",
    "PLACEMENT_STATE_LABELS",
    "PLACEMENT_WORKFLOW",
    "WORKING",
    "PlacementState",
]


_IN_LINE = ("state_since", "created_at", "respond_by")


class Placement(Recorded, Base):
    """One person and one order, from the first word to the last.

    ``active_digest`` carries the person's keyed digest while a place is held; its unique index is why no
    person is counted twice, whichever two counties try at the same moment.
    """

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("order_id", "worker_id", "attempt"),
        # What a list stands in line by is read off these, and only the rows of its page off the table.
        Index("ix_placement_county_state", "county_code", "state", "id", *_IN_LINE, "asked_at"),
        Index("ix_placement_town_state", "township_code", "state", "id", *_IN_LINE, "asked_at", "city_code"),
        Index("ix_placement_enterprise_state", "enterprise_id", "state", "id", *_IN_LINE),
        Index("ix_placement_city_state", "city_code", "state", "id", *_IN_LINE),
        Index("ix_placement_state", "state", "id", *_IN_LINE),
        Index("ix_placement_order_county", "order_id", "county_code"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id"))
    order: Mapped[Order] = relationship()
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    attempt: Mapped[int] = mapped_column(default=1)
    county_code: Mapped[str] = mapped_column(String(9))
    township_code: Mapped[str | None] = mapped_column(String(9))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    city_code: Mapped[str] = mapped_column(String(9))
    state: Mapped[PlacementState] = mapped_column(EnumText(PlacementState))
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utc_now)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("match_run.id"))
    score: Mapped[int | None]
    factors: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    respond_by: Mapped[date | None]
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_channel: Mapped[Channel | None] = mapped_column(EnumText(Channel))
    decline_reason: Mapped[DeclineReason | None] = mapped_column(EnumText(DeclineReason))
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    disclosed_terms: Mapped[dict[str, Any]] = mapped_column("told_terms", JSON, default=dict)
    consented_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consent_withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Of the text that was agreed to (models.people.consent); None: given before texts had versions.
    consent_version: Mapped[int | None]
    active_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    hired_on: Mapped[date | None]
    departure_id: Mapped[int | None] = mapped_column(ForeignKey("departure.id"), index=True)
    departure: Mapped[Departure | None] = relationship()
    on_site_on: Mapped[date | None]
    left_on: Mapped[date | None]
    leave_reason: Mapped[LeaveReason | None] = mapped_column(EnumText(LeaveReason))
    leave_note: Mapped[str] = mapped_column(String(300), default="")
    follow_ups: Mapped[list["FollowUp"]] = relationship(
        order_by="FollowUp.months", back_populates="placement"
    )
    # Any: the interview stands on this module.
    interview: Mapped[Any] = relationship("Interview", back_populates="placement", uselist=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.TOWNSHIP: by_area("township_code"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.CITY: by_area("city_code"),
        Role.REGISTRATION: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
        Role.WORKER: by_person("worker_id"),
    }

    @hybrid_property
    def due_on(self) -> date | None:
        """The last day to answer, while an answer is waited for."""
        return self.respond_by if self.state in (PlacementState.INVITED, PlacementState.OFFERED) else None

    @due_on.inplace.expression
    @classmethod
    def _due_on(cls) -> ColumnElement[date | None]:
        waits = cls.state.in_((PlacementState.INVITED, PlacementState.OFFERED))
        return case((waits, cls.respond_by), else_=None)

    @property
    def has_consent(self) -> bool:
        """Whether the person agreed that this enterprise sees name and phone, has not taken it back, and
        need not be asked again."""
        given = self.consented_at is not None and self.consent_withdrawn_at is None
        return given and not self.asks_consent_again

    @property
    def asks_consent_again(self) -> bool:
        """Whether what was agreed to has changed since (个人信息保护法 14条).

        Who is hired is an employee: the contract stands in the consent's place (13条).
        """
        is_older = (self.consent_version or FIRST_VERSION) < least_version(ConsentKind.ENTERPRISE)
        waits = self.state in (PlacementState.ACCEPTED, PlacementState.INTERVIEW)
        return self.consented_at is not None and waits and is_older

    @property
    def is_open_to_enterprise(self) -> bool:
        """Whether the enterprise sees name and phone now: with consent, and only while the matter is
        alive."""
        return self.has_consent and self.state in CONSENTED

    @property
    def has_kept_place(self) -> bool:
        """Whether a place of the order is kept for this person (see :func:`register_kept_places`)."""
        session = object_session(self)
        return session is not None and any(
            is_kept(session, self.order_id, self.worker_id) for is_kept in _KEPT_PLACES
        )

    @property
    def told_wage_fen(self) -> int | None:
        """The least monthly wage the person was told."""
        return self.disclosed_terms.get("wage_low_fen") or self.disclosed_terms.get("base_wage_fen")


def _offered_to_me(model: Any, right: Right) -> ColumnElement[bool]:
    own = select(Placement.order_id).where(Placement.worker_id == right.worker_id)
    condition: ColumnElement[bool] = model.id.in_(own)
    return condition


register_scope(Order, Role.WORKER, _offered_to_me)

KeptPlaceCheck = Callable[[Session, int, int], bool]
_KEPT_PLACES: list[KeptPlaceCheck] = []


def register_kept_places(check: KeptPlaceCheck) -> KeptPlaceCheck:
    """Decorator: ``check(session, order_id, worker_id)`` tells whether a place of a full order is kept for
    this person. Whatever keeps places (models.training) stands on placements, not the other way round."""
    _KEPT_PLACES.append(check)
    return check


class Outcome(enum.StrEnum):
    """The result of a follow-up. UNKNOWN is an answer of its own and counts as nothing else."""

    EMPLOYED = "employed"
    ELSEWHERE = "elsewhere"
    LEFT = "left"
    UNKNOWN = "unknown"


OUTCOME_LABELS = {
    Outcome.EMPLOYED: N_("还在这家企业"),
    Outcome.ELSEWHERE: N_("换到别的单位上班"),
    Outcome.LEFT: N_("已离职"),
    Outcome.UNKNOWN: N_("联系不上，情况未知"),
}


class Evidence(enum.IntEnum):
    """How well an outcome is proven; a higher level outweighs a lower one."""

    NONE = 0
    SELF_REPORT = 1
    ROSTER = 2
    WAGE_SLIP = 3
    INSURANCE = 4


EVIDENCE_LABELS = {
    Evidence.NONE: N_("没有凭据"),
    Evidence.SELF_REPORT: N_("本人说的"),
    Evidence.ROSTER: N_("企业花名册"),
    Evidence.WAGE_SLIP: N_("工资条或银行流水"),
    Evidence.INSURANCE: N_("社保记录"),
}
FOLLOW_UP_MONTHS = (1, 3, 6)


def _of_placement(column: str) -> Callable[[DefaultExecutionContext], str]:
    """A default: what the placement says. Neither its county nor its city ever changes."""

    def read(context: DefaultExecutionContext) -> str:
        table = Base.metadata.tables["placement"]
        values: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        number = values["placement_id"]
        own = select(table.c[column]).where(table.c.id == number)
        return context.connection.scalar(own) or ""

    return read


_REMINDS: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), text("remind_on IS NOT NULL"))
_OPEN: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), text("recorded_at IS NULL"))
_CHECKED = ("city_code", "verified_at", "recorded_at", "id", "outcome", "recorded_by_id", "placement_id")


class FollowUp(Recorded, Base):
    """The visit or call one, three and six months after arrival.

    ``county_code`` and ``city_code`` are the placement's: among half a million, what is due in a county or
    waits for a check in a city is read off an index.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("placement_id", "months"),
        CheckConstraint("months IN (1, 3, 6)", name="months"),
        Index("ix_follow_up_open_due", "recorded_at", "due_on"),
        Index("ix_follow_up_county_due", "county_code", "recorded_at", "due_on", "placement_id"),
        # The same in the order of the list, for a page of it: PostgreSQL takes no order off "not recorded".
        Index("ix_follow_up_county_open", "county_code", "due_on", "id", "placement_id", **_OPEN),
        Index("ix_follow_up_city_due", "city_code", "recorded_at", "due_on", "placement_id"),
        Index("ix_follow_up_city_check", *_CHECKED),
        # Of tens of thousands at work, what is due of each is read off this alone.
        Index("ix_follow_up_open", "placement_id", "recorded_at", "due_on", **_OPEN),
        # Only the few that have a reminder: among all, the place would be looked up before the day.
        Index("ix_follow_up_remind_county", "county_code", "remind_on", **_REMINDS),
        Index("ix_follow_up_remind_city", "city_code", "remind_on", **_REMINDS),
    )

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    placement: Mapped[Placement] = relationship(back_populates="follow_ups")
    county_code: Mapped[str] = mapped_column(
        String(9), default=_of_placement("county_code"), server_default=""
    )
    city_code: Mapped[str] = mapped_column(String(9), default=_of_placement("city_code"), server_default="")
    months: Mapped[int]
    due_on: Mapped[date | None]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    call_note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    remind_on: Mapped[date | None]
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))
    wage_fen: Mapped[int | None]
    evidence: Mapped[int] = mapped_column(default=Evidence.NONE)
    evidence_note: Mapped[str] = mapped_column(String(300), default="")
    trouble: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}


def take_place(session: Session, order_id: int) -> None:
    """Take one place of an open order, or raise TransitionRefused. Never oversells: one conditional
    UPDATE."""
    taken = session.execute(
        update(Order)
        .where(Order.id == order_id, Order.has_room())
        .values(taken=Order.taken + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise TransitionRefused(Sentence("这个岗位已经招满或已停止招聘，不能再录用。"))


def retake_place(session: Session, order_id: int) -> None:
    """Take a place again for somebody whose end was a slip, or raise TransitionRefused: never oversells."""
    taken = session.execute(
        update(Order)
        .where(Order.id == order_id, Order.places_left >= 1)
        .values(taken=Order.taken + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise TransitionRefused(Sentence("空出来的名额已经给了别人。请企业先增加招聘人数，再更正。"))


def give_back_place(session: Session, order_id: int) -> None:
    """Give one place back to the order."""
    session.execute(
        update(Order)
        .where(Order.id == order_id, Order.taken > 0)
        .values(taken=Order.taken - 1)
        .execution_options(synchronize_session=False)
    )


def next_attempt(session: Session, order_id: int, worker_id: int) -> int:
    """The number of the next offer of this order to this person (1 for the first)."""
    tries = select(Placement.attempt).where(Placement.order_id == order_id, Placement.worker_id == worker_id)
    return max(session.scalars(tries), default=0) + 1


def _brings_people_there(model: Any, right: Right) -> ColumnElement[bool]:
    """A group is an enterprise's business where it brings people to it: it signs for them at the factory."""
    if right.organisation_id is None:
        return false()
    theirs = select(Placement.departure_id).where(
        Placement.enterprise_id == right.organisation_id, Placement.departure_id.is_not(None)
    )
    return model.id.in_(theirs)  # type: ignore[no-any-return]


register_scope(Departure, Role.ENTERPRISE, _brings_people_there)
