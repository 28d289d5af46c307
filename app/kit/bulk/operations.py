"""Choosing, doing and taking back one thing for many rows of a list. The caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.bulk.acts import Act, Many
from models.access import Actor, visible_to
from models.audit import record
from models.bulk_act import BulkAct, BulkChange
from models.event_tags import EventTag
from models.i18n import Sentence
from models.workflow import TransitionRefused

MOST = 2_000
PART = 500
NOT_OURS = Sentence("没有找到，或不在你的管辖范围")
NEWER = Sentence("有 %(n)s 条后来又改过（%(names)s），整批都不撤销。")
NAMED = 5


@dataclass
class Outlook:
    """Which rows an act would change, and why not the others (None: a row out of reach)."""

    goes: list[Any] = field(default_factory=list)
    stays: list[tuple[Any | None, Sentence]] = field(default_factory=list)


def choose(
    session: Session, actor: Actor, listing: str, act: Act, chosen: Sequence[int], values: Mapping[str, str]
) -> BulkAct:
    """Keep the choice, so that it can be looked at before it is done. Raises TransitionRefused for none, for
    too many, and where what everybody is to be given lacks."""
    if not chosen:
        raise TransitionRefused(Sentence("一条也没有勾选。"))
    if len(chosen) > MOST:
        raise TransitionRefused(Sentence("一次最多 %(n)s 条，请把条件缩小，分几次办。", {"n": MOST}))
    given = values.get(act.value, "").strip()
    if not given:
        raise TransitionRefused(act.lacks)
    row = BulkAct(
        user_id=actor.user_id,
        listing=listing,
        act=act.name,
        chosen=list(dict.fromkeys(chosen)),
        values=dict(values),
    )
    session.add(row)
    session.flush()
    return row


def rows_of(session: Session, actor: Actor, many: Many, ids: Sequence[int]) -> list[Any]:
    """Those of ``ids`` to which the actor may do something, by number: two who work through crossing choices
    wait for each other once."""
    rows: list[Any] = []
    for start in range(0, len(ids), PART):
        part = select(many.model).where(many.model.id.in_(ids[start : start + PART])).order_by(many.model.id)
        rows += session.scalars(_within_reach(actor, part, many)).unique().all()
    return rows


def _within_reach(actor: Actor, statement: Any, many: Many) -> Any:
    if many.scope is None:
        return visible_to(actor, statement, many.model, many.permission)
    return many.scope(actor, statement)


def outlook(session: Session, actor: Actor, many: Many, act: BulkAct) -> Outlook:
    """What ``act`` would do now."""
    own, rows, seen = _own(many, act), rows_of(session, actor, many, sorted(act.chosen)), Outlook()
    for row in rows:
        refusal = own.refusal(row, act.values)
        if refusal:
            seen.stays.append((row, refusal))
        else:
            seen.goes.append(row)
    seen.stays += [(None, NOT_OURS)] * (len(act.chosen) - len(rows))
    return seen


def _own(many: Many, act: BulkAct) -> Act:
    own = many.act(act.act)
    if own is None:
        raise TransitionRefused(Sentence("这件事现在不能整批办了。"))
    return own


def do(session: Session, actor: Actor, many: Many, act: BulkAct, now: datetime) -> int:
    """Do it to every row to which it can be done; how many. Raises Refusal, and changes nothing then."""
    if act.done is not None:
        raise TransitionRefused(Sentence("这一批已经办过了。"))
    own, changes = _own(many, act), []
    goes = outlook(session, actor, many, act).goes
    own.check(session, actor, goes, act.values)
    for row in goes:
        changes.append((row, own.do(session, actor, row, act.values, now)))
    session.flush()
    for row, before in changes:
        version = own.row_of(session, actor, row).version
        session.add(BulkChange(act_id=act.id, row_id=row.id, before=before, version=version))
    act.done, act.done_at = len(changes), now
    record(session, actor, EventTag.BULK_DO, act, name=own.word, rows=len(changes))
    return len(changes)


def newer(session: Session, actor: Actor, many: Many, act: BulkAct) -> list[str]:
    """What somebody changed since, by name; a row out of reach counts as changed."""
    changes, own = _changes(session, act), _own(many, act)
    rows = {row.id: row for row in rows_of(session, actor, many, sorted(changes))}
    changed = [
        number
        for number, change in changes.items()
        if number not in rows or own.row_of(session, actor, rows[number]).version != change.version
    ]
    names = many.names(session, actor, [rows[number] for number in changed if number in rows])
    return [names.get(number, str(number)) for number in changed]


def _changes(session: Session, act: BulkAct) -> dict[int, BulkChange]:
    rows = session.scalars(select(BulkChange).where(BulkChange.act_id == act.id).order_by(BulkChange.row_id))
    return {row.row_id: row for row in rows}


def undo(session: Session, actor: Actor, many: Many, act: BulkAct, now: datetime) -> int:
    """Take the whole act back; how many rows. Raises TransitionRefused where one was changed since."""
    if act.done is None or act.undone_at is not None:
        raise TransitionRefused(Sentence("这一批没有办，或已经撤销。"))
    if names := newer(session, actor, many, act):
        told = "、".join(names[:NAMED])
        raise TransitionRefused(Sentence(NEWER.text, {"n": len(names), "names": told}))
    own, changes = _own(many, act), _changes(session, act)
    for row in rows_of(session, actor, many, sorted(changes)):
        own.undo(session, actor, row, changes[row.id].before, now)
    act.undone_at = now
    session.flush()
    _free_what_lay_below(session, actor, many, act, changes)
    record(session, actor, EventTag.BULK_UNDO, act, name=own.word, rows=len(changes))
    return len(changes)


def _free_what_lay_below(
    session: Session, actor: Actor, many: Many, act: BulkAct, changes: Mapping[int, BulkChange]
) -> None:
    """What a batch changed that this one was laid over stands as it left it: it can be undone in its turn."""
    row_of = _own(many, act).row_of
    kinds = [one.name for one in many.acts if one.row_of is row_of]
    below = session.scalars(
        select(BulkChange)
        .join(BulkAct, BulkAct.id == BulkChange.act_id)
        .where(BulkAct.listing == act.listing, BulkAct.act.in_(kinds))
        .where(BulkAct.undone_at.is_(None), BulkAct.id < act.id)
        .where(BulkChange.row_id.in_(list(changes)))
    ).all()
    rows = {row.id: row for row in rows_of(session, actor, many, sorted({one.row_id for one in below}))}
    for one in below:
        if one.version == changes[one.row_id].version - 1 and one.row_id in rows:
            one.version = row_of(session, actor, rows[one.row_id]).version
