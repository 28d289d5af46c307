"""Several processes give what threads give, to the byte, whatever the parts and whoever dies on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching import DEFAULT_SCORECARD, Order, Policy, Worker, assign, pack_bits, rank
from matching.__main__ import main
from matching.pairs import cluster
from matching.pairs.cluster import Cluster, ClusterError
from matching.pairs.index import WorkerIndex
from matching.pairs.kernel import EMPTY
from matching.pairs.order_tables import OrderTables, build_order_tables
from matching.pairs.scanning import Best, scan_all
from tests.matching.test_odd_worlds import write_world
from tests.matching.worlds import random_world, welder, welding_order

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def processes() -> Iterator[Any]:
    """A real scheduler and two processes of one thread each."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local:
        yield local


@pytest.fixture(scope="module")
def world() -> tuple[WorkerIndex, OrderTables]:
    workers, orders = random_world(31, 700, 60)
    index = WorkerIndex(workers)
    return index, build_order_tables(index, orders)


def assert_same(one: Best, other: Best) -> None:
    assert np.array_equal(one.of_order, other.of_order)
    assert np.array_equal(one.of_worker, other.of_worker)


@pytest.mark.parametrize("parts", [0, 3, 60])
@pytest.mark.parametrize("asked", [(9, 0), (0, 5), (9, 5)])
def test_parts_of_any_number_give_what_threads_give(
    processes, world, parts: int, asked: tuple[int, int]
) -> None:
    prices = np.arange(60, dtype=np.int64)
    with Cluster(processes.scheduler_address, parts) as many:
        for steps, charged in ((1, None), (8, prices)):
            found = many.scan(*world, DEFAULT_SCORECARD, *asked, steps=steps, prices=charged)
            assert_same(found, scan_all(*world, DEFAULT_SCORECARD, *asked, 2, steps, charged))


def test_a_mask_counts_on_the_cluster_as_on_threads(processes, world) -> None:
    masks = [pack_bits(np.arange(700) % 3 == rest) for rest in (0, 1)]
    with Cluster(processes.scheduler_address) as many:
        for mask in masks:
            found = many.scan(*world, DEFAULT_SCORECARD, 9, 5, mask=mask)
            assert (found.of_worker != EMPTY).any()
            assert_same(found, scan_all(*world, DEFAULT_SCORECARD, 9, 5, mask=mask))


@pytest.mark.parametrize("command", [["rank", "--top", "9", "--by", "worker"], ["assign"]])
def test_the_command_writes_the_same_bytes(processes, tmp_path: Path, command: list[str]) -> None:
    assert (
        main(["generate", "--workers", "900", "--orders", "30", "--seed", "5", "--out", str(tmp_path)]) == 0
    )
    files = ["--workers", str(tmp_path / "workers.csv"), "--orders", str(tmp_path / "orders.csv")]
    address = ["--dask", processes.scheduler_address]
    assert main([*command, *files, "--out", str(tmp_path / "threads.csv")]) == 0
    assert main([*command, *files, "--out", str(tmp_path / "processes.csv"), *address]) == 0
    assert (tmp_path / "threads.csv").read_bytes() == (tmp_path / "processes.csv").read_bytes()


def test_a_process_killed_in_the_middle_changes_nothing(processes, world, monkeypatch) -> None:
    better, alive = cluster._better, []

    def kill_one_first(*keys: np.ndarray) -> np.ndarray:
        if not alive:
            with processes.get_client() as client:
                alive.extend(client.run(os.getpid).values())
            os.kill(alive[0], signal.SIGKILL)
        return better(*keys)

    monkeypatch.setattr(cluster, "_better", kill_one_first)
    with Cluster(processes.scheduler_address, parts=60) as many:
        found = many.scan(*world, DEFAULT_SCORECARD, 9, 0)
        left = many._client.run(os.getpid).values()
    assert_same(found, scan_all(*world, DEFAULT_SCORECARD, 9, 0))
    assert alive[0] not in left


def test_an_unknown_address_is_one_line_and_status_2(tmp_path: Path, capsys) -> None:
    assert main(["generate", "--workers", "5", "--orders", "2", "--seed", "5", "--out", str(tmp_path)]) == 0
    files = ["--workers", str(tmp_path / "workers.csv"), "--orders", str(tmp_path / "orders.csv")]
    out = ["--top", "1", "--by", "order", "--out", str(tmp_path / "out.csv")]
    for address in ("tcp://127.0.0.1:1", "nonsense", ""):
        assert main(["rank", *files, *out, "--dask", address]) == 2
        assert capsys.readouterr().err.splitlines() == [f"--dask: no dask scheduler answers at {address!r}"]
    assert not (tmp_path / "out.csv").exists()


def test_groups_and_prices_are_found_by_processes_as_by_threads(processes) -> None:
    workers, orders = grouped_world()
    policy = Policy(county_floors={"451021": 3})
    with Cluster(processes.scheduler_address, parts=7) as many:
        asked = []
        spread = many.spread
        many.spread = lambda *about: asked.append(about[-1]) or spread(*about)  # type: ignore[method-assign]
        found = assign(workers, orders, policy, cluster=many)
    alone = assign(workers, orders, policy)
    assert found.pairs == alone.pairs
    assert (found.value, found.bound, found.unplaced) == (alone.value, alone.bound, alone.unplaced)
    assert set(asked) == {"groups"}


