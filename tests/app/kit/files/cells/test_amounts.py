"""Amounts: whatever people write is read as a whole, or refused; no unit, no end is dropped."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.kit.files.cells.amounts import Amount, Measure, Misread, read_amount
from app.kit.files.cells.durations import in_months
from app.kit.files.cells.measures import AGE, DURATION, HOURS, PAY_DAY, PEOPLE, WAGE
from app.kit.files.cells.numerals import number
from app.kit.files.cells.wages import Hours, by_the_month, parse_wage
from app.kit.files.spreadsheet import Cell

FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
RANGES = ["-", "－", "−", "–", "—", "——", "~", "～", "〜", "至", "到"]
PERIODS = {
    "hour": ["/小时", "每小时", "/H", "一小时"],
    "day": ["/天", "每天", "/日"],
    "month": ["/月", "每月", "一个月"],
    "year": ["/年", "每年"],
    "piece": ["/件"],
    "": [""],
}
HAN = "零一二三四五六七八九"


def ends(cell: Cell, measure: Measure) -> tuple[object, ...]:
    amount = read_amount(cell, measure)
    assert amount is not None
    return tuple(None if end is None else float(end) for end in (amount.low, amount.high))


def refused(cell: Cell, measure: Measure) -> str:
    with pytest.raises(Misread) as problem:
        read_amount(cell, measure)
    return str(problem.value)


@pytest.mark.parametrize(
    ("text", "low", "high", "period"),
    [
        ("18元/小时", 18, 18, "hour"),
        ("150元/天", 150, 150, "day"),
        ("5k-6k", 5000, 6000, ""),
        ("2千", 2000, 2000, ""),
        ("3千-5千", 3000, 5000, ""),
        ("6-8万/年", 60_000, 80_000, "year"),
        ("4500－5500", 4500, 5500, ""),
        ("4500−5500", 4500, 5500, ""),
        ("月薪4500", 4500, 4500, "month"),
        ("1.2万", 12_000, 12_000, ""),
        ("1.5-2.4万", 15_000, 24_000, ""),
        ("3.5-4.5k", 3500, 4500, ""),
        ("8千-1.2万", 8000, 12_000, ""),
        ("三千一个月", 3000, 3000, "month"),
        ("25块钱一小时", 25, 25, "hour"),
        ("5000以上", 5000, None, ""),
        ("4500+", 4500, None, ""),
        ("不超过6000元", None, 6000, ""),
        ("最低4500，最高5500", 4500, 5500, ""),
    ],
)
def test_a_wage_keeps_its_unit_its_scale_and_both_its_ends(
    text: str, low: float, high: float | None, period: str
) -> None:
    amount = read_amount(text, WAGE)
    assert amount is not None
    assert (ends(text, WAGE), amount.period) == ((low, high), period)


@pytest.mark.parametrize(
    ("measure", "text", "low", "high"),
    [
        (AGE, "18岁以上45岁以下", 18, 45),
        (AGE, "18－45岁", 18, 45),
        (AGE, "45岁以下", None, 45),
        (AGE, "年满18周岁", 18, None),
        (PEOPLE, "5-10人", 5, 10),
        (PEOPLE, "十名", 10, 10),
        (DURATION, "1年", 12, 12),
        (DURATION, "2年", 24, 24),
        (DURATION, "三个月", 3, 3),
        (DURATION, "1年半", 18, 18),
        (DURATION, "两个半月", 2.5, 2.5),
        (DURATION, "1年6个月", 18, 18),
        (DURATION, "6个月-1年", 6, 12),
        (PAY_DAY, "每月15日", 15, 15),
        (PAY_DAY, "次月15号", 15, 15),
        (HOURS, "8-10小时", 8, 10),
    ],
)
def test_ages_people_spans_and_days_keep_unit_and_ends(
    measure: Measure, text: str, low: float | None, high: float | None
) -> None:
    assert ends(text, measure) == (low, high)


@pytest.mark.parametrize(
    ("cell", "because"),
    [
        ("45OO-5500", "“O”是字母"),
        ("l8", "“l”是字母"),
        ("4500 5500", "被空格隔开"),
        ("4500\n5500", "被空格隔开"),
        ("2026-05-10", "变成了日期"),
        ("6000-5000", "前面的数比后面的大"),
        ("若干", "不是数"),
        *(
            (text, "看不懂")
            for text in ("4500①", "2100+3000", "3000-4000-5000", ".5", "-500", "4500,500", "提成3000")
        ),
        *((text, "看不懂") for text in ("四五千", "18,45", "4500-5500以上", "1万20", "4500元奖", "5²")),
    ],
)
def test_what_is_not_whole_is_refused_with_its_reason(cell: str, because: str) -> None:
    assert because in refused(cell, WAGE)


def test_seven_days_are_not_seven_months() -> None:
    span = read_amount("7天", DURATION)
    assert span is not None
    assert (span.family, span.low) == ("day", 7)
    months, remark = in_months(span, Decimal(7))
    assert (months, "30 天一个月" in str(remark)) == (Decimal("0.3"), True)


def test_an_age_below_a_bound_that_is_not_in_it_is_refused() -> None:
    assert "看不懂" in refused("小于45岁", AGE)


@pytest.mark.parametrize(
    ("text", "hours", "low", "high"),
    [
        ("18元/小时", Hours(), None, None),
        ("18元/小时", Hours(Decimal(8)), None, None),
        ("20元/小时", Hours(Decimal(10), Decimal(6)), 5220, 5220),
        ("18-20元/小时", Hours(Decimal(8), Decimal(5)), 3132, 3480),
        ("25元/小时", Hours(Decimal(4), Decimal(5)), None, None),
        ("150元/天", Hours(), None, None),
        ("150元/天", Hours(days_per_week=Decimal(6)), 3915, 3915),
        ("6-8万/年", Hours(), 5000, 6666),
        ("0.5元/件", Hours(Decimal(8), Decimal(5)), None, None),
    ],
)
def test_an_hourly_daily_piece_or_yearly_wage_is_monthly_only_with_the_hours_and_says_so(
    text: str, hours: Hours, low: int | None, high: int | None
) -> None:
    wage = read_amount(text, WAGE)
    assert wage is not None
    monthly = by_the_month(wage, hours)
    assert (monthly.low, monthly.high) == (low, high)
    assert text in str(monthly.remark)


def test_a_base_wage_by_the_hour_pays_normal_hours_only() -> None:
    wage = read_amount("20元/小时", WAGE)
    assert wage is not None
    assert by_the_month(wage, Hours(Decimal(12), Decimal(6)), only_normal_hours=True).low == 3480


@pytest.mark.parametrize(("cell", "yuan"), [("1.5-2.4万", 15_000), ("3.5-4.5k", 3500), ("月薪4500", 4500)])
def test_a_roster_wage_floor_takes_the_scale_at_the_end_of_a_range(cell: str, yuan: int) -> None:
    assert parse_wage(cell).value == yuan


# --- every text of figures, units, marks and widths ---------------------------------------------------


def written(value: int, style: str) -> str:
    """``value`` yuan (a multiple of 100 below 100,000) in one of the styles people use."""
    if style == "comma":
        return f"{value:,}"
    if style == "wan":
        return f"{Decimal(value) / 10_000:f}万"
    if style == "k":
        return f"{Decimal(value) / 1000:f}k"
    if style == "han" and value < 10_000 and not value % 1000:
        return f"{HAN[value // 1000]}千"
    return str(value)


STYLES = st.sampled_from(["plain", "comma", "wan", "k", "han"])
SUMS = st.integers(5, 900).map(lambda hundreds: hundreds * 100)


@given(low=SUMS, high=SUMS, styles=st.tuples(STYLES, STYLES), mark=st.sampled_from(RANGES), data=st.data())
def test_every_range_is_read_with_both_ends_or_refused(
    low: int, high: int, styles: tuple[str, str], mark: str, data: st.DataObject
) -> None:
    period = data.draw(st.sampled_from(sorted(PERIODS)))
    unit = data.draw(st.sampled_from(["", "元", "块"]))
    text = f"{written(low, styles[0])}{mark}{written(high, styles[1])}{unit}"
    text += data.draw(st.sampled_from(PERIODS[period]))
    if data.draw(st.booleans()):
        text = text.translate(FULL_WIDTH)
    try:
        amount = read_amount(text, WAGE)
    except Misread:
        # "5-6千" lends its scale, so a bare number below the second one's digits cannot stand for itself.
        assert low > high
        return
    assert amount is not None
    assert (amount.low, amount.high, amount.period) == (low, high, period)


@given(value=SUMS, style=STYLES, mark=st.sampled_from(["", "约", "以上", "左右", "以下", "不低于", "最高"]))
def test_every_figure_is_read_with_its_mark(value: int, style: str, mark: str) -> None:
    before = mark in ("约", "不低于", "最高")
    text = f"{mark}{written(value, style)}" if before else f"{written(value, style)}{mark}"
    amount = read_amount(text, WAGE)
    assert amount is not None
    assert amount.low == (None if mark in ("以下", "最高") else value)
    assert amount.high == (None if mark in ("以上", "不低于") else value)
    assert amount.is_about == (mark in ("约", "左右"))


STRANGE = "男女的班岗xyzqO%#@!*&^_?abc银"


@given(low=SUMS, high=SUMS, mark=st.sampled_from(RANGES), strange=st.sampled_from(STRANGE), data=st.data())
def test_a_text_with_anything_more_in_it_is_refused(
    low: int, high: int, mark: str, strange: str, data: st.DataObject
) -> None:
    text = f"{low}{mark}{high}元/月"
    place = data.draw(st.integers(0, len(text)))
    with pytest.raises(Misread):
        read_amount(text[:place] + strange + text[place:], WAGE)


@given(text=st.text(alphabet="0123456789.,-~至到千万k元月天年小时/以上下岁 个半约+", max_size=12))
def test_whatever_is_typed_is_read_with_every_digit_of_it_or_refused(text: str) -> None:
    for measure in (WAGE, AGE, PEOPLE, DURATION, HOURS, PAY_DAY):
        amount = _read_or_none(text, measure)
        if amount is None:
            continue
        groups = _groups_of_digits(text)
        named = {end for end in (amount.low, amount.high) if end is not None}
        assert named
        assert len(groups) <= 2 or measure in (WAGE, DURATION) or set("千万k") & set(text)
        if len(groups) == 1 and not set("千万k半年月天") & set(text):
            assert named == {Decimal(groups[0])}


def _read_or_none(text: str, measure: Measure) -> Amount | None:
    try:
        return read_amount(text, measure)
    except Misread:
        return None


def _groups_of_digits(text: str) -> list[str]:
    plain = "".join(char if char.isdigit() or char == "." else " " for char in text.replace(",", ""))
    return plain.split()


@given(value=st.integers(1, 9999))
def test_chinese_numerals_say_what_they_say(value: int) -> None:
    digits, said, gap = f"{value:04d}", "", False
    for digit, unit in zip(digits, ("千", "百", "十", ""), strict=True):
        if digit == "0":
            gap = bool(said)
            continue
        said += ("零" if gap else "") + HAN[int(digit)] + unit
        gap = False
    assume(said)
    assert number(said) == value
