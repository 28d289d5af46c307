"""Where an enterprise's training order and its agreement are, and what leads from one state to the next."""

import enum
from typing import Any

from models.access import Actor, Permission
from models.audit import EventTag
from models.i18n import N_
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
O = TrainingOrderState  # noqa: E741


class AgreementState(enum.StrEnum):
    """Where the agreement is: open for signing, in force, over."""

    SIGNING = "signing"
    IN_FORCE = "in_force"
    FULFILLED = "fulfilled"
    BROKEN = "broken"
    CANCELLED = "cancelled"


AGREEMENT_STATE_LABELS = {
    AgreementState.SIGNING: N_("等各方签字"),
    AgreementState.IN_FORCE: N_("生效"),
    AgreementState.FULFILLED: N_("已履行"),
    AgreementState.BROKEN: N_("有一方违约"),
    AgreementState.CANCELLED: N_("没有签成"),
}
A = AgreementState


def _signed_by_all(agreement: Any, actor: Actor) -> str | None:
    return None if agreement.is_signed_by_all else N_("还有一方没有签字。")


_P = Permission
TRAINING_ORDER_WORKFLOW = Workflow(
    "training_order",
    EventTag.TRAINING_ORDER_ADVANCE,
    (
        Transition("publish", (O.DRAFT,), O.OPEN, _P.TRAINING_ORDER, N_("发布，请学校报名"), tone="brand"),
        Transition(
            "withdraw", (O.DRAFT, O.OPEN), O.WITHDRAWN, _P.TRAINING_ORDER, N_("撤回"), asks_reason=True
        ),
        Transition("choose", (O.OPEN,), O.CHOSEN, _P.TRAINING_CHOOSE, N_("选定学校"), shown=False),
        Transition("reopen", (O.CHOSEN,), O.OPEN, _P.TRAINING_SIGN, N_("协议没有签成"), shown=False),
        Transition("agree", (O.CHOSEN,), O.AGREED, _P.TRAINING_SIGN, N_("协议签齐"), shown=False),
        Transition("end", (O.AGREED,), O.ENDED, _P.CLASS_APPROVE, N_("结束"), shown=False),
    ),
)
AGREEMENT_WORKFLOW = Workflow(
    "agreement",
    EventTag.AGREEMENT_ADVANCE,
    (
        Transition(
            "take_force",
            (A.SIGNING,),
            A.IN_FORCE,
            _P.TRAINING_SIGN,
            N_("生效"),
            guard=_signed_by_all,
            shown=False,
        ),
        Transition(
            "cancel",
            (A.SIGNING,),
            A.CANCELLED,
            _P.TRAINING_SIGN,
            N_("不签了"),
            asks_reason=True,
            tone="danger",
        ),
        Transition("fulfil", (A.IN_FORCE,), A.FULFILLED, _P.CLASS_APPROVE, N_("已履行"), tone="brand"),
        Transition(
            "break",
            (A.IN_FORCE,),
            A.BROKEN,
            _P.CLASS_APPROVE,
            N_("认定违约"),
            asks_reason=True,
            tone="danger",
        ),
    ),
)