def grouped_world() -> tuple[list[Worker], list[Order]]:
    """Single people, pairs and parties, some of one city, and orders for about half of them."""
    workers, orders = random_world(8, 300, 30)
    rules = ("order", "city")
    parties = {n: f"G{n // 3}" for n in range(0, 90)}
    together = [
        replace(worker, group_id=parties[n], group_rule=rules[n // 3 % 2]) if n in parties else worker
        for n, worker in enumerate(workers)
    ]
    return together, [replace(order, headcount=5) for order in orders]


def test_data_are_sent_once_and_by_digest(processes, world, monkeypatch) -> None:
    sent: list[str] = []
    send = Cluster._send
    monkeypatch.setattr(Cluster, "_send", lambda own, keeper: sent.append(keeper.digest) or send(own, keeper))
    prices = np.arange(60, dtype=np.int64)
    with Cluster(processes.scheduler_address) as many:
        for charged in (None, prices, prices, None):
            many.scan(*world, DEFAULT_SCORECARD, 0, 5, prices=charged)
    assert len(sent) == 4  # the pairs once, prices whenever they are others than before
    with processes.get_client() as client:
        assert set(client.run(kept_contents).values()) == {0}


def kept_contents() -> int:
    from matching.pairs import kept

    return len(kept._CONTENTS)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler and two processes as on three machines: started apart, each in a folder of its own."""
    from distributed import Client

    about = tmp_path / "scheduler.json"
    kinds = [
        ("scheduler", ["--port", "0", "--no-dashboard", "--scheduler-file", str(about)]),
        ("worker", ["--scheduler-file", str(about), "--nthreads", "1", "--no-dashboard", "--no-nanny"]),
        ("worker", ["--scheduler-file", str(about), "--nthreads", "1", "--no-dashboard", "--no-nanny"]),
    ]
    running = []
    for number, (kind, options) in enumerate(kinds):
        folder = tmp_path / f"machine{number}"
        folder.mkdir()
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        if kind == "worker":
            command += ["--local-directory", str(folder)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(subprocess.Popen(command, cwd=folder, env=environment, **quiet))
        while kind == "scheduler" and not about.exists() and running[0].poll() is None:
            time.sleep(0.05)
    address = json.loads(about.read_text())["address"]
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)
    yield address, running[0]
    for process in reversed(running):
        process.kill()
        process.wait()


def test_machines_without_a_folder_in_common_rank_and_assign(machines, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    workers, orders = grouped_world()
    write_world(folder, workers, orders)
    files = ["--workers", str(folder / "workers.csv"), "--orders", str(folder / "orders.csv")]
    address = ["--dask", machines[0]]
    for command in (["rank", "--top", "9", "--by", "order"], ["assign"]):
        assert main([*command, *files, "--out", str(folder / "threads.csv")]) == 0
        assert main([*command, *files, "--out", str(folder / "machines.csv"), *address]) == 0
        assert (folder / "threads.csv").read_bytes() == (folder / "machines.csv").read_bytes()
    written = {path.name for path in folder.iterdir()}
    assert written == {"workers.csv", "orders.csv", "threads.csv", "machines.csv"}


@pytest.mark.parametrize("begun", [False, True])
def test_a_killed_scheduler_is_one_clear_error(machines, world, monkeypatch, begun: bool) -> None:
    address, scheduler = machines
    better = cluster._better

    def kill_first(*keys: np.ndarray) -> np.ndarray:
        scheduler.kill()
        scheduler.wait()
        return better(*keys)

    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 3)
    with Cluster(address, parts=60) as many:
        many.scan(*world, DEFAULT_SCORECARD, 2, 0)
        if begun:
            monkeypatch.setattr(cluster, "_better", kill_first)
        else:
            scheduler.kill()
            scheduler.wait()
        with pytest.raises(ClusterError, match="connection to the dask scheduler was lost"):
            many.scan(*world, DEFAULT_SCORECARD, 9, 0)


def test_a_command_whose_scheduler_dies_ends_with_status_2(machines, tmp_path, monkeypatch, capsys) -> None:
    address, scheduler = machines
    kept = Cluster._keep

    def kill_first(*about: Any) -> str:
        scheduler.kill()
        scheduler.wait()
        return kept(*about)

    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 3)
    monkeypatch.setattr(Cluster, "_keep", kill_first)
    write_world(tmp_path, *random_world(3, 20, 4))
    files = ["--workers", str(tmp_path / "workers.csv"), "--orders", str(tmp_path / "orders.csv")]
    assert main(["assign", *files, "--out", str(tmp_path / "out.csv"), "--dask", address]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("--dask")]
    assert len(errors) == 1
    assert "lost" in errors[0]
    assert not (tmp_path / "out.csv").exists()


def test_nobody_and_no_order_give_an_empty_ranking(processes) -> None:
    with Cluster(processes.scheduler_address) as many:
        assert list(rank([], [welding_order()], 3, "order", cluster=many)) == []
        assert list(rank([welder()], [], 3, "worker", cluster=many)) == []
