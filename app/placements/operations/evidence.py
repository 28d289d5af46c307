"""What somebody saw of a finding, as a file: taken with it, and opened before it is verified."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.document_sanitizer import Paper
from models.access import Actor
from models.audit import has_done, record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.purpose import Purpose, stated
from models.placement.evidence_paper import EvidencePaper
from models.placement.follow_up import verify_refusal
from models.placement.placement import FollowUp

UNOPENED = Sentence("凭据你还没有打开看过，看过才能核实。")


def attach(session: Session, actor: Actor, follow_up: FollowUp, paper: Paper) -> EvidencePaper:
    """Keep the file of a finding, sealed."""
    row = EvidencePaper(
        follow_up_id=follow_up.id,
        size=len(paper.content),
        pages=paper.pages,
        digest=paper.digest,
        content=paper.content,
        uploaded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.EVIDENCE_ADD, row, months=follow_up.months)
    return row


def papers_of(session: Session, follow_ups: Iterable[FollowUp]) -> dict[int, EvidencePaper]:
    """The file of each follow-up that counts, the latest; one query for all."""
    numbers = [one.id for one in follow_ups]
    rows = select(EvidencePaper).where(EvidencePaper.follow_up_id.in_(numbers)).order_by(EvidencePaper.id)
    return {row.follow_up_id: row for row in session.scalars(rows)}


def open_paper(session: Session, actor: Actor, paper: EvidencePaper) -> bytes:
    """The PDF; who opened it is noted in the same transaction."""
    months, purpose = paper.follow_up.months, stated(Purpose.INSPECTION, "核实回访")
    record(session, actor, EventTag.EVIDENCE_OPEN, paper, months=months, purpose=purpose)
    return paper.content


def refusals(
    session: Session, actor: Actor, follow_up: FollowUp, paper: EvidencePaper | None
) -> list[Sentence]:
    """Why ``actor`` cannot verify a finding, all reasons."""
    reasons = [verify_refusal(follow_up, actor)]
    if paper is not None and not has_done(session, actor, EventTag.EVIDENCE_OPEN, paper):
        reasons.append(UNOPENED)
    return [one for one in reasons if one]
