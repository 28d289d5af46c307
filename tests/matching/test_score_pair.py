"""The plain definition, on pairs whose answer is obvious."""

from dataclasses import replace
from datetime import date

import pytest

from matching import (
    DEFAULT_SCORECARD,
    FACTORS,
    NEEDS,
    RULES,
    Order,
    Scorecard,
    Worker,
    nearest_changes,
    score_pair,
)
from tests.matching.worlds import random_world, welder, welding_order

FAILING = {
    "placed": (welder(placed=True), welding_order()),
    "legal_age": (welder(birth_date=date(2009, 3, 2)), welding_order(min_age=None)),
    "age": (welder(birth_date=date(1979, 3, 1)), welding_order()),
    "forbidden_work": (welder(sex="F"), welding_order(forbidden_work="women")),
    "education": (welder(), welding_order(min_education=3)),
    "mandarin": (welder(), welding_order(min_mandarin=3)),
    "health": (welder(health=1), welding_order(min_health=2)),
    "certificates": (welder(certificates=("电工证",)), welding_order(certificates=("焊工证",))),
    "city": (welder(cities=("440100", "441900")), welding_order()),
    "wage": (welder(wage_floor_yuan=5001), welding_order()),
    "available": (welder(available_on=date(2025, 3, 2)), welding_order()),
    "night_shift": (welder(night_shift=False), welding_order(night_shift=True)),
    "dormitory": (welder(dormitory_needed=True), welding_order(dormitory=False)),
    "couple_room": (welder(couple_room_needed=True), welding_order(couple_room=False)),
}


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_each_rule_alone_blocks_a_pair(rule: str) -> None:
    match = score_pair(*FAILING[rule])
    assert match.blocked == (rule,)
    assert not match.feasible


def test_a_welder_fits_a_welding_order() -> None:
    match = score_pair(welder(), welding_order())
    assert match.feasible
    assert match.factors["occupation"] == 360
    assert match.factors["wage"] == 40


@pytest.mark.parametrize(
    ("field", "order", "rule"),
    [
        ("birth_date", {}, "legal_age"),
        ("education", {"min_education": 1}, "education"),
        ("mandarin", {"min_mandarin": 1}, "mandarin"),
        ("health", {"min_health": 1}, "health"),
        ("certificates", {"certificates": ("焊工证",)}, "certificates"),
        ("sex", {"forbidden_work": "women"}, "forbidden_work"),
    ],
)
def test_an_unknown_requirement_is_asked_not_refused(field: str, order: dict, rule: str) -> None:
    unknown = replace(welder(), **{field: getattr(Worker(worker_id=""), field)})
    match = score_pair(unknown, welding_order(**order))
    assert rule in match.ask
    assert rule not in match.blocked
    assert not match.feasible


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("night_shift", {"night_shift": False}),
        ("dormitory", {"dormitory_needed": True}),
        ("couple_room", {"couple_room_needed": True}),
    ],
)
def test_an_order_that_does_not_say_is_asked_not_refused(field: str, wish: dict) -> None:
    silent = welding_order(**{field: None})
    match = score_pair(welder(**wish), silent)
    assert (match.feasible, match.ask, match.blocked) == (False, (field,), ())
    assert [str(change) for change in nearest_changes(welder(**wish), silent)] == [
        f"order.{field}: unknown -> {int(field != 'night_shift')}"
    ]
    assert score_pair(welder(**dict.fromkeys(wish)), silent).feasible


@pytest.mark.parametrize("field", list(NEEDS))
def test_an_unknown_wish_refuses_nothing_and_is_asked_before_an_offer(field: str) -> None:
    silent = replace(welder(), **{field: getattr(Worker(worker_id=""), field)})
    match = score_pair(silent, welding_order(night_shift=True, dormitory=False, city_code="441900"))
    if field == "cities":
        assert match.feasible
    assert field in match.needs
    assert field not in match.blocked


def test_a_requirement_of_zero_asks_nothing() -> None:
    unknown = welder(education=None, mandarin=None, health=None)
    assert score_pair(unknown, welding_order(min_education=0, min_mandarin=0, min_health=0)).feasible


