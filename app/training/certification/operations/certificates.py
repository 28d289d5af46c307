"""Certificates: a number once in the whole programme, the profile in step, revocation and expiry."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.training.certification.operations.progress import holding, recount_graduates
from app.training.classes.queries import people
from app.workers.operations import update_worker
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.worker import Worker
from models.reference.calendar import months_after
from models.second_person import interest
from models.training.certificate import WITHOUT_SKILL, Certificate, RevocationGround
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.recovery import RecoveryGround, demand
from models.training.standard import StandardName
from models.training.standards import class_figure
from models.training.subsidy import TO_SCHOOL, ClaimLine, Scheme
from models.training.training_class import CLASS_STATE_LABELS, ClassState, TrainingClass
from models.training.training_order import SkillLevel
from models.workflow import REASON_MISSING, IllegalTransition, TransitionRefused, refuse_for

NUMBER = re.compile(r"[0-9A-Z][0-9A-Z\-/]{3,39}")
TOKEN_BYTES, AT_ONCE = 16, 200
# From the certificates on only learners whose certificate was revoked are without one: they may get another.
ISSUING = (
    ClassState.EXAMINED,
    ClassState.CERTIFIED,
    ClassState.PLACED,
    ClassState.FOLLOWED,
    ClassState.CLAIMED,
    ClassState.PUBLISHED,
    ClassState.PAID,
)
NOTHING_TYPED = Sentence("还没有填证书编号。")
NOT_IN_CLASS = Sentence("这个人不在本班，证书只能登记给本班结业的学员。")
NO_ISSUER = Sentence("请写发证机构。")
UNNUMBERED = Sentence("未编号")


@dataclass(frozen=True)
class Entry:
    """One certificate to be noted. ``number`` as :func:`tidy_number` leaves it."""

    enrolment_id: int
    number: str
    level: SkillLevel
    issued_on: date
    issuer: str


def tidy_number(text: str) -> str:
    """A certificate's number without blanks, letters large, full-width characters plain."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def class_refusal(training_class: TrainingClass) -> Sentence | None:
    """Why no certificate can be noted for the class now."""
    if training_class.state in ISSUING:
        return None
    state = {"state": Sentence(CLASS_STATE_LABELS[training_class.state])}
    return Sentence("这个班现在是“%(state)s”，考核完、没有归档的班才能登记证书。", state)


def entry_refusal(learner: Enrolment, entry: Entry, has_one: bool, today: date) -> Sentence | None:
    """What is wrong with one entry, except whether its number is free: :func:`taken`."""
    name, examined = {"name": learner.worker.name}, learner.exam_on or learner.training_class.starts_on
    if learner.state is not EnrolmentState.FINISHED:
        return Sentence("%(name)s没有结业，不能登记证书。", name)
    if has_one:
        return Sentence("%(name)s已经登记过证书。", name)
    if not NUMBER.fullmatch(entry.number):
        number = {"number": entry.number[:40]}
        return Sentence("证书编号“%(number)s”不对，应是 4 到 40 位数字、字母和横线。", number)
    if not examined <= entry.issued_on <= today:
        return Sentence("发证日期应在考核（%(day)s）到今天之间。", {"day": examined})
    return None if entry.issuer.strip() else NO_ISSUER


def taken(session: Session, numbers: Iterable[str]) -> dict[str, Sentence]:
    """For those of ``numbers`` that are used already, the sentence that names the other class."""
    used = select(Certificate).where(Certificate.number.in_(list(numbers)))
    rows = session.scalars(used.options(joinedload(Certificate.training_class)))
    return {row.number: _used_in(row) for row in rows}


def _used_in(certificate: Certificate) -> Sentence:
    other = certificate.training_class
    return Sentence(
        "证书编号 %(number)s 已经用在“%(name)s”（%(class)s），一个编号只能用一次。",
        {"number": certificate.number, "name": other.name, "class": other.number or UNNUMBERED},
    )


def typed_twice(number: str) -> Sentence:
    """The sentence for a number that stands twice in one form or file."""
    return Sentence("证书编号 %(number)s 填了两次，一个编号只能用一次。", {"number": number})


