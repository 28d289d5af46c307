"""People already at work in Guangdong whom no county has found yet: told by the city or the enterprise.

Who is in the register by number and name gets a spell at once; who is not waits here until the county he or
she says to be from takes the record over, or says that the person is not from there.
"""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Actor, Permission, Role, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.employment.spell import EmploymentSpell, SpellKind, Teller
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.people.worker import PLACE, Worker
from models.placement.leaving import Channel
from models.reference.organisation import Organisation
from models.types import EncryptedText, EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class NewcomerState(enum.StrEnum):
    """Whether the county has found the person."""

    WAITING = "waiting"
    TAKEN_OVER = "taken_over"
    TURNED_AWAY = "turned_away"
    TAKEN_BACK = "taken_back"


NEWCOMER_STATE_LABELS = {
    NewcomerState.WAITING: N_("等户籍县认领"),
    NewcomerState.TAKEN_OVER: N_("户籍县已认领"),
    NewcomerState.TURNED_AWAY: N_("不是本县的人"),
    NewcomerState.TAKEN_BACK: N_("登记的单位撤回了"),
}


class Newcomer(Recorded, Base):
    """One person whom a city or enterprise told of, with his or her word (``consent_channel``: how it was
    given). ``seen_by_number``: somebody of the register has this number under another name.

    Number and telephone go when the matter is settled: from then on the register has them, or nobody.
    """

    __tablename__ = "newcomer"
    __table_args__ = (Index("ix_newcomer_county_state", "county_code", "state", "id"),)

    name: Mapped[str] = mapped_column(String(60))
    id_number: Mapped[str | None] = mapped_column(EncryptedText("newcomer.id_number"))
    id_digest: Mapped[str] = mapped_column(String(64), index=True)
    id_last4: Mapped[str] = mapped_column(String(4))
    phone: Mapped[str | None] = mapped_column(EncryptedText("newcomer.phone"))
    county_code: Mapped[str] = mapped_column(String(9))
    township: Mapped[str] = mapped_column(PLACE, default="")
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    employer: Mapped[Organisation | None] = relationship()
    employer_name: Mapped[str] = mapped_column(String(100), default="")
    place_code: Mapped[str] = mapped_column(String(9), index=True)
    kind: Mapped[SpellKind] = mapped_column(EnumText(SpellKind), default=SpellKind.ENTERPRISE)
    began_on: Mapped[date]
    teller: Mapped[Teller] = mapped_column(EnumText(Teller))
    consent_channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    seen_by_number: Mapped[bool] = mapped_column(default=False)
    state: Mapped[NewcomerState] = mapped_column(EnumText(NewcomerState), default=NewcomerState.WAITING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_reason: Mapped[str] = mapped_column(String(200), default="")
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker | None] = relationship()
    spell_id: Mapped[int | None] = mapped_column(
        ForeignKey("employment_spell.id", ondelete="SET NULL"), index=True
    )
    spell: Mapped[EmploymentSpell | None] = relationship(passive_deletes=True)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("place_code"),
        Role.ENTERPRISE: by_organisation("employer_id"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }


def _is_found(newcomer: Any, actor: Actor) -> Sentence | None:
    return None if newcomer.worker_id else Sentence("先在台账里找到或登记这个人。")


NEWCOMER_WORKFLOW = Workflow(
    "newcomer",
    EventTag.NEWCOMER_SETTLE,
    (
        Transition(
            "take_over",
            (NewcomerState.WAITING,),
            NewcomerState.TAKEN_OVER,
            Permission.WORKER_WRITE,
            N_("认领"),
            guard=_is_found,
            tone="brand",
        ),
        Transition(
            "turn_away",
            (NewcomerState.WAITING,),
            NewcomerState.TURNED_AWAY,
            Permission.WORKER_WRITE,
            N_("不是本县的人"),
            asks_reason=True,
        ),
        Transition(
            "take_back",
            (NewcomerState.WAITING,),
            NewcomerState.TAKEN_BACK,
            Permission.EMPLOYMENT_RECORD,
            N_("撤回登记"),
            shown=False,
        ),
    ),
)
