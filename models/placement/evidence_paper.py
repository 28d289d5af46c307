"""What somebody saw: a wage slip, a page of the enterprise's roster, an insurance record, as a file."""

from collections.abc import Collection
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column, relationship

from models.access import Actor
from models.audit import record
from models.base import Base, Recorded
from models.employment.spell import SpellEvidence
from models.event_tags import EventTag
from models.placement.placement import FollowUp
from models.types import EncryptedBytes


class EvidencePaper(Recorded, Base):
    """One file, drawn anew on arrival (a PDF) and sealed; opening it is audited.

    It belongs to a follow-up or to a piece of evidence of an employment spell; of several the latest counts.
    """

    __tablename__ = "evidence_paper"
    __table_args__ = (
        CheckConstraint("(follow_up_id IS NULL) <> (spell_evidence_id IS NULL)", name="of_one"),
    )

    follow_up_id: Mapped[int | None] = mapped_column(ForeignKey("follow_up.id"), index=True)
    follow_up: Mapped[FollowUp | None] = relationship()
    spell_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("spell_evidence.id"), index=True)
    spell_evidence: Mapped[SpellEvidence | None] = relationship()
    size: Mapped[int]
    pages: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(EncryptedBytes("evidence_paper.content"), deferred=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class Pages(Protocol):
    """A file that was drawn anew: only pixels of it are left (app.kit.files.document_sanitizer)."""

    @property
    def content(self) -> bytes: ...
    @property
    def pages(self) -> int: ...
    @property
    def digest(self) -> str: ...


def keep_paper(
    session: Session, actor: Actor, of: FollowUp | SpellEvidence, pages: Pages, **noted: Any
) -> EvidencePaper:
    """Keep the file of a finding or of a piece of evidence, sealed; ``noted`` stands in the audit."""
    row = EvidencePaper(
        follow_up_id=of.id if isinstance(of, FollowUp) else None,
        spell_evidence_id=of.id if isinstance(of, SpellEvidence) else None,
        size=len(pages.content),
        pages=pages.pages,
        digest=pages.digest,
        content=pages.content,
        uploaded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.EVIDENCE_ADD, row, **noted)
    return row


def latest_papers(
    session: Session, column: InstrumentedAttribute[int | None], numbers: Collection[int]
) -> dict[int, EvidencePaper]:
    """The file that counts, the latest, by what it belongs to (``column``); one query for all."""
    rows = select(EvidencePaper).where(column.in_(numbers)).order_by(EvidencePaper.id)
    return {getattr(row, column.key): row for row in session.scalars(rows)}


def open_paper(session: Session, actor: Actor, paper: EvidencePaper, purpose: str, **noted: Any) -> bytes:
    """The PDF; who opened it is noted in the same transaction."""
    record(session, actor, EventTag.EVIDENCE_OPEN, paper, purpose=purpose, **noted)
    return paper.content
