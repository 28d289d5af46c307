"""One order that meets the likest wishes first finds what a scan of all workers finds, to the bit."""

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching import DEFAULT_SCORECARD, Order, Worker, WorkerIndex, pack_bits
from matching.pairs import wishers
from matching.pairs.order_tables import build_order_tables
from matching.pairs.scanning import scan_all
from matching.text.similarity import TitleSide, similarity_table
from matching.text.titles import parse
from tests.matching.worlds import COUNTIES, TITLES, welder, welding_order

PEOPLE = 1500


@pytest.fixture(scope="module")
def world() -> tuple[list[Worker], list[Order]]:
    """Welders by all rules and with all kinds of wishes, so that every order can fill its heap."""
    dice = random.Random(16)
    workers = [
        welder(
            worker_id=f"W{number:05d}",
            wishes=tuple(dice.sample(TITLES[:200], dice.choice((0, 1, 1, 2, 3, 6)))),
            experience=dice.choice(TITLES[:50]),
            county_code=dice.choice(COUNTIES),
            wage_floor_yuan=dice.choice((2000, 3000, 4000)),
            health=dice.choice((1, 2)),
        )
        for number in range(PEOPLE)
    ]
    orders = [
        welding_order(order_id=f"O{number:02d}", title=title, priority_counties=(dice.choice(COUNTIES),))
        for number, title in enumerate(dice.sample(TITLES[:200], 40))
    ]
    return workers, orders


@pytest.fixture(params=[(0, 1 << 20), (0, 1), (0, 3), (PEOPLE, 1)], ids=["walk", "scan", "both", "few"])
def lists(request: Any, monkeypatch: Any) -> None:
    """Lists from the first question on, and every way on which an order can leave them."""
    few, per_feasible = request.param
    for name, value in {"FEW": few, "PER_FEASIBLE": per_feasible, "WORTH_WORKERS": 0}.items():
        monkeypatch.setattr(wishers, name, value)
    monkeypatch.setattr(wishers, "WORTH_LISTS", 1)
    return


def one_by_one(index: WorkerIndex, orders: list[Order], top: int, mask: Any = None) -> list[list[int]]:
    """The keys of every order, each asked alone."""
    tables = (build_order_tables(index, [order]) for order in orders)
    return [
        scan_all(index, each, DEFAULT_SCORECARD, top, 0, mask=mask).of_order[0].tolist() for each in tables
    ]


def at_once(index: WorkerIndex, orders: list[Order], top: int, mask: Any = None) -> list[list[int]]:
    """The keys of every order by one scan for all, in the sequence in which they were given."""
    tables = build_order_tables(index, orders)
    keys = scan_all(index, tables, DEFAULT_SCORECARD, top, 0, mask=mask).of_order
    return [keys[tables.orders.position(order.order_id)].tolist() for order in orders]


@pytest.mark.parametrize("top", [1, 5, 60, PEOPLE])
def test_one_order_finds_what_the_scan_finds(world: Any, lists: None, top: int) -> None:
    index, mask = WorkerIndex(world[0]), pack_bits(np.arange(PEOPLE) % 3 > 0)
    assert one_by_one(index, world[1], top) == at_once(index, world[1], top)
    assert one_by_one(index, world[1], top, mask) == at_once(index, world[1], top, mask)
    assert index.wishers is not None


def test_who_changed_or_was_trained_since_is_found_as_now(world: Any, lists: None, monkeypatch: Any) -> None:
    workers, orders = world
    index = WorkerIndex(workers)
    one_by_one(index, orders[:1], 9)
    made = index.wishers
    for position in range(0, PEOPLE - 1, 5):
        index.replace(position, replace(workers[position + 1], worker_id=workers[position].worker_id))
    for position in range(3, 400, 14):
        given = (orders[position % 40].order_id,)
        index.replace(position, replace(index.frame.row(position), trained_for=given))
    asked = one_by_one(index, orders, 9)
    assert index.wishers is made
    assert asked == at_once(WorkerIndex(list(index.frame)), orders, 9)
    monkeypatch.setattr(wishers, "MOST_MOVED", 10)
    assert one_by_one(index, orders, 9) == asked
    assert index.wishers is not made


def test_lists_are_made_for_an_index_that_is_asked_again_and_again(world: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(wishers, "WORTH_WORKERS", PEOPLE)
    index = WorkerIndex(world[0])
    one_by_one(index, world[1][: wishers.WORTH_LISTS - 1], 9)
    assert index.wishers is None
    one_by_one(index, world[1][:1], 9)
    assert index.wishers is not None


def test_of_the_titles_asked_before_the_oldest_make_room(monkeypatch: Any) -> None:
    monkeypatch.setattr("matching.text.similarity._MOST_ANSWERS", 2)
    said = TitleSide([parse("焊工"), parse("保安")])
    for title in ("电工", "瓦工", "木工"):
        similarity_table(said, TitleSide([parse(title)]))
    assert [text for text, _ in said.answers] == ["瓦工", "木工"]
