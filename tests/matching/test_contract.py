"""One contract for files, columns and Python: what a field may not hold is said once, clearly, and early."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from matching import (
    DEFAULT_SCORECARD,
    Column,
    Frame,
    InputError,
    Order,
    Policy,
    Scorecard,
    Worker,
    WorkerIndex,
    assign,
    normalise,
    rank,
    score_pair,
    title_similarity,
)
from matching.pairs.order_tables import build_order_tables
from matching.pairs.ranking import ranking_of
from matching.pairs.scanning import scan_all
from tests.matching.worlds import random_world, welder, welding_order

TOWN = "451021104203"


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Worker, "night_shift", 0),
        (Worker, "placed", 1),
        (Worker, "sex", "Male"),
        (Worker, "sex", "男"),
        (Worker, "wage_floor_yuan", 3000.9),
        (Worker, "wage_floor_yuan", "3000"),
        (Worker, "education", True),
        (Worker, "education", 6),
        (Worker, "birth_date", datetime(1990, 5, 1, tzinfo=UTC)),
        (Worker, "birth_date", "1990-05-01"),
        (Worker, "wishes", "电焊工"),
        (Worker, "skills", ("氩弧焊", None)),
        (Worker, "worker_id", 7),
        (Worker, "worker_id", "7\0"),
        (Worker, "group_rule", "town"),
        (Order, "headcount", 2.5),
        (Order, "headcount", -1),
        (Order, "wage_low_yuan", 10**20),
        (Order, "forbidden_work", "men"),
        (Order, "title", ["焊工"]),
        (Order, "priority_counties", {"451021"}),
    ],
)
def test_a_value_that_could_be_read_in_two_ways_is_refused_with_its_field(
    kind: type, field: str, value: Any
) -> None:
    name = f"{kind.__name__.lower()}_id"
    with pytest.raises(InputError) as refused:
        kind(**{name: "1", field: value})
    (error,) = refused.value.errors
    assert error.column == field
    assert repr(value)[:20] in error.problem


def test_every_bad_field_of_a_row_is_named_at_once() -> None:
    with pytest.raises(InputError) as refused:
        Worker(worker_id="1", night_shift=0, sex="Male", wage_floor_yuan=3000.9)  # type: ignore[arg-type]
    assert {error.column for error in refused.value.errors} == {"night_shift", "sex", "wage_floor_yuan"}


def test_the_same_value_written_another_way_is_kept_as_one() -> None:
    listed = Worker(worker_id="1", wishes=["焊工"], cities=None, experience=None)  # type: ignore[arg-type]
    assert (listed.wishes, listed.cities, listed.experience) == (("焊工",), (), "")
    assert type(Order(order_id="A", headcount=np.int64(3)).headcount) is int  # type: ignore[arg-type]
    assert rank([listed], [Order(order_id="A", title="焊工")], 1, "order").score.tolist() == []


def test_columns_are_held_to_the_same_contract() -> None:
    frame = Frame.of(Worker, [welder()])
    wrong = {"sex": Column(np.array([0]), ["Male"]), "night_shift": Column(np.array([0]), [0])}
    with pytest.raises(InputError) as refused:
        rank(Frame(Worker, frame.ids, {**frame.columns, **wrong}), [welding_order()], 1, "order")
    assert {error.column for error in refused.value.errors} == set(wrong)


def test_rows_of_another_kind_are_refused() -> None:
    with pytest.raises(InputError, match="entry 0 is a Order"):
        rank([welding_order()], [welding_order()], 1, "order")  # type: ignore[list-item]
    with pytest.raises(InputError, match="a frame of Order"):
        rank(Frame.of(Order, [welding_order()]), [welding_order()], 1, "order")


@pytest.mark.parametrize("code", [TOWN, TOWN[:9]])
def test_a_village_belongs_to_its_county(code: str) -> None:
    villager, order = welder(county_code=code), welding_order(priority_counties=("451021",))
    points = score_pair(villager, order).factors
    assert points["pairing"] == DEFAULT_SCORECARD.points["pairing"][1]
    assert rank([villager], [order], 1, "order")[0].factors == points
    order = welding_order(fellow_counties=(TOWN,))
    assert score_pair(welder(), order).factors["villagers"] == DEFAULT_SCORECARD.points["villagers"][1]


def test_a_county_floor_counts_the_people_of_its_villages() -> None:
    near = [welder(worker_id=f"A{n}", skills=("氩弧焊",)) for n in range(3)]
    far = welder(worker_id="B", county_code="533323104203")
    order = welding_order(headcount=3, skills=("氩弧焊",))
    result = assign([*near, far], [order], Policy(county_floors={"533323": 1}))
    assert "B" in {pair.worker_id for pair in result.pairs}


def card(**changed: tuple[int, ...]) -> Scorecard:
    return Scorecard("other", {**DEFAULT_SCORECARD.points, **changed})


GROUND = [
    card(training=(30, 200)),
    card(skills=(20, 30, 60, 90, 120)),
    card(**{name: tuple(v + 7 for v in row) for name, row in DEFAULT_SCORECARD.points.items()}),
]


@pytest.mark.parametrize("points", GROUND)
def test_points_at_the_lowest_level_count_in_a_ranking_too(points: Scorecard) -> None:
    workers, orders = random_world(31, 120, 20)
    found = {(row.order_id, row.worker_id): row for row in rank(workers, orders, 120, "order", points)}
    pairs = {(o.order_id, w.worker_id): score_pair(w, o, points) for o in orders for w in workers}
    assert {pair: match.score for pair, match in pairs.items() if match.feasible} == {
        pair: row.score for pair, row in found.items()
    }
    assert all(dict(row.factors) == dict(pairs[pair].factors) for pair, row in found.items())


def test_tables_made_before_a_worker_was_trained_see_it() -> None:
    people = [welder(worker_id="1"), welder(worker_id="2"), welder(worker_id="3", trained_for=("O1",))]
    index, order = WorkerIndex(people), welding_order()
    tables = build_order_tables(index, [order])
    scan_all(index, tables, DEFAULT_SCORECARD, 3, 0)
    index.replace(1, welder(worker_id="2", trained_for=("O1", "O2")))
    index.replace(2, welder(worker_id="3"))
    best = scan_all(index, tables, DEFAULT_SCORECARD, 3, 0)
    found = list(ranking_of(index, tables, DEFAULT_SCORECARD, best.of_order, "order"))
    assert found == list(rank(list(index.frame), [order], 3, "order"))
    assert found[0].worker_id == "2"


def test_a_worker_of_another_id_does_not_take_the_place() -> None:
    index = WorkerIndex([welder(worker_id="1"), welder(worker_id="2")])
    with pytest.raises(ValueError, match="position 1 holds 2, not 9"):
        index.replace(1, welder(worker_id="9"))
    with pytest.raises(IndexError, match="no position -1"):
        index.replace(-1, welder(worker_id="2"))


def test_one_text_is_not_a_list_of_texts() -> None:
    for wrong in ("车工", [None], [b"x"]):
        with pytest.raises(TypeError, match="list of texts"):
            normalise(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="list of texts"):
            title_similarity(["车工"], wrong)  # type: ignore[arg-type]


def test_a_ranking_of_half_a_worker_is_refused() -> None:
    with pytest.raises(ValueError, match="top"):
        rank([welder(birth_date=date(1990, 1, 1))], [welding_order()], 1.5, "order")  # type: ignore[arg-type]
