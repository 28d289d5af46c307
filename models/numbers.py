"""Figures and sums of money as they stand in sentences: the same digits in every language."""

from decimal import Decimal
from fractions import Fraction

from models.i18n import Sentence

UNKNOWN = Sentence("未知")
# A group of fewer people stays hidden from readers who may see numbers only; all else is told them in bands.
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


def band(count: int, least: int = FEW) -> int:
    """The figure of 20, 50, 100, 200, 500 ... next to ``count``; 0 for fewer than ``least``, none among them.

    >>> [band(count) for count in (0, 9, 10, 34, 36, 74, 76, 1_804)]
    [0, 0, 20, 20, 50, 50, 100, 2000]
    """
    if count < least:
        return 0
    ladder: list[int] = [step * 10**power for power in range(1, len(str(count)) + 1) for step in (1, 2, 5)]
    return min(ladder[1:], key=lambda figure: abs(figure - count))


def in_tens(count: int) -> int | None:
    """``count`` to the next ten, for published figures that stand beside others; None for fewer than ten."""
    return None if count < FEW else (count + 5) // 10 * 10


def people(count: int, masked: bool = False, least: int = FEW) -> Sentence:
    """1,804 人; a reader who may see numbers only (``masked``) is told a band: 约 2,000 人, 少于 10 人.

    ``least``: the fewest that are told; none is told like few, or asking often would find the one person.
    """
    if not masked:
        return Sentence("%(n)s 人", {"n": figure(count)})
    if not (about := band(count, least)):
        return Sentence("少于 %(n)s 人", {"n": least})
    return Sentence("约 %(n)s 人", {"n": figure(about)})


def about_tens(count: int) -> Sentence:
    """A number of persons for a reader who may not see them, beside other figures: 约 1,800, 少于 10; none is
    told like few."""
    about = in_tens(count)
    if about is None:
        return Sentence("少于 %(n)s", {"n": FEW})
    return Sentence("约 %(n)s", {"n": figure(about)})


def percent(share: Fraction | None) -> Sentence:
    """A share as percent, cut after one digit so that it is never rounded up over a threshold: 79.9%."""
    return UNKNOWN if share is None else Sentence(f"{figure(int(share * 1000) / 10)}%")
