"""The county's sheet of who works where, kept for its preview and confirmed once."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.spells.operations import spells
from app.employment.spells.sheet import Named, Said, said, same_job, spells_by_person
from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.reading import Line, Reading
from app.kit.unseen import write_unseen
from models.access import Actor, Permission, visible_to
from models.clock import day_of
from models.employment.recording import add_evidence, end_spell
from models.employment.spell import EmploymentSpell, EvidenceKind
from models.employment.spell_batch import SpellBatch
from models.i18n import Refusal
from models.people.worker import Worker


def keep(session: Session, actor: Actor, county_code: str, filename: str, reading: Reading) -> SpellBatch:
    """Keep what was read until it is confirmed."""
    batch = SpellBatch(county_code=county_code, user_id=actor.user_id, filename=filename)
    return batches.keep(session, batch, reading)


@dataclass
class Confirmed:
    """What became of the good rows: spells begun, ended, shown once more, and rows that no longer fit."""

    begun: int = 0
    ended: int = 0
    shown: int = 0
    refused: int = 0


def confirm(session: Session, actor: Actor, batch: SpellBatch, now: datetime) -> Confirmed:
    """Write the good rows; one that does not fit any more is counted and left out, the others stay.

    Raises TransitionRefused the second time.
    """
    batch_id, county_code = batch.id, batch.county_code
    lines = [line for line in batches.unconfirmed(batch).good if line.subject_id]

    def write(some: Sequence[Line], _nothing: None) -> Confirmed:
        return _write_lines(session, actor, county_code, some, day_of(now))

    parts = write_unseen(session, lines, write)
    batches.confirm_once(session.get_one(SpellBatch, batch_id), now)
    return Confirmed(
        **{one.name: sum(getattr(part, one.name) for part in parts) for one in fields(Confirmed)}
    )


def _write_lines(
    session: Session, actor: Actor, county_code: str, lines: Sequence[Line], today: date
) -> Confirmed:
    done = Confirmed()
    numbers = [line.subject_id for line in lines if line.subject_id]
    people: dict[int, Worker] = {}
    for start in range(0, len(numbers), 500):
        rows = select(Worker).where(Worker.id.in_(numbers[start : start + 500]))
        visible = visible_to(actor, rows, Worker, Permission.WORKER_WRITE)
        people.update({one.id: one for one in session.scalars(visible)})
    known, places = spells_by_person(session, numbers, with_evidence=True), Named(session, county_code)
    for line in lines:
        worker = people.get(line.subject_id or 0)
        told = said(line, places) if worker else None
        if worker is None or told is None:
            done.refused += 1
            continue
        try:
            # Only who comes and goes by one row may be refused halfway.
            with session.begin_nested() if told.ended_on else nullcontext():
                _write(session, actor, worker, told, known[worker.id], done, today)
        except Refusal:
            done.refused += 1
    return done


def _write(
    session: Session,
    actor: Actor,
    worker: Worker,
    told: Said,
    mine: list[EmploymentSpell],
    done: Confirmed,
    today: date,
) -> None:
    spell = same_job(told, mine)
    if spell is None:
        began_on = told.began_on or told.ended_on or today
        spell = spells.begin(
            session,
            actor,
            worker,
            told.workplace,
            began_on,
            today,
            began_known=told.began_on is not None,
            is_part_time=told.is_part_time,
            overlap_reason=told.overlap_reason,
            seeks_other=told.seeks_other,
            ended_on=told.ended_on,
        )
        mine.append(spell)
        done.begun += 1
    elif told.ended_on is None:
        add_evidence(session, spell, EvidenceKind.WORD, shown_on=today, actor=actor, today=today)
        if told.seeks_other is not None:
            spell.seeks_other = told.seeks_other
        done.shown += 1
    if told.ended_on is not None:
        end_spell(session, spell, told.ended_on, told.end_reason, actor=actor, today=today)
        done.ended += 1
