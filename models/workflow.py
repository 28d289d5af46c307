"""States that change only by a table, and every change in the audit.

``advance`` is the only writer of a ``state`` column. Screens draw their buttons from ``available``,
with the reasons of those that would be refused.
"""

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.access import Actor, Permission
from models.audit import record
from models.clock import utc_now
from models.event_tags import EventTag
from models.i18n import Refusal, Sentence
from models.second_person import interest, second_person
from models.two_person_acts import JUDGING, Check


class IllegalTransition(Exception):
    """The event does not start at the state the row is in: it happened already, or another was faster.

    ``sentence`` names the state and the step where they are told; it claims no more than that.
    """

    def __init__(self, event: str, state: enum.StrEnum | None = None, label: str = "") -> None:
        super().__init__(event)
        self.sentence = (
            Sentence(
                "现在是“%(state)s”，不能再“%(step)s”：可能刚才已经办过，或同事刚办过。",
                {"state": state, "step": Sentence(label)},
            )
            if state is not None and label
            else Sentence("这一步现在不能办了：可能刚才已经办过，或页面打开以后情况变了。")
        )


class TransitionRefused(Refusal):
    """The event exists here, but a guard says no."""


@dataclass(frozen=True)
class Obstacle:
    """One reason against a step, and the place where it is mended: the id of a field, row or panel."""

    sentence: Sentence
    place: str = ""


Objection = Sentence | Obstacle
Guard = Callable[[Any, Actor], Objection | Sequence[Objection] | None]


def obstacles(said: Objection | Iterable[Objection] | None) -> tuple[Obstacle, ...]:
    """What a guard or an operation says against a step, each reason as an obstacle; empty for nothing."""
    if said is None:
        return ()
    each = (said,) if isinstance(said, Sentence | Obstacle) else said
    return tuple(one if isinstance(one, Obstacle) else Obstacle(one) for one in each)


def refuse_for(said: Objection | Iterable[Objection] | None) -> None:
    """Raise TransitionRefused with every reason of ``said``; nothing where there is none."""
    if reasons := obstacles(said):
        raise TransitionRefused(*(reason.sentence for reason in reasons))


@dataclass(frozen=True)
class Transition:
    """One arrow: ``event`` leads from any of ``sources`` to ``target``, for those who hold ``permission``.

    ``label`` is the button (for the catalogue), ``guard`` says why it must not happen now (all its reasons),
    ``second`` is the check of an act that takes a second person (models.second_person), ``asks_reason`` makes
    a reason compulsory, ``tone`` is how the button looks: brand, quiet or danger.
    ``against`` is filled by :meth:`Workflow.available`: what stands against it on one row, now.
    """

    event: str
    sources: tuple[enum.StrEnum, ...]
    target: enum.StrEnum
    permission: Permission
    label: str
    guard: Guard | None = None
    second: Check | None = None
    asks_reason: bool = False
    tone: str = "quiet"
    shown: bool = True
    against: tuple[Obstacle, ...] = ()

    def but(self, said: Objection | Iterable[Objection] | None) -> "Transition":
        """The same step with what an operation says against it, beside what the guard says."""
        more = tuple(one for one in obstacles(said) if one not in self.against)
        return replace(self, against=(*self.against, *more)) if more else self


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
        """The steps that state and permission open to ``actor``, each with all that stands against it now.

        A step with reasons is shown disabled, its reasons beside it: they are those of :meth:`advance`. What
        an operation refuses beyond the guard, the room adds with :meth:`Transition.but`.
        """
        steps = [
            t for t in self.transitions if t.shown and row.state in t.sources and actor.can(t.permission)
        ]
        return [t.but(_against(t, row, actor)) for t in steps]

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
            raise IllegalTransition(event, row.state, transition.label)
        if transition.asks_reason and not reason.strip():
            raise TransitionRefused(REASON_MISSING)
        refuse_for(_against(transition, row, actor))
        before = row.state
        row.state = transition.target
        row.state_since = at or utc_now()
        record(session, actor, self.tag, row, event=event, **{"from": before, "to": row.state}, reason=reason)


def _against(transition: Transition, row: Any, actor: Actor) -> list[Obstacle]:
    """What the guard says; that nobody does alone, or for an own organisation, what others shall judge."""
    said = list(obstacles(transition.guard(row, actor))) if transition.guard else []
    if transition.second:
        said += obstacles(second_person(transition.second, row, actor))
    elif transition.permission in JUDGING:
        said += obstacles(interest(row, actor))
    return list(dict.fromkeys(said))


REASON_MISSING = Sentence("请写明理由。")
