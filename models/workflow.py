"""States that change only by a table, and every change in the audit.

``advance`` is the only writer of a ``state`` column. Screens draw their buttons from ``available``.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.access import Actor, Permission
from models.audit import record
from models.clock import utc_now
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence

Guard = Callable[[Any, Actor], Sentence | None]


class IllegalTransition(Exception):
    """The event does not start at the state the row is in: it happened already, or another was faster."""


class TransitionRefused(Refusal):
    """The event exists here, but a guard says no."""


@dataclass(frozen=True)
class Transition:
    """One arrow: ``event`` leads from any of ``sources`` to ``target``, for those who hold ``permission``.

    ``label`` is the button (for the catalogue), ``guard`` says why it must not happen now, ``asks_reason``
    makes a reason compulsory, ``tone`` is how the button looks: brand, quiet or danger.
    """

    event: str
    sources: tuple[enum.StrEnum, ...]
    target: enum.StrEnum
    permission: Permission
    label: str
    guard: Guard | None = None
    asks_reason: bool = False
    tone: str = "quiet"
    shown: bool = True


@dataclass(frozen=True)
class Workflow:
    """The transitions of one kind of row and the audit tag under which they are recorded."""

    name: str
    tag: EventTag
    transitions: tuple[Transition, ...]
    by_event: dict[str, Transition] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_event", {t.event: t for t in self.transitions})

    def available(self, row: Any, actor: Actor) -> list[Transition]:
        """The transitions open to ``actor`` by state and permission; guards are asked by :meth:`advance`."""
        return [t for t in self.transitions if t.shown and row.state in t.sources and actor.can(t.permission)]

    def open_to(self, row: Any, actor: Actor) -> list[Transition]:
        """Those of :meth:`available` that no guard would refuse now: buttons that work when pressed."""
        return [step for step in self.available(row, actor) if not (step.guard and step.guard(row, actor))]

    def advance(
        self,
        session: Session,
        row: Any,
        event: str,
        actor: Actor,
        at: datetime | None = None,
        reason: str = "",
    ) -> None:
        """Carry ``row`` along ``event`` and note it in the audit, in the caller's transaction.

        Raises PermissionError, IllegalTransition or TransitionRefused, and changes nothing then.
        """
        transition = self.by_event[event]
        if not actor.can(transition.permission):
            raise PermissionError(event)
        if row.state not in transition.sources:
            raise IllegalTransition(event)
        if transition.asks_reason and not reason.strip():
            raise TransitionRefused(REASON_MISSING)
        if transition.guard and (refusal := transition.guard(row, actor)):
            raise TransitionRefused(refusal)
        before = row.state
        row.state = transition.target
        row.state_since = at or utc_now()
        record(session, actor, self.tag, row, event=event, **{"from": before, "to": row.state}, reason=reason)


REASON_MISSING = Sentence("请写明理由。")
