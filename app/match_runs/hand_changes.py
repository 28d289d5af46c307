"""Changes by hand to a county's plan: who made which and why, and what the next plan does with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from app.match_runs import reserved_places
from app.match_runs.plan import changes
from models.access import Actor, Permission, scope_of, visible_to
from models.i18n import Sentence
from models.jobs.order import Order
from models.match_run import MatchAdjustment, MatchLeftOut, MatchPair, MatchRun, Pin, RunKind
from models.people.worker import Worker, candidate_condition
from models.training.agreement import Agreement

PAGE = 50
BY_HAND = "by_hand"  # beside the LeftOutReasons: taken out by somebody
NO_CANDIDATE = Sentence("这个人现在不参加匹配（已上岗、已推荐或不再愿意），改动留不住。")
NO_ORDER = Sentence("这个岗位现在不招人了，改动留不住。")


@dataclass(frozen=True)
class StandingChange:
    """A change that still differs from what the engine proposed; ``refusal`` says why it cannot be kept."""

    row: MatchAdjustment
    worker: Worker
    now: Order | None
    before: Order | None
    refusal: Sentence | None


def latest_plan(session: Session, actor: Actor, county_code: str) -> MatchRun | None:
    """The newest plan of a county that has results."""
    plans = select(MatchRun).where(
        MatchRun.kind == RunKind.COUNTY, MatchRun.county_code == county_code, MatchRun.input_digest != ""
    )
    statement = visible_to(actor, plans, MatchRun, Permission.MATCH_RUN)
    return session.scalar(statement.order_by(MatchRun.id.desc()).limit(1))


def standing(session: Session, run: MatchRun) -> list[MatchAdjustment]:
    """The last change of everybody who was moved, but not of those who are back where the engine had them."""
    last = changes(session, run)
    proposed = select(MatchPair.worker_id, MatchPair.order_id).where(
        MatchPair.run_id == run.id, MatchPair.worker_id.in_(last)
    )
    engine: dict[int, int] = dict(session.execute(proposed).all()) if last else {}
    return [row for row in last.values() if row.kept_from_id or engine.get(row.worker_id) != row.to_order_id]


def to_ask_about(session: Session, actor: Actor, run: MatchRun, day: date) -> list[StandingChange]:
    """What somebody who starts the next plan is asked about; what cannot be kept any more says why."""
    rows = standing(session, run)
    ids = [row.worker_id for row in rows]
    visible = scope_of(actor, Worker, Permission.WORKER_READ)
    workers = {one.id: one for one in session.scalars(select(Worker).where(Worker.id.in_(ids), visible))}
    takes_part = select(Worker.id).where(and_(candidate_condition(day), visible, Worker.id.in_(ids)))
    candidates = set(session.scalars(takes_part))
    orders = _orders(
        session, actor, [number for row in rows for number in (row.to_order_id, row.from_order_id)]
    )
    kept = reserved_places.places_kept(session, scope_of(actor, Agreement))
    open_ones = set(session.scalars(select(Order.id).where(reserved_places.takes_people(day, kept))))
    asked = [
        StandingChange(
            row,
            workers[row.worker_id],
            orders.get(row.to_order_id or 0),
            orders.get(row.from_order_id or 0),
            _refusal(row, candidates, open_ones),
        )
        for row in rows
        if row.worker_id in workers
    ]
    return sorted(asked, key=lambda change: (change.refusal is not None, change.worker.name, change.row.id))


def _refusal(row: MatchAdjustment, candidates: set[int], open_orders: set[int]) -> Sentence | None:
    if row.worker_id not in candidates:
        return NO_CANDIDATE
    return NO_ORDER if row.to_order_id and row.to_order_id not in open_orders else None


def _orders(session: Session, actor: Actor, ids: Sequence[int | None]) -> dict[int, Order]:
    seen = visible_to(actor, select(Order), Order, Permission.ORDER_READ)
    rows = session.scalars(
        seen.where(Order.id.in_({n for n in ids if n})).options(joinedload(Order.enterprise))
    )
    return {row.id: row for row in rows}


def left_out_now(session: Session, run: MatchRun, by_hand: Sequence[MatchAdjustment]) -> dict[str, int]:
    """How many have no place, by reason: as the run counted, without those whom a hand has put in since."""
    if not run.is_done:
        return {}
    counts = dict(run.county_summary["reasons"])
    put_in = [row.worker_id for row in by_hand if row.to_order_id]
    reasons = select(MatchLeftOut.reason).where(
        MatchLeftOut.run_id == run.id, MatchLeftOut.worker_id.in_(put_in)
    )
    for reason in session.scalars(reasons) if put_in else ():
        counts[reason] -= 1
    if taken_out := sum(row.to_order_id is None for row in by_hand):
        counts[BY_HAND] = taken_out
    return counts


@dataclass(frozen=True)
class PastChange:
    """One change as it was made, for the history."""

    row: MatchAdjustment
    name: str
    before: str
    now: str


def history(
    session: Session, actor: Actor, run: MatchRun, worker_id: int | None = None, before: int | None = None
) -> list[PastChange]:
    """The changes of a plan, newest first, one more than a page holds; "" for a name not to be seen."""
    statement = select(MatchAdjustment).where(MatchAdjustment.run_id == run.id)
    if worker_id:
        statement = statement.where(MatchAdjustment.worker_id == worker_id)
    if before:
        statement = statement.where(MatchAdjustment.id < before)
    newest = statement.order_by(MatchAdjustment.id.desc()).limit(PAGE + 1)
    rows = list(session.scalars(newest.options(joinedload(MatchAdjustment.user))))
    orders = _orders(
        session, actor, [number for row in rows for number in (row.to_order_id, row.from_order_id)]
    )
    seen = scope_of(actor, Worker, Permission.WORKER_READ)
    people = select(Worker.id, Worker.name).where(Worker.id.in_([row.worker_id for row in rows]), seen)
    names: dict[int, str] = dict(session.execute(people).all())
    titles = {number: order.title for number, order in orders.items()}
    return [
        PastChange(
            row,
            names.get(row.worker_id, ""),
            titles.get(row.from_order_id or 0, ""),
            titles.get(row.to_order_id or 0, ""),
        )
        for row in rows
    ]


def keep(session: Session, run: MatchRun, rows: Sequence[MatchAdjustment]) -> None:
    """Let a plan that is about to be made keep ``rows`` of an earlier one, with who made them and why."""
    pins = [Pin(worker_id=row.worker_id, order_id=row.to_order_id) for row in rows]
    run.settings = {**run.settings, "pins": pins}
    session.add_all(
        MatchAdjustment(
            run_id=run.id,
            worker_id=row.worker_id,
            from_order_id=None,
            to_order_id=row.to_order_id,
            price=0,
            reason=row.reason,
            user_id=row.user_id,
            kept_from_id=row.id,
        )
        for row in rows
    )


def settle(session: Session, run: MatchRun, points: dict[int, int]) -> None:
    """Give what the plan kept its points (by worker), and take away what could not be kept.

    The plan's summary names it.
    """
    kept = select(MatchAdjustment).where(
        MatchAdjustment.run_id == run.id, MatchAdjustment.kept_from_id.is_not(None)
    )
    for row in session.scalars(kept).all():
        if row.worker_id in points:
            row.price = -points[row.worker_id]
        else:
            session.delete(row)