def issue(
    session: Session, actor: Actor, training_class: TrainingClass, entries: Sequence[Entry], now: datetime
) -> list[Certificate]:
    """Note the certificates of a class and carry skill and certificate into the profiles. All or nothing.

    Raises TransitionRefused with the sentence of the first rule that is broken; for a number used before, in
    this file or by whichever county at the same moment, it names the class that has it.
    """
    refuse_for(interest(training_class, actor))
    _refuse(class_refusal(training_class) or (None if entries else NOTHING_TYPED))
    learners, today = {one.id: one for one in people.learners(session, training_class)}, day_of(now)
    _refuse_entries(session, training_class, entries, learners, today)
    figure = class_figure(session, training_class, StandardName.CERTIFICATE_MONTHS, today)
    months = figure.value if figure else None
    made = [
        _certificate(actor, training_class, learners[entry.enrolment_id], entry, months) for entry in entries
    ]
    _insert(session, made)
    for certificate in sorted(made, key=lambda row: row.worker_id):
        _into_profile(session, actor, certificate, now)
        record(session, actor, EventTag.CERTIFICATE_ISSUE, certificate, cohort=training_class.id)
    recount_graduates(session, training_class)
    return made


def _insert(session: Session, made: list[Certificate]) -> None:
    try:
        with session.begin_nested():
            session.add_all(made)
            session.flush()
    except IntegrityError:  # the unique index has the last word on one number a certificate
        _refuse(next(iter(taken(session, [row.number for row in made]).values()), None))
        raise


def _refuse(sentence: Sentence | None) -> None:
    if sentence:
        raise TransitionRefused(sentence)


def _refuse_entries(
    session: Session,
    training_class: TrainingClass,
    entries: Sequence[Entry],
    learners: dict[int, Enrolment],
    today: date,
) -> None:
    have_one = holding(session, training_class)
    used = taken(session, [entry.number for entry in entries])
    seen: set[str] = set()
    for entry in entries:
        learner = learners.get(entry.enrolment_id)
        if learner is None:
            raise TransitionRefused(NOT_IN_CLASS)
        _refuse(entry_refusal(learner, entry, entry.enrolment_id in have_one, today))
        _refuse(used.get(entry.number))
        _refuse(typed_twice(entry.number) if entry.number in seen else None)
        seen.add(entry.number)
        have_one.add(entry.enrolment_id)


def _certificate(
    actor: Actor, training_class: TrainingClass, learner: Enrolment, entry: Entry, months: int | None
) -> Certificate:
    return Certificate(
        training_class=training_class,
        enrolment=learner,
        worker_id=learner.worker_id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        number=entry.number,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        issuer=entry.issuer.strip(),
        occupation_code=training_class.occupation_code,
        skill=training_class.skill,
        occupation_name=training_class.occupation_name,
        level=entry.level,
        issued_on=entry.issued_on,
        expires_on=months_after(entry.issued_on, months) if months else None,
        issued_by_id=actor.user_id,
        profile_name=certificate_word(training_class),
        is_synthetic=learner.is_synthetic,
    )


def certificate_word(training_class: TrainingClass) -> str:
    """The word under which the certificate counts in a match: the one the enterprise accepts."""
    wanted = training_class.agreement.order
    asked = [wanted.certificate] if wanted.certificate else wanted.job_order.certificates or []
    return (asked or [f"{training_class.occupation_name}证"])[0][:60]


# --- the person's profile -------------------------------------------------------------------------------


def _locked(session: Session, worker_id: int) -> Worker:
    return session.get_one(Worker, worker_id, with_for_update=True, populate_existing=True)


def _into_profile(session: Session, actor: Actor, certificate: Certificate, now: datetime) -> None:
    """Add skill and certificate; a word that stood there before is not ours to take away again."""
    worker = _locked(session, certificate.worker_id)
    word, skill = certificate.profile_name, certificate.skill
    data: dict[str, list[str]] = {}
    certificate.brought_skill = bool(skill) and skill not in worker.skills
    if certificate.brought_skill:
        data["skills"] = [*worker.skills, skill]
    if word not in worker.certificates:
        data["certificates"] = [*worker.certificates, word]
        certificate.in_profile = True
    update_worker(session, actor, worker, data, now)


