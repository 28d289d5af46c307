"""The school claims for a class: lines by the rules of their days, each person and subsidy once a year."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit.web.formatters import label
from app.training.subsidies import warnings
from app.training.subsidies.facts import Facts
from app.training.subsidies.rules import TAKEN, Assessed, assess
from models import vault
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.training.subsidy import Claim, ClaimLine
from models.training.training_class import CLASS_WORKFLOW, ClassState, TrainingClass
from models.workflow import TransitionRefused

C = ClassState
CLAIMED = (C.CLAIMED, C.PUBLISHED, C.PAID, C.ARCHIVED)


@dataclass(frozen=True)
class Account:
    """Where the training fees go: the school's own account."""

    name: str
    number: str
    bank: str


def claim_of(session: Session, training_class: TrainingClass) -> Claim | None:
    """Return the class's claim, sent back or not."""
    return session.scalar(select(Claim).where(Claim.class_id == training_class.id))


def problem(session: Session, training_class: TrainingClass) -> str | None:
    """Return why nothing can be claimed for the class now, as a sentence, or None."""
    if training_class.state is C.FOLLOWED:
        return None
    if training_class.state in CLAIMED and (claim := claim_of(session, training_class)):
        return _("这个班已经申报过（%(number)s），一个班只申报一次。", number=claim.number)
    state = label(training_class.state)
    return _("这个班现在是“%(state)s”。就业跟踪期满以后才能申报补贴。", state=state)


def make(
    session: Session, actor: Actor, training_class: TrainingClass, account: Account, today: date
) -> Claim:
    """Claim for every graduate of ``training_class`` what the rules allow; the refused lines stay, with their
    reason.

    Somebody whom another school claims at the same moment stays with whoever was first: the unique payment
    key
    decides, and the line here is refused like any other. Raises TransitionRefused when nothing can be
    claimed.
    """
    session.flush()
    session.refresh(training_class, with_for_update=True)
    if sentence := problem(session, training_class):
        raise TransitionRefused(sentence)
    found = assess(session, training_class, today)
    if not found.payable:
        raise TransitionRefused(_("没有一个人符合补贴条件，不用申报。每个人的原因在上一页。"))
    CLASS_WORKFLOW.advance(session, training_class, "claim", actor)
    training_class.claimed_by_id, training_class.checked_by_id, training_class.notice_over = (
        actor.user_id,
        None,
        False,
    )
    claim = _claim(session, actor, training_class, account)
    for line in sorted(found.lines, key=lambda one: found.facts.key(one.enrolment, one.scheme)):
        _add(
            session, claim, line, found.facts
        )  # in one order everywhere: two claims never wait for each other
    claim.anomalies = warnings.find(session, found.facts, claim.account_digest)
    record(
        session,
        actor,
        EventTag.CLAIM_MAKE,
        claim,
        cohort=training_class.id,
        rows=len(found.lines),
        amount_fen=sum(line.amount_fen for line in found.payable),
    )
    return claim


def _claim(session: Session, actor: Actor, training_class: TrainingClass, account: Account) -> Claim:
    """Return a new claim, or the one that was sent back, emptied."""
    claim = claim_of(session, training_class)
    if claim is None:
        claim = Claim(
            class_id=training_class.id,
            school_id=training_class.school_id,
            county_code=training_class.county_code,
            city_code=training_class.city_code,
            number=f"BT{training_class.number or training_class.id}",
        )
        session.add(claim)
    else:
        session.execute(delete(ClaimLine).where(ClaimLine.claim_id == claim.id))
        session.expire(claim, ["lines"])
    said = {
        "made_at": utc_now(),
        "made_by_id": actor.user_id,
        "report": "",
        "account_name": account.name,
        "bank_name": account.bank,
        "account_number": account.number,
        "account_digest": vault.digest(account.number),
    }
    for name, value in said.items():
        setattr(claim, name, value)
    session.flush()
    return claim


def _add(session: Session, claim: Claim, line: Assessed, known: Facts) -> None:
    key = None if line.refused else known.key(line.enrolment, line.scheme)
    row = _row(claim, line, known, key)
    if key is None or not keep(session, row):
        row = _row(claim, line, known, None)
        if key is not None:
            row.refused, row.refused_params = TAKEN, {"year": known.year}
        session.add(row)


def keep(session: Session, row: ClaimLine) -> bool:
    """Write a new line with its payment key; False when somebody else holds the key, even since a moment
    ago."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def _row(claim: Claim, line: Assessed, known: Facts, key: str | None) -> ClaimLine:
    return ClaimLine(
        claim_id=claim.id,
        enrolment_id=line.enrolment.id,
        scheme=line.scheme,
        year=known.year,
        amount_fen=line.amount_fen,
        basis=line.basis,
        refused=line.refused,
        refused_params=line.refused_params,
        payment_key=key,
    )
