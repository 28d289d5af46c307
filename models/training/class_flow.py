"""Where a class is on its way, and what leads from one state to the next (domain.md 4, 流程)."""

import enum
from typing import Any

from models.access import Actor, Permission
from models.audit import EventTag
from models.i18n import N_
from models.workflow import Transition, Workflow


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
}
C = ClassState
BEFORE_OPENING = (C.DRAFT, C.APPLIED, C.RETURNED, C.APPROVED)
BEFORE_GRADES = (*BEFORE_OPENING, C.OPENED, C.TEACHING)


def _ready_to_apply(training_class: Any, actor: Actor) -> str | None:
    if not training_class.enrolled:
        return N_("班上还没有学员，先招生再申请开班。")
    if training_class.scheduled_periods != training_class.periods:
        return N_("课程表的课时和计划课时不一样，改好再申请。")
    return None


def _other_than_applicant(training_class: Any, actor: Actor) -> str | None:
    return (
        N_("申请开班的人不能审核，请换一位同事。") if actor.user_id == training_class.applied_by_id else None
    )


def _site_checked(training_class: Any, actor: Actor) -> str | None:
    return None if training_class.site_checked_on else N_("先登记开班到场核查，再开班。")


def _no_grades(training_class: Any, actor: Actor) -> str | None:
    return N_("已经录了成绩的班不能取消。") if training_class.graded_on else None


def _counted_down(column: str, sentence: str) -> Any:
    def guard(training_class: Any, actor: Actor) -> str | None:
        return None if getattr(training_class, column) == 0 else sentence

    return guard


def _other_than_claimant(training_class: Any, actor: Actor) -> str | None:
    return (
        N_("申报的人不能审核自己的申报，请换一位同事。")
        if actor.user_id == training_class.claimed_by_id
        else None
    )


def _notice_over(training_class: Any, actor: Actor) -> str | None:
    if not training_class.notice_over:
        return N_("公示期还没有结束，不能拨付。")
    if actor.user_id in (training_class.claimed_by_id, training_class.checked_by_id):
        return N_("申报的人和审核的人不能拨付，请换一位同事。")
    return None


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
            guard=_counted_down("ungraded", N_("还有能参加考核的学员没有成绩。")),
            tone="brand",
        ),
        Transition(
            "certify",
            (C.EXAMINED,),
            C.CERTIFIED,
            _P.CLASS_APPROVE,
            N_("证书发完"),
            guard=_counted_down("uncertified", N_("还有考核合格的学员没有证书。")),
            tone="brand",
        ),
        Transition(
            "place",
            (C.CERTIFIED,),
            C.PLACED,
            _P.CLASS_APPROVE,
            N_("推荐完毕"),
            guard=_counted_down("unplaced", N_("还有学员没有上岗，也没有写明原因。")),
            tone="brand",
        ),
        Transition(
            "follow",
            (C.PLACED,),
            C.FOLLOWED,
            _P.CLASS_APPROVE,
            N_("跟踪期满"),
            guard=_counted_down("unfollowed", N_("还有到期的回访没有登记。")),
            tone="brand",
        ),
        Transition("claim", (C.FOLLOWED,), C.CLAIMED, _P.CLAIM_MAKE, N_("申报补贴"), shown=False),
        Transition(
            "send_back",
            (C.CLAIMED,),
            C.FOLLOWED,
            _P.CLAIM_CHECK,
            N_("退回申报"),
            guard=_other_than_claimant,
            asks_reason=True,
        ),
        Transition(
            "publish",
            (C.CLAIMED,),
            C.PUBLISHED,
            _P.CLAIM_CHECK,
            N_("审核通过，公示"),
            guard=_other_than_claimant,
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
            BEFORE_GRADES,
            C.CANCELLED,
            _P.CLASS_APPROVE,
            N_("取消这个班"),
            guard=_no_grades,
            asks_reason=True,
            tone="danger",
        ),
    ),
)
