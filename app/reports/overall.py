"""All pairs of a reader together: against last month and the plan, who stayed, month by month."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from app.reports.charts import FEW, Meeting, Standing, Step
from models.i18n import N_
from models.numbers import in_tens


@dataclass(frozen=True)
class Overall:
    """The figures above a table of pairs; ``is_about``: told to the next ten, because one of them is small
    and the sum would give it away."""

    now: int
    earlier: int | None
    went: int
    plan: int | None
    three_months: Step
    six_months: Step
    months: list[date]
    trend: list[int | None]
    is_about: bool

    @property
    def more(self) -> int | None:
        """How many more than on the same day of last month."""
        return None if self.earlier is None else self.now - self.earlier


def overall(meeting: Meeting, exact: bool) -> Overall:
    """``meeting`` in sums; people of a prefecture that two cities help are counted once."""
    pairs = list({one.pair.recipient_code: one for one in meeting.pairs}.values())
    is_about = not exact and any(_is_small(one) for one in pairs)

    def told(values: Iterable[int]) -> int:
        whole = sum(values)
        return (in_tens(whole) or 0) if is_about else whole

    plans = [one.plan for one in meeting.pairs if one.plan is not None]
    earlier = [one.earlier for one in pairs if one.earlier is not None]
    by_month = zip(*meeting.trend.values(), strict=True) if meeting.trend else ()
    known = [[value for value in month if value is not None] for month in by_month]
    return Overall(
        now=told(one.now for one in pairs),
        earlier=told(earlier) if earlier else None,
        went=told(one.went for one in pairs),
        plan=sum(plans) if plans else None,
        three_months=_step(N_("满三个月时还在"), told, [one.stayed for one in pairs]),
        six_months=_step(N_("满六个月时还在"), told, [one.stayed6 for one in pairs]),
        months=meeting.months,
        trend=[told(values) if values else None for values in known],
        is_about=is_about,
    )


def _step(word: str, told: Callable[[Iterable[int]], int], parts: list[tuple[int, int, int]]) -> Step:
    return Step(word, *(told(part[place] for part in parts) for place in range(3)))


def _is_small(one: Standing) -> bool:
    """Whether a figure of the pair is hidden, so that the sum less the others would tell it."""
    told = (one.now, one.earlier or 0, one.went, one.left, *one.stayed, *one.stayed6)
    return any(0 < n < FEW for n in told)
