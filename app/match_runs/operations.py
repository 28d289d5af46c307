"""Use cases: start a run, carry it out, change a proposed assignment by hand, keep the candidate index."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

import matching
from app.kit.web.queue import JobProblem, Progress, Silence, enqueue
from app.match_runs import candidate_index, hand_changes, plan
from app.match_runs.bands import ASKED_A_DAY, spend
from app.match_runs.candidate_pool import is_quick
from app.match_runs.cluster import on_cluster
from app.match_runs.county_results import county_results
from app.match_runs.run_input import RunInput, asked_under, own_run, read_again, read_run_input
from app.match_runs.run_results import RunResults, order_results, rows_of_best, worker_results
from app.match_runs.scorecards.queries import scorecard_in_use
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import N_, Refusal, Sentence
from models.jobs.order import Order
from models.match_run import (
    MatchAdjustment,
    MatchGroup,
    MatchLeftOut,
    MatchPair,
    MatchRun,
    PolicyKnobs,
    RunKind,
    RunSettings,
)
from models.numbers import band
from models.people.worker import Worker
from models.workflow import TransitionRefused

TOP = {RunKind.ORDER: 200, RunKind.WORKER: 50, RunKind.COUNTY: 0}
READING, STORING = N_("正在读取名单和岗位"), N_("正在保存结果")
RESULTS: dict[RunKind, Callable[[RunInput, Progress], RunResults]] = {
    RunKind.ORDER: order_results,
    RunKind.WORKER: worker_results,
    RunKind.COUNTY: county_results,
}


def start(
    session: Session,
    actor: Actor,
    kind: RunKind,
    today: date,
    *,
    order: Order | None = None,
    worker: Worker | None = None,
    policy: matching.Policy | None = None,
    keep: Sequence[MatchAdjustment] = (),
    preference_floor: int = 0,
    asked_a_day: int = ASKED_A_DAY,
) -> MatchRun:
    """Freeze the settings of a run and queue it. Raises PermissionError when ``actor`` may not ask it.

    An order's run needs ``order``, a worker's run ``worker``; ``policy`` counts for a county's run, as does
    ``keep``, the changes by hand of the plan before that stay, and ``preference_floor`` (a percentage). Where
    the index is quick enough to wait for,
    an order's run is carried out at once and has no job. ``asked_a_day``: how often an enterprise may ask a
    day; raises TransitionRefused for more.
    """
    if enterprise := asked_under(actor, order)[1]:
        spend(session, enterprise, today, asked_a_day)
    run = freeze(session, actor, kind, today, order=order, worker=worker, policy=policy, keep=keep)
    if preference_floor:
        run.settings = {**run.settings, "preference_floor": preference_floor}
    if kind is RunKind.ORDER and is_quick(session):
        _carry_out_now(session, actor, run)
    else:
        run.job = enqueue(session, actor, "match", run.id)
    return run


def freeze(
    session: Session,
    actor: Actor,
    kind: RunKind,
    today: date,
    *,
    order: Order | None = None,
    worker: Worker | None = None,
    policy: matching.Policy | None = None,
    keep: Sequence[MatchAdjustment] = (),
) -> MatchRun:
    """Note a run with its settings and scorecard, and start nothing yet; see :func:`start`."""
    county, enterprise = asked_under(actor, order)
    scorecard = scorecard_in_use(session)
    run = MatchRun(
        kind=kind,
        county_code=county,
        enterprise_id=enterprise,
        order_id=order.id if order else None,
        worker_id=worker.id if worker else None,
        user_id=actor.user_id,
        settings=RunSettings(top=TOP[kind], as_of=today.isoformat(), policy=_knobs(policy)),
        scorecard_version=scorecard.version,
        scorecard=json.loads(scorecard.as_json()),
    )
    session.add(run)
    session.flush()
    if keep:
        hand_changes.keep(session, run, keep)
    about: dict[str, Any] = {"order": run.order_id, "worker": run.worker_id}
    if keep:
        about["counts"] = {"match_adjustment": len(keep)}
    record(session, actor, EventTag.MATCH_START, run, kind=kind.value, **about)
    return run


def _knobs(policy: matching.Policy | None) -> PolicyKnobs:
    """Only the knobs that were turned, so that equal questions have equal settings."""
    knobs = PolicyKnobs()
    if policy is None:
        return knobs
    if policy.placements_first:
        knobs["placements_first"] = True
    if policy.pairing_bonus:
        knobs["pairing_bonus"] = policy.pairing_bonus
    if policy.county_floors:
        knobs["county_floors"] = dict(policy.county_floors)
    return knobs


def carry_out(
    session: Session, actor: Actor, run_id: int, progress: Progress, reading: Callable[[], None]
) -> dict[str, Any]:
    """Read, ask the engine, store everything in one transaction, and commit.

    ``reading`` makes the present transaction one that only reads; none stays open while the engine works.
    Raises PermissionError or JobProblem when the asker's rights, the order or the worker are gone.
    """
    progress.tell(READING)
    reading()
    run_input = read_run_input(session, actor, run_id)
    session.rollback()
    results = _work_out(run_input, progress)
    progress.tell(STORING)
    _store(session, own_run(session, actor, run_id), run_input, results)
    session.commit()
    return {"run": run_id, "pairs": len(results.pairs)}


def _work_out(run_input: RunInput, progress: Progress) -> RunResults:
    """A county's plan goes to the cluster, where there is one; what a person waits for never does."""
    if run_input.kind is not RunKind.COUNTY:
        return RESULTS[run_input.kind](run_input, progress)
    return on_cluster(lambda cluster: county_results(replace(run_input, cluster=cluster), progress))


