"""How long: months of the year away from home, of a contract, of a probation."""

from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

from app.kit.files.cells.amounts import Amount, Misread, read_amount, tidy_number
from app.kit.files.cells.cell import BLANK, Parsed, plain
from app.kit.files.cells.measures import DURATION
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence

_ALL_YEAR = ("常年", "长年", "全年", "整年")
_NEVER = ("否", "未务工")
DAYS_A_MONTH = 30


@lru_cache(maxsize=4096, typed=True)
def parse_months(cell: Cell, unit: str = "") -> Parsed:
    """Whole months of a year, 0 to 12. ``unit`` is what the heading says: 月, 天."""
    text = plain(cell)
    if text in _NEVER:
        return BLANK
    if text in _ALL_YEAR:
        return Parsed(12)
    try:
        away = read_amount(cell, DURATION, unit)
    except Misread:
        return _not_months(text)
    if away is None:
        return BLANK
    if away.family != "month" or away.low is None or not 0 <= away.low <= 12 or away.low % 1:
        return _not_months(text)
    if away.high not in (None, away.low):
        values = {"text": text[:20], "n": int(away.low)}
        return Parsed(int(away.low), warning=Sentence("“%(text)s”是一个范围，按最少%(n)s个月登记", values))
    return Parsed(int(away.low))


def _not_months(text: str) -> Parsed:
    return Parsed(
        warning=Sentence("看不懂务工时间“%(text)s”，请填一年里务工几个月，0至12", {"text": text[:20]})
    )


def in_months(span: Amount, value: Decimal) -> tuple[Decimal, Sentence | None]:
    """A span in months; days become parts of a month of 30 days, with a remark, rounded up to a tenth."""
    if span.family != "day":
        return value, None
    months = tidy_number((value / DAYS_A_MONTH).quantize(Decimal("0.1"), ROUND_CEILING))
    remark = Sentence(
        "“%(text)s”按 30 天一个月记成 %(n)s 个月。", {"text": span.text[:20], "n": f"{months:f}"}
    )
    return months, remark
