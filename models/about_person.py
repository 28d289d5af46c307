"""Which rows of the audit are about a person: the audit knows rows, and whose they are the tables tell.

What is noted for many at once (a class's lessons, a claim, an import, a roster taken as a file) is part of
it, since the person was among them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.orm import Session

from models.access import Grant
from models.cooperation.entry_person import EntryPerson
from models.employment.difference import Difference
from models.employment.duty import Duty
from models.employment.newcomer import Newcomer
from models.employment.spell import EmploymentSpell, SpellEvidence
from models.hukou.case import HukouCase, HukouDocument, HukouFollowUp
from models.hukou.fact import PersonFact
from models.lists import ListExport
from models.match_run import MatchAdjustment
from models.people.intake import Duplicate, ImportRow
from models.people.worker import Worker, WorkerExport, records_of
from models.placement.evidence_paper import EvidencePaper
from models.placement.placement import FollowUp, Placement
from models.problems.first_call import FirstCall
from models.problems.problem import Problem
from models.problems.problem_file import ProblemFile
from models.problems.warning import WarningCall
from models.training.certificate import Certificate
from models.training.claim_paper import ClaimPaper
from models.training.enrolment import Enrolment
from models.training.lesson import Attendance
from models.training.recovery import Recovery
from models.training.subsidy import ClaimLine, PublicNotice
from models.user import User


def _subjects(worker: Worker, people: Sequence[int]) -> Iterator[tuple[str, Select[Any]]]:
    """(what the audit calls it, the numbers of the rows): everything about the person, whose records
    ``people`` are."""
    placements = select(Placement.id).where(Placement.worker_id.in_(people))
    enrolments = select(Enrolment.id).where(Enrolment.worker_id.in_(people))
    cases = select(HukouCase.id).where(HukouCase.worker_id.in_(people))
    claims = select(ClaimLine.claim_id).where(ClaimLine.enrolment_id.in_(enrolments))
    marks = select(Attendance).where(Attendance.enrolment_id.in_(enrolments))
    yield "user", select(User.id).where(User.worker_id.in_(people))
    yield (
        "duplicate",
        select(Duplicate.id).where(or_(Duplicate.worker_id.in_(people), Duplicate.other_id.in_(people))),
    )
    yield "import_batch", select(ImportRow.batch_id).where(ImportRow.worker_id.in_(people))
    yield "worker_export", _exports(worker)
    yield "list_export", _lists(worker)
    yield "match_run", select(MatchAdjustment.run_id).where(MatchAdjustment.worker_id.in_(people))
    yield "placement", placements
    yield (
        "departure",
        select(Placement.departure_id).where(
            Placement.worker_id.in_(people), Placement.departure_id.is_not(None)
        ),
    )
    yield "follow_up", select(FollowUp.id).where(FollowUp.placement_id.in_(placements))
    spells = select(EmploymentSpell.id).where(EmploymentSpell.worker_id.in_(people))
    evidence = select(SpellEvidence.id).where(SpellEvidence.spell_id.in_(spells))
    yield "employment_spell", spells
    yield "difference", select(Difference.id).where(Difference.worker_id.in_(people))
    yield "duty", select(Duty.id).where(Duty.worker_id.in_(people))
    yield "newcomer", select(Newcomer.id).where(Newcomer.worker_id.in_(people))
    yield (
        "evidence_paper",
        select(EvidencePaper.id).join(FollowUp).where(FollowUp.placement_id.in_(placements)),
    )
    problems = select(Problem.id).where(Problem.worker_id.in_(people))
    yield "problem", problems
    yield "problem_file", select(ProblemFile.id).where(ProblemFile.problem_id.in_(problems))
    yield "first_call", select(FirstCall.id).where(FirstCall.placement_id.in_(placements))
    yield "warning_call", select(WarningCall.id).where(WarningCall.placement_id.in_(placements))
    yield "evidence_paper", select(EvidencePaper.id).where(EvidencePaper.spell_evidence_id.in_(evidence))
    yield "enrolment", enrolments
    yield "entry_person", select(EntryPerson.id).where(EntryPerson.worker_id.in_(people))
    yield "cohort", select(Enrolment.class_id).where(Enrolment.worker_id.in_(people))
    yield "lesson", marks.with_only_columns(Attendance.lesson_id)
    yield "attendance", marks.with_only_columns(Attendance.id)
    yield "certificate", select(Certificate.id).where(Certificate.worker_id.in_(people))
    yield "claim", claims
    yield "claim_paper", select(ClaimPaper.id).where(ClaimPaper.claim_id.in_(claims))
    yield "public_notice", select(PublicNotice.id).where(PublicNotice.claim_id.in_(claims))
    yield "recovery", select(Recovery.id).join(ClaimLine).where(ClaimLine.enrolment_id.in_(enrolments))
    yield "settlement_case", cases
    yield "settlement_document", select(HukouDocument.id).where(HukouDocument.worker_id.in_(people))
    yield "settlement_follow_up", select(HukouFollowUp.id).where(HukouFollowUp.case_id.in_(cases))
    yield "person_fact", select(PersonFact.id).where(PersonFact.worker_id.in_(people))


def accounts_of(worker: Worker) -> Select[int]:
    """The person's own accounts."""
    return select(User.id).where(User.worker_id.in_(records_of(worker.id)))


def _exports(worker: Worker) -> Select[int]:
    """Rosters taken as a file by those who work for the person's county: the person may be in them."""
    code = worker.county_code
    offices = [code, f"{code[:4]}00", f"{code[:2]}0000"]
    takers = select(Grant.user_id).where(Grant.area_code.in_(offices))
    county = WorkerExport.filters["county"].as_string()
    return select(WorkerExport.id).where(
        WorkerExport.user_id.in_(takers),
        WorkerExport.created_at >= worker.created_at,
        or_(county.is_(None), county == code),
    )


def _lists(worker: Worker) -> Select[int]:
    """Lists taken as a file by those who work where the person is from: the person may be in them."""
    code = worker.county_code
    takers = select(Grant.user_id).where(Grant.area_code.in_([code, f"{code[:4]}00", f"{code[:2]}0000"]))
    return select(ListExport.id).where(
        ListExport.user_id.in_(takers),
        ListExport.created_at >= worker.created_at,
        ListExport.purpose != "",
    )


def subjects_of(session: Session, worker: Worker) -> list[str]:
    """What the audit calls all that is about the person."""
    people = session.scalars(records_of(worker.id)).all()
    # One question: asked table by table, they were half of what a person's page asks.
    parts = [rows.add_columns(literal(table)) for table, rows in _subjects(worker, people)]
    found = {f"{table}:{number}" for number, table in session.execute(union_all(*parts))}
    return [*(f"worker:{number}" for number in people), *sorted(found)]
