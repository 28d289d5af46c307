"""What other rooms learn about a placement, handed to the room that owns it.

A roster says that somebody left, or was there when a follow-up fell due; what follows from that is the
placements' own business. That room registers its acts here (as models.placement.placement has kept places
registered), since rooms of one floor do not know each other.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from models.access import Actor
from models.placement.leaving import LeaveReason
from models.placement.placement import Evidence, FollowUp, Placement

Act = TypeVar("Act", bound=Callable[..., Any])
_ACTS: dict[str, Callable[..., Any]] = {}


class LeaveAct(Protocol):
    """End a placement; the reason is None where nobody knows it."""

    def __call__(
        self,
        session: Session,
        actor: Actor,
        placement: Placement,
        reason: LeaveReason | None,
        on: date,
        note: str,
        today: date,
    ) -> None: ...


def performs(name: str) -> Callable[[Act], Act]:
    """Decorator of the placements' room: this is how it does ``name``."""

    def register(act: Act) -> Act:
        _ACTS[name] = act
        return act

    return register


def told_left(
    session: Session,
    actor: Actor,
    placement: Placement,
    reason: LeaveReason | None,
    on: date,
    note: str,
    today: date,
) -> None:
    """The person left on ``on``. Raises what leaving raises."""
    act: LeaveAct = _ACTS["leave"]
    act(session, actor, placement, reason, on, note, today)


def told_there_after_all(
    session: Session, actor: Actor, placement: Placement, reason: str, today: date
) -> None:
    """The leaving was a slip. Raises TransitionRefused where it cannot be taken back."""
    _ACTS["undo_leave"](session, actor, placement, reason, today)


def shown_at_work(
    session: Session,
    actor: Actor,
    placement: Placement,
    evidence: Evidence,
    wage_fen: int | None,
    until: date,
    now: datetime,
) -> list[FollowUp]:
    """The person was at work on ``until``: the follow-ups due by then are answered with this evidence, where
    nothing stronger is known; returns those that were written."""
    written: list[FollowUp] = _ACTS["at_work"](session, actor, placement, evidence, wage_fen, until, now)
    return written


def findings_confirmed(
    session: Session, actor: Actor, placement_ids: list[int], until: date, now: datetime
) -> tuple[int, int]:
    """The receiving city confirms the findings of these placements that rosters and lists have shown; how
    many it did, and how many wait for a look at their own file or for another person."""
    done: tuple[int, int] = _ACTS["confirm"](session, actor, placement_ids, until, now)
    return done
