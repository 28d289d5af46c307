"""Whole numbers shown, a whole record handed out, a person's data erased: each with its note in the audit."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from app.workers.operations import LISTS, PLAIN_FIELDS, TEXTS
from app.workers.personal_data import held, retention
from app.workers.personal_data.queries.record import has_open_case
from app.workers.queries import REGISTER_LIST
from models import vault
from models.access import Actor
from models.audit import record
from models.bulk_act import BulkAct, BulkChange
from models.care import Care, CareKind, CareNote
from models.event_tags import EventTag
from models.hukou.case import HukouCase, HukouDocument
from models.i18n import N_, Sentence
from models.people.worker import WORKER_WORKFLOW, Worker, WorkerState, records_of
from models.people.worker_account import revoke_account
from models.placement.placement import HOLDING, OPEN_OFFERS, Placement
from models.user import User
from models.workflow import TransitionRefused

PLACEMENT_PENDING = Sentence("这个人还有岗位在谈或在岗，先办完再清除。")
HUKOU_PENDING = Sentence("这个人的落户申请还没办完，先办完或撤回再清除。")
ERASED_NAME = N_("已清除")
WIPED = tuple(name for name in PLAIN_FIELDS if name not in ("name", "township"))
EVALUATION_KEPT = ("verdict", "on")


def note_reveal(session: Session, actor: Actor, worker: Worker, purpose: str) -> None:
    """Note that whole numbers were shown, and what for."""
    record(session, actor, EventTag.WORKER_REVEAL, worker, purpose=purpose)


def note_health(session: Session, actor: Actor, worker: Worker, purpose: str) -> None:
    """Note that a reader who does not work with the person's health was shown it, and what for."""
    record(session, actor, EventTag.WORKER_HEALTH, worker, purpose=purpose)


def note_export(session: Session, actor: Actor, worker: Worker, purpose: str) -> None:
    """Note that a person's whole record left the house."""
    record(session, actor, EventTag.WORKER_DATA, worker, purpose=purpose)


def erase(session: Session, actor: Actor, worker: Worker, reason: str, now: datetime) -> None:
    """Wipe what tells who ``worker`` is; year of birth, sex, place and placements stay for the statistics.

    Records that were merged into this one are wiped, too. The audit keeps that it was done and why
    (个人信息保护法 47条). Raises TransitionRefused while a placement is being negotiated or held or an
    application for household registration is under way, and IllegalTransition where the person was erased
    before.
    """
    open_states = (*OPEN_OFFERS, *HOLDING)
    placed = select(func.count()).where(Placement.worker_id == worker.id, Placement.state.in_(open_states))
    if session.scalar(placed):
        raise TransitionRefused(PLACEMENT_PENDING)
    if has_open_case(session, worker):
        raise TransitionRefused(HUKOU_PENDING)
    if worker.state is not WorkerState.CLOSED:
        WORKER_WORKFLOW.advance(session, worker, "close", actor, reason=reason)
    retention.keep_for_the_law(session, worker)
    records = session.scalars(records_of(worker.id)).all()
    revoke_account(session, records, actor=actor, now=now, reason="erased")
    for one in session.scalars(select(Worker).where(Worker.id.in_(records_of(worker.id)))).all():
        _wipe(one, now)
        _wipe_around(session, one)
    record(session, actor, EventTag.WORKER_ERASE, worker, reason=reason)
    if actor.user_id is not None:
        enqueue(session, actor, "rebuild_index", worker.id)  # what the matching's files know goes, too


def _wipe(worker: Worker, now: datetime) -> None:
    for name in WIPED:
        setattr(worker, name, [] if name in LISTS else "" if name in TEXTS else None)
    worker.name = ERASED_NAME
    worker.id_number, worker.id_last4, worker.id_digest = None, "", vault.digest(f"erased {worker.id}")
    worker.telephones = []
    worker.birth_date = worker.birth_date.replace(month=1, day=1)
    worker.education = worker.health = worker.household = None
    worker.erased_at = worker.updated_at = now


def _wipe_notes(session: Session, worker_id: int) -> None:
    """What offices noted of the person and of what is about them, and where they lived before a bulk act."""
    about = {
        CareKind.WORKER: select(Worker.id).where(Worker.id == worker_id),
        CareKind.PLACEMENT: select(Placement.id).where(Placement.worker_id == worker_id),
        CareKind.HUKOU: select(HukouCase.id).where(HukouCase.worker_id == worker_id),
    }
    for kind, rows in about.items():
        theirs = select(Care.id).where(Care.kind == kind, Care.subject_id.in_(rows))
        session.execute(delete(CareNote).where(CareNote.care_id.in_(theirs)))
    acts = select(BulkAct.id).where(BulkAct.listing == REGISTER_LIST)
    mine = BulkChange.row_id == worker_id, BulkChange.act_id.in_(acts)
    session.execute(update(BulkChange).where(*mine).values(before={}))


def _wipe_around(session: Session, worker: Worker) -> None:
    """Wipe what else speaks of the person (held.py), and close the account; that there was a case of
    household registration, and how long it took, stays countable."""
    for row in session.scalars(select(HukouCase).where(HukouCase.worker_id == worker.id)):
        row.evaluation = {name: row.evaluation[name] for name in EVALUATION_KEPT if name in row.evaluation}
    session.flush()
    held.wipe(session, worker.id)
    _wipe_notes(session, worker.id)
    documents = update(HukouDocument).where(HukouDocument.worker_id == worker.id)
    session.execute(documents.values(size=0))
    session.execute(update(User).where(User.worker_id == worker.id).values(name=ERASED_NAME))
    session.expire_all()
