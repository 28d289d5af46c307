"""Synthetic enterprises and job orders of the six cities, worded as factories word them (and within the
law)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from models.clock import utc_now
from models.jobs.order import ContractWith, ForbiddenWork, OrderState, Provision, Shift
from models.reference.organisation import OrganisationKind

CITIES = {
    "440100": "广州",
    "440300": "深圳",
    "440400": "珠海",
    "440600": "佛山",
    "441900": "东莞",
    "442000": "中山",
}
MINIMUM = {"440100": 2500, "440300": 2520}
PLACES = {
    "440100": ("黄埔区", "番禺区", "花都区"),
    "440300": ("宝安区", "龙岗区", "龙华区"),
    "440400": ("斗门区", "金湾区"),
    "440600": ("顺德区", "南海区", "三水区"),
    "441900": ("长安镇", "虎门镇", "厚街镇"),
    "442000": ("火炬开发区", "小榄镇"),
}
BRANDS = [
    "华兴",
    "顺发",
    "恒达",
    "美益",
    "德昌",
    "金源",
    "宏图",
    "利丰",
    "永盛",
    "南粤",
    "嘉禾",
    "科泰",
    "伟业",
    "同创",
    "鸿运",
    "新力",
]


@dataclass(frozen=True)
class Kind:
    """One kind of job as factories offer it: wages in yuan a month, all in."""

    title: str
    trade: str
    skill: str
    certificate: str
    low_yuan: int
    high_yuan: int
    standing: bool
    night: bool
    min_education: int | None
    description: str


def _kinds() -> Iterator[Kind]:
    with Path(__file__).with_name("job_kinds.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Kind(
                row["title"],
                row["trade"],
                row["skill"],
                row["certificate"],
                int(row["low_yuan"]),
                int(row["high_yuan"]),
                row["standing"] == "1",
                row["night"] == "1",
                int(row["min_education"]) if row["min_education"] else None,
                row["description"],
            )


KINDS = tuple(_kinds())


def _occupations() -> dict[str, tuple[str, str]]:
    with Path(__file__).with_name("occupations.csv").open(encoding="utf-8", newline="") as file:
        return {row["title"]: (row["code"], row["name"]) for row in csv.DictReader(file)}


# What the engine finds for the demo's titles (code, name), written down: reading its words takes a second.
OCCUPATIONS = _occupations()


def credit_code(rng: Random) -> str:
    """Draw a 统一社会信用代码 with a right check character (GB 32100-2015)."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = "91440" + "".join(rng.choice("0123456789") for _ in range(3)) + "MA"
    body += "".join(rng.choice(alphabet) for _ in range(7))
    total = sum(alphabet.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + alphabet[-total % 31]


def enterprises(rng: Random, count: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of ``count`` enterprises, the first of them in 佛山."""
    for n in range(count):
        city = "440600" if n == 0 else rng.choice(list(CITIES))
        trade = KINDS[n % len(KINDS)].trade
        place = "顺德区" if n == 0 else rng.choice(PLACES[city])
        yield {
            "kind": OrganisationKind.ENTERPRISE,
            "credit_code": credit_code(rng),
            "name": f"{CITIES[city]}{place[:2]}{BRANDS[n % len(BRANDS)]}{trade}有限公司",
            "area_code": city,
            "address": f"{CITIES[city]}市{place}工业路 {rng.randint(1, 200)} 号",
            "industry": trade,
            "contact_name": rng.choice(("陈厂长", "黄经理", "梁主管", "何人事")),
            "is_synthetic": True,
            "created_at": utc_now(),
        }


def order(rng: Random, enterprise: Any, today: date, state: OrderState) -> dict[str, Any]:
    """The columns of one job order of ``enterprise``."""
    kind = rng.choice([kind for kind in KINDS if kind.trade == enterprise.industry] or KINDS)
    return {
        "enterprise_id": enterprise.id,
        "state": state,
        "title": kind.title,
        "description": kind.description,
        "occupation_confirmed": True,
        "headcount": rng.choice((3, 5, 10, 15, 20, 30, 50)),
        "city_code": enterprise.area_code,
        "address": enterprise.address,
        "is_synthetic": True,
        "created_at": utc_now(),
        "posted_on": today - timedelta(days=rng.randint(2, 60)),
        "start_on": today + timedelta(days=rng.randint(5, 45)),
        "valid_until": today + timedelta(days=rng.randint(15, 90)),
        "group_intake": _said(rng.random(), 0.5),
        **_pay(rng, kind, enterprise.area_code),
        **_hours(rng, kind),
        **_living(rng),
        **_contract(rng),
        **_requirements(rng, kind),
    }


def _said(draw: float, yes: float) -> bool | None:
    """Yes for the share ``yes`` of draws from 0 to 1; every sixth enterprise does not say."""
    return True if draw < yes else None if draw > 5 / 6 else False


def _pay(rng: Random, kind: Kind, city_code: str) -> dict[str, Any]:
    lift, base = rng.choice((0, 100, 200, 300)), MINIMUM.get(city_code, 2080) + rng.choice((0, 50, 150, 300))
    return {
        "base_wage_fen": base * 100,
        "wage_low_fen": (kind.low_yuan + lift) * 100,
        "wage_high_fen": (kind.high_yuan + lift) * 100,
        "pay_day": rng.choice((10, 15, 25)),
        "wage_note": "底薪加加班费、全勤奖；试用期后有工龄补贴。",
    }


def _hours(rng: Random, kind: Kind) -> dict[str, Any]:
    return {
        "hours_per_day": rng.choice((8, 9)),
        "days_per_week": rng.choice((5, 6)),
        "overtime_hours_month": 36,
        "shift": Shift.TWO if kind.night else Shift.DAY,
        "night_shift": kind.night,
        "standing_work": kind.standing,
        "insurance": ["养老", "医疗", "工伤", "失业"],
    }


def _living(rng: Random) -> dict[str, Any]:
    return {
        "board": rng.choice(list(Provision)),
        "board_cost_fen": rng.choice((30_000, 35_000, 45_000)),
        "lodging": rng.choice((Provision.FREE, Provision.FREE, Provision.PART)),
        "lodging_cost_fen": 10_000,
        "utilities_cost_fen": rng.choice((3_000, 5_000, 8_000)),
        "room_persons": rng.choice((4, 6, 8)),
        "couple_rooms": _said(rng.random(), 0.25),
        "travel": rng.choice(list(Provision)),
        "medical_fee_paid": True,
        "halal_food": rng.random() < 0.2,
    }


def _contract(rng: Random) -> dict[str, Any]:
    return {
        "contract_with": rng.choices(list(ContractWith), (8, 1, 1))[0],
        "contract_months": rng.choice((12, 24, 36)),
        "probation_months": 1,
        "contact_name": rng.choice(("阿说老师", "驻厂员小李", "韦师傅")),
        "contact_phone": f"19901{rng.randint(0, 999999):06d}",
    }


def _requirements(rng: Random, kind: Kind) -> dict[str, Any]:
    return {
        "min_age": 18,
        "max_age": rng.choice((None, None, 50, 55)),
        "min_education": kind.min_education,
        "min_mandarin": rng.choice((None, 1, 1, 2)),
        "min_health": 2 if kind.standing else 1,
        "certificates": [kind.certificate] if kind.certificate else [],
        "skills": [kind.skill] if kind.skill else [],
        "forbidden_work": ForbiddenWork.NONE,
    }
