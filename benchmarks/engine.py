"""The benchmark: the engine beside what a user would write otherwise, on one generated province, in one run.

``python -m benchmarks.engine --size XS|S|L [--repeats N]`` prints that size's section of docs/benchmarks.md.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.engine_report import KNOWN, Bench, Timing, report
from benchmarks.rivals import Rival, rivals
from benchmarks.single_worker import orders_of
from matching import DEFAULT_SCORECARD, assign, score_pair
from matching.files import tables
from matching.generator import write_province
from matching.pairs import kernel
from matching.pairs.columns import Frame
from matching.pairs.factors import LOW_BITS, split_keys
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables, build_order_tables
from matching.pairs.pair_scan import Charge
from matching.pairs.prepared import prepare
from matching.pairs.scanning import Best, feasible_pairs, scan_all
from matching.pairs.scanning import scan as scan_prepared
from matching.pairs.store import StoredIndex, save_index

SIZES = {"XS": (10_000, 200), "S": (100_000, 2_000), "L": (1_000_000, 20_000)}
SEED = 7
TOP_WORKERS, TOP_ORDERS = 100, 10
CHECKED_ORDERS, CHECKED_WORKERS = 60, 100
SINGLE_QUESTIONS = 40


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=bench.__doc__)
    parser.add_argument("--size", required=True, choices=tuple(SIZES))
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    options = parser.parse_args(arguments)
    bench(options.size, options.repeats)


def bench(size: str, repeats: int) -> None:
    """Run everything at one size and print its section.

    The engine ranks and assigns before the rivals are prepared, so that its peak memory is its own.
    """
    steps = {name: Timing() for name in ("read", "index", "assign")}
    with tempfile.TemporaryDirectory() as folder:
        write_province(Path(folder), *SIZES[size], SEED)
        workers, orders = steps["read"].of(lambda: _read(Path(folder)))
    few = _few(workers, orders)  # compile before anything is timed
    scan_all(*_indexed(*few), DEFAULT_SCORECARD, 1, 1)
    assign(*few)
    index, prepared = steps["index"].of(lambda: _indexed(workers, orders))
    peaks = {}
    best = scan_all(index, prepared, DEFAULT_SCORECARD, TOP_WORKERS, TOP_ORDERS)
    peaks["ranking"] = _peak_mib()
    assignment = steps["assign"].of(lambda: assign(workers, orders))
    peaks["assignment"] = _peak_mib()
    singles = single_questions(index, prepared) | stored_questions(index)
    contestants = [*engine(index, prepared), *rivals(index, prepared, TOP_WORKERS)]
    contest, wrong = compete(contestants, best, repeats)
    wrong += mismatches(index, prepared, best)
    pairs = feasible_pairs(prepare(index, prepared, DEFAULT_SCORECARD))
    measured = index, prepared, best, pairs, steps, contest, singles, wrong, assignment, peaks
    print(report(Bench(size, SEED, repeats, *measured, memory_bandwidth())))


def engine(index: WorkerIndex, prepared: OrderTables) -> list[Rival]:
    """The engine itself, both directions in one pass and one direction alone."""
    pairs = len(index) * len(prepared)

    def scan(top_orders: int) -> Best:
        return scan_all(index, prepared, DEFAULT_SCORECARD, TOP_WORKERS, top_orders)

    both_sides = (
        f"all rules and points; top {TOP_WORKERS} of every order and top {TOP_ORDERS} of every worker"
    )
    charge = Charge(1, np.zeros(len(prepared), np.int64))
    arrays, known = prepare(index, prepared, DEFAULT_SCORECARD), scan(TOP_ORDERS)
    floors, lows = thresholds(known)

    def scan_known(top_orders: int) -> Best:
        return scan_prepared(
            arrays, (TOP_WORKERS, top_orders), charge, lows if top_orders else None, floors=floors
        )

    one_side = f"all rules and points; top {TOP_WORKERS} of every order"
    return [
        Rival(
            "**engine**, both directions",
            both_sides,
            pairs,
            lambda: scan(TOP_ORDERS),
            lambda best: best.of_order,
        ),
        Rival("**engine**, order direction", one_side, pairs, lambda: scan(0), lambda best: best.of_order),
        Rival(
            KNOWN[0],
            f"{both_sides}, final thresholds known",
            pairs,
            lambda: scan_known(TOP_ORDERS),
            lambda best: best.of_order,
        ),
        Rival(
            KNOWN[1],
            f"{one_side}, final thresholds known",
            pairs,
            lambda: scan_known(0),
            lambda best: best.of_order,
        ),
    ]


def thresholds(known: Best) -> tuple[np.ndarray, np.ndarray]:
    """What the heaps of a finished pass would have to begin with to waste nothing: a key below the last one
    of every order, and the last gain of every worker."""
    last = known.of_order[:, -1]
    score = (last + LOW_BITS) >> 32
    floors = np.where(last == kernel.EMPTY, kernel.EMPTY, (score - 1) << 32)
    least = known.of_worker[:, -1]
    lows = np.where(least == kernel.EMPTY, kernel.LOWEST, (least + LOW_BITS) >> 32).astype(np.int32)
    return floors, lows


def compete(contestants: list[Rival], best: Best, repeats: int) -> tuple[list[tuple[Rival, Timing]], int]:
    """Each contestant once in every repeat; also counts the keys in which an equal ranking differs from the
    engine's."""
    contest = [(rival, Timing()) for rival in contestants]
    wrong = 0
    for _ in range(repeats):
        for rival, timing in contest:
            result = timing.of(rival.run)
            if rival.keys:
                keys = rival.keys(result)
                wrong += int((keys != best.of_order[: len(keys), : keys.shape[1]]).sum())
    return contest, wrong


