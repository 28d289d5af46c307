"""Several processes give what threads give, to the byte, whatever the parts and whoever dies on the way."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching import DEFAULT_SCORECARD, pack_bits, rank
from matching.__main__ import main
from matching.pairs import cluster
from matching.pairs.cluster import Cluster, ClusterError
from matching.pairs.index import WorkerIndex
from matching.pairs.kernel import EMPTY
from matching.pairs.order_tables import OrderTables, build_order_tables
from matching.pairs.scanning import Best, scan_all
from tests.matching.worlds import random_world, welder, welding_order

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
    processes, world, tmp_path, parts: int, asked: tuple[int, int]
) -> None:
    prices = np.arange(60, dtype=np.int64)
    with Cluster(processes.scheduler_address, tmp_path, parts) as many:
        for steps, charged in ((1, None), (8, prices)):
            found = many.scan(*world, DEFAULT_SCORECARD, *asked, steps=steps, prices=charged)
            assert_same(found, scan_all(*world, DEFAULT_SCORECARD, *asked, 2, steps, charged))
    assert not list(tmp_path.iterdir())


def test_a_mask_counts_on_the_cluster_as_on_threads(processes, world, tmp_path) -> None:
    masks = [pack_bits(np.arange(700) % 3 == rest) for rest in (0, 1)]
    with Cluster(processes.scheduler_address, tmp_path) as many:
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


def test_a_process_killed_in_the_middle_changes_nothing(processes, world, tmp_path, monkeypatch) -> None:
    better, alive = cluster._better, []

    def kill_one_first(*keys: np.ndarray) -> np.ndarray:
        if not alive:
            with processes.get_client() as client:
                alive.extend(client.run(os.getpid).values())
            os.kill(alive[0], signal.SIGKILL)
        return better(*keys)

    monkeypatch.setattr(cluster, "_better", kill_one_first)
    with Cluster(processes.scheduler_address, tmp_path, parts=60) as many:
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


def test_a_folder_the_processes_cannot_see_is_said_plainly(processes, world, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Cluster, "_file", lambda *_: str(tmp_path / "elsewhere"))
    with (
        Cluster(processes.scheduler_address, tmp_path) as many,
        pytest.raises(ClusterError, match="they all share"),
    ):
        many.scan(*world, DEFAULT_SCORECARD, 1, 0)


def test_nobody_and_no_order_give_an_empty_ranking(processes, tmp_path) -> None:
    with Cluster(processes.scheduler_address, tmp_path) as many:
        assert list(rank([], [welding_order()], 3, "order", scan=many.scan)) == []
        assert list(rank([welder()], [], 3, "worker", scan=many.scan)) == []
