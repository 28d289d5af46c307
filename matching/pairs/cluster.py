"""Ranking past one machine: parts of all pairs go to the processes of a dask.distributed cluster.

What the kernel reads is written once to a folder that every process opens by memory map; a task is two files
of it and a part (a stretch of orders or of workers), never an array. Parts are put together by place and by
sorting keys, so the result is the same whatever their number, their order, or how often one was repeated.
"""

import os
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from matching.pairs.index import WorkerIndex
from matching.pairs.kernel import EMPTY
from matching.pairs.order_tables import OrderTables
from matching.pairs.pair_scan import Charge
from matching.pairs.prepared import Prepared, prepare
from matching.pairs.scanning import Best, Part, descending, scan
from matching.pairs.scorecard import Scorecard

# Alike orders share work within a part, so a part should be large; two per thread even out slow machines.
PARTS_PER_THREAD = 2
PATIENCE_SECONDS = 10
REMEDY = "start its scheduler and its processes with PYTHONPATH at the project and the same packages"


class ClusterError(RuntimeError):
    """The cluster cannot be reached or cannot do the work; the message says what to do."""


class Cluster:
    """A connected cluster and a folder that all its processes can read. Use it in a ``with`` statement.

    >>> import tempfile
    >>> from distributed import LocalCluster
    >>> from matching import Order, Worker, rank
    >>> few = {"n_workers": 1, "processes": False, "protocol": "tcp"}
    >>> with (
    ...     LocalCluster(**few, dashboard_address="127.0.0.1:0") as local,
    ...     tempfile.TemporaryDirectory() as folder,
    ...     Cluster(local.scheduler_address, folder) as many,
    ... ):
    ...     len(rank([Worker(worker_id="1")], [Order(order_id="A")], 1, "order", scan=many.scan))
    0
    """

    def __init__(self, address: str, shared: str | Path, parts: int = 0) -> None:
        """``address`` is the scheduler's; ``shared`` a folder to write into, seen by all machines under this
        name.

        ``parts`` is the number of tasks of one pass, 0 for two per thread of the cluster.
        """
        self._address, self._shared, self._parts = address, Path(shared).absolute(), parts
        self._written: tuple[tuple[Any, ...], str] | None = None

    def __enter__(self) -> "Cluster":
        """Connect. Raises :class:`ClusterError` when dask or its scheduler is missing."""
        self._client = _connected(self._address)
        self._folder = tempfile.TemporaryDirectory(prefix="matching-", dir=self._shared)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._folder.cleanup()

    def scan(
        self,
        index: WorkerIndex,
        tables: OrderTables,
        card: Scorecard,
        top_workers: int,
        top_orders: int,
        jobs: int = 0,
        steps: int = 1,
        prices: np.ndarray | None = None,
        lows: np.ndarray | None = None,
        mask: np.ndarray | None = None,
    ) -> Best:
        """:func:`matching.pairs.scanning.scan_all` on the cluster: the same arguments, the same result to the
        bit.

        ``jobs`` is the number of tasks running at once in a process of the cluster, each on one thread, and
        is the cluster's to decide. Raises :class:`ClusterError` when its processes cannot read the folder,
        lack the engine, or keep dying; one that dies now and then is replaced and its parts are repeated.
        """
        import distributed

        as_completed: Callable[..., Any] = distributed.as_completed
        charged = np.zeros(len(tables), np.int64) if prices is None else prices
        prepared, top = prepare(index, tables, card, mask), (top_workers, top_orders)
        files = self._write((index, tables, card, mask), prepared, (Charge(steps, charged), lows))
        parts = self._cut(len(tables), index.rows.words, along_orders=top_orders == 0)
        with _said_plainly(self._folder.name):
            tasks = self._client.map(scan_part, parts, files=files, top=top, pure=False)
            done = (result for _, result in as_completed(tasks, loop=self._client.loop, with_results=True))
            return _together(done, prepared, top)

    def _write(self, of: tuple[Any, ...], prepared: Prepared, asked: tuple[Charge, Any]) -> tuple[str, str]:
        """The files of what is read, written when it is ``of`` something new, and of what this pass asks."""
        if self._written is None or any(
            was is not now for was, now in zip(self._written[0], of, strict=True)
        ):
            self._written = of, self._file(prepared)
        return self._written[1], self._file(asked)

    def _file(self, content: Any) -> str:
        """A new file of arrays; never one that a process may still be reading."""
        import joblib

        handle, path = tempfile.mkstemp(".joblib", dir=self._folder.name)
        os.close(handle)
        joblib.dump(content, path)
        return path

    def _cut(self, orders: int, words: int, along_orders: bool) -> list[Part]:
        """Parts along one side; each carries the whole of the other side."""
        extent = orders if along_orders else words
        count = max(1, min(self._parts or PARTS_PER_THREAD * _threads(self._client), extent))
        bounds = np.linspace(0, extent, count + 1).astype(int).tolist()
        if along_orders:
            return [Part(stretch, (0, words)) for stretch in pairwise(bounds)]
        return [Part((0, orders), stretch) for stretch in pairwise(bounds)]


