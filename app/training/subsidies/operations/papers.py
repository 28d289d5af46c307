"""What a school sends with its claim: taken, taken back, and opened before the claim is passed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.document_sanitizer import take
from app.training.subsidies.operations.claims import locked
from models.access import Actor
from models.audit import has_done, record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.training.claim_paper import ClaimPaper, ClaimPaperKind
from models.training.subsidy import Claim
from models.training.training_class import ClassState
from models.workflow import IllegalTransition, TransitionRefused

PAPERS_LATE = Sentence("名单已经公示，附件不能再改。")
SAME_PAPER = Sentence("这份附件已经交过了，不用再交。")
MOST_PAPERS = 30
ENOUGH_PAPERS = Sentence("附件最多 30 份，请把照片合成几份 PDF 再交。")


def papers_of(session: Session, claim: Claim) -> list[ClaimPaper]:
    """The attachments that were not taken back, as they came."""
    kept = select(ClaimPaper).where(ClaimPaper.claim_id == claim.id, ClaimPaper.withdrawn_at.is_(None))
    return list(session.scalars(kept.order_by(ClaimPaper.id)))


def unopened(session: Session, actor: Actor, claim: Claim) -> list[ClaimPaper]:
    """The attachments ``actor`` has not looked at yet: a claim is not passed before."""
    papers = papers_of(session, claim)
    return [one for one in papers if not has_done(session, actor, EventTag.CLAIM_PAPER_OPEN, one)]


def unopened_refusal(papers: list[ClaimPaper]) -> Sentence | None:
    """Why a claim cannot be passed while its checker has not looked at ``papers``."""
    sentence = Sentence("还有 %(n)s 份附件你没有打开看过，看过才能公示。", {"n": len(papers)})
    return sentence if papers else None


def attach(session: Session, actor: Actor, claim: Claim, kind: str, data: bytes) -> ClaimPaper:
    """Take one attachment, drawn anew and sealed, until the list is up.

    Raises document_sanitizer.PaperError, or TransitionRefused for a list that is up, a file that was sent
    before, and one too many.
    """
    paper = take(data)
    _require_open(session, claim)
    before = papers_of(session, claim)
    if any(one.digest == paper.digest for one in before):
        raise TransitionRefused(SAME_PAPER)
    if len(before) >= MOST_PAPERS:
        raise TransitionRefused(ENOUGH_PAPERS)
    row = ClaimPaper(
        claim_id=claim.id,
        kind=ClaimPaperKind(kind),
        size=len(paper.content),
        pages=paper.pages,
        digest=paper.digest,
        content=paper.content,
        uploaded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.CLAIM_PAPER_ADD, row, document=claim.number, kind=kind)
    return row


def withdraw_paper(session: Session, actor: Actor, paper: ClaimPaper, now: datetime) -> None:
    """Take an attachment back, until the list is up; its content goes."""
    _require_open(session, paper.claim)
    if paper.withdrawn_at is not None:
        raise IllegalTransition("withdraw")
    paper.withdrawn_at, paper.content = now, None
    record(session, actor, EventTag.CLAIM_PAPER_WITHDRAW, paper, kind=paper.kind)


def open_paper(session: Session, actor: Actor, paper: ClaimPaper) -> bytes:
    """The attachment's PDF; who opened it is noted in the same transaction."""
    record(session, actor, EventTag.CLAIM_PAPER_OPEN, paper, kind=paper.kind)
    return paper.content or b""


def _require_open(session: Session, claim: Claim) -> None:
    if locked(session, claim).state not in (ClassState.CLAIMED, ClassState.FOLLOWED, ClassState.CERTIFIED):
        raise TransitionRefused(PAPERS_LATE)
