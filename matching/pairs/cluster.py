"""Ranking and pricing past one machine: parts of all pairs go to the processes of a dask.distributed cluster.

What a pass reads is sent once to every process, by way of the scheduler, and kept there under its digest; a
process that joins later, in the place of one that died, is sent the same before it works. No folder is
shared, and a task is two digests and a part (a stretch of orders, workers or groups), never an array. Parts
are put together by place and by sorting keys, so the result is the same whatever their number, their order,
or how often one was repeated.
"""

import pickle
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import pairwise
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
PATIENCE_SECONDS, ATTEMPTS = 10, 3
REMEDY = "start its scheduler and its processes with PYTHONPATH at the project and the same packages"


class ClusterError(RuntimeError):
    """The cluster cannot be reached or cannot do the work; the message says what to do.

    >>> try:
    ...     raise ClusterError("no scheduler answers there: start one, or leave --dask out")
    ... except ClusterError as error:
    ...     print(error)
    no scheduler answers there: start one, or leave --dask out
    """


class Cluster:
    """A connected cluster. Use it in a ``with`` statement.

    >>> from distributed import LocalCluster
    >>> from matching import Order, Worker, rank
    >>> few = {"n_workers": 1, "processes": False, "protocol": "tcp"}
    >>> with (
    ...     LocalCluster(**few, dashboard_address="127.0.0.1:0") as local,
    ...     Cluster(local.scheduler_address) as many,
    ... ):
    ...     len(rank([Worker(worker_id="1")], [Order(order_id="A")], 1, "order", cluster=many))
    0
    """

    def __init__(self, address: str, parts: int = 0) -> None:
        """``address`` is the scheduler's; ``parts`` the number of tasks of one pass, 0 for two per thread."""
        self._address, self._parts = address, parts
        self._kept: dict[str, str] = {}
        self._read: tuple[tuple[Any, ...], str] | None = None

    def __enter__(self) -> "Cluster":
        """Connect. Raises :class:`ClusterError` when dask or its scheduler is missing."""
        self._client = _connected(self._address)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for digest in self._kept.values():
                self._client.unregister_worker_plugin(self._named(digest))
        except Exception:  # noqa: S110 - a lost cluster keeps nothing, and was told of already
            pass
        self._client.close()

    def processes(self) -> int:
        """How many processes work for the scheduler at this moment."""
        return len(self._client.nthreads())

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
        is the cluster's to decide. Raises :class:`ClusterError` when its scheduler is lost or its processes
        lack the engine or keep dying; one that dies now and then is replaced and its parts are repeated.
        """
        charged = np.zeros(len(tables), np.int64) if prices is None else prices
        top = top_workers, top_orders
        of = index, index.changes, tables, card, mask
        with _said_plainly():
            if self._read is None or any(was is not now for was, now in zip(self._read[0], of, strict=True)):
                self._prepared = prepare(index, tables, card, mask)
                self._read = of, self._keep("pairs", self._prepared)
            prepared, words = self._prepared, self._prepared.workers.bits.shape[1]
            parts = self._cut(len(tables), words, along_orders=top_orders == 0)
            asked = self._keep("prices", (top, Charge(steps, charged), lows))
            return _together(self._run(scan_part, (self._read[1], asked), parts), prepared, top)

    def spread(
        self, function: Callable[..., Any], read: Any, asked: Any, extent: int, name: str
    ) -> Iterator[tuple[tuple[int, int], Any]]:
        """``function(read, asked, stretch)`` of every stretch of ``range(extent)``, as they come, with it.

        ``read`` stays with the processes for the next time (under ``name``, while it is the same);
        ``function`` must stand in a module. Raises :class:`ClusterError` as :meth:`scan` does.
        """
        with _said_plainly():
            digests = self._keep(name, read), self._keep(f"{name} asked", asked)
            yield from self._run(function, digests, self._stretches(extent))

    def _run(
        self, function: Callable[..., Any], digests: tuple[str, str], parts: Sequence[Any]
    ) -> Iterator[tuple[Any, Any]]:
        """Every part and its result, as they come."""
        import distributed

        from matching.pairs.kept import run_part

        as_completed: Callable[..., Any] = distributed.as_completed
        tasks = self._client.map(run_part, parts, function=function, digests=digests, pure=False)
        for _, result in as_completed(tasks, loop=self._client.loop, with_results=True):
            if isinstance(result, BaseException):  # of a task that is lost with the scheduler
                raise result
            yield result

    def _keep(self, name: str, content: Any) -> str:
        """Have every process keep a content under its digest, in the place of the last one of that name."""
        from matching.pairs.kept import Keeper

        packed = pickle.dumps(content, protocol=5)
        digest, before = sha256(packed).hexdigest(), self._kept.get(name)
        if before != digest:
            _threads(self._client)
            self._send(Keeper(digest, self._client.id, packed))
            self._kept[name] = digest
            if before and before not in self._kept.values():
                self._client.unregister_worker_plugin(self._named(before))
        return digest

    def _send(self, keeper: Any) -> None:
        """To every process, once more where one dies while it is sent to."""
        for left in reversed(range(ATTEMPTS)):
            try:
                self._client.register_plugin(keeper, name=self._named(keeper.digest))
                return
            except OSError:
                if not left or self._client.status != "running":
                    raise

    def _named(self, digest: str) -> str:
        """The name under which this client's keeper of a content is known to the scheduler."""
        return f"{digest}-{self._client.id}"

    def _stretches(self, extent: int) -> list[tuple[int, int]]:
        count = max(1, min(self._parts or PARTS_PER_THREAD * _threads(self._client), extent))
        return list(pairwise(np.linspace(0, extent, count + 1).astype(int).tolist()))

    def _cut(self, orders: int, words: int, along_orders: bool) -> list[Part]:
        """Parts along one side; each carries the whole of the other side."""
        stretches = self._stretches(orders if along_orders else words)
        if along_orders:
            return [Part(stretch, (0, words)) for stretch in stretches]
        return [Part((0, orders), stretch) for stretch in stretches]


