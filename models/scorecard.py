"""Scorecards learned from outcomes: who had one learned, what the comparison said, which one is in use."""

import enum
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor, Permission, Role, everything
from models.background_job import Job
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.two_person_acts import CARD_SWITCHED
from models.types import EnumText, UTCDateTime
from models.user import User
from models.workflow import Transition, Workflow


class ScorecardState(enum.StrEnum):
    """Where a learned scorecard is on its way into use."""

    LEARNING = "learning"
    JUDGED = "judged"
    ACTIVE = "active"
    OFF = "off"


SCORECARD_STATE_LABELS = {
    ScorecardState.LEARNING: N_("还没学完"),
    ScorecardState.JUDGED: N_("没有启用"),
    ScorecardState.ACTIVE: N_("正在使用"),
    ScorecardState.OFF: N_("已停用"),
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
    Verdict.TOO_FEW: Sentence("结果还太少，不能启用。"),
    Verdict.NOT_BETTER: Sentence("它没有比现在的积分卡更好，不能启用。"),
    Verdict.GROUP_WORSE: Sentence("用它会有一群人吃亏，不能启用。"),
}
IN_USE = "in use"


class StoredScorecard(TypedDict, total=False):
    """As matching.Scorecard writes it: per factor, the points of each level. Empty: not learned yet."""

    version: str
    points: dict[str, list[int]]


class Scorecard(Recorded, Base):
    """One learned scorecard. ``points`` is the scorecard itself, empty while there is none.

    ``champion_id`` names the scorecard it was judged against (None: the one that comes with the platform).
    ``slot`` is :data:`IN_USE` while this one is in use; its unique index is why never two are.
    """

    __tablename__ = "score_card"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[ScorecardState] = mapped_column(EnumText(ScorecardState), default=ScorecardState.LEARNING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    months: Mapped[int]
    points: Mapped[StoredScorecard] = mapped_column(JSON, default=dict)
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


def active_scorecard(session: Session) -> Scorecard | None:
    """The learned scorecard in use; None while the one that comes with the platform is."""
    return session.scalar(select(Scorecard).where(Scorecard.slot == IN_USE))


def refusal(scorecard: Scorecard, actor: Actor) -> Sentence | None:
    """Why nobody can switch it on: what the comparison says against it."""
    if scorecard.verdict is not Verdict.MAY_SWITCH or not scorecard.points:
        return REFUSALS.get(scorecard.verdict or Verdict.TOO_FEW, REFUSALS[Verdict.TOO_FEW])
    return None


SCORECARD_WORKFLOW = Workflow(
    "score_card",
    EventTag.CARD_ADVANCE,
    (
        Transition(
            "judge",
            (ScorecardState.LEARNING,),
            ScorecardState.JUDGED,
            Permission.CARD_SWITCH,
            N_("学好了"),
            shown=False,
        ),
        Transition(
            "switch_on",
            (ScorecardState.JUDGED, ScorecardState.OFF),
            ScorecardState.ACTIVE,
            Permission.CARD_SWITCH,
            N_("启用这张卡"),
            guard=refusal,
            second=CARD_SWITCHED,
            asks_reason=True,
            tone="brand",
        ),
        Transition(
            "switch_off",
            (ScorecardState.ACTIVE,),
            ScorecardState.OFF,
            Permission.CARD_SWITCH,
            N_("停用"),
            asks_reason=True,
            tone="danger",
        ),
        Transition(
            "give_way",
            (ScorecardState.ACTIVE,),
            ScorecardState.OFF,
            Permission.CARD_SWITCH,
            N_("换成别的卡"),
            shown=False,
        ),
    ),
)
