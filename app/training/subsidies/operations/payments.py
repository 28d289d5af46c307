"""The payment: a third person notes that money left, once the list was up for all its days.

Into the ledger, which is read here too.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, extract, func, select
from sqlalchemy.orm import Session, joinedload

from app.placements.queries.statistics import Bar
from app.training.subsidies.facts import shares_account
from app.training.subsidies.operations.claims import fallen, locked, strike
from app.training.subsidies.operations.notices import current_notice
from app.training.subsidies.queries import lines_of
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.cooperation.fund import FundItemKind
from models.cooperation.fund_ledger import post_subsidy
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.messages.message import send
from models.numbers import yuan
from models.people.masks import masked_name
from models.reference.organisation import Organisation
from models.second_person import second_person
from models.training.class_workflow import CLASS_WORKFLOW, NOTICE_RUNNING
from models.training.subsidy import TO_SCHOOL, Claim, ClaimLine, LedgerEntry, Objection, PublicNotice, Scheme
from models.training.training_class import ClassState
from models.two_person_acts import CLAIM_PAID
from models.workflow import TransitionRefused

NOTHING_TO_PAY = Sentence("没有一笔可以拨付了。")
ACCOUNT_SHARED = Sentence(
    "收款账号后来另一家学校也用来申报了，不能拨付。请审核的人登记异议、撤下公示，核实以后再公示。"
)
OBJECTION_OPEN = Sentence("还有异议没有答复，不能拨付。")
PAID_LATER = Sentence("拨付日期不能晚于今天。")


def _refuse(sentence: Sentence | None) -> None:
    if sentence:
        raise TransitionRefused(sentence)


# --- the payment ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Payment:
    """When the money left the account, and by which voucher."""

    paid_on: date
    voucher: str


def check_again(session: Session, actor: Actor, claim: Claim, today: date) -> list[ClaimLine]:
    """Before money leaves, or its file: take out what does not hold any more; returns those lines.

    Raises TransitionRefused where the claim cannot be paid now (see :func:`payment_refusal`). A claim that is
    paid already stays as it is.
    """
    if locked(session, claim).state is not ClassState.PUBLISHED:
        return []
    _refuse(payment_refusal(session, claim, actor, today))
    return strike(session, actor, claim, today)


def payment_refusal(session: Session, claim: Claim, actor: Actor, today: date) -> Sentence | None:
    """Why ``actor`` cannot pay a published claim today: its list, a third person's hand, an open protest."""
    notice = current_notice(session, claim)
    if notice is None or not _is_over(notice, today):
        return NOTICE_RUNNING
    protest = OBJECTION_OPEN if _has_open_objection(session, notice) else None
    own = next(iter(second_person(CLAIM_PAID, claim.training_class, actor)), None)
    return own or protest or _account_refusal(session, claim)


def _account_refusal(session: Session, claim: Claim) -> Sentence | None:
    """That another school gave the same account since the checker looked."""
    is_asked = any(warning.rule == "account" for warning in claim.warnings)
    is_shared = shares_account(session, claim.training_class, claim.account_digest)
    return ACCOUNT_SHARED if is_shared and not is_asked else None


def _is_over(notice: PublicNotice, today: date) -> bool:
    """Whether the list was up for all its days; the last of them belongs to it."""
    return today > notice.ends_on


def _has_open_objection(session: Session, notice: PublicNotice) -> bool:
    waiting = exists().where(Objection.notice_id == notice.id, Objection.answered_at.is_(None))
    return bool(session.scalar(select(waiting)))


def day_refusal(notice: PublicNotice, paid_on: date, today: date) -> Sentence | None:
    """Why the money cannot have left on ``paid_on``; before the list is over that is not asked."""
    if not _is_over(notice, today):
        return None
    if paid_on > today:
        return PAID_LATER
    if paid_on > notice.ends_on:
        return None
    return Sentence("公示到 %(day)s 才结束，拨付日期要在它以后。", {"day": notice.ends_on})


def pay(session: Session, actor: Actor, claim: Claim, payment: Payment, today: date) -> int:
    """Note the payment of every line nothing stands against; returns the sum in fen.

    Raises TransitionRefused before the notice is over (the dates are compared here, now), while an objection
    waits for its answer, for a day that cannot be, for a person who made or checked the claim, and while a
    line is in the claim that does not hold any more (:func:`strike` takes it out).
    """
    training_class, notice = locked(session, claim), current_notice(session, claim)
    if training_class.state is ClassState.PUBLISHED:
        _refuse(payment_refusal(session, claim, actor, today))
        _refuse(next(iter(fallen(session, claim, today).values()), None))
        training_class.notice_over = True
    CLASS_WORKFLOW.advance(
        session, training_class, "pay_first" if training_class.instalment == 1 else "pay", actor
    )
    _refuse(day_refusal(notice, payment.paid_on, today) if notice else None)
    lines = [line for line in lines_of(session, claim) if line.is_due]
    _refuse(None if lines else NOTHING_TO_PAY)
    for line in lines:
        _enter(session, actor, claim, line, payment)
    _post_to_fund(session, actor, claim, lines, payment)
    total = sum(line.amount_fen for line in lines)
    record(session, actor, EventTag.SUBSIDY_PAY, claim, rows=len(lines), amount_fen=total)
    return total


