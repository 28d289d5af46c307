"""A new standard weighed, by the rules that pay; the night: certificates, places kept, public lists."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from app.kit.web.queue import JobProblem, Progress, long_job
from app.training.agreements.operations import release_overdue
from app.training.certification.operations import certificates
from app.training.classes.queries.people import learners
from app.training.subsidies.facts import attended_days
from app.training.subsidies.operations import notices
from app.training.subsidies.queries import claim_of
from app.training.subsidies.rules import Rates, living_due, training_due
from models.access import CLOCK, Actor, Permission
from models.clock import today, utc_now
from models.i18n import N_, Sentence
from models.messages.kind import MessageKind
from models.messages.message import Message, send
from models.reference.county_office import office_words
from models.reference.release import RuleState
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.standard import MONEY_STANDARDS, StandardName, TrainingStandard
from models.training.standard_effect import StandardEffect, Touch, TouchedClass
from models.training.standards import StandardChange, areas_of
from models.training.subsidy import Scheme
from models.training.training_class import BEFORE_OPENING, ClassState, TrainingClass

C = ClassState
PLANNED = (C.DRAFT, C.RETURNED)
CLAIMED = (C.CLAIMED, C.PUBLISHED)
OWED = (C.OPENED, C.TEACHING, C.EXAMINED, C.CERTIFIED, C.PLACED, C.FOLLOWED, C.STOPPED)
OPEN = (*BEFORE_OPENING, *OWED, *CLAIMED)
SCHEME_OF = {StandardName.TRAINING_FEE: Scheme.TRAINING, StandardName.LIVING_ALLOWANCE: Scheme.LIVING}
Tell = Callable[[int], None]
WEIGHING = N_("正在逐班比较新旧标准")


# --- a standard's new version weighed -----------------------------------------------------------------


@long_job
def standard_effect(progress: Progress, actor: Actor, version_id: int) -> dict[str, Any]:
    """Weigh a draft of a training standard and keep the count with it."""
    session = db.session
    progress.tell(WEIGHING)
    if not actor.can(Permission.REFERENCE_WRITE):
        raise PermissionError("standard_effect")
    version = session.get(TrainingStandard, version_id)
    if version is None or version.state is not RuleState.DRAFT:
        raise JobProblem(Sentence("这条标准已经不是草稿，不用再算。"))
    base, written = session.get(TrainingStandard, version.base_id or 0), version.written
    effect = measure(session, StandardChange(version, base), today(), lambda done: progress.tell(done=done))
    session.refresh(version, with_for_update=True)
    if version.written != written:
        raise JobProblem(Sentence("算的时候标准又改了，请再算一次。"))
    version.effect = effect.as_json()
    session.commit()
    return {"version": version_id, "people": sum(one.people for one in effect.touched)}


def measure(session: Session, change: StandardChange, day: date, tell: Tell) -> StandardEffect:
    """Every open class within the scope of ``change``, by the figures in force and by those to come."""
    classes = [one for one in _open_classes(session) if _concerns(session, change, one)]
    touched = []
    for done, training_class in enumerate(classes, 1):
        if one := _touched(session, change, training_class, day):
            touched.append(one)
        tell(done)
    return StandardEffect(day, len(classes), touched)


def _open_classes(session: Session) -> Iterable[TrainingClass]:
    open_ones = select(TrainingClass).where(TrainingClass.state.in_(OPEN))
    return session.scalars(open_ones.order_by(TrainingClass.id)).all()


def _concerns(session: Session, change: StandardChange, training_class: TrainingClass) -> bool:
    areas = areas_of(session, training_class.county_code)
    versions = [version for version in (change.version, change.base) if version is not None]
    return any(_covers(version, training_class, areas) for version in versions)


def _covers(standard: TrainingStandard, training_class: TrainingClass, areas: list[str]) -> bool:
    return (
        standard.area_code in areas
        and standard.level in (None, training_class.level)
        and standard.occupation_code in ("", training_class.occupation_code)
    )


def _touched(
    session: Session, change: StandardChange, training_class: TrainingClass, day: date
) -> TouchedClass | None:
    name = change.version.name
    if name not in MONEY_STANDARDS:
        follows_it = PLANNED if name is not StandardName.PER_YEAR else BEFORE_OPENING
        people = training_class.enrolled
        plan = TouchedClass(training_class.id, training_class.name, Touch.PLANNED, people)
        return plan if training_class.state in follows_it else None
    scheme = SCHEME_OF[name]
    people_paid = _people(session, training_class, scheme)
    rates = Rates(session, training_class), Rates(session, training_class, change=change)
    before, after = (_sum(one, people_paid, scheme, day) for one in rates)
    if before == after:
        return None
    touch = Touch.CLAIMED if training_class.state in CLAIMED else Touch.OWED
    return TouchedClass(training_class.id, training_class.name, touch, len(people_paid), before, after)


def _people(session: Session, training_class: TrainingClass, scheme: Scheme) -> list[Enrolment]:
    """Who is paid: the payable lines of a claim; before it everybody in class, a fee only for graduates."""
    claim = claim_of(session, training_class) if training_class.state in CLAIMED else None
    if claim is not None:
        return [line.enrolment for line in claim.lines if line.scheme is scheme and line.is_payable]
    people = learners(session, training_class)
    is_fee = scheme is Scheme.TRAINING
    return [one for one in people if not is_fee or one.state is EnrolmentState.FINISHED]


def _sum(rates: Rates, people: list[Enrolment], scheme: Scheme, day: date) -> int:
    if scheme is Scheme.TRAINING:
        return sum(training_due(rates, one).amount_fen for one in people)
    days = attended_days(rates.session, rates.training_class, day)
    return sum(living_due(rates, days.get(one.id, ())).amount_fen for one in people)


# --- the night ------------------------------------------------------------------------------------------


@nightly("01:40", N_("把过期的证书移出档案"))
def expire_certificates(session: Session, today: date) -> int:
    """How many certificates left profiles."""
    return certificates.expire_certificates(session, CLOCK, utc_now())


BEGINS = (C.APPROVED, C.OPENED, C.TEACHING)
AT_ONCE = 200


@nightly("02:15", N_("提醒明天开班的学员"))
def remind_of_classes(session: Session, today: date) -> int:
    """How many learners were told that their class begins tomorrow; each once. Commits, some at a time."""
    tomorrow, told = today + timedelta(days=1), 0
    was_told = exists().where(
        Message.worker_id == Enrolment.worker_id,
        Message.kind == MessageKind.CLASS_TOMORROW,
        Message.until_on == tomorrow,
    )
    due = (
        select(Enrolment)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(TrainingClass.starts_on == tomorrow, TrainingClass.state.in_(BEGINS))
        .where(Enrolment.state == EnrolmentState.ENROLLED, ~was_told)
        .order_by(Enrolment.id)
        .limit(AT_ONCE)
    )
    while rows := session.scalars(due).all():
        for row in rows:
            words = {
                "name": row.training_class.name,
                "day": tomorrow,
                "place": row.training_class.place,
                "office": office_words(session, row.county_code),
            }
            send(session, row.worker_id, MessageKind.CLASS_TOMORROW, words, actor=CLOCK, until=tomorrow)
        session.commit()
        told += len(rows)
    return told


@nightly("01:45", N_("放开培训班不再用的名额"))
def open_places(session: Session, today: date) -> int:
    """How many agreements' places were opened: their classes are long over (RESERVED_PLACE_DAYS)."""
    agreements = release_overdue(session, CLOCK, utc_now(), current_app.config["RESERVED_PLACE_DAYS"])
    session.commit()
    return agreements


@nightly("01:48", N_("按新登记的节假日重算公示期"))
def recount_notices(session: Session, today: date) -> int:
    """How many notices stay up longer."""
    return notices.recount_notices(session, today)
