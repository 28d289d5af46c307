"""Household registration rules (落户规则) as data: conditions over named facts, points, quotas, each with its
source."""

import enum
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, update
from sqlalchemy.orm import Mapped, Session, mapped_column, validates

from models.access import Permission, Role, everything
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reference.calendar import months_after
from models.reference.dated_fact import Dated
from models.reference.release import RULE_STATE_LABELS as RULE_STATE_LABELS
from models.reference.release import Released, release_steps
from models.reference.release import RuleState as RuleState
from models.two_person_acts import RULE_RELEASED
from models.types import EnumText
from models.workflow import Transition, TransitionRefused, Workflow


class RouteKind(enum.StrEnum):
    """The way a person registers by."""

    POINTS = "points"
    SKILL = "skill"
    STABLE = "stable"
    FAMILY = "family"


ROUTE_KIND_LABELS = {
    RouteKind.POINTS: N_("积分入户"),
    RouteKind.SKILL: N_("技能、学历入户"),
    RouteKind.STABLE: N_("稳定居住就业入户"),
    RouteKind.FAMILY: N_("投靠随迁"),
}


R = RuleState


class HukouRule(Released, Recorded, Base):
    """One version of one route of one city ("" for all six).

    ``conditions``: {"all": [condition, ...], "any": [[condition, ...], ...]}; every condition of ``all`` must
    be met, and, where ``any`` is not empty, every condition of one of its branches. A condition is
    {"fact": name, "op": ">=" | "<=" | "==", "value": ..., "clause": text}. ``points``: {"items": [{"fact",
    "op", "value", "points", "group"}], "caps": {group: most}}. ``ranking``: facts by which applicants are
    ordered,
    first decides ("-" before a name for falling). ``priority_orders``: whether the rule lets the priority
    flag
    order the queue. ``effect``: what releasing it would change, as counted when it was proposed.
    A rule whose ``verified_on`` is empty was written from memory: what it says is 预审提示, never a verdict.
    """

    __tablename__ = "settlement_rule"
    __table_args__ = (
        UniqueConstraint("city_code", "route", "version_number"),
        Index("ix_settlement_rule_state", "state", "city_code"),
    )

    city_code: Mapped[str] = mapped_column(String(9))
    route: Mapped[str] = mapped_column(String(60))
    kind: Mapped[RouteKind] = mapped_column(EnumText(RouteKind))
    version_number: Mapped[int]
    version_name: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[RuleState] = mapped_column(EnumText(RuleState), default=R.DRAFT)
    document: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    points: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    ranking: Mapped[list[str]] = mapped_column(JSON, default=list)
    ranking_text: Mapped[str] = mapped_column(String(200), default="")
    priority_orders: Mapped[bool] = mapped_column(default=False)
    working_days: Mapped[int | None]
    notice_days: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    confidence: Mapped[str] = mapped_column(String(20), default="")
    verified_on: Mapped[date | None]
    verified_document: Mapped[str] = mapped_column(String(200), default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_rule.id"))
    version: Mapped[int] = mapped_column(default=1)

    MONTHS_FRESH: ClassVar[int] = 12
    """After how many months a rule that was compared with its document deserves another look."""

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict.fromkeys(
        (Role.ADMIN, Role.PROVINCE, Role.PREFECTURE, Role.AUDITOR, Role.COUNTY, Role.CITY, Role.REGISTRATION),
        everything,
    )

    def is_old(self, today: date) -> bool:
        """Whether it counts, and nobody has compared it with its document within ``MONTHS_FRESH``."""
        is_over = self.valid_to is not None and self.valid_to < today
        if self.state is not RuleState.LIVE or is_over:
            return False
        return self.verified_on is None or months_after(self.verified_on, self.MONTHS_FRESH) < today


class HukouQuota(Dated, Recorded, Base):
    """Places of one city and route in one year; ``used`` grows only by :func:`take_quota`.

    It holds for its year, from whose beginning it counts as looked at: half a year later it may have been
    raised.
    """

    __tablename__ = "settlement_quota"
    MONTHS_FRESH = 6
    SCOPE = ("city_code", "route")
    __table_args__ = (
        UniqueConstraint("city_code", "route", "year"),
        CheckConstraint("used >= 0 AND used <= total", name="places"),
    )

    city_code: Mapped[str] = mapped_column(String(9))
    route: Mapped[str] = mapped_column(String(60))
    year: Mapped[int]
    total: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)

    @validates("year")
    def _holds_for_its_year(self, name: str, year: int) -> int:
        self.valid_from, self.valid_to = date(year, 1, 1), date(year, 12, 31)
        return year


_P = Permission
RULE_WORKFLOW = Workflow(
    "settlement_rule",
    EventTag.RULE_ADVANCE,
    (
        *release_steps(_P.RULE_WRITE, _P.RULE_RELEASE, RULE_RELEASED),
        Transition(
            "retire", (R.LIVE,), R.RETIRED, _P.RULE_RELEASE, N_("停用"), asks_reason=True, tone="danger"
        ),
    ),
)


def take_quota(session: Session, quota_id: int) -> None:
    """Take one place of a quota or raise TransitionRefused. One conditional UPDATE: the last is given
    once."""
    taken = session.execute(
        update(HukouQuota)
        .where(HukouQuota.id == quota_id, HukouQuota.used < HukouQuota.total)
        .values(used=HukouQuota.used + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise TransitionRefused(Sentence("今年的入户指标已经用完。"))


def give_back_quota(session: Session, quota_id: int) -> None:
    """Give one place of a quota back."""
    session.execute(
        update(HukouQuota)
        .where(HukouQuota.id == quota_id, HukouQuota.used > 0)
        .values(used=HukouQuota.used - 1)
        .execution_options(synchronize_session=False)
    )
