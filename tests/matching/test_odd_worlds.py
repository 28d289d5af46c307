"""Odd worlds through both doors: Python and files rank as the definition does, whatever card and day.

``ODD_WORLDS`` sets how many worlds are tried.
"""

import os
import random
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from matching import (
    DEFAULT_SCORECARD,
    FACTORS,
    Match,
    Order,
    RankedPair,
    Scorecard,
    Worker,
    WorkerIndex,
    rank,
    score_pair,
)
from matching.files.tables import read_orders, read_workers, write_table
from matching.pairs import prepared, scanning
from matching.pairs.order_tables import build_order_tables
from matching.pairs.ranking import ranking_of
from matching.pairs.scanning import scan_all
from matching.pairs.scorecard import LEVELS
from tests.matching.worlds import COUNTIES, random_world

WORLDS = int(os.environ.get("ODD_WORLDS", "12"))
PLACES = (*COUNTIES, *(f"{code}104" for code in COUNTIES), *(f"{code}104203" for code in COUNTIES), "")
WORDS = (
    "电焊工",
    "车工",
    "ＳＭＴ操机员",
    "高薪诚聘普工5-6k",
    "踩平车",
    "a" * 40,
    "😀",
    "，",
    " ",
    "焊 工",
    "㐀",
)


def odd_world(seed: int) -> tuple[list[Worker], list[Order], Scorecard, date]:
    """People, orders, a card and a day in which odd but legal values are common."""
    dice = random.Random(seed)
    workers, orders = random_world(seed, dice.choice([1, 2, 63, 64, 65, 90]), dice.choice([1, 5, 12]))
    ids = dice.sample(range(1, 10**6), len(workers))
    workers = [replace(w, worker_id=str(i), **_odd_worker(dice)) for w, i in zip(workers, ids, strict=True)]
    orders = [replace(order, **_odd_order(dice)) for order in orders]
    day = date(2024, 2, 29) + timedelta(dice.randrange(-400, 400))
    return workers, orders, dice.choice([DEFAULT_SCORECARD, _odd_card(dice)]), day


def _odd_worker(dice: random.Random) -> dict[str, Any]:
    odd = {
        "county_code": dice.choice(PLACES),
        "wage_floor_yuan": dice.choice([None, 0, 1, 3000, 1_000_000]),
        "birth_date": dice.choice([None, date(2004, 2, 29), date(2008, 2, 28), date(1900, 1, 1)]),
        "wishes": tuple(dice.choices(WORDS, k=dice.choice([0, 1, 9]))),
        "experience": dice.choice(WORDS),
        "health": dice.choice([None, 0, 2]),
    }
    return {name: value for name, value in odd.items() if dice.random() < 0.3}


def _odd_order(dice: random.Random) -> dict[str, Any]:
    odd = {
        "title": dice.choice(WORDS),
        "priority_counties": tuple(dice.choices(PLACES[:-1], k=3)),
        "fellow_counties": tuple(dice.choices(PLACES[:-1], k=2)),
        "min_age": dice.choice([None, 0, 16]),
        "max_age": dice.choice([None, 120]),
        "start_on": dice.choice([None, date(2024, 2, 29), date(2026, 3, 1)]),
        "wage_low_yuan": dice.choice([None, 0]),
        "wage_high_yuan": dice.choice([None, 1_000_000]),
        "skills": (),
        "city_code": dice.choice(["", "441900", "441900110000"]),
    }
    return {name: value for name, value in odd.items() if dice.random() < 0.3}


def _odd_card(dice: random.Random) -> Scorecard:
    rows = {name: sorted(dice.choices(range(dice.choice([2, 50, 4001])), k=LEVELS[name])) for name in FACTORS}
    return Scorecard("odd", {name: tuple(row) for name, row in rows.items()})


def expected(workers: list[Worker], orders: list[Order], card: Scorecard, day: date, top: int) -> list[tuple]:
    """The definition: score all pairs, drop the infeasible, sort."""
    out = []
    for order in sorted(orders, key=lambda order: order.order_id):
        pairs = [(score_pair(worker, order, card, day), worker.worker_id) for worker in workers]
        best = sorted((p for p in pairs if p[0].feasible), key=lambda p: (-p[0].score, int(p[1])))[:top]
        ranked = enumerate(best, start=1)
        out += [(order.order_id, worker, place, *_points(match)) for place, (match, worker) in ranked]
    return out


def _points(match: Match) -> tuple[int, dict[str, int]]:
    return match.score, dict(match.factors)


def _rows(found: Any) -> list[tuple]:
    return [_row(row) for row in found]


def _row(row: RankedPair) -> tuple:
    return row.order_id, row.worker_id, row.rank, row.score, dict(row.factors)


def write_world(folder: Path, workers: list[Worker], orders: list[Order]) -> None:
    """The two files of the contract, as the command reads them."""
    for name, rows, kind in (("workers", workers, Worker), ("orders", orders, Order)):
        columns = {each.name: [_cell(getattr(row, each.name)) for row in rows] for each in fields(kind)}
        write_table(folder / f"{name}.csv", columns)


def _cell(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return "|".join(value)
    return str(int(value)) if isinstance(value, bool) else str(value)


@pytest.fixture(params=["as they stand", "in sequence"], autouse=True)
def walk(request: Any, monkeypatch: Any) -> None:
    """Workers in the index's sequence, and in the one that many orders meet them in, a word a block."""
    if request.param == "in sequence":
        monkeypatch.setattr(prepared, "WORTH_SEQUENCE", 0)
        monkeypatch.setattr(scanning, "WORDS_PER_BLOCK", 1)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_both_doors_rank_an_odd_world_as_the_definition_does(seed: int, tmp_path: Path) -> None:
    workers, orders, card, day = odd_world(seed)
    wanted = expected(workers, orders, card, day, 20)
    assert _rows(rank(workers, orders, 20, "order", card, today=day)) == wanted
    write_world(tmp_path, workers, orders)
    frames = read_workers(tmp_path / "workers.csv"), read_orders(tmp_path / "orders.csv")
    assert _rows(rank(*frames, 20, "order", card, today=day)) == wanted


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_worker_who_changes_is_ranked_anew_by_tables_made_before(seed: int) -> None:
    workers, orders, card, day = odd_world(seed)
    dice = random.Random(seed)
    index = WorkerIndex(workers)
    tables = build_order_tables(index, orders, day)
    for position in range(len(index)):
        other = index.frame.row(dice.randrange(len(index)))
        changed = replace(other, worker_id=str(index.frame.ids[position]))
        changed = replace(changed, trained_for=tuple(dice.sample([o.order_id for o in orders], k=1)))
        with suppress(LookupError):  # more wishes than there is room for: the index is to be built anew
            index.replace(position, changed)
    best = scan_all(index, tables, card, min(20, len(index)), 0)
    found = _rows(ranking_of(index, tables, card, best.of_order, "order"))
    assert found == expected(list(index.frame), orders, card, day, 20)
