"""Where a roster says that people work (务工所在地, 务工企业名称), written down as employment spells.

The register's own columns keep the words as they are; a spell counts among those at home, in a paired city or
elsewhere. It is by word of mouth, and the row of the file is its evidence. A roster tells how many months of
a year somebody is away, never since when: the first day is "at the latest from the day it was told".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from app.kit import slices
from app.kit.slices import LEAST, Slices
from app.workers.intake.plan import Planned
from app.workers.intake.write import Tell
from models.access import Actor
from models.employment.places import Places
from models.employment.recording import Workplace, add_evidence, begin_spell, spells_of, withdraw_spell
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind
from models.i18n import N_, Sentence
from models.people.intake import BatchState, ImportBatch, ImportRow, RowOutcome
from models.people.worker import Worker
from models.workflow import TransitionRefused

WRITING = N_("把务工地记到用工经历")
FIELDS = ("work_place", "work_employer")
AT_HOME = "未就业"
NAMED = 100
_SHOWN = Sentence("花名册“%(file)s”%(sheet)s第 %(row)s 行")
_SHOWN_MONTHS = Sentence("花名册“%(file)s”%(sheet)s第 %(row)s 行，一年里务工 %(months)s 个月")
TAKEN_BACK = Sentence("导入的花名册撤回了")


@dataclass
class Told:
    """What became of the rows: spells written or shown once more, places nobody knows, and rows against which
    another spell stands."""

    written: int = 0
    unplaced: int = 0
    clashes: int = 0

    def counts(self) -> dict[str, int]:
        """For the batch."""
        return {"work": self.written, "work_unplaced": self.unplaced, "work_clashes": self.clashes}


def is_told(row: Planned) -> bool:
    """Whether a planned row says anew that its person works somewhere."""
    if row.outcome is RowOutcome.NEW:
        values = (row.payload or {}).get("values", {})
        return bool(values.get("work_place")) and values.get("work_status") != AT_HOME
    changes: Mapping[str, Any] = row.changes or {}
    return any(changes[name][1] for name in FIELDS if name in changes)


def write_told(session: Session, actor: Actor, batch: ImportBatch, today: date, tell: Tell) -> Told:
    """Write down the work of everybody a batch brought or changed; commits, a slice at a time.

    Done again it finds its work done. A batch that was taken back meanwhile is left alone.
    """
    batch_id, filename, total = batch.id, batch.filename, batch.counts.get("new", 0)
    total += batch.counts.get("changed", 0)
    places, told, last, done = Places(session, batch.county_code), Told(), 0, 0
    pieces = Slices()
    pieces.size = LEAST
    while rows := _next(session, batch_id, last, pieces.size):
        last, done = rows[-1].id, done + len(rows)
        with pieces.one(session):
            batch = session.get_one(ImportBatch, batch_id, populate_existing=True)
            if batch.state is not BatchState.CONFIRMED:
                break
            for row in session.scalars(_rows([one.id for one in rows])):
                _write(session, actor, row, filename, places, today, told)
            batch.counts = batch.counts | told.counts()
        tell(WRITING, done, total)
    session.rollback()
    return told


def _next(session: Session, batch_id: int, last: int, most: int) -> Sequence[Any]:
    slices.read(session)
    rows = (
        select(ImportRow.id)
        .join(Worker, Worker.id == ImportRow.worker_id)
        .where(ImportRow.batch_id == batch_id, ImportRow.id > last, ~ImportRow.is_left_out)
        .where(ImportRow.outcome.in_((RowOutcome.NEW, RowOutcome.CHANGED)), Worker.work_place != "")
        .order_by(ImportRow.id)
    )
    return session.execute(rows.limit(most)).all()


def _rows(numbers: Sequence[int]) -> Select[ImportRow]:
    rows = select(ImportRow).where(ImportRow.id.in_(numbers)).options(undefer(ImportRow.changes))
    return rows.order_by(ImportRow.id)


def _write(
    session: Session,
    actor: Actor,
    row: ImportRow,
    filename: str,
    places: Places,
    today: date,
    told: Told,
) -> None:
    worker = session.get_one(Worker, row.worker_id)
    is_news = row.outcome is RowOutcome.NEW or any(name in (row.changes or {}) for name in FIELDS)
    if not is_news or worker.work_status == AT_HOME or worker.erased_at is not None:
        return
    if session.scalar(select(SpellEvidence.id).where(SpellEvidence.import_row_id == row.id)) is not None:
        told.written += 1  # by a try before this one
        return
    place = places.code_of(worker.work_place)
    if place is None:
        told.unplaced += 1
        return
    workplace = Workplace(SpellKind.ENTERPRISE, place, worker.work_employer[:NAMED])
    version = worker.version
    try:
        with session.begin_nested():
            _show(session, actor, row, worker, workplace, filename, today)
    except TransitionRefused:
        told.clashes += 1
        return
    told.written += 1
    if row.worker_version == version:  # that the person is at work now is no hand's change of the row
        row.worker_version = worker.version


def _show(
    session: Session,
    actor: Actor,
    row: ImportRow,
    worker: Worker,
    workplace: Workplace,
    filename: str,
    today: date,
) -> None:
    words = {"file": filename, "sheet": row.sheet, "row": row.row, "months": worker.months_away}
    spell = next((one for one in spells_of(session, worker.id) if _is_same(one, workplace)), None)
    if spell is None:
        spell = begin_spell(
            session, worker, workplace, today, actor=actor, today=today, began_known=False, evidence=None
        )
    shown = add_evidence(
        session,
        spell,
        EvidenceKind.WORD,
        shown_on=today,
        actor=actor,
        today=today,
        note=str(Sentence((_SHOWN_MONTHS if worker.months_away else _SHOWN).text, words))[:300],
    )
    shown.import_row_id = row.id
    session.flush()


def _is_same(spell: EmploymentSpell, workplace: Workplace) -> bool:
    nameless = not workplace.employer_name
    return spell.ended_on is None and (
        workplace.is_that_of(spell) or (nameless and spell.place_code == workplace.place_code)
    )


# --- taken back -------------------------------------------------------------------------------------------


def take_back_told(session: Session, actor: Actor, batch_id: int) -> int:
    """Withdraw the spells that only the rows of a batch have shown; how many. Commits, a slice at a time."""
    pieces, gone = Slices(), 0
    pieces.size = LEAST
    of_batch = select(ImportRow.id).where(ImportRow.batch_id == batch_id)
    while True:
        slices.read(session)
        shown = select(SpellEvidence.id).where(SpellEvidence.import_row_id.in_(of_batch))
        numbers = session.scalars(shown.order_by(SpellEvidence.id).limit(pieces.size)).all()
        if not numbers:
            break
        with pieces.one(session):
            for row in session.scalars(select(SpellEvidence).where(SpellEvidence.id.in_(numbers))).all():
                gone += _take_back(session, actor, row)
    session.rollback()
    return gone


def _take_back(session: Session, actor: Actor, row: SpellEvidence) -> int:
    spell = row.spell
    is_alone = len(spell.evidence) == 1 and not spell.began_known
    if is_alone and spell.ended_on is None and spell.placement_id is None and row.verified_at is None:
        withdraw_spell(session, spell, str(TAKEN_BACK), actor=actor)
        return 1
    row.import_row_id = None  # somebody else built on it: it stays, as what was once said
    return 0
