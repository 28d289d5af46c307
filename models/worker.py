"""The person in the register: what the poverty-relief system knows, and what a match needs."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, by_person, everything
from models.base import Base, Recorded
from models.household import Household
from models.types import EncryptedText, EnumText, UTCDateTime
from models.words import N_


class WorkerState(enum.StrEnum):
    """Where a person is between register and job; written by placements, not by forms."""

    POOL = "pool"
    OFFERED = "offered"
    HIRED = "hired"
    WORKING = "working"
    CLOSED = "closed"


WORKER_STATE_LABELS = {
    WorkerState.POOL: N_("待岗"),
    WorkerState.OFFERED: N_("已推荐"),
    WorkerState.HIRED: N_("已录用"),
    WorkerState.WORKING: N_("在岗"),
    WorkerState.CLOSED: N_("不再服务"),
}


class Education(enum.IntEnum):
    """Levels the engine compares (engine.md, public contract)."""

    ILLITERATE = 0
    PRIMARY = 1
    JUNIOR = 2
    SENIOR = 3
    COLLEGE = 4
    BACHELOR = 5


EDUCATION_LABELS = {
    Education.ILLITERATE: N_("文盲或半文盲"),
    Education.PRIMARY: N_("小学"),
    Education.JUNIOR: N_("初中"),
    Education.SENIOR: N_("高中或中专"),
    Education.COLLEGE: N_("大专"),
    Education.BACHELOR: N_("本科及以上"),
}


class Mandarin(enum.IntEnum):
    """How well somebody gets on in Mandarin."""

    NONE = 0
    BASIC = 1
    DAILY = 2
    FLUENT = 3


MANDARIN_LABELS = {
    Mandarin.NONE: N_("不会"),
    Mandarin.BASIC: N_("会一点"),
    Mandarin.DAILY: N_("日常交流"),
    Mandarin.FLUENT: N_("流利"),
}


class Health(enum.IntEnum):
    """What work health allows."""

    UNABLE = 0
    LIGHT = 1
    HEALTHY = 2


HEALTH_LABELS = {
    Health.UNABLE: N_("不能劳动"),
    Health.LIGHT: N_("可做轻活"),
    Health.HEALTHY: N_("健康"),
}


class Worker(Recorded, Base):
    """One person of one county. ``id_digest`` makes a person unique in the whole programme.

    Fields of the poverty-relief register keep its own words (health_text, labour_capacity, ...); the numbers
    the engine compares (education, mandarin, health) stand beside them. None is unknown, everywhere.
    """

    __tablename__ = "worker"
    __table_args__ = (
        Index("ix_worker_county_id", "county_code", "id"),
        Index("ix_worker_county_name", "county_code", "name"),
        Index("ix_worker_county_initials", "county_code", "name_initials"),
        Index("ix_worker_county_last4", "county_code", "id_last4"),
        Index("ix_worker_county_state", "county_code", "state", "id"),
        Index("ix_worker_county_township", "county_code", "township", "id"),
    )

    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    household: Mapped[Household | None] = relationship()
    person_code: Mapped[str] = mapped_column(String(20), default="")
    county_code: Mapped[str] = mapped_column(String(9))
    township: Mapped[str] = mapped_column(String(40), default="")
    township_code: Mapped[str | None] = mapped_column(String(9), index=True)
    village: Mapped[str] = mapped_column(String(40), default="")
    hamlet: Mapped[str] = mapped_column(String(40), default="")

    name: Mapped[str] = mapped_column(String(60))
    name_initials: Mapped[str] = mapped_column(String(60), default="")
    id_number: Mapped[str | None] = mapped_column(EncryptedText("worker.id_number"))
    id_digest: Mapped[str] = mapped_column(String(64), unique=True)
    id_last4: Mapped[str] = mapped_column(String(4))
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(String(1))
    disability: Mapped[str] = mapped_column(String(10), default="")
    ethnicity: Mapped[str] = mapped_column(String(20), default="")
    relation: Mapped[str] = mapped_column(String(20), default="")
    education_text: Mapped[str] = mapped_column(String(20), default="")
    education: Mapped[int | None]
    school_status: Mapped[str] = mapped_column(String(20), default="")
    health_text: Mapped[str] = mapped_column(String(40), default="")
    health: Mapped[int | None]
    labour_capacity: Mapped[str] = mapped_column(String(20), default="")
    months_away: Mapped[int | None]
    work_status: Mapped[str] = mapped_column(String(20), default="")
    work_place: Mapped[str] = mapped_column(String(60), default="")
    work_employer: Mapped[str] = mapped_column(String(100), default="")
    phone: Mapped[str | None] = mapped_column(EncryptedText("worker.phone"))
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_last4: Mapped[str] = mapped_column(String(4), default="")

    willing: Mapped[bool | None]
    wishes: Mapped[list[str]] = mapped_column(JSON, default=list)
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    certificates: Mapped[list[str]] = mapped_column(JSON, default=list)
    experience: Mapped[str] = mapped_column(String(400), default="")
    cities: Mapped[list[str]] = mapped_column(JSON, default=list)
    wage_floor_yuan: Mapped[int | None]
    night_shift: Mapped[bool | None]
    standing_work: Mapped[bool | None]
    mandarin: Mapped[int | None]
    companions: Mapped[str] = mapped_column(String(100), default="")
    care_duties: Mapped[str] = mapped_column(String(100), default="")
    dormitory_needed: Mapped[bool | None]
    couple_room_needed: Mapped[bool | None]
    available_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(300), default="")

    state: Mapped[WorkerState] = mapped_column(EnumText(WorkerState), default=WorkerState.POOL)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.TOWNSHIP: by_area("township_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
        Role.WORKER: by_person("id"),
    }
