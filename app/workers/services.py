"""What a person has had of the programme besides jobs: classes, certificates, subsidies, an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.access import Actor, Permission, visible_to
from models.people.worker import Worker
from models.people.worker_account import AccountSlip, is_good
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment
from models.training.subsidy import Claim, ClaimLine
from models.training.training_class import TrainingClass
from models.user import User


@dataclass(frozen=True)
class Services:
    """Each list holds what the reader may see, the newest first."""

    enrolments: Sequence[Enrolment]
    certificates: Sequence[Certificate]
    claim_lines: Sequence[ClaimLine]
    accounts: Sequence[User]
    slip: AccountSlip | None = None
    """One that was printed and is still good."""

    def __bool__(self) -> bool:
        return bool(self.enrolments or self.certificates or self.claim_lines or self.accounts)


def services_of(session: Session, actor: Actor, worker: Worker, now: datetime) -> Services:
    """All of them for one person. An account has no scope of its own: who may read the person may know
    that there is one."""
    return Services(
        _enrolments(session, actor, worker),
        _certificates(session, actor, worker),
        _claim_lines(session, actor, worker),
        session.scalars(select(User).where(User.worker_id == worker.id).order_by(User.id)).all(),
        session.scalar(select(AccountSlip).where(AccountSlip.worker_id == worker.id, is_good(now))),
    )


def _enrolments(session: Session, actor: Actor, worker: Worker) -> Sequence[Enrolment]:
    statement = (
        select(Enrolment)
        .where(Enrolment.worker_id == worker.id)
        .order_by(Enrolment.id.desc())
        .options(joinedload(Enrolment.training_class).joinedload(TrainingClass.school))
    )
    return session.scalars(visible_to(actor, statement, Enrolment, Permission.ENROLMENT_READ)).all()


def _certificates(session: Session, actor: Actor, worker: Worker) -> Sequence[Certificate]:
    statement = select(Certificate).where(Certificate.worker_id == worker.id).order_by(Certificate.id.desc())
    return session.scalars(visible_to(actor, statement, Certificate, Permission.ENROLMENT_READ)).all()


def _claim_lines(session: Session, actor: Actor, worker: Worker) -> Sequence[ClaimLine]:
    statement = (
        select(ClaimLine)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .join(Enrolment, Enrolment.id == ClaimLine.enrolment_id)
        .where(Enrolment.worker_id == worker.id)
        .order_by(ClaimLine.id.desc())
        .options(joinedload(ClaimLine.claim))
    )
    return session.scalars(visible_to(actor, statement, Claim, Permission.CLAIM_READ)).all()
