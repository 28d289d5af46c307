"""A claim: made by the school by the rules of its days, with its papers, checked by the county line by line.

Each person and subsidy is claimed once a year; who made a claim does not check it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kit.files.document_sanitizer import Paper
from app.training.subsidies import facts
from app.training.subsidies.facts import Facts, warnings_of
from app.training.subsidies.queries import claim_of, claim_refusal, lines_of, next_instalment
from app.training.subsidies.rules import Assessed, Assessment, assess, taken
from models import vault
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.integrity import breaks
from models.numbers import yuan
from models.people.purpose import Purpose, stated
from models.second_person import second_person
from models.training.claim_paper import ClaimPaper, ClaimPaperKind, papers_of
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.subsidy import Claim, ClaimLine, payment_key
from models.training.training_class import ClassState, TrainingClass
from models.two_person_acts import CLAIM_CHECKED
from models.workflow import REASON_MISSING, IllegalTransition, TransitionRefused, refuse_for

NOTHING_PAYABLE = Sentence("没有一个人符合补贴条件，不用申报。每个人的原因在上一页。")
PAID_ONCE = "claim_line.payment_key"
ALREADY_TAKEN = Sentence("这个人今年的这项补贴已经由另一个班申报，不能恢复。")
ANSWER_MISSING = Sentence("请写核实到的情况。")
PAPERS_LATE = Sentence("名单已经公示，附件不能再改。")
SAME_PAPER = Sentence("这份附件已经交过了，不用再交。")
MOST_PAPERS = 30
ENOUGH_PAPERS = Sentence("附件最多 30 份，请把照片合成几份 PDF 再交。")
NO_GRADUATE = Sentence("现在不是这个班的结业学员。")


@dataclass(frozen=True)
class Account:
    """Where the training fees go: the school's own account."""

    name: str
    number: str
    bank: str


def make(
    session: Session, actor: Actor, training_class: TrainingClass, account: Account, now: datetime
) -> Claim:
    """Claim for every graduate of ``training_class`` what the rules allow; refused lines stay, with why.

    A person whom another school claims at the same moment stays with the first: the unique payment key
    decides, and the line here is refused like any other. Raises TransitionRefused when nothing can be
    claimed.
    """
    session.flush()
    session.refresh(training_class, with_for_update=True)
    today = day_of(now)
    if sentence := claim_refusal(session, training_class, today):
        raise TransitionRefused(sentence)
    part = next_instalment(session, training_class, today) or 0
    assessment = assess(session, training_class, today, part)
    if not assessment.payable:
        raise TransitionRefused(NOTHING_PAYABLE)
    CLASS_WORKFLOW.advance(session, training_class, "claim_first" if part == 1 else "claim", actor)
    training_class.instalment = part
    training_class.claimed_by_id, training_class.checked_by_id = actor.user_id, None
    training_class.notice_over = False
    claim = _claim(session, actor, training_class, account, now)
    _add_lines(session, claim, assessment)
    claim.warnings = warnings_of(session, assessment.facts, claim.account_digest, today)
    total, rows = sum(line.amount_fen for line in assessment.payable), len(assessment.lines)
    record(
        session,
        actor,
        EventTag.CLAIM_MAKE,
        claim,
        cohort=training_class.id,
        rows=rows,
        amount_fen=total,
    )
    return claim


def _claim(
    session: Session, actor: Actor, training_class: TrainingClass, account: Account, now: datetime
) -> Claim:
    """A new claim, or the one that was sent back, emptied of what was not paid."""
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
        unpaid = ClaimLine.claim_id == claim.id, ClaimLine.paid_on.is_(None)
        session.execute(delete(ClaimLine).where(*unpaid))
        session.expire(claim, ["lines"])
    claim.made_at, claim.made_by_id, claim.report = now, actor.user_id or 0, ""
    claim.account_name, claim.bank_name = account.name, account.bank
    claim.account_number, claim.account_digest = account.number, vault.digest(account.number)
    session.flush()
    return claim


def _add_lines(session: Session, claim: Claim, assessment: Assessment) -> None:
    known = assessment.facts
    # In one order everywhere: two claims never wait for each other.
    for line in sorted(assessment.lines, key=lambda one: known.key(one.enrolment, one.scheme)):
        _add(session, claim, line, known)


