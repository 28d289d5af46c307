"""One person's rights over his data (trust.md T20): all of it on request, and its erasure."""

import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import label, moment
from app.kit.web.history import Entry
from app.kit.web.queue import enqueue
from app.workers.conflicts import shown
from app.workers.hukou_data import has_open_case, hukou_page, hukou_record, wipe_hukou
from app.workers.operations import HOUSEHOLD_FIELDS, LISTS, PLAIN_FIELDS, TEXTS, value_of
from app.workers.roster.fields import BY_NAME
from models import vault
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.people.identity import SEX_LABELS, Sex
from models.people.intake import Duplicate, ImportRow
from models.people.worker import WORKER_WORKFLOW, Worker, WorkerState
from models.placement.placement import HOLDING, OPEN_OFFERS, Message, Placement, PlacementState
from models.reference.area import area_names
from models.user import User
from models.workflow import TransitionRefused

KEPT = ("birth_date", "sex", "is_synthetic")
STILL_PLACED = N_("这个人还有岗位在谈或在岗，先办完再清除。")
STILL_SETTLING = N_("这个人的落户申请还没办完，先办完或撤回再清除。")
ERASED_NAME = N_("已清除")
WIPED = tuple(name for name in PLAIN_FIELDS if name not in ("name", "township"))


def whole_record(
    session: Session, worker: Worker, placements: Sequence[Placement], history: Sequence[Entry]
) -> dict[str, Any]:
    """Return everything kept about ``worker``, as plain values by field name."""
    names = ("id_number", "phone", *PLAIN_FIELDS, *HOUSEHOLD_FIELDS)
    person = {name: value_of(worker, name) for name in names} | {name: getattr(worker, name) for name in KEPT}
    person["cities"] = list(area_names(session, set(worker.cities)).values())
    messages = session.scalars(select(Message).where(Message.worker_id == worker.id).order_by(Message.id))
    return {
        "person": person | {"state": worker.state.value, "registered_at": worker.created_at},
        "placements": [_placement(one) for one in placements],
        "messages": [{"at": one.created_at, "channel": one.channel, "text": one.text} for one in messages],
        "settling": hukou_record(session, worker),
        "history": [{"at": one.at, "who": one.who, "what": one.what, "why": one.why} for one in history],
    }


def _placement(one: Placement) -> dict[str, Any]:
    steps = [
        {"months": step.months, "due_on": step.due_on, "outcome": step.outcome, "wage_fen": step.wage_fen}
        for step in one.follow_ups
    ]
    return {
        "order": one.order.title,
        "enterprise": one.order.enterprise.name,
        "state": one.state.value,
        "offered_at": one.created_at,
        "consented_at": one.consented_at,
        "hired_on": one.hired_on,
        "on_site_on": one.on_site_on,
        "left_on": one.left_on,
        "follow_ups": steps,
    }


def as_json(whole: dict[str, Any]) -> bytes:
    """Return the record as JSON."""
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_written).encode()


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def as_workbook(whole: dict[str, Any]) -> bytes:
    """Return the record as a workbook: the facts, the jobs, the settling, the history."""
    target = io.BytesIO()
    write_workbook(
        target,
        [
            _facts_page(whole["person"]),
            _jobs_page(whole["placements"]),
            hukou_page(whole["settling"]),
            _history_page(whole["history"]),
        ],
    )
    return target.getvalue()


def _facts_page(person: dict[str, Any]) -> Page:
    words = person | {"state": label(WorkerState(person["state"])), "sex": _(SEX_LABELS[Sex(person["sex"])])}
    rows = [(_word(name), shown(name, value)) for name, value in words.items()]
    return Page(_("资料"), [Column(_("项目"), 20), Column(_("内容"), 40)], rows)


def _jobs_page(jobs: list[dict[str, Any]]) -> Page:
    rows = [
        (one["order"], one["enterprise"], label(PlacementState(one["state"])), shown("", one["hired_on"]))
        for one in jobs
    ]
    heads = [Column(_("岗位"), 30), Column(_("企业"), 30), Column(_("状态")), Column(_("录用日期"))]
    return Page(_("推荐与上岗"), heads, rows)


def _history_page(history: list[dict[str, Any]]) -> Page:
    rows = [(moment(one["at"]), one["who"], one["what"], one["why"]) for one in history]
    heads = [Column(_("时间"), 24), Column(_("谁")), Column(_("做了什么"), 24), Column(_("为什么"), 50)]
    return Page(_("经过"), heads, rows)


def _word(name: str) -> str:
    return _(BY_NAME[name].label) if name in BY_NAME else _(OTHER_WORDS[name])


OTHER_WORDS = {
    "disability": N_("残疾类别等级"),
    "state": N_("状态"),
    "registered_at": N_("登记时间"),
    "is_synthetic": N_("合成数据"),
}


def note_export(session: Session, actor: Actor, worker: Worker, purpose: str) -> None:
    """Note in the audit that a person's whole record left the house."""
    record(session, actor, EventTag.WORKER_DATA, worker, purpose=purpose)


def erase(session: Session, actor: Actor, worker: Worker, reason: str) -> None:
    """Wipe what tells who ``worker`` is; year of birth, sex, place and placements stay for the statistics.

    The audit keeps that it was done and why (个人信息保护法 47条). Raises TransitionRefused while a placement
    is being negotiated or held or an application to settle is under way, and where somebody was erased
    before.
    """
    open_states = (*OPEN_OFFERS, *HOLDING)
    placed = select(func.count()).where(Placement.worker_id == worker.id, Placement.state.in_(open_states))
    if session.scalar(placed):
        raise TransitionRefused(STILL_PLACED)
    if has_open_case(session, worker):
        raise TransitionRefused(STILL_SETTLING)
    if worker.state is not WorkerState.CLOSED:
        WORKER_WORKFLOW.advance(session, worker, "close", actor, reason=reason)
    _wipe(worker)
    _wipe_around(session, worker)
    wipe_hukou(session, worker)
    record(session, actor, EventTag.WORKER_ERASE, worker, reason=reason)
    if actor.user_id is not None:
        enqueue(session, actor, "rebuild_index", worker.id)  # what the matching's files know of him goes, too


def _wipe(worker: Worker) -> None:
    for name in WIPED:
        setattr(worker, name, [] if name in LISTS else "" if name in TEXTS else None)
    worker.name, worker.name_initials = ERASED_NAME, ""
    worker.id_number, worker.id_last4, worker.id_digest = None, "", vault.digest(f"erased {worker.id}")
    worker.phone, worker.phone_digest, worker.phone_last4 = None, None, ""
    worker.birth_date = worker.birth_date.replace(month=1, day=1)
    worker.education = worker.health = worker.household = None
    worker.erased_at = worker.updated_at = utc_now()


def _wipe_around(session: Session, worker: Worker) -> None:
    """Wipe what else speaks of the person: import rows, notices sent, free words, his account."""
    session.execute(
        update(ImportRow).where(ImportRow.worker_id == worker.id).values(payload=None, changes=None)
    )
    session.execute(delete(Message).where(Message.worker_id == worker.id))
    session.execute(update(Placement).where(Placement.worker_id == worker.id).values(leave_note=""))
    session.execute(update(User).where(User.worker_id == worker.id).values(is_active=False, name=ERASED_NAME))
    pairs = (Duplicate.worker_id == worker.id) | (Duplicate.other_id == worker.id)
    session.execute(update(Duplicate).where(pairs).values(undo=None))
