"""Spreadsheets on their way into the register: the batch, its rows, remembered columns, possible
duplicates."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Actor, Permission, Role, by_area
from models.base import Base, Recorded
from models.bulk_upload import CellProblem, CellProblems, ExplainedColumn
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.second_person import second_person
from models.two_person_acts import ROSTER_CONFIRMED
from models.types import EncryptedBytes, EncryptedJSON, EnumText, UTCDateTime
from models.workflow import Transition, Workflow

_OWN_COUNTY = {Role.COUNTY: by_area("county_code")}


class BatchState(enum.StrEnum):
    """Where an import is."""

    READING = "reading"
    MAPPING = "mapping"
    PREVIEWED = "previewed"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    FAILED = "failed"


BATCH_STATE_LABELS = {
    BatchState.READING: N_("读取中"),
    BatchState.MAPPING: N_("等待认列"),
    BatchState.PREVIEWED: N_("待确认"),
    BatchState.SUBMITTED: N_("等县里确认"),
    BatchState.CONFIRMED: N_("已导入"),
    BatchState.UNDONE: N_("已撤销"),
    BatchState.CANCELLED: N_("已取消"),
    BatchState.FAILED: N_("没有读成"),
}


class RowOutcome(enum.StrEnum):
    """What a row of the file would do to the register."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "refused"


ROW_OUTCOME_LABELS = {
    RowOutcome.NEW: N_("新增"),
    RowOutcome.CHANGED: N_("有变化"),
    RowOutcome.UNCHANGED: N_("没有变化"),
    RowOutcome.REJECTED: N_("退回"),
}


COUNTED = ("new", "changed", "unchanged", "refused", "doubts", "possible", "left_out")


