"""A third person notes that the money left: only after the list was up for all its days, and into the
ledger."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.web.formatters import day, masked_name, yuan
from app.training.subsidies.operations.notices import current, has_open_objection, is_over
from app.training.subsidies.operations.review import locked
from app.training.subsidies.queries.claims import lines_of
from models.access import Actor
from models.audit import EventTag, record
from models.i18n import N_, Sentence
from models.placement.placement import Message
from models.training.subsidy import Claim, ClaimLine, LedgerEntry, PublicNotice, Scheme
from models.training.training_class import CLASS_WORKFLOW, ClassState
from models.workflow import TransitionRefused

OBJECTION_OPEN = Sentence("还有异议没有答复，不能拨付。")
PAID = N_("%(name)s的生活费补贴 %(amount)s已经拨付，发到你的一卡通。")


@dataclass(frozen=True)
class Payment:
    """When the money left the account, and by which voucher."""

    paid_on: date
    voucher: str


def day_problem(notice: PublicNotice | None, paid_on: date, today: date) -> str | None:
    """Return why the money cannot have left on ``paid_on``, or None."""
    if paid_on > today:
        return _("拨付日期不能晚于今天。")
    if notice and paid_on <= notice.ends_on:
        return _("公示到 %(day)s 才结束，拨付日期要在它以后。", day=day(notice.ends_on))
    return None


def pay(session: Session, actor: Actor, claim: Claim, payment: Payment, today: date) -> int:
    """Note the payment of every line nothing stands against; returns the sum in fen.

    Raises TransitionRefused before the notice is over (the dates are compared here, now), while an objection
    waits for its answer, for a day that cannot be, and for whoever made or checked the claim.
    """
    training_class, notice = locked(session, claim), current(session, claim)
    training_class.notice_over = is_over(notice, today)
    if training_class.state is ClassState.PUBLISHED and notice and has_open_objection(session, notice):
        raise TransitionRefused(OBJECTION_OPEN)
    CLASS_WORKFLOW.advance(session, training_class, "pay", actor)
    if sentence := day_problem(notice, payment.paid_on, today):
        raise TransitionRefused(sentence)
    lines = [line for line in lines_of(session, claim) if line.is_payable]
    for line in lines:
        _enter(session, actor, claim, line, payment)
    total = sum(line.amount_fen for line in lines)
    record(session, actor, EventTag.SUBSIDY_PAY, claim, rows=len(lines), amount_fen=total)
    return total


def _enter(session: Session, actor: Actor, claim: Claim, line: ClaimLine, payment: Payment) -> None:
    line.paid_on, worker = payment.paid_on, line.enrolment.worker
    to_school = line.scheme is Scheme.TRAINING
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
        text = PAID % {"name": claim.training_class.name, "amount": yuan(line.amount_fen)}
        session.add(Message(worker_id=worker.id, channel="platform", text=text))
