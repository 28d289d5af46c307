"""The person in the register: what the poverty-relief system knows, and what a match needs."""

import enum
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship, validates

from models import vault
from models.access import COUNTY_OFFICES, Actor, Permission, Role, by_area, by_person
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.people.household import Household
from models.people.name import clean_name
from models.people.phone import Phone, own_number
from models.types import EncryptedBytes, EncryptedJSON, EncryptedText, EnumText, UTCDateTime
from models.workflow import Transition, Workflow


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
    """How well a person gets on in Mandarin."""

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

# The words of both registers (code_lists.csv: 文化程度_扶贫 and 文化程度_人社) on the engine's scale.
EDUCATION_OF_WORD = {
    word: level
    for level, words in {
        Education.ILLITERATE: ("文盲或半文盲", "文盲", "半文盲", "文盲半文盲", "其他/文盲半文盲"),
        Education.PRIMARY: ("小学",),
        Education.JUNIOR: ("初中", "初级中学"),
        Education.SENIOR: (
            "高中",
            "中专",
            "高中或中专",
            "普通高中",
            "中等专科",
            "职业高中",
            "职高",
            "中职",
            "技工学校",
            "技校",
        ),
        Education.COLLEGE: ("大专", "大学专科", "大专及以上", "高职"),
        Education.BACHELOR: ("本科及以上", "本科", "大学本科", "硕士研究生", "博士研究生", "研究生"),
    }.items()
    for word in words
}
NOT_AT_SCHOOL = ("", "非在校生")
CANNOT_WORK = ("丧失劳动力", "无劳动力")
HALF_STRENGTH = "弱劳动力或半劳动力"
WORKING_AGE = 16


def education_level(word: str) -> Education | None:
    """The engine's level for the register's word, None where it is unknown or not one of its words."""
    return EDUCATION_OF_WORD.get(word.strip())


def health_level(health_text: str, labour_capacity: str) -> Health | None:
    """What work health allows, from 健康状况 (several may be ticked) and 劳动技能 (domain.md 2).

    An illness or disability alone never means "cannot work": only the labour capacity says that.
    """
    if labour_capacity in CANNOT_WORK:
        return Health.UNABLE
    if labour_capacity == HALF_STRENGTH:
        return Health.LIGHT
    if not health_text:
        return None
    return Health.HEALTHY if health_text == "健康" else Health.LIGHT


# Searched by their beginning: PostgreSQL finds those by index only under the "C" collation, as SQLite does.
PLACE = String(40).with_variant(String(40, collation="C"), "postgresql")
# Searched by the keys of models.people.name_index, and sorted.
NAME = String(60).with_variant(String(60, collation="C"), "postgresql")

_MERGED = text("merged_into_id IS NOT NULL")
_WAITING = ("county_code", "state", "id")
_UNASKED = text("willing IS NULL AND merged_into_id IS NULL")


class Worker(Recorded, Base):
    """One person of one county. ``id_digest`` makes a person unique in the whole programme.

    Fields of the poverty-relief register keep its own words (health_text, labour_capacity, ...); the numbers
    the engine compares (education, mandarin, health) stand beside them. None is unknown, everywhere.
    """

    __tablename__ = "worker"
    __table_args__ = (
        Index("ix_worker_county_id", "county_code", "id"),
        Index("ix_worker_county_last4", "county_code", "id_last4", "id"),
        Index("ix_worker_county_phone4", "county_code", "phone_last4", "id"),
        Index("ix_worker_county_state", "county_code", "state", "id"),
        Index("ix_worker_county_willing", "county_code", "willing", "id"),
        # Whom nobody asked yet: a first page looks for them among all who are waiting for work.
        Index(
            "ix_worker_unasked",
            "county_code",
            "state",
            "id",
            sqlite_where=_UNASKED,
            postgresql_where=_UNASKED,
        ),
        Index(
            "ix_worker_town_unasked",
            "township_code",
            "state",
            "id",
            sqlite_where=_UNASKED,
            postgresql_where=_UNASKED,
        ),
        # Put in order, and in groups of the months in which people were entered.
        Index("ix_worker_county_birth", "county_code", "birth_date", "id"),
        Index("ix_worker_county_created", "county_code", "created_at", "id"),
        Index("ix_worker_county_township", "county_code", "township", "id"),
        Index("ix_worker_county_village", "county_code", "village", "id"),
        Index("ix_worker_township_code", "township_code", "id"),
        Index("ix_worker_county_town_code", "county_code", "township_code", "id"),
        # Only the few that were merged: SQLite would otherwise answer every list from this index.
        Index("ix_worker_merged_into", "merged_into_id", sqlite_where=_MERGED, postgresql_where=_MERGED),
    )

    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    household: Mapped[Household | None] = relationship()
    person_code: Mapped[str] = mapped_column(String(20), default="")
    county_code: Mapped[str] = mapped_column(String(9))
    township: Mapped[str] = mapped_column(PLACE, default="")
    township_code: Mapped[str | None] = mapped_column(String(9))
    village: Mapped[str] = mapped_column(PLACE, default="")
    hamlet: Mapped[str] = mapped_column(String(40), default="")

    name: Mapped[str] = mapped_column(NAME)
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
    # Every number with its owner; ``phone`` is the person's own among them. None: ``phone`` is all there is.
    phones: Mapped[list[list[str]] | None] = mapped_column(EncryptedJSON("worker.phones"))
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
    # What the register's columns say of the categories, now; the dated rows: models.people.category.
    registered_poor: Mapped[bool | None]
    is_lifted: Mapped[bool | None]
    lifted_year: Mapped[int | None]
    monitored_type: Mapped[str] = mapped_column(String(20), default="", server_default="")
    monitored_on: Mapped[date | None]
    risk_cleared: Mapped[bool | None]
    risk_cleared_on: Mapped[date | None]
    relocated: Mapped[bool | None]
    retired_fisher: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(300), default="")

    state: Mapped[WorkerState] = mapped_column(EnumText(WorkerState), default=WorkerState.POOL)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = COUNTY_OFFICES | {
        Role.TOWNSHIP: by_area("township_code"),
        Role.WORKER: by_person("id"),
    }

    @property
    def telephones(self) -> list[Phone]:
        """Every number of the person, in order, with whose it is."""
        return telephones_of(self.phones, self.phone)

    @telephones.setter
    def telephones(self, phones: Sequence[Phone]) -> None:
        own = own_number(phones)
        self.phones = [list(phone) for phone in phones] or None
        self.phone, self.phone_digest = own, vault.digest(own) if own else None
        self.phone_last4 = Phone(own).tail if own else ""

    @validates("name")
    def _clean(self, key: str, name: str) -> str:
        """However a name comes in, it is kept in its common characters."""
        return clean_name(name)


