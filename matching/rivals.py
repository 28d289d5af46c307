"""What one would write without the engine, for the benchmark: same rules, same points, honest tools."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from matching import DEFAULT_CARD, score_pair
from matching.bitmaps import order_keys
from matching.index import WorkerIndex
from matching.order_tables import OrderTables
from matching.scanning import TextPoints, order_arrays

LOOP_WORKERS, LOOP_ORDERS, ARRAY_ORDERS, TEXT_ORDERS = 300, 10, 5, 50

Contestant = tuple[str, int, Callable[[], Any]]


def contestants(index: WorkerIndex, prepared: OrderTables, top: int) -> Iterator[Contestant]:
    """Name, number of pairs, and the run of every rival that is installed."""
    workers, orders = len(index), len(prepared)
    people = [index.frame.row(number) for number in range(min(LOOP_WORKERS, workers))]
    jobs = [prepared.orders.row(number) for number in range(min(LOOP_ORDERS, orders))]
    yield "Python loop, rapidfuzz", len(people) * len(jobs), lambda: python_loop(people, jobs)
    yield "Python loop, score_pair", len(people) * len(jobs), lambda: plain_loop(people, jobs)
    few = min(ARRAY_ORDERS, orders)
    columns = unindexed_columns(index)
    yield "NumPy without index", workers * few, lambda: numpy_rows(index, prepared, columns, few, top)
    some = min(TEXT_ORDERS, orders)
    yield "scikit-learn cosine, text only", workers * some, lambda: text_only(index, prepared, some, top)


def python_loop(people: list[Any], jobs: list[Any]) -> list[list[float]]:
    """The loop a user would write first: rules in Python, likeness by rapidfuzz."""
    found = []
    for order in jobs:
        scores = []
        for worker in people:
            likeness = max((fuzz.WRatio(wish, order.title) for wish in worker.wishes), default=0.0)
            likeness += fuzz.token_set_ratio(worker.experience, order.description)
            scores.append(likeness if score_pair(worker, order).feasible else -1.0)
        found.append(sorted(scores, reverse=True)[:100])
    return found


def plain_loop(people: list[Any], jobs: list[Any]) -> list[list[int]]:
    """Every pair through the plain definition."""
    return [[score_pair(worker, order).score for worker in people] for order in jobs]


def unindexed_columns(index: WorkerIndex) -> dict[str, np.ndarray]:
    """The workers' raw columns as arrays, without bit rows."""
    codes = {name: index.frame.columns[name].codes for name in index.frame.columns}
    return {name: np.ascontiguousarray(column) for name, column in codes.items()}


def numpy_rows(
    index: WorkerIndex, prepared: OrderTables, columns: dict[str, np.ndarray], orders: int, top: int
) -> list[np.ndarray]:
    """One vectorised expression over all workers per order: masks from the raw columns, then points."""
    tables = order_arrays(prepared, DEFAULT_CARD)
    texts, rows = TextPoints(index, prepared, DEFAULT_CARD).of((0, orders))
    codes, found = index.codes, []
    for number in range(orders):
        mask = np.ones(len(index), bool)
        for key in order_keys(prepared.orders.row(number)):
            passing = index.rows.passing_values(key)
            mask &= passing[columns[index.rows.column_of(key)]]
        occupation = tables.occupation[tables.occupation_row[number]].astype(np.int32)
        score = occupation[codes[:, 3:]].max(axis=1) + texts[rows[number]][codes[:, 0]]
        score += tables.wage[tables.wage_row[number]][codes[:, 1]]
        score += tables.county[tables.county_row[number]][codes[:, 2]]
        score[~mask] = -1
        kept = min(top, len(score))
        found.append(np.argpartition(-score, kept - 1)[:kept])
    return found


def text_only(index: WorkerIndex, prepared: OrderTables, orders: int, top: int) -> list[np.ndarray]:
    """Retrieval by text alone: TF-IDF cosine of experience and order, then the best by argpartition."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    column = index.frame.columns["experience"]
    jobs = [f"{o.title} {o.description}" for o in (prepared.orders.row(n) for n in range(orders))]
    shape = TfidfVectorizer(analyzer="char", ngram_range=(2, 2))
    people = shape.fit_transform([*column.values, "空白"])[:-1][column.codes]
    kept = min(top, len(index))
    likeness = (shape.transform(jobs) @ people.T).toarray()
    return [np.argpartition(-row, kept - 1)[:kept] for row in likeness]
