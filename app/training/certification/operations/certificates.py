"""Certificates: a number once in the whole programme, the profile in step with them, revocation and
expiry."""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.kit.web.fields import tidy
from app.kit.web.formatters import day, label
from app.training.certification.operations.progress import holding, recount
from app.training.certification.rules import classmates, standard_value
from app.workers.operations import update_worker
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.people.worker import Worker
from models.reference.calendar import months_after
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.subsidy import StandardName
from models.training.training_class import ClassState, TrainingClass
from models.training.training_order import SkillLevel
from models.workflow import REASON_MISSING, IllegalTransition, TransitionRefused

NUMBER = re.compile(r"[0-9A-Z][0-9A-Z\-/]{3,39}")
TOKEN_BYTES, AT_ONCE = 16, 200
# From the certificates on only somebody whose certificate was revoked is without one: he may get another.
ISSUING = (
    ClassState.EXAMINED,
    ClassState.CERTIFIED,
    ClassState.PLACED,
    ClassState.FOLLOWED,
    ClassState.CLAIMED,
    ClassState.PUBLISHED,
    ClassState.PAID,
)


@dataclass(frozen=True)
class Entry:
    """One certificate to be noted. ``number`` as :func:`tidy_number` leaves it."""

    enrolment_id: int
    number: str
    level: SkillLevel
    issued_on: date
    issuer: str


def tidy_number(text: str) -> str:
    """Return a certificate's number without blanks, letters large."""
    return re.sub(r"\s+", "", tidy(text)).upper()


def class_problem(training_class: TrainingClass) -> str | None:
    """Return why no certificate can be noted for the class now, or None."""
    if training_class.state in ISSUING:
        return None
    return _("这个班现在是“%(state)s”，考核完、没有归档的班才能登记证书。", state=label(training_class.state))


def entry_problem(learner: Enrolment, entry: Entry, has_one: bool, today: date) -> str | None:
    """Return what is wrong with one entry, as a sentence, or None. Whether the number is free:
    :func:`taken`."""
    if learner.state is not EnrolmentState.FINISHED:
        return _("%(name)s没有结业，不能登记证书。", name=learner.worker.name)
    if has_one:
        return _("%(name)s已经登记过证书。", name=learner.worker.name)
    if not NUMBER.fullmatch(entry.number):
        return _("证书编号“%(number)s”不对，应是 4 到 40 位数字、字母和横线。", number=entry.number[:40])
    if not (learner.exam_on or learner.training_class.starts_on) <= entry.issued_on <= today:
        return _("发证日期应在考核（%(day)s）到今天之间。", day=day(learner.exam_on))
    return None if entry.issuer.strip() else _("请写发证机构。")


def taken(session: Session, numbers: Iterable[str]) -> dict[str, str]:
    """Return, for those of ``numbers`` that are used already, the sentence that names the other class."""
    rows = session.scalars(
        select(Certificate)
        .where(Certificate.number.in_(list(numbers)))
        .options(joinedload(Certificate.training_class))
    )
    return {
        row.number: _(
            "证书编号 %(number)s 已经用在“%(name)s”（%(class)s），一个编号只能用一次。",
            number=row.number,
            name=row.training_class.name,
            **{"class": row.training_class.number or _("未编号")},
        )
        for row in rows
    }


