"""The sheet of people already at work here: kept for its preview, confirmed once, taken back as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.spells.newcomer_sheet import CONSENT, COUNTY_CODE
from app.employment.spells.operations import newcomers
from app.employment.spells.operations.newcomers import Told, Written
from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.reading import Line, Reading
from app.kit.unseen import write_unseen
from models import opening_budget
from models.access import Actor, Role
from models.clock import day_of
from models.employment.newcomer import Newcomer, NewcomerState
from models.employment.newcomer_batch import NewcomerBatch
from models.employment.recording import withdraw_spell
from models.employment.showing import remove_evidence
from models.employment.spell import EmploymentSpell, SpellEvidence
from models.i18n import Sentence
from models.placement.leaving import Channel
from models.reference.organisation import Organisation
from models.workflow import TransitionRefused

KINDS = ("newcomer", "spell", "evidence")
TAKEN_BACK = Sentence("登记这张表的单位撤回了这张表")
NOT_CONFIRMED = Sentence("这张表还没有登记，不用撤回。")
UNDONE_BEFORE = Sentence("这张表已经撤回过了。")


@dataclass
class Confirmed:
    """How many were told of; ``refused``: rows that do not fit any more, with the reason; ``written``: the
    numbers of what was written, by kind."""

    told: int = 0
    refused: list[Sentence] = field(default_factory=list)
    written: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


@dataclass
class Undone:
    """How many were taken back, and how many stay since another end has dealt with them."""

    gone: int = 0
    kept: int = 0


def keep(session: Session, actor: Actor, filename: str, reading: Reading) -> NewcomerBatch:
    """Keep what was read until it is confirmed."""
    city = None if actor.organisations(Role.ENTERPRISE) else next(iter(actor.areas(Role.CITY)), None)
    firm = next(iter(actor.organisations(Role.ENTERPRISE)), None)
    batch = NewcomerBatch(
        enterprise_id=firm, city_code=city, user_id=actor.user_id, filename=filename, written={}
    )
    return batches.keep(session, batch, reading)


def confirm(session: Session, actor: Actor, batch: NewcomerBatch, now: datetime, most: int) -> Confirmed:
    """Tell of everybody of the good rows, as the form does; what it refuses is told beside the result.

    Raises TransitionRefused the second time, and for more than ``most`` new people in a day.
    """
    today, batch_id, enterprise_id = day_of(now), batch.id, batch.enterprise_id
    good = batches.unconfirmed(batch).good

    def write(lines: Sequence[Line], _nothing: None) -> Confirmed:
        employer = session.get(Organisation, enterprise_id) if enterprise_id else None
        return _write_lines(session, actor, employer, lines, today)

    parts = write_unseen(
        session, good, write, lambda: opening_budget.spend_numbers(session, actor, len(good), today, most)
    )
    batch = session.get_one(NewcomerBatch, batch_id)
    batches.confirm_once(batch, now)
    batch.written = {kind: [one for part in parts for one in part.written[kind]] for kind in KINDS}
    return Confirmed(sum(one.told for one in parts), [one for part in parts for one in part.refused])


def _write_lines(
    session: Session, actor: Actor, employer: Organisation | None, lines: Sequence[Line], today: date
) -> Confirmed:
    done = Confirmed()
    for line in lines:
        workplace = newcomers.workplace_of(actor, employer, line.cells.get("employer", "")[:100])
        try:
            one = newcomers.register(session, actor, _told(line), workplace, today)
        except TransitionRefused as refused:
            words = {"name": line.cells["name"], "why": refused.sentence}
            done.refused.append(Sentence("%(name)s：%(why)s", words))
            continue
        session.flush()
        _note(one, done.written)
        done.told += 1
    return done


def _told(line: Line) -> Told:
    cells = line.cells
    return Told(
        cells["name"],
        cells["number"],
        line.raw[COUNTY_CODE][0],
        date.fromisoformat(cells["began_on"][:10]),
        Channel(line.raw[CONSENT][0]),
        cells.get("phone") or None,
        cells.get("township", "")[:40],
    )


def _note(one: Written, written: dict[str, list[int]]) -> None:
    if one.newcomer is not None:
        written["newcomer"].append(one.newcomer.id)
    elif one.evidence is not None:
        written["evidence"].append(one.evidence.id)
    elif one.spell is not None:
        written["spell"].append(one.spell.id)


def undo(session: Session, actor: Actor, batch: NewcomerBatch, now: datetime) -> Undone:
    """Take back what the sheet told, but for people whom their county, a verification or another end's word
    has dealt with since. Raises TransitionRefused for a sheet not confirmed, and the second time."""
    if batch.confirmed_at is None:
        raise TransitionRefused(NOT_CONFIRMED)
    if batch.undone_at is not None:
        raise TransitionRefused(UNDONE_BEFORE)
    done, written = Undone(), batch.written
    for row in session.scalars(select(Newcomer).where(Newcomer.id.in_(written.get("newcomer", ())))):
        _count(done, row.state is NewcomerState.WAITING)
        if row.state is NewcomerState.WAITING:
            newcomers.take_back(session, actor, row)
    for number in written.get("evidence", ()):
        shown = session.get(SpellEvidence, number)
        _count(done, shown is not None and shown.verified_at is None)
        if shown is not None and shown.verified_at is None:
            remove_evidence(session, shown, str(TAKEN_BACK), actor=actor)
    for number in written.get("spell", ()):
        spell = session.get(EmploymentSpell, number)
        _count(done, spell is not None and _take_back(session, actor, spell))
    batch.undone_at = now
    return done


def _take_back(session: Session, actor: Actor, spell: EmploymentSpell) -> bool:
    if spell.placement_id is not None or spell.ended_on is not None or len(spell.evidence) > 1:
        return False
    try:
        withdraw_spell(session, spell, str(TAKEN_BACK), actor=actor)
    except TransitionRefused:
        return False
    return True


def _count(done: Undone, is_gone: bool) -> None:
    done.gone, done.kept = done.gone + is_gone, done.kept + (not is_gone)
