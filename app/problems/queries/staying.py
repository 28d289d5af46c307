"""Which job or promise loses people: read from the stored summary, with coverage, so that small groups of
others are not given away."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.access import Actor, Permission, visible_to
from models.i18n import N_, Sentence
from models.jobs.order import Order
from models.numbers import FEW
from models.placement.leaving import LeaveReason
from models.problems.staying import StayingSummary
from models.published import published

MOST_ROWS = 2000
SHOWN = 50
NUMBERS = ("arrived", "left", "left_in_first_month", "due3", "known3", "stayed3", "due6", "known6", "stayed6")
PROMISES = {"wage": N_("工资"), "hours": N_("工时和夜班"), "work": N_("活的内容"), "job": N_("厂里有活干")}


@dataclass
class Line:
    """One job or enterprise; None is not told."""

    name: str
    enterprise: str
    numbers: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class StayingPage:
    """Lines, the most who left first; the sums; reasons and promises as rows for kit.bars; of which day."""

    lines: list[Line]
    sums: dict[str, int | None]
    reasons: list[tuple[Any, int | None, str]]
    promises: list[tuple[Any, int | None, str]]
    computed_on: date | None
    hides: bool


def staying_page(session: Session, actor: Actor, by: str) -> StayingPage:
    """``by``: order or enterprise. Who may not see the persons reads no group of fewer than ten."""
    hides = actor.can(Permission.STATISTICS_READ)
    # Some reasons were told to the county alone: an enterprise reads no group in which it could guess who.
    is_enterprise = actor.can(Permission.PROBLEM_ANSWER)
    under = Permission.STATISTICS_READ if hides else Permission.PROBLEM_READ
    statement = select(StayingSummary).options(joinedload(StayingSummary.order).joinedload(Order.enterprise))
    statement = visible_to(actor, statement, StayingSummary, under)
    rows = session.scalars(statement.order_by(StayingSummary.order_id.desc()).limit(MOST_ROWS)).all()
    lines = _lines(rows, _by_enterprise if by == "enterprise" else _by_order)
    sums: Counter[str] = Counter()
    for line in lines:
        sums.update({name: number or 0 for name, number in line.numbers.items()})
    reasons = _summed(rows, lambda row: row.reasons)
    promises = _summed(rows, lambda row: row.promises)
    told = {name: sums[name] for name in NUMBERS}
    return StayingPage(
        [_hidden(line) for line in lines[:SHOWN]] if hides else lines[:SHOWN],
        _without_few(told) if hides else dict(told),
        _bars(reasons, _reason_word, hides or is_enterprise),
        _bars(promises, lambda name: Sentence(PROMISES[name]), hides or is_enterprise),
        max((row.computed_on for row in rows), default=None),
        hides,
    )


def _by_order(row: StayingSummary) -> tuple[int, str]:
    return row.order_id, row.order.title


def _by_enterprise(row: StayingSummary) -> tuple[int, str]:
    return row.enterprise_id, row.order.enterprise.name


def _lines(rows: Sequence[StayingSummary], key: Callable[[StayingSummary], tuple[int, str]]) -> list[Line]:
    lines: dict[int, Line] = {}
    for row in rows:
        number, name = key(row)
        line = lines.setdefault(number, Line(name, row.order.enterprise.name, dict.fromkeys(NUMBERS, 0)))
        for one in NUMBERS:
            line.numbers[one] = (line.numbers[one] or 0) + getattr(row, one)
    return sorted(lines.values(), key=lambda line: (-(line.numbers["left"] or 0), line.name))


def _hidden(line: Line) -> Line:
    """A line as it may be published: where fewer than ten arrived nothing of it is told."""
    if (line.numbers["arrived"] or 0) < FEW:
        return Line(line.name, line.enterprise, dict.fromkeys(NUMBERS, None))
    return Line(line.name, line.enterprise, _without_few(line.numbers))


def _without_few(numbers: Mapping[str, int | None]) -> dict[str, int | None]:
    """Of each whole (all who came, those known) its part and the rest, small ones hidden."""
    told: dict[str, int | None] = dict(numbers)
    for whole, part in (("arrived", "left"), ("known3", "stayed3"), ("known6", "stayed6")):
        all_, some = numbers[whole] or 0, numbers[part] or 0
        table = published({("all", "part"): some, ("all", "rest"): all_ - some})
        told[whole], told[part] = table.total, table.cells["all", "part"]
    for whole, part in (("due3", "known3"), ("due6", "known6"), ("left", "left_in_first_month")):
        rest = (numbers[whole] or 0) - (numbers[part] or 0)
        if 0 < (numbers[part] or 0) < FEW or 0 < rest < FEW:
            told[part] = None
        if 0 < (numbers[whole] or 0) < FEW:
            told[whole] = None
    for part, whole in (("known3", "stayed3"), ("known6", "stayed6")):
        if told[part] is None:
            told[whole] = None
    return told


def _summed(rows: Sequence[StayingSummary], of: Callable[[StayingSummary], dict[str, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update(of(row))
    return sums


def _reason_word(name: str) -> Any:
    return LeaveReason(name) if name else Sentence("原因没有问到")


def _bars(sums: Counter[str], word: Callable[[str], Any], hides: bool) -> list[tuple[Any, int | None, str]]:
    """The most frequent first; small ones are not told to those who may not see the persons."""
    if not hides:
        return [(word(name), persons, "") for name, persons in sums.most_common()]
    table = published({(name, "all"): persons for name, persons in sums.items()})
    rows = [(word(name), table.cells[name, "all"], "") for name in sums]
    return sorted(rows, key=lambda row: (-(row[1] or 0), str(row[0])))
