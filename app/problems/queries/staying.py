"""Which job or promise loses people: read from the stored summary, with coverage, so that small groups of
others are not given away."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Integer, cast, func, literal_column, select, true
from sqlalchemy.orm import Session

from models.access import Actor, Permission, visible_to
from models.i18n import N_, Sentence
from models.jobs.order import Order
from models.numbers import FEW
from models.placement.acknowledgement import Card
from models.placement.leaving import LeaveReason
from models.placement.staying import STAY_MONTHS
from models.problems.staying import Stayed, StayingSum, StayingSummary
from models.published import published, published_parts
from models.reference.organisation import Organisation

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
    """Lines, the most who left first; the sums; reasons and promises as rows for kit.bars; of which day.
    ``cards``: the same figures by how far people had gone through the job card, [] where it is not told."""

    lines: list[Line]
    sums: dict[str, int | None]
    reasons: list[tuple[Any, int | None, str]]
    promises: list[tuple[Any, int | None, str]]
    computed_on: date | None
    hides: bool
    cards: list[tuple[Card, dict[str, int | None]]]


def staying_page(session: Session, actor: Actor, by: str) -> StayingPage:
    """``by``: order or enterprise. Who may not see the persons reads enterprises only, as one table with its
    sums: beside the sum of an enterprise, one of its jobs that is hidden would be told by the others."""
    hides = actor.can(Permission.STATISTICS_READ)
    # Some reasons were told to the county alone: an enterprise reads no group in which it could guess who.
    is_enterprise = actor.can(Permission.PROBLEM_ANSWER)
    under = Permission.STATISTICS_READ if hides else Permission.PROBLEM_READ

    def own(statement: Any, table: type[Stayed] = StayingSum) -> Any:
        return visible_to(actor, statement, table, under)

    whole, computed_on = _whole(session, own)
    lines = _lines(session, own, is_by_enterprise=hides or by == "enterprise")
    told: dict[str, int | None] = dict(whole)
    if hides:
        told = publish_jointly(lines, whole)
        lines.sort(key=lambda line: (-(line.numbers["left"] or 0), line.name))
    reasons = _bars(_summed(session, own, StayingSum.reasons), _reason_word, hides or is_enterprise)
    promises = _summed(session, own, StayingSum.promises)
    return StayingPage(
        lines,
        told,
        reasons,
        _bars(promises, lambda name: Sentence(PROMISES[name]), hides or is_enterprise),
        computed_on,
        hides,
        _by_card(_summed(session, own, StayingSum.cards, StayingSum.arrived), told, hides),
    )


Own = Callable[..., Any]


def _sums(table: type[Stayed]) -> list[Any]:
    return [func.coalesce(func.sum(getattr(table, name)), 0) for name in NUMBERS]


CARD_NUMBERS = ("arrived", "due3", "known3", "stayed3", "due6", "known6", "stayed6")


def _by_card(
    sums: Mapping[str, int], whole: Mapping[str, int | None], hides: bool
) -> list[tuple[Card, dict[str, int | None]]]:
    """One line a card. The sums of all lines stand beside it, so that one small group would be told by the
    others: then nothing of a month is told to those who may not see the persons."""
    lines: dict[Card, dict[str, int | None]] = {
        card: {name: sums.get(f"{card}_{name}", 0) for name in CARD_NUMBERS} for card in Card
    }
    if not hides:
        return list(lines.items())
    spans = [("arrived",), *((f"due{m}", f"known{m}", f"stayed{m}") for m in STAY_MONTHS)]
    hidden = [
        names
        for names in spans
        if any(whole[name] is None for name in ("arrived", *names))
        or any(_is_small([line[name] or 0 for name in ("arrived", *names)]) for line in lines.values())
    ]
    for names in hidden:
        for line in lines.values():
            line.update(dict.fromkeys(names))
    return list(lines.items())


def _is_small(figures: Sequence[int]) -> bool:
    """Whether one of figures that each hold the next, or what it has beyond the next, is fewer than ten."""
    return any(0 < group < FEW for group in (*figures, *(a - b for a, b in pairwise(figures))))


def _whole(session: Session, own: Own) -> tuple[dict[str, int], date | None]:
    """The sums of all rows, however many, and of which day they are."""
    *sums, computed_on = session.execute(
        own(select(*_sums(StayingSum), func.max(StayingSum.computed_on)))
    ).one()
    return dict(zip(NUMBERS, sums, strict=True)), computed_on


def _lines(session: Session, own: Own, *, is_by_enterprise: bool) -> list[Line]:
    """The jobs or enterprises that most people left, summed up by the database."""
    table: type[Stayed] = StayingSum if is_by_enterprise else StayingSummary
    key = StayingSum.enterprise_id if is_by_enterprise else StayingSummary.order_id
    # Numbers first, off an index; "+ 0": else SQLite reads all rows of all places in the order of the jobs.
    number, most = key + literal_column("0"), func.sum(table.left).desc()
    shown = select(number).group_by(number).order_by(most, number).limit(SHOWN)
    which = list(session.scalars(own(shown, table)))
    statement = select(key, *_sums(table)).where(key.in_(which)).group_by(key).order_by(most, key)
    rows = session.execute(own(statement, table)).all()
    numbers = [row[0] for row in rows]
    firm = select(Organisation.id, Organisation.name, Organisation.name).where(Organisation.id.in_(numbers))
    job = select(Order.id, Order.title, Organisation.name).join(Order.enterprise).where(Order.id.in_(numbers))
    asked = firm if is_by_enterprise else job
    names = {number: (name, enterprise) for number, name, enterprise in session.execute(asked)}
    return [Line(*names[row[0]], dict(zip(NUMBERS, row[1:], strict=True))) for row in rows]


# Each whole in parts that exclude each other: what the page tells are sums of parts.
ARRIVED = ("left_in_first_month", "left_later", "there")
REST = "rest"


def publish_jointly(lines: Sequence[Line], whole: Mapping[str, int]) -> dict[str, int | None]:
    """Hide in ``lines`` what is small and what would give it away, all lines and their sums together; returns
    the sums as they may be told. What the lines do not show is one line more."""
    every = {
        str(place): {name: line.numbers[name] or 0 for name in NUMBERS} for place, line in enumerate(lines)
    }
    every[REST] = {name: whole[name] - sum(one[name] for one in every.values()) for name in NUMBERS}
    told: dict[str, dict[str, int | None]] = {key: {} for key in (*every, "")}
    for split, wholes in (
        (_by_leaving, _leaving_told),
        (_after(3), _staying_told(3)),
        (_after(6), _staying_told(6)),
    ):
        table = published({(key, part): n for key, one in every.items() for part, n in split(one).items()})
        for key in every:
            cells = {part: table.cells[key, part] for part in split(every[key])}
            told[key] |= wholes(table.rows.get(key, 0), cells)
        columns = {part: table.columns.get(part, 0) for part in split(dict(whole))}
        told[""] |= wholes(table.total, columns)
    for place, line in enumerate(lines):
        line.numbers = told[str(place)]
    return told[""]


def _by_leaving(one: Mapping[str, int]) -> dict[str, int]:
    first = one["left_in_first_month"]
    return dict(zip(ARRIVED, (first, one["left"] - first, one["arrived"] - one["left"]), strict=True))


def _leaving_told(arrived: int | None, parts: Mapping[str, int | None]) -> dict[str, int | None]:
    left = _less(arrived, parts["there"])
    return {"arrived": arrived, "left": left, "left_in_first_month": parts["left_in_first_month"]}


def _after(months: int) -> Callable[[Mapping[str, int]], dict[str, int]]:
    def split(one: Mapping[str, int]) -> dict[str, int]:
        due, known, stayed = (one[f"{name}{months}"] for name in ("due", "known", "stayed"))
        return {"stayed": stayed, "gone": known - stayed, "unknown": due - known}

    return split


def _staying_told(
    months: int,
) -> Callable[[int | None, Mapping[str, int | None]], dict[str, int | None]]:
    def told(due: int | None, parts: Mapping[str, int | None]) -> dict[str, int | None]:
        known = _less(due, parts["unknown"])
        return {f"due{months}": due, f"known{months}": known, f"stayed{months}": parts["stayed"]}

    return told


def _less(whole: int | None, part: int | None) -> int | None:
    """A difference of two figures that are told tells nothing more than they do."""
    return None if whole is None or part is None else whole - part


def _summed(session: Session, own: Own, column: Any, of: Any = StayingSum.left) -> Counter[str]:
    """Persons by name of a stored count: thousands of rows, a sum of the database's."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    each = func.json_each(column) if is_sqlite else func.json_each_text(column)
    said = each.table_valued("key", "value")
    persons = func.sum(cast(said.c.value, Integer))
    counted = select(said.c.key, persons).select_from(StayingSum).join(said, true()).where(of > 0)
    return Counter(dict(session.execute(own(counted.group_by(said.c.key))).all()))


def _reason_word(name: str) -> Any:
    return LeaveReason(name) if name else Sentence("原因没有问到")


def _bars(sums: Counter[str], word: Callable[[str], Any], hides: bool) -> list[tuple[Any, int | None, str]]:
    """The most frequent first; small ones are not told to those who may not see the persons."""
    if not hides:
        return [(word(name), persons, "") for name, persons in sums.most_common()]
    # Their sum stands elsewhere on the page.
    told = published_parts(sums)
    rows = [(word(name), told[name], "") for name in sums]
    return sorted(rows, key=lambda row: (-(row[1] or 0), str(row[0])))
