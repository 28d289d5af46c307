"""The appointment for an interview: when, where, whom to ask for, and whether the person was told of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, String, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor
from models.base import Base, Recorded
from models.i18n import Sentence
from models.messages.kind import INTERVIEW_KINDS
from models.messages.message import Message, when_told
from models.messages.reach import Reach
from models.placement.leaving import Channel
from models.placement.placement import Placement, PlacementState
from models.types import EncryptedText, EnumText, UTCDateTime


class Interview(Recorded, Base):
    """The one appointment of a placement as it stands now; what it was before, the audit knows.

    ``told_at`` is None until the county has told the person what stands here: a change or a cancellation has
    to be told anew. ``contact`` holds a telephone and is sealed like one.
    """

    __tablename__ = "interview"

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), unique=True)
    placement: Mapped[Placement] = relationship(back_populates="interview")
    held_at: Mapped[datetime] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(String(100))
    contact: Mapped[str | None] = mapped_column(EncryptedText("interview.contact"))
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_channel: Mapped[Channel | None] = mapped_column(EnumText(Channel))
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}

    @property
    def sentence(self) -> Sentence:
        """The appointment, or that there is none any more, for everybody who reads of it."""
        if self.is_cancelled:
            return Sentence("面试取消了：%(reason)s", {"reason": self.cancel_reason})
        return Sentence("%(when)s，%(place)s", {"when": self.held_at, "place": self.place})

    @property
    def line(self) -> Sentence:
        """The same where nothing around it says that it is about an interview."""
        return self.sentence if self.is_cancelled else Sentence("面试：%(what)s", {"what": self.sentence})

    @property
    def is_pending(self) -> bool:
        """Whether it still has to be told: while the matter is alive."""
        return self.told_at is None and (
            self.placement.state is PlacementState.INTERVIEW
            or (self.is_cancelled and self.placement.state is PlacementState.ACCEPTED)
        )


CHANNEL_OF = {
    Reach.READ: Channel.PORTAL,
    Reach.TOLD_BY_PHONE: Channel.PHONE,
    Reach.TOLD_IN_PERSON: Channel.VISIT,
    Reach.NOTICE_GIVEN: Channel.VILLAGE,
}


@when_told(*INTERVIEW_KINDS)
def _knows(session: Session, message: Message, actor: Actor, now: datetime) -> None:
    """Who knows of the message knows of the appointment: a later one would have taken its place."""
    interview = session.scalar(select(Interview).where(Interview.placement_id == message.placement_id))
    if interview is not None and interview.is_pending:
        interview.told_at, interview.told_by_id = now, actor.user_id
        interview.told_channel = CHANNEL_OF.get(message.reach)


def is_to_be_told() -> ColumnElement[bool]:
    """:attr:`Interview.is_pending`, as a condition on ``interview`` joined with ``placement``."""
    alive = or_(
        Placement.state == PlacementState.INTERVIEW,
        and_(Interview.is_cancelled.is_(True), Placement.state == PlacementState.ACCEPTED),
    )
    return and_(Interview.told_at.is_(None), alive)
