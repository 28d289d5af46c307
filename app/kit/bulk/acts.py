"""What can be done to many rows of a list, each act with what it asks for and its way back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kit.care.operations import Wanted, keep
from app.kit.care.queries import care_of, colleagues, names_of
from models.access import Actor, Permission
from models.care import CARED, Care, CareKind
from models.clock import day_of
from models.i18n import N_, Sentence
from models.workflow import TransitionRefused

Values = Mapping[str, Any]
Choice = tuple[str, str]
Choices = Callable[[Session, Actor, date], Sequence[Choice]]
Names = Callable[[Session, Actor, Sequence[Any]], Mapping[int, str]]
CHOICE, DAY, REASON = "choice", "day", "reason"


def _nothing(row: Any, values: Values) -> Sentence | None:
    return None


def _itself(session: Session, actor: Actor, row: Any) -> Any:
    return row


def _no_choices(session: Session, actor: Actor, today: date) -> Sequence[Choice]:
    return ()


def _no_check(session: Session, actor: Actor, rows: Sequence[Any], values: Values) -> None:
    """Nothing is asked of all rows together."""


@dataclass(frozen=True)
class Act:
    """One thing that can be done to many.

    ``value``: the name of what everybody is given, asked for as ``asks`` says (of ``choices``, a day, a
    reason) under the words ``asked``; ``lacks`` refuses it empty. ``refusal`` says why not to this row,
    ``check`` raises Refusal for all of them together. ``do`` answers with what stood there before, ``undo``
    gets it back. ``row_of``: what the act writes to, whose version tells whether anything newer stands on it.
    ``made_at``: the template of the form that does it, where another room does.
    """

    name: str
    word: str
    value: str
    asks: str
    asked: str
    lacks: Sentence
    do: Callable[[Session, Actor, Any, Values, datetime], dict[str, Any]]
    undo: Callable[[Session, Actor, Any, Values, datetime], None]
    refusal: Callable[[Any, Values], Sentence | None] = _nothing
    row_of: Callable[[Session, Actor, Any], Any] = _itself
    choices: Choices = _no_choices
    check: Callable[[Session, Actor, Sequence[Any], Values], None] = _no_check
    made_at: str = ""
    permission: Permission | None = None


@dataclass(frozen=True)
class Many:
    """What can be done to many rows of one list: which rows, who may, what they are called, the acts."""

    model: Any
    permission: Permission
    names: Names
    acts: tuple[Act, ...]
    scope: Callable[[Actor, Any], Any] | None = None
    """Narrows a statement to the rows in reach, where the model has no scope of its own."""

    def act(self, name: str) -> Act | None:
        return next((one for one in self.acts if one.name == name), None)

    def offered(self, actor: Actor) -> list[Act]:
        """What ``actor`` may do to many."""
        return [one for one in self.acts if one.permission is None or actor.can(one.permission)]


def give_away(
    kind: CareKind, refusal: Callable[[Any, Values], Sentence | None] = _nothing, call: str = N_("设提醒")
) -> tuple[Act, Act]:
    """Giving cases to a colleague, and setting the day to come back to them (``call``: the word for that)."""

    def care(session: Session, actor: Actor, row: Any) -> Care | None:
        return care_of(session, actor, kind, row.id)

    def give(session: Session, actor: Actor, row: Any, values: Values, now: datetime) -> dict[str, Any]:
        return _keep(session, actor, kind, row, values, now)

    def back(session: Session, actor: Actor, row: Any, before: Values, now: datetime) -> None:
        _keep(session, actor, kind, row, before, now)

    return (
        Act(
            "assign",
            N_("交给同事"),
            "assigned_to_id",
            CHOICE,
            N_("选同事"),
            Sentence("请选交给谁。"),
            give,
            back,
            refusal,
            care,
            _colleagues,
        ),
        Act(
            "call",
            call,
            "remind_on",
            DAY,
            N_("哪天提醒"),
            Sentence("请填是哪一天。"),
            give,
            back,
            refusal,
            care,
        ),
    )


def _colleagues(session: Session, actor: Actor, today: date) -> list[Choice]:
    return [(str(one.id), one.name) for one in colleagues(session, actor, today)]


def _keep(
    session: Session, actor: Actor, kind: CareKind, row: Any, values: Values, now: datetime
) -> dict[str, Any]:
    """Keep what ``values`` say of a case; what stood there before."""
    care = care_of(session, actor, kind, row.id)
    before = {
        "assigned_to_id": care.assigned_to_id if care else None,
        "remind_on": care.remind_on.isoformat() if care and care.remind_on else None,
    }
    told = {**before, **values}
    day = told["remind_on"]
    wanted = Wanted(
        note="",
        remind_on=date.fromisoformat(day) if day else None,
        assigned_to_id=int(told["assigned_to_id"]) if told["assigned_to_id"] else None,
    )
    keep(session, actor, kind, row, wanted, day_of(now))
    return before


def cases_of(kind: CareKind) -> Many:
    """What can be done to many cases of a kind that has nothing of its own."""
    cared = CARED[kind]

    def names(session: Session, actor: Actor, rows: Sequence[Any]) -> Mapping[int, str]:
        return names_of(session, actor, kind, rows)

    return Many(cared.model, cared.permission, names, give_away(kind))


def never_back(session: Session, actor: Actor, row: Any, before: Values, now: datetime) -> None:
    """What people have heard of is not taken back from here."""
    raise TransitionRefused(Sentence("这件事不能整批撤销，请一件一件办。"))
