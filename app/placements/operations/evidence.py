"""What somebody saw of a finding, as a file: taken with it, and opened before it is verified."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from app.kit.files.document_sanitizer import Paper
from models.access import Actor
from models.audit import did_to
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.purpose import Purpose, stated
from models.placement import evidence_paper
from models.placement.evidence_paper import EvidencePaper, keep_paper, latest_papers
from models.placement.follow_up import verify_refusals
from models.placement.placement import FollowUp

UNOPENED = Sentence("凭据你还没有打开看过，看过才能核实。")


def attach(session: Session, actor: Actor, follow_up: FollowUp, paper: Paper) -> EvidencePaper:
    """Keep the file of a finding, sealed."""
    return keep_paper(session, actor, follow_up, paper, months=follow_up.months)


def papers_of(session: Session, follow_ups: Iterable[FollowUp]) -> dict[int, EvidencePaper]:
    """The file of each follow-up that counts, the latest; one query for all."""
    return latest_papers(session, EvidencePaper.follow_up_id, [one.id for one in follow_ups])


def open_paper(session: Session, actor: Actor, paper: EvidencePaper) -> bytes:
    """The PDF; who opened it is noted in the same transaction."""
    months = paper.follow_up.months if paper.follow_up else None
    purpose = stated(Purpose.INSPECTION, "核实回访")
    return evidence_paper.open_paper(session, actor, paper, purpose, months=months)


def refusals(
    session: Session, actor: Actor, follow_up: FollowUp, paper: EvidencePaper | None
) -> list[Sentence]:
    """Why ``actor`` cannot verify a finding, all reasons."""
    papers = {} if paper is None else {follow_up.id: paper}
    return each_refusals(session, actor, [follow_up], papers)[follow_up.id]


def each_refusals(
    session: Session, actor: Actor, follow_ups: Sequence[FollowUp], papers: Mapping[int, EvidencePaper]
) -> dict[int, list[Sentence]]:
    """:func:`refusals` of each line of a page, by as many queries as of one."""
    opened = did_to(session, actor, EventTag.EVIDENCE_OPEN, papers.values())
    reasons = zip(follow_ups, verify_refusals(follow_ups, actor), strict=True)
    return {one.id: _reasons(said, papers.get(one.id), opened) for one, said in reasons}


def _reasons(said: Sentence | None, paper: EvidencePaper | None, opened: set[int]) -> list[Sentence]:
    unseen = UNOPENED if paper is not None and paper.id not in opened else None
    return [one for one in (said, unseen) if one]
