"""A class (培训班) from its draft to its archive (domain.md 4, 流程)."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, case
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import OFFICES_OF_BOTH, Actor, Permission, Role, by_organisation
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reference.organisation import Organisation
from models.training.agreement import Agreement
from models.training.training_order import SkillLevel
from models.types import EnumText, UTCDateTime
from models.workflow import Guard, Obstacle, Transition, Workflow


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
OWN_CLAIM = Sentence("申报的人不能审核自己的申报，请换一位同事。")
NOTICE_RUNNING = Sentence("公示期还没有结束，不能拨付。")
NOT_A_THIRD_PERSON = Sentence("申报的人和审核的人不能拨付，请换一位同事。")


class TrainingClass(Recorded, Base):
    """One class of one agreement. Lengths in periods (课时, 45 minutes unless the standards say otherwise).

    ``number`` has the usual form, school's initials + year + month + serial (TGZX201905008). ``standards``
    are the figures of the day the class was applied for, frozen (models.training.standards reads and writes
    them). ``instalment`` is which part of the training fee is or was claimed last: 0 none or the whole, 1 the
    first (after the certificates), 2 the rest (after employment). ``enrolled`` never passes ``capacity``: it
    grows only by :func:`take_seat`.
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


def _ready_to_apply(training_class: TrainingClass, actor: Actor) -> list[Obstacle]:
    against = []
    if not training_class.enrolled:
        against.append(Obstacle(Sentence("班上还没有学员，先招生再申请开班。"), "people"))
    if training_class.scheduled_periods != training_class.periods:
        numbers = {"n": training_class.periods, "all": training_class.scheduled_periods}
        uneven = Sentence("计划 %(n)s 课时，课程表排了 %(all)s 课时，改成一样再申请。", numbers)
        against.append(Obstacle(uneven, "timetable"))
    return against


def _other_than_applicant(training_class: TrainingClass, actor: Actor) -> Sentence | None:
    return (
        Sentence("申请开班的人不能审核，请换一位同事。")
        if actor.user_id == training_class.applied_by_id
        else None
    )


def _site_checked(training_class: TrainingClass, actor: Actor) -> Obstacle | None:
    missing = Obstacle(Sentence("先登记开班到场核查，再开班。"), "site-check")
    return None if training_class.site_checked_on else missing


def _no_grades(training_class: TrainingClass, actor: Actor) -> Sentence | None:
    return Sentence("已经录了成绩的班不能停办。") if training_class.graded_on else None


HOLDS_BACK = {
    "ungraded": N_("还有 %(n)s 名能参加考核的学员没有成绩。"),
    "uncertified": N_("还有 %(n)s 名考核合格的学员没有证书。"),
    "unplaced": N_("还有 %(n)s 名学员没有上岗，也没有写明原因。"),
    "unfollowed": N_("还有 %(n)s 次到期的回访没有登记。"),
}
COUNTED_FOR = {
    "examine": "ungraded",
    "certify": "uncertified",
    "place": "unplaced",
    "follow": "unfollowed",
}


def held_back(column: str, count: int | None) -> Sentence | None:
    """What stands against the step that waits until ``column`` has come down to nothing."""
    if count is None:
        return Sentence("还没有清点过，请再按一次。")
    return Sentence(HOLDS_BACK[column], {"n": count}) if count else None


def _counted_down(column: str) -> Guard:
    return lambda training_class, actor: held_back(column, getattr(training_class, column))


def other_than_claimant(training_class: TrainingClass, actor: Actor) -> Sentence | None:
    """Who made a claim neither checks it nor sends it back."""
    return OWN_CLAIM if actor.user_id == training_class.claimed_by_id else None


def third_person(training_class: TrainingClass, actor: Actor) -> Sentence | None:
    """Who made or checked a claim does not pay it."""
    is_third = actor.user_id not in (training_class.claimed_by_id, training_class.checked_by_id)
    return None if is_third else NOT_A_THIRD_PERSON


def _notice_over(training_class: TrainingClass, actor: Actor) -> list[Sentence]:
    said = third_person(training_class, actor), None if training_class.notice_over else NOTICE_RUNNING
    return [sentence for sentence in said if sentence]


def _of_part(is_first: bool, guard: Guard) -> Guard:
    """``guard``, for the first part of the fee or for what is paid after employment."""

    def both(training_class: TrainingClass, actor: Actor) -> Any:
        fits = (training_class.instalment == 1) == is_first
        return guard(training_class, actor) if fits else Sentence("这一步要在补贴申报的页面上办。")

    return both


