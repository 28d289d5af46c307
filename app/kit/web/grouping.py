"""A list in groups: by township, village, enterprise or month, each with its count and the way into it.

The keys of the groups are found by leaping along an index from one to the next, the counts end at a limit and
are told from a sample beyond it: a list of a million rows in fifty groups is as quick as one of a hundred.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.kit.web.whole_list import EXACT, Sample, Total, Whole, is_counted
from models.access import Actor, Role
from models.clock import CHINA, day_of
from models.i18n import N_
from models.one_of import one_of
from models.reference.organisation import Organisation
from models.types import UTCDateTime

GROUPS, COUNTED = 50, 500
BY, BEHIND = "by", "behind"
Said = Callable[[Session, Sequence[Any]], Mapping[Any, str]]


def _themselves(session: Session, keys: Sequence[Any]) -> Mapping[Any, str]:
    return {key: str(key) for key in keys}


def _always(actor: Actor, asked: Mapping[str, str]) -> bool:
    return True


def is_home(actor: Actor, asked: Mapping[str, str]) -> bool:
    """Whether the reader serves people where they live: only these are told townships by lists of cases."""
    return actor.has_role(Role.COUNTY, Role.TOWNSHIP)


@dataclass(frozen=True)
class Grouping:
    """A way to group: ``column`` holds the key, ``narrows`` is what in the address narrows the list to one
    group, ``said`` what keys are called.

    ``unknown``: what the address says of rows without a key, and
    ``unknown_word`` (msgid) what they are called. ``of_months``: the column is a day or an instant, the
    groups are months, the latest first unless it ``rises``.
    ``joined``: brings the column's table in; ``rest``: the rows that it leaves out.
    ``is_offered``: whether it makes sense for this reader of the list narrowed so.
    """

    name: str
    word: str
    column: Any
    narrows: str
    said: Said = _themselves
    unknown: str = "none"
    unknown_word: str = N_("未填")
    of_months: bool = False
    rises: bool = False
    joined: Callable[[Select[Any]], Select[Any]] = lambda statement: statement
    rest: Callable[[Select[Any]], Select[Any]] | None = None
    is_offered: Callable[[Actor, Mapping[str, str]], bool] = _always

    def within(self, key: str) -> ColumnElement[bool] | None:
        """The condition of the group that an address names; None for what is no month."""
        if not self.of_months:
            return self.column.is_(None) if key == self.unknown else self._is(key)
        if key == self.unknown:
            condition: ColumnElement[bool] = self.column.is_(None)
            return condition
        first = month_of(key)
        if first is None:
            return None
        return and_(self.column >= self.edge(first), self.column < self.edge(_next(first)))

    def edge(self, first: date) -> Any:
        """Where a month begins, as the column says it."""
        return datetime.combine(first, time(), CHINA) if self._of_instants else first

    @property
    def kind(self) -> Any:
        """The type of what the column is compared with."""
        return Date() if self.of_months and not self._of_instants else self.column.type

    @property
    def _of_instants(self) -> bool:
        return isinstance(self.column.type, UTCDateTime)

    def key_of(self, value: Any) -> Any:
        """The key of the group in which a row with ``value`` stands."""
        if value is None or not self.of_months:
            return value
        return (day_of(value) if isinstance(value, datetime) else value).replace(day=1)

    def without(self, rows: Select[Any]) -> Select[Any]:
        """The rows that have no key."""
        return rows.where(self.column.is_(None)) if self.rest is None else self.rest(rows)

    def _is(self, key: str) -> ColumnElement[bool]:
        number = isinstance(self.column.type, Integer)
        told: ColumnElement[bool] = self.column == (int(key) if key.isdecimal() and len(key) < 10 else 0)
        return told if number else self.column == key


@dataclass(frozen=True)
class Group:
    """One group: what the address says of it, its name ("" where nothing is known), how many rows."""

    key: str
    word: str
    total: Total


def month_of(text: str) -> date | None:
    """The first day of a month as an address says it (2026-05)."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if first.year < date.max.year else None


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def groups(session: Session, whole: Whole, grouping: Grouping, behind: str) -> tuple[list[Group], str]:
    """Up to :data:`GROUPS` groups behind the key ``behind``, and the key behind which the next begin; rows
    without a key stand last."""
    rows = grouping.joined(whole.statement)
    find = _months if grouping.of_months else _keys
    found = find(session, rows, grouping, behind)
    keys, is_last = found[:GROUPS], len(found) <= GROUPS
    told = [one for one in groups_of(session, whole, grouping, keys) if one.total.number]
    if is_last and (rest := rest_of(session, whole, grouping)).total.number:
        told.append(rest)
    return told, "" if is_last else _text(keys[-1])


def groups_of(session: Session, whole: Whole, grouping: Grouping, keys: Sequence[Any]) -> list[Group]:
    """The groups of ``keys``, in their order."""
    rows = grouping.joined(whole.statement)
    said = {} if grouping.of_months else grouping.said(session, keys)
    told = []
    for key, count in zip(keys, _counts(session, whole, rows, grouping, keys), strict=True):
        word = said.get(key, _text(key)) if key != "" else ""
        told.append(Group(_text(key) if word else grouping.unknown, word, count))
    return told


