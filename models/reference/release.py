"""What a second person releases: versions of household registration rules and of training standards.

A version is written, weighed (``effect``: who is touched, as counted before it was proposed), proposed, and
released by somebody else; the one it replaces is retired, and what was decided by it stays decided.
"""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Actor, Permission
from models.i18n import N_, Sentence
from models.two_person_acts import Check
from models.types import UTCDateTime
from models.workflow import Obstacle, Transition


class RuleState(enum.StrEnum):
    """Where one version is."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    LIVE = "live"
    RETIRED = "retired"


RULE_STATE_LABELS = {
    RuleState.DRAFT: N_("草稿"),
    RuleState.PROPOSED: N_("待第二人批准"),
    RuleState.LIVE: N_("启用"),
    RuleState.RETIRED: N_("停用"),
}
WAITING = (RuleState.DRAFT, RuleState.PROPOSED)
R = RuleState


class Released:
    """Mixin: who wrote a version, who proposed it, who released it, and what that would change."""

    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    effect: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


def _effect_known(version: Any, actor: Actor) -> Obstacle | None:
    return None if version.effect else Obstacle(Sentence("先算出这次修改会影响多少人，再提交。"), "effect")


def release_steps(write: Permission, release: Permission, second: Check) -> tuple[Transition, ...]:
    """The steps that all versions go: proposed by their writers, returned or released by a second person."""
    return (
        Transition(
            "propose",
            (R.DRAFT,),
            R.PROPOSED,
            write,
            N_("提交，请第二人批准"),
            guard=_effect_known,
            tone="brand",
        ),
        Transition(
            "return", (R.PROPOSED,), R.DRAFT, release, N_("退回修改"), second=second, asks_reason=True
        ),
        Transition("release", (R.PROPOSED,), R.LIVE, release, N_("批准启用"), second=second, tone="brand"),
        Transition("supersede", (R.LIVE,), R.RETIRED, release, N_("被新版本替代"), shown=False),
    )