def _out_of_profile(session: Session, actor: Actor, certificate: Certificate, now: datetime) -> None:
    """Take the certificate's word away, unless another one that is valid stands for it. The skill stays."""
    if not certificate.in_profile:
        return
    certificate.in_profile = False
    worker = _locked(session, certificate.worker_id)
    others = session.scalars(
        select(Certificate).where(
            Certificate.worker_id == worker.id,
            Certificate.id != certificate.id,
            Certificate.profile_name == certificate.profile_name,
        )
    )
    if other := next((row for row in others if row.is_valid_on(day_of(now))), None):
        other.in_profile = True
        return
    kept = [word for word in worker.certificates if word != certificate.profile_name]
    update_worker(session, actor, worker, {"certificates": kept}, now)


def revoke(
    session: Session,
    actor: Actor,
    certificate: Certificate,
    ground: RevocationGround,
    reason: str,
    now: datetime,
) -> int:
    """Revoke a certificate for good; it leaves the profile and its public page says so.

    The skill goes with it where it was never proved (issued in error, fraud) and this certificate brought it;
    who only gave the paper back can still do the work. What was paid on it is asked back; returns how many
    sums. Raises TransitionRefused without a reason, IllegalTransition when it is revoked already.
    """
    refuse_for(interest(certificate.training_class, actor))
    _refuse(None if reason.strip() else REASON_MISSING)
    if certificate.revoked_at is not None:
        raise IllegalTransition("revoke")
    certificate.revoked_at, certificate.revoked_by_id = now, actor.user_id
    certificate.revoked_ground, certificate.revoked_reason = ground, reason.strip()
    _out_of_profile(session, actor, certificate, now)
    if ground in WITHOUT_SKILL:
        _without_skill(session, actor, certificate, now)
    told = {"kind": ground.value, "reason": reason.strip()}
    record(session, actor, EventTag.CERTIFICATE_REVOKE, certificate, **told)
    paid = _rests_on(session, certificate)
    return len(demand(session, actor, paid, RecoveryGround.REVOKED, reason.strip()))


def _without_skill(session: Session, actor: Actor, certificate: Certificate, now: datetime) -> None:
    """Take the skill out of the profile, unless another valid certificate stands for it."""
    others = session.scalars(
        select(Certificate).where(
            Certificate.worker_id == certificate.worker_id,
            Certificate.id != certificate.id,
            Certificate.skill == certificate.skill,
        )
    )
    if not certificate.brought_skill or any(row.is_valid_on(day_of(now)) for row in others):
        return
    worker = _locked(session, certificate.worker_id)
    left = [skill for skill in worker.skills if skill != certificate.skill]
    update_worker(session, actor, worker, {"skills": left}, now)


def _rests_on(session: Session, certificate: Certificate) -> list[ClaimLine]:
    """The lines that rest on a certificate: the fee always, the allowance too where days were invented."""
    schemes = list(Scheme) if certificate.revoked_ground is RevocationGround.FRAUD else list(TO_SCHOOL)
    lines = select(ClaimLine).where(
        ClaimLine.enrolment_id == certificate.enrolment_id, ClaimLine.scheme.in_(schemes)
    )
    return list(session.scalars(lines.order_by(ClaimLine.id)))


def expire_certificates(session: Session, actor: Actor, now: datetime) -> int:
    """Take what has expired out of the profiles, some at a time. Commits; returns how many."""
    late = (
        select(Certificate)
        .where(Certificate.in_profile.is_(True), Certificate.expires_on < day_of(now))
        .order_by(Certificate.worker_id)
        .limit(AT_ONCE)
    )
    done = 0
    while rows := session.scalars(late).all():
        for certificate in rows:
            _out_of_profile(session, actor, certificate, now)
        session.commit()
        done += len(rows)
    return done