def telephones_of(phones: Sequence[Sequence[str]] | None, phone: str | None) -> list[Phone]:
    """The numbers that the two columns keep."""
    if phones:
        return [Phone(*one) for one in phones]
    return [Phone(phone)] if phone else []


def holders(digests: Collection[str]) -> Select[str, int]:
    """(digest, record) for numbers that the register knows; that of a record which was found to be somebody
    already known leads to the record that was kept."""
    kept = func.coalesce(Worker.merged_into_id, Worker.id)
    return select(Worker.id_digest, kept).where(Worker.id_digest.in_(digests))


def records_of(worker_id: int) -> Select[int]:
    """The records that are one person: ``worker_id``, which was kept, and those merged into it."""
    return select(Worker.id).where((Worker.id == worker_id) | (Worker.merged_into_id == worker_id))


def numbers_of(worker: Worker) -> set[str]:
    """The digests of the numbers that lead to the person: the own one, and those of records merged away."""
    session = object_session(worker)
    merged = select(Worker.id_digest).where(Worker.merged_into_id == worker.id)
    return {worker.id_digest, *(session.scalars(merged) if session else ())}


class WorkerExport(Recorded, Base):
    """One file that was asked for: which rows, what for, and the sealed file until it is thrown away.

    ``filters`` is the list's search as it stood, the text in it sealed; ``kind`` is roster or person (T20 of
    trust.md).
    """

    __tablename__ = "worker_export"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    purpose: Mapped[str] = mapped_column(String(200))
    filters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    rows: Mapped[int | None]
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes("worker_export.content"), deferred=True)
    ready_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def _not_erased(worker: Worker, actor: Actor) -> Sentence | None:
    return Sentence("这个人的资料已经清除，不能恢复。") if worker.erased_at else None


WORKER_WORKFLOW = Workflow(
    "worker",
    EventTag.WORKER_ADVANCE,
    (
        Transition(
            "close",
            (WorkerState.POOL,),
            WorkerState.CLOSED,
            Permission.WORKER_WRITE,
            N_("不再服务"),
            asks_reason=True,
        ),
        Transition(
            "reopen",
            (WorkerState.CLOSED,),
            WorkerState.POOL,
            Permission.WORKER_WRITE,
            N_("重新服务"),
            guard=_not_erased,
        ),
    ),
)


def sixteen_by(today: date) -> date:
    """The latest birthday of those who are 16 on ``today`` (劳动法 15条)."""
    try:
        return today.replace(year=today.year - WORKING_AGE)
    except ValueError:
        return date(today.year - WORKING_AGE, 2, 28)


def candidate_refusal(worker: Worker, today: date) -> Sentence | None:
    """Why ``worker`` may not be matched on ``today``; None for a candidate."""
    if worker.merged_into_id is not None or worker.erased_at is not None:
        return Sentence("这条记录已停用")
    if worker.state is not WorkerState.POOL:
        return Sentence("已有岗位在谈或在岗，或不再服务")
    if worker.birth_date > sixteen_by(today):
        return Sentence("未满16周岁")
    if worker.school_status not in NOT_AT_SCHOOL:
        return Sentence("还在上学")
    if worker.health == Health.UNABLE or worker.labour_capacity in CANNOT_WORK:
        return Sentence("没有劳动能力")
    if worker.willing is False:
        return Sentence("本人不想外出务工")
    return None


def candidate_condition(today: date) -> ColumnElement[bool]:
    """That :func:`candidate_refusal` has nothing to say, as a condition on ``worker``."""
    return and_(
        Worker.state == WorkerState.POOL,
        or_(Worker.willing.is_(None), Worker.willing.is_(True)),
        Worker.birth_date <= sixteen_by(today),
        Worker.school_status.in_(NOT_AT_SCHOOL),
        or_(Worker.health.is_(None), Worker.health != Health.UNABLE),
        Worker.labour_capacity.not_in(CANNOT_WORK),
        Worker.merged_into_id.is_(None),
        Worker.erased_at.is_(None),
    )