def _add(session: Session, claim: Claim, line: Assessed, known: Facts) -> None:
    if not line.refusal:
        row = _row(claim, line, known)
        row.payment_key = known.key(line.enrolment, line.scheme)
        if _keep(session, row):
            return
        line = replace(line, refusal=taken(known.year_of(line.enrolment)))
    session.add(_row(claim, line, known))


def _keep(session: Session, row: ClaimLine) -> bool:
    """Write a line with its payment key; False when another claim holds the key, even since a moment ago."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as problem:
        if not breaks(problem, PAID_ONCE):
            raise
        return False
    return True


def _row(claim: Claim, line: Assessed, known: Facts) -> ClaimLine:
    row = ClaimLine(
        claim_id=claim.id,
        enrolment_id=line.enrolment.id,
        scheme=line.scheme,
        year=known.year_of(line.enrolment),
        amount_fen=line.amount_fen,
        basis=line.basis,
    )
    row.refusal = line.refusal
    return row


# --- what was true when the money was asked for, asked again ---------------------------------------------


def fallen(session: Session, claim: Claim, today: date) -> dict[int, Sentence]:
    """By line, why what was claimed does not hold any more.

    Certificate, days, register, other classes and jobs, the standard of the day: every rule of the claim is
    asked again, since weeks lie between claim, list and payment.
    """
    assessment = assess(session, claim.training_class, today)
    now = {(line.enrolment.id, line.scheme): line for line in assessment.lines}
    payable = [line for line in lines_of(session, claim) if line.is_due]
    against = {line.id: _fallen(line, now.get((line.enrolment_id, line.scheme))) for line in payable}
    return {number: sentence for number, sentence in against.items() if sentence}


def _fallen(line: ClaimLine, now: Assessed | None) -> Sentence | None:
    if now is None:
        return NO_GRADUATE
    if now.refusal:
        return now.refusal
    if line.payment_key is None:
        return taken(line.year)
    if now.amount_fen == line.amount_fen:
        return None
    sums = {"then": yuan(line.amount_fen), "now": yuan(now.amount_fen)}
    return Sentence("申报时是 %(then)s，按现在的考勤和标准是 %(now)s。请核实以后重新申报。", sums)


def strike(session: Session, actor: Actor, claim: Claim, today: date) -> list[ClaimLine]:
    """Take the lines out that do not hold any more, each with the reason; the caller has locked the class."""
    against = fallen(session, claim, today)
    struck = [line for line in lines_of(session, claim) if line.id in against]
    for line in struck:
        line.refusal, line.payment_key = against[line.id], None
        _record_line(session, actor, line, event="fallen", reason=str(against[line.id]))
    session.flush()
    return struck


def new_questions(session: Session, actor: Actor, claim: Claim, today: date) -> int:
    """Put what is to be asked about a claim and was not yet when it was made; returns how many questions."""
    _require_check(session, claim, actor)
    known = facts.read(session, claim.training_class, today)
    asked = {(one.rule, one.enrolment_ids) for one in claim.warnings}
    now = warnings_of(session, known, claim.account_digest, today)
    fresh = [one for one in now if (one.rule, one.enrolment_ids) not in asked]
    claim.warnings = [*claim.warnings, *fresh] if fresh else claim.warnings
    return len(fresh)


# --- the county's check ---------------------------------------------------------------------------------


def locked(session: Session, claim: Claim) -> TrainingClass:
    """The claim's class, locked until the caller's transaction ends."""
    session.flush()
    session.refresh(claim.training_class, with_for_update=True)
    return claim.training_class


def _require_check(session: Session, claim: Claim, actor: Actor) -> None:
    """Raise unless ``actor`` may check the claim now: it waits for a check, and another person made it."""
    training_class = locked(session, claim)
    if training_class.state is not ClassState.CLAIMED:
        raise IllegalTransition("check")
    refuse_for(second_person(CLAIM_CHECKED, training_class, actor))


def refuse_line(session: Session, actor: Actor, line: ClaimLine, reason: str) -> None:
    """Take one line out of a claim, with the reason; the person's subsidy is free for another class."""
    _require_check(session, line.claim, actor)
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if line.refused:
        raise IllegalTransition("refuse")
    line.refusal = Sentence(reason.strip())
    line.refused_by_id, line.payment_key = actor.user_id, None
    _record_line(session, actor, line, reason=reason)


