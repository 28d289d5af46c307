"""Lessons of a class (课程表), who attended them (考勤), and who came to look (巡查)."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.access import COUNTY_OFFICES, Role, by_organisation
from models.base import Base, Recorded
from models.bulk_upload import UploadBatch
from models.clock import CHINA
from models.i18n import N_, Sentence
from models.people.name import clean_name
from models.training.enrolment import Enrolment
from models.training.training_class import ClassState, TrainingClass
from models.types import EncryptedText, EnumText, RecordsJSON, UTCDateTime


class LessonKind(enum.StrEnum):
    """What a lesson is; standards set a least share of practice."""

    THEORY = "theory"
    PRACTICE = "practice"


LESSON_KIND_LABELS = {LessonKind.THEORY: N_("理论"), LessonKind.PRACTICE: N_("实操")}
# How long before a lesson, and after it, a learner's own scan counts.
EARLY, AFTER = timedelta(minutes=30), timedelta(minutes=15)
# How long after a lesson its marks are an ordinary matter; later ones need a reason and stay visible.
SETTLES = timedelta(days=1)


class Lesson(Recorded, Base):
    """One line of the timetable: day, start and end by China's clock, ``periods`` (课时), room, teacher.

    ``code_secret`` is what the changing attendance code is made from; it never leaves the server.
    ``head_count`` is how many the teacher counted in the room before ending a roll with scans in it.
    """

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("cohort_id", "held_on", "starts"),
        CheckConstraint("periods > 0", name="periods"),
        Index("ix_lesson_teacher_day", "teacher_user_id", "held_on"),
        Index("ix_lesson_teacher_digest_day", "teacher_digest", "held_on"),
        Index("ix_lesson_school_day", "school_id", "held_on"),
    )

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    county_code: Mapped[str] = mapped_column(String(9))
    held_on: Mapped[date]
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    kind: Mapped[LessonKind] = mapped_column(EnumText(LessonKind))
    content: Mapped[str] = mapped_column(String(120))
    periods: Mapped[int]
    place: Mapped[str] = mapped_column(String(100))
    teacher_name: Mapped[str] = mapped_column(String(60))
    teacher_id_number: Mapped[str | None] = mapped_column(EncryptedText("lesson.teacher_id_number"))
    teacher_digest: Mapped[str | None] = mapped_column(String(64))
    teacher_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    material: Mapped[str] = mapped_column(String(120), default="")
    code_secret: Mapped[str] = mapped_column(EncryptedText("lesson.code_secret"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    head_count: Mapped[int | None]
    marks: Mapped[list["Attendance"]] = relationship(back_populates="lesson")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = COUNTY_OFFICES | {
        Role.SCHOOL: by_organisation("school_id"),
        Role.TEACHER: by_organisation("school_id"),
    }

    @property
    def begins_at(self) -> datetime:
        """The first instant of the lesson."""
        return datetime.combine(self.held_on, self.starts, CHINA)

    @property
    def ends_at(self) -> datetime:
        """The last instant of the lesson."""
        return datetime.combine(self.held_on, self.ends, CHINA)

    def is_settled(self, instant: datetime) -> bool:
        """Whether ``instant`` is more than a day after the lesson."""
        return instant > self.ends_at + SETTLES

    def takes_check_in(self, now: datetime) -> bool:
        """Whether learners may call themselves present: from half an hour before until a quarter after."""
        is_time = self.begins_at - EARLY <= now <= self.ends_at + AFTER
        return self.closed_at is None and is_time and self.training_class.state is ClassState.TEACHING

    @validates("teacher_name")
    def _clean(self, key: str, name: str) -> str:
        """As every name is kept."""
        return clean_name(name)


class TimetableBatch(UploadBatch, Base):
    """A timetable's spreadsheet between its preview and its one confirm."""

    __tablename__ = "timetable_batch"

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)

    __scope__ = {Role.SCHOOL: by_organisation("school_id")}


