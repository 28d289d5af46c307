"""Wages and pay days of a row of orders: by the month, or in their own words with their own unit."""

from decimal import Decimal

from app.kit.files.cells.amounts import Amount, Misread
from app.kit.files.cells.measures import PAY_DAY, WAGE
from app.kit.files.cells.wages import LOWEST_WAGE, Hours, by_the_month
from app.orders.bulk_upload.figures import HIGH, put_one
from app.orders.bulk_upload.row import Row, shown
from models.i18n import Sentence

# By the fields of the form that a column of wages fills: the low end, the high end.
WAGES = {
    "wage": ("wage_low_fen", "wage_high_fen"),
    "base_wage_fen": ("base_wage_fen", None),
    "wage_low_fen": ("wage_low_fen", None),
    "wage_high_fen": (None, "wage_high_fen"),
    "probation_wage_fen": ("probation_wage_fen", None),
}
BASE_WORDS = ("底薪", "基本工资")


def read_wage(row: Row, name: str) -> None:
    """A wage in yuan a month; by the hour, day or piece only where the row says the hours.

    What it says besides the figures is kept in its own words, with its own unit, for the legal check.
    """
    text = row.text(name)
    wage, rest = _wage_and_words(row, name)
    if wage is None:
        return
    low_field, high_field = WAGES[name]
    if name == "wage" and set(wage.remarks) & set(BASE_WORDS):
        low_field, high_field = "base_wage_fen", None
        row.warn(name, Sentence("“%(text)s”写的是底薪，记在“底薪”。", {"text": text[:20]}))
    monthly = by_the_month(wage, _hours_of(row), only_normal_hours="base_wage_fen" in (low_field, high_field))
    for end in (monthly.low, monthly.high):
        if end is not None and end < LOWEST_WAGE:
            told = {"text": text[:20]}
            raise Misread(Sentence("“%(text)s”不像每月的工资，请写明单位，例如 18元/小时、4500元/月。", told))
    if monthly.remark:
        row.warn(name, monthly.remark)
    if monthly.remark or wage.remarks or wage.is_about or rest:
        row.wage_words.append(f"{row.header(name)}：{text}")
        if not monthly.remark:
            row.warn(name, Sentence("“%(text)s”的原话也记在“工资怎么算”。", {"text": text[:40]}))
    _put_wage(row, name, (low_field, high_field), (monthly.low, monthly.high))


def _wage_and_words(row: Row, name: str) -> tuple[Amount | None, str]:
    """The wage, and words without figures behind it: 4500-5500 and 提成. Raises Misread."""
    text = row.text(name)
    try:
        return row.amount(name, WAGE), ""
    except Misread:
        for place, char in enumerate(text):
            rest = text[place + 1 :]
            if (
                char in "(（+,，、;；。/ \n"
                and rest.strip("()（） ")
                and not any(each.isdigit() for each in rest)
            ):
                try:
                    return row.amount(name, WAGE, text[:place]), rest.strip("()（）+ \n")
                except Misread:
                    continue
        raise


def _hours_of(row: Row) -> Hours:
    def said(name: str) -> Decimal | None:
        value = row.line.raw.get(name)
        return Decimal(value[0]) if value else None

    return Hours(said("hours_per_day"), said("days_per_week"))


def _put_wage(
    row: Row, name: str, fields: tuple[str | None, str | None], ends: tuple[Decimal | None, Decimal | None]
) -> None:
    low_field, high_field = fields
    low, high = ends
    if low_field and high_field:
        row.put(low_field, low)
        row.put(high_field, high)
        return
    only = low_field or high_field or name
    value = high if high_field else low
    if value is None and (low is not None or high is not None):
        told = {"text": row.text(name)[:20]}
        raise Misread(Sentence("“%(text)s”是另一头的数，请核对填在哪一栏。", told))
    row.put(only, value)
    if value is not None and None not in (low, high) and low != high:
        told = {"text": row.text(name)[:20], "n": shown(value)}
        row.warn(name, Sentence("“%(text)s”按 %(n)s 登记，请核对。", told))


def read_pay_day(row: Row, name: str) -> None:
    """The day of the month; of several the last, which is the latest that pay may come."""
    day = row.amount(name, PAY_DAY)
    if day is None:
        return
    put_one(row, name, day, HIGH)
    if day.remarks:
        row.wage_words.append(f"{row.header(name)}：{row.text(name)}")
        told = {"text": day.text[:20]}
        row.warn(name, Sentence("“%(text)s”只登记了几号，原话记在“工资怎么算”。", told))