def restore_line(session: Session, actor: Actor, line: ClaimLine, today: date) -> None:
    """Put a line back that a checker took out.

    Raises TransitionRefused if another class has claimed it since, or a rule speaks against it now.
    """
    _require_check(session, line.claim, actor)
    if line.refused_by_id is None:
        raise IllegalTransition("restore")
    line.refusal, line.refused_by_id = None, None
    try:
        with session.begin_nested():
            line.payment_key = payment_key(line.enrolment.worker.id_digest, line.scheme, line.year)
            session.flush()
    except IntegrityError as problem:
        if not breaks(problem, PAID_ONCE):
            raise
        raise TransitionRefused(ALREADY_TAKEN) from None
    if sentence := fallen(session, line.claim, today).get(line.id):
        raise TransitionRefused(sentence)
    _record_line(session, actor, line, event="restore")


def _record_line(session: Session, actor: Actor, line: ClaimLine, **payload: str) -> None:
    told = {"key": line.id, "scheme": line.scheme.value} | payload
    record(session, actor, EventTag.CLAIM_LINE_REFUSE, line.claim, **told)


def answer_warning(
    session: Session, actor: Actor, claim: Claim, number: int, answer: str, today: date
) -> None:
    """Write down what was found out about the ``number``-th warning (from 0)."""
    _require_check(session, claim, actor)
    if not 0 <= number < len(claim.warnings):
        raise IllegalTransition("answer")
    if not answer.strip():
        raise TransitionRefused(ANSWER_MISSING)
    warnings = list(claim.warnings)
    warnings[number] = replace(
        warnings[number], answer=answer.strip(), answered_by=actor.name, answered_on=today
    )
    claim.warnings = warnings
    record(session, actor, EventTag.CLAIM_ANSWER, claim, kind=warnings[number].rule)


def note_export(session: Session, actor: Actor, claim: Claim, kind: str, purpose: str) -> None:
    """Note in the audit who takes a file with people's data, and what for."""
    record(session, actor, EventTag.CLAIM_EXPORT, claim, kind=kind, purpose=purpose)


def send_back(session: Session, actor: Actor, claim: Claim, reason: str) -> None:
    """Send the claim back to the school; what it claimed is free again until it claims anew."""
    training_class = locked(session, claim)
    step = "send_back_first" if training_class.instalment == 1 else "send_back"
    step = "send_back_stopped" if training_class.stopped_on else step
    CLASS_WORKFLOW.advance(session, training_class, step, actor, reason=reason)
    training_class.instalment = max(0, training_class.instalment - 1)
    claim.report = reason.strip()
    for line in claim.lines:
        if line.paid_on is None:
            line.payment_key = None


# --- what the school sends with it, until the list is up -------------------------------------------------


def attach(session: Session, actor: Actor, claim: Claim, kind: str, paper: Paper) -> ClaimPaper:
    """Take one attachment and seal it, until the list is up.

    Raises TransitionRefused for a list that is up, a file that was sent
    before, and one too many.
    """
    _require_before_the_list(session, claim)
    before = papers_of(session, claim)
    if any(one.digest == paper.digest for one in before):
        raise TransitionRefused(SAME_PAPER)
    if len(before) >= MOST_PAPERS:
        raise TransitionRefused(ENOUGH_PAPERS)
    row = ClaimPaper(
        claim_id=claim.id,
        kind=ClaimPaperKind(kind),
        size=len(paper.content),
        pages=paper.pages,
        digest=paper.digest,
        content=paper.content,
        uploaded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.CLAIM_PAPER_ADD, row, document=claim.number, kind=kind)
    return row


def withdraw_paper(session: Session, actor: Actor, paper: ClaimPaper, now: datetime) -> None:
    """Take an attachment back, until the list is up; its content goes."""
    _require_before_the_list(session, paper.claim)
    if paper.withdrawn_at is not None:
        raise IllegalTransition("withdraw")
    paper.withdrawn_at, paper.content = now, None
    record(session, actor, EventTag.CLAIM_PAPER_WITHDRAW, paper, kind=paper.kind)


def open_paper(session: Session, actor: Actor, paper: ClaimPaper) -> bytes:
    """The attachment's PDF; who opened it is noted in the same transaction."""
    purpose = stated(Purpose.PAYMENT, "审核补贴申报")
    record(session, actor, EventTag.CLAIM_PAPER_OPEN, paper, kind=paper.kind, purpose=purpose)
    return paper.content or b""


def _require_before_the_list(session: Session, claim: Claim) -> None:
    if locked(session, claim).state not in (ClassState.CLAIMED, ClassState.FOLLOWED, ClassState.CERTIFIED):
        raise TransitionRefused(PAPERS_LATE)