def rest_of(session: Session, whole: Whole, grouping: Grouping) -> Group:
    """The rows without a key, as a group."""
    nobody = grouping.without(whole.statement).with_only_columns(literal(1), maintain_column_froms=True)
    few = nobody.limit(EXACT + 1).subquery()
    unknown = session.scalar(select(func.count()).select_from(few)) or 0
    count = Total(min(unknown, EXACT), is_exact=unknown <= EXACT, is_least=unknown > EXACT)
    return Group(grouping.unknown, "", count)


def _text(key: Any) -> str:
    return f"{key:%Y-%m}" if isinstance(key, date) else str(key)


def _keys(session: Session, rows: Select[Any], grouping: Grouping, behind: str) -> list[Any]:
    """The keys behind ``behind``, one more than fits, each found by the index from the one before."""
    least = rows.with_only_columns(func.min(grouping.column))
    start: Any = behind
    if isinstance(grouping.column.type, Integer):
        start = int(behind) if behind.isdecimal() and len(behind) < 10 else 0
    first = least.where(grouping.column > start) if behind else least
    leap = select(first.scalar_subquery().label("key")).cte("leap", recursive=True)
    following = least.where(grouping.column > leap.c.key).correlate(leap).scalar_subquery()
    leap = leap.union_all(select(following).where(leap.c.key.is_not(None)))
    wanted = select(leap.c.key).where(leap.c.key.is_not(None)).limit(GROUPS + 1)
    return list(session.scalars(wanted))


def _months(session: Session, rows: Select[Any], grouping: Grouping, behind: str) -> list[Any]:
    """The months from the first day to the last; empty ones too."""
    day, step = grouping.column, 1 if grouping.rises else -1
    before = month_of(behind)
    if before is not None:
        edge = grouping.edge(_next(before) if grouping.rises else before)
        rows = rows.where(day >= edge if grouping.rises else day < edge)
    ends = [session.scalar(rows.with_only_columns(most(day))) for most in (func.min, func.max)]
    first, last = (grouping.key_of(one) for one in ends)
    if first is None or last is None:
        return []
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    start = (first if grouping.rises else last).year * 12 + (first if grouping.rises else last).month - 1
    months = (start + step * n for n in range(min(count, GROUPS + 1)))
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _counts(
    session: Session, whole: Whole, rows: Select[Any], grouping: Grouping, keys: Sequence[Any]
) -> Iterable[Total]:
    """How many rows each key has: counted up to :data:`COUNTED`, and all where the list itself is counted;
    told from a sample beyond."""
    if not keys:
        return []
    counted = _counted(session, rows, grouping, keys, COUNTED)
    if any(count > COUNTED for count in counted) and is_counted(session, whole):
        counted = _counted(session, rows, grouping, keys, EXACT)
        return [Total(count) for count in counted]
    if all(count <= COUNTED for count in counted):
        return [Total(count) for count in counted]
    sample = Sample.of(session, whole)
    drawn = rows.where(one_of(whole.model.id, sample.numbers)).with_only_columns(grouping.column)
    hits: dict[str, int] = {}
    for value in session.scalars(drawn):
        key = _text(grouping.key_of(value))
        hits[key] = hits.get(key, 0) + 1
    return [
        Total(count) if count <= COUNTED else sample.told(hits.get(_text(key), 0), COUNTED)
        for key, count in zip(keys, counted, strict=True)
    ]


def _counted(
    session: Session, rows: Select[Any], grouping: Grouping, keys: Sequence[Any], most: int
) -> list[int]:
    """How many rows each key has, up to one more than ``most``."""
    kind = grouping.kind
    spans = [
        (grouping.edge(one), grouping.edge(_next(one))) if grouping.of_months else (one, one) for one in keys
    ]
    lines = [
        select(literal(low, kind).label("low"), literal(high, kind).label("high"), literal(n).label("place"))
        for n, (low, high) in enumerate(spans)
    ]
    wanted = union_all(*lines).subquery("wanted")
    own, low, high = grouping.column, wanted.c.low, wanted.c.high
    inside = and_(own >= low, own < high) if grouping.of_months else own == low
    few = rows.with_only_columns(literal(1)).where(inside).limit(most + 1).correlate(wanted).subquery()
    count = select(func.count()).select_from(few).correlate(wanted).scalar_subquery()
    counts = session.execute(select(wanted.c.place, count).order_by(wanted.c.place))
    return [number for _place, number in counts]


def narrowed_by(
    groupings: Iterable[Grouping], actor: Actor, asked: Mapping[str, str]
) -> list[ColumnElement[bool]]:
    """What an address narrows a list to, of the groups that the ways to group offered to ``actor`` lead to:
    whoever is not told a township does not learn it by asking for one after the other either."""
    offered = (one for one in groupings if asked.get(one.narrows) and one.is_offered(actor, asked))
    wanted = [(one, asked[one.narrows]) for one in offered]
    conditions = [one.within(key) for one, key in wanted]
    return [condition for condition in conditions if condition is not None]


def enterprise_names(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """What organisations are called, by number."""
    rows = select(Organisation.id, Organisation.name).where(Organisation.id.in_(numbers))
    return dict(session.execute(rows).all())
