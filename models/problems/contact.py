"""Resident contacts (驻厂员): who looks after the people of one factory, when, and their visits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Role, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.reference.organisation import Organisation
from models.types import EncryptedText
from models.user import User


class ResidentContact(Recorded, Base):
    """An account of a county or a city that looks after the people of one factory for a time.

    The assignment gives no right that the account has not: whom a contact sees, the account's own area says.
    ``county_code`` is whose people are meant, None for a city's contact, who looks after everybody there.
    ``phone`` is the number of the duty, told to the workers by name. ``valid_to`` is the last day.
    """

    __tablename__ = "resident_contact"
    __table_args__ = (
        Index("ix_resident_contact_enterprise", "enterprise_id", "valid_to"),
        Index("ix_resident_contact_user", "user_id", "valid_to"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    enterprise: Mapped[Organisation] = relationship()
    county_code: Mapped[str | None] = mapped_column(String(9), index=True)
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    phone: Mapped[str | None] = mapped_column(EncryptedText("resident_contact.phone"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    visits: Mapped[list["ContactVisit"]] = relationship(
        back_populates="contact", order_by="ContactVisit.visited_on.desc()"
    )
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }

    def is_in_force(self, on: date) -> bool:
        """Whether the assignment holds ``on`` that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class ContactVisit(Recorded, Base):
    """A day at the factory: who was met, what was seen."""

    __tablename__ = "contact_visit"

    contact_id: Mapped[int] = mapped_column(ForeignKey("resident_contact.id"), index=True)
    contact: Mapped[ResidentContact] = relationship(back_populates="visits")
    visited_on: Mapped[date]
    met: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(600))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[User | None] = relationship()


def in_force(on: date) -> ColumnElement[bool]:
    """Assignments that hold ``on`` that day."""
    ends = or_(ResidentContact.valid_to.is_(None), ResidentContact.valid_to >= on)
    return and_(ResidentContact.valid_from <= on, ends)


def factories_of(session: Session, user_id: int | None, on: date) -> Sequence[ResidentContact]:
    """The assignments of an account."""
    if user_id is None:
        return ()
    own = select(ResidentContact).where(ResidentContact.user_id == user_id, in_force(on))
    return session.scalars(own.order_by(ResidentContact.id)).all()


def contacts_for(
    session: Session, enterprise_id: int, county_code: str, on: date
) -> Sequence[ResidentContact]:
    """Whom a person of ``county_code`` at that factory can turn to: the own county's contact before the
    city's."""
    meant = or_(ResidentContact.county_code == county_code, ResidentContact.county_code.is_(None))
    statement = select(ResidentContact).where(
        ResidentContact.enterprise_id == enterprise_id, meant, in_force(on)
    )
    return session.scalars(
        statement.order_by(ResidentContact.county_code.is_(None), ResidentContact.id)
    ).all()
