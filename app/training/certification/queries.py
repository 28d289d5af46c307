"""Certificates by key, graduates with their jobs, what became of a class, and what waits today."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import segno
from flask import url_for
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.kit.web.addresses import printed_address
from app.kit.web.navigation import Task
from app.training.certification.operations import progress
from app.training.certification.operations.certificates import tidy_number
from models.access import Actor, Permission, Role, visible_to
from models.i18n import N_, Sentence, counted
from models.jobs.order import Order
from models.placement.placement import FOLLOW_UP_MONTHS, Evidence, FollowUp, Outcome, Placement
from models.summary.facts import PROVEN
from models.training.agreement import Breach
from models.training.certificate import Certificate
from models.training.enrolment import SEEN_BY_SCHOOL, Enrolment, EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.standard import StandardName
from models.training.standards import Figure, class_figure
from models.training.training_class import ClassState, TrainingClass

PAGE, MOST_CHARACTERS = 50, 32
BADGE = "training_classes.index"
C, E = ClassState, EnrolmentState
JUDGED = (C.EXAMINED, C.CERTIFIED, C.PLACED, C.FOLLOWED, C.CLAIMED, C.PUBLISHED, C.PAID, C.ARCHIVED)
BEGUN = (E.FINISHED, E.FAILED, E.DROPPED)


# --- certificates ---------------------------------------------------------------------------------------


def page_of(
    session: Session, actor: Actor, wanted: str = "", after: int | None = None
) -> tuple[list[Certificate], int | None]:
    """One page of certificates whose number begins with ``wanted``, the newest first, and the next key."""
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
    """The class's certificates by enrolment, in the order of seats; of several the latest."""
    statement = (
        select(Certificate)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(Certificate.class_id == training_class.id)
        .options(joinedload(Certificate.worker))
        .order_by(Enrolment.seat, Certificate.id)
    )
    return {row.enrolment_id: row for row in session.scalars(statement)}


def own_certificates(session: Session, actor: Actor) -> Sequence[Certificate]:
    """A worker's own certificates, the newest first."""
    statement = select(Certificate).options(joinedload(Certificate.worker)).order_by(Certificate.id.desc())
    return session.scalars(visible_to(actor, statement, Certificate, Permission.PORTAL)).all()


def public_certificate(session: Session, token: str) -> Certificate | None:
    """The certificate at the public address that ends in ``token``."""
    statement = select(Certificate).options(joinedload(Certificate.worker))
    return session.scalar(statement.where(Certificate.token == token[:MOST_CHARACTERS]))


def public_address(certificate: Certificate) -> str:
    """The address of a certificate's public page."""
    return printed_address("certification.verify", token=certificate.token)


def qr_picture(certificate: Certificate) -> str:
    """The QR code of the public page as an address an image can show."""
    return str(segno.make(public_address(certificate), micro=False).svg_data_uri(scale=4, border=2))


# --- graduates ------------------------------------------------------------------------------------------


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
        return self.breach is None and not progress.is_placed(self.placement)


def graduates(session: Session, training_class: TrainingClass) -> list[Graduate]:
    """The graduates of a class with their placements, by seat. Four statements, whatever the class."""
    finished = progress.graduates(session, training_class)
    statement = (
        select(Placement)
        .where(Placement.id.in_([one.placement_id for one in finished if one.placement_id]))
        .options(joinedload(Placement.order).joinedload(Order.enterprise), selectinload(Placement.follow_ups))
    )
    placements = {row.id: row for row in session.scalars(statement)}
    said = select(Breach).where(Breach.enrolment_id.in_([one.id for one in finished])).order_by(Breach.id)
    breaches = {row.enrolment_id: row for row in session.scalars(said)}
    return [_graduate(one, placements.get(one.placement_id or 0), breaches.get(one.id)) for one in finished]


def _graduate(enrolment: Enrolment, placement: Placement | None, breach: Breach | None) -> Graduate:
    if placement is None:
        return Graduate(enrolment, None, breach, None, None)
    wages = [visit.wage_fen for visit in placement.follow_ups if visit.wage_fen is not None]
    return Graduate(enrolment, placement, breach, placement.told_wage_fen, wages[-1] if wages else None)


def kept_places(session: Session, training_class: TrainingClass) -> PlaceReservation | None:
    """What the agreement keeps of its job's places."""
    return session.scalar(
        select(PlaceReservation).where(PlaceReservation.agreement_id == training_class.agreement_id)
    )


# --- what became of a class -----------------------------------------------------------------------------

