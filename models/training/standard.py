"""Standards that differ by province and date (培训标准): what they rule, their rows, and how one changes."""

import enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Permission
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_
from models.reference.dated_fact import Dated
from models.reference.release import Released, RuleState, release_steps
from models.training.training_order import SkillLevel
from models.two_person_acts import STANDARD_RELEASED
from models.types import EnumText
from models.workflow import Transition, Workflow


class StandardName(enum.StrEnum):
    """What a standard rules; the unit of its value stands in ``STANDARD_UNITS``."""

    CLASS_SIZE = "class_size"
    PERIOD_MINUTES = "period_minutes"
    DAY_PERIODS = "day_periods"
    LEAST_PERIODS = "least_periods"
    MOST_PERIODS = "most_periods"
    PRACTICE_SHARE = "practice_share"
    ATTENDANCE = "attendance"
    PASS_SCORE = "pass_score"  # noqa: S105 (a mark, not a secret)
    PER_YEAR = "per_year"
    TRAINING_FEE = "training_fee"
    LIVING_ALLOWANCE = "living_allowance"
    EMPLOYMENT_RATE = "employment_rate"
    CERTIFICATE_RATE = "certificate_rate"
    FIRST_SHARE = "first_share"
    NOTICE_DAYS = "notice_days"
    CERTIFICATE_MONTHS = "certificate_months"


STANDARD_LABELS = {
    StandardName.CLASS_SIZE: N_("每班最多人数"),
    StandardName.PERIOD_MINUTES: N_("每课时分钟数"),
    StandardName.DAY_PERIODS: N_("每天最多课时"),
    StandardName.LEAST_PERIODS: N_("最少课时"),
    StandardName.MOST_PERIODS: N_("最多课时"),
    StandardName.PRACTICE_SHARE: N_("实操最低占比"),
    StandardName.ATTENDANCE: N_("出勤最低比例"),
    StandardName.PASS_SCORE: N_("考核合格分数"),
    StandardName.PER_YEAR: N_("每人每年最多享受次数"),
    StandardName.TRAINING_FEE: N_("培训补贴，每人"),
    StandardName.LIVING_ALLOWANCE: N_("生活费补贴，每人每天"),
    StandardName.EMPLOYMENT_RATE: N_("就业率要求"),
    StandardName.CERTIFICATE_RATE: N_("取证率要求"),
    StandardName.FIRST_SHARE: N_("培训补贴取证后先拨的比例，其余就业后再拨"),
    StandardName.NOTICE_DAYS: N_("公示工作日"),
    StandardName.CERTIFICATE_MONTHS: N_("证书有效月数"),
}
STANDARD_UNITS = {
    StandardName.CLASS_SIZE: N_("人"),
    StandardName.PERIOD_MINUTES: N_("分钟"),
    StandardName.DAY_PERIODS: N_("课时"),
    StandardName.LEAST_PERIODS: N_("课时"),
    StandardName.MOST_PERIODS: N_("课时"),
    StandardName.PRACTICE_SHARE: "%",
    StandardName.ATTENDANCE: "%",
    StandardName.PASS_SCORE: N_("分"),
    StandardName.PER_YEAR: N_("次"),
    StandardName.TRAINING_FEE: N_("元"),
    StandardName.LIVING_ALLOWANCE: N_("元"),
    StandardName.EMPLOYMENT_RATE: "%",
    StandardName.CERTIFICATE_RATE: "%",
    StandardName.FIRST_SHARE: "%",
    StandardName.NOTICE_DAYS: N_("工作日"),
    StandardName.CERTIFICATE_MONTHS: N_("月"),
}
MONEY_STANDARDS = frozenset({StandardName.TRAINING_FEE, StandardName.LIVING_ALLOWANCE})


class TrainingStandard(Dated, Released, Recorded, Base):
    """One figure of one area (province or prefecture; "" the whole country), for a time, with its source.

    ``level`` and ``occupation_code`` narrow it; the narrowest LIVE row that holds on the day counts. A change
    is a row of its own, which a second person releases in the place of ``base_id`` (None: a new figure).
    Money in fen, shares in whole percent.
    """

    __tablename__ = "training_standard"
    MONTHS_FRESH = 12
    SCOPE = ("area_code", "name", "level", "occupation_code")
    __table_args__ = (Index("ix_training_standard_name_area", "name", "area_code", "valid_from"),)

    area_code: Mapped[str] = mapped_column(String(9), default="")
    name: Mapped[StandardName] = mapped_column(EnumText(StandardName))
    level: Mapped[SkillLevel | None] = mapped_column(EnumText(SkillLevel))
    occupation_code: Mapped[str] = mapped_column(String(20), default="")
    value: Mapped[int]
    state: Mapped[RuleState] = mapped_column(EnumText(RuleState), default=RuleState.LIVE)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("training_standard.id"))

    @property
    def written(self) -> tuple[Any, ...]:
        """What it says: what was counted by other words does not count."""
        return (*(getattr(self, name) for name in self.SCOPE), self.value, self.valid_from, self.valid_to)


STANDARD_WORKFLOW = Workflow(
    "training_standard",
    EventTag.STANDARD_ADVANCE,
    (
        *release_steps(Permission.REFERENCE_WRITE, Permission.REFERENCE_WRITE, STANDARD_RELEASED),
        Transition(
            "discard",
            (RuleState.DRAFT, RuleState.PROPOSED),
            RuleState.RETIRED,
            Permission.REFERENCE_WRITE,
            N_("不改了"),
            asks_reason=True,
        ),
    ),
)
