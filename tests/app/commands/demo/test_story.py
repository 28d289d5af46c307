"""What became of people in the demo differs as it does in life: it is no flat noise."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from app.commands.demo.story import why_declined, why_left
from models.placement.leaving import DeclineReason, LeaveReason


def reasons(arrived: date, days: int, people: int = 600) -> Counter[LeaveReason]:
    rng = Random(5)
    return Counter(why_left(rng, arrived, arrived + timedelta(days=days)) for _ in range(people))


def test_why_people_leave_in_the_demo_depends_on_how_long_they_stayed_and_on_the_season() -> None:
    early, later = reasons(date(2026, 6, 1), 20), reasons(date(2026, 2, 1), 150)
    assert early.most_common(1)[0][0] is LeaveReason.NOT_AS_TOLD
    assert later.most_common(1)[0][0] in (LeaveReason.PAY, LeaveReason.FAMILY)
    assert early[LeaveReason.FARMING] == 0, "no field calls in June, after three weeks"
    harvest = reasons(date(2026, 5, 1), 140)
    assert harvest.most_common(1)[0][0] is LeaveReason.FARMING
    for told in (early, later, harvest):
        assert told.most_common(1)[0][1] > 4 * told[LeaveReason.OTHER], "no flat noise"


def test_why_people_decline_in_the_demo_is_no_flat_noise() -> None:
    rng = Random(5)
    told = Counter(why_declined(rng) for _ in range(600))
    assert told[DeclineReason.FAMILY] > 3 * told[DeclineReason.UNSUITED]
