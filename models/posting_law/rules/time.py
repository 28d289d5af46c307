"""Hours of work and time on trial."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.i18n import N_
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, clause, find, holds, negated, sentence
from models.posting_law.reading import Reading
from models.posting_law.types import Finding, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT
NORMAL_DAY, OVERTIME_DAY, OVERTIME_MONTH = 8, 3, 36
LONGEST_DAY = NORMAL_DAY + OVERTIME_DAY
NORMAL_WEEK, WEEKS_A_MONTH = 40, 52 / 12
DAYS_A_MONTH, FEAST_DAYS_A_MONTH = 365 / 12, 13 / 12
NORMAL_MONTH = 248 * NORMAL_DAY / 12
"""人社部发〔2025〕2号: 248 working days a year, 20.67 a month, 165.3 hours. (174 hours only convert pay.)"""
TWO_A_WEEK = 104 / 12
LIKELY_NOON, LONGEST_NOON = 1.0, 2.0
_LONG_DAY = N_("“%(passage)s”超过法定工时：每天8小时，加班每天不超过3小时、每月不超过36小时。")
_LONG_MONTH = N_("“%(passage)s”：照此每月加班约%(overtime)d小时，超过36小时的上限。")
_MAYBE_LONG = N_("“%(passage)s”：请说明每月加班怎样控制在36小时以内。")
_NO_REST = N_("“%(passage)s”：每周至少休息一天，请改正。")


def hours(case: Case) -> Iterator[Finding]:
    """Eight hours a day, overtime at most 3 a day and 36 a month, one day of rest a week:
    劳动法 art. 36, 38, 41; 国务院令第174号. Approved averaging (综合工时) turns a long day into a doubt.
    """
    is_averaged = any(any_of(text, 0, len(text.tags), "averaged") for text in case.readings)
    week = _Week(_free_days(case), is_averaged)
    for reading in case.readings:
        yield from _days(reading, week)
        yield from _overtime(reading)
        yield from _rest(reading)
        yield from _clocks(reading, week)
    yield from _hour_figures(case)


@dataclass(frozen=True, slots=True)
class _Week:
    """What the texts say of rest: free days a month (None: nothing), and whether long days are averaged."""

    free_days: float | None
    averaged: bool

    def overtime(self, day: float) -> float:
        """Hours a month above the normal ones for so many hours a day; two free days a week where nothing is
        said. Nobody works on the thirteen statutory days.
        """
        free_days = TWO_A_WEEK if self.free_days is None else self.free_days
        return day * (DAYS_A_MONTH - FEAST_DAYS_A_MONTH - free_days) - NORMAL_MONTH


def _numbers(reading: Reading, first: int, last: int) -> list[float]:
    return [value for value in reading.values[first:last] if value is not None]


def _about_a_shop(reading: Reading, first: int, last: int) -> bool:
    start, end = clause(reading, first, last)
    return any_of(reading, max(start, first - 6), min(end, last + 5), "shop")


_DAILY = (
    "each_day ~3 number hour",
    "each_day ~3 number range number hour",
    "number day link* number hour",
    "number hour &and? per_day",
    "number hour and number day",
    "number range number hour",
    "each_day ~2 number above number hour?",
    "number above number hour",
    "^ number hour $",
)


def _days(reading: Reading, week: _Week) -> Iterator[Finding]:
    for first, last in find(reading, *_DAILY):
        if any_of(reading, first, last, "overtime|each_week|each_month") or _about_a_shop(
            reading, first, last
        ):
            continue
        if any_of(
            reading,
            max(clause(reading, first, last)[0], first - 3),
            first,
            "overtime|each_week|each_month|forbid",
        ):
            continue
        numbers = _numbers(reading, first, last)
        long = sum(numbers[-2:]) if any_of(reading, first, last, "above") else max(numbers)
        yield from _long_day(reading, (first, last), long - _breaks(reading, first, last), week)


def _breaks(reading: Reading, first: int, last: int) -> float:
    """Hours of meals and rest stated near by; one where only the word stands."""
    _, end = sentence(reading, first, last)
    near = {"low": first, "high": min(end, last + 12)}
    for start, stop in find(reading, "break_time ~2 number hour", "break_time", **near):
        numbers = _numbers(reading, start, stop)
        return numbers[-1] if numbers and numbers[-1] < 4 else 1.0
    return 0.0


def _long_day(reading: Reading, span: tuple[int, int], day: float, week: _Week) -> Iterator[Finding]:
    if not NORMAL_DAY < day <= 24:
        return
    overtime = week.overtime(day)
    if day > LONGEST_DAY:
        yield textual(DOUBT if week.averaged else BLOCK, "hours", reading, span, _LONG_DAY)
    elif overtime > OVERTIME_MONTH and week.free_days is not None and not week.averaged:
        yield textual(BLOCK, "hours", reading, span, _LONG_MONTH, overtime=round(overtime))
    elif overtime > OVERTIME_MONTH:
        yield textual(DOUBT, "hours", reading, span, _MAYBE_LONG)


def _free_days(case: Case) -> float | None:
    """Days of rest a month as stated in the texts; None where nothing is said."""
    for reading in case.readings:
        if any(True for _ in find(reading, "no_rest")):
            return 0.0
        for first, last in find(reading, "rest_days link* number day?"):
            return _numbers(reading, first, last)[0]
        if any(True for _ in find(reading, "one_rest_day")):
            return 52 / 12
    return None


def _overtime(reading: Reading) -> Iterator[Finding]:
    capped = "at_most|below"
    for first, last in find(
        reading,
        "each_month ~2 overtime ~3 number hour",
        "overtime ~2 each_month ~3 number hour",
        "overtime ~2 number hour and month",
        "number month ~2 overtime ~3 number hour",
    ):
        if max(_numbers(reading, first, last)) > OVERTIME_MONTH:
            yield textual(BLOCK, "hours", reading, (first, last), _LONG_DAY)
    for first, last in find(
        reading,
        "each_day ~2 overtime ~3 number range? number? hour",
        "overtime ~1 each_day ~3 number range? number? hour",
        "each_day ~1 add_verb number range? number? hour",
    ):
        most = max(_numbers(reading, first, last))
        if most > OVERTIME_DAY and not any_of(reading, first, last, "each_month|each_week"):
            yield textual(BLOCK, "hours", reading, (first, last), _LONG_DAY)
        elif most == OVERTIME_DAY and not any_of(reading, first, last + 1, capped):
            yield textual(DOUBT, "hours", reading, (first, last), _MAYBE_LONG)
    for first, last in find(reading, "each_week ~4 number hour"):
        overtime = (max(_numbers(reading, first, last)) - NORMAL_WEEK) * WEEKS_A_MONTH
        if overtime > OVERTIME_MONTH and not _about_a_shop(reading, first, last):
            yield textual(BLOCK, "hours", reading, (first, last), _LONG_MONTH, overtime=round(overtime))


def _rest(reading: Reading) -> Iterator[Finding]:
    for first, last in find(reading, "no_rest", "nine_six"):
        if not negated(reading, first, "forbid|nothing|deny", 3) and not _about_a_shop(reading, first, last):
            refuses = any_of(reading, last, last + 2, "away|deny")
            if not refuses:
                yield textual(BLOCK, "hours", reading, (first, last), _NO_REST)
    patterns = (
        "rest_days link* number range? number? day?",
        "each_month ~1 rest_verb number range? number? day",
        "number month link* ~1 rest_verb number day",
    )
    for first, last in find(reading, *patterns):
        free = _numbers(reading, first, last)
        if max(free) < 4 and not holds(reading, last, "hour"):
            yield textual(BLOCK, "hours", reading, (first, last), _NO_REST)
    for first, last in find(
        reading,
        "each_month ~2 work_days link* number day",
        "work_days number day each_month",
        "each_month number day on_duty",
        "number month number day on_duty",
        "run number day",
    ):
        if 27 < max(_numbers(reading, first, last)) <= 31:
            yield textual(BLOCK, "hours", reading, (first, last), _NO_REST)
    for first, last in find(reading, "each_week ~1 work_days link* number day"):
        if max(_numbers(reading, first, last)) == 7 and not _about_a_shop(reading, first, last):
            yield textual(BLOCK, "hours", reading, (first, last), _NO_REST)


_SPANS = (
    "clock range clock",
    "morning? number oclock ~1 range evening? number oclock",
    "morning number oclock? range? evening number oclock?",
    "morning clock range? evening clock",
    "evening number oclock? range? morning number oclock?",
)


def _clocks(reading: Reading, week: _Week) -> Iterator[Finding]:
    """ "8:00-20:00": twelve hours and more from start to end of one shift, or of its parts together."""
    spans = sorted({span for span in find(reading, *_SPANS) if not _about_a_shop(reading, *span)})
    start, reach, worked, before = 0, -1, 0.0, 0.0
    for first, last in spans:
        if not _goes_on(reading, reach, first):
            start, worked, before = first, 0.0, 0.0
        begin, end = _on_the_dial(reading, first, last, before)
        if begin < before:
            start, worked = first, 0.0
        reach, before, worked = last, end, worked + (end - begin)
        breaks = _breaks(reading, start, last)
        if worked - breaks >= 12 or (breaks and worked - breaks > LONGEST_DAY):
            yield textual(BLOCK, "hours", reading, (start, last), _LONG_DAY)
        elif first == spans[-1][0] and week.free_days is not None and not week.averaged:
            rest = _breaks(reading, start, last)
            tells_noon = rest > 0 or start != first  # a rest is named, or the day told in parts
            noon = (rest, rest) if tells_noon else (LIKELY_NOON, LONGEST_NOON)
            yield from _long_month(reading, (start, last), (worked - noon[0], worked - noon[1]), week)


def _long_month(
    reading: Reading, span: tuple[int, int], worked: tuple[float, float], week: _Week
) -> Iterator[Finding]:
    """ "8:00-18:00,单休". ``worked``: the hours with the likely and with the longest rest at noon. Too long
    with the one is a doubt, with both a block.
    """
    likely, least = (week.overtime(hours) if hours > NORMAL_DAY else 0.0 for hours in worked)
    if least > OVERTIME_MONTH:
        yield textual(BLOCK, "hours", reading, span, _LONG_MONTH, overtime=round(least))
    elif likely > OVERTIME_MONTH:
        yield textual(DOUBT, "hours", reading, span, _LONG_MONTH, overtime=round(likely))


def _goes_on(reading: Reading, reach: int, first: int) -> bool:
    """Whether the span at ``first`` may be a further part of the day that ended at token ``reach``.

    Another shift begins another day; so does another sentence, but for an afternoon.
    """
    if not 0 <= first - reach <= 2 or reach < 0 or any_of(reading, reach, first + 1, "shift"):
        return False
    return not any_of(reading, reach, first, "stop") or _numbers(reading, first, first + 3)[0] < 7


def _on_the_dial(reading: Reading, first: int, last: int, before: float) -> tuple[float, float]:
    """Start and end of a span, in hours past midnight of its first day.

    Without 上午 or 下午 a clock of twelve hours is read so that the day goes on: "8:00-12:00, 1:30-5:30"
    ends at half past five in the afternoon, "9:00-6:00" lasts nine hours.
    """
    begin, end = _numbers(reading, first, last)[:2]
    if any_of(reading, first, last, "evening"):
        begin, end = (begin + 12, end) if holds(reading, first, "evening") else (begin, end % 12 + 12)
    elif begin < before <= begin + 12 and begin < 12 and end <= 12:
        begin, end = begin + 12, end + 12
    length = (end - begin) % 24 or 24
    if begin <= 12 and end <= 12 < length:
        length -= 12
    return begin, begin + length


def _hour_figures(case: Case) -> Iterator[Finding]:
    posting = case.posting
    day, week, month = posting.hours_per_day, posting.days_per_week, posting.overtime_hours_month
    overtime = ((day or 0) * (week or 0) - NORMAL_WEEK) * WEEKS_A_MONTH
    if day is not None and day > LONGEST_DAY:
        yield figure(BLOCK, "hours", "hours_per_day", N_("每天工时"), day, _LONG_DAY)
    elif overtime > OVERTIME_MONTH:
        yield figure(
            BLOCK, "hours", "hours_per_day", N_("每天工时"), day, _LONG_MONTH, overtime=round(overtime)
        )
    elif day is not None and week is None and day > 9.65:
        yield figure(DOUBT, "hours", "hours_per_day", N_("每天工时"), day, _MAYBE_LONG)
    if week is not None and week > 6:
        yield figure(BLOCK, "hours", "days_per_week", N_("每周天数"), week, _NO_REST)
    if month is not None and month > OVERTIME_MONTH:
        yield figure(BLOCK, "hours", "overtime_hours_month", N_("每月加班"), month, _LONG_DAY)
