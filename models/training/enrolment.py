"""One person in one class: proposed, endorsed, seated or waiting, finished or not."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import (
    OFFICES_OF_BOTH,
    Permission,
    Right,
    Role,
    ScopeRule,
    by_area,
    by_organisation,
    by_person,
)
from models.base import Base, Recorded
from models.bulk_upload import UploadBatch
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.people.worker import Mandarin, Worker
from models.placement.leaving import Channel
from models.training.training_class import TrainingClass
from models.training.training_order import SkillLevel
from models.types import EnumText, RecordJSON, UTCDateTime
from models.workflow import Transition, Workflow


class EnrolmentState(enum.StrEnum):
    """Where one person is in one class."""

    PROPOSED = "proposed"
    ENDORSED = "endorsed"
    WAITING = "waiting"
    ENROLLED = "enrolled"
    FINISHED = "finished"
    FAILED = "failed"
    REFUSED = "refused"
    DECLINED = "declined"
    DROPPED = "dropped"
    CANCELLED = "cancelled"
    MOVED = "moved"
    STOPPED = "stopped"


ENROLMENT_STATE_LABELS = {
    EnrolmentState.PROPOSED: N_("待乡镇核实"),
    EnrolmentState.ENDORSED: N_("乡镇已核实，待县局确认"),
    EnrolmentState.WAITING: N_("候补"),
    EnrolmentState.ENROLLED: N_("在班"),
    EnrolmentState.FINISHED: N_("结业"),
    EnrolmentState.FAILED: N_("没有结业"),
    EnrolmentState.REFUSED: N_("不符合条件"),
    EnrolmentState.DECLINED: N_("本人不参加"),
    EnrolmentState.DROPPED: N_("中途退学"),
    EnrolmentState.CANCELLED: N_("没有进班：班取消或已满员"),
    EnrolmentState.MOVED: N_("转到别的班"),
    EnrolmentState.STOPPED: N_("班停办，上过的课算数"),
}
E = EnrolmentState
IN_CLASS = (E.ENROLLED, E.FINISHED, E.FAILED, E.STOPPED)
LIVE = (E.PROPOSED, E.ENDORSED, E.WAITING, E.ENROLLED)
NOT_SEATED = (E.PROPOSED, E.ENDORSED, E.WAITING)
GONE = (E.DROPPED, E.MOVED)
SEEN_BY_SCHOOL = (*IN_CLASS, *GONE)


def _learners_of(column: str) -> ScopeRule:
    """People in the organisation's classes: those only asked so far are the offices' matter."""

    def rule(model: Any, right: Right) -> ColumnElement[bool]:
        seen: ColumnElement[bool] = model.state.in_(SEEN_BY_SCHOOL)
        return by_organisation(column)(model, right) & seen

    return rule


@dataclass(frozen=True)
class Shortfall:
    """What keeps a person from the job, as the engine counted it; empty for people whom a list proposed.

    ``things`` are skills and certificates in the order's own words, ``mandarin`` the level to be reached,
    ``score`` the points of the scorecard.
    """

    things: tuple[str, ...] = ()
    mandarin: Mandarin | None = None
    score: int | None = None

    @property
    def sentence(self) -> Sentence | None:
        """What is missing, in one list; None where nothing is known."""
        things: list[str | Sentence] = [*self.things]
        if self.mandarin is not None:
            things.append(Sentence("普通话达到“%(level)s”", {"level": self.mandarin}))
        return Sentence("%(things)s", {"things": things}) if things else None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Shortfall":
        """What :meth:`as_json` wrote."""
        level = kept.get("mandarin")
        return cls(tuple(kept.get("missing", ())), Mandarin(level) if level else None, kept.get("score"))

    def as_json(self) -> dict[str, Any]:
        """What the column keeps: {} where nothing is known."""
        if self == Shortfall():
            return {}
        return {"score": self.score, "missing": list(self.things), "mandarin": self.mandarin}


class Grade(enum.StrEnum):
    """A mark told in a word: some schools note whether a part was passed, and no points."""

    PASSED = "passed"
    FAILED = "failed"


GRADE_LABELS = {Grade.PASSED: N_("合格"), Grade.FAILED: N_("不合格")}
Mark = float | Grade  # points of 100, halves as they were given, or the word


class Enrolment(Recorded, Base):
    """One person and one class.

    ``active_digest`` carries the person's keyed digest while in the class (ENROLLED); its unique index keeps
    a person from sitting in two classes at once, whichever two schools try at the same moment.
    ``joined_on``: the first day, for who came after the class began; ``moved_from``: the class left for this
    one, whose days count here.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "worker_id"),
        Index("ix_enrolment_township_state", "township_code", "state", "id"),
        Index("ix_enrolment_county_state", "county_code", "state", "id"),
    )

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship(back_populates="enrolments")
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    township_code: Mapped[str | None] = mapped_column(String(9))
    school_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    city_code: Mapped[str] = mapped_column(String(9), index=True)
    state: Mapped[EnrolmentState] = mapped_column(EnumText(EnrolmentState), default=E.PROPOSED)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    shortfall: Mapped[Shortfall] = mapped_column("reasons", RecordJSON(Shortfall), default=Shortfall)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_channel: Mapped[Channel | None] = mapped_column(EnumText(Channel))
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    seat: Mapped[int | None]
    active_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    trained_key: Mapped[str | None] = mapped_column(String(120), index=True)
    theory_score: Mapped[float | None]
    theory_grade: Mapped[Grade | None] = mapped_column(EnumText(Grade))
    practice_score: Mapped[float | None]
    practice_grade: Mapped[Grade | None] = mapped_column(EnumText(Grade))
    exam_passed: Mapped[bool | None]
    exam_on: Mapped[date | None]
    graded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    outcome_note: Mapped[str] = mapped_column(String(300), default="")
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), index=True)
    joined_on: Mapped[date | None]
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    moved_from: Mapped["Enrolment | None"] = relationship(remote_side="Enrolment.id")
    is_synthetic: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = OFFICES_OF_BOTH | {
        Role.SCHOOL: _learners_of("school_id"),
        Role.TEACHER: _learners_of("school_id"),
        Role.ENTERPRISE: _learners_of("enterprise_id"),
        Role.TOWNSHIP: by_area("township_code"),
        Role.WORKER: by_person("worker_id"),
    }

    @property
    def theory(self) -> Mark | None:
        """The mark in theory, as it was told."""
        return self.theory_grade if self.theory_score is None else self.theory_score

    @property
    def practice(self) -> Mark | None:
        """The mark in practice, as it was told."""
        return self.practice_grade if self.practice_score is None else self.practice_score

    def mark(self, theory: Mark | None, practice: Mark | None) -> None:
        """Note both marks; None for a part that was not sat."""
        self.theory_score, self.theory_grade = _of_either_kind(theory)
        self.practice_score, self.practice_grade = _of_either_kind(practice)