def issue(
    session: Session, actor: Actor, training_class: TrainingClass, entries: Sequence[Entry], today: date
) -> list[Certificate]:
    """Note the certificates of a class and carry skill and certificate into the profiles. All or nothing.

    Raises TransitionRefused with the sentence of the first rule that is broken; for a number used before, in
    this file or by whichever county at the same moment, it names the class that has it.
    """
    _refuse(class_problem(training_class) or (None if entries else _("还没有填证书编号。")))
    learners = {one.id: one for one in classmates(session, training_class)}
    _refuse_entries(session, training_class, entries, learners, today)
    months = standard_value(session, training_class, StandardName.CERTIFICATE_MONTHS)
    made = [
        _certificate(actor, training_class, learners[entry.enrolment_id], entry, months) for entry in entries
    ]
    try:
        with session.begin_nested():
            session.add_all(made)
            session.flush()
    except IntegrityError:  # the unique index has the last word on one number a certificate
        _refuse(next(iter(taken(session, [entry.number for entry in entries]).values()), None))
        raise
    for certificate in sorted(made, key=lambda row: row.worker_id):
        _into_profile(session, actor, certificate)
        record(session, actor, EventTag.CERTIFICATE_ISSUE, certificate, cohort=training_class.id)
    recount(session, training_class)
    return made


def _refuse(sentence: str | None) -> None:
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
        _refuse(None if learner else _("这个人不在本班，证书只能登记给本班结业的学员。"))
        _refuse(entry_problem(learner, entry, entry.enrolment_id in have_one, today))  # type: ignore[arg-type]
        _refuse(used.get(entry.number))
        _refuse(twice(entry.number) if entry.number in seen else None)
        seen.add(entry.number)
        have_one.add(entry.enrolment_id)


def twice(number: str) -> str:
    """Return the sentence for a number that stands twice in one form or file."""
    return _("证书编号 %(number)s 填了两次，一个编号只能用一次。", number=number)


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
    """Return the word under which the certificate counts in a match: the one the enterprise accepts."""
    wanted = training_class.agreement.order
    asked = [wanted.certificate] if wanted.certificate else wanted.job_order.certificates or []
    return (asked or [f"{training_class.occupation_name}证"])[0][:60]


# --- the person's profile -------------------------------------------------------------------------------


def _locked(session: Session, worker_id: int) -> Worker:
    return session.get_one(Worker, worker_id, with_for_update=True, populate_existing=True)


def _into_profile(session: Session, actor: Actor, certificate: Certificate) -> None:
    """Add skill and certificate; a word that stood there before is not ours to take away again."""
    worker = _locked(session, certificate.worker_id)
    word, skill = certificate.profile_name, certificate.skill
    data = {"skills": [*worker.skills, skill]} if skill and skill not in worker.skills else {}
    if word not in worker.certificates:
        data["certificates"] = [*worker.certificates, word]
        certificate.in_profile = True
    update_worker(session, actor, worker, data, utc_now())


def _out_of_profile(session: Session, actor: Actor, certificate: Certificate, day_of: date) -> None:
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
    if other := next((row for row in others if row.is_valid_on(day_of)), None):
        other.in_profile = True
        return
    kept = [word for word in worker.certificates if word != certificate.profile_name]
    update_worker(session, actor, worker, {"certificates": kept}, utc_now())


def revoke(session: Session, actor: Actor, certificate: Certificate, reason: str, today: date) -> None:
    """Revoke a certificate for good, with the reason; it leaves the profile and its public page says so.

    Raises TransitionRefused without a reason, IllegalTransition when it is revoked already.
    """
    _refuse(None if reason.strip() else REASON_MISSING)
    if certificate.revoked_at is not None:
        raise IllegalTransition("revoke")
    certificate.revoked_at, certificate.revoked_by_id = utc_now(), actor.user_id
    certificate.revoked_reason = reason.strip()
    _out_of_profile(session, actor, certificate, today)
    record(session, actor, EventTag.CERTIFICATE_REVOKE, certificate, reason=reason.strip())


def expire_certificates(session: Session, actor: Actor, today: date) -> int:
    """Take what expired before ``today`` out of the profiles, some at a time. Commits; returns how many."""
    late = (
        select(Certificate)
        .where(Certificate.in_profile.is_(True), Certificate.expires_on < today)
        .order_by(Certificate.worker_id)
        .limit(AT_ONCE)
    )
    done = 0
    while rows := session.scalars(late).all():
        for certificate in rows:
            _out_of_profile(session, actor, certificate, today)
        session.commit()
        done += len(rows)
    return done
