"""A hukou case (落户申请) from pre-screening to the new register: its people, papers, and what came after."""

import enum
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import OFFICES_OF_BOTH, Actor, Permission, Role, by_area, by_organisation, by_person
from models.base import Base, Recorded
from models.clock import utc_now
from models.event_tags import EventTag
from models.hukou.evaluation_record import DatedAnswer
from models.hukou.family import FamilyMember as FamilyMember
from models.hukou.rule import HukouRule, RouteKind, RuleState
from models.i18n import N_, Sentence
from models.people.worker import Worker
from models.reference.organisation import Organisation
from models.two_person_acts import CASE_DECIDED
from models.types import EncryptedBytes, EnumText, UTCDateTime
from models.workflow import Obstacle, Transition, Workflow


class CaseState(enum.StrEnum):
    """Where a case is (domain.md 5, 流程)."""

    PRESCREEN = "prescreen"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    REVIEWING = "reviewing"
    SUPPLEMENT = "supplement"
    LISTED = "listed"
    APPROVED = "approved"
    PERMITTED = "permitted"
    MOVED_OUT = "moved_out"
    REGISTERED = "settled"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


CASE_STATE_LABELS = {
    CaseState.PRESCREEN: N_("预审"),
    CaseState.APPLIED: N_("已申请，待受理"),
    CaseState.ACCEPTED: N_("已受理"),
    CaseState.REVIEWING: N_("审核中"),
    CaseState.SUPPLEMENT: N_("待补材料"),
    CaseState.LISTED: N_("积分公示中"),
    CaseState.APPROVED: N_("已批准"),
    CaseState.PERMITTED: N_("准迁证已发"),
    CaseState.MOVED_OUT: N_("原籍已迁出"),
    CaseState.REGISTERED: N_("已落户"),
    CaseState.REJECTED: N_("不予批准"),
    CaseState.WITHDRAWN: N_("本人撤回"),
}
C = CaseState
UNDECIDED = (C.APPLIED, C.ACCEPTED, C.REVIEWING, C.SUPPLEMENT, C.LISTED)
PERMIT_DAYS = 40
"""How long a permit to move in (准迁证) waits for the move; from practice, no document seen: 待核."""
UNDER_WAY = (*UNDECIDED, C.APPROVED, C.PERMITTED, C.MOVED_OUT)
OVER = (C.REGISTERED, C.REJECTED, C.WITHDRAWN)


