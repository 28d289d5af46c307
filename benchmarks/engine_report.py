"""What the benchmark measured, as the section of docs/benchmarks.md."""

import importlib.metadata
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rivals import Rival
from matching.assign.result import Assignment
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables
from matching.pairs.scanning import Best

PACKAGES = ("numpy", "numba", "scipy", "scikit-learn", "rapidfuzz", "duckdb", "sparse_dot_topn")
MILLI = 1000
# The engine's two passes once more, with every heap's last place known before it begins.
KNOWN = ("thresholds known, both directions", "thresholds known, order direction")


@dataclass
class Timing:
    """One thing measured: seconds by the clock and of processor, of every repeat."""

    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time what is done within."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.walls.append(time.perf_counter() - wall)
        self.cpus.append(time.process_time() - cpu)

    def of(self, run: Callable[[], Any]) -> Any:
        """The result of a call, timed."""
        with self.running():
            return run()


@dataclass(frozen=True)
class Bench:
    """Everything measured at one size; times in seconds, memory in MiB, bandwidth in bytes a second."""

    size: str
    seed: int
    repeats: int
    index: WorkerIndex
    prepared: OrderTables
    best: Best
    pairs: int
    steps: dict[str, Timing]
    contest: list[tuple[Rival, Timing]]
    singles: dict[str, Timing]
    mismatches: int
    assignment: Assignment
    peaks: dict[str, int]
    bandwidth: float


def report(bench: Bench) -> str:
    """The section as Markdown: a heading, what it ran on, the contest, and everything else."""
    heading = f"### {bench.size}: {len(bench.index):,} workers × {len(bench.prepared):,} orders"
    return "\n".join([heading, "", machine(bench), "", *_contest(bench), "", *_figures(bench), ""])


def machine(bench: Bench) -> str:
    """What it ran on and how busy that was."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    load = " ".join(f"{load:.1f}" for load in os.getloadavg())
    ran = f"Seed {bench.seed}, {bench.repeats} repeats in turns, one process"
    busy = f"load of the machine at the end (1, 5, 15 minutes): {load}"
    machine = f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{machine}, {versions}. {ran}; {busy}."


def _contest(bench: Bench) -> Iterator[str]:
    """One line per contestant; the ratios are against the engine's order direction, by pairs."""
    yield "| | computes | pairs | median s | min s | min processor s | pairs/s | engine faster (s, CPU) |"
    yield "|---|---|---|---|---|---|---|---|"
    rival, timing = bench.contest[1]
    engines = min(timing.walls) / rival.pairs, min(timing.cpus) / rival.pairs
    for rival, timing in bench.contest:
        fastest, used = min(timing.walls), min(timing.cpus)
        ratios = " ×, ".join(
            _short(each / rival.pairs / own) for each, own in zip((fastest, used), engines, strict=True)
        )
        seconds = " | ".join(_short(each) for each in (statistics.median(timing.walls), fastest, used))
        rate = f"{rival.pairs / fastest:.2e}"
        yield f"| {rival.name} | {rival.computes} | {rival.pairs:,} | {seconds} | {rate} | {ratios} × |"


def _figures(bench: Bench) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    for name, figure in (_text_figures(bench) | _time_figures(bench) | _assignment_figures(bench)).items():
        yield f"| {name} | {figure} |"


def _text_figures(bench: Bench) -> dict[str, str]:
    index, prepared = bench.index, bench.prepared
    share = bench.pairs / max(len(index) * len(prepared), 1)
    counts = {
        "wishes": len(index.wishes),
        "experience texts": len(index.experiences),
        "titles": len(prepared.occupation_levels),
        "order texts": len(prepared.texts),
        "bit rows": len(index.rows.bits),
    }
    return {
        "feasible pairs": f"{bench.pairs:,} ({share:.1%})",
        "distinct": ", ".join(f"{count:,} {name}" for name, count in counts.items()),
        "mismatches (60 orders × 100 workers against `score_pair`; equal rankings of rivals)": str(
            bench.mismatches
        ),
    }


def _time_figures(bench: Bench) -> dict[str, str]:
    figures = {}
    for name, title in {"read": "reading both CSV files", "index": "index and order tables"}.items():
        figures[title] = f"{bench.steps[name].walls[0]:.2f} s, {bench.steps[name].cpus[0]:.2f} s of processor"
    for name, timing in bench.singles.items():
        figures[name] = f"{_median_and_high(timing.walls)}; of processor {_median_and_high(timing.cpus)}"
    fastest = min(bench.contest[1][1].walls)
    least = memory_bytes(bench.index, bench.prepared, bench.pairs) / bench.bandwidth
    figures["reading from memory at least"] = (
        f"{least:.3g} s at the {bench.bandwidth / 1e9:.1f} GB/s measured: bits of the rules and numbers of "
        f"survivors, once per order; the order direction takes {_short(fastest / least)} times that"
    )
    figures["against final thresholds known from the start"] = _to_known_thresholds(bench)
    peaks = ", ".join(f"{name} {peak:,} MiB" for name, peak in bench.peaks.items())
    return figures | {"peak memory, files and index included": peaks}


def _to_known_thresholds(bench: Bench) -> str:
    """How many times as long the engine takes as it would with final thresholds known from the start."""
    used = {rival.name: min(timing.cpus) for rival, timing in bench.contest}
    own = [min(timing.cpus) for _, timing in bench.contest[:2]]
    ratios = [_short(mine / used[name]) for mine, name in zip(own, KNOWN, strict=True)]
    return f"both directions {ratios[0]} times, order direction {ratios[1]} times the processor"


def memory_bytes(index: WorkerIndex, prepared: OrderTables, pairs: int) -> int:
    """What the order direction reads if each order reads its bit rows, and the numbers of its survivors,
    once."""
    rows = len(prepared.rule_rows) + len(prepared.skill_rows)
    return int(rows * index.rows.bits.shape[1] * index.rows.bits.itemsize + pairs * index.codes[:1].nbytes)


def _assignment_figures(bench: Bench) -> dict[str, str]:
    result, timing = bench.assignment, bench.steps["assign"]
    seconds = f"{timing.walls[0]:.1f} s, {timing.cpus[0]:.1f} s of processor, {result.rounds} pricing passes"
    left = f"{result.bound - result.value:,} points left"
    certified = (
        f"value {result.value:,}, bound {result.bound:,} ({result.status}, {left}), gap {result.gap:.4%}"
    )
    return {"assignment, groups included": f"{result.placed:,} placed, {certified}; {seconds}"}


def _median_and_high(seconds: list[float]) -> str:
    median, high = (_short(MILLI * float(np.percentile(seconds, share))) for share in (50, 95))
    return f"median {median} ms, 95th percentile {high} ms"


def _short(value: float) -> str:
    """Three figures that count, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _processor() -> str:
    """The processor's own name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
