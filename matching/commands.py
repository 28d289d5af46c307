"""Rank, assign, explain, normalise titles, generate a synthetic province: files in, files out."""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import matching
from matching.clock import as_of
from matching.types import CellError, InputError


def rank(options: argparse.Namespace) -> None:
    """Rank every worker for every order, or every order for every worker."""
    from matching.files import tables

    started = time.perf_counter()
    if options.top < 1:
        raise InputError([CellError("--top", 0, "", "must be 1 or more")])
    today = _day(options)
    workers, orders = _read_both(options, today)
    with _cluster(options) as cluster:
        ranking = matching.rank(
            workers, orders, options.top, options.by, jobs=options.jobs, cluster=cluster, today=today
        )
    tables.write_table(options.out, ranking.arrow())
    _report(started, rows=len(ranking))


def assign(options: argparse.Namespace) -> None:
    """Assign the whole province at once within headcounts, with a certified bound."""
    from matching.assign import unplaced
    from matching.files import tables

    started = time.perf_counter()
    policy, today = _read_policy(options.policy), _day(options)
    workers, orders = _read_both(options, today)
    with _cluster(options) as cluster, _libraries_to_stderr():
        result = matching.assign(workers, orders, policy, jobs=options.jobs, cluster=cluster, today=today)
    rows = [(pair.worker_id, pair.order_id, pair.score) for pair in result.pairs]
    worker, order, score = zip(*rows, strict=True) if rows else ((), (), ())
    reasons = unplaced.reasons(result, today=today) if options.unplaced else []
    tables.write_table(
        options.out, {"worker_id": _text(worker), "order_id": _text(order), "score": list(score)}
    )
    if options.unplaced:
        listed = [
            [getattr(reason, name) for reason in reasons]
            for name in ("worker_id", "reason", "nearest_change")
        ]
        named = dict(zip(("worker_id", "reason", "nearest_change"), map(_text, listed), strict=True))
        tables.write_table(options.unplaced, named)
    figures = {"value": result.value, "bound": result.bound, "gap": result.gap, "status": result.status}
    _report(started, placed=result.placed, **figures)


def explain(options: argparse.Namespace) -> None:
    """Say why, or why not, one worker and one order go together (JSON)."""
    today = _day(options)
    workers, orders = _read_both(options, today)
    worker = _row_of(workers, options.worker, options.workers)
    order = _row_of(orders, options.order, options.orders)
    print(json.dumps(matching.explain(worker, order, today=today), ensure_ascii=False, indent=2))


def _row_of(frame: matching.Frame, identifier: str, path: str) -> Any:
    """A worker or order by id. Raises ``InputError`` where the file has none."""
    try:
        return frame.row(frame.position(identifier))
    except KeyError:
        problem = f"no row has the id {identifier!r}"
        raise InputError([CellError(Path(path).name, 0, "id", problem)]) from None


def normalise(options: argparse.Namespace) -> None:
    """Find the occupation code of job titles."""
    from matching.files import tables

    started = time.perf_counter()
    table = tables.read_text_table(options.titles, ("title",))
    titles = table["title"].to_pylist()
    industries = table["industry"].to_pylist() if "industry" in table else None
    answers = matching.normalise(titles, industries)
    names = "title", "code", "name"
    columns = {name: _text([getattr(answer, name) for answer in answers]) for name in names}
    tables.write_table(options.out, columns | {"confidence": [answer.confidence for answer in answers]})
    _report(started, titles=len(answers), known=sum(bool(answer.code) for answer in answers))


def generate(options: argparse.Namespace) -> None:
    """Write workers.csv and orders.csv of a realistic synthetic province."""
    from matching.generator import write_province

    started = time.perf_counter()
    write_province(Path(options.out), options.workers, options.orders, options.seed)
    _report(started, workers=options.workers, orders=options.orders)


def _day(options: argparse.Namespace) -> date:
    """The one day of a command, China's unless ``--today`` names another."""
    if options.today is None:
        return as_of(None)
    try:
        return date.fromisoformat(options.today)
    except ValueError:
        raise InputError(
            [CellError("--today", 0, "", f"not a date like 2017-03-01: {options.today!r}")]
        ) from None


def _read_both(options: argparse.Namespace, today: date) -> tuple[matching.Frame, matching.Frame]:
    """Both files, with the errors of both when either is bad."""
    from matching.files import tables

    frames, errors = [], []
    readers = (
        (partial(tables.read_workers, today=today), options.workers),
        (tables.read_orders, options.orders),
    )
    for read, path in readers:
        try:
            frames.append(read(path))
        except InputError as refused:
            errors += refused.errors
    if errors:
        raise InputError(errors)
    return frames[0], frames[1]


@contextmanager
def _cluster(options: argparse.Namespace) -> Iterator[Any]:
    """The cluster of ``--dask``, or None for this machine's threads."""
    if options.dask is None:
        yield None
        return
    from matching.pairs.cluster import Cluster, ClusterError

    try:
        with Cluster(options.dask) as cluster:
            yield cluster
    except ClusterError as error:
        raise InputError([CellError("--dask", 0, "", str(error))]) from error


def _read_policy(path: str | None) -> matching.Policy:
    if path is None:
        return matching.Policy()
    try:
        return matching.Policy.from_dict(json.loads(Path(path).read_text("utf-8-sig")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError([CellError(Path(path).name, 0, "", str(error))]) from error


@contextmanager
def _libraries_to_stderr() -> Iterator[None]:
    """What C++ libraries print (HiGHS does, at times) goes to standard error: our output is one JSON line."""
    sys.stdout.flush()
    ours = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(ours, 1)
        os.close(ours)


def _text(values: Any) -> Any:
    import pyarrow as pa

    return pa.array(list(values), pa.string())


def _report(started: float, **figures: Any) -> None:
    """One JSON line on standard output."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**figures, "seconds": round(time.perf_counter() - started, 3), "peak_mib": peak}))
