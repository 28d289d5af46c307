"""One spell: begun and ended by hand, shown by evidence with its file, verified by the receiving city."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import did_to, record
from models.employment import recording
from models.employment.recording import add_evidence
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.worker import Worker
from models.placement.evidence_paper import EvidencePaper, Pages, keep_paper
from models.reference.organisation import Organisation
from models.second_person import second_persons
from models.two_person_acts import EVIDENCE_VERIFIED
from models.workflow import TransitionRefused

UNOPENED = Sentence("凭据你还没有打开看过，看过才能核实。")
VERIFIED_BEFORE = Sentence("这份凭据已经核实过了。")
OF_FOLLOW_UP = Sentence("这是回访的凭据，请在“核实回访”里核实。")
GONE = Sentence("这条记录已停用，不能登记用工经历。")


def begin(
    session: Session,
    actor: Actor,
    worker: Worker,
    workplace: recording.Workplace,
    began_on: date,
    today: date,
    *,
    began_known: bool = True,
    is_part_time: bool | None = None,
    overlap_reason: str = "",
    seeks_other: bool | None = None,
    ended_on: date | None = None,
) -> EmploymentSpell:
    """Somebody works somewhere, by the word of whoever tells it; ``ended_on``: the caller ends it next.

    Raises TransitionRefused for a record that is no longer used, and what begin_spell raises.
    """
    if worker.merged_into_id is not None or worker.erased_at is not None:
        raise TransitionRefused(GONE)
    return recording.begin_spell(
        session,
        worker,
        workplace,
        began_on,
        actor=actor,
        today=today,
        began_known=began_known,
        is_part_time=is_part_time,
        overlap_reason=overlap_reason,
        seeks_other=seeks_other,
        ended_on=ended_on,
    )


def show(
    session: Session,
    actor: Actor,
    spell: EmploymentSpell,
    kind: EvidenceKind,
    shown_on: date,
    today: date,
    *,
    month: date | None = None,
    wage_fen: int | None = None,
    note: str = "",
    pages: Pages | None = None,
) -> SpellEvidence:
    """Keep what shows that somebody works there, with the file where there is one."""
    given = {"month": month, "wage_fen": wage_fen, "note": note}
    row = add_evidence(session, spell, kind, shown_on=shown_on, actor=actor, today=today, **given)  # type: ignore[arg-type]
    if pages is not None:
        session.flush()
        keep_paper(session, actor, row, pages, kind=kind.value)
    return row


def verify_refusals(
    session: Session, actor: Actor, row: SpellEvidence, paper: EvidencePaper | None
) -> list[Sentence]:
    """Why ``actor`` cannot verify a piece of evidence, all reasons."""
    return each_refusals(session, actor, [row], {} if paper is None else {row.id: paper})[row.id]


def each_refusals(
    session: Session, actor: Actor, rows: Sequence[SpellEvidence], papers: Mapping[int, EvidencePaper]
) -> dict[int, list[Sentence]]:
    """:func:`verify_refusals` of each piece of a spell, by as many queries as of one."""
    opened = did_to(session, actor, EventTag.EVIDENCE_OPEN, papers.values())
    said = second_persons(EVIDENCE_VERIFIED, rows, actor)
    return {
        row.id: _refusals(row, reasons, papers.get(row.id), opened)
        for row, reasons in zip(rows, said, strict=True)
    }


def _refusals(
    row: SpellEvidence, said: list[Sentence], paper: EvidencePaper | None, opened: set[int]
) -> list[Sentence]:
    if row.verified_at is not None:
        return [VERIFIED_BEFORE]
    if row.follow_up_id is not None:
        return [OF_FOLLOW_UP]
    return [*said, UNOPENED] if paper is not None and paper.id not in opened else said


def verify(
    session: Session, actor: Actor, row: SpellEvidence, paper: EvidencePaper | None, now: datetime
) -> None:
    """The receiving city has looked at it. Raises TransitionRefused with all reasons."""
    if reasons := verify_refusals(session, actor, row, paper):
        raise TransitionRefused(*reasons)
    row.verified_at, row.verified_by_id = now, actor.user_id
    record(session, actor, EventTag.SPELL_VERIFY, row.spell, evidence=row.level, kind=row.kind.value)


def known_employer(session: Session, name: str, place_code: str) -> Organisation | None:
    """The organisation of the platform that is called so, in that city; None where none or several are."""
    called = select(Organisation).where(
        Organisation.name == name.strip(), Organisation.merged_into_id.is_(None)
    )
    near = [one for one in session.scalars(called) if one.area_code[:4] == place_code[:4]]
    return near[0] if len(near) == 1 else None
