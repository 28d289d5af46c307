"""Subsidies of the demo's classes: claimed, put up, paid as the state of each tells, each by another
person."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.commands.demo.story import at
from app.kit.files.document_sanitizer import take
from app.training.certification.operations import certificates
from app.training.classes.queries.people import learners
from app.training.subsidies.operations import claims, notices, payments
from models.access import Actor
from models.training.certificate import Certificate, RevocationGround
from models.training.claim_paper import ClaimPaperKind
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.standard import StandardName, TrainingStandard
from models.training.subsidy import Claim, PublicNotice
from models.training.training_class import ClassState, TrainingClass

C = ClassState
TOLD = (C.CLAIMED, C.PUBLISHED, C.PAID, C.ARCHIVED)
CLAIMED_AFTER, CHECKED_AFTER, PAID_AFTER = 215, 6, 3
FEE_FEN, FEE_SOURCE = 120_000, "演示用的数字，不是哪一份文件"
ACCOUNT_NUMBER, BANK = "6228480000001234567", "农业银行昭觉县支行"
OBJECTIONS = "0834-0000000（演示用，打不通）"
ASKED = "打电话问过两名学员和企业，情况属实。"


@dataclass
class ClaimTeller:
    """Carries one class through its subsidies; the operations are those people use, with the days of then."""

    session: Session
    training_class: TrainingClass
    today: date
    is_revoked: bool = False
    actors: dict[str, Actor] = field(default_factory=dict)

    def tell(self) -> None:
        """Claim, check, put up and pay, until the class is where it should be."""
        goal, self.training_class.state = self.training_class.state, C.FOLLOWED
        self.is_revoked = goal is C.PAID
        if goal is C.CLAIMED:
            self._one_phone()
        day = min(self.training_class.ends_on + timedelta(days=CLAIMED_AFTER), self.today)
        account = claims.Account(self.training_class.school.name, ACCOUNT_NUMBER, BANK)
        claim = claims.make(self.session, self._who("school"), self.training_class, account, at(day))
        if goal is C.CLAIMED:
            invoice = take(_blank_page())
            claims.attach(self.session, self._who("school"), claim, ClaimPaperKind.INVOICE, invoice)
        steps = TOLD[1 : TOLD.index(goal) + 1]
        for step in steps:
            day = self._step(claim, step, day)
        self.training_class.state_since = at(day)
        self.session.flush()

    def _one_phone(self) -> None:
        """Let three learners have left one telephone number: something for the checker to ask about."""
        first, *others = [one.worker for one in learners(self.session, self.training_class)][:3]
        for one in others:
            one.phone, one.phone_digest, one.phone_last4 = first.phone, first.phone_digest, first.phone_last4

    def _who(self, name: str) -> Actor:
        if name not in self.actors:
            self.actors[name] = actor_named(self.session, name, self.today)
        return self.actors[name]

    def _step(self, claim: Claim, step: ClassState, day: date) -> date:
        """Take one step some days after ``day``; return on which."""
        if step is C.PUBLISHED:
            return self._publish(claim, min(day + timedelta(days=CHECKED_AFTER), self.today))
        if step is C.PAID:
            paid_on = min(self._up_until(claim) + timedelta(days=PAID_AFTER), self.today)
            payment = payments.Payment(paid_on, f"昭财社{paid_on:%Y%m%d}-{claim.id:03d}")
            payments.pay(self.session, self._who("county"), claim, payment, paid_on)
            if self.is_revoked:
                self._revoke(paid_on)
            return paid_on
        CLASS_WORKFLOW.advance(self.session, self.training_class, "archive", self._who("county"))
        return day + timedelta(days=PAID_AFTER)

    def _revoke(self, day: date) -> None:
        """Let a certificate turn out to be issued in error after the payment: money is to come back."""
        graduate = learners(self.session, self.training_class)[-1].id
        held = select(Certificate).where(
            Certificate.enrolment_id == graduate, Certificate.revoked_at.is_(None)
        )
        if certificate := self.session.scalar(held):
            who, why = self._who("county2"), "复查时发现成绩登错了人"
            certificates.revoke(self.session, who, certificate, RevocationGround.ERROR, why, at(day))

    def _publish(self, claim: Claim, day: date) -> date:
        checker: Any = self._who("county2")
        for number in range(len(claim.warnings)):
            claims.answer_warning(self.session, checker, claim, number, ASKED, day)
        report = "材料齐全，抽查两人，考勤和就业凭证对得上。"
        notices.publish(self.session, checker, claim, report, day, OBJECTIONS)
        return day

    def _up_until(self, claim: Claim) -> date:
        """The last day of the list."""
        return self.session.scalars(
            select(PublicNotice.ends_on).where(PublicNotice.claim_id == claim.id)
        ).one()


def _blank_page() -> bytes:
    """A page as a telephone photographs it; nothing stands on it."""
    page = BytesIO()
    Image.new("RGB", (420, 594), "white").save(page, "JPEG")
    return page.getvalue()


def figure_for(session: Session) -> None:
    """Give the demo's county a training fee of its own: the tables know none for its province."""
    known = select(TrainingStandard.id).where(TrainingStandard.area_code == ZHAOJUE)
    if session.scalar(known.where(TrainingStandard.name == StandardName.TRAINING_FEE)) is None:
        session.add(
            TrainingStandard(
                area_code=ZHAOJUE,
                name=StandardName.TRAINING_FEE,
                value=FEE_FEN,
                valid_from=date(2016, 12, 25),
                source=FEE_SOURCE,
            )
        )
        session.flush()


def claims_for(session: Session, training_class: TrainingClass, today: date) -> None:
    """Write the subsidies of a class of the demo by its state; before they are claimed there are none.

    Lessons and results of the class are written already. The caller commits.
    """
    if training_class.state in TOLD:
        figure_for(session)
        ClaimTeller(session, training_class, today).tell()