_P = Permission
CLASS_WORKFLOW = Workflow(
    "cohort",
    EventTag.CLASS_ADVANCE,
    (
        Transition(
            "apply",
            (C.DRAFT, C.RETURNED),
            C.APPLIED,
            _P.CLASS_WRITE,
            N_("申请开班"),
            guard=_ready_to_apply,
            tone="brand",
        ),
        Transition(
            "return",
            (C.APPLIED,),
            C.RETURNED,
            _P.CLASS_APPROVE,
            N_("退回补正"),
            guard=_other_than_applicant,
            asks_reason=True,
        ),
        Transition(
            "approve",
            (C.APPLIED,),
            C.APPROVED,
            _P.CLASS_APPROVE,
            N_("同意开班"),
            guard=_other_than_applicant,
            tone="brand",
        ),
        Transition(
            "open",
            (C.APPROVED,),
            C.OPENED,
            _P.CLASS_APPROVE,
            N_("核查无误，开班"),
            guard=_site_checked,
            tone="brand",
        ),
        Transition("teach", (C.OPENED,), C.TEACHING, _P.CLASS_WRITE, N_("开始上课"), tone="brand"),
        Transition(
            "examine",
            (C.TEACHING,),
            C.EXAMINED,
            _P.CLASS_WRITE,
            N_("考核完成"),
            guard=_counted_down("ungraded"),
            tone="brand",
        ),
        Transition(
            "certify",
            (C.EXAMINED,),
            C.CERTIFIED,
            _P.CLASS_APPROVE,
            N_("证书发完"),
            guard=_counted_down("uncertified"),
            tone="brand",
        ),
        Transition(
            "place",
            (C.CERTIFIED,),
            C.PLACED,
            _P.CLASS_APPROVE,
            N_("推荐完毕"),
            guard=_counted_down("unplaced"),
            tone="brand",
        ),
        Transition(
            "follow",
            (C.PLACED,),
            C.FOLLOWED,
            _P.CLASS_APPROVE,
            N_("跟踪期满"),
            guard=_counted_down("unfollowed"),
            tone="brand",
        ),
        Transition("claim", (C.FOLLOWED, C.STOPPED), C.CLAIMED, _P.CLAIM_MAKE, N_("申报补贴"), shown=False),
        Transition(
            "claim_first", (C.CERTIFIED,), C.CLAIMED, _P.CLAIM_MAKE, N_("申报第一次补贴"), shown=False
        ),
        Transition(
            "send_back",
            (C.CLAIMED,),
            C.FOLLOWED,
            _P.CLAIM_CHECK,
            N_("退回申报"),
            guard=_of_part(False, other_than_claimant),
            asks_reason=True,
        ),
        Transition(
            "send_back_first",
            (C.CLAIMED,),
            C.CERTIFIED,
            _P.CLAIM_CHECK,
            N_("退回第一次申报"),
            guard=_of_part(True, other_than_claimant),
            asks_reason=True,
            shown=False,
        ),
        Transition(
            "send_back_stopped",
            (C.CLAIMED,),
            C.STOPPED,
            _P.CLAIM_CHECK,
            N_("退回申报"),
            guard=other_than_claimant,
            asks_reason=True,
            shown=False,
        ),
        Transition(
            "pay_first",
            (C.PUBLISHED,),
            C.CERTIFIED,
            _P.CLAIM_PAY,
            N_("拨付第一次补贴"),
            guard=_of_part(True, _notice_over),
            shown=False,
        ),
        Transition(
            "publish",
            (C.CLAIMED,),
            C.PUBLISHED,
            _P.CLAIM_CHECK,
            N_("审核通过，公示"),
            guard=other_than_claimant,
            shown=False,
        ),
        Transition(
            "pull",
            (C.PUBLISHED,),
            C.CLAIMED,
            _P.CLAIM_CHECK,
            N_("有异议，撤下公示"),
            asks_reason=True,
            tone="danger",
            shown=False,
        ),
        Transition("pay", (C.PUBLISHED,), C.PAID, _P.CLAIM_PAY, N_("拨付"), guard=_notice_over, shown=False),
        Transition("archive", (C.PAID,), C.ARCHIVED, _P.CLASS_APPROVE, N_("归档")),
        Transition(
            "cancel",
            (*BEFORE_OPENING, C.OPENED),
            C.CANCELLED,
            _P.CLASS_APPROVE,
            N_("取消这个班"),
            asks_reason=True,
            tone="danger",
        ),
        Transition(
            "stop",
            (C.TEACHING,),
            C.STOPPED,
            _P.CLASS_APPROVE,
            N_("中途停办"),
            guard=_no_grades,
            asks_reason=True,
            tone="danger",
        ),
    ),
)
