"""The steps of a class (domain.md 4, 流程), who takes each, and what stands against it."""

from typing import Any

from models.access import Actor, Permission
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.training.training_class import BEFORE_OPENING, ClassState, TrainingClass
from models.two_person_acts import CLAIM_CHECKED, CLAIM_PAID, CLASS_APPROVED
from models.workflow import Guard, Obstacle, Transition, Workflow

C = ClassState
NOTICE_RUNNING = Sentence("公示期还没有结束，不能拨付。")


def _ready_to_apply(training_class: TrainingClass, actor: Actor) -> list[Obstacle]:
    against = []
    if not training_class.enrolled:
        against.append(Obstacle(Sentence("班上还没有学员，先招生再申请开班。"), "people"))
    if training_class.scheduled_periods != training_class.periods:
        numbers = {"n": training_class.periods, "all": training_class.scheduled_periods}
        uneven = Sentence("计划 %(n)s 课时，课程表排了 %(all)s 课时，改成一样再申请。", numbers)
        against.append(Obstacle(uneven, "timetable"))
    return against


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


def _notice_over(training_class: TrainingClass, actor: Actor) -> Sentence | None:
    return None if training_class.notice_over else NOTICE_RUNNING


def _nothing(training_class: TrainingClass, actor: Actor) -> None:
    return None


def _of_part(is_first: bool, guard: Guard = _nothing) -> Guard:
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
            second=CLASS_APPROVED,
            asks_reason=True,
        ),
        Transition(
            "approve",
            (C.APPLIED,),
            C.APPROVED,
            _P.CLASS_APPROVE,
            N_("同意开班"),
            second=CLASS_APPROVED,
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
            guard=_of_part(False),
            second=CLAIM_CHECKED,
            asks_reason=True,
        ),
        Transition(
            "send_back_first",
            (C.CLAIMED,),
            C.CERTIFIED,
            _P.CLAIM_CHECK,
            N_("退回第一次申报"),
            guard=_of_part(True),
            second=CLAIM_CHECKED,
            asks_reason=True,
            shown=False,
        ),
        Transition(
            "send_back_stopped",
            (C.CLAIMED,),
            C.STOPPED,
            _P.CLAIM_CHECK,
            N_("退回申报"),
            second=CLAIM_CHECKED,
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
            second=CLAIM_PAID,
            shown=False,
        ),
        Transition(
            "publish",
            (C.CLAIMED,),
            C.PUBLISHED,
            _P.CLAIM_CHECK,
            N_("审核通过，公示"),
            second=CLAIM_CHECKED,
            shown=False,
        ),
        Transition(
            "pull",
            (C.PUBLISHED,),
            C.CLAIMED,
            _P.CLAIM_CHECK,
            N_("有异议，撤下公示"),
            second=CLAIM_CHECKED,
            asks_reason=True,
            tone="danger",
            shown=False,
        ),
        Transition(
            "pay",
            (C.PUBLISHED,),
            C.PAID,
            _P.CLAIM_PAY,
            N_("拨付"),
            guard=_notice_over,
            second=CLAIM_PAID,
            shown=False,
        ),
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
