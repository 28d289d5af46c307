"""Choosing, doing and taking back one thing for many people. The caller commits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.care.operations import Wanted, keep
from app.kit.care.queries import care_of
from app.workers.operations import apply, county_of
from app.workers.queries import REGISTER_LIST
from models.access import Actor, Permission, visible_to
from models.audit import record
from models.bulk_act import BulkAct, BulkChange
from models.care import Care, CareKind
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import N_, Refusal, Sentence
from models.people.worker import WORKER_WORKFLOW, Worker, WorkerState, candidate_refusal
from models.workflow import TransitionRefused

MOST = 2_000
PART = 500
NOT_OURS = Sentence("没有找到，或不在你的管辖范围")
NEWER = Sentence("有 %(n)s 人后来又改过（%(names)s），整批都不撤销。")
NAMED = 5
Do = Callable[[Session, Actor, Worker, Mapping[str, str], datetime], dict[str, Any]]
RowOf = Callable[[Session, Actor, Worker], Any]
Undo = Callable[[Session, Actor, Worker, Mapping[str, Any], datetime], None]


@dataclass(frozen=True)
class Act:
    """One thing that can be done to many. ``refusal`` says why not to this person, with these values."""

    word: str
    refusal: Callable[[Worker, Mapping[str, str]], Sentence | None]
    do: Do
    undo: Undo
    row_of: RowOf = lambda session, actor, worker: worker
    """What the act writes to, whose version tells whether anything newer stands on it."""


def _in_register(worker: Worker) -> Sentence | None:
    gone = worker.erased_at is not None or worker.merged_into_id is not None
    return Sentence("这条记录已停用") if gone else None


def _township_refusal(worker: Worker, values: Mapping[str, str]) -> Sentence | None:
    same = worker.township == values.get("township_name")
    return _in_register(worker) or (Sentence("本来就是这个乡镇") if same else None)


def _set_township(
    session: Session, actor: Actor, worker: Worker, values: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    before = {"township": worker.township}
    _write_township(session, actor, worker, values["township_name"], now)
    return before


def _write_township(session: Session, actor: Actor, worker: Worker, township: str, now: datetime) -> None:
    counties = session.info.setdefault("bulk_counties", {})
    county = counties.setdefault(worker.county_code, county_of(session, worker.county_code))
    if fields := apply(worker, {"township": township}, county):
        worker.updated_at = now
        record(session, actor, EventTag.WORKER_UPDATE, worker, fields=fields)


def _close_refusal(worker: Worker, values: Mapping[str, str]) -> Sentence | None:
    if worker.state is WorkerState.CLOSED:
        return Sentence("本来就不再服务")
    busy = worker.state is not WorkerState.POOL
    return _in_register(worker) or (Sentence("已有岗位在谈或在岗，先办完") if busy else None)


def _close(
    session: Session, actor: Actor, worker: Worker, values: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    WORKER_WORKFLOW.advance(session, worker, "close", actor, now, values["reason"])
    return {}


def _reopen(session: Session, actor: Actor, worker: Worker, before: Mapping[str, Any], now: datetime) -> None:
    WORKER_WORKFLOW.advance(session, worker, "reopen", actor, now)


def _care(session: Session, actor: Actor, worker: Worker) -> Care | None:
    return care_of(session, actor, CareKind.WORKER, worker.id)


def _keep_care(
    session: Session, actor: Actor, worker: Worker, values: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Give somebody to a colleague, or set the day to ring; what stood there before."""
    care = _care(session, actor, worker)
    before = {
        "assigned_to_id": care.assigned_to_id if care else None,
        "remind_on": care.remind_on.isoformat() if care and care.remind_on else None,
    }
    told = {**before, **values}
    day = told["remind_on"]
    wanted = Wanted(
        note="",
        remind_on=date.fromisoformat(day) if day else None,
        assigned_to_id=int(told["assigned_to_id"]) if told["assigned_to_id"] else None,
    )
    keep(session, actor, CareKind.WORKER, worker, wanted, day_of(now))
    return before


