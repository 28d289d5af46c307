"""What is known of one person for household registration (落户事实), and last night's forecast from it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, by_person
from models.base import Base, Recorded
from models.hukou.rule import HukouRule
from models.types import UTCDateTime


class PersonFact(Recorded, Base):
    """One fact about one person, as of a day, with what proves it; a newer row supersedes it, none is
    changed.

    ``name`` is a name of models.hukou.facts; ``value`` a number, a truth value or a word. ``city_code`` is
    the city it holds for ("" anywhere). ``growing``: a count of months that goes on growing by one a month
    since ``as_of`` (insurance still paid, permit still valid). ``evidence``:
    models.placement.placement.Evidence.
    """

    __tablename__ = "person_fact"
    __table_args__ = (
        Index("ix_person_fact_worker", "worker_id", "superseded_at"),
        Index("ix_person_fact_city_worker", "city_code", "worker_id"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    county_code: Mapped[str] = mapped_column(String(9), index=True)
    city_code: Mapped[str] = mapped_column(String(9), default="")
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)
    as_of: Mapped[date]
    expires_on: Mapped[date | None]
    growing: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[int]
    source: Mapped[str] = mapped_column(String(200), default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("settlement_document.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    superseded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __scope__ = {
        Role.WORKER: by_person("worker_id"),
        Role.COUNTY: by_area("county_code"),
    }


class EligibilityForecast(Recorded, Base):
    """The last nightly evaluation of one person by one route: yes, no or unknown, and from when on.

    ``meets_on`` is the forecast day of a no, if what is ``missing`` turns out met; ``became_on`` the day the
    answer last turned into yes; ``evaluated_on`` the night that last changed something here.
    """

    __tablename__ = "settlement_outlook"
    __table_args__ = (
        UniqueConstraint("worker_id", "rule_id", "city_code"),
        Index("ix_settlement_outlook_county", "county_code", "verdict", "became_on", "id"),
        Index("ix_settlement_outlook_rule", "rule_id", "verdict"),
        Index("ix_settlement_outlook_city_worker", "city_code", "worker_id"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("settlement_rule.id"))
    rule: Mapped[HukouRule] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    verdict: Mapped[str] = mapped_column(String(10))
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    meets_on: Mapped[date | None]
    became_on: Mapped[date | None]
    evaluated_on: Mapped[date]

    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.WORKER: by_person("worker_id"),
        Role.CITY: by_area("city_code"),
        Role.REGISTRATION: by_area("city_code"),
    }
