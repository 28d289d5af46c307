"""What a worker sends with what is wrong: a photograph, or the own voice for whom writing is hard."""

import enum
from collections.abc import Sequence

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor
from models.audit import record
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.people.purpose import Purpose, stated
from models.problems.problem import Problem
from models.types import EncryptedBytes, EnumText
from models.workflow import TransitionRefused

MOST_FILES = 10  # of one case


class FileKind(enum.StrEnum):
    """What is kept: a PDF of pixels, or an MP3."""

    PHOTO = "photo"
    VOICE = "voice"


FILE_KIND_LABELS = {FileKind.PHOTO: N_("照片"), FileKind.VOICE: N_("录音")}


class ProblemFile(Recorded, Base):
    """One file, written anew on arrival and sealed; opening it is audited, and the worker sees by whom.

    No enterprise ever sees it: a voice is known again. ``length``: pages of a photograph, seconds of a voice.
    """

    __tablename__ = "problem_file"

    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    problem: Mapped[Problem] = relationship()
    kind: Mapped[FileKind] = mapped_column(EnumText(FileKind))
    size: Mapped[int]
    length: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(EncryptedBytes("problem_file.content"), deferred=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


def keep_file(
    session: Session, actor: Actor, problem: Problem, kind: FileKind, content: bytes, length: int, digest: str
) -> ProblemFile:
    """Keep a file of a case, sealed; the same file sent again is kept once.

    Raises TransitionRefused where the case has as many as it can hold.
    """
    kept = files_of(session, problem)
    if same := next((row for row in kept if row.digest == digest), None):
        return same
    if len(kept) >= MOST_FILES:
        full = Sentence("这件事已经有 %(n)s 个照片和录音，再多放不下。", {"n": MOST_FILES})
        raise TransitionRefused(full)
    row = ProblemFile(
        problem_id=problem.id,
        kind=kind,
        size=len(content),
        length=length,
        digest=digest,
        content=content,
        uploaded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.PROBLEM_FILE_ADD, row, kind=kind.value)
    return row


def files_of(session: Session, problem: Problem) -> Sequence[ProblemFile]:
    """The files of a case in the order in which they came; what they hold is read when it is asked for."""
    rows = select(ProblemFile).where(ProblemFile.problem_id == problem.id).order_by(ProblemFile.id)
    return session.scalars(rows.limit(MOST_FILES)).all()


def count_files(session: Session, problem: Problem) -> dict[FileKind, int]:
    """How many of each kind a case has."""
    rows = select(ProblemFile.kind, func.count()).where(ProblemFile.problem_id == problem.id)
    counts = session.execute(rows.group_by(ProblemFile.kind)).all()
    return {row[0]: row[1] for row in counts}


def open_file(session: Session, actor: Actor, row: ProblemFile) -> bytes:
    """What was sent; who opened it is noted in the same transaction."""
    purpose = stated(Purpose.SERVICE, "办理本人反映的问题")
    record(session, actor, EventTag.PROBLEM_FILE_OPEN, row, purpose=purpose, kind=row.kind.value)
    return row.content
