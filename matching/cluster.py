"""Ranking past one machine: parts of all pairs go to the processes of a dask.distributed cluster.

Index and order tables are written once to a folder that every process opens by memory map; a task is that
folder and a part (a stretch of orders or of workers), never an array. Parts are put together by place and
by sorting keys, so the result is the same whatever their number, their order, or how often one was repeated.
"""

import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from matching.card import Card
from matching.index import WorkerIndex
from matching.kernel import EMPTY
from matching.order_tables import OrderTables
from matching.scanning import Best, Part, descending, order_arrays, scan_all
from matching.store import StoredIndex, save_index

# Alike orders share work within a part, so a part should be large; two per thread even out slow machines.
PARTS_PER_THREAD = 2
PATIENCE_SECONDS = 10
REMEDY = "start its scheduler and its processes with PYTHONPATH at the project and the same packages"


class ClusterError(RuntimeError):
    """The cluster cannot be reached or cannot do the work; the message says what to do."""


class Cluster:
    """A connected cluster and a folder that all its processes can read. Use it in a ``with`` statement."""

    def __init__(self, address: str, shared: str | Path, parts: int = 0) -> None:
        """``address`` is the scheduler's; ``shared`` a folder to write into, seen by all machines under this name.

        ``parts`` is the number of tasks of one pass, 0 for two per thread of the cluster.
        """
        self._address, self._shared, self._parts = address, Path(shared).absolute(), parts
        self._written: tuple[Path, WorkerIndex, OrderTables] | None = None

    def __enter__(self) -> "Cluster":
        """Connect. Raises :class:`ClusterError` when dask is not installed or nobody answers."""
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
        card: Card,
        top_workers: int,
        top_orders: int,
        jobs: int = 0,
        steps: int = 1,
        prices: np.ndarray | None = None,
    ) -> Best:
        """:func:`matching.scanning.scan_all` on the cluster: the same arguments, the same result to the bit.

        ``jobs`` is the number of tasks running at once in a process of the cluster, each on one thread, and
        is the cluster's to decide. Raises :class:`ClusterError` when its processes cannot read the folder,
        lack the engine, or keep dying; one that dies now and then is replaced and its parts are repeated.
        """
        from distributed import as_completed

        folder = self._write(index, tables, card, prices)
        parts = self._cut(len(tables), index.rows.words, along_orders=top_orders == 0)
        asked = {"card": card, "top_workers": top_workers, "top_orders": top_orders, "steps": steps}
        with _said_plainly(folder):
            tasks = self._client.map(scan_part, parts, folder=str(folder), **asked, pure=False)
            done = (result for _, result in as_completed(tasks, loop=self._client.loop, with_results=True))
            return _together(done, (len(tables), top_workers), (len(index), top_orders))

    def _write(self, index: WorkerIndex, tables: OrderTables, card: Card, prices: np.ndarray | None) -> Path:
        """The folder of these tables, written when they are new, with the prices of this pass."""
        import joblib

        if self._written is None or self._written[1] is not index or self._written[2] is not tables:
            folder = Path(tempfile.mkdtemp(dir=self._folder.name))
            order_arrays(tables, card)  # levels become points once, not once per process
            save_index(index, folder / "index")
            joblib.dump(tables, folder / "orders.joblib")
            self._written = folder, index, tables
        folder = self._written[0]
        charged = np.zeros(len(tables), np.int64) if prices is None else prices
        np.save(folder / "prices.npy", charged)
        return folder

    def _cut(self, orders: int, words: int, along_orders: bool) -> list[Part]:
        """Parts along one side; each carries the whole of the other side."""
        extent = orders if along_orders else words
        count = max(1, min(self._parts or PARTS_PER_THREAD * _threads(self._client), extent))
        bounds = np.linspace(0, extent, count + 1).astype(int).tolist()
        if along_orders:
            return [Part(stretch, (0, words)) for stretch in pairwise(bounds)]
        return [Part((0, orders), stretch) for stretch in pairwise(bounds)]


def scan_part(
    part: Part, folder: str, card: Card, top_workers: int, top_orders: int, steps: int
) -> tuple[Part, Best]:
    """One task, in a process of the cluster: the best of a part of the pairs written in ``folder``."""
    index, tables = _opened(folder)
    prices = np.load(Path(folder) / "prices.npy")
    return part, scan_all(index, tables, card, top_workers, top_orders, 1, steps, prices, part)


@lru_cache(maxsize=1)
def _opened(folder: str) -> tuple[StoredIndex, OrderTables]:
    """Both by memory map, copy on write: a read-only array would have the kernel compiled a second time."""
    import joblib

    return StoredIndex(Path(folder) / "index", "c"), joblib.load(Path(folder) / "orders.joblib", mmap_mode="c")


def _together(done: Iterable[tuple[Part, Best]], by_order: tuple[int, int], by_worker: tuple[int, int]) -> Best:
    """The best of all parts, taken in as they come."""
    of_order, of_worker = (np.full(shape, EMPTY, np.int64) for shape in (by_order, by_worker))
    pairs = 0
    for part, best in done:
        _take_in(of_order[slice(*part.orders)], best.of_order)
        _take_in(of_worker[slice(*(64 * word for word in part.words))], best.of_worker)
        pairs += best.pairs
    return Best(of_order, of_worker, pairs)


def _take_in(kept: np.ndarray, found: np.ndarray) -> None:
    """Keep the best keys of both, high to low."""
    if kept.size and (kept[:, 0] == EMPTY).all():
        kept[:] = found
    elif kept.size:
        kept[:] = descending(np.concatenate([kept, found], axis=1))[:, : kept.shape[1]]


def _connected(address: str) -> Any:
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise ClusterError("a cluster needs the packages of requirements-cluster.txt") from None
    try:
        # A client that never connects takes long to die and says so in many lines: knock first.
        socket.create_connection(get_address_host_port(address), PATIENCE_SECONDS).close()
        return Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no dask scheduler answers at {address!r}") from error


def _threads(client: Any) -> int:
    """Threads of the cluster, waiting for its first process. Raises :class:`ClusterError` if none comes."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except TimeoutError:
        raise ClusterError("the dask scheduler has no processes: start `dask worker` on the machines") from None
    return sum(client.nthreads().values())


@contextmanager
def _said_plainly(folder: Path) -> Iterator[None]:
    """Turn what goes wrong in other processes into one sentence."""
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise ClusterError("processes of the cluster keep dying: give them more memory") from error
    except FileNotFoundError as error:
        raise ClusterError(f"processes of the cluster cannot read {folder}: use a disk they all share") from error
    except (ImportError, RuntimeError) as error:
        raise ClusterError(f"the cluster lacks the engine ({_first_line(error)}): {REMEDY}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
