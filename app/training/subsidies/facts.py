"""What is known of a class when it claims: what decides about its lines, and what the checker has to ask.

Read with one query a rule, whatever the class. A warning is never a verdict.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries import attendance, below_threshold, carried_days, table, threshold
from app.training.certification.queries import outcomes
from app.training.classes.queries.people import learners
from models.i18n import Sentence
from models.numbers import percent
from models.people.category import Counted, categories_of, counted
from models.placement.placement import Placement
from models.reference.target_category import CategoryUse, categories_on
from models.training.anomalies import anomalies
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment, EnrolmentState, trained_key
from models.training.lesson import ATTENDED, Attendance, Lesson
from models.training.standard import StandardName
from models.training.standard_decision import StandardDecision
from models.training.standards import Figure, class_figure, decisions_on
from models.training.subsidy import Claim, ClaimLine, ClaimWarning, Scheme, payment_key
from models.training.training_class import TrainingClass

Span = tuple[date, date]
SAME_ACCOUNT = Sentence("收款账号和另一家学校申报时填的一样，请核对户名。")
ONE_PHONE, LAST_MONTH = 3, 6


@dataclass(frozen=True)
class Facts:
    """What is known of a class on the day it claims, by worker or key; days and sums by enrolment."""

    training_class: TrainingClass
    graduates: list[Enrolment]
    days: dict[int, set[date]]
    shares: dict[int, Fraction | None]
    below: set[int]
    least: Figure | None
    certified: set[int]
    taken: set[str]
    trained: set[str]
    elsewhere: dict[int, set[date]]
    at_work: dict[int, list[Span]]
    first_paid: dict[int, int] = field(default_factory=dict)
    standings: dict[int, Counted] = field(default_factory=dict)

    def year_of(self, enrolment: Enrolment) -> int:
        """The year the subsidy belongs to: that of the first lesson, as admission counts it.

        Who came from another class brings its year along with its days.
        """
        return year_of(enrolment)

    def key(self, enrolment: Enrolment, scheme: Scheme) -> str:
        """What stands for this person, this subsidy, this year."""
        return payment_key(enrolment.worker.id_digest, scheme, year_of(enrolment))


def year_of(enrolment: Enrolment) -> int:
    """The year in which the training of this learner began."""
    first = enrolment
    while first.moved_from is not None:
        first = first.moved_from
    return first.training_class.starts_on.year


def read(session: Session, training_class: TrainingClass, today: date) -> Facts:
    """Read what is known about the graduates of ``training_class`` up to ``today``."""
    people = learners(session, training_class)
    graduates = [one for one in people if one.state in (EnrolmentState.FINISHED, EnrolmentState.STOPPED)]
    ids = [one.worker_id for one in graduates]
    totals = attendance(session, training_class.id, today)
    return Facts(
        training_class,
        graduates,
        days=attended_days(session, training_class, today),
        shares={enrolment_id: total.share for enrolment_id, total in totals.items()},
        below=below_threshold(session, training_class, today),
        least=threshold(session, training_class, today),
        certified=_certified(session, training_class),
        taken=_taken(session, training_class, graduates),
        trained=_trained(session, training_class, graduates),
        elsewhere=_elsewhere(session, training_class, ids),
        at_work=_at_work(session, ids),
        first_paid=_first_paid(session, training_class),
        standings=_standings(session, training_class, ids),
    )


def _standings(session: Session, training_class: TrainingClass, ids: list[int]) -> dict[int, Counted]:
    """By person, whether order training was for them on the day the class began (建档立卡, later 脱贫)."""
    day, rows = training_class.starts_on, categories_of(session, ids)
    uses = categories_on(session, CategoryUse.TRAINING, day)
    return {number: counted(rows.get(number, ()), uses, day) for number in ids}


def attended_days(session: Session, training_class: TrainingClass, today: date) -> dict[int, set[date]]:
    """By enrolment, the days with an attended lesson; as many as ``attendance`` counts."""
    attendances = table(session, training_class.id, today)
    held = {lesson.id: lesson.held_on for lesson in attendances.lessons}
    carried = carried_days(session, [training_class.id], today)
    return {
        row.enrolment_id: {
            held[lesson_id]
            for lesson_id, (presence, _how) in row.marks.items()
            if presence in ATTENDED and lesson_id in held
        }
        | carried.get(row.enrolment_id, {}).keys()
        for row in attendances.rows
    }


def _certified(session: Session, training_class: TrainingClass) -> set[int]:
    statement = select(Certificate.enrolment_id).where(
        Certificate.class_id == training_class.id, Certificate.revoked_at.is_(None)
    )
    return set(session.scalars(statement))


def _taken(session: Session, training_class: TrainingClass, graduates: list[Enrolment]) -> set[str]:
    """The keys under which other classes claim or were paid already."""
    keys = [payment_key(one.worker.id_digest, scheme, year_of(one)) for one in graduates for scheme in Scheme]
    statement = (
        select(ClaimLine.payment_key)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(ClaimLine.payment_key.in_(keys), Claim.class_id != training_class.id)
    )
    return {key for key in session.scalars(statement) if key}


def _first_paid(session: Session, training_class: TrainingClass) -> dict[int, int]:
    """By enrolment, what was paid as the first part of the fee, in fen."""
    if not training_class.instalment:
        return {}
    statement = (
        select(ClaimLine.enrolment_id, ClaimLine.amount_fen)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(
            Claim.class_id == training_class.id,
            ClaimLine.scheme == Scheme.TRAINING,
            ClaimLine.paid_on.is_not(None),
        )
    )
    return dict(session.execute(statement).all())


def _trained(session: Session, training_class: TrainingClass, graduates: list[Enrolment]) -> set[str]:
    """Who finished a class of the same occupation and level before this one began."""
    keys = [
        trained_key(one.worker.id_digest, training_class.occupation_code, training_class.level)
        for one in graduates
    ]
    statement = (
        select(Enrolment.trained_key)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(
            Enrolment.trained_key.in_(keys),
            Enrolment.state == EnrolmentState.FINISHED,
            TrainingClass.id != training_class.id,
            TrainingClass.ends_on < training_class.starts_on,
        )
    )
    return {key for key in session.scalars(statement) if key}


def _elsewhere(
    session: Session, training_class: TrainingClass, worker_ids: list[int]
) -> dict[int, set[date]]:
    """By person, the days marked present in another class while this one lasted."""
    statement = (
        select(Enrolment.worker_id, Lesson.held_on)
        .join(Attendance, Attendance.enrolment_id == Enrolment.id)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(
            Enrolment.worker_id.in_(worker_ids),
            Enrolment.state != EnrolmentState.MOVED,  # days that came along are days of this class
            Lesson.class_id != training_class.id,
            Lesson.held_on.between(training_class.starts_on, training_class.ends_on),
            Attendance.presence.in_(ATTENDED),
        )
    )
    days: dict[int, set[date]] = defaultdict(set)
    for worker_id, day in session.execute(statement):
        days[worker_id].add(day)
    return days


def _at_work(session: Session, worker_ids: list[int]) -> dict[int, list[Span]]:
    """From when to when each was on site with an enterprise."""
    statement = select(Placement.worker_id, Placement.on_site_on, Placement.left_on).where(
        Placement.worker_id.in_(worker_ids), Placement.on_site_on.is_not(None)
    )
    spans: dict[int, list[Span]] = defaultdict(list)
    for worker_id, first, last in session.execute(statement):
        if first is not None:
            spans[worker_id].append((first, last or date.max))
    return spans


# --- warnings: each needs a word of answer before the list goes up --------------------------------------


def warnings_of(
    session: Session, known: Facts, account_digest: str | None, today: date
) -> list[ClaimWarning]:
    """What is to be asked about a class and the account it wants its money on, the gravest first."""
    training_class = known.training_class
    return [
        *_from_attendance(session, training_class),
        *_one_account(session, training_class, account_digest),
        *_one_phone(learners(session, training_class)),
        *_decided(decisions_on(session, training_class)),
        *_below(known),
        *_rates(session, training_class, today),
    ]


def _from_attendance(session: Session, training_class: TrainingClass) -> Iterator[ClaimWarning]:
    for anomaly in anomalies(session, training_class.id):
        params = {key: value for key, value in anomaly.sentence.params.items() if key != "name"}
        sentence = Sentence(anomaly.sentence.text, params)
        yield ClaimWarning(anomaly.rule, sentence, anomaly.enrolment_ids)


def _one_account(
    session: Session, training_class: TrainingClass, digest: str | None
) -> Iterator[ClaimWarning]:
    if shares_account(session, training_class, digest):
        yield ClaimWarning("account", SAME_ACCOUNT)


def shares_account(session: Session, training_class: TrainingClass, digest: str | None) -> bool:
    """Whether another school claims to the account with ``digest``."""
    others = select(Claim.id).where(
        Claim.account_digest == digest, Claim.school_id != training_class.school_id
    )
    return bool(digest and session.scalar(others.limit(1)))


def _one_phone(people: list[Enrolment]) -> Iterator[ClaimWarning]:
    phones: dict[str, list[int]] = defaultdict(list)
    for one in people:
        if one.worker.phone_digest:
            phones[one.worker.phone_digest].append(one.id)
    for ids in phones.values():
        if len(ids) >= ONE_PHONE:
            sentence = Sentence("有 %(n)s 名学员留的是同一个电话，请打过去问一问。", {"n": len(ids)})
            yield ClaimWarning("phone", sentence, tuple(ids))


def _decided(decisions: Iterable[StandardDecision]) -> Iterator[ClaimWarning]:
    """What the county decided where a standard was not verified: whoever checks the claim looks at it."""
    for one in decisions:
        told = {"standard": one.name, "reason": one.reason, "who": one.decided_by_name}
        sentence = (
            Sentence("县里认定可以（%(standard)s，标准待核）：%(reason)s。认定人：%(who)s", told)
            if one.allowed
            else Sentence("县里认定不可以（%(standard)s，标准待核）：%(reason)s。认定人：%(who)s", told)
        )
        yield ClaimWarning("decision", sentence, (one.enrolment_id,) if one.enrolment_id else ())


def _below(known: Facts) -> Iterator[ClaimWarning]:
    least = known.least
    if least is None or least.verified:
        return
    for one in known.graduates:
        if one.id in known.below:
            sentence = Sentence(
                "%(name)s出勤不到 %(least)s%%；这个标准还是待核，请县里认定。依据：%(source)s", needs(least)
            )
            yield ClaimWarning("below", sentence, (one.id,))


def _rates(session: Session, training_class: TrainingClass, today: date) -> Iterator[ClaimWarning]:
    """Employment and certificates of the whole class under the standard."""
    whole = outcomes(session, training_class, today)
    bounds, needed = whole.rate(LAST_MONTH), whole.required_rate
    if bounds and needed and bounds[0] * 100 < needed.value:
        low, high = (percent(bound) for bound in bounds)
        sentence = Sentence(
            "满 %(months)s 个月就业率查明的是 %(low)s，最多 %(high)s，要求 %(least)s%%。依据：%(source)s",
            {"months": LAST_MONTH, "low": low, "high": high} | needs(needed),
        )
        yield ClaimWarning("employment", sentence)
    taught = whole.finished + whole.failed
    wanted = class_figure(session, training_class, StandardName.CERTIFICATE_RATE, today)
    if taught and wanted and Fraction(whole.certified * 100, taught) < wanted.value:
        sentence = Sentence(
            "取证率 %(share)s，要求 %(least)s%%。依据：%(source)s",
            {"share": percent(Fraction(whole.certified, taught))} | needs(wanted),
        )
        yield ClaimWarning("certificates", sentence)


def needs(figure: Figure) -> dict[str, Any]:
    return {"least": figure.value, "source": figure.source}