def scan_part(prepared: Prepared, asked: tuple[tuple[int, int], Charge, Any], part: Part) -> Best:
    """One task, in a process of the cluster: the best of a part of the pairs."""
    top, charge, lows = asked
    return scan(prepared, top, charge, lows, part, jobs=1)


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
        _refuse_unready(address)
        socket.create_connection(get_address_host_port(address), PATIENCE_SECONDS).close()
        connect: Callable[..., Any] = distributed.Client
        return connect(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no dask scheduler answers at {address!r}") from error


def _refuse_unready(address: str) -> None:
    """Raise :class:`ClusterError` where dask's settings and the address do not fit each other."""
    from distributed import Security

    security: Any = Security()  # type: ignore[no-untyped-call]  # of dask's settings
    is_tls = address.startswith("tls://")
    if is_tls and security.get_connection_args("client").get("ssl_context") is None:
        raise ClusterError(
            f"{address!r} wants certificates: name them in dask's settings "
            "(DASK_DISTRIBUTED__COMM__TLS__CA_FILE, __CLIENT__CERT and __CLIENT__KEY)"
        )
    if security.require_encryption and not is_tls:
        raise ClusterError(f"dask's settings require encryption: say tls://, not {address!r}")


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
def _said_plainly() -> Iterator[None]:
    """Turn what goes wrong in other processes, and on the way to them, into one sentence."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    lost = "the connection to the dask scheduler was lost: nothing was written; see whether it still runs"
    try:
        yield
    except ClusterError:
        raise
    except KilledWorker as error:
        raise ClusterError("processes of the cluster keep dying: give them more memory") from error
    except (OSError, CancelledError) as error:
        raise ClusterError(lost) from error
    except (ImportError, AttributeError, RuntimeError) as error:
        if "running" in str(error) or "closed" in str(error):  # of a client whose scheduler is gone
            raise ClusterError(lost) from error
        raise ClusterError(f"the cluster lacks the engine ({_first_line(error)}): {REMEDY}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
