"""What can be done to many people of the register at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.kit.bulk.acts import CHOICE, REASON, Act, Choice, Many, Values, give_away, never_back
from app.workers.operations import NO_SUCH_TOWN, apply, county_of
from app.workers.queries import open_orders, own_county, town_names
from models.access import Actor, Permission
from models.audit import record
from models.care import CareKind
from models.event_tags import EventTag
from models.i18n import N_, Refusal, Sentence
from models.people.worker import WORKER_WORKFLOW, Worker, WorkerState, candidate_refusal
from models.workflow import TransitionRefused


def _in_register(worker: Worker, values: Values) -> Sentence | None:
    gone = worker.erased_at is not None or worker.merged_into_id is not None
    return Sentence("这条记录已停用") if gone else None


def _names(session: Session, actor: Actor, rows: Sequence[Worker]) -> Mapping[int, str]:
    return {worker.id: worker.name for worker in rows}


# --- township -------------------------------------------------------------------------------------------


def _township_refusal(worker: Worker, values: Values) -> Sentence | None:
    same = worker.township == values.get("township_name")
    return _in_register(worker, values) or (Sentence("本来就是这个乡镇") if same else None)


def _set_township(
    session: Session, actor: Actor, worker: Worker, values: Values, now: datetime
) -> dict[str, Any]:
    before = {"township": worker.township}
    _write_township(session, actor, worker, values["township_name"], now)
    return before


def _township_back(session: Session, actor: Actor, worker: Worker, before: Values, now: datetime) -> None:
    _write_township(session, actor, worker, before["township"], now)


def _write_township(session: Session, actor: Actor, worker: Worker, township: str, now: datetime) -> None:
    counties = session.info.setdefault("bulk_counties", {})
    county = counties.setdefault(worker.county_code, county_of(session, worker.county_code))
    if fields := apply(worker, {"township": township}, county):
        worker.updated_at = now
        record(session, actor, EventTag.WORKER_UPDATE, worker, fields=fields)


def _refuse_unknown_town(session: Session, actor: Actor, rows: Sequence[Worker], values: Values) -> None:
    for code in {worker.county_code for worker in rows}:
        if values["township_name"] not in county_of(session, code).towns:
            raise Refusal(NO_SUCH_TOWN)


def _towns(session: Session, actor: Actor, today: date) -> list[Choice]:
    return [(name, name) for name in town_names(session, actor, own_county(session, actor))]


# --- no longer served, offers ---------------------------------------------------------------------------


def _close_refusal(worker: Worker, values: Values) -> Sentence | None:
    if worker.state is WorkerState.CLOSED:
        return Sentence("本来就不再服务")
    busy = worker.state is not WorkerState.POOL
    return _in_register(worker, values) or (Sentence("已有岗位在谈或在岗，先办完") if busy else None)


def _close(session: Session, actor: Actor, worker: Worker, values: Values, now: datetime) -> dict[str, Any]:
    WORKER_WORKFLOW.advance(session, worker, "close", actor, now, values["reason"])
    return {}


def _reopen(session: Session, actor: Actor, worker: Worker, before: Values, now: datetime) -> None:
    WORKER_WORKFLOW.advance(session, worker, "reopen", actor, now)


def _offer_refusal(worker: Worker, values: Values) -> Sentence | None:
    return candidate_refusal(worker, date.fromisoformat(values["day"]))


def _offered_elsewhere(
    session: Session, actor: Actor, worker: Worker, values: Values, now: datetime
) -> dict[str, Any]:
    """Offers are made by the room of placements, each with the terms that are told."""
    raise TransitionRefused(Sentence("推荐岗位请在预览页上确认。"))


def _orders(session: Session, actor: Actor, today: date) -> list[Choice]:
    """The newest jobs; where enterprise and title are those of another, the day it ends says which it is."""
    orders = open_orders(session, actor, today)
    names = [f"{one.title} · {one.enterprise.name}" for one in orders]
    return [
        (str(one.id), name if names.count(name) == 1 else f"{name} · {one.valid_until:%m-%d} · #{one.id}")
        for one, name in zip(orders, names, strict=True)
    ]


MANY = Many(
    Worker,
    Permission.WORKER_WRITE,
    _names,
    (
        Act(
            "township",
            N_("填乡镇"),
            "township_name",
            CHOICE,
            N_("选乡镇"),
            Sentence("请选要填的乡镇。"),
            _set_township,
            _township_back,
            _township_refusal,
            choices=_towns,
            check=_refuse_unknown_town,
        ),
        *give_away(CareKind.WORKER, _in_register, N_("加到要打的电话")),
        Act(
            "offer",
            N_("推荐岗位"),
            "order_id",
            CHOICE,
            N_("选岗位"),
            Sentence("请选要推荐的岗位。"),
            _offered_elsewhere,
            never_back,
            _offer_refusal,
            choices=_orders,
            made_at="workers/bulk_offer.html",
            permission=Permission.PLACEMENT_OFFER,
        ),
        Act(
            "close",
            N_("不再服务"),
            "reason",
            REASON,
            N_("为什么不再服务"),
            Sentence("请写明为什么不再服务。"),
            _close,
            _reopen,
            _close_refusal,
        ),
    ),
)
