"""The one parser of amounts, ranges, ages, counts, hours, months and pay days in any cell or form.

A cell is cut into numbers, units, periods and marks, nothing left over, and read as a whole; what does not
fit is refused in a sentence. A caller says with a :class:`Measure` which units its field knows.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from app.kit.files.cells.cell import clean
from app.kit.files.cells.numerals import NUMBER, has_scale, mantissa, number
from app.kit.files.spreadsheet import Cell
from models.i18n import Refusal, Sentence

NOTHING = re.compile(
    r"不限|面议|面谈|详谈|随便|都行|都可以|均可|无要求|没要求|不要求|无所谓|无|没有|未定|待定|未知|不详|暂无|/|[-—]+"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣~～〜∼ー", "-"))
_LETTERS = re.compile(r"[0-9][oOlI]|[oOlI][0-9]")
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[ t].*)?")
_APART = re.compile(r"[0-9]\s+[0-9]")
_IGNORED = "()[]【】:。"
_IN_BRACKETS = re.compile(r"[（(\[【]([^）)\]】]{0,200})[）)\]】]")
_SHOWN = 20


class Misread(Refusal):
    """The cell is not understood as a whole; the sentence says what to write instead."""


@dataclass(frozen=True)
class Measure:
    """What a field counts: its units by family and size, the periods and words that may stand beside.

    ``units`` are {word: (family, how many of the family's own unit)}; ``plain`` is the family of a number
    without one. ``labels`` say again what the field is called and are dropped, ``kept`` mean something
    (计件): :attr:`Amount.remarks`. ``example`` is what the refusal recommends. ``is_loose`` takes "over 4000"
    for "4000 and more"; where one more counts (ages) it is refused.
    """

    plain: str
    units: Mapping[str, tuple[str, Decimal]]
    example: str
    periods: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    is_loose: bool = False

    @cached_property
    def tokens(self) -> re.Pattern[str]:
        """One token at a time, the longest word first."""
        words = {**_MARKS, **dict.fromkeys(self.units, "U")}
        words |= dict.fromkeys(self.labels, "L") | dict.fromkeys(self.kept, "K")
        words |= _EXCLUSIVE if self.is_loose else {}
        kinds = "".join(
            f"|(?P<{kind}>{'|'.join(map(re.escape, sorted(some, key=len, reverse=True)))})"
            for kind in "KLFPTARJUH"
            if (some := [word for word, its in words.items() if its == kind])
        )
        periods = "|".join(map(re.escape, sorted(self.periods, key=len, reverse=True))) or r"(?!)"
        halves = "个半(?=月|小时|钟头)", "半(?=个?月|年|天|个?小时)"
        return re.compile(rf"(?P<S>{periods})|(?P<N>(?:{NUMBER})(?:{halves[0]})?|{halves[1]}){kinds}")

    def __hash__(self) -> int:
        return id(self)


_MARKS = dict.fromkeys(("-", "至", "到"), "R")
_MARKS |= dict.fromkeys(("以上", "及以上", "或以上", "起", "↑", "不低于", "不少于", "不小于"), "F")
_MARKS |= dict.fromkeys(("至少", "最低", "最少", ">=", "≥", "满", "年满"), "F")
_MARKS |= dict.fromkeys(("以下", "及以下", "或以下", "以内", "之内", "内", "不超过", "不高于", "不大于"), "T")
_MARKS |= dict.fromkeys(("最高", "最多", "至多", "<=", "≤", "↓", "前", "之前"), "T")
_MARKS |= dict.fromkeys(("约", "大约", "大概", "左右", "上下", "多", "近"), "A")
_MARKS |= dict.fromkeys((",", "、", ";", "且", "及", "并且", "但"), "J")
_MARKS |= {"+": "P", "半": "H"}
_EXCLUSIVE = dict.fromkeys(("大于", "超过", "高于", ">"), "F") | dict.fromkeys(
    ("小于", "低于", "少于", "<"), "T"
)

_ONE = r"NA?(?:UH?)?"
_SHAPES = {
    "sum": re.compile(r"A?(?P<one>NUNU)A?"),
    "exact": re.compile(rf"A?(?P<one>{_ONE})A?"),
    "from": re.compile(rf"A?FA?(?P<one>{_ONE})A?|A?(?P<two>{_ONE})A?[FP]"),
    "to": re.compile(rf"A?TA?(?P<one>{_ONE})A?|A?(?P<two>{_ONE})A?T"),
    "range": re.compile(
        rf"[AF]?(?P<one>{_ONE})RA?(?P<two>{_ONE})[AT]?|(?P<three>{_ONE})FJ?(?P<four>{_ONE})T"
        rf"|(?P<five>{_ONE})F(?:JT|T|R)(?P<six>{_ONE})T?|F(?P<seven>{_ONE})J?T(?P<eight>{_ONE})"
    ),
}


class Amount(NamedTuple):
    """What a cell says: from ``low`` to ``high`` (None: open), both the same where it names one figure.

    Both count in the unit ``family`` of the measure; ``period`` is what they are paid or counted by, empty
    where the cell does not say. ``remarks`` are words that mean more than the figures.
    """

    low: Decimal | None
    high: Decimal | None
    family: str
    period: str
    is_about: bool
    remarks: tuple[str, ...]
    text: str

    @property
    def is_exact(self) -> bool:
        """Whether it names one figure and nothing beside it."""
        return self.low == self.high and not self.is_about


class _Token(NamedTuple):
    kind: str
    text: str


def read_amount(cell: Cell, measure: Measure, hint: str = "") -> Amount | None:
    """The whole cell as an amount; None where it says nothing. Raises Misread.

    ``hint`` is what the heading says of the unit (元/小时); it counts where the cell itself is silent.
    """
    return _read(clean(cell), measure, hint)


def unit_of_heading(header: str) -> str:
    """What a heading says in brackets, such as 元/小时: the unit of the cells below it that name none."""
    match = _IN_BRACKETS.search(header)
    return match.group(1).strip() if match else ""


def exact_number(cell: Cell, measure: Measure, periods: tuple[str, ...] = ("",)) -> Decimal | None:
    """The one figure a cell names, in the measure's own unit; None where it says nothing.

    Raises Misread for a range, an approximation, a remark, another unit or a period that is not one of
    ``periods``: where nothing can be said beside a field, nothing may be assumed.
    """
    amount = read_amount(cell, measure)
    if amount is None:
        return None
    is_one = amount.is_exact and not amount.remarks and amount.low is not None
    if not is_one or amount.family != measure.plain or amount.period not in periods:
        told = _about(amount.text, measure)
        raise Misread(Sentence("“%(text)s”不是这一栏要的一个数，请写成 %(example)s 这样。", told))
    return amount.low


@lru_cache(maxsize=8192)
def _read(text: str, measure: Measure, hint: str) -> Amount | None:
    plain = compact(text)
    if not plain or NOTHING.fullmatch(plain):
        return None
    _refuse_what_looks_like_a_number(text, measure)
    tokens = _tokens(plain, measure)
    shape = "".join(token.kind for token in tokens if token.kind in "NUHRFPTAJ").strip("J")
    parts = [token for token in tokens if token.kind in "NUHRFPTAJ"]
    while parts and parts[0].kind == "J":
        parts.pop(0)
    figures = _figures(shape, parts, measure, _hinted(hint, measure) if hint else ("", Decimal(1)))
    if figures is None:
        raise _not_understood(text, measure)
    low, high, family = figures
    if low is not None and high is not None and low > high:
        raise Misread(
            Sentence(
                "“%(text)s”前面的数比后面的大，请改成从小到大，例如 %(example)s。", _about(text, measure)
            )
        )
    remarks = tuple(token.text for token in tokens if token.kind == "K")
    period = _period(tokens, measure, text) or (_hinted_period(hint, measure) if hint else "")
    return Amount(low, high, family, period, "A" in shape, remarks, text)


def compact(text: str) -> str:
    """Text for reading: half width, small letters, one kind of dash, no blanks."""
    half = unicodedata.normalize("NFKC", text).translate(_DASHES).lower()
    return re.sub(r"-+", "-", re.sub(r"\s+", "", half))


def _about(text: str, measure: Measure) -> dict[str, str]:
    return {"text": text[:_SHOWN], "example": measure.example}


def _not_understood(text: str, measure: Measure) -> Misread:
    told = _about(text, measure)
    if not re.search(NUMBER, compact(text)):
        return Misread(Sentence("“%(text)s”不是数，请写成 %(example)s 这样。", told))
    return Misread(Sentence("看不懂“%(text)s”，请写成 %(example)s 这样。", told))


def _refuse_what_looks_like_a_number(text: str, measure: Measure) -> None:
    """Raise Misread for letters among digits, digits that stand apart, ①, and a day made from 5-10."""
    half = unicodedata.normalize("NFKC", text).strip()
    if letters := _LETTERS.search(half):
        letter = next(char for char in letters.group() if char.isalpha())
        values = {"text": text[:_SHOWN], "letter": letter}
        raise Misread(Sentence("“%(text)s”里的“%(letter)s”是字母，不是数字，请改成数字再填。", values))
    if _DAY.fullmatch(half.lower()):
        raise Misread(
            Sentence(
                "这一格被表格变成了日期“%(text)s”，请设成文本再填，例如 %(example)s。", _about(text, measure)
            )
        )
    if _APART.search(half):
        raise Misread(
            Sentence("“%(text)s”里的数被空格隔开了，请写成 %(example)s 这样。", _about(text, measure))
        )
    if any(unicodedata.category(char) in ("No", "Nl") for char in text if char not in "〇"):
        raise _not_understood(text, measure)


def _tokens(compact: str, measure: Measure) -> list[_Token]:
    """Every character in one of the tokens, or Misread."""
    tokens, place = [], 0
    while place < len(compact):
        match = measure.tokens.match(compact, place)
        if match is None:
            if compact[place] in _IGNORED:
                place += 1
                continue
            raise _not_understood(compact, measure)
        tokens.append(_Token(match.lastgroup or "", match.group()))
        place = match.end()
    return tokens


def _figures(
    shape: str, parts: list[_Token], measure: Measure, given: tuple[str, Decimal]
) -> tuple[Decimal | None, Decimal | None, str] | None:
    """Low end, high end and family of the unit, or None where the tokens fit no shape."""
    for kind, pattern in _SHAPES.items():
        if match := pattern.fullmatch(shape):
            spans = [match.span(name) for name, some in match.groupdict().items() if some]
            return _ends(kind, [parts[first:last] for first, last in spans], measure, given)
    return None


def _ends(
    kind: str, ends: list[list[_Token]], measure: Measure, given: tuple[str, Decimal]
) -> tuple[Decimal | None, Decimal | None, str] | None:
    if kind == "sum":
        ends = [ends[0][:2], ends[0][2:]]
    if kind == "range":
        ends = _lend(ends, measure)
    values = [_value(end, measure, given) for end in ends]
    if any(value is None for value in values):
        return None
    families = {family for _, family in values if family}  # type: ignore[misc]
    amounts = [amount for amount, _ in values]  # type: ignore[misc]
    if len(families) != 1:
        return None
    (family,) = families
    if kind == "sum":
        return None if amounts[0] <= amounts[1] else (sum(amounts), sum(amounts), family)  # type: ignore[return-value]
    low = None if kind == "to" else amounts[0]
    high = None if kind == "from" else amounts[-1]
    return low, high, family


def _lend(ends: list[list[_Token]], measure: Measure) -> list[list[_Token]]:
    """In 1.5-2.4万 and 6-8个月 the first number counts in the scale and unit of the second."""
    first, second = ends
    if len(first) == 1 and any(token.kind == "U" for token in second):
        first = [*first, *(token for token in second if token.kind == "U")]
    upper = mantissa(second[0].text)
    if upper and not has_scale(first[0].text):
        bare = number(first[0].text)
        if bare is not None and bare < upper[0]:
            first = [_Token("scaled", str(bare * upper[1])), *first[1:]]
    return [first, second]


def _value(end: list[_Token], measure: Measure, given: tuple[str, Decimal]) -> tuple[Decimal, str] | None:
    """One number in the family of its unit, or None."""
    text = end[0].text
    is_half = text.endswith("个半")
    value = (
        Decimal(text)
        if end[0].kind == "scaled"
        else Decimal("0.5")
        if text == "半"
        else number(text.removesuffix("个半"))
    )
    if value is None:
        return None
    if is_half:
        value += Decimal("0.5")
    unit = next((token.text for token in end if token.kind == "U"), None)
    family, size = measure.units[unit] if unit else (given[0] or measure.plain, given[1])
    if end[0].kind == "scaled" or has_scale(text):
        size = measure.units[unit][1] if unit else Decimal(1)
    if end[-1].kind == "H":
        value += Decimal("0.5")
    return tidy_number(value * size), family


def tidy_number(value: Decimal) -> Decimal:
    """The same number without needless zeros: 3.0 is 3."""
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()


def _period(tokens: list[_Token], measure: Measure, text: str) -> str:
    periods = {measure.periods[token.text] for token in tokens if token.kind == "S"}
    if len(periods) > 1:
        raise _not_understood(text, measure)
    return next(iter(periods), "")


def _hinted(hint: str, measure: Measure) -> tuple[str, Decimal]:
    """The unit a heading names: 千元 counts in thousands. Words that are no unit say nothing."""
    try:
        tokens = _tokens(compact(f"1{compact(hint)}"), measure)
    except Misread:
        return "", Decimal(1)
    scale = number(tokens[0].text) if tokens and tokens[0].kind == "N" else None
    unit = next((token.text for token in tokens if token.kind == "U"), None)
    family, size = measure.units[unit] if unit else ("", Decimal(1))
    return family, size * (scale or Decimal(1))


def _hinted_period(hint: str, measure: Measure) -> str:
    try:
        return _period(_tokens(compact(hint), measure), measure, hint)
    except Misread:
        return ""
