"""Slips of household registration put right, each with its reason; what stood there stays in the audit."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.hukou.cases.operations.closing import lock_open
from models.access import Actor, Role
from models.audit import record
from models.event_tags import EventTag
from models.hukou.case import DocumentState, HukouCase, HukouDocument
from models.hukou.fact import PersonFact
from models.i18n import Sentence
from models.placement.placement import Evidence
from models.workflow import REASON_MISSING, TransitionRefused

NOT_JUDGED = Sentence("这份材料现在没有认定，不用撤回。")
NOT_TOLD = Sentence("这一条是材料或企业证明的，请在材料认定里撤回，或请企业重新证明。")
ALREADY_GONE = Sentence("这一条已经有新的，或已经撤回。")


def withdraw_judgement(
    session: Session, actor: Actor, document: HukouDocument, case: HukouCase, reason: str, now: datetime
) -> None:
    """Judge a paper anew that was judged by a slip: its facts step back, those before them count again.

    Raises TransitionRefused without a reason, for a paper that waits, and once the case is over.
    """
    lock_open(session, case, "judgement")
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if document.state not in (DocumentState.ACCEPTED, DocumentState.REFUSED):
        raise TransitionRefused(NOT_JUDGED)
    before, judged_at = document.state, document.judged_at
    session.execute(
        update(PersonFact)
        .where(PersonFact.worker_id == document.worker_id, PersonFact.superseded_at == judged_at)
        .values(superseded_at=None)
    )
    session.execute(
        update(PersonFact)
        .where(PersonFact.document_id == document.id, PersonFact.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    document.state, document.refused_reason = DocumentState.WAITING, ""
    document.judged_at = document.judged_by_id = document.valid_until = None
    record(
        session,
        actor,
        EventTag.HUKOU_DOCUMENT_JUDGE,
        document,
        worker=document.worker_id,
        kind=document.kind,
        event="undo",
        reason=reason,
        **{"from": before.value, "to": document.state.value},
    )


def withdraw_fact(session: Session, actor: Actor, fact: PersonFact, reason: str, now: datetime) -> None:
    """Let a fact count no more that the county told, or the actor's own enterprise vouched for.

    Raises TransitionRefused without a reason, and for what a paper or another unit proves.
    """
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    own = actor.organisations(Role.ENTERPRISE)
    is_own = fact.organisation_id in own if own else fact.evidence == Evidence.SELF_REPORT
    if not is_own or fact.document_id is not None:
        raise TransitionRefused(NOT_TOLD)
    if fact.superseded_at is not None:
        raise TransitionRefused(ALREADY_GONE)
    fact.superseded_at = now
    record(
        session,
        actor,
        EventTag.HUKOU_FACT,
        f"worker:{fact.worker_id}",
        event="withdraw",
        name=fact.name,
        reason=reason,
    )