def _of_either_kind(mark: Mark | None) -> tuple[float | None, Grade | None]:
    return (None, mark) if isinstance(mark, Grade) else (mark, None)


class ProposalBatch(UploadBatch, Base):
    """A spreadsheet of people proposed for one class."""

    __tablename__ = "proposal_batch"

    class_id: Mapped[int] = mapped_column("cohort_id", ForeignKey("cohort.id"), index=True)
    training_class: Mapped[TrainingClass] = relationship()
    county_code: Mapped[str] = mapped_column(String(9), index=True)

    __scope__ = {Role.COUNTY: by_area("county_code")}


_P = Permission
ENROLMENT_WORKFLOW = Workflow(
    "enrolment",
    EventTag.ENROLMENT_ADVANCE,
    (
        Transition(
            "endorse", (E.PROPOSED,), E.ENDORSED, _P.ENROLMENT_ENDORSE, N_("问过本人，愿意参加"), tone="brand"
        ),
        Transition("endorse_own", (E.PROPOSED,), E.ENDORSED, _P.PORTAL, N_("参加"), shown=False),
        Transition(
            "decline",
            (E.PROPOSED, E.ENDORSED, E.WAITING),
            E.DECLINED,
            _P.ENROLMENT_ENDORSE,
            N_("本人不参加"),
            asks_reason=True,
        ),
        Transition(
            "decline_own",
            (E.PROPOSED, E.ENDORSED, E.WAITING),
            E.DECLINED,
            _P.PORTAL,
            N_("不参加"),
            shown=False,
        ),
        Transition(
            "refuse",
            (E.PROPOSED, E.ENDORSED, E.WAITING),
            E.REFUSED,
            _P.ENROLMENT_CONFIRM,
            N_("不符合条件"),
            asks_reason=True,
        ),
        Transition(
            "enrol",
            (E.ENDORSED, E.WAITING),
            E.ENROLLED,
            _P.ENROLMENT_CONFIRM,
            N_("确认入班"),
            tone="brand",
            shown=False,
        ),
        Transition("wait", (E.ENDORSED,), E.WAITING, _P.ENROLMENT_CONFIRM, N_("排候补"), shown=False),
        Transition(
            "drop", (E.ENROLLED,), E.DROPPED, _P.CLASS_WRITE, N_("中途退学"), asks_reason=True, tone="danger"
        ),
        Transition(
            "cancel_class",
            (E.PROPOSED, E.ENDORSED, E.WAITING, E.ENROLLED),
            E.CANCELLED,
            _P.CLASS_APPROVE,
            N_("班取消，或已满员开班"),
            shown=False,
        ),
        Transition(
            "reconsider",
            (E.REFUSED,),
            E.PROPOSED,
            _P.ENROLMENT_CONFIRM,
            N_("拒绝错了，重新考虑"),
            asks_reason=True,
        ),
        Transition(
            "reconsider_yes",
            (E.REFUSED,),
            E.ENDORSED,
            _P.ENROLMENT_CONFIRM,
            N_("拒绝错了，重新考虑"),
            asks_reason=True,
            shown=False,
        ),
        Transition(
            "ask_again",
            (E.ENDORSED, E.WAITING, E.DECLINED),
            E.PROPOSED,
            _P.ENROLMENT_ENDORSE,
            N_("答复记错了，重新问"),
            asks_reason=True,
        ),
        Transition(
            "unseat",
            (E.ENROLLED,),
            E.ENDORSED,
            _P.ENROLMENT_CONFIRM,
            N_("确认错了，退回待确认"),
            asks_reason=True,
        ),
        Transition(
            "return_to_class",
            (E.DROPPED,),
            E.ENROLLED,
            _P.ENROLMENT_CONFIRM,
            N_("退学记错了，回到班里"),
            asks_reason=True,
        ),
        Transition("move", (E.ENROLLED, E.STOPPED), E.MOVED, _P.CLASS_APPROVE, N_("转到别的班"), shown=False),
        Transition(
            "arrive",
            (E.PROPOSED, E.ENDORSED, E.WAITING),
            E.ENROLLED,
            _P.CLASS_APPROVE,
            N_("从别的班转来"),
            shown=False,
        ),
        Transition("stop", (E.ENROLLED,), E.STOPPED, _P.CLASS_APPROVE, N_("班中途停办"), shown=False),
        Transition("finish", (E.ENROLLED,), E.FINISHED, _P.EXAM_RECORD, N_("结业"), shown=False),
        Transition("fail", (E.ENROLLED,), E.FAILED, _P.EXAM_RECORD, N_("没有结业"), shown=False),
        Transition(
            "regrade", (E.FINISHED, E.FAILED), E.ENROLLED, _P.EXAM_RECORD, N_("重录成绩"), shown=False
        ),
    ),
)


def trained_key(id_digest: str, occupation_code: str, level: SkillLevel) -> str:
    """Stands for "this person, this occupation, this level", for which one is trained once."""
    return f"{id_digest}:{occupation_code}:{level.value}"