class HukouCase(Recorded, Base):
    """One person, one rule's version. ``evaluation`` is what the rule said at each step, with the facts used.

    ``due_on`` is the last working day of the present step by the rule's ``working_days``; None where the rule
    has none. ``active_digest`` (unique) keeps a person to one open case. ``priority_basis`` is why the case
    is served first (粤办发〔2016〕32号: 符合入户条件的优先落实): earlier service, never lower conditions.
    """

    __tablename__ = "settlement_case"
    __table_args__ = (
        Index("ix_settlement_case_city_state", "city_code", "state", "due_on", "id"),
        Index("ix_settlement_case_county_state", "county_code", "state", "id"),
        Index("ix_settlement_case_worker", "worker_id", "id"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    worker: Mapped[Worker] = relationship()
    rule_id: Mapped[int] = mapped_column(ForeignKey("settlement_rule.id"), index=True)
    rule: Mapped[HukouRule] = relationship()
    kind: Mapped[RouteKind] = mapped_column(EnumText(RouteKind))
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    enterprise: Mapped[Organisation | None] = relationship()
    state: Mapped[CaseState] = mapped_column(EnumText(CaseState), default=C.PRESCREEN)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utc_now)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    active_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    notice_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    applied_on: Mapped[date | None]
    due_on: Mapped[date | None]
    priority_basis: Mapped[str] = mapped_column(String(200), default="")
    priority_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    evaluation: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    points: Mapped[int | None]
    quota_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_quota.id"))
    notice_ends_on: Mapped[date | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision_reason: Mapped[str] = mapped_column(String(600), default="")
    permit_number: Mapped[str] = mapped_column(String(40), default="")
    permitted_on: Mapped[date | None]
    moved_out_on: Mapped[date | None]
    registered_on: Mapped[date | None] = mapped_column("settled_on")
    family: Mapped[list[FamilyMember]] = relationship(back_populates="case", order_by=FamilyMember.id)
    documents: Mapped[list["HukouDocument"]] = relationship(
        back_populates="case", order_by="HukouDocument.id"
    )
    steps: Mapped[list["CaseStep"]] = relationship(back_populates="case", order_by="CaseStep.id")
    follow_ups: Mapped[list["HukouFollowUp"]] = relationship(
        back_populates="case", order_by="HukouFollowUp.days"
    )
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = OFFICES_OF_BOTH | {
        Role.WORKER: by_person("worker_id"),
        Role.REGISTRATION: by_area("city_code"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
    }

    @property
    def permit_ends_on(self) -> date | None:
        """The last day of the permit to move in, which waits for the move; None where it waits no more."""
        if self.permitted_on is None or self.state is not C.PERMITTED:
            return None
        return self.permitted_on + timedelta(days=PERMIT_DAYS)

    @property
    def moving_along(self) -> list[FamilyMember]:
        """The family members who move along; who was entered by mistake is not among them."""
        return [member for member in self.family if member.removed_at is None]

    @property
    def last_answer(self) -> DatedAnswer | None:
        """What the rule said when the case was last evaluated."""
        return DatedAnswer.from_json(self.evaluation) if self.evaluation else None


class DocumentState(enum.StrEnum):
    """What the officer thinks of a paper."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLACED = "replaced"


DOCUMENT_STATE_LABELS = {
    DocumentState.WAITING: N_("待认定"),
    DocumentState.ACCEPTED: N_("认可"),
    DocumentState.REFUSED: N_("不认可"),
    DocumentState.REPLACED: N_("已换新"),
}


class HukouDocument(Recorded, Base):
    """One paper, re-encoded on arrival and sealed; opened only with a purpose, and audited.

    ``kind`` is a name of models.hukou.catalogue. ``media_type``: image/jpeg or application/pdf.
    ``reused_from``: the paper of an earlier case that was accepted and serves again; the sheet itself stays
    there, ``content`` is empty here.
    """

    __tablename__ = "settlement_document"
    __table_args__ = (Index("ix_settlement_document_valid", "valid_until", "state"),)

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_case.id"), index=True)
    case: Mapped[HukouCase | None] = relationship(back_populates="documents")
    county_code: Mapped[str] = mapped_column(String(9), index=True)
    city_code: Mapped[str] = mapped_column(String(9))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[DocumentState] = mapped_column(EnumText(DocumentState), default=DocumentState.WAITING)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    pages: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(
        EncryptedBytes("settlement_document.content"), deferred=True
    )
    valid_until: Mapped[date | None]
    refused_reason: Mapped[str] = mapped_column(String(300), default="")
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reused_from_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_document.id"))
    reused_from: Mapped["HukouDocument | None"] = relationship(remote_side="HukouDocument.id")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.WORKER: by_person("worker_id"),
        Role.COUNTY: by_area("county_code"),
        Role.REGISTRATION: by_area("city_code"),
        Role.ENTERPRISE: by_organisation("organisation_id"),
    }

    @property
    def sheet(self) -> bytes | None:
        """The paper itself, wherever it is kept."""
        return self.content if self.reused_from is None else self.reused_from.sheet

    def is_valid(self, day: date) -> bool:
        """Accepted, and not lapsed on ``day``."""
        return self.state is DocumentState.ACCEPTED and (self.valid_until is None or self.valid_until >= day)


class CaseStep(Recorded, Base):
    """One step a case took: from when to when, in how many working days (for "days per step")."""

    __tablename__ = "case_step"
    __table_args__ = (Index("ix_case_step_state", "state", "left_at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("settlement_case.id"), index=True)
    case: Mapped[HukouCase] = relationship(back_populates="steps")
    state: Mapped[CaseState] = mapped_column(EnumText(CaseState))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    working_days: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(600), default="")


FOLLOW_UP_DAYS = (90, 180, 365)


class HukouFollowUp(Recorded, Base):
    """90, 180 and 365 days after: school places, insurance moved, still there. None is unknown."""

    __tablename__ = "settlement_follow_up"
    __table_args__ = (
        UniqueConstraint("case_id", "days"),
        CheckConstraint("days IN (90, 180, 365)", name="days"),
        Index("ix_settlement_follow_up_open_due", "recorded_at", "due_on"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("settlement_case.id"))
    case: Mapped[HukouCase] = relationship(back_populates="follow_ups")
    days: Mapped[int]
    due_on: Mapped[date]
    still_there: Mapped[bool | None]
    school_places: Mapped[bool | None]
    insurance_moved: Mapped[bool | None]
    trouble: Mapped[str] = mapped_column(String(400), default="")
    recorded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}


def _notice_read(case: HukouCase, actor: Actor) -> Obstacle | None:
    if case.notice_read_at is None:
        unread = Sentence("本人还没有读过“自愿落户、不以退出土地权益为条件”的说明，读过确认后再申请。")
        return Obstacle(unread, "notice")
    return None


def _may_apply(case: HukouCase, actor: Actor) -> list[Obstacle]:
    return [refusal for refusal in (_notice_read(case, actor), _rule_holds(case)) if refusal]


def _rule_holds(case: HukouCase) -> Obstacle | None:
    if case.rule.state is not RuleState.RETIRED:
        return None
    return Obstacle(Sentence("这条规则已经换了或停用，不能再按它申请。请先改按新规则预审，或撤回。"), "rule")


def _points_route(case: HukouCase, actor: Actor) -> Sentence | None:
    return None if case.kind is RouteKind.POINTS else Sentence("只有积分入户要公示积分。")


def _points_are_up(case: HukouCase, actor: Actor) -> Sentence | None:
    if case.kind is RouteKind.POINTS and case.state is not C.LISTED:
        return Sentence("积分入户要先公示积分，再批准。")
    return None


def _permit_numbered(case: HukouCase, actor: Actor) -> Sentence | None:
    return None if case.permit_number else Sentence("先填准迁证编号。")


_P = Permission
CASE_WORKFLOW = Workflow(
    "settlement_case",
    EventTag.HUKOU_CASE_ADVANCE,
    (
        Transition(
            "apply",
            (C.PRESCREEN,),
            C.APPLIED,
            _P.HUKOU_HELP,
            N_("替本人提交申请"),
            guard=_may_apply,
            tone="brand",
        ),
        Transition(
            "apply_own", (C.PRESCREEN,), C.APPLIED, _P.PORTAL, N_("提交申请"), guard=_may_apply, shown=False
        ),
        Transition("accept", (C.APPLIED,), C.ACCEPTED, _P.HUKOU_REVIEW, N_("受理"), tone="brand"),
        Transition("review", (C.ACCEPTED,), C.REVIEWING, _P.HUKOU_REVIEW, N_("开始审核"), tone="brand"),
        Transition(
            "ask_more",
            (C.APPLIED, C.REVIEWING),
            C.SUPPLEMENT,
            _P.HUKOU_REVIEW,
            N_("请补材料"),
            asks_reason=True,
        ),
        Transition("supply", (C.SUPPLEMENT,), C.REVIEWING, _P.HUKOU_HELP, N_("材料已补"), tone="brand"),
        Transition("supply_own", (C.SUPPLEMENT,), C.REVIEWING, _P.PORTAL, N_("材料已补"), shown=False),
        Transition(
            "list",
            (C.REVIEWING,),
            C.LISTED,
            _P.HUKOU_REVIEW,
            N_("公示积分"),
            guard=_points_route,
            tone="brand",
            shown=False,
        ),
        Transition(
            "approve",
            (C.REVIEWING, C.LISTED),
            C.APPROVED,
            _P.HUKOU_APPROVE,
            N_("批准"),
            guard=_points_are_up,
            second=CASE_DECIDED,
            tone="brand",
            shown=False,
        ),
        Transition(
            "reject",
            (C.APPLIED, C.ACCEPTED, C.REVIEWING, C.SUPPLEMENT, C.LISTED),
            C.REJECTED,
            _P.HUKOU_APPROVE,
            N_("不予批准"),
            second=CASE_DECIDED,
            asks_reason=True,
            tone="danger",
        ),
        Transition(
            "permit",
            (C.APPROVED,),
            C.PERMITTED,
            _P.HUKOU_REVIEW,
            N_("发准迁证"),
            guard=_permit_numbered,
            tone="brand",
            shown=False,
        ),
        Transition("move_out", (C.PERMITTED,), C.MOVED_OUT, _P.HUKOU_HELP, N_("原籍已迁出"), tone="brand"),
        Transition(
            "settle", (C.PERMITTED, C.MOVED_OUT), C.REGISTERED, _P.HUKOU_REVIEW, N_("已落户"), tone="brand"
        ),
        Transition(
            "withdraw",
            (C.PRESCREEN, *UNDECIDED, C.APPROVED),
            C.WITHDRAWN,
            _P.HUKOU_HELP,
            N_("本人撤回"),
            asks_reason=True,
        ),
        Transition(
            "withdraw_own",
            (C.PRESCREEN, *UNDECIDED, C.APPROVED),
            C.WITHDRAWN,
            _P.PORTAL,
            N_("撤回申请"),
            shown=False,
        ),
    ),
)
