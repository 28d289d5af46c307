"""Wages: yuan a month for the register, and a wage by the hour, day, week or year laid out over a month."""

from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from typing import NamedTuple

from app.kit.files.cells.amounts import Amount, Misread, read_amount
from app.kit.files.cells.cell import BLANK, Parsed
from app.kit.files.cells.measures import WAGE
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence

LOWEST_WAGE = 500
HIGHEST_WAGE = 50_000
WEEKS_A_MONTH = Decimal("4.35")  # 21.75 days of pay a month, five a week: 人社部发〔2025〕2号
HOURS_OF_PAY = Decimal(174)
# 劳动合同法 art. 68: up to four hours a day and 24 a week is part-time and paid by the hour.
PART_TIME_DAY, PART_TIME_WEEK = 4, 24


@lru_cache(maxsize=4096, typed=True)
def parse_wage(cell: Cell, unit: str = "") -> Parsed:
    """Yuan a month. A range gives its lower end and a warning; what is no plain sum only a warning.

    ``unit`` is what the heading says: 千元, 元/天.
    """
    try:
        wage = read_amount(cell, WAGE, unit)
    except Misread as problem:
        return Parsed(warning=problem.sentence)
    if wage is None:
        return BLANK
    text = {"text": wage.text[:20]}
    if wage.period not in ("", "month"):
        return Parsed(warning=Sentence("“%(text)s”不是按月的工资，请填每月多少元，例如4500", text))
    if wage.low is None:
        return Parsed(warning=Sentence("“%(text)s”只有最高数，请填最低要每月多少元，例如4500", text))
    if not all(LOWEST_WAGE <= end <= HIGHEST_WAGE for end in (wage.low, wage.high) if end is not None):
        return Parsed(warning=Sentence("每月%(text)s元不合常理，没有登记，请核对单位是不是元", text))
    low = int(wage.low)
    if wage.high not in (None, wage.low):
        return Parsed(low, warning=Sentence("“%(text)s”是一个范围，按最低%(low)d元登记", text | {"low": low}))
    return Parsed(low)


@lru_cache(maxsize=4096, typed=True)
def parse_paid(cell: Cell) -> Parsed:
    """Yuan paid for one month (Decimal): one figure; what it may be is judged with the whole row."""
    try:
        wage = read_amount(cell, WAGE)
    except Misread as problem:
        return Parsed(error=problem.sentence)
    if wage is None:
        return BLANK
    text = {"text": wage.text[:20]}
    if wage.period not in ("", "month"):
        said = Sentence("“%(text)s”不是按月的工资，请填这个月一共发了多少元，例如 4350.50", text)
        return Parsed(error=said)
    if not wage.is_exact or wage.low is None:
        return Parsed(error=Sentence("“%(text)s”不是一个数，请填这个月实际发了多少元，例如 4350.50", text))
    if wage.low > HIGHEST_WAGE:
        return Parsed(error=Sentence("一个月“%(text)s”元不合常理，请核对单位是不是元", text))
    return Parsed(wage.low)


class Hours(NamedTuple):
    """What a row says about working time; None is not said."""

    per_day: Decimal | None = None
    days_per_week: Decimal | None = None

    @property
    def is_part_time(self) -> bool:
        """Whether the work is 非全日制, which has a minimum by the hour and none by the month."""
        if self.per_day is None or self.days_per_week is None:
            return False
        return self.per_day <= PART_TIME_DAY and self.per_day * self.days_per_week <= PART_TIME_WEEK


class Monthly(NamedTuple):
    """A wage by the month in yuan, the ends open where None, and what was assumed or is missing."""

    low: Decimal | None
    high: Decimal | None
    remark: Sentence | None = None

    @property
    def is_told(self) -> bool:
        """Whether there is a figure at all."""
        return self.low is not None or self.high is not None


def by_the_month(wage: Amount, hours: Hours, only_normal_hours: bool = False) -> Monthly:
    """``wage`` over a month of ``hours``; without them no figure, and a remark that says what is missing.

    ``only_normal_hours``: a base wage pays at most the 174 hours of a month, the rest is overtime.
    """
    if wage.period in ("", "month"):
        return Monthly(wage.low, wage.high)
    times, how = _times(wage.period, hours, only_normal_hours)
    words = {"text": wage.text[:40]}
    if times is None:
        return Monthly(None, None, Sentence("“%(text)s”%(why)s", words | {"why": how}))
    low, high = (_of_month(end, times) for end in (wage.low, wage.high))
    told = words | {"how": how, "low": str(high if low is None else low), "high": str(high)}
    if low == high or low is None or high is None:
        return Monthly(low, high, Sentence("“%(text)s”按%(how)s折成每月 %(low)s 元，请核对。", told))
    return Monthly(low, high, Sentence("“%(text)s”按%(how)s折成每月 %(low)s 到 %(high)s 元，请核对。", told))


def _of_month(wage: Decimal | None, times: Decimal) -> Decimal | None:
    """Whole yuan, cut: never more than was offered."""
    return None if wage is None else (wage * times).quantize(Decimal(1), ROUND_DOWN)


def _times(period: str, hours: Hours, only_normal: bool) -> tuple[Decimal | None, Sentence]:
    per_day, days = hours
    if period == "year":
        return Decimal(1) / 12, Sentence("一年 12 个月")
    if period == "week":
        return WEEKS_A_MONTH, Sentence("每月 4.35 周")
    if period == "piece":
        return None, Sentence("是一件多少钱，折不成每月多少元；请另填每月大约能拿多少。")
    if period == "day":
        if days is None:
            return None, Sentence(
                "是一天的工资，表里没有写每周几天，折不成每月多少元；请填上，或直接填每月多少元。"
            )
        return days * WEEKS_A_MONTH, Sentence("每周 %(days)s 天", {"days": _shown(days)})
    if per_day is None or days is None:
        return None, Sentence(
            "是一小时的工资，表里没有写每天几小时、每周几天，折不成每月多少元；请填上，或直接填每月多少元。"
        )
    if hours.is_part_time:
        return None, Sentence("是非全日制的小时工资，按小时最低工资检查，不折成每月多少元。")
    month = per_day * days * WEEKS_A_MONTH
    how = {"hours": _shown(per_day), "days": _shown(days)}
    if only_normal and month > HOURS_OF_PAY:
        return HOURS_OF_PAY, Sentence("每月正常工时 174 小时")
    return month, Sentence("每天 %(hours)s 小时、每周 %(days)s 天", how)


def _shown(value: Decimal) -> str:
    return f"{value.normalize():f}"
