"""Lists of this room: certificates by key, the learners of a class with marks, graduates with their jobs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.training.certification.operations.certificates import tidy_number
from app.training.certification.operations.progress import is_placed
from app.training.certification.rules import classmates
from models.access import Actor, Permission, visible_to
from models.jobs.order import Order
from models.placement.placement import Placement
from models.training.agreement import Breach
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.training_class import TrainingClass

PAGE = 50


def page_of(
    session: Session, actor: Actor, wanted: str = "", after: int | None = None
) -> tuple[list[Certificate], int | None]:
    """Return one page of certificates whose number begins with ``wanted``, the newest first, and the next
    key."""
    statement = select(Certificate).options(
        joinedload(Certificate.worker), joinedload(Certificate.training_class)
    )
    statement = visible_to(actor, statement, Certificate, Permission.ENROLMENT_READ)
    if number := tidy_number(wanted):
        statement = statement.where(Certificate.number >= number, Certificate.number < f"{number}\U0010ffff")
    if after:
        statement = statement.where(Certificate.id < after)
    rows = list(session.scalars(statement.order_by(Certificate.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def certificates_of(session: Session, training_class: TrainingClass) -> dict[int, Certificate]:
    """Return the class's certificates by enrolment, in the order of seats."""
    statement = (
        select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.class_id == training_class.id)
        .options(joinedload(Certificate.worker))
        .order_by(Enrolment.seat, Certificate.id)
    )
    return {row.enrolment_id: row for row in session.scalars(statement)}


def own_certificates(session: Session, actor: Actor) -> Sequence[Certificate]:
    """Return a worker's own certificates, the newest first."""
    statement = select(Certificate).options(joinedload(Certificate.worker)).order_by(Certificate.id.desc())
    return session.scalars(visible_to(actor, statement, Certificate, Permission.PORTAL)).all()


@dataclass(frozen=True)
class Graduate:
    """One graduate on the way into the promised job. Wages in fen a month: as told, and as found last."""

    enrolment: Enrolment
    placement: Placement | None
    breach: Breach | None
    told_fen: int | None
    found_fen: int | None

    @property
    def needs_reason(self) -> bool:
        """Whether it still has to be said why the person is not in a job."""
        return self.breach is None and not is_placed(self.placement)


def graduates(session: Session, training_class: TrainingClass) -> list[Graduate]:
    """Return the graduates of a class with their placements, by seat. Four statements, whatever the class."""
    finished = [one for one in classmates(session, training_class) if one.state is EnrolmentState.FINISHED]
    ids = [one.placement_id for one in finished if one.placement_id]
    statement = (
        select(Placement)
        .where(Placement.id.in_(ids))
        .options(joinedload(Placement.order).joinedload(Order.enterprise), selectinload(Placement.follow_ups))
    )
    placements = {row.id: row for row in session.scalars(statement)}
    said = select(Breach).where(Breach.enrolment_id.in_([one.id for one in finished])).order_by(Breach.id)
    breaches = {row.enrolment_id: row for row in session.scalars(said)}
    return [_graduate(one, placements.get(one.placement_id or 0), breaches.get(one.id)) for one in finished]


def _graduate(enrolment: Enrolment, placement: Placement | None, breach: Breach | None) -> Graduate:
    told = placement.told_wage_fen if placement else None
    found = (
        [visit.wage_fen for visit in placement.follow_ups if visit.wage_fen is not None] if placement else []
    )
    return Graduate(enrolment, placement, breach, told, found[-1] if found else None)


def kept_places(session: Session, training_class: TrainingClass) -> PlaceReservation | None:
    """Return what the agreement keeps of its job's places."""
    return session.scalar(
        select(PlaceReservation).where(PlaceReservation.agreement_id == training_class.agreement_id)
    )
