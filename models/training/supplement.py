"""A supplement to an agreement (补充协议): later dates, which count once every party has signed again."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Actor, Permission
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.training.agreement import Agreement, PartySignature
from models.training.training_class import TrainingClass
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class SupplementState(enum.StrEnum):
    """Where a supplement is."""

    SIGNING = "signing"
    IN_FORCE = "in_force"
    CANCELLED = "cancelled"


SUPPLEMENT_STATE_LABELS = {
    SupplementState.SIGNING: N_("等各方签字"),
    SupplementState.IN_FORCE: N_("生效"),
    SupplementState.CANCELLED: N_("没有签成"),
}
S = SupplementState


class Supplement(Recorded, Base):
    """One postponement: by when all are trained now, and the days of the class it moves (None: no class).

    The agreement's own terms stay as they were signed; this stands beside them with what was true before.
    """

    __tablename__ = "agreement_supplement"
    # One open for signing at a time: the parties sign one set of days, not two.
    __table_args__ = (
        Index(
            "uq_agreement_supplement_open",
            "agreement_id",
            unique=True,
            sqlite_where=text("state = 'signing'"),
            postgresql_where=text("state = 'signing'"),
        ),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), index=True)
    agreement: Mapped[Agreement] = relationship()
    class_id: Mapped[int | None] = mapped_column("cohort_id", ForeignKey("cohort.id"))
    training_class: Mapped[TrainingClass | None] = relationship()
    number: Mapped[str] = mapped_column(String(48), unique=True)
    state: Mapped[SupplementState] = mapped_column(EnumText(SupplementState), default=S.SIGNING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(300))
    ready_by: Mapped[date]
    ready_by_before: Mapped[date]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    starts_on_before: Mapped[date | None]
    ends_on_before: Mapped[date | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signatures: Mapped[list["SupplementSignature"]] = relationship(
        order_by="SupplementSignature.id", back_populates="supplement"
    )

    @property
    def is_signed_by_all(self) -> bool:
        """Whether no party's signature is missing."""
        return all(signature.signed_at is not None for signature in self.signatures)


class SupplementSignature(PartySignature, Recorded, Base):
    """One party's place under a supplement, empty until that party signs."""

    __tablename__ = "supplement_signature"
    __table_args__ = (UniqueConstraint("supplement_id", "party"),)

    supplement_id: Mapped[int] = mapped_column(ForeignKey("agreement_supplement.id"), index=True)
    supplement: Mapped[Supplement] = relationship(back_populates="signatures")


def _is_signed_by_all(supplement: Supplement, actor: Actor) -> Sentence | None:
    return None if supplement.is_signed_by_all else Sentence("还有一方没有签字。")


SUPPLEMENT_WORKFLOW = Workflow(
    "supplement",
    EventTag.SUPPLEMENT_ADVANCE,
    (
        Transition(
            "take_force",
            (S.SIGNING,),
            S.IN_FORCE,
            Permission.TRAINING_SIGN,
            N_("补充协议生效"),
            guard=_is_signed_by_all,
            shown=False,
        ),
        Transition(
            "cancel",
            (S.SIGNING,),
            S.CANCELLED,
            Permission.TRAINING_SIGN,
            N_("补充协议不签了"),
            asks_reason=True,
            tone="danger",
        ),
    ),
)