def _post_to_fund(
    session: Session, actor: Actor, claim: Claim, lines: list[ClaimLine], payment: Payment
) -> None:
    """Where the county pays training out of the cooperation's money, its ledger moves in this transaction: a
    posting a line, so that a line's money finds its way back. Raises TransitionRefused beyond what is
    allocated."""
    for line in lines:
        post_subsidy(
            session,
            actor,
            FundItemKind.TRAINING,
            claim.county_code,
            line.amount_fen,
            payment.paid_on,
            line,
            payment.voucher,
        )


def _enter(session: Session, actor: Actor, claim: Claim, line: ClaimLine, payment: Payment) -> None:
    line.paid_on, worker = payment.paid_on, line.enrolment.worker
    to_school = line.scheme in TO_SCHOOL
    session.add(
        LedgerEntry(
            claim_id=claim.id,
            line_id=line.id,
            county_code=claim.county_code,
            city_code=claim.city_code,
            scheme=line.scheme,
            amount_fen=line.amount_fen,
            paid_on=payment.paid_on,
            voucher=payment.voucher,
            payee=claim.account_name if to_school else masked_name(worker.name),
            paid_by_id=actor.user_id,
        )
    )
    if not to_school:
        told = {"name": claim.training_class.name, "amount": yuan(line.amount_fen)}
        send(session, worker.id, MessageKind.SUBSIDY_PAID, told, actor=actor)


# --- the ledger -----------------------------------------------------------------------------------------

PAGE, MOST_MONTHS = 50, 24


@dataclass(frozen=True)
class SchoolSum:
    """What was paid for one school's classes: payments and fen of one subsidy."""

    school: str
    scheme: Scheme
    payments: int
    amount_fen: int


@dataclass(frozen=True)
class MonthSum:
    """What was paid in one month, in fen by subsidy."""

    year: int
    month: int
    by_scheme: dict[Scheme, int]

    @property
    def name(self) -> str:
        """The month as tables write it: 2026-06."""
        return f"{self.year}-{self.month:02d}"

    @property
    def amount_fen(self) -> int:
        """Both subsidies together."""
        return sum(self.by_scheme.values())


def ledger_page(
    session: Session, actor: Actor, before: int | None = None
) -> tuple[list[LedgerEntry], int | None]:
    """One page of entries, the newest first, and the next key."""
    statement = select(LedgerEntry).options(joinedload(LedgerEntry.claim))
    statement = visible_to(actor, statement, LedgerEntry, Permission.CLAIM_READ)
    if before:
        statement = statement.where(LedgerEntry.id < before)
    rows = list(session.scalars(statement.order_by(LedgerEntry.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def paid_by_school(session: Session, actor: Actor) -> list[SchoolSum]:
    """The sums by school and subsidy, by the school's name."""
    statement = (
        select(Organisation.name, LedgerEntry.scheme, func.count(), func.sum(LedgerEntry.amount_fen))
        .select_from(LedgerEntry)
        .join(Claim, Claim.id == LedgerEntry.claim_id)
        .join(Organisation, Organisation.id == Claim.school_id)
        .group_by(Organisation.id, Organisation.name, LedgerEntry.scheme)
        .order_by(Organisation.name, LedgerEntry.scheme.desc())
    )
    rows = session.execute(visible_to(actor, statement, LedgerEntry, Permission.CLAIM_READ))
    return [SchoolSum(name, scheme, count, int(fen)) for name, scheme, count, fen in rows]


def paid_by_month(session: Session, actor: Actor) -> list[MonthSum]:
    """The sums of the last 24 months with payments, the newest first."""
    year, month = extract("year", LedgerEntry.paid_on), extract("month", LedgerEntry.paid_on)
    statement = (
        select(year, month, LedgerEntry.scheme, func.sum(LedgerEntry.amount_fen))
        .group_by(year, month, LedgerEntry.scheme)
        .order_by(year.desc(), month.desc())
        .limit(MOST_MONTHS * len(Scheme))
    )
    months: dict[tuple[int, int], dict[Scheme, int]] = {}
    for of_year, of_month, scheme, fen in session.execute(
        visible_to(actor, statement, LedgerEntry, Permission.CLAIM_READ)
    ):
        months.setdefault((int(of_year), int(of_month)), {})[scheme] = int(fen)
    return [MonthSum(*when, sums) for when, sums in list(months.items())[:MOST_MONTHS]]


def month_bars(months: list[MonthSum]) -> list[Bar]:
    """(month, yuan, "") for kit.bars, the oldest first."""
    return [(one.name, one.amount_fen // 100, "") for one in reversed(months)]
