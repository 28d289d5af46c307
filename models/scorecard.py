"""Points cards learned from outcomes: who had one learned, what the comparison said, which one is in use."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor, Permission, Role, everything
from models.audit import EventTag
from models.background_job import Job
from models.base import Base, Recorded
from models.i18n import N_
from models.types import EnumText, UTCDateTime
from models.user import User
from models.workflow import Transition, Workflow


class CardState(enum.StrEnum):
    """Where a learned card is on its way into use."""

    LEARNING = "learning"
    JUDGED = "judged"
    ACTIVE = "active"
    OFF = "off"


CARD_STATE_LABELS = {
    CardState.LEARNING: N_("还没学完"),
    CardState.JUDGED: N_("没有启用"),
    CardState.ACTIVE: N_("正在使用"),
    CardState.OFF: N_("已停用"),
}


class Verdict(enum.StrEnum):
    """What the comparison with the card in use says."""

    MAY_SWITCH = "may_switch"
    TOO_FEW = "too_few"
    NOT_BETTER = "not_better"
    GROUP_WORSE = "group_worse"


VERDICT_LABELS = {
    Verdict.MAY_SWITCH: N_("可以启用"),
    Verdict.TOO_FEW: N_("结果太少"),
    Verdict.NOT_BETTER: N_("没有更好"),
    Verdict.GROUP_WORSE: N_("有一群人会吃亏"),
}
REFUSALS = {
    Verdict.TOO_FEW: N_("结果还太少，不能启用。"),
    Verdict.NOT_BETTER: N_("它没有比现在的积分卡更好，不能启用。"),
    Verdict.GROUP_WORSE: N_("用它会有一群人吃亏，不能启用。"),
}
IN_USE = "in use"


class ScoreCard(Recorded, Base):
    """One learned card. ``points`` is the card itself, empty while there is none.

    ``champion_id`` names the card it was judged against (None: the card that comes with the platform).
    ``slot`` is :data:`IN_USE` while the card is in use; its unique index is why never two are.
    """

    __tablename__ = "score_card"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[CardState] = mapped_column(EnumText(CardState), default=CardState.LEARNING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    months: Mapped[int]
    points: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    verdict: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    champion_id: Mapped[int | None] = mapped_column(ForeignKey("score_card.id"))
    champion_name: Mapped[str] = mapped_column(String(40))
    slot: Mapped[str | None] = mapped_column(String(10), unique=True)
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by: Mapped[User | None] = relationship()
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    job: Mapped[Job | None] = relationship()
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {Role.ADMIN: everything, Role.AUDITOR: everything, Role.PROVINCE: everything}


def active_card(session: Session) -> ScoreCard | None:
    """Return the learned card in use, or None: then the card that comes with the platform is."""
    return session.scalar(select(ScoreCard).where(ScoreCard.slot == IN_USE))


def refusal(card: ScoreCard, actor: Actor) -> str | None:
    """Return why ``actor`` cannot switch the card on (a msgid), or None. Who had it learned does not
    decide."""
    if card.verdict is not Verdict.MAY_SWITCH or not card.points:
        return REFUSALS.get(card.verdict or Verdict.TOO_FEW, REFUSALS[Verdict.TOO_FEW])
    if card.created_by_id == actor.user_id:
        return N_("让它学习的人不能自己启用，请另一位管理员看过报告再启用。")
    return None


CARD_WORKFLOW = Workflow(
    "score_card",
    EventTag.CARD_ADVANCE,
    (
        Transition(
            "judge",
            (CardState.LEARNING,),
            CardState.JUDGED,
            Permission.CARD_SWITCH,
            N_("学好了"),
            shown=False,
        ),
        Transition(
            "switch_on",
            (CardState.JUDGED, CardState.OFF),
            CardState.ACTIVE,
            Permission.CARD_SWITCH,
            N_("启用这张卡"),
            guard=refusal,
            asks_reason=True,
            tone="brand",
        ),
        Transition(
            "switch_off",
            (CardState.ACTIVE,),
            CardState.OFF,
            Permission.CARD_SWITCH,
            N_("停用"),
            asks_reason=True,
            tone="danger",
        ),
        Transition(
            "give_way",
            (CardState.ACTIVE,),
            CardState.OFF,
            Permission.CARD_SWITCH,
            N_("换成别的卡"),
            shown=False,
        ),
    ),
)
