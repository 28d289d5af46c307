"""Claims, what they rest on, what was paid, and to whom (补贴)."""

import enum
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import JSON, Connection, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import OFFICES_OF_BOTH, Role, by_organisation
from models.append_only import protect
from models.base import Base, Recorded
from models.i18n import N_, Sentence
from models.training.enrolment import Enrolment
from models.training.training_class import TrainingClass
from models.types import EncryptedText, EnumText, RecordJSON, RecordsJSON, UTCDateTime


class Scheme(enum.StrEnum):
    """Which subsidy a line claims.

    Where a standard parts the training fee, TRAINING is its first part (after the certificate) and SECOND the
    rest, after employment: each is claimed and paid once.
    """

    TRAINING = "training"
    SECOND = "second"
    LIVING = "living"


SCHEME_LABELS = {
    Scheme.TRAINING: N_("职业培训补贴"),
    Scheme.SECOND: N_("职业培训补贴（就业后的一次）"),
    Scheme.LIVING: N_("生活费补贴"),
}
TO_SCHOOL = (Scheme.TRAINING, Scheme.SECOND)


@dataclass(frozen=True)
class ClaimWarning:
    """One thing the checker has to ask about before the list goes up, and what was found out.

    No name stands in it: a person may ask to be forgotten, a claim may not. The page fills them in.
    """

    rule: str
    sentence: Sentence
    enrolment_ids: tuple[int, ...] = ()
    answer: str = ""
    answered_by: str = ""
    answered_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """{rule, sentence, params, enrolments, answer, by, on}."""
        sentence = self.sentence.as_json()
        return {
            "rule": self.rule,
            "sentence": sentence["text"],
            "params": sentence["params"],
            "enrolments": list(self.enrolment_ids),
            "answer": self.answer,
            "by": self.answered_by,
            "on": self.answered_on.isoformat() if self.answered_on else "",
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The warning that :meth:`as_json` wrote."""
        return cls(
            kept["rule"],
            Sentence.from_json({"text": kept["sentence"], "params": kept["params"]}),
            tuple(kept["enrolments"]),
            kept.get("answer", ""),
            kept.get("by", ""),
            date.fromisoformat(kept["on"]) if kept.get("on") else None,
        )


class Claim(Recorded, Base):
    """What one class claims (one claim a class; sent back and made again it keeps its number).

    ``report``: the checker's words. ``account_digest`` finds other schools' claims to the same bank account.
    """

    __tablename__ = "claim"
    __table_args__ = (Index("ix_claim_county", "county_code", "id"),)

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), unique=True)
    training_class: Mapped[TrainingClass] = relationship()
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    warnings: Mapped[list[ClaimWarning]] = mapped_column("anomalies", RecordsJSON(ClaimWarning), default=list)
    report: Mapped[str] = mapped_column(String(1000), default="")
    account_name: Mapped[str] = mapped_column(String(100), default="")
    account_number: Mapped[str | None] = mapped_column(EncryptedText("claim.account_number"))
    account_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    bank_name: Mapped[str] = mapped_column(String(100), default="")
    lines: Mapped[list["ClaimLine"]] = relationship(back_populates="claim", order_by="ClaimLine.id")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = OFFICES_OF_BOTH | {
        Role.SCHOOL: by_organisation("school_id"),
    }


@dataclass(frozen=True)
class RatePart:
    """``days`` days at one figure (fen a day), or the fee once (days is 1); with where the figure stands."""

    days: int
    rate_fen: int
    source: str
    verified: bool
    standard_id: int


@dataclass(frozen=True)
class LineBasis:
    """What the sum of a line rests on.

    A fee has the day ``on`` whose standard counts and the ``price_fen`` agreed with the school; an allowance
    the ``days`` attended and how many of them were ``without`` a standard in force. ``share``: the percentage
    that the first part of a fee is; ``before_fen``: what the second part finds paid.
    """

    parts: tuple[RatePart, ...] = ()
    on: date | None = None
    price_fen: int | None = None
    days: int = 0
    without: int = 0
    share: int | None = None
    before_fen: int | None = None

    @property
    def is_verified(self) -> bool:
        """Whether every figure has been checked (none is 待核)."""
        return all(part.verified for part in self.parts)

    def as_json(self) -> dict[str, Any]:
        """{on, price_fen, days, without, share, before_fen, parts: [{days, rate_fen, source, ...}]}."""
        return asdict(self) | {
            "on": self.on.isoformat() if self.on else None,
            "parts": [asdict(part) for part in self.parts],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The basis that :meth:`as_json` wrote; {} for a line that could not be computed."""
        return cls(
            tuple(RatePart(**part) for part in kept.get("parts", ())),
            date.fromisoformat(kept["on"]) if kept.get("on") else None,
            kept.get("price_fen"),
            kept.get("days", 0),
            kept.get("without", 0),
            kept.get("share"),
            kept.get("before_fen"),
        )


class ClaimLine(Recorded, Base):
    """One person, one scheme, one year. ``payment_key`` (digest, scheme, year) is unique while it is claimed:
    the same person, scheme and year cannot be paid twice, whichever two schools claim at the same moment.

    ``refused``: why it is not paid ("" if it is), a msgid with ``refused_params``, or the words of the
    checker ``refused_by_id``; read and written as ``refusal``.
    """

    __tablename__ = "claim_line"
    __table_args__ = (UniqueConstraint("claim_id", "enrolment_id", "scheme"),)

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    claim: Mapped[Claim] = relationship(back_populates="lines")
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    enrolment: Mapped[Enrolment] = relationship()
    scheme: Mapped[Scheme] = mapped_column(EnumText(Scheme))
    year: Mapped[int]
    amount_fen: Mapped[int]
    basis: Mapped[LineBasis] = mapped_column(RecordJSON(LineBasis), default=LineBasis)
    refused: Mapped[str] = mapped_column(String(300), default="")
    refused_params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    payment_key: Mapped[str | None] = mapped_column(String(100), unique=True)
    paid_on: Mapped[date | None]

    @property
    def is_payable(self) -> bool:
        """Whether nothing stands against paying it."""
        return not self.refused

    @property
    def is_due(self) -> bool:
        """Whether it is to be paid and was not yet: an earlier instalment of the claim was."""
        return self.is_payable and self.paid_on is None

    @property
    def refusal(self) -> Sentence | None:
        """Why it is not paid: the rule's sentence, or the checker's own words."""
        if self.refused_by_id is not None:
            return Sentence(self.refused)
        kept = {"text": self.refused, "params": self.refused_params}
        return Sentence.from_json(kept) if self.refused else None

    @refusal.setter
    def refusal(self, sentence: Sentence | None) -> None:
        self.refused = sentence.text if sentence else ""
        self.refused_params = sentence.as_json()["params"] if sentence else {}


def payment_key(id_digest: str, scheme: Scheme, year: int) -> str:
    """What stands for "this person, this subsidy, this year", paid only once."""
    return f"{id_digest}:{scheme.value}:{year}"


class PublicNotice(Recorded, Base):
    """The list put up before paying, for its time only.

    ``rows`` keep masked names and numbers for good; the page reads the whole names of ``enrolment`` while the
    list is up, so that a person who is forgotten is not written here. ``phone`` takes objections.
    """

    __tablename__ = "public_notice"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    claim: Mapped[Claim] = relationship()
    token: Mapped[str] = mapped_column(String(32), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    phone: Mapped[str] = mapped_column(String(40), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Objection(Recorded, Base):
    """What was said against a notice, and what was answered."""

    __tablename__ = "notice_objection"

    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"), index=True)
    notice: Mapped[PublicNotice] = relationship()
    text: Mapped[str] = mapped_column(String(600))
    by_whom: Mapped[str] = mapped_column(String(60), default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(600), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class LedgerEntry(Recorded, Base):
    """One sum that left the account: for which claim and scheme, to whom, when, by which voucher.
    Append-only.

    ``payee`` of a learner is masked (沙**): the row can never be changed, and a person may ask to be
    forgotten; ``line_id`` leads to who it was.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_county_day", "county_code", "paid_on", "id"),)

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    claim: Mapped[Claim] = relationship()
    line_id: Mapped[int | None] = mapped_column(ForeignKey("claim_line.id"), unique=True)
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    scheme: Mapped[Scheme] = mapped_column(EnumText(Scheme))
    amount_fen: Mapped[int]
    payee: Mapped[str] = mapped_column(String(100))
    paid_on: Mapped[date]
    voucher: Mapped[str] = mapped_column(String(60))
    paid_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    __scope__ = OFFICES_OF_BOTH


@event.listens_for(LedgerEntry.__table__, "after_create")
def _append_only(table: Any, connection: Connection, **options: Any) -> None:
    protect(connection, table.name)
