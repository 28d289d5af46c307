"""Use cases: start a run, carry it out, change a proposed assignment by hand."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import JobProblem, Progress, Silence, enqueue
from app.match_runs import candidate_index, plan
from app.match_runs.candidate_pool import is_quick, open_pool
from app.match_runs.constraint_counts import Found, part_by_rules
from app.match_runs.engine_input import engine_orders
from app.match_runs.run_input import Question, may_ask, own_run, reach_for, read_again, read_question
from app.match_runs.run_results import Answer, answer, rows_of_best
from app.match_runs.scorecards.operations import card_in_use
from models.access import Actor
from models.audit import EventTag, record
from models.i18n import N_
from models.jobs.order import Order
from models.match_run import MatchAdjustment, MatchGroup, MatchLeftOut, MatchPair, MatchRun, RunKind
from models.people.worker import Worker
from models.workflow import TransitionRefused

TOP = {RunKind.ORDER: 200, RunKind.WORKER: 50, RunKind.COUNTY: 0}
READING, STORING = N_("正在读取名单和岗位"), N_("正在保存结果")


def start(
    session: Session,
    actor: Actor,
    kind: RunKind,
    day: date,
    *,
    order: Order | None = None,
    worker: Worker | None = None,
    policy: matching.Policy | None = None,
) -> MatchRun:
    """Freeze the settings of a run and queue it. Raises PermissionError when ``actor`` may not ask it.

    An order run needs ``order``, a worker's run ``worker``; ``policy`` counts for a county's run. Where the
    index
    answers while somebody waits, an order's run is answered at once and has no job.
    """
    run = freeze(session, actor, kind, day, order=order, worker=worker, policy=policy)
    if kind is RunKind.ORDER and is_quick(session):
        answer_now(session, actor, run)
    else:
        run.job = enqueue(session, actor, "match", run.id)
    return run


def freeze(
    session: Session,
    actor: Actor,
    kind: RunKind,
    day: date,
    *,
    order: Order | None = None,
    worker: Worker | None = None,
    policy: matching.Policy | None = None,
) -> MatchRun:
    """Note a run with its settings and card, and start nothing yet; see :func:`start`."""
    county, enterprise = may_ask(actor, order)
    card = card_in_use(session)
    run = MatchRun(
        kind=kind,
        county_code=county,
        enterprise_id=enterprise,
        order_id=order.id if order else None,
        worker_id=worker.id if worker else None,
        user_id=actor.user_id,
        settings={"top": TOP[kind], "as_of": day.isoformat(), "policy": _knobs(policy, county)},
        card_version=card.version,
        card=json.loads(card.as_json()),
    )
    session.add(run)
    session.flush()
    record(
        session, actor, EventTag.MATCH_START, run, kind=kind.value, order=run.order_id, worker=run.worker_id
    )
    return run


def _knobs(policy: matching.Policy | None, county: str | None) -> dict[str, Any]:
    """Only the knobs that were turned, so that equal questions have equal settings."""
    if policy is None:
        return {}
    turned = {
        "placements_first": policy.placements_first,
        "pairing_bonus": policy.pairing_bonus,
        "county_floors": dict(policy.county_floors),
    }
    return {name: value for name, value in turned.items() if value}


def carry_out(
    session: Session, actor: Actor, run_id: int, progress: Progress, reading: Callable[[], None]
) -> dict[str, Any]:
    """Read, ask the engine, store everything in one transaction, and commit.

    ``reading`` makes the present transaction one that only reads; none stays open while the engine works.
    Raises PermissionError or JobProblem when the asker's rights, the order or the worker are gone.
    """
    progress.tell(READING)
    reading()
    question = read_question(session, actor, run_id)
    session.rollback()
    found = answer(question, progress)
    progress.tell(STORING)
    store(session, own_run(session, actor, run_id), question, found)
    session.commit()
    return {"run": run_id, "pairs": len(found.pairs)}


def answer_now(session: Session, actor: Actor, run: MatchRun) -> None:
    """Answer a run where it stands, in the caller's transaction.

    Raises PermissionError, or TransitionRefused when the order takes nobody any more.
    """
    try:
        question = read_question(session, actor, run.id)
    except JobProblem as problem:
        raise TransitionRefused(problem.sentence) from problem
    store(session, run, question, answer(question, Silence()))


def store(session: Session, run: MatchRun, question: Question, found: Answer) -> None:
    """Replace whatever the run holds by ``found``: a job that is carried out again changes nothing.

    The people of an order's list are read once more, in the transaction that stores them: nobody is on it who
    has
    left the pool in the meantime.
    """
    if question.reach is not None:
        found.pairs = rows_of_best(question, read_again(session, question, found.best))
    tables = ((MatchPair, found.pairs), (MatchLeftOut, found.left_out), (MatchGroup, found.groups))
    for table, rows in tables:
        session.execute(delete(table).where(table.run_id == run.id))
        if rows:
            session.execute(insert(table), [{"run_id": run.id, **row} for row in rows])
    run.input_digest = question.digest
    run.worker_count, run.order_count = len(question.pool), len(question.orders)
    run.value, run.bound, run.gap = found.value, found.bound, found.gap
    run.summary = found.summary


def look(session: Session, actor: Actor, order: Order, day: date) -> Found | None:
    """Return how many people ``order`` finds and what each requirement costs, without a run; nobody is named.

    None where no index answers while somebody waits, or where ``actor`` may not ask about this order now.
    """
    if not is_quick(session):
        return None
    run = MatchRun(kind=RunKind.ORDER, settings={"as_of": day.isoformat()})
    try:
        run.county_code, run.enterprise_id = may_ask(actor, order)
    except PermissionError:
        return None
    asked = engine_orders(session, [order], day, {})[0]
    pool = open_pool(session, reach_for(actor, run, asked), day, {})
    return part_by_rules(pool, asked, names_people=False)


def rebuild_index(session: Session, day: date, reading: Callable[[], None]) -> dict[str, Any]:
    """Build this machine's index of candidates anew, forget the changes nobody needs any more, and commit.

    ``reading`` as in :func:`carry_out`. Returns workers, seconds and bytes.
    """
    reading()
    built = candidate_index.rebuild(session, day, reading)
    session.rollback()
    candidate_index.forget_changes(session)
    session.commit()
    return built


def warm_up(session: Session) -> None:
    """Open the index, where there is one, and rank once: compiled code and tables are ready then."""
    index = candidate_index.current(session)
    session.rollback()  # on SQLite a reader keeps writers waiting, and this takes seconds
    if index:
        order = matching.Order(order_id="0", title="普工")
        matching.Selection(index.index).best(order, 1, matching.DEFAULT_SCORECARD)


def refresh_index(session: Session, day: date, reading: Callable[[], None]) -> dict[str, Any]:
    """Build the index anew where so many people changed since the last one that asking for them takes
    time."""
    is_behind = candidate_index.current(session) is not None and not is_quick(session)
    return rebuild_index(session, day, reading) if is_behind else {}


def adjust(
    session: Session,
    actor: Actor,
    run: MatchRun,
    worker: Worker,
    to_order_id: int | None,
    day: date,
    reason: str,
) -> MatchAdjustment:
    """Put ``worker`` of a county's proposal on another order, or on none, and note the price in points.

    Raises TransitionRefused when the order is full, the pair breaks a hard rule, or nothing would change.
    """
    offered = plan.options(session, actor, run, worker, day)
    if to_order_id == offered.now_id:
        raise TransitionRefused(N_("已经在这个位置上，没有改动。"))
    option = offered.find(to_order_id)
    if option is None:
        raise TransitionRefused(N_("这个人去不了这个岗位：有一条要求过不去，或岗位已停止招聘。"))
    if to_order_id is not None and option.left < 1:
        raise TransitionRefused(N_("这个岗位在方案里已经排满。请先移出一个人。"))
    row = MatchAdjustment(
        run_id=run.id,
        worker_id=worker.id,
        from_order_id=offered.now_id,
        to_order_id=to_order_id,
        price=option.price,
        reason=reason,
        user_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(
        session,
        actor,
        EventTag.MATCH_ADJUST,
        run,
        worker=worker.id,
        order=to_order_id,
        price=option.price,
        **{"from": offered.now_id},
        reason=reason,
    )
    return row