def scan_part(part: Part, files: tuple[str, str], top: tuple[int, int]) -> tuple[Part, Best]:
    """One task, in a process of the cluster: the best of a part of the pairs that ``files`` describe."""
    prepared, (charge, lows) = (_opened(file) for file in files)
    return part, scan(prepared, top, charge, lows, part, jobs=1)


@lru_cache(maxsize=2)
def _opened(file: str) -> Any:
    """Its arrays by memory map, copy on write: a read-only array would have the kernel compiled a second
    time."""
    import joblib

    return joblib.load(file, mmap_mode="c")


def _together(done: Iterable[tuple[Part, Best]], prepared: Prepared, top: tuple[int, int]) -> Best:
    """The best of all parts, taken in as they come."""
    of_order = np.full((len(prepared.alike), top[0]), EMPTY, np.int64)
    of_worker = np.full((prepared.people, top[1]), EMPTY, np.int64)
    for part, best in done:
        orders = prepared.alike[slice(*part.orders)]
        of_order[orders] = _better(of_order[orders], best.of_order)
        workers = prepared.in_index(slice(*(64 * word for word in part.words)))
        of_worker[workers] = _better(of_worker[workers], best.of_worker)
    return Best(of_order, of_worker)


def _better(kept: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """The best keys of both, high to low."""
    if not kept.size or (kept[:, 0] == EMPTY).all():
        return offered
    return descending(np.concatenate([kept, offered], axis=1))[:, : kept.shape[1]]


def _connected(address: str) -> Any:
    try:
        import distributed
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise ClusterError("a cluster needs the packages of requirements-cluster.txt") from None
    try:
        # A client that never connects takes long to die and says so in many lines: knock first.
        socket.create_connection(get_address_host_port(address), PATIENCE_SECONDS).close()
        connect: Callable[..., Any] = distributed.Client
        return connect(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no dask scheduler answers at {address!r}") from error


def _threads(client: Any) -> int:
    """Threads of the cluster, waiting for its first process. Raises :class:`ClusterError` if none comes."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except TimeoutError:
        raise ClusterError(
            "the dask scheduler has no processes: start `dask worker` on the machines"
        ) from None
    return sum(client.nthreads().values())


@contextmanager
def _said_plainly(folder: str) -> Iterator[None]:
    """Turn what goes wrong in other processes into one sentence."""
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise ClusterError("processes of the cluster keep dying: give them more memory") from error
    except FileNotFoundError as error:
        raise ClusterError(
            f"processes of the cluster cannot read {folder}: use a disk they all share"
        ) from error
    except (ImportError, RuntimeError) as error:
        raise ClusterError(f"the cluster lacks the engine ({_first_line(error)}): {REMEDY}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