GONE, UNKNOWN, NOT_DUE, ELSEWHERE = "left", "unknown", "not_due", "elsewhere"


@dataclass(frozen=True)
class MonthOutcome:
    """What is known of the hired graduates ``months`` after their arrival, in persons.

    ``by_evidence`` are those found at work in that enterprise; ``elsewhere`` works for another; ``unknown``
    is due and not known; ``not_due`` is not due yet.
    """

    months: int
    by_evidence: dict[Evidence, int]
    elsewhere: int
    left: int
    unknown: int
    not_due: int

    @property
    def employed(self) -> int:
        """Found at work in the enterprise, on whatever evidence."""
        return sum(self.by_evidence.values())

    @property
    def coverage(self) -> Fraction | None:
        """The known share of those who were due; None when none was."""
        known = self.employed + self.elsewhere + self.left
        return Fraction(known, known + self.unknown) if known + self.unknown else None


@dataclass(frozen=True)
class ClassOutcomes:
    """One class in persons.

    ``enrolled`` counts all who ever had a seat; ``placed`` those who were hired and came, ``hired`` those
    whom the enterprise of the agreement hired into the promised job.
    """

    enrolled: int
    dropped: int
    failed: int
    finished: int
    certified: int
    hired: int
    placed: int
    arrived: int
    months: tuple[MonthOutcome, ...]
    required_rate: Figure | None
    hire_share: int | None

    def rate(self, months: int) -> tuple[Fraction, Fraction] | None:
        """The least and the greatest the employment rate of the finished can be, given what is unknown."""
        if not self.finished:
            return None
        month = next(one for one in self.months if one.months == months)
        low = Fraction(month.employed, self.finished)
        return low, low + Fraction(month.unknown + month.not_due, self.finished)

    def meets_rate(self, months: int) -> bool | None:
        """Whether the required rate is met; None while it is open, or rests on an unverified figure."""
        bounds = self.rate(months)
        if bounds is None or self.required_rate is None or not self.required_rate.verified:
            return None
        low, high = bounds
        least = self.required_rate.value
        return True if low * 100 >= least else False if high * 100 < least else None

    def keeps_hire_share(self) -> bool | None:
        """Whether the enterprise hired the promised share of the certified; None while none is certified."""
        if self.hire_share is None or not self.certified:
            return None
        return Fraction(self.hired * 100, self.certified) >= self.hire_share


def outcomes(session: Session, training_class: TrainingClass, today: date) -> ClassOutcomes:
    """What became of the class by ``today``. Three statements, whatever the class."""
    states, placements = _states(session, training_class), _placements(session, training_class)
    placed = [one for one in placements if progress.is_placed(one)]
    promised = training_class.agreement.order.job_order_id
    issued = select(func.count(Certificate.id)).where(
        Certificate.class_id == training_class.id, Certificate.revoked_at.is_(None)
    )
    return ClassOutcomes(
        enrolled=sum(states[state] for state in SEEN_BY_SCHOOL),
        dropped=states[EnrolmentState.DROPPED],
        failed=states[EnrolmentState.FAILED],
        finished=states[EnrolmentState.FINISHED],
        certified=session.scalar(issued) or 0,
        hired=sum(one.hired_on is not None and one.order_id == promised for one in placements),
        placed=len(placed),
        arrived=sum(one.on_site_on is not None for one in placed),
        months=tuple(month_outcome(placed, months, today) for months in FOLLOW_UP_MONTHS),
        required_rate=class_figure(session, training_class, StandardName.EMPLOYMENT_RATE, today),
        hire_share=training_class.agreement.terms.hire_share_percent,
    )


@dataclass(frozen=True)
class EndedClass:
    """A class whose last day is over: how many finished of those who had begun."""

    id: int
    name: str
    ends_on: date
    finished: int
    learners: int


def ended_since(session: Session, actor: Actor, first: date, today: date) -> list[EndedClass]:
    """The classes of the actor's own schools that were judged, by their last day from ``first`` on."""
    has_finished = Enrolment.state == EnrolmentState.FINISHED
    figures = func.count(case((has_finished, 1))), func.count(Enrolment.id)
    statement = (
        select(TrainingClass.id, TrainingClass.name, TrainingClass.ends_on, *figures)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(
            TrainingClass.school_id.in_(actor.organisations(Role.SCHOOL)),
            TrainingClass.ends_on.between(first, today),
            TrainingClass.state.in_(JUDGED),
            Enrolment.state.in_(BEGUN),
        )
        .group_by(TrainingClass.id, TrainingClass.name, TrainingClass.ends_on)
        .order_by(TrainingClass.ends_on, TrainingClass.id)
    )
    return [EndedClass(*row) for row in session.execute(statement)]


