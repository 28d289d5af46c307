"""The benchmark: the engine beside what a user would write otherwise, on one generated province, in one run.

``python -m matching bench --size XS|S|L``. Every rival scores the same hard rules and the same points.
"""

import json
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matching import DEFAULT_CARD, assign, rivals, score_pair, tables
from matching.columns import Frame
from matching.factors import split_keys
from matching.generator import write_province
from matching.index import WorkerIndex
from matching.order_tables import OrderTables, build_order_tables
from matching.scanning import Best, scan_all
from matching.single import orders_of

SIZES = {"XS": (10_000, 200), "S": (100_000, 2_000), "L": (1_000_000, 20_000)}
SEED = 7
TOP_WORKERS, TOP_ORDERS = 100, 10
CHECKED_ORDERS, CHECKED_WORKERS = 60, 100
SINGLE_QUESTIONS = 40


@dataclass(frozen=True, slots=True)
class Timing:
    """One contestant: wall seconds of every repeat, CPU seconds of the fastest, pairs per run."""

    name: str
    walls: list[float]
    cpu: float
    pairs: int

    @property
    def rate(self) -> float:
        """Pairs per second at the fastest repeat."""
        return self.pairs / min(self.walls)

    def line(self, best_rate: float) -> str:
        """The row of the printed table."""
        median, fastest = statistics.median(self.walls), min(self.walls)
        times = f"{median:10.3f} {fastest:10.3f} {self.cpu:10.3f}"
        return f"{self.name:34s} {times} {self.rate:12.3e} {best_rate / self.rate:10.0f}"


def measure(name: str, pairs: int, repeats: int, run: Callable[[], Any]) -> Timing:
    """Time a callable after one warming run on nothing of its own."""
    walls, cpus = [], []
    for _ in range(repeats):
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Timing(name, walls, min(cpus), pairs)


