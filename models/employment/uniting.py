"""Spells of two records that are one person: the same work told twice becomes one spell, by both words.

What was folded is noted whole, so that the decision about the records can be taken back. The caller commits.
"""

import enum
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, delete, insert, select, update
from sqlalchemy.orm import Session

from models.access import CLOCK, Actor
from models.audit import record
from models.base import Base
from models.employment.duty import DUTY_WORKFLOW, OPEN_DUTIES, Duty, tell_flip
from models.employment.recording import Workplace, spells_of
from models.employment.showing import weigh
from models.employment.spell import EmploymentSpell
from models.event_tags import EventTag
from models.types import EnumText, UTCDateTime

SPELLS = Base.metadata.tables["employment_spell"]
FILLED = ("told_wage_fen", "is_part_time", "seeks_other", "end_reason", "employer_id", "placement_id")
BEGINNING = ("began_on", "began_known", "stays_three_on", "stays_six_on")
HOME = ("county_code", "township_code")
Folded = dict[str, Any]


def unite_spells(session: Session, actor: Actor, worker_id: int, home: str, today: date) -> list[Folded]:
    """Make one of each two spells of a person that say the same: one employer, both going on or both ended on
    one day. Returns what :func:`part_spells` needs. ``home``: the county whose person it is.

    Two that contradict (gone by one word, still there by the other) both stay, to be settled by hand. Of two
    placements none goes, since each has its own.
    """
    done: list[Folded] = []
    kept: list[EmploymentSpell] = []
    for spell in sorted(spells_of(session, worker_id), key=_rank):
        same = next((one for one in kept if _is_same(one, spell)), None)
        if same is None:
            kept.append(spell)
        else:
            done.append(_fold(session, actor, spell, same, home))
    duties_of_each(session, actor, [worker_id], (), today)
    return done


def part_spells(session: Session, actor: Actor, folded: list[Folded]) -> list[int]:
    """Bring every folded spell back as it was, with what stood on it, before the rows of the two people part.

    Returns those that an end had to verify, for :func:`duties_of_each`.
    """
    for one in reversed(folded):
        values = {name: _restored(SPELLS.c[name], value) for name, value in one["spell"].items()}
        into = session.get_one(EmploymentSpell, one["into"])
        for name, (before, after) in one["filled"].items():
            if _plain(getattr(into, name)) == after:
                setattr(into, name, _restored(SPELLS.c[name], before))
        session.flush()
        session.execute(insert(SPELLS).values(values))
        for column in _pointing():
            if rows := one["rows"].get(str(column)):
                table = column.table
                back = update(table).where(table.c.id.in_(rows), column == into.id)
                session.execute(back.values({column.name: values["id"]}))
        session.expire_all()
        spell = session.get_one(EmploymentSpell, values["id"])
        for each in (into, spell):
            weigh(each)
        record(session, actor, EventTag.SPELL_BEGIN, spell, worker=spell.worker_id, kind=spell.kind.value)
    session.flush()
    return [one["spell"]["id"] for one in folded if one["waited"]]


def duties_of_each(
    session: Session, actor: Actor, worker_ids: Sequence[int], spell_ids: Sequence[int], today: date
) -> None:
    """Let every open duty count for whose it is now (of two about one person the later one stays), and tell
    those of ``spell_ids`` anew of which none waits."""
    waiting = select(Duty).where(Duty.worker_id.in_(worker_ids), Duty.state.in_(OPEN_DUTIES))
    rows = list(session.scalars(waiting.order_by(Duty.due_on.desc(), Duty.id.desc())))
    for row in rows:
        row.active_worker_id = None
    session.flush()
    latest = {row.worker_id: row for row in reversed(rows)}
    for row in rows:
        if latest[row.worker_id] is row:
            row.active_worker_id = row.worker_id
        else:
            DUTY_WORKFLOW.advance(session, row, "lapse", CLOCK)
    session.flush()
    for number in spell_ids:
        spell = session.get_one(EmploymentSpell, number)
        if spell.worker_id not in latest:
            tell_flip(session, spell, spell.ended_on is None, actor, today)


def _rank(spell: EmploymentSpell) -> tuple[bool, date, int]:
    """The one that stays comes first: that of an arrival, else the earliest."""
    return spell.placement_id is None, spell.began_on, spell.id


def _is_same(one: EmploymentSpell, other: EmploymentSpell) -> bool:
    if one.ended_on != other.ended_on or (one.placement_id and other.placement_id):
        return False
    return Workplace(one.kind, one.place_code, one.employer_name, one.employer_id).is_that_of(other)


def _fold(session: Session, actor: Actor, gone: EmploymentSpell, into: EmploymentSpell, home: str) -> Folded:
    session.flush()
    kept = {column.name: _plain(getattr(gone, column.name)) for column in SPELLS.columns}
    filled = {}
    for name, value in _taken(gone, into, home):
        filled[name] = [_plain(getattr(into, name)), _plain(value)]
        setattr(into, name, value)
    said = {"began_on": str(gone.began_on), "employer_id": gone.employer_id, "place": gone.place_code}
    words = {"worker": gone.worker_id, "other": into.id, "from": said}
    record(session, actor, EventTag.SPELL_WITHDRAW, gone, reason="merged", **words)
    waited = session.scalar(select(Duty.id).where(Duty.spell_id == gone.id, Duty.state.in_(OPEN_DUTIES)))
    rows = {str(column): _move(session, column, gone.id, into.id) for column in _pointing()}
    session.flush()
    session.execute(delete(SPELLS).where(SPELLS.c.id == gone.id))
    session.expunge(gone)
    session.expire(into)
    weigh(into)
    session.flush()
    rows = {name: numbers for name, numbers in rows.items() if numbers}
    return {"spell": kept, "into": into.id, "filled": filled, "rows": rows, "waited": waited is not None}


def _taken(gone: EmploymentSpell, into: EmploymentSpell, home: str) -> Iterator[tuple[str, Any]]:
    """What the spell that stays learns from the other: its earlier beginning, and what it did not know."""
    for name in FILLED:
        if getattr(into, name) is None and (value := getattr(gone, name)) is not None:
            yield name, value
    if gone.began_on < into.began_on:
        yield from ((name, getattr(gone, name)) for name in BEGINNING)
    if into.county_code != home and gone.county_code == home:
        yield from ((name, getattr(gone, name)) for name in HOME)


def _pointing() -> list[Column[Any]]:
    """Every column, of whatever table, that points at a spell."""
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.references(SPELLS)
    ]


def _move(session: Session, column: Column[Any], gone: int, into: int) -> list[int]:
    rows = list(session.scalars(select(column.table.c.id).where(column == gone)))
    if rows:
        session.execute(update(column.table).where(column == gone).values({column.name: into}))
    return rows


# --- what JSON keeps ------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


def _restored(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, EnumText):
        return column.type.kind(value)
    if isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
