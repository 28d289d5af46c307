"""The agreement of a training order: its terms, its parties' signatures, promises not kept (订单培训协议)."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import OFFICES_OF_BOTH, Actor, Permission, Role, by_organisation
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reference.organisation import Organisation
from models.training.training_order import SkillLevel, TrainingOrder
from models.types import EnumText, RecordJSON, UTCDateTime
from models.workflow import Transition, Workflow


class AgreementState(enum.StrEnum):
    """Where the agreement is: open for signing, in force, over."""

    SIGNING = "signing"
    IN_FORCE = "in_force"
    FULFILLED = "fulfilled"
    BROKEN = "broken"
    CANCELLED = "cancelled"


AGREEMENT_STATE_LABELS = {
    AgreementState.SIGNING: N_("等各方签字"),
    AgreementState.IN_FORCE: N_("生效"),
    AgreementState.FULFILLED: N_("已履行"),
    AgreementState.BROKEN: N_("有一方违约"),
    AgreementState.CANCELLED: N_("没有签成"),
}
S = AgreementState


class Party(enum.StrEnum):
    """A side of the agreement; the city is the fourth and may be absent."""

    COUNTY = "county"
    SCHOOL = "school"
    ENTERPRISE = "enterprise"
    CITY = "city"


PARTY_LABELS = {
    Party.COUNTY: N_("县人社局"),
    Party.SCHOOL: N_("培训学校"),
    Party.ENTERPRISE: N_("用工企业"),
    Party.CITY: N_("帮扶市人社局"),
}


@dataclass(frozen=True)
class AgreementTerms:
    """What was agreed (domain.md 4: 协议要素), kept in a JSON column under these very names.

    ``parties`` are names; ``price_fen`` is for one person's whole training, ``wage_floor_fen`` for a month,
    ``follow_months`` how long employment is followed up, ``breach`` clauses of the agreement's form (msgids).
    """

    parties: Mapping[Party, str]
    job: str
    occupation: str
    skill: str
    level: SkillLevel
    certificate: str
    headcount: int
    periods: int
    price_fen: int
    starts_on: date
    ready_by: date
    place: str
    plan: str
    wage_floor_fen: int
    hire_share_percent: int
    follow_months: int
    other: str
    breach: Sequence[str]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "AgreementTerms":
        values = {name: stored[name] for name in cls.__dataclass_fields__}
        return cls(
            **values
            | {
                "parties": {Party(party): name for party, name in stored["parties"].items()},
                "level": SkillLevel(stored["level"]),
                "starts_on": date.fromisoformat(stored["starts_on"]),
                "ready_by": date.fromisoformat(stored["ready_by"]),
            }
        )

    def as_json(self) -> dict[str, Any]:
        dates = {"starts_on": self.starts_on.isoformat(), "ready_by": self.ready_by.isoformat()}
        return asdict(self) | dates


class Agreement(Recorded, Base):
    """Three or four parties and what they promised; ``terms`` are frozen the moment signing begins."""

    __tablename__ = "training_agreement"
    # One agreement an order; one that came to nothing makes room for the next.
    __table_args__ = (
        Index("ix_training_agreement_county_state", "county_code", "state", "id"),
        Index(
            "uq_training_agreement_live",
            "order_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("training_order.id"), index=True)
    order: Mapped[TrainingOrder] = relationship()
    number: Mapped[str] = mapped_column(String(40), unique=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    enterprise: Mapped[Organisation] = relationship(foreign_keys=enterprise_id)
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    school: Mapped[Organisation] = relationship(foreign_keys=school_id)
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    state: Mapped[AgreementState] = mapped_column(EnumText(AgreementState), default=S.SIGNING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    terms: Mapped[AgreementTerms] = mapped_column(RecordJSON(AgreementTerms))
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id", back_populates="agreement")
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = OFFICES_OF_BOTH | {
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.SCHOOL: by_organisation("school_id"),
    }

    @property
    def is_signed_by_all(self) -> bool:
        """Whether no party's signature is missing."""
        return all(signature.signed_at is not None for signature in self.signatures)


class PartySignature:
    """Mixin: the place of one party under a paper, empty until that party signs."""

    party: Mapped[Party] = mapped_column(EnumText(Party))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_name: Mapped[str] = mapped_column(String(60), default="")


class Signature(PartySignature, Recorded, Base):
    """One party's place under an agreement, empty until that party signs."""

    __tablename__ = "agreement_signature"
    __table_args__ = (UniqueConstraint("agreement_id", "party"),)

    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), index=True)
    agreement: Mapped[Agreement] = relationship(back_populates="signatures")


class Breach(Recorded, Base):
    """A promise not kept, by whom and why: recorded, answered, never a public blacklist (domain.md 4).

    ``party`` is the side that did not keep it; None for a learner, who is then named by ``enrolment_id``.
    """

    __tablename__ = "agreement_breach"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), index=True)
    agreement: Mapped[Agreement] = relationship()
    party: Mapped[Party | None] = mapped_column(EnumText(Party))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    answer: Mapped[str] = mapped_column(String(400), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


def _is_signed_by_all(agreement: Agreement, actor: Actor) -> Sentence | None:
    return None if agreement.is_signed_by_all else Sentence("还有一方没有签字。")


_P = Permission
AGREEMENT_WORKFLOW = Workflow(
    "agreement",
    EventTag.AGREEMENT_ADVANCE,
    (
        Transition(
            "take_force",
            (S.SIGNING,),
            S.IN_FORCE,
            _P.TRAINING_SIGN,
            N_("生效"),
            guard=_is_signed_by_all,
            shown=False,
        ),
        Transition(
            "cancel",
            (S.SIGNING,),
            S.CANCELLED,
            _P.TRAINING_SIGN,
            N_("不签了"),
            asks_reason=True,
            tone="danger",
        ),
        Transition("fulfil", (S.IN_FORCE,), S.FULFILLED, _P.CLASS_APPROVE, N_("已履行"), tone="brand"),
        Transition(
            "break",
            (S.IN_FORCE,),
            S.BROKEN,
            _P.CLASS_APPROVE,
            N_("认定违约"),
            asks_reason=True,
            tone="danger",
        ),
    ),
)
