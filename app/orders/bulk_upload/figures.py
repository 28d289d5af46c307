"""Figures, ages and days of a row of orders, each with its unit; which end of a range is kept is said."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from app.kit.files.cells.amounts import Amount, Measure, Misread, compact
from app.kit.files.cells.dates import parse_day
from app.kit.files.cells.durations import in_months
from app.kit.files.cells.measures import AGE, DAYS, DURATION, HOURS, PEOPLE, WAGE
from app.orders.bulk_upload.row import Row, shown, wrong_unit
from models.i18n import Sentence

LOW, HIGH = "low", "high"


@dataclass(frozen=True)
class Figure:
    """A field of one figure: its measure, the period it counts by, and which end of a range is kept."""

    measure: Measure
    end: str
    period: str = ""


# Of a range the end is kept that promises the worker no more than the other, and hides nothing from the law.
FIGURES = {
    "headcount": Figure(PEOPLE, LOW),
    "min_age": Figure(AGE, LOW),
    "max_age": Figure(AGE, HIGH),
    "hours_per_day": Figure(HOURS, HIGH, "day"),
    "days_per_week": Figure(DAYS, HIGH, "week"),
    "overtime_hours_month": Figure(HOURS, HIGH, "month"),
    "room_persons": Figure(PEOPLE, HIGH),
    "contract_months": Figure(DURATION, LOW),
    "probation_months": Figure(DURATION, HIGH),
    "board_cost_fen": Figure(WAGE, HIGH, "month"),
    "lodging_cost_fen": Figure(WAGE, HIGH, "month"),
    "utilities_cost_fen": Figure(WAGE, HIGH, "month"),
}
BOUNDS = ("min_age", "max_age")
DAYS_OF = {"start_on": 1, "valid_until": -1}
OPEN_CONTRACT = ("无固定期限", "无固定期", "长期", "长期合同", "无固定期限合同")
NO_PROBATION = ("无试用期", "没有试用期", "不试用", "无需试用")
_MONTH = re.compile(r"([12][0-9]{3})[-年./]([0-9]{1,2})(?:月份?)?")


def read_figure(row: Row, name: str) -> None:
    """A field of one figure."""
    told, text = FIGURES[name], compact(row.text(name))
    if name == "contract_months" and text in OPEN_CONTRACT:
        row.other_words.append(f"{row.header(name)}：{row.text(name)}")
        row.warn(name, Sentence("“%(text)s”没有月数，原话记在“表里别的话”。", {"text": row.text(name)[:20]}))
        return
    if name == "probation_months" and text in NO_PROBATION:
        row.put(name, 0)
        return
    amount = row.amount(name, told.measure)
    if amount is None:
        return
    if amount.period not in ("", told.period):
        raise wrong_unit(amount, told.measure)
    put_one(row, name, amount, told.end)


def put_one(row: Row, name: str, amount: Amount, end: str) -> None:
    """Lay the kept end of an amount into a field of one figure, and say so where it said more."""
    low, high = amount.low, amount.high
    value = (low if low is not None else high) if end == LOW else (high if high is not None else low)
    if value is None:
        return
    if amount.family == "day" and name in ("contract_months", "probation_months"):
        value, remark = in_months(amount, value)
        if name == "contract_months" and value % 1:
            raise wrong_unit(amount, DURATION)
        row.put(name, value)
        if remark:
            row.warn(name, remark)
        return
    row.put(name, value)
    is_bound = name in BOUNDS and None in (low, high)
    if is_bound and (low if end == LOW else high) is None:
        raise Misread(Sentence("“%(text)s”是另一头的数，请核对填在哪一栏。", {"text": amount.text[:20]}))
    if not (amount.is_exact or is_bound):
        told = {"text": amount.text[:20], "n": shown(value)}
        row.warn(name, Sentence("“%(text)s”按 %(n)s 登记，请核对。", told))


def read_ages(row: Row, name: str) -> None:
    """From which age to which; one age alone may be either and is refused."""
    ages = row.amount(name, AGE)
    if ages is None:
        return
    if ages.low == ages.high:
        told = {"text": ages.text[:20]}
        raise Misread(Sentence("“%(text)s”看不出是最小还是最大年龄，请写成 18-45岁 这样。", told))
    row.put("min_age", ages.low)
    row.put("max_age", ages.high)
    if ages.is_about:
        row.warn(name, Sentence("“%(text)s”里的“约”没有登记，请核对。", {"text": ages.text[:20]}))


def read_day(row: Row, name: str) -> None:
    """A day; a month alone is its first day to begin on, its last to recruit until."""
    text = row.text(name)
    month = _MONTH.fullmatch(compact(text))
    if month and 1 <= int(month.group(2)) <= 12:
        year, number = int(month.group(1)), int(month.group(2))
        day = date(year, number, 1 if DAYS_OF[name] > 0 else monthrange(year, number)[1])
        row.put(name, day.isoformat())
        row.warn(
            name, Sentence("“%(text)s”没有写几号，按 %(day)s 登记，请核对。", {"text": text[:20], "day": day})
        )
        return
    if day := parse_day(text).read():
        row.put(name, day.isoformat())