def _undo_care(
    session: Session, actor: Actor, worker: Worker, before: Mapping[str, Any], now: datetime
) -> None:
    _keep_care(session, actor, worker, before, now)


def _offer_refusal(worker: Worker, values: Mapping[str, str]) -> Sentence | None:
    return candidate_refusal(worker, date.fromisoformat(values["day"]))


def _offered_elsewhere(
    session: Session, actor: Actor, worker: Worker, values: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Offers are made by the room of placements, each with the terms that are told; none is taken back from
    here, since the people have heard of it."""
    raise TransitionRefused(Sentence("推荐岗位请在预览页上确认。"))


def _nothing_back(
    session: Session, actor: Actor, worker: Worker, before: Mapping[str, Any], now: datetime
) -> None:
    raise TransitionRefused(Sentence("推荐不能整批撤销，请在每个人的推荐上办。"))


ACTS = {
    "township": Act(
        N_("填乡镇"),
        _township_refusal,
        _set_township,
        lambda session, actor, worker, before, now: _write_township(
            session, actor, worker, before["township"], now
        ),
    ),
    "close": Act(N_("不再服务"), _close_refusal, _close, _reopen),
    "assign": Act(N_("交给同事"), lambda worker, values: _in_register(worker), _keep_care, _undo_care, _care),
    "call": Act(
        N_("加到要打的电话"), lambda worker, values: _in_register(worker), _keep_care, _undo_care, _care
    ),
    "offer": Act(N_("推荐岗位"), _offer_refusal, _offered_elsewhere, _nothing_back),
}


@dataclass
class Outlook:
    """Whom an act would change, and why not the others."""

    goes: list[Worker] = field(default_factory=list)
    stays: list[tuple[Worker | None, Sentence]] = field(default_factory=list)


def choose(
    session: Session, actor: Actor, name: str, chosen: Sequence[int], values: Mapping[str, str]
) -> BulkAct:
    """Keep the choice, so that it can be looked at before it is done. Raises TransitionRefused for none."""
    if not chosen:
        raise TransitionRefused(Sentence("一个人也没有勾选。"))
    if len(chosen) > MOST:
        raise TransitionRefused(Sentence("一次最多 %(n)s 人，请把条件缩小，分几次办。", {"n": MOST}))
    if name == "close" and not values.get("reason", "").strip():
        raise TransitionRefused(Sentence("请写明为什么不再服务。"))
    if name == "township" and not values.get("township_name", "").strip():
        raise TransitionRefused(Sentence("请选要填的乡镇。"))
    if name == "assign" and not values.get("assigned_to_id", "").isdecimal():
        raise TransitionRefused(Sentence("请选交给谁。"))
    if name == "offer" and not values.get("order_id", "").isdecimal():
        raise TransitionRefused(Sentence("请选要推荐的岗位。"))
    if name == "call" and not values.get("remind_on"):
        raise TransitionRefused(Sentence("请填哪天打电话。"))
    act = BulkAct(
        user_id=actor.user_id,
        listing=REGISTER_LIST,
        act=name,
        chosen=list(dict.fromkeys(chosen)),
        values=dict(values),
    )
    session.add(act)
    session.flush()
    return act


def _people(session: Session, actor: Actor, ids: Sequence[int]) -> list[Worker]:
    """Those of ``ids`` whom the actor may correct, by number: two who work through crossing choices wait
    for each other once."""
    people: list[Worker] = []
    for start in range(0, len(ids), PART):
        part = select(Worker).where(Worker.id.in_(ids[start : start + PART])).order_by(Worker.id)
        people += session.scalars(visible_to(actor, part, Worker, Permission.WORKER_WRITE)).all()
    return people


def outlook(session: Session, actor: Actor, act: BulkAct) -> Outlook:
    """What ``act`` would do now."""
    people, seen = _people(session, actor, sorted(act.chosen)), Outlook()
    for worker in people:
        refusal = ACTS[act.act].refusal(worker, act.values)
        if refusal:
            seen.stays.append((worker, refusal))
        else:
            seen.goes.append(worker)
    seen.stays += [(None, NOT_OURS)] * (len(act.chosen) - len(people))
    return seen


def do(session: Session, actor: Actor, act: BulkAct, now: datetime) -> int:
    """Do it to everybody whom it can be done to; how many. Raises Refusal, and changes nothing then."""
    if act.done is not None:
        raise TransitionRefused(Sentence("这一批已经办过了。"))
    own, changes = ACTS[act.act], []
    if act.act == "township":
        _refuse_unknown_town(session, actor, act)
    for worker in outlook(session, actor, act).goes:
        before = own.do(session, actor, worker, act.values, now)
        changes.append((worker, before))
    session.flush()
    for worker, before in changes:
        version = own.row_of(session, actor, worker).version
        session.add(BulkChange(act_id=act.id, row_id=worker.id, before=before, version=version))
    act.done, act.done_at = len(changes), now
    record(session, actor, EventTag.BULK_DO, act, name=own.word, rows=len(changes))
    return len(changes)


def _refuse_unknown_town(session: Session, actor: Actor, act: BulkAct) -> None:
    counties = {worker.county_code for worker in outlook(session, actor, act).goes}
    for code in counties:
        county = county_of(session, code)
        if act.values["township_name"] not in county.towns:
            raise Refusal(Sentence("请从列表里选一个本县的乡镇。"))


def newer(session: Session, actor: Actor, act: BulkAct) -> list[str]:
    """Whom somebody changed since, by name; a person out of reach counts as changed."""
    changes = _changes(session, act)
    people = {worker.id: worker for worker in _people(session, actor, sorted(changes))}
    row_of = ACTS[act.act].row_of
    return [
        people[number].name if number in people else str(number)
        for number, change in changes.items()
        if number not in people or row_of(session, actor, people[number]).version != change.version
    ]


def _changes(session: Session, act: BulkAct) -> dict[int, BulkChange]:
    rows = session.scalars(select(BulkChange).where(BulkChange.act_id == act.id).order_by(BulkChange.row_id))
    return {row.row_id: row for row in rows}


def undo(session: Session, actor: Actor, act: BulkAct, now: datetime) -> int:
    """Take the whole act back; how many people. Raises TransitionRefused where one was changed since."""
    if act.done is None or act.undone_at is not None:
        raise TransitionRefused(Sentence("这一批没有办，或已经撤销。"))
    if names := newer(session, actor, act):
        told = "、".join(names[:NAMED])
        raise TransitionRefused(Sentence(NEWER.text, {"n": len(names), "names": told}))
    own, changes = ACTS[act.act], _changes(session, act)
    for worker in _people(session, actor, sorted(changes)):
        own.undo(session, actor, worker, changes[worker.id].before, now)
    act.undone_at = now
    session.flush()
    _free_what_lay_below(session, actor, act, changes)
    record(session, actor, EventTag.BULK_UNDO, act, name=own.word, rows=len(changes))
    return len(changes)


def _free_what_lay_below(
    session: Session, actor: Actor, act: BulkAct, changes: Mapping[int, BulkChange]
) -> None:
    """What a batch changed that this one was laid over stands as it left it: it can be undone in its turn."""
    row_of = ACTS[act.act].row_of
    kinds = [name for name, one in ACTS.items() if one.row_of is row_of]
    below = session.scalars(
        select(BulkChange)
        .join(BulkAct, BulkAct.id == BulkChange.act_id)
        .where(BulkAct.act.in_(kinds), BulkAct.undone_at.is_(None), BulkAct.id < act.id)
        .where(BulkChange.row_id.in_(list(changes)))
    ).all()
    people = {worker.id: worker for worker in _people(session, actor, sorted({one.row_id for one in below}))}
    for one in below:
        if one.version == changes[one.row_id].version - 1 and one.row_id in people:
            one.version = row_of(session, actor, people[one.row_id]).version
