"""Long work: what was asked, by whom, how far it is. The queue carries only the number of this row."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.i18n import N_
from models.types import EnumText, UTCDateTime


class JobState(enum.StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


JOB_STATE_LABELS = {
    JobState.QUEUED: N_("排队中"),
    JobState.RUNNING: N_("进行中"),
    JobState.DONE: N_("已完成"),
    JobState.FAILED: N_("没有成功"),
    JobState.CANCELLED: N_("已取消"),
}
FINISHED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


class Job(Recorded, Base):
    """One piece of long work. A job whose worker (``claimed_by``) is dead or silent is queued again.

    ``attempts`` counts its claims: the number of the one in force fences off whoever had an earlier one.
    """

    __tablename__ = "job"

    name: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    state: Mapped[JobState] = mapped_column(EnumText(JobState), default=JobState.QUEUED, index=True)
    stage: Mapped[str] = mapped_column(String(60), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    heartbeat_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    problem: Mapped[str] = mapped_column(String(300), default="")


class NightlyOutcome(Recorded, Base):
    """How one step of the night's work went; ``name`` is that of its function.

    ``failed_since`` is the first failure after the last success, None while all is well; ``problem`` is the
    kind of the error, without its words.
    """

    __tablename__ = "nightly_outcome"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    begun_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    problem: Mapped[str] = mapped_column(String(80), default="")
