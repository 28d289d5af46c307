"""Use cases of papers and the facts they prove: handing in, opening with a purpose, judging."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.hukou.cases.operations.closing import lock_open
from app.kit.files.document_sanitizer import MEDIA_TYPE, Paper
from models.access import Actor, Role
from models.audit import has_done, record
from models.clock import day_of
from models.event_tags import EventTag
from models.fact_dates import refuse_ahead
from models.hukou.case import DocumentState, HukouCase, HukouDocument
from models.hukou.catalogue import PAPERS
from models.hukou.fact import PersonFact
from models.i18n import Sentence
from models.people.worker import Worker
from models.placement.placement import Evidence
from models.reference.calendar import months_after
from models.second_person import interest
from models.workflow import TransitionRefused, refuse_for

ALREADY_JUDGED = Sentence("这份材料已经认定过。请让对方重新交一份再认定。")
SAME_PAPER = Sentence("这份材料已经交过了，不用再交。")
UNOPENED = Sentence("这份材料你还没有打开看过，先打开看，再认定。")
WITH_REASON = Sentence("不认可要写明原因，对方才知道怎么补。")


def hand_in(
    session: Session,
    actor: Actor,
    worker: Worker,
    city_code: str,
    kind: str,
    paper: Paper,
    case: HukouCase | None = None,
) -> HukouDocument:
    """Take one paper: sealed, waiting to be judged; an earlier one of its kind is replaced.

    Raises TransitionRefused for a file that was handed in before and for a case that is over.
    """
    if case is not None:
        lock_open(session, case, "paper")
    before = session.scalars(
        select(HukouDocument).where(
            HukouDocument.worker_id == worker.id,
            HukouDocument.kind == kind,
            HukouDocument.state == DocumentState.WAITING,
        )
    ).all()
    if any(document.digest == paper.digest for document in before):
        raise TransitionRefused(SAME_PAPER)
    for document in before:
        document.state, document.content = DocumentState.REPLACED, None
    row = HukouDocument(
        worker_id=worker.id,
        case_id=case.id if case else None,
        county_code=worker.county_code,
        city_code=city_code,
        kind=kind,
        media_type=MEDIA_TYPE,
        size=len(paper.content),
        pages=paper.pages,
        digest=paper.digest,
        content=paper.content,
        uploaded_by_id=actor.user_id,
        organisation_id=next(iter(actor.organisations(Role.ENTERPRISE)), None),
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.HUKOU_DOCUMENT_ADD, row, worker=worker.id, kind=kind)
    return row


def open_paper(session: Session, actor: Actor, document: HukouDocument, purpose: str) -> bytes:
    """The paper's PDF; who opened it and what for is noted in the same transaction."""
    record(
        session,
        actor,
        EventTag.HUKOU_DOCUMENT_OPEN,
        document,
        worker=document.worker_id,
        kind=document.kind,
        purpose=purpose,
    )
    return document.sheet or b""


def unopened(session: Session, actor: Actor, document: HukouDocument) -> Sentence | None:
    """Why ``actor`` cannot judge ``document`` yet: nobody accepts or refuses what they have not looked at."""
    return None if has_done(session, actor, EventTag.HUKOU_DOCUMENT_OPEN, document) else UNOPENED


@dataclass(frozen=True)
class Proven:
    """A fact as a form gives it. ``value`` is of the fact's type; ``growing`` months go on by themselves."""

    name: str
    value: Any
    as_of: date
    growing: bool = False
    expires_on: date | None = None


def learn(
    session: Session,
    actor: Actor,
    worker: Worker,
    city_code: str,
    proven: Proven,
    evidence: Evidence,
    source: str,
    now: datetime,
    document: HukouDocument | None = None,
) -> PersonFact:
    """Keep a fact; the one known before from the same or a weaker proof steps back, none is overwritten.

    Raises TransitionRefused for a fact as of a day to come, or one that ends before it begins.
    """
    refuse_ahead("person_fact.as_of", proven.as_of, day_of(now))
    session.execute(
        update(PersonFact)
        .where(
            PersonFact.worker_id == worker.id,
            PersonFact.name == proven.name,
            PersonFact.city_code == city_code,
            PersonFact.evidence <= evidence,
            PersonFact.superseded_at.is_(None),
        )
        .values(superseded_at=now)
        .execution_options(synchronize_session=False)
    )
    row = PersonFact(
        worker_id=worker.id,
        county_code=worker.county_code,
        city_code=city_code,
        name=proven.name,
        value=proven.value,
        as_of=proven.as_of,
        expires_on=proven.expires_on,
        growing=proven.growing,
        evidence=evidence,
        source=source,
        document_id=document.id if document else None,
        organisation_id=next(iter(actor.organisations(Role.ENTERPRISE)), None),
        recorded_by_id=actor.user_id,
    )
    session.add(row)
    record(session, actor, EventTag.HUKOU_FACT, worker, name=proven.name, evidence=int(evidence))
    return row


def judge(
    session: Session,
    actor: Actor,
    document: HukouDocument,
    case: HukouCase,
    worker: Worker,
    accepted: bool,
    reason: str,
    valid_until: date | None,
    proven: list[Proven],
    now: datetime,
) -> None:
    """Accept a paper, with the facts it proves, or refuse it with a reason; once, and for a ``case`` that is
    open. Raises TransitionRefused, also for an actor who has not opened the paper."""
    lock_open(session, case, "judgement")
    refuse_for(interest(case, actor))
    if document.state is not DocumentState.WAITING:
        raise TransitionRefused(ALREADY_JUDGED)
    if sentence := unopened(session, actor, document):
        raise TransitionRefused(sentence)
    if not accepted and not reason.strip():
        raise TransitionRefused(WITH_REASON)
    document.state = DocumentState.ACCEPTED if accepted else DocumentState.REFUSED
    document.judged_at, document.judged_by_id = now, actor.user_id
    document.refused_reason, document.valid_until = ("" if accepted else reason), valid_until
    record(
        session,
        actor,
        EventTag.HUKOU_DOCUMENT_JUDGE,
        document,
        worker=worker.id,
        kind=document.kind,
        decision=document.state.value,
    )
    city, source = document.city_code, PAPERS[document.kind].label
    for fact in proven if accepted else []:
        learn(session, actor, worker, city, fact, Evidence.INSURANCE, source, now, document)


def usual_end(kind: str, day: date) -> date | None:
    """Until when a paper of ``kind`` dated ``day`` usually counts; None where it has no end."""
    months = PAPERS[kind].months
    return months_after(day, months) if months else None
