"""The papers a case needs, what stands against approving it for their sake, and those that serve again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.hukou.case import OVER, DocumentState, HukouCase, HukouDocument
from models.hukou.catalogue import ALWAYS, FACTS, PAPERS
from models.i18n import Sentence
from models.workflow import Obstacle

D = DocumentState


@dataclass(frozen=True)
class Needed:
    """A line of the checklist: the kind of paper, and the latest one handed in (None: still to come).

    ``others`` are the kinds that would serve as well; ``required``: without it there is no approval.
    """

    kind: str
    document: HukouDocument | None
    others: tuple[str, ...] = ()
    required: bool = True

    def against(self, day: date) -> Sentence | None:
        """Why the paper does not serve on ``day``; None where it does."""
        document = self.document
        about = {"paper": Sentence(PAPERS[self.kind].label)}
        if document is None:
            return Sentence("%(paper)s还没有交。", about)
        if document.state is D.WAITING:
            return Sentence("%(paper)s还没有认定。", about)
        if document.state is D.REFUSED:
            return Sentence("%(paper)s不认可，要重新交。", about)
        if not document.is_valid(day):
            return Sentence("%(paper)s %(day)s已过期，要交新的。", about | {"day": document.valid_until})
        return None


def checklist(case: HukouCase) -> list[Needed]:
    """The papers a case needs: always the two identity papers, then what proves each condition.

    Where several kinds prove a condition, the one that was handed in stands for them.
    """
    latest: dict[str, HukouDocument] = {}
    for document in case.documents:
        if document.state is not D.REPLACED:
            latest[document.kind] = document
    clauses = case.last_answer.answer.clauses if case.last_answer else ()
    # What the rule's own table counts has no paper of its own.
    asked = [clause.fact for clause in clauses if clause.known or clause.value is None]
    proofs = [FACTS[fact].papers for fact in asked if FACTS[fact].papers]
    needed: dict[str, Needed] = {kind: Needed(kind, latest.get(kind)) for kind in ALWAYS}
    for kinds in proofs:
        if not any(kind in needed for kind in kinds):
            kind = _best(kinds, latest)
            others = tuple(other for other in kinds if other != kind)
            needed[kind] = Needed(kind, latest.get(kind), others)
    extra = [Needed(kind, latest[kind], required=False) for kind in latest if kind not in needed]
    return [*needed.values(), *extra]


def _best(kinds: tuple[str, ...], latest: dict[str, HukouDocument]) -> str:
    """Of kinds that prove the same, the accepted one, else one that was handed in, else the usual one."""
    accepted = [kind for kind in kinds if kind in latest and latest[kind].state is D.ACCEPTED]
    return next(iter([*accepted, *(kind for kind in kinds if kind in latest), *kinds]))


def against_approval(case: HukouCase, day: date) -> list[Obstacle]:
    """Every paper for whose sake the case cannot be approved on ``day``."""
    lines = [line for line in checklist(case) if line.required]
    refused = [(line.kind, said) for line in lines if (said := line.against(day))]
    return [Obstacle(said, f"paper-{kind}") for kind, said in refused]


def take_over_papers(session: Session, actor: Actor, case: HukouCase, day: date) -> None:
    """Let a new case have what its person handed in before: papers without a case, and those of an earlier
    case in the same city that were accepted and have not lapsed.
    """
    own = (HukouDocument.worker_id == case.worker_id, HukouDocument.city_code == case.city_code)
    without = update(HukouDocument).where(*own, HukouDocument.case_id.is_(None))
    session.execute(without.values(case_id=case.id), execution_options={"synchronize_session": False})
    earlier = select(HukouDocument).join(HukouDocument.case)
    accepted = earlier.where(*own, HukouCase.state.in_(OVER), HukouDocument.state == D.ACCEPTED)
    serving = {paper.kind: paper for paper in session.scalars(accepted.order_by(HukouDocument.id))}
    for paper in serving.values():
        if paper.is_valid(day):
            _use_again(session, actor, case, paper)
    session.expire(case, ["documents"])


def _use_again(session: Session, actor: Actor, case: HukouCase, paper: HukouDocument) -> None:
    row = HukouDocument(
        worker_id=case.worker_id,
        case_id=case.id,
        county_code=case.county_code,
        city_code=case.city_code,
        organisation_id=paper.organisation_id,
        kind=paper.kind,
        state=paper.state,
        media_type=paper.media_type,
        size=paper.size,
        pages=paper.pages,
        digest=paper.digest,
        valid_until=paper.valid_until,
        judged_by_id=paper.judged_by_id,
        judged_at=paper.judged_at,
        uploaded_by_id=paper.uploaded_by_id,
        reused_from_id=paper.reused_from_id or paper.id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.HUKOU_DOCUMENT_REUSE, row, worker=case.worker_id, kind=paper.kind)
