"""Groups that travel together: who leads, how, from where and when; who was in it, and who received them."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_area, everything
from models.base import Base, Recorded
from models.i18n import N_, Sentence
from models.types import EncryptedBytes, EncryptedText, EnumText, UTCDateTime


class Way(enum.StrEnum):
    """What a group travels for."""

    OUT = "out"
    HOME = "home"
    BACK = "back"


WAY_LABELS = {Way.OUT: N_("去上岗"), Way.HOME: N_("返乡"), Way.BACK: N_("返岗")}


class Departure(Recorded, Base):
    """A group that leaves together. ``seats``: None where nobody has said how many there are.

    ``transport`` is what it goes by (大巴, 火车, ...), ``vehicle`` the number of train or bus.
    ``postponed_at``: put off, and the day to come not known yet. ``left_at`` and ``arrived_on`` are of groups
    that go home or come back; who is on the way to a job says so itself (PLACEMENT_WORKFLOW).
    """

    __tablename__ = "departure"

    county_code: Mapped[str] = mapped_column(String(9), index=True)
    city_code: Mapped[str] = mapped_column(String(9))
    way: Mapped[Way] = mapped_column(EnumText(Way), default=Way.OUT)
    leader_name: Mapped[str] = mapped_column(String(60))
    leader_phone: Mapped[str | None] = mapped_column(EncryptedText("departure.leader_phone"))
    transport: Mapped[str] = mapped_column(String(60))
    vehicle: Mapped[str] = mapped_column(String(40), default="")
    seats: Mapped[int | None]
    from_place: Mapped[str] = mapped_column(String(100))
    departs_at: Mapped[datetime] = mapped_column(UTCDateTime)
    postponed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    arrived_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
    }

    @property
    def arrangement(self) -> Sentence:
        """When and where the group leaves, with what, and who leads it."""
        told = {
            "when": self.departs_at,
            "place": self.from_place,
            "transport": f"{self.transport} {self.vehicle}".strip(),
            "leader": self.leader_name,
        }
        return Sentence("%(when)s 在%(place)s集合，坐%(transport)s，带队人 %(leader)s", told)


class Passenger(Recorded, Base):
    """One person's place in one group. Who left it before it went stays on its list, with the reason.

    ``reached``: None until somebody rang, False where nobody answered. ``arrived``: None until the group was
    handed over. ``emergency_contact`` holds a name and a telephone and is sealed like one.
    """

    __tablename__ = "passenger"
    __table_args__ = (UniqueConstraint("departure_id", "worker_id"),)

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), index=True)
    seat: Mapped[str] = mapped_column(String(20), default="")
    emergency_contact: Mapped[str | None] = mapped_column(EncryptedText("passenger.emergency_contact"))
    reached: Mapped[bool | None]
    rung_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rung_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    joined_late: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_reason: Mapped[str] = mapped_column(String(200), default="")
    hand_over_id: Mapped[int | None] = mapped_column(ForeignKey("hand_over.id"), index=True)
    arrived: Mapped[bool | None]


class HandOver(Recorded, Base):
    """The list that an enterprise signed for the people of a group it received.

    ``content`` is the signed list, drawn anew on arrival (a PDF) and sealed; None where nobody has sent it.
    """

    __tablename__ = "hand_over"
    __table_args__ = (UniqueConstraint("departure_id", "enterprise_id"),)

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    received_on: Mapped[date]
    received_by: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    pages: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes("hand_over.content"), deferred=True)
