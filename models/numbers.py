"""Figures and sums of money as they stand in sentences: the same digits in every language."""

from decimal import Decimal
from fractions import Fraction

from models.i18n import Sentence

UNKNOWN = Sentence("未知")
# A group of fewer people stays hidden from readers who may see numbers only.
FEW = 10


def figure(value: int | float | Decimal) -> str:
    """Thousands separated, without needless zeros: 4,650 or 7.5."""
    return f"{value:,}" if isinstance(value, int) else f"{float(value):,.10g}"


def yuan(fen: int | None) -> Sentence:
    """A sum in fen as yuan: 4,650 元; 未知 for None."""
    if fen is None:
        return UNKNOWN
    amount = Decimal(fen) / 100
    shown = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    return Sentence("%(amount)s 元", {"amount": shown})


def people(count: int, masked: bool = False) -> Sentence:
    """1,804 人; a reader who may see numbers only (``masked``) is not told a small one."""
    if masked and 0 < count < FEW:
        return Sentence("少于 %(n)s 人", {"n": FEW})
    return Sentence("%(n)s 人", {"n": figure(count)})


def percent(share: Fraction | None) -> Sentence:
    """A share as percent, cut after one digit so that it is never rounded up over a threshold: 79.9%."""
    return UNKNOWN if share is None else Sentence(f"{figure(int(share * 1000) / 10)}%")
