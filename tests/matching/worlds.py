"""Small invented worlds: a plain pair whose answer is obvious, and random ones full of unknowns."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from matching import Order, Worker, vocabulary

START = date(2025, 3, 1)
CITIES = ("440100", "440300", "440400", "440600", "441900", "442000", "440304")
COUNTIES = ("451021", "451022", "533323", "530627", "440304")
TITLES = tuple(title for title, found in vocabulary.titles().items() if found[0].kind in ("俗称", "常用名"))
SKILLS = tuple(name for skill in vocabulary.skills() for name in (skill.name, *skill.aliases))
CERTIFICATES = SKILLS[-60:]


def welder(**changed: Any) -> Worker:
    """A welder who can go anywhere and about whom everything is known."""
    known: dict[str, Any] = {
        "worker_id": "W1",
        "birth_date": date(1990, 5, 1),
        "sex": "M",
        "education": 2,
        "mandarin": 2,
        "health": 2,
        "county_code": "451021",
        "wishes": ("电焊工",),
        "wage_floor_yuan": 4000,
        "cities": ("440300",),
        "available_on": date(2025, 2, 1),
        "night_shift": True,
        "dormitory_needed": False,
        "couple_room_needed": False,
    }
    return Worker(**known | changed)


def welding_order(**changed: Any) -> Order:
    """An order that the welder fits."""
    known: dict[str, Any] = {
        "order_id": "O1",
        "title": "焊工",
        "city_code": "440300",
        "headcount": 1,
        "min_age": 18,
        "max_age": 45,
        "wage_low_yuan": 4000,
        "wage_high_yuan": 5000,
        "start_on": START,
        "dormitory": True,
    }
    return Order(**known | changed)


def random_world(seed: int, workers: int, orders: int) -> tuple[list[Worker], list[Order]]:
    """Workers and orders in which every field is sometimes unknown."""
    dice = random.Random(seed)
    return (
        [_worker(dice, f"W{number:05d}", orders) for number in range(workers)],
        [_order(dice, f"O{number:05d}") for number in range(orders)],
    )


def _maybe(dice: random.Random, draw: Callable[[], Any], share: float = 0.8) -> Any:
    return draw() if dice.random() < share else None


def _worker(dice: random.Random, worker_id: str, orders: int) -> Worker:
    return Worker(
        worker_id=worker_id,
        birth_date=_maybe(dice, lambda: date(1960, 1, 1) + timedelta(dice.randrange(18_500)), 0.95),
        sex=dice.choice(["M", "F", ""]),
        education=_maybe(dice, lambda: dice.randrange(6)),
        mandarin=_maybe(dice, lambda: dice.randrange(4)),
        health=_maybe(dice, lambda: dice.randrange(3)),
        county_code=dice.choice([*COUNTIES, ""]),
        wishes=tuple(dice.choices(TITLES, k=dice.choice([0, 1, 2, 3, 6]))),
        skills=tuple(dice.sample(SKILLS, dice.randrange(6))),
        certificates=tuple(dice.sample(CERTIFICATES, dice.randrange(4))),
        experience=dice.choice(["", f"在东莞做过{dice.randrange(9)}年{dice.choice(TITLES)}"]),
        wage_floor_yuan=_maybe(dice, lambda: dice.randrange(20, 70) * 100),
        cities=tuple(dice.sample(CITIES, dice.choice([0, 0, 1, 3]))),
        available_on=_maybe(dice, lambda: START + timedelta(dice.randrange(-60, 60))),
        night_shift=_maybe(dice, lambda: dice.random() < 0.5),
        dormitory_needed=_maybe(dice, lambda: dice.random() < 0.3),
        couple_room_needed=_maybe(dice, lambda: dice.random() < 0.1),
        trained_for=tuple(f"O{dice.randrange(orders):05d}" for _ in range(dice.choice([0, 0, 0, 2]))),
        placed=dice.choice([None, None, None, True, False]),
    )


def _order(dice: random.Random, order_id: str) -> Order:
    low = _maybe(dice, lambda: dice.randrange(25, 70) * 100)
    return Order(
        order_id=order_id,
        title=dice.choice(["高薪诚聘", ""]) + dice.choice(TITLES),
        description=dice.choice(["", "五金厂", "制衣厂长期招工,包吃住", "电子产品组装"]),
        city_code=dice.choice([*CITIES, ""]),
        headcount=dice.choice([None, 0, 1, 2, 5]),
        min_age=_maybe(dice, lambda: dice.choice([16, 18, 20])),
        max_age=_maybe(dice, lambda: dice.choice([35, 45, 55])),
        min_education=_maybe(dice, lambda: dice.randrange(4), 0.5),
        min_mandarin=_maybe(dice, lambda: dice.randrange(3), 0.5),
        min_health=_maybe(dice, lambda: dice.randrange(3), 0.5),
        certificates=tuple(dice.sample(CERTIFICATES, dice.choice([0, 0, 0, 0, 0, 1]))),
        skills=tuple(dice.sample(SKILLS, dice.randrange(4))),
        wage_low_yuan=low,
        wage_high_yuan=None if low is None else _maybe(dice, lambda: low + dice.randrange(20) * 100),
        start_on=_maybe(dice, lambda: START + timedelta(dice.randrange(-20, 60))),
        night_shift=_maybe(dice, lambda: dice.random() < 0.5),
        dormitory=_maybe(dice, lambda: dice.random() < 0.7),
        couple_room=_maybe(dice, lambda: dice.random() < 0.3),
        forbidden_work=dice.choice(["", "none", "women", "minors", "women+minors"]),
        priority_counties=tuple(dice.sample(COUNTIES, dice.choice([0, 2]))),
        fellow_counties=tuple(dice.sample(COUNTIES, dice.choice([0, 1]))),
    )
