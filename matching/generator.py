"""A realistic synthetic province: people of the 53 counties, orders of the six cities. All of it is invented.

Every draw comes from one seeded generator, so the same numbers always give the same files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from matching import vocabulary
from matching.files import tables

CITIES = ("440100", "440300", "440400", "440600", "441900", "442000")
CITY_WEIGHTS = (0.2, 0.25, 0.08, 0.15, 0.22, 0.1)
FIRST_DAY = date(2017, 3, 1)
START_DAYS = 16
WISH_FORMS = ("{}", "{}", "{}", "{}", "想做{}", "{}(熟手)", "{}学徒", "{}都可以", "会{}", "{},两班倒可以")
TITLE_FORMS = (
    "{}",
    "{}",
    "{}",
    "诚聘{}",
    "{}(包吃住)",
    "急招{}",
    "高薪诚聘{}",
    "{} 5-6k",
    "{}+双休",
    "熟练{}",
)
PLACES_WORKED = ("东莞", "深圳", "广州", "佛山", "中山", "珠海", "浙江", "福建", "县城", "老家")
SHOPS = {
    "服装": "制衣厂",
    "电子": "电子厂",
    "建筑": "工地",
    "服务": "酒店",
    "家政": "雇主家",
    "五金": "五金厂",
}


@dataclass(frozen=True)
class Trade:
    """The common titles of the vocabulary with how often each is wished, and what belongs to it."""

    titles: list[str]
    weights: np.ndarray
    categories: list[str]
    skills: list[list[str]]
    licences: list[str]


def write_province(folder: Path, workers: int, orders: int, seed: int) -> None:
    """Write ``workers.csv`` and ``orders.csv`` into a folder, which is made if it is not there.

    The same numbers and seed always give the same files.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_province(Path(folder), workers=3, orders=2, seed=7)
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['orders.csv', 'workers.csv']
    """
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    trade = load_trade()
    order_ids = numbered("O", orders)
    tables.write_table(folder / "orders.csv", draw_orders(dice, trade, order_ids))
    tables.write_table(folder / "workers.csv", draw_workers(dice, trade, workers, order_ids))


def load_trade() -> Trade:
    """Common titles, most frequent first by a Zipf-like law, each with skills and a legal licence if any.

    >>> load_trade().titles[0]
    'CNC操机员'
    """
    common = {t: r[0] for t, r in vocabulary.titles().items() if r[0].kind in ("常用名", "俗称")}
    canonical = {r.code: t for t, r in common.items() if r.kind == "常用名"}
    names = sorted(common, key=lambda title: (common[title].kind != "常用名", title))
    of_occupation: dict[str, list[str]] = {}
    licence: dict[str, str] = {}
    for skill in vocabulary.skills():
        for occupation in skill.occupations:
            if skill.licensed:
                licence.setdefault(occupation, skill.name)
            elif skill.kind == "技能":
                of_occupation.setdefault(occupation, []).append(skill.name)
    owners = [canonical.get(common[name].code, "") for name in names]
    ranks = np.random.default_rng(0).permutation(len(names)) + 8.0
    return Trade(
        names,
        (1 / ranks) / (1 / ranks).sum(),
        [common[name].category for name in names],
        [of_occupation.get(owner, []) for owner in owners],
        [licence.get(owner, "") for owner in owners],
    )


def draw_workers(
    dice: np.random.Generator, trade: Trade, count: int, order_ids: Sequence[str]
) -> dict[str, Any]:
    """Columns of ``count`` workers as text.

    >>> drawn = draw_workers(np.random.default_rng(7), load_trade(), 2, ["A"])
    >>> drawn["worker_id"]
    ['W0000001', 'W0000002']
    """
    first = dice.choice(len(trade.titles), count, p=trade.weights)
    second = dice.choice(len(trade.titles), count, p=trade.weights)
    born_before = 16 * 365 + dice.beta(1.6, 2.2, count) * 44 * 365
    groups = _groups(dice, count)
    return {
        "worker_id": numbered("W", count),
        "birth_date": some(dice, days(FIRST_DAY, -born_before.astype(int)), 0.99),
        "sex": some(dice, pick(dice, ("M", "F"), (0.55, 0.45), count), 0.995),
        "education": some(dice, pick(dice, range(6), (0.06, 0.27, 0.45, 0.16, 0.05, 0.01), count), 0.95),
        "mandarin": some(dice, pick(dice, range(4), (0.08, 0.22, 0.4, 0.3), count), 0.85),
        "health": some(dice, pick(dice, range(3), (0.03, 0.09, 0.88), count), 0.95),
        "county_code": _same_in_group(pick(dice, *county_weights(), count), groups["group_id"]),
        "wishes": _wishes(dice, trade, first, second),
        "skills": _skills(dice, trade, first, 0.5),
        "certificates": _licences(dice, trade, first, 0.6),
        "experience": _experience(dice, trade, first),
        "wage_floor_yuan": some(dice, hundreds(dice.normal(33, 7, count), 20, 80), 0.8),
        "cities": _cities(dice, count),
        "available_on": some(dice, days(FIRST_DAY, dice.integers(-30, 100, count)), 0.7),
        "night_shift": some(dice, pick(dice, (0, 1), (0.45, 0.55), count), 0.7),
        "dormitory_needed": some(dice, pick(dice, (0, 1), (0.3, 0.7), count), 0.8),
        "couple_room_needed": some(dice, pick(dice, (0, 1), (0.93, 0.07), count), 0.8),
        "trained_for": some(dice, pick(dice, order_ids or ("",), None, count), 0.03),
        **groups,
    }


def draw_orders(dice: np.random.Generator, trade: Trade, ids: Sequence[str]) -> dict[str, Any]:
    """Columns of the orders as text.

    >>> drawn = draw_orders(np.random.default_rng(7), load_trade(), ["A", "B"])
    >>> len(drawn["title"])
    2
    """
    count = len(ids)
    job = dice.choice(len(trade.titles), count, p=trade.weights)
    low = hundreds(dice.normal(36, 7, count), 21, 90)
    spread = hundreds(dice.gamma(2.0, 4.0, count), 0, 40)
    forms = dice.integers(0, len(TITLE_FORMS), count)
    return {
        "order_id": list(ids),
        "title": [TITLE_FORMS[f].format(trade.titles[j]) for f, j in zip(forms, job, strict=True)],
        "description": _descriptions(dice, trade, job),
        "city_code": pick(dice, CITIES, CITY_WEIGHTS, count),
        "headcount": np.clip(dice.lognormal(3.2, 0.9, count), 1, 800).astype(int).astype(str).tolist(),
        "min_age": some(dice, pick(dice, (16, 18, 20), (0.2, 0.7, 0.1), count), 0.95),
        "max_age": some(dice, pick(dice, (35, 40, 45, 50, 55), (0.15, 0.2, 0.35, 0.2, 0.1), count), 0.9),
        "min_education": some(dice, pick(dice, range(1, 5), (0.35, 0.45, 0.15, 0.05), count), 0.6),
        "min_mandarin": some(dice, pick(dice, (1, 2, 3), (0.5, 0.4, 0.1), count), 0.6),
        "min_health": some(dice, pick(dice, (1, 2), (0.2, 0.8), count), 0.8),
        "certificates": _licences(dice, trade, job, 0.8),
        "skills": _skills(dice, trade, job, 0.6),
        "wage_low_yuan": low,
        "wage_high_yuan": some(dice, [str(int(a) + int(b)) for a, b in zip(low, spread, strict=True)], 0.9),
        "start_on": days(FIRST_DAY, 7 * dice.integers(1, START_DAYS, count)),
        "night_shift": some(dice, pick(dice, (0, 1), (0.5, 0.5), count), 0.95),
        "dormitory": some(dice, pick(dice, (0, 1), (0.15, 0.85), count), 0.95),
        "couple_room": some(dice, pick(dice, (0, 1), (0.8, 0.2), count), 0.9),
        "forbidden_work": pick(
            dice, ("none", "women", "minors", "women+minors"), (0.9, 0.02, 0.06, 0.02), count
        ),
        "priority_counties": _priorities(dice, count),
    }


def numbered(prefix: str, count: int) -> list[str]:
    """Ids of equal length: W0000001, W0000002, ..."""
    return [f"{prefix}{number:07d}" for number in range(1, count + 1)]


def pick(
    dice: np.random.Generator, values: Sequence[Any], weights: Sequence[float] | np.ndarray | None, count: int
) -> list[str]:
    """Independent draws as text."""
    texts = np.array([str(value) for value in values])
    drawn: list[str] = texts[dice.choice(len(texts), count, p=weights)].tolist()
    return drawn


def some(dice: np.random.Generator, values: list[str], share: float) -> list[str]:
    """The values, all but a share of them made unknown."""
    known = dice.random(len(values)) < share
    return [value if keep else "" for value, keep in zip(values, known, strict=True)]


def days(first: date, offsets: np.ndarray) -> list[str]:
    """Dates so many days after the first, as text."""
    texts = {int(o): (first + timedelta(int(o))).isoformat() for o in np.unique(offsets)}
    return [texts[int(offset)] for offset in offsets]


def hundreds(values: np.ndarray, low: int, high: int) -> list[str]:
    """Yuan in whole hundreds, as text."""
    yuan: list[str] = (np.clip(values, low, high).astype(int) * 100).astype(str).tolist()
    return yuan


def county_weights() -> tuple[list[str], np.ndarray]:
    """The 53 counties and how many people each sends."""
    codes = [row["county_code"] for row in vocabulary.places()]
    weights = np.random.default_rng(1).uniform(0.4, 1.6, len(codes))
    return codes, weights / weights.sum()


def _wishes(dice: np.random.Generator, trade: Trade, first: np.ndarray, second: np.ndarray) -> list[str]:
    count = len(first)
    forms = dice.integers(0, len(WISH_FORMS), (count, 2))
    amount = dice.choice(3, count, p=(0.05, 0.55, 0.4))
    wishes = []
    for a, b, (fa, fb), kept in zip(first, second, forms, amount, strict=True):
        said = (WISH_FORMS[fa].format(trade.titles[a]), WISH_FORMS[fb].format(trade.titles[b]))
        wishes.append("|".join(said[:kept]))
    return wishes


def _skills(dice: np.random.Generator, trade: Trade, jobs: np.ndarray, share: float) -> list[str]:
    chance = dice.random((len(jobs), 8))
    return [
        "|".join(skill for skill, draw in zip(trade.skills[job], row, strict=False) if draw < share)
        for job, row in zip(jobs, chance, strict=True)
    ]


def _licences(dice: np.random.Generator, trade: Trade, jobs: np.ndarray, share: float) -> list[str]:
    chance = dice.random(len(jobs))
    return [trade.licences[job] if draw < share else "" for job, draw in zip(jobs, chance, strict=True)]


def _experience(dice: np.random.Generator, trade: Trade, jobs: np.ndarray) -> list[str]:
    years = dice.integers(1, 9, len(jobs))
    places = dice.integers(0, len(PLACES_WORKED), len(jobs))
    known = dice.random(len(jobs)) < 0.65
    return [
        f"在{PLACES_WORKED[p]}{SHOPS.get(trade.categories[j], '工厂')}做过{y}年{trade.titles[j]}" if k else ""
        for j, y, p, k in zip(jobs, years, places, known, strict=True)
    ]


def _cities(dice: np.random.Generator, count: int) -> list[str]:
    wanted = dice.random((count, len(CITIES))) < 0.4
    anywhere = dice.random(count) < 0.35
    texts = {mask: "|".join(c for bit, c in enumerate(CITIES) if mask >> bit & 1) for mask in range(64)}
    masks = wanted @ (1 << np.arange(len(CITIES)))
    return ["" if free else texts[int(mask)] for mask, free in zip(masks, anywhere, strict=True)]


def _groups(dice: np.random.Generator, count: int) -> dict[str, list[str]]:
    """About one person in fifteen goes only with others: two to five neighbours in the list."""
    ids, rules, at, number = [""] * count, [""] * count, 0, 0
    while at + 5 < count:
        size = int(dice.integers(2, 6))
        rule = "order" if dice.random() < 0.7 else "city"
        number += 1
        for member in range(at, at + size):
            ids[member], rules[member] = f"G{number:07d}", rule
        at += size + int(dice.integers(20, 80))
    return {"group_id": ids, "group_rule": rules}


def _same_in_group(values: list[str], groups: list[str]) -> list[str]:
    first = {group: value for group, value in reversed(list(zip(groups, values, strict=True))) if group}
    return [first.get(group, value) for group, value in zip(groups, values, strict=True)]


def _descriptions(dice: np.random.Generator, trade: Trade, jobs: np.ndarray) -> list[str]:
    hours = dice.integers(8, 12, len(jobs))
    boards = dice.integers(0, 3, len(jobs))
    words = ("包吃住", "包住,餐补300", "提供宿舍")
    shops = [SHOPS.get(category, f"{category}厂") for category in trade.categories]
    return [
        f"{shops[j]}长期招{trade.titles[j]},每天{h}小时,{words[b]}"
        for j, h, b in zip(jobs, hours, boards, strict=True)
    ]


def _priorities(dice: np.random.Generator, count: int) -> list[str]:
    by_city: dict[str, list[str]] = {}
    for row in vocabulary.places():
        for city in row["helper_cities"].split("|"):
            by_city.setdefault(city, []).append(row["county_code"])
    lists = ["|".join(counties) for counties in by_city.values()]
    return some(dice, pick(dice, lists, None, count), 0.5)
