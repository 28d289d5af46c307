"""What must hold for every input, tried on inputs nobody would think of."""

import string
from dataclasses import fields, replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import (
    FACTORS,
    Order,
    Worker,
    assign,
    explain,
    normalise,
    rank,
    score_pair,
    solve,
    title_similarity,
)
from matching.assign.demand import requirement_costs
from tests.matching.worlds import CERTIFICATES, CITIES, COUNTIES, SKILLS, TITLES

QUICK = settings(max_examples=40)
words = st.one_of(st.sampled_from(TITLES[:60]), st.text(max_size=12))
days = st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2030, 12, 31)))
answers = st.sampled_from([None, True, False])
ids = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=8)


def some(*values: Any, most: int = 4) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


def maybe(low: int, high: int) -> st.SearchStrategy[int | None]:
    return st.one_of(st.none(), st.integers(low, high))


workers = st.builds(
    Worker,
    worker_id=ids,
    birth_date=days,
    sex=st.sampled_from(["M", "F", ""]),
    education=maybe(0, 5),
    mandarin=maybe(0, 3),
    health=maybe(0, 2),
    county_code=st.sampled_from([*COUNTIES, ""]),
    wishes=st.lists(words, max_size=7).map(tuple),
    skills=some(*SKILLS[:40]),
    certificates=some(*CERTIFICATES[:6]),
    experience=words,
    wage_floor_yuan=maybe(0, 9000),
    cities=some(*CITIES),
    available_on=days,
    night_shift=answers,
    dormitory_needed=answers,
    couple_room_needed=answers,
    trained_for=some("O1", "O2"),
    group_id=st.sampled_from(["", "", "", "g", "h"]),
    group_rule=st.sampled_from(["", "order", "city"]),
    placed=answers,
)
orders = st.builds(
    Order,
    order_id=st.sampled_from(["O1", "O2", "O3", "O4"]),
    title=words,
    description=words,
    city_code=st.sampled_from([*CITIES, ""]),
    headcount=maybe(0, 4),
    min_age=maybe(0, 60),
    max_age=maybe(0, 60),
    min_education=maybe(0, 5),
    min_mandarin=maybe(0, 3),
    min_health=maybe(0, 2),
    certificates=some(*CERTIFICATES[:6], most=1),
    skills=some(*SKILLS[:40]),
    wage_low_yuan=maybe(0, 9000),
    wage_high_yuan=maybe(0, 9000),
    start_on=days,
    night_shift=answers,
    dormitory=answers,
    couple_room=answers,
    forbidden_work=st.sampled_from(["", "none", "women", "minors", "women+minors"]),
    priority_counties=some(*COUNTIES),
    fellow_counties=some(*COUNTIES),
)
crowds = st.lists(workers, max_size=12, unique_by=lambda worker: worker.worker_id)
offers = st.lists(orders, max_size=4, unique_by=lambda order: order.order_id)


@QUICK
@given(crowds, offers, st.integers(1, 6), st.sampled_from(["order", "worker"]))
def test_ranking_is_the_sorted_plain_score(crowd: list[Worker], jobs: list[Order], top: int, by: str) -> None:
    pairs = [(o.order_id, w.worker_id, score_pair(w, o)) for o in jobs for w in crowd]
    number = {name: place for place, name in enumerate(_sorted_ids([w.worker_id for w in crowd]))}
    asking, asked = (0, 1) if by == "order" else (1, 0)
    order_of = (lambda name: number[name]) if by == "order" else (lambda name: name)
    expected = {}
    for one in {pair[asking] for pair in pairs}:
        own = [pair for pair in pairs if pair[asking] == one and pair[2].feasible]
        best = sorted(own, key=lambda pair: (-pair[2].score, order_of(pair[asked])))[:top]
        expected |= {(pair[0], pair[1]): (place, pair[2].score) for place, pair in enumerate(best, start=1)}
    found = {(row.order_id, row.worker_id): (row.rank, row.score) for row in rank(crowd, jobs, top, by)}
    assert found == expected


def _sorted_ids(names: list[str]) -> list[str]:
    return sorted(names, key=int) if names and all(name.isdecimal() for name in names) else sorted(names)


@QUICK
@given(workers, orders)
def test_points_are_whole_never_negative_and_add_up(worker: Worker, order: Order) -> None:
    match = score_pair(worker, order)
    assert list(match.factors) == list(FACTORS)
    assert all(type(points) is int and points >= 0 for points in match.factors.values())
    assert sum(match.factors.values()) == match.score
    assert match.feasible == (not match.blocked and not match.ask)
    assert explain(worker, order)["score"] == match.score


@QUICK
@given(workers, orders)
def test_saying_nothing_never_earns_points_or_refuses(worker: Worker, order: Order) -> None:
    silent = Worker(worker_id=worker.worker_id)
    full = score_pair(worker, order)
    for field in fields(Worker):
        quiet = score_pair(replace(worker, **{field.name: getattr(silent, field.name)}), order)
        assert quiet.score <= full.score
        assert set(quiet.blocked) <= set(full.blocked)


@QUICK
@given(crowds, offers)
def test_an_assignment_is_possible_and_below_its_bound(crowd: list[Worker], jobs: list[Order]) -> None:
    result = assign(crowd, jobs)
    points = {(w.worker_id, o.order_id): score_pair(w, o) for w in crowd for o in jobs}
    assert all(points[pair.worker_id, pair.order_id].feasible for pair in result.pairs)
    assert all(points[pair.worker_id, pair.order_id].score == pair.score for pair in result.pairs)
    used = [pair.order_id for pair in result.pairs]
    assert all(used.count(order.order_id) <= (order.headcount or 0) for order in jobs)
    assert result.value == sum(pair.score for pair in result.pairs) <= result.bound
    placed = {pair.worker_id for pair in result.pairs}
    for group in {worker.group_id for worker in crowd} - {""}:
        members = {worker.worker_id for worker in crowd if worker.group_id == group}
        assert members <= placed or not members & placed


@QUICK
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(-5, 99)), max_size=24))
def test_the_solver_proves_what_it_finds(pairs: list[tuple[int, int, int]]) -> None:
    rows, cols, values = zip(*pairs, strict=True) if pairs else ((), (), ())
    found = solve(rows, cols, values, capacity=[2, 0, 1, 3])
    assert found.value == found.bound


@QUICK
@given(crowds, orders)
def test_a_requirement_costs_exactly_those_who_would_come_without_it(
    crowd: list[Worker], order: Order
) -> None:
    count, costs = requirement_costs(crowd, order)
    blocked = [set(m.blocked) | set(m.ask) for m in (score_pair(worker, order) for worker in crowd)]
    assert count == sum(not rules for rules in blocked)
    assert all(cost.more == sum(rules == {cost.name} for rules in blocked) for cost in costs)


@QUICK
@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_has_an_occupation_or_none(titles: list[str]) -> None:
    for title, found in zip(titles, normalise(titles), strict=True):
        assert found.title == title
        assert bool(found.code) == (found.confidence > 0)
        assert 0 <= found.confidence <= 1
    table = title_similarity(titles, titles)
    assert table.shape == (len(titles), len(titles))
    assert ((table >= 0) & (table <= 1)).all()
    assert (table == table.T).all()