def mismatches(index: WorkerIndex, prepared: OrderTables, best: Best) -> int:
    """Pairs in which the engine's ranking differs from sorting ``score_pair`` over all; must be 0."""
    wrong = 0
    dice = np.random.default_rng(SEED)
    people = dice.permutation(len(index))[:CHECKED_WORKERS]
    listed = [(int(w), index.frame.row(int(w))) for w in people]
    for number in dice.permutation(len(prepared))[:CHECKED_ORDERS].tolist():
        order = prepared.orders.row(number)
        _, _, ranked, scores = split_keys(best.of_order[number][None])
        score_of = dict(zip(ranked.tolist(), scores.tolist(), strict=True))
        full = len(score_of) == best.of_order.shape[1]
        last = min((score, -worker) for worker, score in score_of.items()) if full else (0, -len(index))
        for worker, row in listed:
            match = score_pair(row, order)
            expected = match.feasible and (match.score, -worker) >= last
            wrong += (match.score if expected else None) != score_of.get(worker)
        for worker in list(score_of)[:5]:
            match = score_pair(index.frame.row(worker), order)
            wrong += not match.feasible or match.score != score_of[worker]
    return wrong


def single_questions(index: WorkerIndex, prepared: OrderTables) -> dict[str, Timing]:
    """One new order against all workers, and one worker against all orders."""
    one_order, one_worker = Timing(), Timing()
    for number in range(min(SINGLE_QUESTIONS, len(prepared))):
        order = prepared.orders.take(np.array([number]))
        with one_order.running():
            scan_all(index, build_order_tables(index, order), DEFAULT_SCORECARD, TOP_WORKERS, 0)
    for number in range(min(SINGLE_QUESTIONS, len(index))):
        with one_worker.running():
            orders_of(index, prepared, number, TOP_ORDERS)
    return {"one new order against all workers": one_order, "one worker against all orders": one_worker}


def stored_questions(index: WorkerIndex) -> dict[str, Timing]:
    """The index on disk: opening it, and changing one worker in place."""
    opened, changed = Timing(), Timing()
    with tempfile.TemporaryDirectory() as folder:
        save_index(index, Path(folder) / "index")
        for _ in range(SINGLE_QUESTIONS):
            with opened.running():
                stored = StoredIndex(Path(folder) / "index")
        for number in range(min(SINGLE_QUESTIONS, len(index) - 1)):
            worker = replace(index.frame.row(number + 1), worker_id=str(index.frame.ids[number]))
            with changed.running():
                stored.replace(number, worker)
    return {"index on disk opened": opened, "one worker changed in it": changed}


def memory_bandwidth() -> float:
    """Bytes a second that all cores together read from memory, each summing 128 MiB of its own."""
    blocks = [np.ones(1 << 24) for _ in range(os.cpu_count() or 1)]
    best = 0.0
    with ThreadPoolExecutor(len(blocks)) as pool:
        for _ in range(5):
            started = time.perf_counter()
            list(pool.map(np.sum, blocks))
            best = max(best, sum(block.nbytes for block in blocks) / (time.perf_counter() - started))
    return best


def _read(folder: Path) -> tuple[Frame, Frame]:
    return tables.read_workers(folder / "workers.csv"), tables.read_orders(folder / "orders.csv")


def _indexed(workers: Frame, orders: Frame) -> tuple[WorkerIndex, OrderTables]:
    index = WorkerIndex(workers)
    return index, build_order_tables(index, orders)


def _few(workers: Frame, orders: Frame) -> tuple[Frame, Frame]:
    return workers.take(np.arange(min(64, len(workers)))), orders.take(np.arange(min(8, len(orders))))


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
