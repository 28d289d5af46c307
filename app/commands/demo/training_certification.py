"""Results of the demo's classes: marks, certificates, jobs and follow-ups, as far as the state of each tells.

Written as rows with the dates they would have had; what is not due by today is left open.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.story import at, why_declined, why_left
from app.training.certification.operations.certificates import certificate_word
from app.training.certification.operations.exams import ExamRules, Scores, exam_rules, recount
from app.training.classes.queries.people import learners
from models.access import Role
from models.clock import today as china_today
from models.people.worker import WorkerState
from models.placement.disclosed_terms import terms_to_disclose
from models.placement.leaving import Channel
from models.placement.placement import (
    FOLLOW_UP_MONTHS,
    HOLDING,
    Evidence,
    FollowUp,
    Outcome,
    Placement,
    PlacementState,
)
from models.reference.calendar import months_after
from models.training.agreement import Breach
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.training_class import ClassState, TrainingClass
from models.user import User

C, E, S = ClassState, EnrolmentState, PlacementState
BEFORE = (C.DRAFT, C.APPLIED, C.RETURNED, C.APPROVED, C.OPENED, C.TEACHING, C.CANCELLED, C.STOPPED)
ISSUER = "凉山州职业技能鉴定中心"
CERTIFICATE_AFTER, HIRED_AFTER, ARRIVED_AFTER = 10, 20, 25
HIRED_SHARE, STAYS_SHARE, REACHED_SHARE = 0.88, 0.86, 0.9
EVIDENCE = (Evidence.SELF_REPORT, Evidence.ROSTER, Evidence.WAGE_SLIP, Evidence.WAGE_SLIP, Evidence.INSURANCE)
REASONS = ("家里老人要照料", "已经在县城找到活", "怕离家太远")


@dataclass
class ResultsTeller:
    """Draws the results of one class; the same class gets the same results."""

    session: Session
    training_class: TrainingClass
    today: date
    clerk_id: int

    def __post_init__(self) -> None:
        self.rng = Random(self.training_class.id)  # noqa: S311  synthetic people, no secret
        self.exam_on = min(self.training_class.ends_on, self.today)
        self.offered_on = self.exam_on + timedelta(days=CERTIFICATE_AFTER + 2)
        self.told = terms_to_disclose(
            self.session,
            self.training_class.agreement.order.job_order,
            self.training_class.county_code,
            self.offered_on,
        )

    def tell(self) -> None:
        """Write what a class of this state has behind it."""
        graduates = self.mark()
        if self.training_class.state is C.EXAMINED:
            graduates = graduates[: len(graduates) // 3]  # the county is still at it
        for number, graduate in enumerate(graduates, 1):
            self.certify(graduate, number)
        if self.training_class.state not in (C.EXAMINED, C.CERTIFIED):
            self.place(graduates)
        self.session.flush()
        recount(self.session, self.training_class, self.today)

    def mark(self) -> list[Enrolment]:
        """Give all learners scores, or the reason why they have none; those who finished."""
        rules = exam_rules(self.session, self.training_class, self.today)
        enrolled = [one for one in learners(self.session, self.training_class) if one.state is E.ENROLLED]
        for learner in enrolled:
            self._mark(rules, learner)
        self.training_class.graded_on = self.exam_on
        return [one for one in enrolled if one.state is E.FINISHED]

    def _mark(self, rules: ExamRules, learner: Enrolment) -> None:
        learner.outcome_note = str(rules.attendance_refusal(learner) or "")
        if not learner.outcome_note:
            learner.theory_score, learner.practice_score = (
                min(98, int(self.rng.gauss(78, 9))) for _ in range(2)
            )
        passed = rules.passes(Scores(learner.id, learner.theory_score, learner.practice_score))
        learner.exam_passed, learner.exam_on = passed, self.exam_on
        learner.state, learner.state_since = (E.FINISHED if passed else E.FAILED), at(self.exam_on)
        learner.active_digest = None

    def certify(self, learner: Enrolment, number: int) -> None:
        """Note a certificate and carry it into the profile."""
        training_class, worker = self.training_class, learner.worker
        day, word = (
            min(self.exam_on + timedelta(days=CERTIFICATE_AFTER), self.today),
            certificate_word(training_class),
        )
        self.session.add(
            Certificate(
                class_id=training_class.id,
                enrolment_id=learner.id,
                worker_id=worker.id,
                school_id=training_class.school_id,
                county_code=training_class.county_code,
                number=f"{training_class.county_code}{day:%y}{training_class.id:04d}{number:03d}",
                token=f"{self.rng.getrandbits(120):030x}",
                issuer=ISSUER,
                occupation_code=training_class.occupation_code,
                occupation_name=training_class.occupation_name,
                skill=training_class.skill,
                level=training_class.level,
                issued_on=day,
                profile_name=word,
                in_profile=word not in worker.certificates,
                is_synthetic=True,
                issued_by_id=self.clerk_id,
            )
        )
        worker.skills = list(dict.fromkeys([*worker.skills, training_class.skill]))
        worker.certificates = list(dict.fromkeys([*worker.certificates, word]))

    def place(self, graduates: list[Enrolment]) -> None:
        """Offer the promised job; most are hired into the places kept for them, the others have a reason."""
        busy = set(self.session.scalars(select(Placement.worker_id).where(Placement.state.in_(HOLDING))))
        kept = self.session.scalar(
            select(PlaceReservation).where(PlaceReservation.agreement_id == self.training_class.agreement_id)
        )
        for learner in graduates:
            is_free = learner.worker_id not in busy and kept is not None and kept.used < kept.places
            hired = is_free and self.rng.random() < HIRED_SHARE
            placement = self._placement(learner, hired)
            if hired and kept is not None:
                self._take(kept, placement, learner)
            else:
                self._explain(learner)

    def _placement(self, learner: Enrolment, hired: bool) -> Placement:
        order, day = self.training_class.agreement.order.job_order, self.offered_on
        placement = Placement(
            order_id=order.id,
            worker_id=learner.worker_id,
            county_code=learner.county_code,
            township_code=learner.township_code,
            enterprise_id=order.enterprise_id,
            city_code=order.city_code,
            state=S.HIRED if hired else S.DECLINED,
            respond_by=day + timedelta(days=5),
            answered_at=at(day),
            answer_channel=Channel.PHONE,
            disclosed_terms=self.told.as_json(),
            consented_at=at(day) if hired else None,
            created_at=at(day),
            state_since=at(day),
            is_synthetic=True,
            decline_reason=None if hired else why_declined(self.rng),
            created_by_id=self.clerk_id,
        )
        self.session.add(placement)
        self.session.flush()
        learner.placement_id = placement.id
        return placement

    def _explain(self, learner: Enrolment) -> None:
        self.session.add(
            Breach(
                agreement_id=self.training_class.agreement_id,
                enrolment_id=learner.id,
                party=None,
                reason=self.rng.choice(REASONS),
                recorded_by_id=self.clerk_id,
            )
        )

    def _take(self, kept: PlaceReservation, placement: Placement, learner: Enrolment) -> None:
        """Hire into a kept place, note the arrival and the follow-ups that are due."""
        order = self.training_class.agreement.order.job_order
        kept.used, order.taken = kept.used + 1, order.taken + 1
        if kept.released_at is None:
            order.reserved -= 1
        placement.hired_on = min(self.exam_on + timedelta(days=HIRED_AFTER), self.today)
        placement.on_site_on = min(self.exam_on + timedelta(days=ARRIVED_AFTER), self.today)
        placement.state, placement.active_digest = S.ON_SITE, learner.worker.id_digest
        learner.worker.state = WorkerState.WORKING
        leaves_after = 9 if self.rng.random() < STAYS_SHARE else self.rng.choice((1, 2, 4))
        for months in FOLLOW_UP_MONTHS:
            self._visit(placement, months, leaves_after)
        if leaves_after < max(FOLLOW_UP_MONTHS):
            self._leave(kept, placement, learner, months_after(placement.on_site_on, leaves_after))

    def _visit(self, placement: Placement, months: int, leaves_after: int) -> None:
        due = months_after(placement.on_site_on or self.today, months)
        visit = FollowUp(placement_id=placement.id, months=months, due_on=due)
        self.session.add(visit)
        if due + timedelta(days=3) > self.today or months > leaves_after:
            return
        reached = self.rng.random() < REACHED_SHARE
        visit.outcome = Outcome.EMPLOYED if reached else Outcome.UNKNOWN
        visit.evidence = self.rng.choice(EVIDENCE) if reached else Evidence.NONE
        visit.wage_fen = self.rng.randrange(4_000, 5_600, 50) * 100 if reached else None
        visit.recorded_at, visit.recorded_by_id = at(due + timedelta(days=3)), self.clerk_id
        if months == max(FOLLOW_UP_MONTHS) and visit.evidence >= Evidence.ROSTER:
            placement.state = S.STAYED

    def _leave(self, kept: PlaceReservation, placement: Placement, learner: Enrolment, day: date) -> None:
        """Let the person leave, if that day has come; the place is the class's again."""
        if day > self.today:
            return
        placement.state, placement.left_on, placement.active_digest = S.LEFT, day, None
        placement.leave_reason = why_left(self.rng, placement.on_site_on or day, day)
        placement.state_since = at(day)
        learner.worker.state = WorkerState.POOL
        order = self.training_class.agreement.order.job_order
        order.taken -= 1
        if kept.released_at is None:
            kept.used, order.reserved = kept.used - 1, order.reserved + 1


def results_for(session: Session, training_class: TrainingClass, today: date | None = None) -> None:
    """Write the results of a class of the demo by its state; before the examination there are none.

    Its learners are ENROLLED with their attendance written. The caller commits.
    """
    if training_class.state in BEFORE:
        return
    clerk = session.scalar(select(User).where(User.username == Role.COUNTY.value))
    if clerk is None:
        raise ValueError("the demo's accounts come first")
    ResultsTeller(session, training_class, today or china_today(), clerk.id).tell()
