"""What waits: since when and until when, and one line in which everything that waits stands.

First what is due first, then what has waited longest. A model says its last day as ``due_on``; where it has
none, nothing is due.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, func, literal, tuple_
from sqlalchemy.orm import Session

from models.clock import day_of
from models.i18n import Sentence
from models.types import UTCDateTime

NUMBER = re.compile(r"[0-9]{1,10}")
NEVER = date(9999, 12, 31)
KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_([0-9]{1,17})_([0-9]{1,9})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wait:
    """How long something has waited on ``today``, and by how much it is late; ``due`` is its last day."""

    since: date
    due: date | None
    today: date

    @property
    def days(self) -> int:
        return (self.today - self.since).days

    @property
    def overdue(self) -> int:
        """Days beyond the last day, 0 until then."""
        return max(0, (self.today - self.due).days) if self.due else 0

    @property
    def sentence(self) -> Sentence:
        """等了 9 天, or 今天刚到."""
        return Sentence("等了 %(n)s 天", {"n": self.days}) if self.days > 0 else Sentence("今天刚到")


def wait_of(row: Any, today: date) -> Wait:
    """The wait of a row in the state it is in now."""
    return Wait(day_of(_since_of(row)), getattr(row, "due_on", None), today)


def in_line(model: Any) -> tuple[ColumnElement[Any], ...]:
    """The keys by which rows of ``model`` stand in line."""
    since = func.coalesce(model.state_since, model.created_at) if _has_states(model) else model.created_at
    due = getattr(model, "due_on", None)
    ends = literal(NEVER, Date) if due is None else func.coalesce(due, literal(NEVER, Date))
    return ends, since, model.id


def place_of(row: Any) -> str:
    """The place of a row in line, for the address of the next page."""
    return place_in_line(getattr(row, "due_on", None) or NEVER, _since_of(row), row.id)


def place_in_line(due: date, since: datetime, number: int) -> str:
    """The same of the values of :func:`in_line`."""
    return f"{due}_{(since - EPOCH) // timedelta(microseconds=1)}_{number}"


def behind(model: Any, place: str) -> ColumnElement[bool] | None:
    """The condition of rows behind ``place``; None for what is no place."""
    if not (told := KEY.fullmatch(place)):
        return None
    try:
        ends, since = date.fromisoformat(told[1]), EPOCH + timedelta(microseconds=int(told[2]))
    except (ValueError, OverflowError):
        return None
    here = tuple_(literal(ends, Date), literal(since, UTCDateTime), literal(int(told[3])))
    return tuple_(*in_line(model)) > here


def _since_of(row: Any) -> datetime:
    since: datetime = getattr(row, "state_since", None) or row.created_at
    return since if since.tzinfo else since.replace(tzinfo=UTC)


def _has_states(model: Any) -> bool:
    return hasattr(model, "state_since")


def page_in_line(
    session: Session,
    statement: Select[Any],
    model: Any,
    place: str,
    size: int,
    of: Callable[[Any], Any] = lambda row: row,
) -> tuple[list[Any], str]:
    """One page of ``statement`` behind ``place``, and the place of its last row ("" where nothing follows).

    ``of`` leads from a row of the statement to the row of ``model`` that waits.
    """
    if place and (further := behind(model, place)) is not None:
        statement = statement.where(further)
    rows = first_rows(session, statement, model, in_line(model), size + 1)
    return rows[:size], place_of(of(rows[size - 1])) if len(rows) > size else ""


def first_rows(
    session: Session, statement: Select[Any], model: Any, order: Sequence[Any], most: int, passed: int = 0
) -> list[Any]:
    """The first ``most`` behind ``passed``. Their numbers first: to sort whole rows of tens of thousands,
    each joined with its person and its order, reads them all for one page."""
    keys = statement.with_only_columns(model.id, maintain_column_froms=True).order_by(*order)
    numbers = session.scalars(keys.offset(passed or None).limit(most)).all()
    if not numbers:
        return []
    rows = session.scalars(statement.where(model.id.in_(numbers)).order_by(*order)).unique()
    return list(rows)[:most]


def newest_page(
    session: Session, statement: Select[Any], model: Any, place: str, size: int
) -> tuple[list[Any], str]:
    """One page of ``statement``, the newest first, behind the number in ``place``, and the next place."""
    if NUMBER.fullmatch(place) and (number := int(place)) < 2**31:
        statement = statement.where(model.id < number)
    rows = first_rows(session, statement, model, (model.id.desc(),), size + 1)
    return rows[:size], str(rows[size - 1].id) if len(rows) > size else ""


def values_at(
    session: Session, seen: Select[Any], model: Any, columns: Sequence[Any], number: int | None
) -> Row[Any] | None:
    """What a list is sorted by, of the row that an address names; ``seen`` is what the reader may see.

    A foreign row is none here as elsewhere: its place in the order would tell its name or its day.
    """
    if not number:
        return None
    return session.execute(seen.with_only_columns(*columns).where(model.id == number).limit(1)).first()
