"""What can be done to many follow-ups at once: given to a colleague to ring, put off to a day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kit.bulk.acts import CHOICE, DAY, Act, Choice, Many, Values
from app.kit.care.queries import people_of
from app.placements.operations import rounds
from app.placements.queries.lists import near
from app.placements.queries.rounds import RECORD, collectors
from models.access import Actor, visible_to
from models.clock import day_of
from models.i18n import N_, Sentence
from models.placement.placement import FollowUp, Placement

LONG_AGO = date(2000, 1, 1)  # a day that is put back may lie behind


def _in_reach(actor: Actor, statement: Any) -> Any:
    seen = statement.join(Placement, FollowUp.placement_id == Placement.id)
    return visible_to(actor, seen, Placement, RECORD).where(near(actor, RECORD))


def _names(session: Session, actor: Actor, rows: Sequence[FollowUp]) -> Mapping[int, str]:
    people = people_of(session, actor, [row.placement for row in rows])
    return {row.id: people.get(row.placement.worker_id, "") or f"#{row.placement_id}" for row in rows}


def _collectors(session: Session, actor: Actor, today: date) -> list[Choice]:
    return [(str(one.id), one.name) for one in collectors(session, actor, today)]


def _assign(session: Session, actor: Actor, row: FollowUp, values: Values, now: datetime) -> dict[str, Any]:
    before = row.assigned_to_id
    rounds.assign(session, actor, [row], int(values["to"]) if values["to"] else None, day_of(now))
    return {"to": before}


def _assign_back(session: Session, actor: Actor, row: FollowUp, before: Values, now: datetime) -> None:
    rounds.assign(session, actor, [row], before["to"], day_of(now))


def _put_off(session: Session, actor: Actor, row: FollowUp, values: Values, now: datetime) -> dict[str, Any]:
    before = row.remind_on.isoformat() if row.remind_on else None
    rounds.remember(session, actor, row, row.call_note, _day(values["remind_on"]), day_of(now))
    return {"remind_on": before}


def _put_back(session: Session, actor: Actor, row: FollowUp, before: Values, now: datetime) -> None:
    rounds.remember(session, actor, row, row.call_note, _day(before["remind_on"]), LONG_AGO)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _assign_refusal(row: FollowUp, values: Values) -> Sentence | None:
    same = str(row.assigned_to_id or "") == str(values.get("to"))
    return Sentence("本来就在他手上") if same else None


MANY = Many(
    FollowUp,
    RECORD,
    _names,
    (
        Act(
            "assign",
            N_("转给同事打"),
            "to",
            CHOICE,
            N_("选同事"),
            Sentence("请选转给谁。"),
            _assign,
            _assign_back,
            _assign_refusal,
            choices=_collectors,
        ),
        Act(
            "call",
            N_("改到哪天再打"),
            "remind_on",
            DAY,
            N_("哪天再打"),
            Sentence("请填是哪一天。"),
            _put_off,
            _put_back,
        ),
    ),
    scope=_in_reach,
)