class Presence(enum.StrEnum):
    """What became of one learner in one lesson; only PRESENT and LATE count as attended."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"
    ABSENT = "absent"


PRESENCE_LABELS = {
    Presence.PRESENT: N_("到课"),
    Presence.LATE: N_("迟到"),
    Presence.EXCUSED: N_("请假"),
    Presence.ABSENT: N_("缺课"),
}
ATTENDED = (Presence.PRESENT, Presence.LATE)


class MarkedBy(enum.StrEnum):
    """How a mark came about."""

    CODE = "code"
    ROSTER = "roster"
    LATER = "later"


MARKED_BY_LABELS = {
    MarkedBy.CODE: N_("学员扫码"),
    MarkedBy.ROSTER: N_("教师点名"),
    MarkedBy.LATER: N_("没有网络，后来补传"),
}


@dataclass(frozen=True)
class Correction:
    """A mark changed or added more than a day after its lesson; ``why`` is "" where a phone brought it.

    ``before`` is None where there had been no mark.
    """

    before: Presence | None
    after: Presence
    why: str
    by: str
    at: datetime

    @property
    def sentence(self) -> Sentence:
        """From what to what, in words."""
        after = Sentence(PRESENCE_LABELS[self.after])
        if self.before is None:
            return Sentence("原来没有点到，补成“%(after)s”", {"after": after})
        return Sentence(
            "从“%(before)s”改成“%(after)s”",
            {"before": Sentence(PRESENCE_LABELS[self.before]), "after": after},
        )

    def as_json(self) -> dict[str, Any]:
        """{before, after, why, by, at}."""
        return {
            "before": self.before,
            "after": self.after,
            "why": self.why,
            "by": self.by,
            "at": self.at.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The correction that :meth:`as_json` wrote."""
        before = Presence(kept["before"]) if kept["before"] else None
        at = datetime.fromisoformat(kept["at"])
        return cls(before, Presence(kept["after"]), kept["why"], kept["by"], at)


class Attendance(Recorded, Base):
    """One learner in one lesson, once. ``device`` is a keyed digest of the token of the phone.

    ``corrections``: what was changed or added more than a day after the lesson, the oldest first.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("lesson_id", "enrolment_id"),
        Index("ix_attendance_device", "lesson_id", "device"),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    lesson: Mapped[Lesson] = relationship(back_populates="marks")
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    enrolment: Mapped[Enrolment] = relationship()
    presence: Mapped[Presence] = mapped_column(EnumText(Presence))
    how: Mapped[MarkedBy] = mapped_column(EnumText(MarkedBy))
    marked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    device: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")
    corrections: Mapped[list[Correction]] = mapped_column(RecordsJSON(Correction), default=list)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}


class InspectionKind(enum.StrEnum):
    """The occasion of a visit."""

    OPENING = "opening"
    RANDOM = "random"


INSPECTION_KIND_LABELS = {InspectionKind.OPENING: N_("开班到场核查"), InspectionKind.RANDOM: N_("巡查抽查")}


class Inspection(Recorded, Base):
    """One visit: who came, when, how many were counted present, whether class, place and teacher agree.

    ``marked`` is how many the roll called present at that moment. ``draw_seed`` is what the random draw was
    made from and ``draw_rank`` the class's place in it (1 is the first drawn), so that it can be repeated.
    """

    __tablename__ = "inspection"

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))
    lesson: Mapped[Lesson | None] = relationship()
    kind: Mapped[InspectionKind] = mapped_column(EnumText(InspectionKind))
    visited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    counted: Mapped[int]
    marked: Mapped[int | None]
    in_order: Mapped[bool]
    teacher_agrees: Mapped[bool | None]
    place_agrees: Mapped[bool | None]
    content_agrees: Mapped[bool | None]
    draw_seed: Mapped[str | None] = mapped_column(String(64))
    draw_rank: Mapped[int | None]
    finding: Mapped[str] = mapped_column(String(400), default="")
    inspector_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    inspector_name: Mapped[str] = mapped_column(String(60))
