"""What one would write without the engine, for the benchmark: honest tools, each with all it can use.

Preparing (parsing, fitting vectors, loading a database) is not timed, the engine's index included.
"""

import heapq
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import fuzz

from benchmarks.rivals_points import SamplePoints, sample_points
from benchmarks.rivals_sql import SqlRanking
from matching.generator import FIRST_DAY
from matching.pairs.attributes import Verdict
from matching.pairs.bitmaps import Key, order_keys
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables
from matching.pairs.reference_scorer import compare_skills, distance_level, skill_level, wage_level
from matching.pairs.rules import RULES
from matching.pairs.scanning import descending
from matching.pairs.scorecard import DEFAULT_SCORECARD
from matching.text.cleaning import skill_key
from matching.types import Order, Worker

LOOP_WORKERS, LOOP_ORDERS, ARRAY_ORDERS, MORE_ORDERS = 2_000, 20, 5, 50
ENOUGH_PAIRS = 2_000_000
SAME = "the same rules, points and top 100"


@dataclass(frozen=True)
class Rival:
    """A contestant: what it computes, how many pairs a run looks at, and the run.

    ``keys`` turns what a run returns into the engine's keys of the first orders, to compare; it is absent
    where the rival's points are others.
    """

    name: str
    computes: str
    pairs: int
    run: Callable[[], Any]
    keys: Callable[[Any], np.ndarray] | None = None