def _carry_out_now(session: Session, actor: Actor, run: MatchRun) -> None:
    """In the caller's transaction. Raises PermissionError, or TransitionRefused when the order takes no
    worker any more."""
    try:
        run_input = read_run_input(session, actor, run.id)
    except JobProblem as problem:
        raise TransitionRefused(problem.sentence) from problem
    _store(session, run, run_input, RESULTS[run_input.kind](run_input, Silence()))


def _store(session: Session, run: MatchRun, run_input: RunInput, results: RunResults) -> None:
    """Replace whatever the run holds by ``results``: a job that is carried out again changes nothing.

    The workers of an order's list are read once more, in the transaction that stores them: those who have
    left the pool in the meantime are not on it.
    """
    if run_input.reach is not None:
        results.pairs = rows_of_best(run_input, read_again(session, run_input, results.best))
    tables = ((MatchPair, results.pairs), (MatchLeftOut, results.left_out), (MatchGroup, results.groups))
    for table, rows in tables:
        session.execute(delete(table).where(table.run_id == run.id))
        if rows:
            session.execute(insert(table), [{"run_id": run.id, **row} for row in rows])
    hand_changes.settle(session, run, results.pinned)
    run.input_digest = run_input.digest
    size = len(run_input.pool)
    run.worker_count, run.order_count = band(size) if run_input.masked else size, len(run_input.orders)
    run.value, run.bound, run.gap = results.value, results.bound, results.gap
    run.summary = results.summary


def rebuild_index(session: Session, today: date, reading: Callable[[], None]) -> dict[str, Any]:
    """Build this machine's index of candidates anew, forget the changes no usable index needs, and commit.

    ``reading`` as in :func:`carry_out`. Returns workers, seconds and bytes.
    """
    reading()
    built = candidate_index.rebuild(session, today, reading)
    session.rollback()
    candidate_index.forget_changes(session)
    session.commit()
    return built


def warm_up(session: Session, today: date) -> None:
    """Open the index, where there is one, and rank once: compiled code and tables are ready then."""
    index = candidate_index.current(session)
    session.rollback()  # on SQLite a reader keeps writers waiting, and this takes seconds
    if index:
        order = matching.Order(order_id="0", title="普工")
        matching.Selection(index.engine_index, today).best(order, 1, matching.DEFAULT_SCORECARD)


def refresh_index(session: Session, today: date, reading: Callable[[], None]) -> dict[str, Any]:
    """Build the index anew where so many workers changed since the last one that reading them takes time."""
    is_behind = candidate_index.current(session) is not None and not is_quick(session)
    return rebuild_index(session, today, reading) if is_behind else {}


class MovedMeanwhile(Refusal):
    """Somebody else moved this worker after the page was shown; ``row`` is what they did."""

    def __init__(self, row: MatchAdjustment) -> None:
        self.row = row
        super().__init__(Sentence("这个人刚被%(who)s改过，你的改动没有保存。", {"who": row.user.name}))


def adjust(
    session: Session,
    actor: Actor,
    run: MatchRun,
    worker: Worker,
    to_order_id: int | None,
    today: date,
    reason: str,
    seen: int,
) -> MatchAdjustment:
    """Put ``worker`` of a county's plan on another order, or on none, and note the price in points.

    ``seen`` is the number of the worker's last change when the page was shown, 0 for none. Raises
    MovedMeanwhile when there is a later one; TransitionRefused when the order is full, the pair breaks a hard
    rule, or nothing would change.
    """
    session.refresh(run, with_for_update=True)  # one change of a plan at a time: places are counted first
    last = plan.changes(session, run).get(worker.id)
    if last is not None and last.id != seen:
        raise MovedMeanwhile(last)
    now_id, option = _change(plan.options(session, actor, run, worker, today), to_order_id)
    row = MatchAdjustment(
        run_id=run.id,
        worker_id=worker.id,
        from_order_id=now_id,
        to_order_id=to_order_id,
        price=option.price,
        reason=reason,
        user_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    details = {"worker": worker.id, "from": now_id, "order": to_order_id, "price": option.price}
    record(session, actor, EventTag.MATCH_ADJUST, run, **details, reason=reason)
    return row


def bring_together(
    session: Session,
    actor: Actor,
    run: MatchRun,
    workers: Sequence[Worker],
    order_id: int,
    today: date,
    reason: str,
    seen: Mapping[int, int],
) -> int:
    """Put several people of a plan on one order; returns what the plan's points lose.

    ``seen`` holds each worker's last change when the page was shown. Raises as :func:`adjust`; the caller
    rolls back, so that nobody is moved alone.
    """
    price = 0
    for worker in workers:
        if plan.place_of(session, run, worker.id) != order_id:
            last = seen.get(worker.id, 0)
            price += adjust(session, actor, run, worker, order_id, today, reason, last).price
    return price


def _change(options: plan.Options, to_order_id: int | None) -> tuple[int | None, plan.Option]:
    """The order the worker leaves and the option chosen. Raises TransitionRefused."""
    option = options.find(to_order_id)
    if to_order_id == options.now_id:
        raise TransitionRefused(Sentence("已经在这个位置上，没有改动。"))
    if option is None:
        raise TransitionRefused(Sentence("这个人去不了这个岗位：有一条要求过不去，或岗位已停止招聘。"))
    if to_order_id is not None and option.left < 1:
        raise TransitionRefused(Sentence("这个岗位在方案里已经排满。请先移出一个人。"))
    return options.now_id, option