def _states(session: Session, training_class: TrainingClass) -> Counter[EnrolmentState]:
    statement = select(Enrolment.state, func.count()).where(Enrolment.class_id == training_class.id)
    return Counter(dict(session.execute(statement.group_by(Enrolment.state)).all()))


def _placements(session: Session, training_class: TrainingClass) -> list[Placement]:
    statement = (
        select(Placement)
        .join(Enrolment, Enrolment.placement_id == Placement.id)
        .where(Enrolment.class_id == training_class.id, Enrolment.state == EnrolmentState.FINISHED)
        .options(selectinload(Placement.follow_ups))
    )
    return list(session.scalars(statement))


def month_outcome(placements: Iterable[Placement], months: int, today: date) -> MonthOutcome:
    """What is known ``months`` after arrival of each of ``placements``, their follow-ups loaded."""
    kinds = Counter(_kind(one, _visit(one, months), today) for one in placements)
    evidence = {level: kinds[level] for level in sorted(Evidence, reverse=True) if kinds[level]}
    return MonthOutcome(months, evidence, kinds[ELSEWHERE], kinds[GONE], kinds[UNKNOWN], kinds[NOT_DUE])


def _visit(placement: Placement, months: int) -> FollowUp | None:
    return next((one for one in placement.follow_ups if one.months == months), None)


def _kind(placement: Placement, visit: FollowUp | None, today: date) -> Evidence | str:
    """A level of evidence for a person found at work, or one of the other kinds."""
    outcome = visit.outcome if visit else None
    if visit and outcome in PROVEN:
        return Evidence(visit.evidence)
    if outcome in (Outcome.ELSEWHERE, Outcome.LEFT):
        return ELSEWHERE if outcome is Outcome.ELSEWHERE else GONE
    due = visit.due_on if visit else None
    if placement.left_on and (due is None or placement.left_on < due):
        return GONE
    return UNKNOWN if due is not None and due <= today else NOT_DUE


# --- what waits today -----------------------------------------------------------------------------------


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` in this room: scores for the school, certificates and jobs for the county."""
    sources = {
        Permission.EXAM_RECORD: _to_grade,
        Permission.CERTIFICATE_ISSUE: _to_certify,
        Permission.PLACEMENT_OFFER: _to_place,
    }
    return [source(session, actor, today) for permission, source in sources.items() if actor.can(permission)]


def _to_grade(session: Session, actor: Actor, today: date) -> Task:
    over = TrainingClass.state == ClassState.TEACHING, TrainingClass.ends_on < today
    count, first = _waiting(session, actor, Permission.EXAM_RECORD, *over)
    url = url_for("certification.record", class_id=first) if first else ""
    what, reason = counted(count, "个班课已上完，等你登记成绩"), Sentence("可以下载本班模板，填好一次导入")
    return Task(count, what, reason, url, N_("登记成绩"), BADGE)


def _to_certify(session: Session, actor: Actor, today: date) -> Task:
    examined = TrainingClass.state == ClassState.EXAMINED, TrainingClass.uncertified > 0
    count, first = _waiting(session, actor, Permission.CERTIFICATE_ISSUE, *examined)
    url = url_for("certification.issue", class_id=first) if first else ""
    what, reason = counted(count, "个班考核完了，等登记证书"), Sentence("证书登记了，技能才进本人资料")
    return Task(count, what, reason, url, N_("登记证书"), BADGE)


def _to_place(session: Session, actor: Actor, today: date) -> Task:
    early = TrainingClass.state.in_((ClassState.CLAIMED, ClassState.PUBLISHED)) & (
        TrainingClass.instalment == 1
    )
    certified = (TrainingClass.state == ClassState.CERTIFIED) | early, TrainingClass.unplaced > 0
    count, first = _waiting(session, actor, Permission.PLACEMENT_OFFER, *certified)
    url = url_for("certification.employment", class_id=first) if first else ""
    what, reason = counted(count, "个班有结业学员还没上岗"), Sentence("企业给他们留了名额")
    return Task(count, what, reason, url, N_("推荐上岗"), BADGE)


def _waiting(
    session: Session, actor: Actor, permission: Permission, *where: ColumnElement[bool]
) -> tuple[int, int | None]:
    """How many classes wait, and the one that has waited longest."""
    statement = select(func.count(), func.min(TrainingClass.id)).where(*where)
    count, first = session.execute(visible_to(actor, statement, TrainingClass, permission)).one()
    return count, first