def rivals(index: WorkerIndex, prepared: OrderTables, top: int) -> Iterator[Rival]:
    """What the engine is compared with, prepared and ready to run."""
    workers, orders = len(index), len(prepared)
    people = [index.frame.row(number) for number in range(min(LOOP_WORKERS, workers))]
    jobs = [prepared.orders.row(number) for number in range(min(LOOP_ORDERS, orders))]
    few = min(ARRAY_ORDERS, orders)
    more = min(max(MORE_ORDERS, ENOUGH_PAIRS // max(workers, 1)), orders)
    points = sample_points(index, prepared, more)
    loop = "same rules; rapidfuzz for titles and experience, same points for skills, wage and place; top 100"
    yield Rival(
        "Python loop, rapidfuzz", loop, len(people) * len(jobs), lambda: python_loop(people, jobs, top)
    )
    arrays = ArrayRanking(index, prepared, points.first(few), top)
    yield Rival("NumPy, no index", SAME, workers * few, arrays.run, lambda keys: keys)
    sql = SqlRanking(index, prepared, points, top)
    yield Rival("DuckDB, one SQL join", SAME, workers * more, sql.run, lambda rows: keys_of(rows, more, top))
    texts = TextRanking(index, prepared, more, top)
    text_only = "no rules: cosine of experience and order (TF-IDF, pairs of characters), top 100"
    yield Rival("scikit-learn cosine, argpartition", text_only, workers * more, texts.dense)
    yield Rival("sparse_dot_topn", text_only, workers * more, texts.sparse)


def python_loop(people: list[Worker], jobs: list[Order], top: int) -> list[list[tuple[float, str]]]:
    """The loop a user would write first: rules that stop at the first failure, likeness of those who pass."""
    best = []
    for order in jobs:
        fitting = (
            p for p in people if all(rule.check(p, order, FIRST_DAY) is Verdict.PASS for rule in RULES)
        )
        best.append(heapq.nlargest(top, ((_likeness(p, order), p.worker_id) for p in fitting)))
    return best


def _likeness(worker: Worker, order: Order) -> float:
    """Points of the card, with rapidfuzz in the place of the engine's reading of titles and texts."""
    card = DEFAULT_SCORECARD.points
    score = 4.0 * max((fuzz.WRatio(wish, order.title) for wish in worker.wishes), default=0.0)
    score += 1.5 * fuzz.token_set_ratio(worker.experience, f"{order.title} {order.description}")
    score += card["skills"][skill_level(*map(len, compare_skills(worker, order)))]
    score += card["wage"][wage_level(worker.wage_floor_yuan, order.wage_low_yuan, order.wage_high_yuan)]
    score += card["distance"][distance_level(worker.county_code, order.city_code)]
    return score + card["pairing"][worker.county_code in order.priority_counties]


class ArrayRanking:
    """One vectorised expression over all workers per order: masks from plain columns, then points."""

    def __init__(self, index: WorkerIndex, prepared: OrderTables, points: SamplePoints, top: int) -> None:
        self._rows, self._points, self._top = index.rows, points, min(top, len(index))
        self._columns = {name: np.ascontiguousarray(c.codes) for name, c in index.frame.columns.items()}
        self._codes = [np.ascontiguousarray(column).astype(np.int32) for column in index.codes.T]
        self._orders = [prepared.orders.row(number) for number in range(points.orders)]
        starts, trained = prepared.trained.lists
        self._trained = [trained[starts[n] : starts[n + 1]] for n in range(points.orders)]

    def run(self) -> np.ndarray:
        """The best keys of every order, high to low."""
        best = [self._best(number, order) for number, order in enumerate(self._orders)]
        return descending(np.array(best).reshape(len(best), self._top))

    def _best(self, number: int, order: Order) -> np.ndarray:
        score = self._score(number, order).astype(np.int64)
        for key in order_keys(order, FIRST_DAY):
            score[~self._passing(key)] = -1
        keys = (score << 32) - np.arange(len(score))
        keys[score < 0] = np.iinfo(np.int64).min
        return np.partition(keys, len(keys) - self._top)[len(keys) - self._top :]

    def _score(self, number: int, order: Order) -> np.ndarray:
        points, (experience, floor, county, *wishes) = self._points, self._codes
        score: np.ndarray = (
            points.experience[number][experience] + points.wage[number][floor] + points.county[number][county]
        )
        score += np.maximum.reduce([points.occupation[number][wish] for wish in wishes])
        score[self._trained[number]] += DEFAULT_SCORECARD.points["training"][1]
        wanted = list(dict.fromkeys(map(skill_key, order.skills)))
        if wanted:
            have = sum(self._passing(("skill", name)).astype(np.int32) for name in wanted)
            score += np.array(DEFAULT_SCORECARD.points["skills"], np.int32)[4 * have // len(wanted)]
        return score

    def _passing(self, key: Key) -> np.ndarray:
        values = self._rows.passing_values(key)
        return values.take(self._columns[self._rows.column_of(key)])


class TextRanking:
    """Retrieval by text alone, as search tutorials do it."""

    def __init__(self, index: WorkerIndex, prepared: OrderTables, orders: int, top: int) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        column = index.frame.columns["experience"]
        jobs = [f"{o.title} {o.description}" for o in (prepared.orders.row(n) for n in range(orders))]
        shape = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), dtype=np.float32)
        distinct = shape.fit_transform([*column.values, "空白"])[:-1]
        self._people = distinct[column.codes].T.tocsr()
        self._jobs, self._top = shape.transform(jobs), min(top, len(index))

    def dense(self) -> list[np.ndarray]:
        """All cosines of an order, then the best by argpartition."""
        likeness = (self._jobs @ self._people).toarray()
        return [np.argpartition(row, len(row) - self._top)[len(row) - self._top :] for row in likeness]

    def sparse(self) -> Any:
        """The product that keeps only the best of each row."""
        from sparse_dot_topn import sp_matmul_topn

        return sp_matmul_topn(self._jobs, self._people, top_n=self._top, sort=True, n_threads=os.cpu_count())


def keys_of(rows: tuple[np.ndarray, np.ndarray, np.ndarray], orders: int, top: int) -> np.ndarray:
    """Rows of (order, worker, score) as the engine's keys, high to low."""
    order, worker, score = (np.asarray(column, np.int64) for column in rows)
    keys = np.full((orders, top), np.iinfo(np.int64).min)
    starts = np.searchsorted(order, np.arange(orders))
    keys[order, np.arange(len(order)) - starts[order]] = (score << 32) - worker
    return keys
