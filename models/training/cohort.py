"""A class (培训班) from its draft to its archive, and the people in it."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor, Permission, Role, by_area, by_organisation, by_person, everything
from models.audit import EventTag
from models.base import Base, Recorded
from models.leaving import Channel
from models.organisation import Organisation
from models.training.demand import Agreement, SkillLevel
from models.types import EnumText, UTCDateTime
from models.words import N_
from models.worker import Worker
from models.workflow import Transition, TransitionRefused, Workflow


class CohortState(enum.StrEnum):
    """Where a class is on its way (domain.md 4, 流程)."""

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


COHORT_STATE_LABELS = {
    CohortState.DRAFT: N_("筹备"),
    CohortState.APPLIED: N_("开班申请待审"),
    CohortState.RETURNED: N_("退回补正"),
    CohortState.APPROVED: N_("同意开班"),
    CohortState.OPENED: N_("已到场核查"),
    CohortState.TEACHING: N_("上课中"),
    CohortState.EXAMINED: N_("已考核"),
    CohortState.CERTIFIED: N_("已发证"),
    CohortState.PLACED: N_("已推荐上岗"),
    CohortState.FOLLOWED: N_("已跟踪满期"),
    CohortState.CLAIMED: N_("补贴申报待审"),
    CohortState.PUBLISHED: N_("公示中"),
    CohortState.PAID: N_("已拨付"),
    CohortState.ARCHIVED: N_("已归档"),
    CohortState.CANCELLED: N_("已取消"),
}
C = CohortState
BEFORE_OPENING = (C.DRAFT, C.APPLIED, C.RETURNED, C.APPROVED)
BEFORE_GRADES = (*BEFORE_OPENING, C.OPENED, C.TEACHING)


class Cohort(Recorded, Base):
    """One class of one agreement. Lengths in periods (课时, 45 minutes unless the standards say otherwise).

    ``number`` has the usual form, school's initials + year + month + serial (TGZX201905008). ``standards`` are
    the rules of the day the class was applied for, frozen: {name: {value, source, verified}}. ``enrolled`` never
    passes ``capacity``: it grows only by :func:`take_seat`.
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
    state: Mapped[CohortState] = mapped_column(EnumText(CohortState), default=C.DRAFT)
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
    ungraded: Mapped[int | None]
    uncertified: Mapped[int | None]
    unplaced: Mapped[int | None]
    unfollowed: Mapped[int | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    notice_ends_on: Mapped[date | None]
    notice_over: Mapped[bool] = mapped_column(default=False)
    enrolments: Mapped[list["Enrolment"]] = relationship(back_populates="cohort", order_by="Enrolment.id")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.SCHOOL: by_organisation("school_id"),
        Role.TEACHER: by_organisation("school_id"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }

    @property
    def seats_left(self) -> int:
        """Seats nobody has been enrolled into yet."""
        return self.capacity - self.enrolled


def _ready_to_apply(cohort: Cohort, actor: Actor) -> str | None:
    if not cohort.enrolled:
        return N_("班上还没有学员，先招生再申请开班。")
    if cohort.scheduled_periods != cohort.periods:
        return N_("课程表的课时和计划课时不一样，改好再申请。")
    return None


def _other_than_applicant(cohort: Cohort, actor: Actor) -> str | None:
    return N_("申请开班的人不能审核，请换一位同事。") if actor.user_id == cohort.applied_by_id else None


def _site_checked(cohort: Cohort, actor: Actor) -> str | None:
    return None if cohort.site_checked_on else N_("先登记开班到场核查，再开班。")


def _no_grades(cohort: Cohort, actor: Actor) -> str | None:
    return N_("已经录了成绩的班不能取消。") if cohort.graded_on else None


def _counted_down(column: str, sentence: str) -> Any:
    def guard(cohort: Cohort, actor: Actor) -> str | None:
        return None if getattr(cohort, column) == 0 else sentence

    return guard


def _other_than_claimant(cohort: Cohort, actor: Actor) -> str | None:
    return N_("申报的人不能审核自己的申报，请换一位同事。") if actor.user_id == cohort.claimed_by_id else None


def _notice_over(cohort: Cohort, actor: Actor) -> str | None:
    if not cohort.notice_over:
        return N_("公示期还没有结束，不能拨付。")
    if actor.user_id in (cohort.claimed_by_id, cohort.checked_by_id):
        return N_("申报的人和审核的人不能拨付，请换一位同事。")
    return None


_P = Permission
COHORT_WORKFLOW = Workflow(
    "cohort",
    EventTag.COHORT_ADVANCE,
    (
        Transition("apply", (C.DRAFT, C.RETURNED), C.APPLIED, _P.COHORT_WRITE, N_("申请开班"),
                   guard=_ready_to_apply, tone="brand"),
        Transition("return", (C.APPLIED,), C.RETURNED, _P.COHORT_APPROVE, N_("退回补正"),
                   guard=_other_than_applicant, asks_reason=True),
        Transition("approve", (C.APPLIED,), C.APPROVED, _P.COHORT_APPROVE, N_("同意开班"),
                   guard=_other_than_applicant, tone="brand"),
        Transition("open", (C.APPROVED,), C.OPENED, _P.COHORT_APPROVE, N_("核查无误，开班"), guard=_site_checked,
                   tone="brand"),
        Transition("teach", (C.OPENED,), C.TEACHING, _P.COHORT_WRITE, N_("开始上课"), tone="brand"),
        Transition("examine", (C.TEACHING,), C.EXAMINED, _P.COHORT_WRITE, N_("考核完成"),
                   guard=_counted_down("ungraded", N_("还有能参加考核的学员没有成绩。")), tone="brand"),
        Transition("certify", (C.EXAMINED,), C.CERTIFIED, _P.COHORT_APPROVE, N_("证书发完"),
                   guard=_counted_down("uncertified", N_("还有考核合格的学员没有证书。")), tone="brand"),
        Transition("place", (C.CERTIFIED,), C.PLACED, _P.COHORT_APPROVE, N_("推荐完毕"),
                   guard=_counted_down("unplaced", N_("还有学员没有上岗，也没有写明原因。")), tone="brand"),
        Transition("follow", (C.PLACED,), C.FOLLOWED, _P.COHORT_APPROVE, N_("跟踪期满"),
                   guard=_counted_down("unfollowed", N_("还有到期的回访没有登记。")), tone="brand"),
        Transition("claim", (C.FOLLOWED,), C.CLAIMED, _P.CLAIM_MAKE, N_("申报补贴"), shown=False),
        Transition("send_back", (C.CLAIMED,), C.FOLLOWED, _P.CLAIM_CHECK, N_("退回申报"),
                   guard=_other_than_claimant, asks_reason=True),
        Transition("publish", (C.CLAIMED,), C.PUBLISHED, _P.CLAIM_CHECK, N_("审核通过，公示"),
                   guard=_other_than_claimant, shown=False),
        Transition("pull", (C.PUBLISHED,), C.CLAIMED, _P.CLAIM_CHECK, N_("有异议，撤下公示"), asks_reason=True,
                   tone="danger", shown=False),
        Transition("pay", (C.PUBLISHED,), C.PAID, _P.CLAIM_PAY, N_("拨付"), guard=_notice_over, shown=False),
        Transition("archive", (C.PAID,), C.ARCHIVED, _P.COHORT_APPROVE, N_("归档")),
        Transition("cancel", BEFORE_GRADES, C.CANCELLED, _P.COHORT_APPROVE, N_("取消这个班"), guard=_no_grades,
                   asks_reason=True, tone="danger"),
    ),
)  # fmt: skip


class EnrolmentState(enum.StrEnum):
    """Where one person is in one class."""

    PROPOSED = "proposed"
    ENDORSED = "endorsed"
    WAITING = "waiting"
    ENROLLED = "enrolled"
    FINISHED = "finished"
    FAILED = "failed"
    REFUSED = "refused"
    DECLINED = "declined"
    DROPPED = "dropped"


ENROLMENT_STATE_LABELS = {
    EnrolmentState.PROPOSED: N_("待乡镇核实"),
    EnrolmentState.ENDORSED: N_("乡镇已核实，待县局确认"),
    EnrolmentState.WAITING: N_("候补"),
    EnrolmentState.ENROLLED: N_("在班"),
    EnrolmentState.FINISHED: N_("结业"),
    EnrolmentState.FAILED: N_("没有结业"),
    EnrolmentState.REFUSED: N_("不符合条件"),
    EnrolmentState.DECLINED: N_("本人不参加"),
    EnrolmentState.DROPPED: N_("中途退学"),
}
E = EnrolmentState
IN_CLASS = (E.ENROLLED, E.FINISHED, E.FAILED)
LIVE = (E.PROPOSED, E.ENDORSED, E.WAITING, E.ENROLLED)


class Enrolment(Recorded, Base):
    """One person and one class. ``reasons`` say why the engine proposed him: {score, missing: [skill, ...]}.

    ``active_digest`` carries the person's keyed digest while he is in the class (ENROLLED); its unique index is
    why nobody sits in two classes at once, whichever two schools try at the same moment.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "worker_id"),
        Index("ix_enrolment_township_state", "township_code", "state", "id"),
        Index("ix_enrolment_county_state", "county_code", "state", "id"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    cohort: Mapped[Cohort] = relationship(back_populates="enrolments")
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    township_code: Mapped[str | None] = mapped_column(String(9))
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    state: Mapped[EnrolmentState] = mapped_column(EnumText(EnrolmentState), default=E.PROPOSED)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_channel: Mapped[Channel | None] = mapped_column(EnumText(Channel))
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    seat: Mapped[int | None]
    active_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    trained_key: Mapped[str | None] = mapped_column(String(120), index=True)
    attended_periods: Mapped[int] = mapped_column(default=0)
    theory_score: Mapped[int | None]
    practice_score: Mapped[int | None]
    exam_passed: Mapped[bool | None]
    exam_on: Mapped[date | None]
    outcome_note: Mapped[str] = mapped_column(String(300), default="")
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), index=True)
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.SCHOOL: by_organisation("school_id"),
        Role.TEACHER: by_organisation("school_id"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.COUNTY: by_area("county_code"),
        Role.TOWNSHIP: by_area("township_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
        Role.WORKER: by_person("worker_id"),
    }


ENROLMENT_WORKFLOW = Workflow(
    "enrolment",
    EventTag.ENROLMENT_ADVANCE,
    (
        Transition("endorse", (E.PROPOSED,), E.ENDORSED, _P.ENROLMENT_ENDORSE, N_("问过本人，愿意参加"),
                   tone="brand"),
        Transition("decline", (E.PROPOSED, E.ENDORSED, E.WAITING), E.DECLINED, _P.ENROLMENT_ENDORSE,
                   N_("本人不参加"), asks_reason=True),
        Transition("decline_own", (E.PROPOSED, E.ENDORSED, E.WAITING), E.DECLINED, _P.PORTAL, N_("不参加"),
                   shown=False),
        Transition("refuse", (E.PROPOSED, E.ENDORSED, E.WAITING), E.REFUSED, _P.ENROLMENT_CONFIRM,
                   N_("不符合条件"), asks_reason=True),
        Transition("enrol", (E.ENDORSED, E.WAITING), E.ENROLLED, _P.ENROLMENT_CONFIRM, N_("确认入班"),
                   tone="brand", shown=False),
        Transition("wait", (E.ENDORSED,), E.WAITING, _P.ENROLMENT_CONFIRM, N_("排候补"), shown=False),
        Transition("drop", (E.ENROLLED,), E.DROPPED, _P.COHORT_WRITE, N_("中途退学"), asks_reason=True,
                   tone="danger"),
        Transition("finish", (E.ENROLLED,), E.FINISHED, _P.EXAM_RECORD, N_("结业"), shown=False),
        Transition("fail", (E.ENROLLED,), E.FAILED, _P.EXAM_RECORD, N_("没有结业"), shown=False),
        Transition("regrade", (E.FINISHED, E.FAILED), E.ENROLLED, _P.EXAM_RECORD, N_("重录成绩"), shown=False),
    ),
)  # fmt: skip


def take_seat(session: Session, cohort_id: int) -> bool:
    """Take one seat of a class that has not opened yet; False when it is full. One conditional UPDATE."""
    taken = session.execute(
        update(Cohort)
        .where(Cohort.id == cohort_id, Cohort.state.in_(BEFORE_OPENING), Cohort.enrolled < Cohort.capacity)
        .values(enrolled=Cohort.enrolled + 1)
        .execution_options(synchronize_session=False)
    )
    return taken.rowcount == 1  # type: ignore[attr-defined]


def give_back_seat(session: Session, cohort_id: int) -> None:
    """Give one seat back; raises TransitionRefused when the class had none taken."""
    freed = session.execute(
        update(Cohort)
        .where(Cohort.id == cohort_id, Cohort.enrolled > 0)
        .values(enrolled=Cohort.enrolled - 1)
        .execution_options(synchronize_session=False)
    )
    if freed.rowcount != 1:  # type: ignore[attr-defined]
        raise TransitionRefused(N_("这个班没有占用的名额。"))
