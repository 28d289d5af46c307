"""A list by one of its columns, or in its groups: page behind page, what is unknown at the end.

The place of a page is the number of the row before it; by what that row stands in the order is read through
the reader's scope, so that an address tells nothing of it. A row that has left the list since still says
where it stood: the next page goes on there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from app.kit.web.grouping import Grouping
from app.kit.web.whole_list import FURTHEST, Whole
from models.access import Actor
from models.people.name_reading import in_order
from models.waiting import values_at

SORT, DOWN = "sort", "-"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
For = Callable[[Actor, Mapping[str, str]], bool]


def _always(actor: Actor, asked: Mapping[str, str]) -> bool:
    return True


def _never(actor: Actor, asked: Mapping[str, str]) -> bool:
    return False


def _as_it_is(statement: Select[Any]) -> Select[Any]:
    return statement


@dataclass(frozen=True)
class Sort:
    """A list by its column ``key``: ``columns`` are what it stands in order by, the number of the row last.

    ``value``: the one of them that may be unknown. ``joined`` brings their table in, ``rest`` the rows that
    it leaves out. ``falls``: the column rises as these fall (an age, a birthday). ``reading``: the one of
    them that says how a name is read, so that a letter is a place for the readers that ``has_letters`` says.
    At the size of the programme an index, or the rows of one county and state, must give the order
    (tests/app/test_list_plans.py).
    """

    key: str
    columns: tuple[Any, ...]
    value: Any = None
    joined: Callable[[Select[Any]], Select[Any]] = _as_it_is
    rest: Callable[[Select[Any]], Select[Any]] | None = None
    falls: bool = False
    is_offered: For = _always
    reading: Any = None
    has_letters: For = _never


@dataclass(frozen=True)
class Ordering:
    """The order that an address asks for; ``grouping``: that of its groups."""

    sort: Sort
    is_down: bool = False
    grouping: Grouping | None = None

    @classmethod
    def of_groups(cls, grouping: Grouping) -> "Ordering":
        """What belongs together stands together."""
        sort = Sort(grouping.name, (grouping.column,), grouping.column, grouping.joined, grouping.rest)
        return cls(sort, grouping.of_months and not grouping.rises, grouping)

    def columns(self, whole: Whole) -> tuple[Any, ...]:
        """What a row stands in order by, to its own number."""
        return self.sort.columns if self.grouping is None else (*self.sort.columns, whole.model.id)

    @property
    def falls(self) -> bool:
        return self.is_down != self.sort.falls

    @property
    def key(self) -> Any:
        return self.sort.columns[-1] if self.grouping is None else self.grouping.column

    def known(self, statement: Select[Any]) -> Select[Any]:
        rows = self.sort.joined(statement)
        return rows if self.sort.value is None else rows.where(self.sort.value.is_not(None))

    def rest(self, statement: Select[Any]) -> Select[Any] | None:
        if self.sort.rest is not None:
            return self.sort.rest(statement)
        return None if self.sort.value is None else statement.where(self.sort.value.is_(None))


def ordered(
    session: Session, whole: Whole, ordering: Ordering, number: int | None, most: int, passed: int = 0
) -> list[tuple[int, Any]]:
    """Number and key (None: unknown) of up to ``most`` rows, behind the row ``number`` or ``passed`` rows."""
    here, is_in_rest = _stands(session, whole, ordering, number)
    found = [] if is_in_rest else _known(session, whole, ordering, here, most, passed)
    rest = ordering.rest(whole.statement)
    if len(found) == most or rest is None:
        return found
    if passed and not found:
        known = ordering.known(whole.statement).with_only_columns(whole.model.id, maintain_column_froms=True)
        passed -= session.scalar(select(func.count()).select_from(known.subquery())) or 0
    else:
        passed = 0
    if is_in_rest and number:
        rest = rest.where(whole.model.id > number)
    rest = rest.with_only_columns(whole.model.id, maintain_column_froms=True).order_by(whole.model.id)
    more = session.scalars(rest.offset(passed or None).limit(most - len(found)))
    return [*found, *((one, None) for one in more)]


def _known(
    session: Session, whole: Whole, ordering: Ordering, here: Row[Any] | None, most: int, passed: int
) -> list[tuple[int, Any]]:
    columns = ordering.columns(whole)
    statement = ordering.known(whole.statement)
    if here:
        there = tuple_(*(literal(value, one.type) for value, one in zip(here, columns, strict=True)))
        statement = statement.where(tuple_(*columns) < there if ordering.falls else tuple_(*columns) > there)
    order = [one.desc() for one in columns] if ordering.falls else columns
    shown = statement.with_only_columns(whole.model.id, ordering.key, maintain_column_froms=True)
    rows = session.execute(shown.order_by(*order).offset(passed or None).limit(most))
    return [(number, key) for number, key in rows]


def _stands(
    session: Session, whole: Whole, ordering: Ordering, number: int | None
) -> tuple[Row[Any] | None, bool]:
    """By what the row ``number`` stands in order, and whether it is one of the unknown."""
    seen = whole.statement if whole.scope is None else whole.scope
    here = values_at(session, ordering.known(seen), whole.model, ordering.columns(whole), number)
    if here or ordering.rest(seen) is None:
        return here, False
    return None, values_at(session, seen, whole.model, (whole.model.id,), number) is not None


def loaded(session: Session, whole: Whole, options: Sequence[Any], numbers: Sequence[int]) -> list[Any]:
    """The rows of ``numbers``, in their order."""
    if not numbers:
        return []
    rows = session.scalars(whole.statement.where(whole.model.id.in_(numbers)).options(*options)).unique()
    place = {number: n for n, number in enumerate(numbers)}
    return sorted(rows, key=lambda row: place[row.id])


def place_of_letter(session: Session, whole: Whole, ordering: Ordering, letter: str) -> str:
    """The number of the row behind which the names with ``letter`` begin ("": at the start)."""
    reading = ordering.sort.reading
    if reading is None:
        return ""
    begins, following = (in_order(chr(ord(letter.lower()) + more)) for more in (0, 1))
    before = reading >= following if ordering.falls else reading < begins
    order = [one if ordering.falls else one.desc() for one in ordering.columns(whole)]
    rows = ordering.known(whole.statement).where(before)
    found = rows.with_only_columns(whole.model.id, maintain_column_froms=True).order_by(*order).limit(1)
    return str(session.scalar(found) or "")


def place_of_ordered_page(
    session: Session, whole: Whole, ordering: Ordering, page: int, size: int
) -> str | None:
    """As :func:`app.kit.web.whole_list.place_of_page`, in this order."""
    passed = (page - 1) * size
    if passed <= 0:
        return ""
    if passed > FURTHEST:
        raise ValueError
    rows = ordered(session, whole, ordering, None, 2, passed - 1)
    return str(rows[0][0]) if len(rows) == 2 else None
