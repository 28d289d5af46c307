"""What several parts of one page ask the database in the same words: asked once a transaction.

For lists and counts only. A check that refuses an act asks anew, whatever a page has read before.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

T = TypeVar("T")
_ANSWERS = "answers of this transaction"


def asked_before(session: Session, question: Hashable, ask: Callable[[], T]) -> T:
    """What ``ask`` answered ``question`` in this transaction; forgotten at its end and at every flush."""
    answers: dict[Hashable, Any] = session.info.setdefault(_ANSWERS, {})
    if question not in answers:
        answers[question] = ask()
    answer: T = answers[question]
    return answer


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, *_rest: object) -> None:
    session.info.pop(_ANSWERS, None)