class ImportBatch(Recorded, Base):
    """One file of one county. The file itself is kept sealed until the batch is finished.

    ``counts`` holds new, changed, unchanged, refused, doubts (rows with warnings), possible (rows that may be
    a person already known) and left_out (rows that somebody unticked, which are in none of the others);
    ``refused_columns`` counts the rejected rows by the heading of their first error. ``reading`` is how the
    file was understood, ``answers`` what people said to it (app.workers.intake: survey, answers);
    ``left_out_columns`` are the keys of the columns that somebody unticked. ``corrects_id`` is the batch
    whose rejected rows this file brings back; ``is_closed`` says that this batch's rejected rows are not
    waited for any more. ``user_id`` is empty for an import by command line. ``columns`` are the file's
    columns (app.workers.intake.column_choices), ``column_answers`` what was said of them for this file alone
    ({key: field}). ``township_code`` is set for the file of a township's collector, which the county confirms
    after it was handed in (``submitted_at``); ``seen_at``: the collector has read what became of it.
    """

    __tablename__ = "import_batch"

    county_code: Mapped[str] = mapped_column(String(9), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes("import_batch.content"), deferred=True)
    state: Mapped[BatchState] = mapped_column(EnumText(BatchState), default=BatchState.READING)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    is_closed: Mapped[bool] = mapped_column("settled", default=False)
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    column_answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    refused_columns: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    reading: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJSON("import_batch.reading"), deferred=True
    )
    answers: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJSON("import_batch.answers"), deferred=True
    )
    left_out_columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    problem: Mapped[str] = mapped_column(String(300), default="")
    township_code: Mapped[str | None] = mapped_column(String(9), index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = _OWN_COUNTY | {Role.TOWNSHIP: by_area("township_code")}


def waits(batch: ImportBatch) -> bool:
    """Whether a batch is a preview: it can be answered, and nothing of it is in the register."""
    return batch.state in (BatchState.PREVIEWED, BatchState.SUBMITTED)


def may_answer(actor: Actor, batch: ImportBatch) -> bool:
    """Whether ``actor`` can change what is taken of a preview: once it is handed in, only the county."""
    return batch.state is not BatchState.SUBMITTED or actor.can(Permission.WORKER_IMPORT)


class ImportRow(Base):
    """One row of the file: what it says (sealed), what it would change (sealed), what is wrong with it.

    ``payload`` is what the row says and how it was read (app.workers.intake.kept_row) until it is in the
    register. ``changes`` is {field: [before, after]}. ``matches`` lists who this may be already:
    {"worker" or "row": id, "likelihood", "reasons"}. ``worker_version`` is the person's version just after
    the import. ``kinds`` are the keys of the kinds of its problems (app.workers.intake.survey.kind_of), with
    commas around each; ``id_digest`` and ``household_code`` find the rows of one person and one household.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_batch_outcome", "batch_id", "outcome", "id"),
        Index("ix_import_row_batch_doubtful", "batch_id", "is_doubtful", "id"),
        Index("ix_import_row_batch_possible", "batch_id", "is_possible", "id"),
        Index("ix_import_row_batch_person", "batch_id", "id_digest"),
        Index("ix_import_row_batch_household", "batch_id", "household_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    sheet: Mapped[str] = mapped_column(String(60))
    row: Mapped[int]
    outcome: Mapped[RowOutcome] = mapped_column(EnumText(RowOutcome))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"), index=True)
    payload: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("import_row.payload"), deferred=True)
    changes: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("import_row.changes"), deferred=True)
    errors: Mapped[list[CellProblem]] = mapped_column(CellProblems, default=list)
    warnings: Mapped[list[CellProblem]] = mapped_column("doubts", CellProblems, default=list)
    matches: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    has_warnings: Mapped[bool] = mapped_column("is_doubtful", default=False)
    is_possible: Mapped[bool] = mapped_column(default=False)
    worker_version: Mapped[int | None]
    is_left_out: Mapped[bool] = mapped_column(default=False)
    kinds: Mapped[str] = mapped_column(String(400), default="")
    id_digest: Mapped[str] = mapped_column(String(64), default="")
    household_code: Mapped[str] = mapped_column(String(20), default="")


class ColumnMapping(ExplainedColumn, Base):
    """What a county said a heading of its own rosters means."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("county_code", "header"),)

    county_code: Mapped[str] = mapped_column(String(9))

    __scope__ = _OWN_COUNTY


class DuplicateState(enum.StrEnum):
    """What a person decided about two records that look like one person."""

    OPEN = "open"
    SAME = "same"
    DIFFERENT = "different"
    CARRIED = "carried"


DUPLICATE_STATE_LABELS = {
    DuplicateState.OPEN: N_("待判定"),
    DuplicateState.SAME: N_("同一人"),
    DuplicateState.DIFFERENT: N_("不是同一人"),
    DuplicateState.CARRIED: N_("随另一对判定"),
}


class Duplicate(Recorded, Base):
    """Two records of one county that may be one person, with the likelihood (0-1) and what made it so.

    CARRIED: one of the two was merged away, and another pair asks the same of the record that was kept.
    """

    __tablename__ = "duplicate"
    __table_args__ = (UniqueConstraint("worker_id", "other_id"),)

    county_code: Mapped[str] = mapped_column(String(9), index=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    likelihood: Mapped[float] = mapped_column(Float)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[DuplicateState] = mapped_column(EnumText(DuplicateState), default=DuplicateState.OPEN)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undo: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("duplicate.undo"), deferred=True)

    __scope__ = _OWN_COUNTY


def _not_yet_handed_in(batch: ImportBatch, actor: Actor) -> Sentence | list[Sentence] | None:
    """A township's file waits until it is handed in, and then for somebody else than who sent it."""
    if batch.township_code and batch.state is not BatchState.SUBMITTED:
        return Sentence("乡镇还没有交上来，不能确认。")
    return second_person(ROSTER_CONFIRMED, batch, actor) if batch.township_code else None


def _not_of_a_township(batch: ImportBatch, actor: Actor) -> Sentence | None:
    return None if batch.township_code else Sentence("县里自己的花名册直接确认，不用交。")


B = BatchState
_IMPORT, _SEND = Permission.WORKER_IMPORT, Permission.ROSTER_SEND
BATCH_WORKFLOW = Workflow(
    "import",
    EventTag.IMPORT_ADVANCE,
    (
        Transition("ask", (B.READING,), B.MAPPING, _SEND, N_("认列"), shown=False),
        Transition(
            "read", (B.MAPPING, B.PREVIEWED, B.SUBMITTED), B.READING, _SEND, N_("重新读取"), shown=False
        ),
        Transition("preview", (B.READING,), B.PREVIEWED, _SEND, N_("预览"), shown=False),
        Transition("wait", (B.READING,), B.SUBMITTED, _SEND, N_("等县里确认"), shown=False),
        Transition("fail", (B.READING,), B.FAILED, _SEND, N_("没有读成"), shown=False),
        Transition(
            "submit",
            (B.PREVIEWED,),
            B.SUBMITTED,
            _SEND,
            N_("交给县里确认"),
            guard=_not_of_a_township,
            tone="brand",
            shown=False,
        ),
        Transition(
            "recall",
            (B.SUBMITTED,),
            B.PREVIEWED,
            _SEND,
            N_("先不交了"),
            guard=_not_of_a_township,
            shown=False,
        ),
        Transition(
            "hand_back", (B.SUBMITTED,), B.PREVIEWED, _IMPORT, N_("退回乡镇"), asks_reason=True, shown=False
        ),
        Transition(
            "confirm",
            (B.PREVIEWED, B.SUBMITTED),
            B.CONFIRMED,
            _IMPORT,
            N_("确认导入"),
            guard=_not_yet_handed_in,
            tone="brand",
            shown=False,
        ),
        Transition("cancel", (B.READING, B.MAPPING, B.PREVIEWED), B.CANCELLED, _SEND, N_("不导入了")),
        Transition(
            "undo", (B.CONFIRMED,), B.UNDONE, _IMPORT, N_("撤销这次导入"), asks_reason=True, tone="danger"
        ),
    ),
)
