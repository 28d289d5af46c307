"""What a person would take, put in order: by the person on the phone, or by who asked. The caller commits."""

import enum
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.match_runs.preferences.queries import fits
from models.access import Actor
from models.i18n import Sentence
from models.people.preference import preferences_of, state_preferences
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.workflow import TransitionRefused

DOES_NOT_FIT = Sentence("这个活现在不招人了，或者和登记的情况对不上，没有放进去。")
NOT_THERE = Sentence("这个活不在排好的里面了，请看看现在排的。")


class Change(enum.StrEnum):
    """What is done with one job."""

    PUT = "put"
    OUT = "out"
    UP = "up"


def change_asked(form: Mapping[str, str]) -> tuple[Change, int] | None:
    """What a form asks for, and of which order; None where it asks for nothing."""
    for what in Change:
        if (number := form.get(what, "")).isdecimal():
            return what, int(number)
    return None


def change(
    session: Session,
    actor: Actor,
    worker: Worker,
    what: Change,
    order_id: int,
    channel: Channel,
    now: datetime,
    day: date,
) -> None:
    """Put a job in as the last, take one out, or move one up.

    Raises TransitionRefused for a job that the person does not fit or that is not there, and for a fourth.
    """
    wanted = [row.order_id for row in preferences_of(session, worker.id)]
    if what is Change.PUT:
        if not fits(session, worker, order_id, day):
            raise TransitionRefused(DOES_NOT_FIT)
        wanted = [*(one for one in wanted if one != order_id), order_id]
    elif order_id not in wanted:
        raise TransitionRefused(NOT_THERE)
    elif what is Change.OUT:
        wanted.remove(order_id)
    else:
        at = wanted.index(order_id)
        wanted.insert(max(0, at - 1), wanted.pop(at))
    state_preferences(session, worker, wanted, actor=actor, channel=channel, now=now)
