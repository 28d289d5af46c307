"""Rules are declared once; what a declaration says of a pair is held against a plain definition."""

import random
from datetime import date
from itertools import product

import numpy as np
import pytest

from matching import RULES, Order, Verdict, Worker, unpack_bits
from matching.pairs.attributes import ATTRIBUTES
from matching.pairs.bitmaps import BitRows
from matching.pairs.columns import worker_frame
from matching.pairs.rules import rule_keys
from tests.matching.plain_rules import PLAIN
from tests.matching.test_odd_worlds import odd_world


def assert_as_plain(workers: list[Worker], orders: list[Order], day: date) -> None:
    """Every rule of every pair: the declaration, its bit rows and the plain definition agree."""
    rows = BitRows(worker_frame(workers))
    ids = [worker.worker_id for worker in workers]
    place = {identifier: at for at, identifier in enumerate(rows._frame.ids.tolist())}
    for order, rule in product(orders, RULES):
        plain = [PLAIN[rule.name](worker, order, day) for worker in workers]
        assert [rule.check(worker, order, day) for worker in workers] == plain, (rule.name, order)
        keys = rule_keys(order, day).get(rule.name)
        passing = unpack_bits(rows.all_of(keys), len(workers)) if keys else np.ones(len(workers), bool)
        assert [passing[place[each]] for each in ids] == [verdict is Verdict.PASS for verdict in plain]


@pytest.mark.parametrize("seed", range(6))
def test_a_declared_rule_says_what_its_plain_definition_says(seed: int) -> None:
    workers, orders, _, day = odd_world(seed)
    assert_as_plain(workers, orders, day)


def test_every_answer_of_a_worker_meets_every_answer_of_an_order() -> None:
    three = (None, False, True)
    needs = ("night_shift", "dormitory_needed", "couple_room_needed")
    answers = product(three, (None, 0, 4000), (None, date(2017, 3, 2)), ("", "M", "F"))
    workers = [
        Worker(worker_id=str(n), wage_floor_yuan=wage, available_on=day, sex=sex, **dict.fromkeys(needs, one))
        for n, (one, wage, day, sex) in enumerate(answers)
    ]
    says = product(three, (None, 3000), (None, 5000), (None, date(2017, 3, 1)), ("none", "women+minors"))
    orders = [
        Order(
            order_id=str(n),
            wage_low_yuan=low,
            wage_high_yuan=high,
            start_on=day,
            forbidden_work=work,
            **dict.fromkeys(("night_shift", "dormitory", "couple_room"), one),
        )
        for n, (one, low, high, day, work) in enumerate(says)
    ]
    assert_as_plain(workers, orders, date(2017, 3, 1))


def test_ages_are_counted_alike_around_a_birthday() -> None:
    days = [date(2000, 2, 29), date(2001, 2, 28), date(2001, 3, 1), date(1983, 3, 1), date(1983, 2, 28), None]
    workers = [Worker(worker_id=str(n), birth_date=day) for n, day in enumerate(days)]
    dice = random.Random(5)
    ages = [(None, None), (16, None), (None, 34), (16, 34), (17, 17), (0, 120)]
    orders = [
        Order(order_id=str(n), min_age=least, max_age=most, start_on=dice.choice([None, date(2017, 2, 28)]))
        for n, (least, most) in enumerate(ages)
    ]
    for today in (date(2016, 2, 29), date(2017, 2, 28), date(2017, 3, 1)):
        assert_as_plain(workers, orders, today)


def test_all_rules_have_a_plain_definition_and_all_attributes_a_rule() -> None:
    assert set(PLAIN) == {rule.name for rule in RULES}
    order = Order(
        order_id="1",
        min_age=18,
        max_age=40,
        min_education=2,
        min_mandarin=1,
        min_health=1,
        certificates=("焊工证",),
        forbidden_work="women",
        start_on=date(2017, 3, 1),
    )
    asked = {name for keys in rule_keys(order, date(2017, 3, 1)).values() for name, _ in keys}
    assert asked == set(ATTRIBUTES) - {"skill"}