def bench(size: str, repeats: int) -> dict[str, Any]:
    """Run everything at one size, print the table, and return the figures for JSON."""
    with tempfile.TemporaryDirectory() as folder:
        write_province(Path(folder), *SIZES[size], SEED)
        reading = time.perf_counter()
        workers = tables.read_workers(Path(folder) / "workers.csv")
        orders = tables.read_orders(Path(folder) / "orders.csv")
        reading = time.perf_counter() - reading
    scan_all(*_small(workers, orders), DEFAULT_CARD, 1, 1)  # compile before anything is timed
    building = time.perf_counter()
    index = WorkerIndex(workers)
    prepared = build_order_tables(index, orders)
    building = time.perf_counter() - building
    timings, best = _contest(index, prepared, repeats)
    figures = {
        "size": size,
        "machine": machine(),
        "read_seconds": round(reading, 3),
        "index_seconds": round(building, 3),
        "distinct": _distinct(index, prepared),
        "selectivity": round(best.pairs / max(len(index) * len(prepared), 1), 4),
        "mismatches": mismatches(index, prepared, best),
        "single": single_questions(index, prepared),
        "assignment": _assignment(workers, orders),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    _print(timings, figures)
    return figures | {"timings": {t.name: [round(wall, 4) for wall in t.walls] for t in timings}}


def _contest(index: WorkerIndex, prepared: OrderTables, repeats: int) -> tuple[list[Timing], Best]:
    """All contestants, one after another in every repeat's turn."""
    pairs = len(index) * len(prepared)
    last: list[Best] = []

    def engine(top_workers: int, top_orders: int) -> Callable[[], None]:
        return lambda: last.append(scan_all(index, prepared, DEFAULT_CARD, top_workers, top_orders))

    timings = [
        measure("engine, both directions", pairs, repeats, engine(TOP_WORKERS, TOP_ORDERS)),
        measure("engine, order direction", pairs, repeats, engine(TOP_WORKERS, 0)),
    ]
    for name, share, run in rivals.contestants(index, prepared, TOP_WORKERS):
        timings.append(measure(name, share, min(repeats, 3), run))
    return timings, last[0]


def mismatches(index: WorkerIndex, prepared: OrderTables, best: Best) -> int:
    """Pairs in which the engine's ranking differs from sorting ``score_pair`` over all; must be 0."""
    wrong = 0
    dice = np.random.default_rng(SEED)
    people = dice.permutation(len(index))[:CHECKED_WORKERS]
    listed = [(int(w), index.frame.row(int(w))) for w in people]
    chosen = dice.permutation(len(prepared))[:CHECKED_ORDERS].tolist()
    rows = [(o, prepared.orders.row(o)) for o in chosen]
    heads, _, ranked, scores = split_keys(best.of_order[chosen])
    found = {(chosen[h], w): s for h, w, s in zip(heads.tolist(), ranked.tolist(), scores.tolist(), strict=True)}
    for order_number, order in rows:
        kept = [(s, -w) for (o, w), s in found.items() if o == order_number]
        last = min(kept) if len(kept) == best.of_order.shape[1] else (0, -len(index))
        for number, worker in listed:
            match = score_pair(worker, order)
            expected = match.feasible and (match.score, -number) >= last
            said = found.get((order_number, number))
            wrong += (said is not None) != expected or (said is not None and said != match.score)
        for worker_number in [w for (o, w) in found if o == order_number][:5]:
            match = score_pair(index.frame.row(worker_number), order)
            wrong += not match.feasible or match.score != found[order_number, worker_number]
    return wrong


def single_questions(index: WorkerIndex, prepared: OrderTables) -> dict[str, float]:
    """Milliseconds, 95th percentile: one new order against everybody, one worker against every order."""
    everybody, one = [], []
    for number in range(min(SINGLE_QUESTIONS, len(prepared))):
        order = prepared.orders.take(np.array([number]))
        started = time.perf_counter()
        scan_all(index, build_order_tables(index, order), DEFAULT_CARD, TOP_WORKERS, 0)
        everybody.append(time.perf_counter() - started)
    for number in range(min(SINGLE_QUESTIONS, len(index))):
        started = time.perf_counter()
        orders_of(index, prepared, number, TOP_ORDERS)
        one.append(time.perf_counter() - started)
    slowest = (round(1000 * float(np.percentile(each[1:], 95)), 2) for each in (everybody, one))
    return dict(zip(("order_ms_p95", "worker_ms_p95"), slowest, strict=True))


def machine() -> str:
    """What the figures were measured on."""
    import numba

    versions = f"Python {platform.python_version()}, numpy {np.__version__}, numba {numba.__version__}"
    return f"{platform.machine()}, {os.cpu_count()} cores, {versions}"


def memory_bandwidth() -> float:
    """Bytes a second that one thread reads from memory, measured on 256 MiB."""
    block = np.ones(1 << 25)
    started = time.perf_counter()
    for _ in range(3):
        block.sum()
    return 3 * block.nbytes / (time.perf_counter() - started)


def _small(workers: Frame, orders: Frame) -> tuple[WorkerIndex, OrderTables]:
    index = WorkerIndex(workers.take(np.arange(min(64, len(workers)))))
    return index, build_order_tables(index, orders.take(np.arange(min(8, len(orders)))))


def _distinct(index: WorkerIndex, prepared: OrderTables) -> dict[str, int]:
    return {
        "wishes": len(index.wishes),
        "experiences": len(index.experiences),
        "titles": len(prepared.occupation_levels),
        "bit_rows": len(index.rows.bits),
    }


def _assignment(workers: Frame, orders: Frame) -> dict[str, Any]:
    started = time.perf_counter()
    result = assign(workers, orders)
    seconds = round(time.perf_counter() - started, 2)
    figures = {"placed": result.placed, "value": result.value, "bound": result.bound, "gap": result.gap}
    return figures | {"seconds": seconds, "rounds": result.rounds}


def _print(timings: list[Timing], figures: dict[str, Any]) -> None:
    best = max(timing.rate for timing in timings)
    print(f"{'contestant':34s} {'median s':>10s} {'min s':>10s} {'cpu s':>10s} {'pairs/s':>12s} {'x slower':>10s}")
    for timing in timings:
        print(timing.line(best))
    print(f"memory bandwidth of one thread: {memory_bandwidth() / 1e9:.1f} GB/s")
    print(json.dumps(figures, ensure_ascii=False))
