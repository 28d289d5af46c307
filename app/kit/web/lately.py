"""What was told of many rows lately: a process tells it again for a minute.

A list's length beyond what is counted, a count of tens of thousands on a first page: each page asked anew,
and it was a sixth of what a page cost. What is small enough to be counted one by one is never kept, so that
whoever has just done something sees it.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.kit.web import row_scope

KEPT_SECONDS, MOST_KEPT, MANY = 60, 2_000, 1_000

T = TypeVar("T")
# Of each database: until when it is kept, and what was told.
_told: WeakKeyDictionary[Any, dict[Hashable, tuple[float, Any]]] = WeakKeyDictionary()


def lately(session: Session, asked: Select[Any], ask: Callable[[], T], is_kept: Callable[[T], bool]) -> T:
    """What ``ask`` says of the rows of ``asked``, or what it said within :data:`KEPT_SECONDS`, where that
    ``is_kept``."""
    database = session.get_bind()
    kept, now = _told.setdefault(database, {}), time.monotonic()
    words = asked.compile(dialect=database.dialect)
    # The second wall shows each scope other rows of the same words.
    key = str(words), repr(sorted(words.params.items())), repr(sorted(row_scope.settings().items()))
    until, told = kept.get(key, (now, None))
    if told is not None and until > now:
        answer: T = told
        return answer
    answer = ask()
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept.pop(key, None)
    if is_kept(answer):
        kept[key] = now + KEPT_SECONDS, answer
    return answer


def is_many(figures: tuple[int, ...]) -> bool:
    """Whether the first of ``figures``, a count, is over :data:`MANY`."""
    return figures[0] > MANY


def count_lately(session: Session, asked: Select[Any]) -> int:
    """The number that ``asked`` counts; beyond :data:`MANY` it holds for a while."""
    return lately(session, asked, lambda: (session.scalar(asked) or 0,), is_many)[0]