def test_ages_change_on_the_birthday() -> None:
    order = welding_order(min_age=18, max_age=45)
    assert score_pair(welder(birth_date=date(2007, 3, 1)), order).feasible
    assert not score_pair(welder(birth_date=date(2007, 3, 2)), order).feasible
    assert score_pair(welder(birth_date=date(1979, 3, 2)), order).feasible
    assert not score_pair(welder(birth_date=date(1979, 3, 1)), order).feasible


def test_nobody_under_sixteen_and_no_minor_in_forbidden_work() -> None:
    order = welding_order(min_age=None, max_age=None)
    seventeen = welder(birth_date=date(2008, 1, 1))
    assert score_pair(seventeen, order).feasible
    assert score_pair(seventeen, replace(order, forbidden_work="minors")).blocked == ("legal_age",)
    assert score_pair(welder(birth_date=date(2009, 6, 1)), order).blocked == ("legal_age",)


def test_cities_are_compared_by_prefecture() -> None:
    assert score_pair(welder(cities=("440306",)), welding_order(city_code="440300")).feasible


def test_sex_changes_nothing_where_the_law_does_not_forbid_the_work() -> None:
    workers, orders = random_world(3, 40, 10)
    for order in (replace(order, forbidden_work="none") for order in orders):
        for worker in workers:
            assert score_pair(replace(worker, sex="M"), order) == score_pair(replace(worker, sex="F"), order)


def test_a_worker_has_no_field_for_what_must_not_count() -> None:
    names = set(Worker.__dataclass_fields__)
    assert not names & {"ethnicity", "religion", "marital_state", "married", "birthplace"}


def test_factors_stand_in_fixed_order_and_sum_to_the_score() -> None:
    workers, orders = random_world(5, 30, 10)
    for worker in workers:
        for order in orders:
            match = score_pair(worker, order)
            assert list(match.factors) == list(FACTORS)
            assert sum(match.factors.values()) == match.score


def test_skills_are_compared_by_meaning_and_named_in_the_orders_words() -> None:
    match = score_pair(
        welder(skills=("TIG", "烧焊")), welding_order(skills=("氩弧焊", "手工电弧焊", "二保焊"))
    )
    assert match.matched_skills == ("氩弧焊", "手工电弧焊")
    assert match.missing_skills == ("二保焊",)
    assert match.factors["skills"] == DEFAULT_SCORECARD.points["skills"][2]


def test_an_ambiguous_alias_does_not_count_as_either_skill() -> None:
    assert not score_pair(welder(skills=("啤机",)), welding_order(skills=("冲床操作",))).matched_skills


def test_pairing_training_and_villagers_earn_points() -> None:
    order = welding_order(priority_counties=("451021",), fellow_counties=("451021",))
    factors = score_pair(welder(trained_for=("O1",)), order).factors
    assert [factors[name] > 0 for name in ("pairing", "villagers", "training")] == [True, True, True]
    assert score_pair(welder(county_code=""), order).factors["pairing"] == 0


def test_the_industry_settles_a_trade_word_with_two_meanings() -> None:
    sewing = welder(wishes=("缝纫工",))
    turned = score_pair(sewing, welding_order(title="车工", description="五金厂数控车床"))
    sewn = score_pair(sewing, welding_order(title="车工", description="制衣厂"))
    assert sewn.factors["occupation"] > turned.factors["occupation"]


def test_a_card_survives_json_and_its_digest_sees_every_change() -> None:
    again = Scorecard.from_json(DEFAULT_SCORECARD.as_json())
    assert again == DEFAULT_SCORECARD
    dearer = replace(DEFAULT_SCORECARD, points={**DEFAULT_SCORECARD.points, "pairing": (0, 81)})
    assert again.digest() == DEFAULT_SCORECARD.digest() != dearer.digest()


@pytest.mark.parametrize("row", [(0,), (0, -1), (1, 0), (0, 1.5), (0, 10_000)])
def test_a_card_with_impossible_points_is_refused(row: tuple) -> None:
    with pytest.raises(ValueError, match="pairing"):
        replace(DEFAULT_SCORECARD, points={**DEFAULT_SCORECARD.points, "pairing": row})


def test_everything_unknown_still_has_a_clear_answer() -> None:
    match = score_pair(Worker(worker_id="W"), Order(order_id="O"))
    assert match.score == 0
    assert match.ask == ("legal_age",)
    assert match.needs == tuple(NEEDS)
