"""Training (domain.md 6, 劳务协作④): classes, persons, person-times, certificates, subsidies paid."""

from typing import Any

from sqlalchemy import Select, case, select

from app.reports.formulas.question import Formula, Part, Question, row_columns
from models.access import visible_to
from models.training.certificate import Certificate
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState
from models.training.subsidy import LedgerEntry
from models.training.training_class import BEFORE_OPENING, ClassState, TrainingClass

# A class is counted in the year it begins in, once it has been opened.
_NOT_HELD = (*BEFORE_OPENING, ClassState.CANCELLED)


def _in_year(asked: Question) -> Any:
    return TrainingClass.starts_on.between(asked.since, asked.on) & TrainingClass.state.not_in(_NOT_HELD)


def classes(asked: Question) -> Select[Any]:
    """Classes begun in the year."""
    rows: Select[Any] = select(
        *row_columns(TrainingClass.county_code, TrainingClass.id, TrainingClass.id)
    ).where(_in_year(asked))
    return visible_to(asked.pair.viewer, rows, TrainingClass)


def _learners(asked: Question, once: Any, part: Any = Part.COUNTED) -> Select[Any]:
    rows = (
        select(*row_columns(Enrolment.county_code, Enrolment.id, once, part))
        .join(TrainingClass)
        .where(_in_year(asked), Enrolment.state.in_(IN_CLASS))
    )
    return visible_to(asked.pair.viewer, rows, Enrolment)


def people(asked: Question) -> Select[Any]:
    """Persons: who sat in two classes counts once."""
    return _learners(asked, Enrolment.worker_id)


def times(asked: Question) -> Select[Any]:
    """Person-times: who sat in two classes counts twice."""
    return _learners(asked, Enrolment.id)


def finished(asked: Question) -> Select[Any]:
    """Of the person-times how many finished; of whom still sits in a class nobody knows yet."""
    part = case(
        (Enrolment.state == EnrolmentState.FINISHED, Part.COUNTED.value),
        (Enrolment.state == EnrolmentState.ENROLLED, Part.UNKNOWN.value),
        else_=Part.WHOLE.value,
    )
    return _learners(asked, Enrolment.id, part)


def certified(asked: Question) -> Select[Any]:
    """Persons with a certificate issued in the year and not revoked."""
    rows: Select[Any] = select(
        *row_columns(Certificate.county_code, Certificate.id, Certificate.worker_id)
    ).where(Certificate.issued_on.between(asked.since, asked.on), Certificate.revoked_at.is_(None))
    return visible_to(asked.pair.viewer, rows, Certificate)


def subsidies(asked: Question) -> Select[Any]:
    """Training subsidies that left the account in the year, in fen."""
    rows: Select[Any] = select(
        *row_columns(LedgerEntry.county_code, LedgerEntry.id, LedgerEntry.id, amount=LedgerEntry.amount_fen)
    ).where(LedgerEntry.paid_on.between(asked.since, asked.on))
    return visible_to(asked.pair.viewer, rows, LedgerEntry)


FORMULAS = (
    Formula("classes", TrainingClass.__tablename__, classes),
    Formula("trained_people", Enrolment.__tablename__, people),
    Formula("trained_times", Enrolment.__tablename__, times),
    Formula("trained_finished", Enrolment.__tablename__, finished),
    Formula("certified", Certificate.__tablename__, certified),
    Formula("training_subsidies", LedgerEntry.__tablename__, subsidies),
)
