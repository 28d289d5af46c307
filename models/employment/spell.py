"""Employment spells (用工经历): one person at one place of work, from a day to a day, and what shows it."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, by_organisation, by_person, everything
from models.base import Base, Recorded
from models.i18n import N_, Sentence
from models.people.worker import Worker
from models.placement.leaving import LeaveReason
from models.placement.placement import Evidence, FollowUp, Placement
from models.reference.calendar import months_after
from models.types import EnumText, UTCDateTime

STAY_MONTHS = (3, 6)


class SpellKind(enum.StrEnum):
    """What kind of work it is; public-welfare posts and workshops are counted apart (domain.md 8)."""

    ENTERPRISE = "enterprise"
    WORKSHOP = "workshop"
    PUBLIC_WELFARE = "public_welfare"
    SELF_EMPLOYED = "self_employed"
    CASUAL = "casual"


SPELL_KIND_LABELS = {
    SpellKind.ENTERPRISE: N_("单位务工"),
    SpellKind.WORKSHOP: N_("扶贫车间"),
    SpellKind.PUBLIC_WELFARE: N_("公益性岗位"),
    SpellKind.SELF_EMPLOYED: N_("自主创业"),
    SpellKind.CASUAL: N_("打零工"),
}


class EvidenceKind(enum.StrEnum):
    """What shows that somebody works there, or has left."""

    WORD = "word"
    CONTRACT = "contract"
    ROSTER = "roster"
    WAGE = "wage"
    INSURANCE = "insurance"

    @property
    def level(self) -> Evidence:
        """How well it proves; a higher level outweighs a lower one."""
        return _LEVELS[self]


EVIDENCE_KIND_LABELS = {
    EvidenceKind.WORD: N_("口头说的"),
    EvidenceKind.CONTRACT: N_("劳动合同"),
    EvidenceKind.ROSTER: N_("用工花名册"),
    EvidenceKind.WAGE: N_("工资条或银行流水"),
    EvidenceKind.INSURANCE: N_("社保缴费月份"),
}
_LEVELS = {
    EvidenceKind.WORD: Evidence.SELF_REPORT,
    EvidenceKind.CONTRACT: Evidence.ROSTER,
    EvidenceKind.ROSTER: Evidence.ROSTER,
    EvidenceKind.WAGE: Evidence.WAGE_SLIP,
    EvidenceKind.INSURANCE: Evidence.INSURANCE,
}
KIND_OF_LEVEL = {
    Evidence.SELF_REPORT: EvidenceKind.WORD,
    Evidence.ROSTER: EvidenceKind.ROSTER,
    Evidence.WAGE_SLIP: EvidenceKind.WAGE,
    Evidence.INSURANCE: EvidenceKind.INSURANCE,
}


class Teller(enum.StrEnum):
    """By whose word: the end that told it."""

    HOME = "home"
    RECEIVING = "receiving"
    ENTERPRISE = "enterprise"
    WORKER = "worker"
    PLATFORM = "platform"


TELLER_LABELS = {
    Teller.HOME: N_("户籍县"),
    Teller.RECEIVING: N_("用工地"),
    Teller.ENTERPRISE: N_("企业"),
    Teller.WORKER: N_("本人"),
    Teller.PLATFORM: N_("平台"),
}


class EmploymentSpell(Recorded, Base):
    """One person at one place of work.

    ``began_on`` is the first day, or, where nobody knows it (``began_known`` is False), the first day on
    which the person was known to be there. ``ended_on`` is the last day; None while it goes on as far as is
    known. ``place_code`` is an area's or, outside the five provinces of the platform, a province's code; ""
    where the place is unknown. ``is_part_time`` None: unknown. ``seeks_other``: works there and wants another
    job (the person said so); None: not asked. ``evidence_level`` and ``shown_until`` are of the evidence that
    the person works there: the best, and the latest day. ``placement_id``: it began by this arrival.
    """

    __tablename__ = "employment_spell"
    __table_args__ = (
        # What a list and its total ask (who works there on a day) is answered by the index alone.
        Index("ix_employment_spell_county_began", "county_code", "began_on", "ended_on", "id"),
        # The enterprises of a county are leapt along (app.kit.web.grouping).
        Index("ix_employment_spell_county_employer", "county_code", "employer_id", "ended_on", "id"),
        Index("ix_employment_spell_employer_ended", "employer_id", "ended_on", "id"),
        Index("ix_employment_spell_place", "place_code", "began_on", "ended_on", "id"),
        # Persons of one place at work in another, counted off the index (pairs).
        Index(
            "ix_employment_spell_county_place",
            "county_code",
            "place_code",
            "began_on",
            "ended_on",
            "worker_id",
        ),
        CheckConstraint("ended_on IS NULL OR ended_on >= began_on", name="days"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    township_code: Mapped[str | None] = mapped_column(String(9), index=True)
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    employer_name: Mapped[str] = mapped_column(String(100), default="")
    place_code: Mapped[str] = mapped_column(String(9), default="")
    kind: Mapped[SpellKind] = mapped_column(EnumText(SpellKind))
    began_on: Mapped[date]
    began_known: Mapped[bool] = mapped_column(default=True)
    ended_on: Mapped[date | None]
    end_reason: Mapped[LeaveReason | None] = mapped_column(EnumText(LeaveReason))
    end_note: Mapped[str] = mapped_column(String(300), default="")
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), unique=True)
    placement: Mapped[Placement | None] = relationship()
    told_wage_fen: Mapped[int | None]
    is_part_time: Mapped[bool | None]
    overlap_reason: Mapped[str] = mapped_column(String(200), default="")
    seeks_other: Mapped[bool | None]
    stays_three_on: Mapped[date]
    stays_six_on: Mapped[date]
    evidence_level: Mapped[int] = mapped_column(default=Evidence.NONE)
    shown_until: Mapped[date | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    teller: Mapped[Teller] = mapped_column(EnumText(Teller))
    evidence: Mapped[list["SpellEvidence"]] = relationship(
        back_populates="spell", order_by="SpellEvidence.id", cascade="all, delete-orphan"
    )
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.TOWNSHIP: by_area("township_code"),
        Role.ENTERPRISE: by_organisation("employer_id"),
        Role.CITY: by_area("place_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
        Role.WORKER: by_person("worker_id"),
    }

    @property
    def name(self) -> str | Sentence:
        """The employer, or what is known instead."""
        return self.employer_name or Sentence(SPELL_KIND_LABELS[self.kind])

    def set_began(self, began_on: date) -> None:
        """Write the first day, and with it from when on three and six months are full."""
        self.began_on = began_on
        self.stays_three_on, self.stays_six_on = (months_after(began_on, n) for n in STAY_MONTHS)

    def is_going_on(self, day: date) -> bool:
        """Whether the person works there on ``day``, as far as is known."""
        return self.began_on <= day and (self.ended_on is None or self.ended_on >= day)


def going_on(day: date, spell: Any = EmploymentSpell) -> ColumnElement[bool]:
    """:meth:`EmploymentSpell.is_going_on`, as a condition."""
    return and_(spell.began_on <= day, or_(spell.ended_on.is_(None), spell.ended_on >= day))


class SpellEvidence(Recorded, Base):
    """One thing that shows that a person worked there on ``shown_on``, or (``says_left``) had left by it.

    ``month`` is the first day of the month it is of (insurance, wage, roster); of such a month the last day
    is ``shown_on``, unless it says otherwise. ``follow_up_id``: it is the finding of that follow-up;
    ``import_row_id``: the row of a roster that says so.
    """

    __tablename__ = "spell_evidence"
    __table_args__ = (Index("ix_spell_evidence_spell_shown", "spell_id", "shown_on"),)

    spell_id: Mapped[int] = mapped_column(ForeignKey("employment_spell.id"))
    spell: Mapped[EmploymentSpell] = relationship(back_populates="evidence")
    kind: Mapped[EvidenceKind] = mapped_column(EnumText(EvidenceKind))
    level: Mapped[int]
    teller: Mapped[Teller] = mapped_column(EnumText(Teller))
    shown_on: Mapped[date]
    month: Mapped[date | None]
    wage_fen: Mapped[int | None]
    days: Mapped[int | None]
    says_left: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(300), default="")
    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id"), unique=True)
    follow_up: Mapped[FollowUp | None] = relationship()
    import_row_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_row.id", ondelete="SET NULL"), index=True
    )
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
