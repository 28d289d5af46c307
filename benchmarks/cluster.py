"""What several processes cost over threads: `python -m benchmarks.cluster [WORKERS ORDERS REPEATS]`.

The same ranking by this machine's threads and by as many dask.distributed processes of one thread each, in
turns, in one run. Promised: equal to the bit, and at most a fifth more.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from matching import DEFAULT_SCORECARD
from matching.files import tables
from matching.generator import write_province
from matching.pairs.cluster import Cluster
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables, build_order_tables
from matching.pairs.scanning import Best, scan_all

SEED = 7
ASKED = {"the best 100 workers of every order": (100, 0), "the best 10 orders of every worker": (0, 10)}


class Turn(NamedTuple):
    """Seconds by the clock and of processor, and the ranking they gave."""

    wall: float
    processor: float
    best: Best


def main(workers: int, orders: int, repeats: int) -> None:
    """Measure and print both directions as a table."""
    import distributed

    start: Callable[..., Any] = distributed.LocalCluster
    cores = os.cpu_count() or 1
    print(
        f"{workers:,} workers x {orders:,} orders, {cores} threads and {cores} processes, {repeats} turns\n"
    )
    print("| ranking | | median s | min s | min processor s | against threads: s, processor |")
    print("|---|---|---|---|---|---|")
    index, prepared = province(workers, orders)
    with start(n_workers=cores, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local:
        for name, asked in ASKED.items():
            compare(name, asked, index, prepared, local.scheduler_address, repeats)


def province(workers: int, orders: int) -> tuple[WorkerIndex, OrderTables]:
    """The benchmark's generated province, indexed."""
    with tempfile.TemporaryDirectory() as folder:
        write_province(Path(folder), workers, orders, SEED)
        index = WorkerIndex(tables.read_workers(Path(folder) / "workers.csv"))
        return index, build_order_tables(index, tables.read_orders(Path(folder) / "orders.csv"))


def compare(
    name: str, asked: tuple[int, int], index: WorkerIndex, prepared: OrderTables, address: str, repeats: int
) -> None:
    """Threads and processes in turns; the data are sent anew each time, as a command does."""

    def processes() -> Best:
        with Cluster(address) as cluster:
            return cluster.scan(index, prepared, DEFAULT_SCORECARD, *asked)

    def threads() -> Best:
        return scan_all(index, prepared, DEFAULT_SCORECARD, *asked)

    turns = [(timed(threads), timed(processes)) for _ in range(repeats + 1)][1:]  # the first turn compiles
    same = all(equal(by_threads.best, by_processes.best) for by_threads, by_processes in turns)
    base = [turn[0] for turn in turns]
    print(line(name, "threads", base, base))
    print(line("" if same else "DIFFERENT", "processes", [turn[1] for turn in turns], base), flush=True)
    if not same:
        sys.exit(1)


def timed(run: Callable[[], Best]) -> Turn:
    """One run, with what this process and all it started have used."""
    clock, used = time.perf_counter(), processor_seconds()
    result = run()
    return Turn(time.perf_counter() - clock, processor_seconds() - used, result)


def processor_seconds() -> float:
    """Of this process and its living children."""
    import psutil

    myself = psutil.Process()
    return sum(sum(each.cpu_times()[:2]) for each in (myself, *myself.children(recursive=True)))


def equal(left: Best, right: Best) -> bool:
    """Whether two rankings are the same to the bit."""
    sides = (left.of_order, right.of_order), (left.of_worker, right.of_worker)
    return all(np.array_equal(*side) for side in sides)


def line(name: str, who: str, turns: list[Turn], base: list[Turn]) -> str:
    """One row of the table."""
    walls, used = [turn.wall for turn in turns], [turn.processor for turn in turns]
    pairs = list(zip(turns, base, strict=True))
    slower = statistics.median(turn.wall / first.wall for turn, first in pairs)
    dearer = statistics.median(turn.processor / first.processor for turn, first in pairs)
    figures = f"{statistics.median(walls):.2f} | {min(walls):.2f} | {min(used):.2f}"
    return f"| {name} | {who} | {figures} | {slower:.2f}, {dearer:.2f} |"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] or ("1000000", "20000", "3")))
